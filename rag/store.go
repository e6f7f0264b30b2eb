package rag

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"chuchu/corpus"
	"chuchu/rag/llm"
)

// keep stores the finished answer, so that it can be replayed and explained. What
// it quotes is left out: the articles hold it, and when one is deleted it must be
// gone here too.
func (e *Engine) keep(ctx context.Context, w *writing) error {
	stored := StoredReply{
		Reply: w.reply, Question: w.question, PreviousID: w.previousID, Created: w.created.UTC(),
		Candidates: resultsOf(w.found), PromptHash: w.promptHash,
	}
	articles := make([]string, len(w.reply.Citations))
	stored.Citations = slices.Clone(w.reply.Citations)
	for i := range stored.Citations {
		c := &stored.Citations[i]
		articles[i] = c.Article.ID
		c.Spans = slices.Clone(c.Spans)
		for j := range c.Spans {
			c.Spans[j].Quote = nil
		}
	}
	for i := range stored.Candidates {
		c := &stored.Candidates[i]
		c.Passage.Text = ""
		if c.Context != nil {
			c.Context = &Context{Start: c.Context.Start, End: c.Context.End}
		}
	}
	body, err := json.Marshal(stored)
	if err != nil {
		return fmt.Errorf("store answer %s: %w", w.reply.ID, err)
	}
	return e.Record.PutAnswer(ctx, corpus.Document{
		ID: w.reply.ID, Question: w.question, Status: w.reply.Status, Mode: w.reply.Mode,
		PreviousID: w.previousID, Created: stored.Created, Articles: articles, Body: body,
	})
}

// Stored returns an answer that was kept. Each article it names says whether it is
// the same, changed, or deleted by now; what was quoted of a deleted one is null,
// and its passages are no candidates any more. corpus.ErrNotFound.
func (e *Engine) Stored(ctx context.Context, id string) (StoredReply, error) {
	stored, err := e.stored(ctx, id)
	if err != nil {
		return StoredReply{}, err
	}
	refs := stored.articles()
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = ref.ID
	}
	present, err := e.Record.Refs(ctx, ids)
	if err != nil {
		return StoredReply{}, err
	}
	for _, ref := range refs {
		ref.State = stateOf(*ref, present)
	}
	return stored, e.quote(ctx, &stored)
}

func (e *Engine) stored(ctx context.Context, id string) (StoredReply, error) {
	document, err := e.Record.Answer(ctx, id)
	if err != nil {
		return StoredReply{}, err
	}
	var stored StoredReply
	if err := json.Unmarshal(document.Body, &stored); err != nil {
		return StoredReply{}, fmt.Errorf("read answer %s: %w", id, err)
	}
	return stored, nil
}

// quote fills in what the answer quotes, from the versions it was made from.
func (e *Engine) quote(ctx context.Context, s *StoredReply) error {
	texts := make(map[corpus.Ref][]rune)
	between := func(a corpus.Ref, start, end int) (string, error) {
		text, known := texts[a]
		if !known {
			article, err := e.Record.ArticleVersion(ctx, a.ID, a.Version)
			if err != nil {
				return "", err
			}
			text = []rune(article.Text)
			texts[a] = text
		}
		return string(text[start:end]), nil
	}
	for _, c := range s.Citations {
		for i := range c.Spans {
			span := &c.Spans[i]
			if c.Article.State == "deleted" {
				continue
			}
			quote, err := between(c.Article, span.Start, span.End)
			if err != nil {
				return err
			}
			span.Quote = &quote
		}
	}
	s.Candidates = slices.DeleteFunc(s.Candidates, func(r Result) bool { return r.Article.State == "deleted" })
	for i := range s.Candidates {
		r := &s.Candidates[i]
		var err error
		if r.Passage.Text, err = between(r.Article, r.Passage.Start, r.Passage.End); err != nil {
			return err
		}
		if r.Context == nil {
			continue
		}
		if r.Context.Text, err = between(r.Article, r.Context.Start, r.Context.End); err != nil {
			return err
		}
	}
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
	if s.Refusal != nil {
		for i := range s.Refusal.Nearest {
			refs = append(refs, &s.Refusal.Nearest[i])
		}
	}
	return refs
}

func stateOf(ref corpus.Ref, present map[string]corpus.Ref) string {
	now, ok := present[ref.ID]
	switch {
	case !ok:
		return "deleted"
	case now.Version != ref.Version:
		return "changed"
	}
	return "same"
}

// maxChain is how many stored turns are followed back.
const maxChain = maxHistory / 2

// turnsUpTo returns the turns that led to a stored answer, and it, oldest first.
func (e *Engine) turnsUpTo(ctx context.Context, id string) ([]llm.Message, error) {
	var turns []llm.Message
	for range maxChain {
		if id == "" {
			break
		}
		stored, err := e.stored(ctx, id)
		if err != nil {
			return nil, err
		}
		turns = append(turns, llm.Message{Role: "assistant", Content: stored.Answer}, llm.Message{Role: "user", Content: stored.Question})
		id = stored.PreviousID
	}
	slices.Reverse(turns)
	return turns, nil
}

// hashOf names a prompt: hex SHA-256 of its parts.
func hashOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}
