package mcp

import (
	"context"
	"errors"

	"chuchu/corpus"
)

// mostText is how many characters of an article a call returns: what an assistant reads
// at once.
const mostText = 20_000

type articleInput struct {
	ID      string `json:"id" jsonschema:"the article's id, as search and citations give it"`
	Version int    `json:"version,omitempty" jsonschema:"the version that a citation names; default the newest"`
	Start   int    `json:"start,omitempty" jsonschema:"where to begin, in Unicode code points of the text; default 0"`
	End     int    `json:"end,omitempty" jsonschema:"where to end, half-open; default as far as 20000 characters go"`
}

// An articleOutput is a part of an article's text: text[start:end] of it.
type articleOutput struct {
	Article  corpus.Ref `json:"article"`
	Author   string     `json:"author"`
	Language string     `json:"language"`
	Tags     []string   `json:"tags"`
	URI      string     `json:"uri" jsonschema:"the whole article as a resource"`
	Length   int        `json:"length" jsonschema:"code points of the whole text"`
	Start    int        `json:"start"`
	End      int        `json:"end"`
	Next     *int       `json:"next" jsonschema:"give it as start for the part behind; null at the end"`
	Text     string     `json:"text"`
}

func articleTool() definition {
	return definition{
		name: "get_article", title: "Read an article 读文章",
		description: "Read an article of the collection, or the part of it around a quotation: its text from start to end, in Unicode code points, half-open, at most 20000 of them. Give the version that a citation names, so that its offsets fit." + quotedOnly,
	}
}

func getArticle(ctx context.Context, c call, in articleInput) (out articleOutput, text string, err error) {
	switch {
	case in.ID == "":
		return out, "", wrong("id: it is empty; search gives the ids of articles")
	case in.Version < 0:
		return out, "", wrong("version: %d is none; they count from 1", in.Version)
	case in.Start < 0 || in.End < 0:
		return out, "", wrong("start, end: offsets count from 0")
	case in.End > 0 && in.End <= in.Start:
		return out, "", wrong("end: %d is not behind start, %d", in.End, in.Start)
	}
	a, err := c.Article(ctx, in.ID, in.Version)
	switch {
	case errors.Is(err, corpus.ErrNotFound):
		return out, "", wrong("there is no article %s, or no such version of it; search gives ids and versions", quoteShort(in.ID))
	case errors.Is(err, corpus.ErrGone):
		return out, "", wrong("the article %s was deleted; its text is not kept", quoteShort(in.ID))
	case err != nil:
		return out, "", err
	}
	runes := []rune(a.Text)
	if in.Start > 0 && in.Start >= len(runes) {
		return out, "", wrong("start: the text has %d characters, there are none behind %d", len(runes), in.Start)
	}
	end := min(len(runes), in.Start+mostText)
	if in.End > 0 {
		end = min(end, in.End)
	}
	out = articleOutput{
		Article: a.Ref(), Author: a.Author, Language: a.Language, Tags: listed(a.Tags), URI: articleURI(a.ID, a.Version), Length: len(runes),
		Start: in.Start, End: end, Text: string(runes[in.Start:end]),
	}
	if end < len(runes) {
		out.Next = &end
	}
	l := wordingOf(a.Title)
	header := l.article(out.Article) + "\n" + l.say("全文%d字，以下为第%d–%d字：\n\n", "%d characters; these are %d-%d:\n\n", out.Length, out.Start, out.End)
	return out, header + out.Text, nil
}
