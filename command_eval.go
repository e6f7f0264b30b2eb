package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"

	"chuchu/eval"
	"chuchu/ingest"
	"chuchu/rag"
	"chuchu/rag/llm"
)

type evalCommand struct {
	Paths    []string           `arg:"" name:"path" help:"Question sets, and search plans of their questions to be played back: .jsonl files, and folders of them."`
	Articles []string           `help:"Ask over these files and folders, taken into a collection of their own that is removed afterwards, instead of the data directory; may be repeated." placeholder:"PATH"`
	AsOf     string             `help:"The day questions are asked that do not say theirs, YYYY-MM-DD (default: today)."`
	Rows     string             `help:"Write a line of JSON for every search and answer to this file." placeholder:"FILE"`
	Min      map[string]float64 `help:"Fail when a figure is less, as in --min hit5=.79,fact_recall=.6; --json shows the keys." mapsep:"," placeholder:"KEY=VALUE,…"`
	Max      map[string]float64 `help:"Fail when a figure is more." mapsep:"," placeholder:"KEY=VALUE,…"`
}

func (c *evalCommand) Run(ctx context.Context, p *program) error {
	if err := checkDay("--as-of", c.AsOf); err != nil {
		return &exitError{statusUsage, err}
	}
	set, err := eval.Read(c.Paths)
	if err != nil {
		return err
	}
	report, err := c.measure(ctx, p, set)
	if err != nil {
		return err
	}
	if c.Rows != "" {
		if err := writeFile(c.Rows, os.O_TRUNC, report.WriteRows); err != nil {
			return err
		}
	}
	if p.json {
		err = writeJSON(p.stdout, report)
	} else {
		err = report.Print(p.stdout)
	}
	if err != nil {
		return err
	}
	short, err := report.Short(c.limits())
	switch {
	case err != nil:
		return &exitError{statusUsage, err}
	case len(short) > 0:
		return fmt.Errorf("falls short: %s", strings.Join(short, "; "))
	}
	return nil
}

// measure asks the questions over the data directory, or over the articles given.
func (c *evalCommand) measure(ctx context.Context, p *program, set eval.Set) (_ *eval.Report, err error) {
	opened, err := c.open(ctx, p)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	_, served := opened.(*remote)
	bar := &evalBar{p: p}
	defer bar.finish()
	return eval.Run(ctx, opened, set, eval.Options{AsOf: c.AsOf, Remote: served, PlayBack: playBack(opened), Progress: bar.set})
}

// playBack makes searchers of a collection with a model that gives a plan as it was
// written; nil where the collection is a server's.
func playBack(c collection) func(eval.Plan) eval.Searcher {
	var l *local
	switch c := c.(type) {
	case *local:
		l = c
	case *passing:
		l = c.local
	default:
		return nil
	}
	return func(plan eval.Plan) eval.Searcher {
		parts := l.Parts
		parts.Model = llm.NewScripted(llm.Script{For: "json", Text: plan.Reply})
		return rag.New(parts)
	}
}

func (c *evalCommand) open(ctx context.Context, p *program) (collection, error) {
	if len(c.Articles) == 0 {
		return openCollection(ctx, p)
	}
	return openPassing(ctx, p, c.Articles)
}

// passing is a collection that is removed when it is closed.
type passing struct {
	*local
	dir string
}

// openPassing takes articles into a collection of their own. What is refused is
// named and left out.
func openPassing(ctx context.Context, p *program, paths []string) (_ *passing, err error) {
	dir, err := os.MkdirTemp("", "chuchu-eval-")
	if err != nil {
		return nil, err
	}
	c := &passing{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	config := p.config
	config.Data = dir
	if c.local, err = openLocal(ctx, config, p.log); err != nil {
		return nil, err
	}
	count := map[string]int{}
	err = c.ingester.Ingest(ctx, ingest.Walk(ctx, paths, ingest.Meta{}), func(r ingest.Result) {
		if count[r.Status]++; r.Status == "refused" {
			fmt.Fprintf(p.stderr, "refused: %s: %s\n", r.Name, r.Reason)
		}
	})
	if err != nil {
		return nil, err
	}
	if count["added"] == 0 {
		return nil, fmt.Errorf("no article in %s", strings.Join(paths, ", "))
	}
	fmt.Fprintf(p.stderr, "%d articles, %d refused\n", count["added"], count["refused"])
	return c, nil
}

// Close closes the collection and removes it.
func (c *passing) Close() error {
	var err error
	if c.local != nil {
		err = c.local.Close()
	}
	return errors.Join(err, os.RemoveAll(c.dir))
}

func (c *evalCommand) limits() []eval.Limit {
	var limits []eval.Limit
	for _, key := range slices.Sorted(maps.Keys(c.Min)) {
		limits = append(limits, eval.Limit{Key: key, Value: c.Min[key]})
	}
	for _, key := range slices.Sorted(maps.Keys(c.Max)) {
		limits = append(limits, eval.Limit{Key: key, Value: c.Max[key], Most: true})
	}
	return limits
}

// An evalBar shows a person how far the questions are.
type evalBar struct {
	p   *program
	bar *progressbar.ProgressBar // nil until there is something to show
}

func (b *evalBar) set(done, of int) {
	if !isTerminal(b.p.stderr) || b.p.json {
		return
	}
	if b.bar == nil {
		b.bar = progressbar.NewOptions(of,
			progressbar.OptionSetWriter(b.p.stderr),
			progressbar.OptionSetDescription("requests"),
			progressbar.OptionShowCount(),
			progressbar.OptionClearOnFinish(),
		)
	}
	_ = b.bar.Set(done) // a bar that cannot be drawn costs nothing else
}

func (b *evalBar) finish() {
	if b.bar != nil {
		_ = b.bar.Finish()
	}
}
