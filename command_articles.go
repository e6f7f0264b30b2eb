package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"chuchu/corpus"
)

type articlesCommand struct {
	List   listCommand   `cmd:"" help:"List articles, newest first."`
	Rm     removeCommand `cmd:"" help:"Delete articles; their text is erased."`
	Export exportCommand `cmd:"" help:"Write all articles as JSON Lines, which ingest reads back."`
}

type listCommand struct {
	Text   string   `arg:"" optional:"" help:"Words of the title."`
	Outlet []string `help:"Only this outlet; may be repeated."`
	Tag    []string `help:"Only this tag; may be repeated."`
	From   string   `help:"Published on or after this day."`
	To     string   `help:"Published on or before this day."`
}

func (c *listCommand) Run(ctx context.Context, p *program) error {
	collection, err := openCollection(ctx, p)
	if err != nil {
		return err
	}
	return errors.Join(c.print(ctx, p, collection), collection.Close())
}

func (c *listCommand) print(ctx context.Context, p *program, from collection) error {
	query := corpus.ListQuery{
		Text: c.Text, Limit: 500,
		Filter: corpus.Filter{Outlets: c.Outlet, Tags: c.Tag, PublishedFrom: c.From, PublishedTo: c.To},
	}
	for {
		list, err := from.List(ctx, query)
		if err != nil {
			return err
		}
		for _, a := range list.Articles {
			if err := printArticle(p, a); err != nil {
				return err
			}
		}
		if list.Next == "" {
			if !p.json {
				fmt.Fprintf(p.stdout, "%d articles\n", list.Total)
			}
			return nil
		}
		query.Cursor = list.Next
	}
}

func printArticle(p *program, a corpus.Ref) error {
	if p.json {
		return writeJSON(p.stdout, a)
	}
	date := string(a.Published)
	if date == "" {
		date = "undated"
	}
	_, err := fmt.Fprintf(p.stdout, "%s  %-10s  %s · %s\n", a.ID, date, a.Title, a.Outlet)
	return err
}

type removeCommand struct {
	IDs []string `arg:"" name:"id" help:"Ids of articles, as list shows them."`
}

func (c *removeCommand) Run(ctx context.Context, p *program) error {
	collection, err := openCollection(ctx, p)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range c.IDs {
		if err := collection.Delete(ctx, id); err != nil {
			errs = append(errs, fmt.Errorf("article %s: %w", id, err))
			continue
		}
		fmt.Fprintln(p.stdout, "deleted", id)
	}
	return errors.Join(append(errs, collection.Close())...)
}

type exportCommand struct {
	Output string `short:"o" help:"File to write (default: standard output); an existing one is not overwritten." placeholder:"FILE"`
}

func (c *exportCommand) Run(ctx context.Context, p *program) error {
	collection, err := openCollection(ctx, p)
	if err != nil {
		return err
	}
	return errors.Join(c.write(ctx, p, collection), collection.Close())
}

func (c *exportCommand) write(ctx context.Context, p *program, from collection) (err error) {
	out := p.stdout
	if c.Output != "" {
		f, err := os.OpenFile(filepath.Clean(c.Output), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("exporting articles: %w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	return exportTo(ctx, out, from)
}

func exportTo(ctx context.Context, out io.Writer, from collection) error {
	buffered := bufio.NewWriter(out)
	if err := from.Export(ctx, buffered); err != nil {
		return err
	}
	return buffered.Flush()
}
