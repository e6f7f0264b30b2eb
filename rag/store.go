package rag

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"chuchu/corpus"
	"chuchu/rag/llm"
)

// AnswerOptions set what is kept of answers.
type AnswerOptions struct {
	Keep    bool   `yaml:"keep"`     // answers are stored
	Most    int    `yaml:"most"`     // so many, the newest
	MaxAge  string `yaml:"max_age"`  // none older than this duration; empty: no limit
	MaxSize int    `yaml:"max_size"` // bytes of one; a larger one loses its candidates, or is not stored
}

// AnswerDefaults keep about a gigabyte, an answer taking about 12 kB.
func AnswerDefaults() AnswerOptions {
	return AnswerOptions{Keep: true, Most: 100_000, MaxSize: 1 << 20}
}

// Validate names the key at fault and what it should be.
func (o AnswerOptions) Validate() error {
	switch {
	case o.Most < 1:
		return fmt.Errorf("most: %d answers are none; to store none set keep to false", o.Most)
	case o.MaxSize < 1<<12:
		return fmt.Errorf("max_size: %d bytes are too little for an answer; at least 4096", o.MaxSize)
	}
	if d, err := o.maxAge(); err != nil || d < 0 || o.MaxAge != "" && d == 0 {
		return fmt.Errorf("max_age: %q is no duration like 2160h", o.MaxAge)
	}
	return nil
}

// maxAge returns 0 where there is no limit.
func (o AnswerOptions) maxAge() (time.Duration, error) {
	if o.MaxAge == "" {
		return 0, nil
	}
	return time.ParseDuration(o.MaxAge)
}

// A storedAnswer is the body of an answer in the record.
type storedAnswer struct {
	StoredReply
	Events []loggedEvent `json:"events"`
}

// keep stores the finished answer, so that it can be replayed and explained; it
// reports false where it is not to be. What it quotes is left out: the articles
// hold it, and when one is deleted it must be gone here too.
func (e *Engine) keep(ctx context.Context, w *writing, events []Event) (stored bool, err error) {
	if !e.Options.Answers.Keep {
		return false, nil
	}
	s := storedAnswer{StoredReply: StoredReply{
		Reply: w.reply, Question: w.question, PreviousID: w.previousID, Created: w.created.UTC(),
		Candidates: resultsOf(w.found), PromptHash: w.promptHash,
	}}
	s.withoutQuotes()
	if s.Events, err = logOf(events); err != nil {
		return false, fmt.Errorf("store answer %s: %w", s.ID, err)
	}
	body, err := s.encode(e.Options.Answers.MaxSize)
	if err != nil {
		return false, fmt.Errorf("store answer %s: %w", s.ID, err)
	}
	if body == nil {
		e.Log.Warn("an answer is not stored: it is larger than rag.answers.max_size", "answer", s.ID)
		return false, nil
	}
	cited := make([]string, len(s.Citations))
	for i, c := range s.Citations {
		cited[i] = c.Article.ID
	}
	return true, e.Record.PutAnswer(ctx, corpus.Document{
		ID: s.ID, Question: s.Question, Status: s.Status, Mode: s.Mode,
		PreviousID: s.PreviousID, Created: s.Created, Articles: cited, Body: body,
	}, e.retention())
}

// encode returns the body for the record, nil where it is larger than most bytes
// even without its candidates.
func (s *storedAnswer) encode(most int) ([]byte, error) {
	body, err := json.Marshal(s)
	if err == nil && len(body) > most {
		s.Candidates = []Result{}
		body, err = json.Marshal(s)
	}
	if err != nil || len(body) > most {
		return nil, err
	}
	return body, nil
}

// retention is what is kept besides the newest answer.
func (e *Engine) retention() corpus.Retention {
	r := corpus.Retention{Most: e.Options.Answers.Most}
	if e.maxAge > 0 {
		r.Since = e.Now().Add(-e.maxAge)
	}
	return r
}

// withoutQuotes takes out what is the articles' own text. What it changes it
// clones before: the reply is also somebody else's.
func (s *StoredReply) withoutQuotes() {
	s.Citations = slices.Clone(s.Citations)
	for i := range s.Citations {
		c := &s.Citations[i]
		c.Spans = slices.Clone(c.Spans)
		for j := range c.Spans {
			c.Spans[j].Quote = nil
		}
	}
	s.Conflicts = slices.Clone(s.Conflicts)
	for i := range s.Conflicts {
		c := &s.Conflicts[i]
		c.Sides = slices.Clone(c.Sides)
		for j := range c.Sides {
			c.Sides[j].Quote, c.Sides[j].Span.Quote = "", nil
		}
	}
	for i := range s.Candidates {
		c := &s.Candidates[i]
		c.Passage.Text = ""
		if c.Context != nil {
			c.Context = &Context{Start: c.Context.Start, End: c.Context.End}
		}
	}
}

// Stored returns an answer that was kept. Each article it names says whether it is
// the same, changed, or deleted by now; what was quoted of a deleted one is null,
// and its passages are no candidates any more. ErrRunning, corpus.ErrNotFound.
func (e *Engine) Stored(ctx context.Context, id string) (StoredReply, error) {
	stored, err := e.stored(ctx, id)
	if err != nil {
		return StoredReply{}, err
	}
	if err := e.Record.SetStates(ctx, stored.articles()); err != nil {
		return StoredReply{}, err
	}
	return stored.StoredReply, e.quote(ctx, &stored.StoredReply)
}

func (e *Engine) stored(ctx context.Context, id string) (storedAnswer, error) {
	document, err := e.Record.Answer(ctx, id)
	if err != nil {
		return storedAnswer{}, e.notStored(id, err)
	}
	var stored storedAnswer
	if err := json.Unmarshal(document.Body, &stored); err != nil {
		return storedAnswer{}, fmt.Errorf("read answer %s: %w", id, err)
	}
	return stored, nil
}

// quote fills in what the answer quotes.
func (e *Engine) quote(ctx context.Context, s *StoredReply) error {
	q := e.newQuoter()
	if err := q.reply(ctx, &s.Reply); err != nil {
		return err
	}
	var there []Result
	for _, r := range s.Candidates {
		text, err := q.Quote(ctx, r.Article, r.Passage.Start, r.Passage.End)
		if err != nil {
			return err
		}
		if text == nil {
			continue
		}
		r.Passage.Text = *text
		if r.Context != nil {
			if text, err = q.Quote(ctx, r.Article, r.Context.Start, r.Context.End); err != nil {
				return err
			}
			r.Context.Text = *text
		}
		there = append(there, r)
	}
	s.Candidates = append([]Result{}, there...)
	return nil
}

// articles returns every place where the reply names an article.
func (s *StoredReply) articles() []*corpus.Ref {
	var refs []*corpus.Ref
	for i := range s.Citations {
		refs = append(refs, &s.Citations[i].Article)
	}
	for i := range s.Candidates {
		refs = append(refs, &s.Candidates[i].Article)
	}
	for _, c := range s.Conflicts {
		for i := range c.Sides {
			refs = append(refs, &c.Sides[i].Article)
		}
	}
	if s.Refusal != nil {
		for i := range s.Refusal.Nearest {
			refs = append(refs, &s.Refusal.Nearest[i])
		}
	}
	return refs
}

// maxChain is how many stored turns are followed back.
const maxChain = maxHistory / 2

// turnsUpTo returns the turns that led to a stored answer, and it, oldest first, and
// whether the oldest are missing, being too many or not stored any more.
// *InputError where there is no telling, corpus.ErrNotFound.
func (e *Engine) turnsUpTo(ctx context.Context, id string) (turns []llm.Message, cut bool, err error) {
	for first := id; id != ""; {
		stored, err := e.stored(ctx, id)
		switch {
		case errors.Is(err, corpus.ErrNotFound) && id != first:
			cut, id = true, ""
			continue
		case err != nil:
			return nil, false, e.cannotFollowUp(err)
		}
		turns = append(turns, llm.Message{Role: "assistant", Content: stored.Answer}, llm.Message{Role: "user", Content: stored.Question})
		if id = stored.PreviousID; len(turns) >= 2*maxChain && id != "" {
			cut, id = true, ""
		}
	}
	slices.Reverse(turns)
	return turns, cut, nil
}

// cannotFollowUp says what to do where a previous answer cannot be read.
func (e *Engine) cannotFollowUp(err error) error {
	switch {
	case errors.Is(err, ErrRunning):
		return &InputError{Field: "previous_id", Reason: "that answer is still being written; wait for its end"}
	case errors.Is(err, corpus.ErrNotFound) && !e.Options.Answers.Keep:
		return &InputError{Field: "previous_id", Reason: "answers are not stored here (rag.answers.keep); send the earlier turns in messages"}
	}
	return err
}

// hashOf names a prompt: hex SHA-256 of its parts.
func hashOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}
