package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

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
	if err := errors.Join(checkDay("--from", c.From), checkDay("--to", c.To)); err != nil {
		return &exitError{statusUsage, err}
	}
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
				fmt.Fprintln(p.stdout, number(list.Total, "article"))
			}
			return nil
		}
		query.Cursor = list.Next
	}
}

func printArticle(p *program, a corpus.Ref) error {
	if p.json {
		return writeLine(p.stdout, a)
	}
	date := cmp.Or(string(a.Published), "undated")
	a.Published = "" // it has a column of its own
	_, err := fmt.Fprintf(p.stdout, "%s  %-10s  %s\n", a.ID, date, describe(a))
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
		err := collection.Delete(ctx, id)
		switch {
		case errors.Is(err, corpus.ErrNotFound):
			err = fmt.Errorf("there is no article %q; chuchu articles list shows the ids", id)
		case errors.Is(err, corpus.ErrGone):
			err = fmt.Errorf("article %s was deleted before", id)
		}
		if err != nil {
			errs = append(errs, err)
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

func (c *exportCommand) write(ctx context.Context, p *program, from collection) error {
	if c.Output == "" {
		return exportTo(ctx, p.stdout, from)
	}
	err := writeFile(c.Output, os.O_EXCL, func(w io.Writer) error { return exportTo(ctx, w, from) })
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already; name another file, or remove it first", c.Output)
	}
	return err
}

func exportTo(ctx context.Context, out io.Writer, from collection) error {
	buffered := bufio.NewWriter(out)
	if err := from.Export(ctx, buffered); err != nil {
		return err
	}
	return buffered.Flush()
}
