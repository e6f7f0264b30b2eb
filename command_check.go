package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"chuchu/ingest"
	"chuchu/rag"
)

type checkCommand struct {
	File string `arg:"" help:"The draft: text, Markdown or DOCX; - for standard input."`
	narrowing
}

func (c *checkCommand) Run(ctx context.Context, p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	source, err := c.source(p.stdin)
	if err != nil {
		return err
	}
	draft, err := ingest.ReadOne(ctx, source, p.config.Ingest)
	if err != nil {
		return err
	}
	collection, err := openCollection(ctx, p)
	if err != nil {
		return err
	}
	reply, err := collection.Check(ctx, rag.CheckRequest{
		Text: draft.Article.Text, AsOf: c.AsOf, Filter: c.filter(),
	})
	if err := errors.Join(err, collection.Close()); err != nil {
		return err
	}
	if p.json {
		return writeJSON(p.stdout, reply)
	}
	printChecked(p.stdout, p.style(), reply)
	return nil
}

// source returns the file as ingest reads it.
func (c *checkCommand) source(stdin io.Reader) (ingest.Source, error) {
	if c.File != "-" {
		info, err := os.Stat(c.File)
		switch {
		case err != nil:
			return ingest.Source{}, err
		case info.IsDir():
			return ingest.Source{}, fmt.Errorf("%s is a folder; give one file", c.File)
		}
		return ingest.Source{Name: c.File, Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(c.File) }}, nil
	}
	text, err := io.ReadAll(stdin)
	if err != nil {
		return ingest.Source{}, fmt.Errorf("read standard input: %w", err)
	}
	return ingest.Source{Name: "standard input", Size: int64(len(text)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(text)), nil
	}}, nil
}

// printChecked prints each sentence with its verdict, what differs, and its sources.
func printChecked(w io.Writer, style style, reply rag.CheckReply) {
	for _, s := range reply.Sentences {
		if s.Verdict == "none" {
			continue
		}
		verdict := style.warning
		if s.Verdict == "quoted" || s.Verdict == "supported" {
			verdict = style.number
		}
		fmt.Fprintf(w, "%s %s\n", verdict(fmt.Sprintf("%-12s", s.Verdict)), strings.TrimSpace(s.Text))
		for _, y := range s.Why {
			if y.Differs() {
				fmt.Fprintf(w, "    %s\n", style.quiet(describeWhy(y)))
			}
		}
		for _, span := range s.Spans {
			fmt.Fprintf(w, "    %s %s\n", style.number(fmt.Sprintf("[%d]", span.Number)), "“"+firstRunes(*span.Quote, 120)+"”")
		}
		fmt.Fprintln(w)
	}
	for _, c := range reply.Citations {
		fmt.Fprintf(w, "%s %s\n", style.number(fmt.Sprintf("[%d]", c.Number)), style.strong(describe(c.Article)))
	}
	c := reply.Coverage
	fmt.Fprintf(w, "\n%d claims: %d supported, %d weak, %d contradicted, %d not found\n", c.Claims, c.Supported, c.Weak, c.Contradicted, c.NotFound)
}

// describeWhy says in a line what of a sentence its source does not hold, or has
// otherwise.
func describeWhy(y rag.Why) string {
	switch {
	case y.Source == "":
		return fmt.Sprintf("%s: “%s” is not there", y.Kind, firstRunes(y.Claim, 60))
	case y.Claim == "":
		return fmt.Sprintf("%s: there it says “%s”", y.Kind, firstRunes(y.Source, 60))
	}
	return fmt.Sprintf("%s: “%s”, there “%s”", y.Kind, firstRunes(y.Claim, 60), firstRunes(y.Source, 60))
}
