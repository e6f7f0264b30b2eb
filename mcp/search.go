package mcp

import (
	"context"
	"fmt"
	"strings"

	"chuchu/corpus"
	"chuchu/rag"
)

// narrowing is what narrows the articles that a tool looks at.
type narrowing struct {
	PublishedFrom string   `json:"published_from,omitempty" jsonschema:"only articles published on or after this day, YYYY-MM-DD; undated ones do not pass"`
	PublishedTo   string   `json:"published_to,omitempty" jsonschema:"only articles published on or before this day, YYYY-MM-DD"`
	Outlets       []string `json:"outlets,omitempty" jsonschema:"only articles of these outlets, by their exact names"`
	ArticleIDs    []string `json:"article_ids,omitempty" jsonschema:"only these articles"`
	Tags          []string `json:"tags,omitempty" jsonschema:"only articles with one of these tags"`
	AsOf          string   `json:"as_of,omitempty" jsonschema:"the day from which words like 去年 or last month count, YYYY-MM-DD; default today"`
	Window        string   `json:"window,omitempty" jsonschema:"auto: articles of a period that is named come first; off: a period is not looked at"`
}

func (n narrowing) filter() corpus.Filter {
	return corpus.Filter{PublishedFrom: n.PublishedFrom, PublishedTo: n.PublishedTo, Outlets: n.Outlets, ArticleIDs: n.ArticleIDs, Tags: n.Tags}
}

// window checks what it reads: elsewhere the decoder of the option does.
func (n narrowing) window() (rag.WindowOption, error) {
	switch n.Window {
	case "", "auto", "off":
		return rag.WindowOption{Mode: n.Window}, nil
	}
	return rag.WindowOption{}, wrong("window: %s is neither auto nor off", quoteShort(n.Window))
}

// windows are the values of the argument.
func windows() []any { return []any{"auto", "off"} }

type searchInput struct {
	Query string `json:"query" jsonschema:"what to search for, in Chinese or English: a question or the words an article would use; up to 4000 characters"`
	Limit int    `json:"limit,omitempty" jsonschema:"passages, 1 to 100; default 10"`
	narrowing
}

// A searchOutput is the passages found, the best first.
type searchOutput struct {
	Query   string      `json:"query"`
	AsOf    string      `json:"as_of"`
	Window  *rag.Window `json:"window" jsonschema:"the period that was looked for"`
	Results []passage   `json:"results"`
}

type passage struct {
	Number     int          `json:"number"`
	Article    corpus.Ref   `json:"article"`
	PassageID  string       `json:"passage_id"`
	Start      int          `json:"start" jsonschema:"where it begins in the article, in Unicode code points"`
	End        int          `json:"end" jsonschema:"where it ends, half-open"`
	Heading    string       `json:"heading"`
	Text       string       `json:"text"`
	Duplicates []corpus.Ref `json:"duplicates" jsonschema:"other prints of the same article"`
}

func searchTool() definition {
	return definition{
		name: "search", title: "Search articles 检索文章",
		description: "Find passages in the collection of articles (most of them Chinese), the best first, each with its article, outlet, date and exact place. " +
			"Use it to read sources yourself; for a question with a checked answer use ask." + quotedOnly,
		choices: map[string][]any{"window": windows()},
	}
}

func search(ctx context.Context, c call, in searchInput) (out searchOutput, text string, err error) {
	window, err := in.window()
	if err != nil {
		return out, "", err
	}
	reply, err := c.Search(ctx, rag.SearchRequest{Query: in.Query, Limit: in.Limit, Filter: in.filter(), AsOf: in.AsOf, Window: window})
	if err != nil {
		return out, "", err
	}
	out = searchOutput{Query: reply.Query, AsOf: reply.AsOf, Window: reply.Plan.Window, Results: []passage{}}
	for _, r := range reply.Results {
		out.Results = append(out.Results, passage{
			Number: r.Rank, Article: r.Article, PassageID: r.Passage.ID, Start: r.Passage.Start, End: r.Passage.End,
			Heading: r.Passage.Heading, Text: r.Passage.Text, Duplicates: listed(r.Duplicates),
		})
	}
	return out, searchText(wording(reply.Plan.Language), out), nil
}

func searchText(l wording, out searchOutput) string {
	var b strings.Builder
	if len(out.Results) == 0 {
		return l.say("没有找到相关段落。", "Nothing was found.")
	}
	b.WriteString(l.say("找到%d段：\n", "%d passages:\n", len(out.Results)))
	b.WriteString(l.window(out.Window))
	for _, p := range out.Results {
		b.WriteString(fmt.Sprintf("\n[%d] %s\n", p.Number, l.article(p.Article)))
		b.WriteString(l.quotation(p.Start, p.End, p.Text))
		for _, d := range p.Duplicates {
			b.WriteString(l.say("同文：%s\n", "the same text: %s\n", l.article(d)))
		}
	}
	return b.String()
}

// window says which period was looked for, where one was.
func (l wording) window(w *rag.Window) string {
	if w == nil {
		return ""
	}
	day := func(d *string) string {
		if d == nil {
			return "…"
		}
		return *d
	}
	return l.say("时间范围：%s 至 %s\n", "period: %s to %s\n", day(w.From), day(w.To))
}

// listed is never null in JSON.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
