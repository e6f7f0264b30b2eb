package briefing

import (
	"context"
	"fmt"

	"chuchu/rag"
)

// Recheck judges the sentences of a briefing again, by rules alone, against the present
// text of the articles they cite; see rag.Engine.RecheckSentences. A sentence is named
// by its part and its number in it, from 1: summary/1, sections/1/3, figures/2,
// timeline/4, news/new/1, news/changed/1, news/corrected/1. A refusal has none.
//
// *StateError of one that is not done: with rag.ErrRunning where it may still be;
// corpus.ErrNotFound.
func (d *Desk) Recheck(ctx context.Context, id string) (rag.RecheckReply, error) {
	b, err := d.Get(ctx, id)
	switch {
	case err != nil:
		return rag.RecheckReply{}, err
	case !b.Status.Ended():
		return rag.RecheckReply{}, &StateError{b.Status, rag.ErrRunning}
	case b.Status == Failed, b.Status == Cancelled:
		return rag.RecheckReply{}, &StateError{Status: b.Status}
	}
	return d.Engine.RecheckSentences(ctx, b.judged(), articlesOf(&b))
}

// judged returns all sentences of a briefing by their names, in the order in which
// citations are numbered.
func (b *Briefing) judged() (list []rag.JudgedSentence) {
	add := func(part string, i int, s Sentence) { list = append(list, s.judged(fmt.Sprintf("%s/%d", part, i+1))) }
	addAll := func(part string, sentences []Sentence) {
		for i, s := range sentences {
			add(part, i, s)
		}
	}
	addAll("summary", b.Summary)
	for i, section := range b.Sections {
		addAll(fmt.Sprintf("sections/%d", i+1), section.Sentences)
	}
	for i, f := range b.Figures {
		add("figures", i, f.Sentence)
	}
	for i, moment := range b.Timeline {
		add("timeline", i, moment.Sentence)
	}
	if b.News == nil {
		return list
	}
	addAll("news/new", b.News.New)
	for i, change := range b.News.Changed {
		add("news/changed", i, change.Now)
	}
	for i, change := range b.News.Corrected {
		add("news/corrected", i, change.Now)
	}
	return list
}

// judged is the sentence under its name, as it is judged again.
func (s Sentence) judged(ref string) rag.JudgedSentence {
	return rag.JudgedSentence{Ref: ref, Text: s.Text, Verdict: s.Verdict, Judge: s.Judge, Citations: s.Citations, Spans: s.Spans}
}
