package main

import (
	"bytes"
	"context"
	"encoding/json"
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
	sources := ingest.Walk(ctx, c.Paths, meta)
	tally := newTally(p)
	err = c.ingest(ctx, p, sources, tally)
	tally.finish()
	switch {
	case errors.Is(err, context.Canceled):
		return &exitError{statusFailed, errors.New("stopped; what is counted above is in the collection")}
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
	return l.examplesGiveWay(ctx, report, func(report func(ingest.Result)) error {
		return l.ingester.Ingest(ctx, sources, report)
	})
}

// Ingest implements collection: small files go as they are, so that the server
// reads them; larger ones are read here and sent article by article.
func (r *remote) Ingest(ctx context.Context, sources iter.Seq2[ingest.Source, error], report func(ingest.Result)) error {
	for source, err := range sources {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			report(ingest.Refused(source.Name, err))
			continue
		}
		if err := r.send(ctx, source, report); err != nil {
			return err
		}
	}
	return nil
}

func (r *remote) send(ctx context.Context, source ingest.Source, report func(ingest.Result)) error {
	if source.Size < 0 || source.Size > uploadSize {
		return r.sendArticles(ctx, source, report)
	}
	content, err := readSource(source)
	if err != nil {
		report(ingest.Refused(source.Name, err))
		return nil
	}
	results, err := r.upload(ctx, source.Name, content, source.Meta)
	for _, result := range results {
		report(result)
	}
	return err
}

func readSource(source ingest.Source) ([]byte, error) {
	f, err := source.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// sendArticles reads a large file here and sends its articles as JSON Lines.
func (r *remote) sendArticles(ctx context.Context, source ingest.Source, report func(ingest.Result)) error {
	var lines bytes.Buffer
	flush := func() error {
		if lines.Len() == 0 {
			return nil
		}
		results, err := r.upload(ctx, source.Name, lines.Bytes(), ingest.Meta{})
		for _, result := range results {
			report(result)
		}
		lines.Reset()
		return err
	}
	for draft, err := range ingest.Read(ctx, source, ingest.Defaults()) {
		if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) {
			report(ingest.Refused(refusal.Name, err))
			continue
		}
		if err != nil {
			return err
		}
		if err := ingest.WriteLine(&lines, draft.Article); err != nil {
			return err
		}
		if lines.Len() > uploadSize/2 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
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
		_ = json.NewEncoder(t.p.stdout).Encode(result)
	case result.Status == "refused":
		t.clear()
		fmt.Fprintf(t.p.stderr, "refused: %s: %s\n", result.Name, result.Reason)
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

func (t *tally) finish() {
	if t.bar != nil {
		_ = t.bar.Finish()
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
	fmt.Fprintf(w, "%s: %s", result.Name, result.Status)
	if a := result.Article; a != nil {
		date := string(a.Published)
		if date == "" {
			date = "undated"
		}
		fmt.Fprintf(w, ": %s (%s, %s) %s", a.Title, a.Outlet, date, a.ID)
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

// firstRunes shortens s to n code points, on one line.
func firstRunes(s string, n int) string {
	runes := []rune(s)
	if len(runes) > n {
		runes = append(runes[:n:n], '…')
	}
	for i, r := range runes {
		if r == '\n' {
			runes[i] = ' '
		}
	}
	return string(runes)
}
