package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"

	"chuchu/corpus"
	"chuchu/rag/embed"
)

// Parts are what an Ingester works with.
type Parts struct {
	Record   *corpus.Record
	Embedder embed.Embedder
	// CatchUp brings the indexes level with the record; it is called after each
	// batch and at the end.
	CatchUp func(context.Context) error
	Options Options
	Log     *slog.Logger
}

// Options set how articles are read and split.
type Options struct {
	Target     int `yaml:"target"`      // characters a passage aims at
	Max        int `yaml:"max"`         // characters a passage has at most
	MaxArticle int `yaml:"max_article"` // characters an article has at most
	MaxFile    int `yaml:"max_file"`    // bytes of a file other than JSON Lines
}

// Defaults are the options as measured in docs/decisions.md.
func Defaults() Options {
	return Options{Target: 400, Max: 800, MaxArticle: 2_000_000, MaxFile: 64 << 20}
}

// Validate names the key at fault and what it should be.
func (o Options) Validate() error {
	switch {
	case o.Target < 50 || o.Target > o.Max:
		return fmt.Errorf("target: %d is not between 50 and max (%d)", o.Target, o.Max)
	case o.Max > maxPassage:
		return fmt.Errorf("max: %d is too long for a passage; at most %d", o.Max, maxPassage)
	case o.MaxArticle < 1:
		return fmt.Errorf("max_article: %d lets no article in", o.MaxArticle)
	case o.MaxFile < 1:
		return fmt.Errorf("max_file: %d lets no file in", o.MaxFile)
	}
	return nil
}

// maxPassage is the longest passage there may be: retrieval, prompts and those
// who read results reckon with it.
const maxPassage = 800

// An Ingester puts articles into the record. It is safe for concurrent use.
type Ingester struct{ Parts }

// New returns an ingester of the parts.
func New(p Parts) *Ingester {
	p.Options = p.Options.withDefaults()
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	if p.CatchUp == nil {
		p.CatchUp = func(context.Context) error { return nil }
	}
	return &Ingester{p}
}

// Meta is what the caller knows of the articles; fields that are set win over
// what the file says.
type Meta struct {
	ID        string      `json:"id,omitempty" yaml:"id"`
	Title     string      `json:"title,omitempty" yaml:"title"`
	URL       string      `json:"url,omitempty" yaml:"url"`
	Outlet    string      `json:"outlet,omitempty" yaml:"outlet"`
	Author    string      `json:"author,omitempty" yaml:"author"`
	Published corpus.Date `json:"published,omitempty" yaml:"published"`
	Language  string      `json:"language,omitempty" yaml:"language"`
	Tags      []string    `json:"tags,omitempty" yaml:"tags"`
}

// A Result is what became of one article, or of a file that could not be read.
type Result struct {
	Name    string      `json:"name"`   // the file as it was named, with "#n" for article n of several
	Status  string      `json:"status"` // added, updated, unchanged or refused
	Article *corpus.Ref `json:"article"`
	Reason  string      `json:"reason,omitempty"`
	// Passages is filled in a dry run.
	Passages []corpus.Passage `json:"passages,omitempty"`
}

// A Source is something to read articles from.
type Source struct {
	Name string // relative path; decides ids where the article declares none
	Open func() (io.ReadCloser, error)
	Size int64 // -1 when unknown
	Meta Meta
}

// An EmbedError says that articles went in without vectors: they are found by
// their words alone until Refresh, at the next start, has made their vectors.
type EmbedError struct {
	Articles int
	Err      error
}

func (e *EmbedError) Error() string {
	return fmt.Sprintf("%d articles are in the record without vectors; they are found by their words, and embedding is taken up again at the next start: %v", e.Articles, e.Err)
}

func (e *EmbedError) Unwrap() error { return e.Err }

// Ingest reads the sources and puts their articles into the record. report is
// called once for each article and each refused file, in order, when what it says
// is committed. Ingest returns early only when ctx is cancelled, or the record or
// an index fails (a full disk); what was reported until then is kept. When the
// embedder fails the articles go in all the same, and the error is an *EmbedError.
func (g *Ingester) Ingest(ctx context.Context, sources iter.Seq2[Source, error], report func(Result)) error {
	return g.run(ctx, offersOf(ctx, sources, g.Options), report)
}

// Put puts articles that did not come from a file into the record, as Ingest does.
// A text that is not in its canonical form is brought into it, and its headings,
// whose places are not those in it any more, are not used.
func (g *Ingester) Put(ctx context.Context, drafts []Draft, report func(Result)) error {
	return g.run(ctx, func(yield func(offer, error) bool) {
		for _, d := range drafts {
			a := &d.Article
			a.Title, a.Outlet, a.Author = cleanLine(a.Title), cleanLine(a.Outlet), cleanLine(a.Author)
			if text := clean(a.Text); text != a.Text {
				a.Text, d.Headings = text, nil
			}
			if a.ID == "" && a.URL == "" && d.DeclaredID == "" {
				a.ID = hashID("text", a.Text) // nothing else tells it from another
			}
			if !yield(offer{name: a.Title, draft: d}, nil) {
				return
			}
		}
	}, report)
}

// DryRun reports what Ingest would do, passages included, and changes nothing.
// Record may be nil: then every article is new.
func (g *Ingester) DryRun(ctx context.Context, sources iter.Seq2[Source, error], report func(Result)) error {
	for o, err := range Offers(ctx, sources, g.Options) {
		if err != nil {
			return err
		}
		if o.Refusal != nil {
			report(Refused(o.Name, o.Refusal))
			continue
		}
		a := o.Draft.Article
		status := corpus.Added
		if g.Record != nil {
			if status, err = g.Record.Status(ctx, a); err != nil {
				return err
			}
		}
		ref := a.Ref()
		report(Result{
			Name: o.Name, Status: string(status), Article: &ref,
			Passages: Split(a.Text, o.Draft.Headings, g.Options),
		})
	}
	return ctx.Err()
}

// Refused is the result of what was not taken.
func Refused(name string, err error) Result {
	r := Result{Name: name, Status: "refused", Reason: err.Error()}
	if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
		r.Reason = refusal.Reason
	}
	return r
}
