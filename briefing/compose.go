package briefing

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/cite"
)

// A composer lays a briefing out. It goes through the sentences in the order in which
// they are numbered, because Markdown's readers number footnotes by first use.
type composer struct {
	b      *Briefing
	doc    *document
	uses   map[int]int   // runs that cite a number, so far
	quotes map[place]int // which quotation of its reference a span is, from 1
}

// A place is a span of the article with a number.
type place struct{ number, start, end int }

// compose makes the document of a briefing, whatever its status.
func compose(b *Briefing) *document {
	c := &composer{
		b: b, doc: &document{Language: "zh-CN", Title: clean(cmp.Or(b.Title, b.Topic, b.ID))},
		uses: make(map[int]int), quotes: make(map[place]int),
	}
	if b.Language == "en" {
		c.doc.Language = "en"
	}
	c.doc.Back = c.words("回到引用处", "back to where it is cited")
	c.doc.Meta = c.meta()
	c.references()
	c.status()
	c.intro()
	c.summary()
	for _, s := range b.Sections {
		c.prose(s.Heading, s.Sentences)
	}
	c.figures()
	c.timeline()
	c.news()
	c.conflicts()
	c.gaps()
	c.dropped()
	c.colophon()
	return c.doc
}

// words picks the text for the reader's language.
func (c *composer) words(zh, en string) string {
	if c.doc.English() {
		return en
	}
	return zh
}

func (c *composer) heading(level int, text string) {
	c.doc.Blocks = append(c.doc.Blocks, block{Level: level, Heading: cmp.Or(clean(text), "—")})
}

func (c *composer) paragraph(runs []run) {
	if len(runs) > 0 {
		c.doc.Blocks = append(c.doc.Blocks, block{Text: runs})
	}
}

func (c *composer) note(text string) {
	if runs := plainRuns(text); runs != nil {
		c.doc.Blocks = append(c.doc.Blocks, block{Note: runs})
	}
}

func (c *composer) list(items [][]run) {
	if len(items) > 0 {
		c.doc.Blocks = append(c.doc.Blocks, block{List: items})
	}
}

func (c *composer) table(t table) { c.doc.Blocks = append(c.doc.Blocks, block{Table: &t}) }

// meta is the line under the title.
func (c *composer) meta() string {
	r, parts := c.b.Request, []string(nil)
	add := func(zh, en, value string) {
		if value = clean(value); value != "" {
			parts = append(parts, c.words(zh+"：", en+": ")+value)
		}
	}
	if !strings.Contains(c.b.Title, c.b.Topic) {
		add("主题", "Topic", c.b.Topic)
	}
	add("读者", "For", r.Audience)
	add("关注", "Focus", r.Focus)
	if r.From != "" || r.To != "" {
		add("时段", "Period", cmp.Or(r.From, "…")+c.words(" 至 ", " to ")+cmp.Or(r.To, "…"))
	}
	add("截至", "As of", c.b.AsOf)
	return strings.Join(parts, " · ")
}

// status says why there is no briefing, where there is none.
func (c *composer) status() {
	b := c.b
	switch b.Status {
	case Queued, Running:
		c.note(c.words("这份简报尚未写完。", "This briefing is not finished."))
	case Cancelled:
		c.note(c.words("这份简报中途取消。", "This briefing was cancelled."))
	case Failed:
		reason := ""
		if b.Problem != nil {
			reason = prefixed(c.words("原因：", "The reason: "), cmp.Or(b.Problem.Detail, b.Problem.Title))
		}
		c.note(c.words("这份简报没有完成。", "This briefing failed. ") + reason)
	}
	if b.Refusal == nil {
		return
	}
	c.paragraph(plainRuns(b.Refusal.Text))
	if len(b.Refusal.Searched) > 0 {
		c.note(c.words("检索过：", "Searched for: ") + strings.Join(b.Refusal.Searched, c.words("；", "; ")))
	}
	if len(b.Refusal.Nearest) > 0 {
		c.heading(2, c.words("最接近的文章", "The nearest articles"))
		var items [][]run
		for _, a := range b.Refusal.Nearest {
			items = append(items, []run{{Text: clean(a.Title), URL: webAddress(a.URL)}, {Text: c.source(a), Soft: true}})
		}
		c.list(items)
	}
}

// source is where an article is from, in brackets.
func (c *composer) source(a corpus.Ref) string {
	from := slices.DeleteFunc([]string{clean(a.Outlet), string(a.Published)}, func(s string) bool { return s == "" })
	if len(from) == 0 {
		return ""
	}
	return c.words("（", " (") + strings.Join(from, c.words("，", ", ")) + c.words("）", ")")
}

// intro says whether there is anything new, what the numbers are, and what must be
// known of the document.
func (c *composer) intro() {
	if n := c.b.News; n != nil {
		c.note(c.newsLine(n))
	}
	if len(c.b.Citations) > 0 {
		c.note(c.words("句中的编号指向文末的参考文献，那里列有各句所依据的原文。", "The numbers lead to the references, where the words that each sentence rests on are quoted."))
	}
	for _, caveat := range c.b.Caveats {
		c.note(caveat.Text)
	}
}

// summary is prose where a model wrote it; extracts stand one by one.
func (c *composer) summary() {
	heading := c.words("摘要", "Summary")
	if c.b.Mode == "model" || len(c.b.Summary) == 0 {
		c.prose(heading, c.b.Summary)
		return
	}
	c.heading(2, heading)
	var items [][]run
	for _, s := range c.b.Summary {
		items = append(items, c.dated(c.sentence(s), firstOf(s.Citations)))
	}
	c.list(items)
}

// dated adds to extracts of an article where they are from, and of what day: words
// like 去年 in them count from it.
func (c *composer) dated(runs []run, number int) []run {
	if c.b.Mode == "model" || number < 1 || number > len(c.b.Citations) || len(runs) == 0 {
		return runs
	}
	if source := c.source(c.b.Citations[number-1].Article); source != "" {
		runs = append(runs, run{Text: source, Soft: true})
	}
	return runs
}

// prose writes sentences under a heading, as paragraphs; nothing for none.
func (c *composer) prose(heading string, sentences []Sentence) {
	if len(sentences) == 0 {
		return
	}
	c.heading(2, heading)
	c.paragraphs(sentences)
}

// paragraphChars is when a paragraph has enough, so that the next sentence that is
// from another article begins a new one.
const paragraphChars = 360

// paragraphs joins sentences that belong together. Extracts of one article do; what a
// model wrote is one text.
func (c *composer) paragraphs(sentences []Sentence) {
	var runs []run
	chars, from, last := 0, 0, ""
	for _, s := range sentences {
		next := c.sentence(s)
		text, source := textOf(next), firstOf(s.Citations)
		other := from > 0 && source > 0 && source != from
		if chars > 0 && (!isEnded(last) || other && (c.b.Mode != "model" || chars >= paragraphChars)) {
			c.paragraph(c.dated(runs, from))
			runs, chars, from, last = nil, 0, 0, ""
		}
		if gap := between(last, text); gap != "" {
			runs = append(runs, run{Text: gap})
		}
		runs = append(runs, next...)
		chars += utf8.RuneCountInString(text)
		from, last = cmp.Or(source, from), text
	}
	c.paragraph(c.dated(runs, from))
}

func firstOf(numbers []int) int {
	if len(numbers) == 0 {
		return 0
	}
	return numbers[0]
}

// sentence takes the markers out of a sentence.
func (c *composer) sentence(s Sentence) (runs []run) {
	text := clean(s.Text)
	add := func(part string) {
		if part = literalText.Replace(part); part != "" {
			runs = append(runs, run{Text: part})
		}
	}
	for begin := 0; ; {
		at := markers.FindStringSubmatchIndex(text[begin:])
		if at == nil {
			add(text)
			return runs
		}
		n, err := strconv.Atoi(text[begin+at[4] : begin+at[5]])
		if err != nil || n < 1 || n > len(c.doc.References) { // text, not a marker
			begin += at[5]
			continue
		}
		add(text[:begin+at[3]])
		runs = append(runs, c.cited(n, s.Spans))
		text, begin = text[begin+at[1]:], 0
	}
}

// cited is a run that cites a number, for a sentence with these spans.
func (c *composer) cited(n int, spans []rag.NumberSpan) run {
	c.uses[n]++
	article := c.b.Citations[n-1].Article
	r := run{Text: strconv.Itoa(n), Cite: n, Use: c.uses[n], Tip: clean(article.Title) + c.source(article)}
	ref := &c.doc.References[n-1]
	ref.Cited = true
	for _, span := range spans {
		if q := c.quotes[place{n, span.Start, span.End}]; q > 0 && span.Number == n {
			r.Quote = q
			ref.Quotes[q-1].Use = cmp.Or(ref.Quotes[q-1].Use, r.Use)
			break
		}
	}
	return r
}

// markersOnly is what a sentence cites, without its words.
func (c *composer) markersOnly(s Sentence) []run {
	return slices.DeleteFunc(c.sentence(s), func(r run) bool { return r.Cite == 0 })
}

// numberOf cites an article, where it has a number.
func (c *composer) numberOf(articleID string, span rag.Span) []run {
	i := slices.IndexFunc(c.b.Citations, func(k Citation) bool { return k.Article.ID == articleID })
	if i < 0 {
		return nil
	}
	return []run{c.cited(i+1, []rag.NumberSpan{{Number: i + 1, Span: span}})}
}

// dropped lists the sentences that did not hold.
func (c *composer) dropped() {
	if len(c.b.Dropped) == 0 {
		return
	}
	c.heading(2, c.words("未采用的句子", "Left out"))
	c.note(c.words("下列句子经核对后没有写进正文。", "These sentences were checked and did not go into the text."))
	var items [][]run
	for _, d := range c.b.Dropped {
		items = append(items, plainRuns(d.Text+c.words(" —— ", " — ")+c.why(d)))
	}
	c.list(items)
}

// why says why a sentence was left out.
func (c *composer) why(d Dropped) string {
	verdicts := map[string]string{
		string(cite.Weak):         c.words("来源只支持一部分", "only partly borne out"),
		string(cite.Contradicted): c.words("与来源不符", "the source says otherwise"),
		string(cite.Uncited):      c.words("没有出处", "no source"),
	}
	var parts []string
	if v := verdicts[d.Verdict]; v != "" {
		parts = append(parts, v)
	}
	for _, w := range d.Why {
		if reason := c.reason(w); reason != "" {
			parts = append(parts, reason)
		}
	}
	if len(parts) == 0 {
		parts = append(parts, clean(d.Verdict))
	}
	return strings.Join(parts, c.words("；", "; "))
}

// reasonChars are shown of what differs.
const reasonChars = 60

func (c *composer) reason(w rag.Why) string {
	claim, source := c.short(w.Claim), c.short(w.Source)
	kinds := map[string]string{
		"number": c.words("数字", "number"), "date": c.words("日期", "date"), "name": c.words("名称", "name"), "direction": c.words("方向", "direction"),
	}
	kind := cmp.Or(kinds[w.Kind], c.words("内容", "content"))
	switch {
	case w.Kind == "repetition":
		return c.words("与另一句重复", "it says the same as another sentence")
	case !w.Differs():
		return ""
	case claim != "" && source != "" && w.Kind != "coverage":
		return kind + c.words("：句中为“"+claim+"”，来源为“"+source+"”", ": “"+claim+"” here, “"+source+"” in the source")
	case claim != "":
		return kind + c.words("：来源中没有“"+claim+"”", ": “"+claim+"” is not in the source")
	}
	return ""
}

// short is the beginning of a text.
func (c *composer) short(text string) string {
	text = clean(text)
	if cut := firstChars(text, reasonChars); cut != text {
		return cut + "……"
	}
	return text
}
