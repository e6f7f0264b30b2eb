package ingest

import (
	"context"
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

// An Ingester puts articles into the record. It is safe for concurrent use.
type Ingester struct{ Parts }

// New returns an ingester of the parts.
func New(p Parts) *Ingester { return &Ingester{p} }

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

// Walk yields the files below the paths, directories recursively, each with the
// metadata of its sidecar; a path that cannot be read is yielded with its error.
func Walk(ctx context.Context, paths []string, meta Meta) iter.Seq2[Source, error] { panic("ingest") }

// Read tells the format of a source by its content, then by its name, and yields
// its articles. An error of type *Refusal costs one article or the rest of the
// source; any other error is not the source's fault.
func Read(ctx context.Context, s Source, opt Options) iter.Seq2[Draft, error] { panic("ingest") }

// Ingest reads the sources and puts their articles into the record. report is
// called once for each article and each refused file, in order. It returns early
// only when ctx is cancelled or the record fails (a full disk); what was reported
// until then is kept.
func (g *Ingester) Ingest(ctx context.Context, sources iter.Seq2[Source, error], report func(Result)) error {
	panic("ingest")
}

// DryRun reports what Ingest would do, passages included, and changes nothing.
func (g *Ingester) DryRun(ctx context.Context, sources iter.Seq2[Source, error], report func(Result)) error {
	panic("ingest")
}

// Put puts articles that did not come from a file into the record.
func (g *Ingester) Put(ctx context.Context, drafts []Draft, report func(Result)) error {
	panic("ingest")
}

// Refresh makes what a changed embedder or splitter left out of date: passages
// first, then vectors; it says in the log why. Called at start.
func (g *Ingester) Refresh(ctx context.Context) error { panic("ingest") }
