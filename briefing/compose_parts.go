package briefing

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"chuchu/corpus"
	"chuchu/rag"
)

// figures is the table of key figures, with what other articles say of the same.
func (c *composer) figures() {
	if len(c.b.Figures) == 0 {
		return
	}
	c.heading(2, c.words("关键数字", "Key figures"))
	t := table{Named: true, Columns: []column{
		{c.words("事项", "What"), false}, {c.words("数值", "Figure"), true}, {c.words("时间", "Date"), true}, {c.words("来源", "Source"), true},
	}}
	others := slices.ContainsFunc(c.b.Figures, func(f Figure) bool { return len(f.Others) > 0 })
	if others {
		t.Columns = append(t.Columns, column{c.words("其他说法", "Others say"), false})
	}
	for _, f := range c.b.Figures {
		row := []cell{plainRuns(f.What), plainRuns(quantity(f.Value, f.Unit)), plainRuns(f.Date), c.markersOnly(f.Sentence)}
		if others {
			row = append(row, c.otherFigures(f.Others))
		}
		t.Rows = append(t.Rows, row)
	}
	c.table(t)
}

func (c *composer) otherFigures(others []OtherFigure) (runs []run) {
	for i, o := range others {
		text := quantity(o.Value, o.Unit) + c.source(o.Article)
		if i > 0 {
			text = c.words("；", "; ") + text
		}
		runs = append(append(runs, run{Text: text}), c.numberOf(o.Article.ID, o.Span)...)
	}
	return runs
}

// quantity is a figure with its unit; a blank stands before one in Latin letters.
func quantity(value, unit string) string {
	value, unit = clean(value), clean(unit)
	if unit == "" || isHan(unit) || unit == "%" || unit == "‰" {
		return value + unit
	}
	return value + " " + unit
}

// timeline is a table of dated events.
func (c *composer) timeline() {
	if len(c.b.Timeline) == 0 {
		return
	}
	c.heading(2, c.words("时间线", "Timeline"))
	t := table{Named: true, Columns: []column{{c.words("时间", "Date"), true}, {c.words("事件", "Event"), false}}}
	for _, m := range c.b.Timeline {
		t.Rows = append(t.Rows, []cell{plainRuns(m.Date), c.sentence(m.Sentence)})
	}
	c.table(t)
}

// newsLine says in one line what has changed.
func (c *composer) newsLine(n *News) string {
	if !n.Material {
		return c.words("与上一份简报相比，没有实质变化。", "Nothing material has changed since the earlier briefing.")
	}
	if c.doc.English() {
		return fmt.Sprintf("Since the earlier briefing: %d new, %d changed, %d corrected, %d withdrawn; see “What is new”.", len(n.New), len(n.Changed), len(n.Corrected), len(n.Withdrawn))
	}
	return fmt.Sprintf("与上一份简报相比：新增 %d 条，变化 %d 条，更正 %d 条，撤回 %d 条，见“与上一份相比”。", len(n.New), len(n.Changed), len(n.Corrected), len(n.Withdrawn))
}

// news says what has changed since the briefing before.
func (c *composer) news() {
	n := c.b.News
	if n == nil {
		return
	}
	c.heading(2, c.words("与上一份相比", "What is new"))
	if !n.Material {
		c.paragraph(plainRuns(c.newsLine(n)))
	}
	if len(n.New) > 0 {
		c.heading(3, c.words("新增", "New"))
		var items [][]run
		for _, s := range n.New {
			items = append(items, c.sentence(s))
		}
		c.list(items)
	}
	c.changes(c.words("变化", "Changed"), n.Changed)
	c.changes(c.words("更正", "Corrected"), n.Corrected)
	if len(n.Withdrawn) > 0 {
		c.heading(3, c.words("撤回", "Withdrawn"))
		var items [][]run
		for _, w := range n.Withdrawn {
			items = append(items, plainRuns(w.Text+c.words(" —— ", " — ")+w.Why))
		}
		c.list(items)
	}
	if c.doc.English() {
		c.note(fmt.Sprintf("Unchanged: %d. No longer mentioned: %d.", n.Unchanged, n.Unmentioned))
	} else {
		c.note(fmt.Sprintf("未变：%d 条。不再提及：%d 条。", n.Unchanged, n.Unmentioned))
	}
}

// changes shows what was said beside what is said now.
func (c *composer) changes(heading string, list []Change) {
	if len(list) == 0 {
		return
	}
	c.heading(3, heading)
	t := table{Columns: []column{{c.words("此前", "Before"), false}, {c.words("现在", "Now"), false}}}
	for _, change := range list {
		t.Rows = append(t.Rows, []cell{plainRuns(change.Was), c.sentence(change.Now)})
	}
	c.table(t)
}

// conflicts shows side by side what sources say that disagree.
func (c *composer) conflicts() {
	if len(c.b.Conflicts) == 0 {
		return
	}
	c.heading(2, c.words("说法不一", "Sources that disagree"))
	for _, conflict := range c.b.Conflicts {
		c.paragraph([]run{{Text: cmp.Or(clean(conflict.About), "—"), Strong: true}})
		t := table{Named: true, Columns: []column{{c.words("来源", "Source"), false}, {c.words("日期", "Date"), true}, {c.words("说法", "Says"), false}}}
		for _, side := range conflict.Sides {
			says := append(plainRuns(side.Quote), c.numberOf(side.Article.ID, side.Span)...)
			t.Rows = append(t.Rows, []cell{plainRuns(cmp.Or(side.Article.Outlet, side.Article.Title)), plainRuns(string(side.Article.Published)), says})
		}
		c.table(t)
	}
}

func (c *composer) gaps() {
	if len(c.b.Gaps) == 0 {
		return
	}
	c.heading(2, c.words("所收文章没有回答的", "What the collection does not answer"))
	var items [][]run
	for _, g := range c.b.Gaps {
		items = append(items, plainRuns(g))
	}
	c.list(items)
}

// colophon says how the briefing was made.
func (c *composer) colophon() {
	b := c.b
	if b.Status != Done {
		return
	}
	day := b.AsOf
	if !b.Created.IsZero() {
		day = b.Created.Format(time.DateOnly)
	}
	supported := b.Coverage.Supported
	switch {
	case b.Mode == "model" && c.doc.English():
		c.note(fmt.Sprintf("Made by chuchu (出处) on %s with the model %s. Each of its %d statements was held against its source before it stayed; %d are borne out.", day, b.Model.Name, b.Coverage.Claims, supported))
	case b.Mode == "model":
		c.note(fmt.Sprintf("本简报由出处（chuchu）于 %s 用模型 %s 写成。%d 句陈述逐句与来源核对，其中 %d 句得到来源支持。", day, b.Model.Name, b.Coverage.Claims, supported))
	case c.doc.English():
		c.note(fmt.Sprintf("Made by chuchu (出处) on %s without a language model: its %d statements are sentences of the articles, word for word.", day, b.Coverage.Claims))
	default:
		c.note(fmt.Sprintf("本简报由出处（chuchu）于 %s 编成，没有使用语言模型：%d 句陈述都是文章的原句。", day, b.Coverage.Claims))
	}
}

// references makes the reference list of the citations.
func (c *composer) references() {
	if len(c.b.Citations) == 0 {
		return
	}
	c.doc.RefHeading = c.words("参考文献", "References")
	for i, k := range c.b.Citations {
		r := reference{Number: k.Number, State: c.state(k.Article.State)}
		text := clean(k.Article.Title)
		if i < len(c.b.References) {
			text = clean(strings.TrimPrefix(c.b.References[i], marker(k.Number)))
		}
		r.Text = linked(text, append([]corpus.Ref{k.Article}, k.Prints...))
		for _, span := range k.Spans {
			if span.Quote == nil { // the article is gone, which State says
				continue
			}
			r.Quotes = append(r.Quotes, quotation{Number: len(r.Quotes) + 1, Text: shortQuotation(clean(*span.Quote)), URL: c.room(k.Article, span.Span), Open: c.words("看原文", "open")})
			c.quotes[place{k.Number, span.Start, span.End}] = len(r.Quotes)
		}
		c.doc.References = append(c.doc.References, r)
	}
}

// room is where a quotation opens in the reading room.
func (c *composer) room(a corpus.Ref, at rag.Span) string {
	if c.b.Room == "" {
		return ""
	}
	return fmt.Sprintf("%s/articles/%s?version=%d#c=%d-%d", c.b.Room, url.PathEscape(a.ID), a.Version, at.Start, at.End)
}

func (c *composer) state(state string) string {
	switch state {
	case "changed":
		return c.words("文章此后有改动，引文出自旧版。", "The article has changed since; the quotations are of its earlier text.")
	case "deleted":
		return c.words("文章此后已从文集中删除。", "The article has been deleted from the collection since.")
	}
	return ""
}

// linked makes links of the addresses of articles where they stand in a text.
func linked(text string, articles []corpus.Ref) (runs []run) {
	for _, a := range articles {
		address := webAddress(a.URL)
		before, after, found := strings.Cut(text, address)
		if address == "" || !found {
			continue
		}
		if before != "" {
			runs = append(runs, run{Text: before})
		}
		runs, text = append(runs, run{Text: address, URL: address}), after
	}
	if text != "" {
		runs = append(runs, run{Text: text})
	}
	return runs
}
