package rag

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // the time zone of dates must be known on machines without a database of them

	"chuchu/corpus"
	"chuchu/prompts"
	"chuchu/rag/embed"
	"chuchu/rag/index"
	"chuchu/rag/lexicon"
	"chuchu/rag/llm"
)

// Parts are what an Engine works with.
type Parts struct {
	Record   *corpus.Record
	Index    index.Index
	Embedder embed.Embedder
	Lexicon  *lexicon.Lexicon // nil: words are searched for as they are
	Model    llm.Model        // nil: answers are made of extracts
	Reranker Reranker         // nil: the fused order stays
	Prompts  *prompts.Set
	Options  Options
	Now      func() time.Time
	Log      *slog.Logger
}

// An Engine searches and answers. It is safe for concurrent use.
type Engine struct {
	Parts
	zone     *time.Location
	subjects func() (*subjects, error) // read when first needed
	answers  answers

	planTimeout   time.Duration
	judgeTimeout  time.Duration
	rerankTimeout time.Duration
	resumeGrace   time.Duration
	maxAge        time.Duration
}

// New returns an engine of the parts. The options must be valid.
func New(p Parts) *Engine {
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	zone, err := time.LoadLocation(p.Options.Timezone)
	if err != nil {
		zone = time.UTC // Validate refuses such options
	}
	maxAge, err := p.Options.Answers.maxAge()
	if err != nil {
		maxAge = 0 // Validate refuses such options
	}
	return &Engine{
		Parts: p, zone: zone,
		subjects:      sync.OnceValues(func() (*subjects, error) { return newSubjects(p.Embedder) }),
		planTimeout:   durationOr(p.Options.PlanTimeout, defaultPlanTimeout),
		judgeTimeout:  durationOr(p.Options.JudgeTimeout, defaultJudgeTimeout),
		rerankTimeout: durationOr(p.Options.Rerank.Timeout, defaultRerankTimeout),
		resumeGrace:   durationOr(p.Options.ResumeGrace, defaultResumeGrace),
		maxAge:        maxAge,
	}
}

// durationOr reads a duration of the options; tests may leave one out.
func durationOr(s string, preset time.Duration) time.Duration {
	if d, err := time.ParseDuration(s); err == nil {
		return d
	}
	return preset
}

// today is the day it is in the configured time zone, YYYY-MM-DD.
func (e *Engine) today() string { return e.Now().In(e.zone).Format(time.DateOnly) }

// Options set retrieval and answers.
type Options struct {
	Lexical      float64       `yaml:"lexical"`        // weight of the words in the fused score
	Vector       float64       `yaml:"vector"`         // weight of the vectors
	Window       float64       `yaml:"window"`         // added to the fused score of what lies in the time window
	Limit        int           `yaml:"limit"`          // passages an answer is made from
	PerArticle   int           `yaml:"per_article"`    // passages of one article before other articles come first
	Glossary     string        `yaml:"glossary"`       // a YAML file of terms with what else stands for them
	Timezone     string        `yaml:"timezone"`       // in which dates are meant
	PlanTimeout  string        `yaml:"plan_timeout"`   // longest wait for a model's search plan
	JudgeTimeout string        `yaml:"judge_timeout"`  // longest wait for a model's judgement of weak sentences
	OnModelError string        `yaml:"on_model_error"` // extracts or error, when no text has gone out
	PromptTokens int           `yaml:"prompt_tokens"`  // of passages in a model's prompt, by estimate
	Extracts     int           `yaml:"extracts"`       // sentences of an answer without a model, at most
	Rerank       RerankOptions `yaml:"rerank"`
	ExtractChars int           `yaml:"extract_chars"` // characters of an answer without a model, at most
	ResumeGrace  string        `yaml:"resume_grace"`  // how long an answer goes on that nobody reads
	Answers      AnswerOptions `yaml:"answers"`
}

// Defaults are the options as measured in docs/decisions.md.
func Defaults() Options {
	return Options{
		Lexical: .75, Vector: .25, Window: .2, Limit: 8, PerArticle: 4, Timezone: "Asia/Shanghai",
		PlanTimeout: defaultPlanTimeout.String(), JudgeTimeout: defaultJudgeTimeout.String(), OnModelError: "extracts", PromptTokens: 8000, Extracts: 8, ExtractChars: 330, Rerank: RerankDefaults(),
		ResumeGrace: defaultResumeGrace.String(), Answers: AnswerDefaults(),
	}
}

const (
	defaultPlanTimeout   = 8 * time.Second
	defaultJudgeTimeout  = 20 * time.Second
	defaultRerankTimeout = 5 * time.Second
	defaultResumeGrace   = 20 * time.Second
)

// Validate names the key at fault and what it should be.
func (o Options) Validate() error {
	switch {
	case !(o.Lexical >= 0 && o.Vector >= 0 && o.Lexical+o.Vector > 0): // so put, NaN is refused too
		return fmt.Errorf("lexical, vector: %g and %g are no weights; neither is negative, one is positive", o.Lexical, o.Vector)
	case !(o.Window >= 0 && o.Window <= 1):
		return fmt.Errorf("window: %g is not between 0 and 1", o.Window)
	case o.Limit < 1 || o.Limit > maxLimit:
		return fmt.Errorf("limit: %d is not between 1 and %d", o.Limit, maxLimit)
	case o.PerArticle < 1:
		return fmt.Errorf("per_article: %d lets no passage through", o.PerArticle)
	case o.PromptTokens < 500:
		return fmt.Errorf("prompt_tokens: %d leave no room for a passage; at least 500", o.PromptTokens)
	case o.Extracts < 1 || o.Extracts > 50:
		return fmt.Errorf("extracts: %d is not between 1 and 50", o.Extracts)
	case o.ExtractChars < 50:
		return fmt.Errorf("extract_chars: %d is too little for an answer; at least 50", o.ExtractChars)
	case !slices.Contains([]string{"extracts", "error"}, o.OnModelError):
		return fmt.Errorf("on_model_error: %q is neither extracts nor error", o.OnModelError)
	}
	if err := o.Rerank.Validate(); err != nil {
		return fmt.Errorf("rerank: %w", err)
	}
	if err := o.Answers.Validate(); err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	if d, err := time.ParseDuration(o.ResumeGrace); err != nil || d < 0 {
		return fmt.Errorf("resume_grace: %q is no duration like 20s", o.ResumeGrace)
	}
	if d, err := time.ParseDuration(o.PlanTimeout); err != nil || d <= 0 {
		return fmt.Errorf("plan_timeout: %q is no duration like 8s", o.PlanTimeout)
	}
	if d, err := time.ParseDuration(o.JudgeTimeout); err != nil || d <= 0 {
		return fmt.Errorf("judge_timeout: %q is no duration like 20s", o.JudgeTimeout)
	}
	if _, err := time.LoadLocation(o.Timezone); err != nil || o.Timezone == "" {
		return fmt.Errorf("timezone: %q is no time zone like Asia/Shanghai", o.Timezone)
	}
	return nil
}

// An InputError is a request that cannot be carried out as it was put; api makes
// 400 invalid_request of it, or 413 too_large where TooLarge is set.
type InputError struct {
	Field    string
	Reason   string
	TooLarge bool
}

func (e *InputError) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Reason) }

// An EmbedderError is a question for which no vector could be made.
type EmbedderError struct{ Err error }

func (e *EmbedderError) Error() string { return "embedding the question: " + e.Err.Error() }

func (e *EmbedderError) Unwrap() error { return e.Err }

// Failure says whether err is the fault of a model or embedder, by the code that
// the HTTP interface has for it: model_failed, model_timeout, budget_exceeded or
// embedder_failed.
func Failure(err error) (code string, ok bool) {
	var provider *llm.ProviderError
	var budget *llm.BudgetError
	var embedder *EmbedderError
	switch {
	case errors.As(err, &embedder):
		return "embedder_failed", true
	case errors.Is(err, llm.ErrTimeout):
		return "model_timeout", true
	case errors.As(err, &budget):
		return "budget_exceeded", true
	case errors.As(err, &provider), errors.Is(err, llm.ErrCut), errors.Is(err, llm.ErrEmpty):
		return "model_failed", true
	}
	return "", false
}

// Search finds passages. Errors: *InputError, *EmbedderError, or what record and
// index return.
func (e *Engine) Search(ctx context.Context, r SearchRequest) (SearchReply, error) {
	started := time.Now()
	q, err := e.plan(ctx, r)
	if err != nil {
		return SearchReply{}, err
	}
	limit, err := limitOf(r.Limit, 10)
	if err != nil {
		return SearchReply{}, err
	}
	found, err := e.retrieve(ctx, q, limit)
	if err != nil {
		return SearchReply{}, err
	}
	results := resultsOf(found)
	if !r.Explain {
		for i := range results {
			results[i].Scores = nil
		}
	}
	return SearchReply{Query: r.Query, AsOf: q.asOf, Plan: q.plan, Results: results, TookMS: time.Since(started).Milliseconds()}, nil
}

const maxLimit = 100

func limitOf(limit, preset int) (int, error) {
	switch {
	case limit == 0:
		return preset, nil
	case limit < 0 || limit > maxLimit:
		return 0, &InputError{Field: "limit", Reason: fmt.Sprintf("%d is not between 1 and %d", limit, maxLimit)}
	}
	return limit, nil
}
