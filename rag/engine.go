package rag

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"chuchu/corpus"
	"chuchu/prompts"
	"chuchu/rag/embed"
	"chuchu/rag/index"
	"chuchu/rag/llm"
)

// Parts are what an Engine works with.
type Parts struct {
	Record   *corpus.Record
	Index    index.Index
	Embedder embed.Embedder
	Model    llm.Model // nil: answers are made of extracts
	Prompts  *prompts.Set
	Options  Options
	Now      func() time.Time
	Log      *slog.Logger
}

// An Engine searches and answers. It is safe for concurrent use.
type Engine struct{ Parts }

// New returns an engine of the parts.
func New(p Parts) *Engine { return &Engine{p} }

// An InputError is a request that cannot be carried out as it was put; api makes
// 400 invalid_request of it.
type InputError struct {
	Field  string
	Reason string
}

func (e *InputError) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Reason) }

// Options set retrieval and answers.
type Options struct {
	Lexical      float64 `yaml:"lexical"`        // weight of the words in the fused score
	Vector       float64 `yaml:"vector"`         // weight of the vectors
	Limit        int     `yaml:"limit"`          // passages an answer is made from
	Timezone     string  `yaml:"timezone"`       // in which dates are meant
	OnModelError string  `yaml:"on_model_error"` // extracts or error, when no text has gone out
	Extracts     int     `yaml:"extracts"`       // sentences of an answer without a model
}

// Defaults are the options as measured in docs/decisions.md.
func Defaults() Options {
	return Options{Lexical: .75, Vector: .25, Limit: 8, Timezone: "Asia/Shanghai", OnModelError: "extracts", Extracts: 4}
}

// Search finds passages. Errors: *InputError, or what record, index and embedder
// return.
func (e *Engine) Search(ctx context.Context, r SearchRequest) (SearchReply, error) { panic("rag") }

// Answer yields the events of an answer: meta, sources, then delta, citation,
// verdict and caveat as they come, and done or error last. An error before the
// first event is yielded as such, so that the caller can still reply with a
// status; after it, failures are an error event.
func (e *Engine) Answer(ctx context.Context, r ChatRequest) iter.Seq2[Event, error] { panic("rag") }

// Chat returns the whole answer: what Answer's done event carries.
func (e *Engine) Chat(ctx context.Context, r ChatRequest) (Reply, error) { panic("rag") }
