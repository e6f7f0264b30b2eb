package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// narrowing is what narrows the articles that a command looks at.
type narrowing struct {
	From   string   `help:"Only articles published on or after this day, YYYY-MM-DD."`
	To     string   `help:"Only articles published on or before this day."`
	Outlet []string `help:"Only articles of this outlet; may be repeated."`
	Tag    []string `help:"Only articles with this tag; may be repeated."`
	AsOf   string   `help:"The day from which words like 去年 count, YYYY-MM-DD (default: today)."`
}

// check refuses days that are none.
func (n narrowing) check() error {
	err := errors.Join(checkDay("--from", n.From), checkDay("--to", n.To), checkDay("--as-of", n.AsOf))
	if err != nil {
		return &exitError{statusUsage, err}
	}
	return nil
}

func (n narrowing) filter() corpus.Filter {
	return corpus.Filter{PublishedFrom: n.From, PublishedTo: n.To, Outlets: n.Outlet, Tags: n.Tag}
}

// scope is what a search or a question looks at.
type scope struct {
	Limit int `help:"How many passages (search: to show; ask: to answer from)." placeholder:"N"`
	narrowing
}

type searchCommand struct {
	Query   []string `arg:"" help:"What to search for."`
	Explain bool     `help:"Show every score."`
	scope
}

func (c *searchCommand) Run(ctx context.Context, p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	collection, err := openCollection(ctx, p)
	if err != nil {
		return err
	}
	reply, err := collection.Search(ctx, rag.SearchRequest{
		Query: strings.Join(c.Query, " "), Limit: c.Limit, Filter: c.filter(), AsOf: c.AsOf, Explain: c.Explain,
	})
	if err := errors.Join(err, collection.Close()); err != nil {
		return err
	}
	if p.json {
		return writeJSON(p.stdout, reply)
	}
	style := p.style()
	if len(reply.Results) == 0 {
		fmt.Fprintln(p.stdout, "nothing found")
	}
	for _, r := range reply.Results {
		fmt.Fprintf(p.stdout, "%s %s\n", style.number(fmt.Sprintf("%2d.", r.Rank)), style.strong(describe(r.Article)))
		fmt.Fprintf(p.stdout, "    %s\n", style.quiet(fmt.Sprintf("%.3f  %s  %d-%d", r.Score, r.Passage.ID, r.Passage.Start, r.Passage.End)))
		if s := r.Scores; s != nil {
			fmt.Fprintf(p.stdout, "    %s\n", style.quiet(fmt.Sprintf("lexical %.3f, vector %.3f, window %.3f, rerank %.3f", s.Lexical, s.Vector, s.Window, s.Rerank)))
		}
		fmt.Fprintf(p.stdout, "    %s\n\n", firstRunes(r.Passage.Text, 160))
	}
	return nil
}

type askCommand struct {
	Question []string `arg:"" help:"The question."`
	Language string   `help:"Language of the answer: auto, zh or en." default:"auto" enum:"auto,zh,en"`
	Verify   string   `help:"mark: show every sentence with its verdict; strict: leave out what does not hold." default:"mark" enum:"mark,strict"`
	scope
}

func (c *askCommand) Run(ctx context.Context, p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	collection, err := openCollection(ctx, p)
	if err != nil {
		return err
	}
	request := rag.ChatRequest{
		Messages: []llm.Message{{Role: "user", Content: strings.Join(c.Question, " ")}},
		Filter:   c.filter(), AsOf: c.AsOf, Language: c.Language, Verify: c.Verify, Limit: c.Limit,
	}
	reply, begun, err := c.answer(ctx, p, collection, request)
	if err := errors.Join(err, collection.Close()); err != nil {
		if begun && !p.json {
			fmt.Fprintln(p.stdout, "…") // so that nobody takes the part for the whole
		}
		return err
	}
	if p.json {
		return writeJSON(p.stdout, reply)
	}
	printReferences(p.stdout, p.style(), reply)
	return nil
}

// answer prints the text as it is written, unless JSON is wanted, and returns
// the whole reply. begun says that some text had come before an error.
func (c *askCommand) answer(ctx context.Context, p *program, from collection, request rag.ChatRequest) (reply rag.Reply, begun bool, err error) {
	whole := false // done has come; the engine is heard out, so that it does not think its reader left
	for event, err := range from.Answer(ctx, request) {
		if err != nil {
			return reply, begun, err
		}
		switch event.Name {
		case "delta":
			var delta struct {
				Text string `json:"text"`
			}
			if err := json.Unmarshal(event.Data, &delta); err != nil {
				return reply, begun, fmt.Errorf("reading the answer: %w", err)
			}
			begun = true
			if !p.json {
				fmt.Fprint(p.stdout, delta.Text)
			}
		case "done":
			if err := json.Unmarshal(event.Data, &reply); err != nil {
				return reply, begun, fmt.Errorf("reading the answer: %w", err)
			}
			whole = true
		case "error":
			return reply, begun, eventError(event)
		}
	}
	switch {
	case whole:
		return reply, begun, nil
	case ctx.Err() != nil:
		return reply, begun, ctx.Err()
	}
	return reply, begun, errNoEnd
}

// errNoEnd is returned for an answer that ends with neither done nor error.
var errNoEnd = errors.New("the answer broke off")

// eventError makes an error of an error event: its own where it was made here,
// the problem where a server sent it.
func eventError(event rag.Event) error {
	if event.Err != nil {
		return event.Err
	}
	problem := &problemError{}
	if err := json.Unmarshal(event.Data, problem); err != nil {
		return fmt.Errorf("the answer ended in an error that cannot be read: %w", err)
	}
	return problem
}

// printReferences prints what the answer rests on, and what must be known of it.
func printReferences(w io.Writer, style style, reply rag.Reply) {
	fmt.Fprintln(w)
	for _, c := range reply.Citations {
		fmt.Fprintf(w, "\n%s %s\n", style.number(fmt.Sprintf("[%d]", c.Number)), style.strong(describe(c.Article)))
		if c.Article.URL != "" {
			fmt.Fprintf(w, "    %s\n", style.quiet(c.Article.URL))
		}
		for _, s := range c.Spans {
			if s.Quote != nil {
				fmt.Fprintf(w, "    %s %s\n", style.quiet(fmt.Sprintf("%d-%d", s.Start, s.End)), "“"+firstRunes(*s.Quote, 120)+"”")
			}
		}
	}
	for _, v := range verdictsToShow(reply) {
		fmt.Fprintf(w, "\n%s\n", style.warning(v))
	}
	for _, c := range reply.Caveats {
		fmt.Fprintf(w, "\n%s\n", style.quiet(c.Text))
	}
}

// verdictsToShow names the sentences that their sources do not bear out.
func verdictsToShow(reply rag.Reply) []string {
	text := []rune(reply.Answer)
	var lines []string
	for _, s := range reply.Sentences {
		if s.Verdict == "weak" || s.Verdict == "contradicted" || s.Verdict == "uncited" {
			lines = append(lines, fmt.Sprintf("%s: %s", s.Verdict, firstRunes(string(text[s.Start:s.End]), 60)))
		}
	}
	return lines
}
