package mcp

import (
	"context"
	"fmt"
	"strings"

	"chuchu/rag"
)

type checkInput struct {
	Text string `json:"text" jsonschema:"the text that is to be checked, plain or Markdown; up to 100000 characters"`
	narrowing
}

func checkTool() definition {
	return definition{
		name: "check", title: "Check a text 核对文稿",
		description: "Hold every sentence of a text that somebody wrote (a draft, a report, your own answer) against the collection. Each gets a verdict: quoted, supported, weak (look for yourself), contradicted (a number, date or name differs, which is named), " +
			"not_found, or none (it claims nothing), with the places in articles that it rests on." + quotedOnly,
		choices: map[string][]any{"window": windows()},
	}
}

func check(ctx context.Context, c call, in checkInput) (rag.CheckReply, string, error) {
	window, err := in.window()
	if err != nil {
		return rag.CheckReply{}, "", err
	}
	reply, err := c.Check(ctx, rag.CheckRequest{Text: in.Text, Filter: in.filter(), AsOf: in.AsOf, Window: window})
	if err != nil {
		return rag.CheckReply{}, "", err
	}
	return reply, checkText(wordingOf(in.Text), reply), nil
}

func checkText(l wording, reply rag.CheckReply) string {
	var b strings.Builder
	n := reply.Coverage
	b.WriteString(l.say("%d个论断：%d个有依据，%d个依据不足，%d个与原文不符，%d个没有找到\n",
		"%d claims: %d supported, %d weak, %d contradicted, %d not found\n", n.Claims, n.Supported, n.Weak, n.Contradicted, n.NotFound))
	for _, s := range reply.Sentences {
		if s.Verdict == "none" {
			continue
		}
		b.WriteString("\n" + l.verdict(s.Verdict) + ": " + oneLine(s.Text) + "\n" + l.differences(s.Why))
		for _, span := range s.Spans {
			if span.Quote != nil {
				b.WriteString(fmt.Sprintf("[%d] ", span.Number) + l.quotation(span.Start, span.End, *span.Quote))
			}
		}
	}
	if len(reply.Citations) > 0 {
		b.WriteString(l.say("\n来源：\n", "\nSources:\n"))
	}
	for _, c := range reply.Citations {
		b.WriteString(fmt.Sprintf("[%d] %s\n", c.Number, l.article(c.Article)))
	}
	return b.String()
}
