package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/schollz/progressbar/v3"

	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/rag/embed"
)

type ingestCommand struct {
	Paths     []string `arg:"" name:"path" help:"Files and folders."`
	DryRun    bool     `help:"Show what would become of each file, passages included, and change nothing."`
	Title     string   `help:"Title, instead of the file's own."`
	URL       string   `name:"url" help:"Address of the article."`
	Outlet    string   `help:"Who published it."`
	Author    string   `help:"Who wrote it."`
	Published string   `help:"Date of publication: YYYY-MM-DD, YYYY-MM or YYYY."`
	Language  string   `help:"zh or en."`
	Tag       []string `help:"Tag of the articles; may be repeated."`
}

func (c *ingestCommand) Run(ctx context.Context, p *program) error {
	published, err := corpus.ParseDate(c.Published)
	if err != nil {
		return &exitError{statusUsage, fmt.Errorf("--published: %w", err)}
	}
	meta := ingest.Meta{
		Title: c.Title, URL: c.URL, Outlet: c.Outlet, Author: c.Author,
		Published: published, Language: c.Language, Tags: c.Tag,
	}
	tally := newTally(p)
	err = c.ingest(ctx, p, ingest.Walk(ctx, c.Paths, meta), tally)
	tally.finish(err)
	switch {
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("%w; what is counted above is in the collection", errStopped)
	case err != nil && tally.taken() && !c.DryRun:
		return fmt.Errorf("%w; what is counted above is in the collection, ingesting again takes the rest", err)
	case err != nil:
		return err
	case tally.count["refused"] > 0:
		return &exitError{status: statusRefused}
	}
	return nil
}

func (c *ingestCommand) ingest(ctx context.Context, p *program, sources iter.Seq2[ingest.Source, error], t *tally) error {
	if c.DryRun {
		return dryRun(ctx, p, sources, t.add)
	}
	collection, err := openCollection(ctx, p)
	if err != nil {
		return err
	}
	return errors.Join(collection.Ingest(ctx, sources, t.add), collection.Close())
}

// dryRun reads and splits as ingest would, beside whoever has the data directory.
func dryRun(ctx context.Context, p *program, sources iter.Seq2[ingest.Source, error], report func(ingest.Result)) error {
	embedder, err := embed.New(p.config.Embed)
	if err != nil {
		return err
	}
	record, err := corpus.Open(ctx, p.config.Data, corpus.Options{ReadOnly: true})
	if err != nil && !errors.Is(err, corpus.ErrNotFound) {
		return err
	}
	parts := ingest.Parts{Record: record, Embedder: embedder, Options: p.config.Ingest, Log: p.log}
	err = ingest.New(parts).DryRun(ctx, sources, report)
	if record != nil {
		err = errors.Join(err, record.Close())
	}
	return err
}

// Ingest implements collection. The first article of the user's own takes the
// place of the examples.
func (l *local) Ingest(ctx context.Context, sources iter.Seq2[ingest.Source, error], report func(ingest.Result)) error {
	defer l.makeRoom(ctx)
	return l.ingester.Ingest(ctx, sources, report)
}

// Put puts articles that did not come from a file into the record, as Ingest does.
func (l *local) Put(ctx context.Context, drafts []ingest.Draft, report func(ingest.Result)) error {
	defer l.makeRoom(ctx)
	return l.ingester.Put(ctx, drafts, report)
}

// A tally counts results, shows progress to a person, and names what was refused.
type tally struct {
	p     *program
	bar   *progressbar.ProgressBar
	count map[string]int
}

func newTally(p *program) *tally {
	t := &tally{p: p, count: make(map[string]int)}
	if isTerminal(p.stderr) && !p.json {
		t.bar = progressbar.NewOptions(-1,
			progressbar.OptionSetWriter(p.stderr),
			progressbar.OptionSetDescription("articles"),
			progressbar.OptionShowCount(),
			progressbar.OptionShowIts(),
			progressbar.OptionClearOnFinish(),
		)
	}
	return t
}

func (t *tally) add(result ingest.Result) {
	t.count[result.Status]++
	switch {
	case t.p.json:
		// A broken pipe shows at the next write; the summary still counts.
		_ = writeLine(t.p.stdout, result)
	case result.Status == "refused":
		t.clear()
		fmt.Fprintf(t.p.stderr, "refused: %s: %s\n", oneLine(result.Name), oneLine(result.Reason))
	case result.Passages != nil:
		t.clear()
		printDryRun(t.p.stdout, result)
	}
	if t.bar != nil {
		_ = t.bar.Add(1)
	}
}

func (t *tally) clear() {
	if t.bar != nil {
		_ = t.bar.Clear()
	}
}

// taken reports whether anything is in the collection now.
func (t *tally) taken() bool { return t.count["added"]+t.count["updated"]+t.count["unchanged"] > 0 }

// finish prints the sum, unless it failed before there was anything to count.
func (t *tally) finish(err error) {
	if t.bar != nil {
		_ = t.bar.Finish()
	}
	if err != nil && len(t.count) == 0 {
		return
	}
	summary := fmt.Sprintf("%d added, %d unchanged, %d updated, %d refused",
		t.count["added"], t.count["unchanged"], t.count["updated"], t.count["refused"])
	if t.p.json {
		fmt.Fprintln(t.p.stderr, summary)
		return
	}
	fmt.Fprintln(t.p.stdout, summary)
}

func printDryRun(w io.Writer, result ingest.Result) {
	fmt.Fprintf(w, "%s: %s", oneLine(result.Name), result.Status)
	if a := result.Article; a != nil {
		fmt.Fprintf(w, ": %s  %s", a.ID, describe(*a))
	}
	fmt.Fprintln(w)
	for _, passage := range result.Passages {
		heading := passage.Heading
		if heading != "" {
			heading += ": "
		}
		fmt.Fprintf(w, "  %4d  %d-%d  %s%s\n", passage.Ordinal, passage.Start, passage.End, heading, firstRunes(passage.Text, 40))
	}
}
