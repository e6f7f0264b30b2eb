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

// scope is what narrows a search or a question.
type scope struct {
	Limit  int      `help:"How many passages (search: to show; ask: to answer from)." placeholder:"N"`
	From   string   `help:"Only articles published on or after this day, YYYY-MM-DD."`
	To     string   `help:"Only articles published on or before this day."`
	Outlet []string `help:"Only articles of this outlet; may be repeated."`
	Tag    []string `help:"Only articles with this tag; may be repeated."`
	AsOf   string   `help:"The day the question is asked, YYYY-MM-DD (default: today)."`
}

func (s scope) filter() corpus.Filter {
	return corpus.Filter{PublishedFrom: s.From, PublishedTo: s.To, Outlets: s.Outlet, Tags: s.Tag}
}

type searchCommand struct {
	Query   []string `arg:"" help:"What to search for."`
	Explain bool     `help:"Show every score."`
	scope
}

func (c *searchCommand) Run(ctx context.Context, p *program) error {
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
	style := newStyle(p.stdout)
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
	collection, err := openCollection(ctx, p)
	if err != nil {
		return err
	}
	request := rag.ChatRequest{
		Messages: []llm.Message{{Role: "user", Content: strings.Join(c.Question, " ")}},
		Filter:   c.filter(), AsOf: c.AsOf, Language: c.Language, Verify: c.Verify, Limit: c.Limit,
	}
	reply, err := c.answer(ctx, p, collection, request)
	if err := errors.Join(err, collection.Close()); err != nil {
		return err
	}
	if p.json {
		return writeJSON(p.stdout, reply)
	}
	printReferences(p.stdout, newStyle(p.stdout), reply)
	return nil
}

// answer prints the text as it is written, unless JSON is wanted, and returns
// the whole reply.
func (c *askCommand) answer(ctx context.Context, p *program, from collection, request rag.ChatRequest) (rag.Reply, error) {
	var reply rag.Reply
	for event, err := range from.Answer(ctx, request) {
		if err != nil {
			return reply, err
		}
		switch event.Name {
		case "delta":
			var delta struct {
				Text string `json:"text"`
			}
			if err := json.Unmarshal(event.Data, &delta); err != nil {
				return reply, fmt.Errorf("reading the answer: %w", err)
			}
			if !p.json {
				fmt.Fprint(p.stdout, delta.Text)
			}
		case "done":
			if err := json.Unmarshal(event.Data, &reply); err != nil {
				return reply, fmt.Errorf("reading the answer: %w", err)
			}
		case "error":
			return reply, eventError(event)
		}
	}
	return reply, ctx.Err()
}

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

// describe names an article on one line.
func describe(a corpus.Ref) string {
	parts := []string{a.Title}
	if a.Outlet != "" {
		parts = append(parts, a.Outlet)
	}
	if a.Published != "" {
		parts = append(parts, string(a.Published))
	}
	return strings.Join(parts, " · ")
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// style colours text for a terminal and leaves it alone elsewhere.
type style struct{ on bool }

func newStyle(w io.Writer) style { return style{isTerminal(w)} }

func (s style) paint(code, text string) string {
	if !s.on {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) number(text string) string  { return s.paint("36", text) }
func (s style) strong(text string) string  { return s.paint("1", text) }
func (s style) quiet(text string) string   { return s.paint("2", text) }
func (s style) warning(text string) string { return s.paint("33", text) }
