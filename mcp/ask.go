package mcp

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"chuchu/corpus"
	"chuchu/rag"
)

type askInput struct {
	Question   string `json:"question" jsonschema:"the question, in Chinese or English; up to 4000 characters"`
	PreviousID string `json:"previous_id,omitempty" jsonschema:"the id of the answer that this question follows up"`
	Language   string `json:"language,omitempty" jsonschema:"the language of the answer; default that of the question"`
	Verify     string `json:"verify,omitempty" jsonschema:"mark (default): every sentence with its verdict; strict: what does not hold is left out and listed in dropped"`
	Limit      int    `json:"limit,omitempty" jsonschema:"passages the answer is made from, 1 to 100; default 8"`
	narrowing
}

// An askOutput is an answer, without what only explains how it was made.
type askOutput struct {
	ID        string         `json:"id" jsonschema:"give it as previous_id to follow up"`
	Status    string         `json:"status" jsonschema:"answered, partial or refused"`
	Mode      string         `json:"mode" jsonschema:"model: written by a model; extracts: made of verbatim sentences"`
	Language  string         `json:"language"`
	AsOf      string         `json:"as_of"`
	Window    *rag.Window    `json:"window" jsonschema:"the period that was looked for"`
	Answer    string         `json:"answer" jsonschema:"the text, with the numbers of the citations in brackets"`
	Sentences []rag.Sentence `json:"sentences" jsonschema:"start and end in code points of answer, half-open; verdict is quoted, supported, weak, contradicted, uncited or none"`
	Citations []rag.Citation `json:"citations" jsonschema:"start and end of a span in code points of that version of the article, half-open"`
	Coverage  rag.Coverage   `json:"coverage"`
	Dropped   []rag.Dropped  `json:"dropped"`
	Conflicts []rag.Conflict `json:"conflicts" jsonschema:"sources that disagree"`
	Caveats   []rag.Caveat   `json:"caveats"`
	Refusal   *rag.Refusal   `json:"refusal"`
}

func askTool() definition {
	return definition{
		name: "ask", title: "Ask the articles 提问",
		description: "Answer a question from the collection of articles (most of them Chinese), every sentence with the exact characters of the article it rests on and a verdict on whether they bear it out. " +
			"What the collection does not answer is refused, with the nearest articles; articles that disagree are shown side by side. Keep the numbers of the sources when you pass the answer on." + quotedOnly,
		choices: map[string][]any{"window": windows(), "language": {"auto", "zh", "en"}, "verify": {"mark", "strict"}},
	}
}

func ask(ctx context.Context, c call, in askInput) (out askOutput, text string, err error) {
	window, err := in.window()
	if err != nil {
		return out, "", err
	}
	r, err := c.Chat(ctx, rag.ChatRequest{
		Messages: []rag.Message{{Role: "user", Content: in.Question}}, PreviousID: in.PreviousID, Filter: in.filter(), AsOf: in.AsOf,
		Window: window, Language: in.Language, Verify: in.Verify, Limit: in.Limit,
	})
	if errors.Is(err, corpus.ErrNotFound) && in.PreviousID != "" {
		err = wrong("previous_id: there is no answer %s; leave it out to ask without one", quoteShort(in.PreviousID))
	}
	if err != nil {
		return out, "", err
	}
	out = askOutput{
		ID: r.ID, Status: r.Status, Mode: r.Mode, Language: r.Language, AsOf: r.AsOf, Window: r.Plan.Window, Answer: r.Answer,
		Sentences: listed(r.Sentences), Citations: listed(r.Citations), Coverage: r.Coverage, Dropped: listed(r.Dropped),
		Conflicts: listed(r.Conflicts), Caveats: listed(r.Caveats), Refusal: r.Refusal,
	}
	return out, askText(wording(r.Language), out), nil
}

func askText(l wording, out askOutput) string {
	var b strings.Builder
	b.WriteString(out.Answer + "\n")
	switch out.Status {
	case "refused":
		b.WriteString(l.say("\n（所收文章没有回答这个问题。）\n", "\n(The collection does not answer this question.)\n"))
	case "partial":
		b.WriteString(l.say("\n（只回答了一部分。）\n", "\n(This answers a part of it.)\n"))
	}
	b.WriteString(doubtful(l, out))
	if len(out.Citations) > 0 {
		b.WriteString(l.say("\n来源：\n", "\nSources:\n"))
	}
	for _, c := range out.Citations {
		b.WriteString(fmt.Sprintf("[%d] %s\n", c.Number, l.article(c.Article)))
		for _, s := range c.Spans {
			if s.Quote != nil {
				b.WriteString(l.quotation(s.Start, s.End, *s.Quote))
			}
		}
	}
	b.WriteString(conflictText(l, out.Conflicts))
	if out.Refusal != nil {
		b.WriteString(nearestText(l, out.Refusal.Nearest))
	}
	for _, c := range out.Caveats {
		b.WriteString("\n" + c.Text + "\n")
	}
	return b.String() + l.say("\n回答编号：%s\n", "\nThis answer is %s.\n", out.ID)
}

// doubtful names the sentences that their sources do not bear out, and what differs.
func doubtful(l wording, out askOutput) string {
	var b strings.Builder
	text := []rune(out.Answer)
	for _, s := range out.Sentences {
		if s.Verdict == "weak" || s.Verdict == "contradicted" || s.Verdict == "uncited" {
			b.WriteString("\n" + l.verdict(s.Verdict) + ": " + oneLine(string(text[s.Start:s.End])) + "\n" + l.differences(s.Why))
		}
	}
	for _, d := range out.Dropped {
		b.WriteString(l.say("\n已略去，%s：%s\n", "\nLeft out, %s: %s\n", l.verdict(d.Verdict), oneLine(d.Text)) + l.differences(d.Why))
	}
	return b.String()
}

func conflictText(l wording, conflicts []rag.Conflict) string {
	var b strings.Builder
	for _, c := range conflicts {
		b.WriteString(l.say("\n文章说法不一：%s\n", "\nArticles disagree: %s\n", oneLine(c.About)))
		for _, side := range c.Sides {
			b.WriteString(l.article(side.Article) + "\n" + l.quotation(side.Span.Start, side.Span.End, side.Quote))
		}
	}
	return b.String()
}

func nearestText(l wording, nearest []corpus.Ref) string {
	var b strings.Builder
	if len(nearest) > 0 {
		b.WriteString(l.say("\n最接近的文章：\n", "\nThe nearest articles:\n"))
	}
	for _, a := range nearest {
		b.WriteString("- " + l.article(a) + "\n")
	}
	return b.String()
}
