package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"chuchu/briefing"
	"chuchu/corpus"
	"chuchu/rag"
)

// briefings are those of a collection: its desk, or the server's.
type briefings interface {
	Order(ctx context.Context, r briefing.Request) (briefing.Briefing, error)
	Get(ctx context.Context, id string) (briefing.Briefing, error)
	List(ctx context.Context, limit int, cursor string) (list []briefing.Listed, total int, next string, err error)
	Follow(ctx context.Context, id string, n int) (iter.Seq2[rag.Event, error], error)
	Cancel(ctx context.Context, id string) error
	Delete(ctx context.Context, id string) error
	Recheck(ctx context.Context, id string) (rag.RecheckReply, error)
}

type briefCommand struct {
	Topic    []string `arg:"" optional:"" help:"What the briefing is about."`
	Audience string   `help:"Who will read it." placeholder:"WHO"`
	Focus    string   `help:"The aspects that matter." placeholder:"WHAT"`
	Length   string   `help:"short, standard or long." default:"standard" enum:"short,standard,long"`
	Language string   `help:"Language of the briefing: auto, zh or en." default:"auto" enum:"auto,zh,en"`
	Style    string   `help:"Style of the references: gbt7714, apa or plain." default:"gbt7714" enum:"gbt7714,apa,plain"`
	Section  []string `help:"Heading of a section; may be repeated (default: made from what is found)." sep:"none" placeholder:"HEADING"`
	FollowUp string   `help:"Say what is new since this briefing." placeholder:"ID"`
	Output   string   `short:"o" help:"File to write, by its ending Markdown (.md), HTML (.html) or Word (.docx)." placeholder:"FILE"`
	narrowing

	List    bool   `help:"List the briefings that are kept." group:"Instead of making one:"`
	Show    string `help:"Print a kept briefing, or write it with -o." placeholder:"ID" group:"Instead of making one:"`
	Recheck string `help:"Hold a kept briefing against the collection as it is now." placeholder:"ID" group:"Instead of making one:"`
	Delete  string `help:"Delete a kept briefing." placeholder:"ID" group:"Instead of making one:"`
	AllDue  bool   `help:"Make the standing briefings of the configuration that are due." group:"Instead of making one:"`
}

func (c *briefCommand) Run(ctx context.Context, p *program) error {
	if err := errors.Join(c.checkModes(), c.check()); err != nil {
		return &exitError{statusUsage, err}
	}
	if err := checkOutput(c.Output); err != nil {
		return err
	}
	collection, err := openCollection(ctx, p)
	if err != nil {
		return err
	}
	return errors.Join(c.run(ctx, p, collection), collection.Close())
}

// checkModes refuses two things at once, and nothing.
func (c *briefCommand) checkModes() error {
	n := 0
	for _, wanted := range []bool{len(c.Topic) > 0, c.List, c.Show != "", c.Recheck != "", c.Delete != "", c.AllDue} {
		if wanted {
			n++
		}
	}
	switch {
	case n == 0:
		return errors.New("say what the briefing is about")
	case n > 1:
		return errors.New("a topic, --list, --show, --recheck, --delete and --all-due exclude one another")
	case c.Output != "" && len(c.Topic) == 0 && c.Show == "":
		return errors.New("-o is for a topic or --show")
	}
	return nil
}

// checkOutput refuses a file that could not be written, before it is waited for.
func checkOutput(file string) error {
	if file == "" {
		return nil
	}
	if _, err := briefing.FormatOf(file); err != nil {
		return &exitError{statusUsage, fmt.Errorf("-o: %w", err)}
	}
	dir := filepath.Dir(file)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("-o: there is no folder %s; make it first", dir)
	}
	return nil
}

func (c *briefCommand) run(ctx context.Context, p *program, collection collection) error {
	from := collection.Briefings()
	switch {
	case c.List:
		return listBriefings(ctx, p, from)
	case c.Show != "":
		b, err := from.Get(ctx, c.Show)
		if err != nil {
			return noBriefing(err, c.Show)
		}
		return c.deliver(p, b)
	case c.Recheck != "":
		return recheckBriefing(ctx, p, from, c.Recheck)
	case c.Delete != "":
		if err := from.Delete(ctx, c.Delete); err != nil {
			return noBriefing(err, c.Delete)
		}
		_, err := fmt.Fprintln(p.stdout, "deleted", c.Delete)
		return err
	case c.AllDue:
		return makeDue(ctx, p, collection)
	}
	b, err := makeBriefing(ctx, p, from, c.request())
	if err != nil {
		return noBriefing(err, c.FollowUp) // nothing else of an order can be unknown
	}
	return c.deliver(p, b)
}

// noBriefing says what to do about an id that is none.
func noBriefing(err error, id string) error {
	if errors.Is(err, corpus.ErrNotFound) {
		return fmt.Errorf("there is no briefing %q; chuchu brief --list shows the ids", id)
	}
	return err
}

func (c *briefCommand) request() briefing.Request {
	filter := c.filter()
	filter.PublishedFrom, filter.PublishedTo = "", "" // a strict window is made of these
	return briefing.Request{
		Topic: strings.Join(c.Topic, " "), Audience: c.Audience, Focus: c.Focus, From: c.From, To: c.To, Filter: filter, AsOf: c.AsOf,
		Language: c.Language, Length: c.Length, Sections: c.Section, Style: c.Style, PreviousID: c.FollowUp,
	}
}

// makeBriefing orders a briefing and returns it when it has ended. When ctx ends first,
// the briefing is cancelled.
func makeBriefing(ctx context.Context, p *program, from briefings, r briefing.Request) (briefing.Briefing, error) {
	ordered, err := from.Order(ctx, r)
	if err != nil {
		return briefing.Briefing{}, err
	}
	bar := &briefBar{p: p}
	b, err := awaitBriefing(ctx, from, ordered.ID, bar.set)
	bar.finish()
	switch {
	case err == nil:
		return b, nil
	case ctx.Err() == nil:
		return b, fmt.Errorf("%w; chuchu brief --show %s shows what became of it", err, ordered.ID)
	}
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), cancelPatience)
	defer stop()
	if err := from.Cancel(last, ordered.ID); err != nil && !errors.Is(err, rag.ErrEnded) {
		return b, fmt.Errorf("%w; briefing %s was not cancelled: %w", errStopped, ordered.ID, err)
	}
	return b, fmt.Errorf("%w; briefing %s is cancelled", errStopped, ordered.ID)
}

// cancelPatience is how long a server may take to cancel a briefing.
const cancelPatience = 5 * time.Second

// awaitBriefing returns a briefing when it has ended, however it did, and tells of
// each step until then.
func awaitBriefing(ctx context.Context, from briefings, id string, tell func(briefing.Step)) (briefing.Briefing, error) {
	events, err := from.Follow(ctx, id, 0)
	if err != nil {
		return briefing.Briefing{}, err
	}
	for event, err := range events {
		if err != nil {
			return briefing.Briefing{}, err
		}
		if event.Name != "step" {
			continue
		}
		var step briefing.Step
		if err := json.Unmarshal(event.Data, &step); err != nil {
			return briefing.Briefing{}, fmt.Errorf("reading the progress: %w", err)
		}
		tell(step)
	}
	b, err := from.Get(ctx, id)
	if err == nil && !b.Status.Ended() {
		err = errNoEnd
	}
	return b, err
}

// briefPassing makes a briefing that is not kept.
func briefPassing(ctx context.Context, from briefings, r briefing.Request) (briefing.Briefing, error) {
	ordered, err := from.Order(ctx, r)
	if err != nil {
		return ordered, err
	}
	b, err := awaitBriefing(ctx, from, ordered.ID, func(briefing.Step) {})
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), cancelPatience)
	defer stop()
	if err != nil { // it may be under way yet
		if err := from.Cancel(last, ordered.ID); err != nil && !errors.Is(err, rag.ErrEnded) {
			return b, err
		}
	}
	return b, errors.Join(err, from.Delete(last, ordered.ID))
}

// deliver prints a briefing or writes its file, and makes an exit status of what
// became of it.
func (c *briefCommand) deliver(p *program, b briefing.Briefing) error {
	if p.json {
		if err := writeJSON(p.stdout, b); err != nil {
			return err
		}
	}
	switch {
	case b.Status == briefing.Failed:
		return fmt.Errorf("briefing %s failed: %s", b.ID, problemOf(b))
	case b.Status == briefing.Refused:
		if err := printBriefing(p, b); err != nil {
			return err
		}
		return &exitError{status: statusRefused}
	case b.Status != briefing.Done:
		return fmt.Errorf("briefing %s is %s", b.ID, b.Status)
	case c.Output != "":
		return c.write(p, b)
	}
	return printBriefing(p, b)
}

// printBriefing prints a briefing, unless it was printed as JSON: for people on a
// terminal, as Markdown elsewhere.
func printBriefing(p *program, b briefing.Briefing) error {
	style := p.style()
	switch {
	case p.json:
		return nil
	case isTerminal(p.stdout):
		paint := briefing.Paint{Strong: style.strong, Quiet: style.quiet, Number: style.number}
		if err := briefing.WriteText(p.stdout, b, paint); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "\n%s\n", style.quiet(b.ID+", "+sizeOf(b)))
		return err
	}
	return briefing.WriteMarkdown(p.stdout, b)
}

// write writes the file.
func (c *briefCommand) write(p *program, b briefing.Briefing) error {
	if err := briefing.WriteFile(c.Output, b); err != nil {
		return fmt.Errorf("%w; the briefing is kept: chuchu brief --show %s -o FILE writes it", err, b.ID)
	}
	if p.json {
		return nil
	}
	_, err := fmt.Fprintf(p.stdout, "%s: %s, %s\n", c.Output, b.ID, sizeOf(b))
	return err
}

// problemOf says why a briefing failed.
func problemOf(b briefing.Briefing) string {
	if b.Problem == nil {
		return "for no reason that is known"
	}
	return cmp.Or(b.Problem.Detail, b.Problem.Title)
}

// makeDue makes the standing briefings that are due, a line each.
func makeDue(ctx context.Context, p *program, from collection) error {
	l, ok := from.(*local)
	if !ok {
		fmt.Fprintln(p.stderr, "a server has the data directory; it makes the standing briefings of its configuration by itself")
		return nil
	}
	if len(p.config.Briefings.Standing) == 0 {
		return errors.New("there are no standing briefings; briefings.standing in the configuration lists them")
	}
	if err := l.desk.Start(ctx); err != nil { // one may have been under way when an earlier process ended
		return err
	}
	failed, refused, made := 0, 0, 0
	err := l.scheduler("").RunDue(ctx, func(run briefing.StandingRun) {
		made++
		switch {
		case run.Status == briefing.Refused:
			refused++
		case run.Err != nil || run.Status != briefing.Done:
			failed++
		}
		printRun(p, run)
	})
	switch {
	case err != nil:
		return err
	case failed > 0:
		return &exitError{status: statusFailed}
	case refused > 0:
		return &exitError{status: statusRefused}
	case made == 0 && !p.json:
		fmt.Fprintln(p.stdout, "nothing is due")
	}
	return nil
}

// A briefBar shows a person how far a briefing is.
type briefBar struct {
	p   *program
	bar *progressbar.ProgressBar // nil until there is something to show
}

func (b *briefBar) set(step briefing.Step) {
	if !isTerminal(b.p.stderr) || b.p.json {
		return
	}
	if b.bar == nil {
		b.bar = progressbar.NewOptions(step.Of, progressbar.OptionSetWriter(b.p.stderr), progressbar.OptionSetPredictTime(false), progressbar.OptionClearOnFinish())
	}
	b.bar.Describe(strings.TrimSpace(step.Step + " " + firstRunes(step.Section, 20)))
	b.bar.ChangeMax(max(step.Of, 1))
	_ = b.bar.Set(step.Done) // a bar that cannot be drawn costs nothing else
}

func (b *briefBar) finish() {
	if b.bar != nil {
		_ = b.bar.Finish()
	}
}
