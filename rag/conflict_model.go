package rag

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"chuchu/prompts"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// Bounds of what is taken of a model's reply.
const (
	conflictTokens = 1000 // of the reply
	leastQuote     = 6    // characters of a quotation; shorter ones stand anywhere
	aboutChars     = 80
)

// A claimedConflict is what a model says that two passages disagree about.
type claimedConflict struct {
	about string
	sides []claimedSide
}

// A claimedSide is a passage's handle and what the model says stands there.
type claimedSide struct{ handle, quote string }

// conflictsByModel asks the model what the passages disagree about, judgements and
// reasons included. A finding is believed only when both its quotations stand word
// for word in two articles; a failure is logged, and nothing is found.
func (e *Engine) conflictsByModel(ctx context.Context, w *writing) []Conflict {
	if e.Model == nil || w.reply.Mode != "model" || !severalArticles(w.sources) {
		return nil
	}
	claimed, err := e.askConflicts(ctx, w)
	if err != nil {
		e.Log.Warn("the model did not compare the passages", "answer", w.reply.ID, "error", err)
		return nil
	}
	var list []Conflict
	unlocated := 0
	for _, c := range claimed {
		found, ok := w.locateConflict(c)
		switch {
		case !ok:
			unlocated++
		case len(list) < mostShown && !slices.ContainsFunc(slices.Concat(w.reply.Conflicts, list), found.Repeats):
			list = append(list, found)
		}
	}
	if unlocated > 0 {
		e.Log.Warn("disagreements that the model claims were not found in two articles", "answer", w.reply.ID, "left_out", unlocated)
	}
	return list
}

// askConflicts asks the model.
func (e *Engine) askConflicts(ctx context.Context, w *writing) ([]claimedConflict, error) {
	p := prompts.Answer{Language: w.reply.Language, Question: w.question}
	for _, s := range w.sources {
		p.Passages = append(p.Passages, prompts.Passage{
			Handle: s.handle, Title: s.article.Title, Outlet: s.article.Outlet,
			Published: string(s.article.Published), Text: s.text,
		})
	}
	system, user, err := e.Prompts.Conflict(p)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, e.planTimeout)
	defer cancel()
	reply, usage, err := llm.Text(limited, e.Model, llm.Request{
		System: system, Messages: []llm.Message{{Role: "user", Content: user}}, MaxTokens: conflictTokens, JSON: true,
	})
	w.use(usage)
	if err != nil {
		return nil, err
	}
	return readConflicts(reply)
}

var errNoConflicts = errors.New("the reply holds no list of conflicts")

// readConflicts reads a model's reply as tolerantly as a plan is read; entries of
// another shape are passed over.
func readConflicts(reply string) ([]claimedConflict, error) {
	fields, err := objectIn(reply)
	if err != nil {
		return nil, err
	}
	entries, ok := fields["conflicts"].([]any)
	if !ok {
		return nil, errNoConflicts
	}
	var list []claimedConflict
	for _, entry := range entries {
		fields, _ := entry.(map[string]any)
		sides, _ := fields["sides"].([]any)
		c := claimedConflict{about: firstChars(prompts.Data(asText(fields["about"])), aboutChars)}
		for _, side := range sides {
			side, _ := side.(map[string]any)
			c.sides = append(c.sides, claimedSide{asText(side["handle"]), asText(side["quote"])})
		}
		if c.about != "" && len(c.sides) == 2 {
			list = append(list, c)
		}
	}
	return list, nil
}

// locateConflict finds what a model claims in the passages, false where it does not
// stand in two articles.
func (w *writing) locateConflict(c claimedConflict) (Conflict, bool) {
	var sources []*source
	var found Conflict
	for _, side := range c.sides {
		s := w.byHandle[strings.Trim(side.handle, "[]")]
		if s == nil || !slices.Contains(w.sources, s) {
			return Conflict{}, false
		}
		at, ok := s.sentencesOf(side.quote)
		if !ok {
			return Conflict{}, false
		}
		sources = append(sources, s)
		found.Sides = append(found.Sides, w.side(s, at))
	}
	if sources[0].article.ID == sources[1].article.ID {
		return Conflict{}, false
	}
	if isNewer(sources[0].article, sources[1].article) {
		slices.Reverse(found.Sides)
	}
	found.About = strings.TrimRight(c.about, "。.；;") + newer(w.words, found.Sides[0].Article, found.Sides[1].Article)
	return found, true
}

// Repeats reports whether another conflict shows the same places.
func (c Conflict) Repeats(other Conflict) bool {
	return !slices.ContainsFunc(c.Sides, func(s Side) bool {
		return !slices.ContainsFunc(other.Sides, func(o Side) bool {
			return s.Article.ID == o.Article.ID && s.Span.Start < o.Span.End && o.Span.Start < s.Span.End
		})
	})
}

// sentencesOf returns the whole sentences in which a quotation stands word for word,
// but for width, case, space and punctuation.
func (s *source) sentencesOf(quote string) (cite.Span, bool) {
	found, ok := s.folded.Find(quote)
	if !ok || utf8.RuneCountInString(quote) < leastQuote {
		return cite.Span{}, false
	}
	span := found
	for _, sentence := range cite.Sentences(s.text) {
		if sentence.Start < found.End && found.Start < sentence.End {
			span = cite.Span{Start: min(span.Start, sentence.Start), End: max(span.End, sentence.End)}
		}
	}
	return span, true
}
