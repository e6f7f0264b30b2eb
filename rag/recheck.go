package rag

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"chuchu/corpus"
	"chuchu/rag/cite"
)

// A RecheckReply says what has become of sentences in the collection as it is now.
type RecheckReply struct {
	Sentences []RecheckedSentence `json:"sentences"` // all of them, in order
	Articles  []corpus.Ref        `json:"articles"`  // those they cite, as they cite them, each with its state
}

// A RecheckedSentence is a sentence with the verdict it had and the one it has.
type RecheckedSentence struct {
	Ref string `json:"ref"` // its number in an answer, from 1; in a briefing its part and number
	Was string `json:"was"`
	Now string `json:"now"`
	Why []Why  `json:"why"` // of Now
}

// A JudgedSentence is a sentence that was judged when it was written, with what it
// rests on.
type JudgedSentence struct {
	Ref       string
	Text      string // with its markers or without
	Verdict   string // that it had
	Judge     string // who gave it, rules or model
	Why       []Why
	Citations []int        // the numbers of the articles it cites
	Spans     []NumberSpan // of those articles; quotes are read from the record
}

// Recheck judges the sentences of a stored answer again, as RecheckSentences does.
// ErrRunning, corpus.ErrNotFound.
func (e *Engine) Recheck(ctx context.Context, id string) (RecheckReply, error) {
	stored, err := e.stored(ctx, id)
	if err != nil {
		return RecheckReply{}, err
	}
	var articles []corpus.Ref
	for _, c := range stored.Citations {
		articles = append(articles, c.Article)
	}
	return e.RecheckSentences(ctx, stored.judged(), articles)
}

// judged returns the sentences of the reply with what they rest on.
func (r *Reply) judged() []JudgedSentence {
	answer := []rune(r.Answer)
	list := make([]JudgedSentence, len(r.Sentences))
	for i, s := range r.Sentences {
		list[i] = JudgedSentence{
			Ref: strconv.Itoa(i + 1), Text: string(answer[s.Start:s.End]), Verdict: s.Verdict, Judge: s.Judge, Why: s.Why, Citations: s.Citations,
		}
		for _, n := range s.Citations {
			for _, span := range r.Citations[n-1].Spans {
				if span.AnswerStart == s.Start {
					list[i].Spans = append(list[i].Spans, NumberSpan{n, Span{PassageID: span.PassageID, Start: span.Start, End: span.End}})
				}
			}
		}
	}
	return list
}

// RecheckSentences judges sentences again, by rules alone, against the present text
// of the articles they cite: number n is articles[n-1], in the version that is cited;
// one of version 0 counts as changed. A sentence keeps its verdict where nothing can
// have changed: its articles are the same, or a model judged it by text that stands
// there still. One whose articles were all deleted is uncited by now.
func (e *Engine) RecheckSentences(ctx context.Context, sentences []JudgedSentence, articles []corpus.Ref) (RecheckReply, error) {
	reply := RecheckReply{Sentences: []RecheckedSentence{}, Articles: append([]corpus.Ref{}, articles...)}
	refs := make([]*corpus.Ref, len(articles))
	for i := range refs {
		refs[i] = &reply.Articles[i]
	}
	if err := e.Record.SetStates(ctx, refs); err != nil {
		return RecheckReply{}, err
	}
	r := &recheck{record: e.Record, articles: reply.Articles, verifier: e.verifier(ctx), quoter: corpus.NewQuoter(e.Record), present: make(map[int]*source)}
	for _, s := range sentences {
		if ctx.Err() != nil {
			return RecheckReply{}, context.Cause(ctx)
		}
		now, why, err := r.sentence(ctx, s)
		if err != nil {
			return RecheckReply{}, err
		}
		reply.Sentences = append(reply.Sentences, RecheckedSentence{Ref: s.Ref, Was: s.Verdict, Now: now, Why: append([]Why{}, why...)})
	}
	return reply, nil
}

// A recheck is some sentences while they are judged again.
type recheck struct {
	record   *corpus.Record
	articles []corpus.Ref // by number, from 1; with their states
	verifier verifier
	quoter   *corpus.Quoter
	present  map[int]*source // by number; nil of what was deleted
}

// sentence returns the verdict that a sentence has now.
func (r *recheck) sentence(ctx context.Context, s JudgedSentence) (verdict string, why []Why, err error) {
	same := !slices.ContainsFunc(s.Citations, func(n int) bool { return r.articles[n-1].State != "same" })
	if same {
		return s.Verdict, s.Why, nil
	}
	var sources []*source
	for _, n := range s.Citations {
		source, err := r.source(ctx, n)
		if err != nil {
			return "", nil, err
		}
		if source != nil {
			sources = append(sources, source)
		}
	}
	if s.Judge == "model" {
		stands, err := r.stands(ctx, s)
		if err != nil || stands {
			return s.Verdict, s.Why, err
		}
	}
	claim := cite.Strip(s.Text)
	j := r.verifier.against(claim, sources)
	if j.verdict == cite.Uncited {
		j.why = append(j.why, Why{Kind: "coverage", Claim: claim})
	}
	return string(j.verdict), j.why, nil
}

// source returns the present text of the article with a number, whole, nil when it
// was deleted.
func (r *recheck) source(ctx context.Context, number int) (*source, error) {
	if s, known := r.present[number]; known {
		return s, nil
	}
	a, err := r.record.Article(ctx, r.articles[number-1].ID)
	if errors.Is(err, corpus.ErrGone) || errors.Is(err, corpus.ErrNotFound) {
		r.present[number] = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := &source{article: a.Ref(), end: utf8.RuneCountInString(a.Text), text: a.Text, folded: cite.NewSource(a.Text, string(a.Published))}
	r.present[number] = s
	return s, nil
}

// stands reports whether all that the sentence rests on stands, word for word, in
// the present text; the sources of its articles have been read.
func (r *recheck) stands(ctx context.Context, s JudgedSentence) (bool, error) {
	for _, span := range s.Spans {
		quote, err := r.quoter.Quote(ctx, r.articles[span.Number-1], span.Start, span.End)
		if err != nil {
			return false, err
		}
		if now := r.present[span.Number]; quote == nil || now == nil || !strings.Contains(now.text, *quote) {
			return false, nil
		}
	}
	return len(s.Spans) > 0, nil
}
