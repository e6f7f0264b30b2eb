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

// A RecheckReply says what has become of a stored answer in the collection as it is
// now.
type RecheckReply struct {
	Sentences []RecheckedSentence `json:"sentences"` // all of the answer, in order
	Articles  []corpus.Ref        `json:"articles"`  // those it cites, as it cites them, each with its state
}

// A RecheckedSentence is a sentence with the verdict it had and the one it has.
type RecheckedSentence struct {
	Ref string `json:"ref"` // its number in the answer, from 1
	Was string `json:"was"`
	Now string `json:"now"`
	Why []Why  `json:"why"` // of Now
}

// Recheck judges the sentences of a stored answer again, by rules alone, against
// the present text of the articles they cite. A sentence keeps its verdict where
// nothing can have changed: its articles are the same, or a model judged it by text
// that stands there still. One whose articles were all deleted is uncited by now.
// ErrRunning, corpus.ErrNotFound.
func (e *Engine) Recheck(ctx context.Context, id string) (RecheckReply, error) {
	stored, err := e.stored(ctx, id)
	if err != nil {
		return RecheckReply{}, err
	}
	if err := e.setStates(ctx, &stored.StoredReply); err != nil {
		return RecheckReply{}, err
	}
	r := &recheck{record: e.Record, reply: &stored.Reply, verifier: e.verifier(ctx), present: make(map[int]*source)}
	if err := e.newQuoter().reply(ctx, r.reply); err != nil {
		return RecheckReply{}, err
	}
	reply := RecheckReply{Sentences: []RecheckedSentence{}, Articles: []corpus.Ref{}}
	for i, s := range r.reply.Sentences {
		now, why, err := r.sentence(ctx, s)
		if err != nil {
			return RecheckReply{}, err
		}
		reply.Sentences = append(reply.Sentences, RecheckedSentence{
			Ref: strconv.Itoa(i + 1), Was: s.Verdict, Now: now, Why: append([]Why{}, why...),
		})
	}
	for _, c := range r.reply.Citations {
		reply.Articles = append(reply.Articles, c.Article)
	}
	return reply, nil
}

// A recheck is one answer while it is judged again.
type recheck struct {
	record   *corpus.Record
	reply    *Reply // with states and quotes
	verifier verifier
	present  map[int]*source // by number; nil of what was deleted
}

// sentence returns the verdict that a sentence has now.
func (r *recheck) sentence(ctx context.Context, s Sentence) (verdict string, why []Why, err error) {
	same := !slices.ContainsFunc(s.Citations, func(n int) bool { return r.reply.Citations[n-1].Article.State != "same" })
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
	if s.Judge == "model" && r.stands(s) {
		return s.Verdict, s.Why, nil
	}
	claim := cite.Strip(string([]rune(r.reply.Answer)[s.Start:s.End]))
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
	a, err := r.record.Article(ctx, r.reply.Citations[number-1].Article.ID)
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
func (r *recheck) stands(s Sentence) bool {
	rests := false
	for _, n := range s.Citations {
		for _, span := range r.reply.Citations[n-1].Spans {
			if span.AnswerStart != s.Start {
				continue
			}
			if rests = true; span.Quote == nil || r.present[n] == nil || !strings.Contains(r.present[n].text, *span.Quote) {
				return false
			}
		}
	}
	return rests
}
