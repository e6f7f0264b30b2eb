package main

import (
	"cmp"
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
)

type evalCommand struct {
	Paths    []string           `arg:"" name:"path" help:"Questions, claims and briefing topics, and search plans and answers of the questions to be played back: .jsonl files, and folders of them; or one .yaml file that names sets of these."`
	Articles []string           `help:"Ask over these files and folders, taken into a collection of their own that is removed afterwards, instead of the data directory; may be repeated." placeholder:"PATH"`
	AsOf     string             `help:"The day questions are asked that do not say theirs, YYYY-MM-DD (default: today)."`
	Vary     []string           `help:"Compare values of plan or of a key below rag: in the configuration, as in --vary plan=rules,model --vary vector=0,.3; several are compared in all combinations." sep:"none" placeholder:"KEY=VALUE,…"`
	Length   string             `help:"Length of every briefing: short, standard or long (default: as its topic says)." enum:",short,standard,long" default:""`
	Strict   bool               `help:"Ask for every answer a second time with verify: strict; done anyway where a model answers."`
	CSV      string             `name:"csv" help:"Write every figure to this file, a column for each setting." placeholder:"FILE"`
	Rows     string             `help:"Write a line of JSON for every search, answer, check and briefing to this file." placeholder:"FILE"`
	Min      map[string]float64 `help:"Fail when a figure is less, as in --min hit5=.79,fact_recall=.6; --json shows the keys." mapsep:"," placeholder:"KEY=VALUE,…"`
	Max      map[string]float64 `help:"Fail when a figure is more." mapsep:"," placeholder:"KEY=VALUE,…"`
}

func (c *evalCommand) Run(ctx context.Context, p *program) error {
	if err := checkDay("--as-of", c.AsOf); err != nil {
		return &exitError{statusUsage, err}
	}
	settings, err := readSettings(c.Vary, p.config)
	if err != nil {
		return &exitError{statusUsage, fmt.Errorf("--vary: %w", err)}
	}
	sets, err := c.sets()
	if err != nil {
		return err
	}
	results, err := c.measureAll(ctx, p, sets, settings)
	if err != nil {
		return err
	}
	if err := c.write(p, results); err != nil {
		return err
	}
	short, err := results.Short(c.limits())
	switch {
	case err != nil:
		return &exitError{statusUsage, err}
	case len(short) > 0:
		return fmt.Errorf("falls short: %s", strings.Join(short, "; "))
	}
	return nil
}

// write writes the results to where they are wanted.
func (c *evalCommand) write(p *program, results eval.Results) error {
	if c.Rows != "" {
		if err := writeFile(c.Rows, os.O_TRUNC, results.WriteRows); err != nil {
			return err
		}
	}
	if c.CSV != "" {
		if err := writeFile(c.CSV, os.O_TRUNC, results.WriteCSV); err != nil {
			return err
		}
	}
	if p.json {
		return writeJSON(p.stdout, results)
	}
	return results.Print(p.stdout)
}

// sets reads what is asked: the sets that a file names, or one set without a name.
func (c *evalCommand) sets() ([]eval.NamedSet, error) {
	if len(c.Paths) == 1 && eval.IsSetsFile(c.Paths[0]) {
		return eval.ReadSets(c.Paths[0])
	}
	if i := slices.IndexFunc(c.Paths, eval.IsSetsFile); i >= 0 {
		return nil, &exitError{statusUsage, fmt.Errorf("%s names sets and stands alone; give other paths in it", c.Paths[i])}
	}
	set, err := eval.Read(c.Paths)
	return []eval.NamedSet{{Set: set}}, err
}

// measureAll measures every set with every setting. Sets that follow one another and
// are asked over the same articles share a collection.
func (c *evalCommand) measureAll(ctx context.Context, p *program, sets []eval.NamedSet, settings []setting) (eval.Results, error) {
	var results eval.Results
	for len(sets) > 0 {
		articles, n := c.articles(sets[0]), 1
		for n < len(sets) && slices.Equal(c.articles(sets[n]), articles) {
			n++
		}
		some, err := c.measureOver(ctx, p, articles, sets[:n], settings)
		if err != nil {
			return nil, err
		}
		results, sets = append(results, some...), sets[n:]
	}
	return results, nil
}

// articles are what a set is asked over; none: the data directory.
func (c *evalCommand) articles(set eval.NamedSet) []string {
	if len(c.Articles) > 0 {
		return c.Articles
	}
	return set.Articles
}

// measureOver measures sets over articles.
func (c *evalCommand) measureOver(ctx context.Context, p *program, articles []string, sets []eval.NamedSet, settings []setting) (results eval.Results, err error) {
	opened, err := openAsked(ctx, p, articles)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	for _, set := range sets {
		for _, s := range settings {
			report, err := c.measure(ctx, p, opened, set, s)
			if err != nil {
				return nil, err
			}
			results = append(results, eval.Result{Set: set.Name, Setting: s.name, Report: report})
		}
	}
	return results, nil
}

// measure measures a set with a setting.
func (c *evalCommand) measure(ctx context.Context, p *program, opened collection, set eval.NamedSet, s setting) (*eval.Report, error) {
	arranged, err := s.arrange(opened)
	if err != nil {
		return nil, err
	}
	defer arranged.close()
	_, served := opened.(*remote)
	bar := &evalBar{p: p}
	defer bar.finish()
	return eval.Run(ctx, arranged.collection, set.Set, eval.Options{
		AsOf: cmp.Or(c.AsOf, set.AsOf), Remote: served, PlayBack: arranged.playBack, Progress: bar.set,
		Plan: s.plan, Brief: s.name != "", Length: c.Length, Strict: c.Strict,
	})
}

// openAsked opens the data directory, or takes articles into a collection of their own.
func openAsked(ctx context.Context, p *program, articles []string) (collection, error) {
	if len(articles) == 0 {
		return openCollection(ctx, p)
	}
	c, err := openPassing(ctx, p, articles)
	if err != nil {
		return nil, err
	}
	return c, nil
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
