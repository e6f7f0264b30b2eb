package rag

import (
	"cmp"
	"slices"
	"time"

	"chuchu/rag/cite"
)

// settle judges a complete sentence, sends what was held of it, and its verdict;
// or, where only what holds may appear, drops it.
func (w *writing) settle() error {
	s := &w.sentence
	if s.start == noSentence && len(s.queue) == 0 {
		w.next()
		return nil
	}
	started := time.Now()
	j := w.judge()
	if w.drafting {
		j = w.cited(j)
	}
	w.verifying += time.Since(started)
	if w.drafting || w.strict && w.judging && (len(w.waiting) > 0 || j.verdict == cite.Weak) {
		w.waiting = append(w.waiting, waiting{sentence: w.sentence, judged: j})
		w.sentence = pending{start: noSentence}
		return nil
	}
	return w.decide(j)
}

// decide sends what was held of a sentence, and its verdict; or drops it where only
// what holds may appear.
func (w *writing) decide(j judged) error {
	s := &w.sentence
	if w.strict && !holds(j.verdict) {
		w.reply.Dropped = append(w.reply.Dropped, Dropped{Text: cite.Strip(s.words.String()), Verdict: string(j.verdict), Why: append([]Why{}, j.why...)})
		w.next()
		return nil
	}
	resolve := w.own
	if j.repointed {
		resolve = func(handles []string) []*source {
			if len(handles) == 0 {
				return nil
			}
			return j.sources
		}
	}
	if err := w.release(resolve); err != nil {
		return err
	}
	return w.conclude(j)
}

// holds reports whether a sentence may stand where only what is supported may.
func holds(v cite.Verdict) bool {
	return v == cite.Quoted || v == cite.Supported || v == cite.None
}

// judge holds the sentence against what it cites.
func (w *writing) judge() judged {
	claim := cite.Strip(w.sentence.words.String())
	cited := w.own(w.sentence.handles)
	for _, h := range w.sentence.handles {
		if w.byHandle[h] == nil {
			w.reply.UnknownHandles++
		}
	}
	j := w.against(claim, cited)
	if (j.verdict == cite.Weak || j.verdict == cite.Contradicted) && w.markWaits() {
		if right, ok := w.elsewhere(claim, cited); ok {
			right.repointed = true
			return right
		}
	}
	return j
}

// against holds a claim against sources, a draft's as what is to stand alone.
func (w *writing) against(claim string, cited []*source, options ...cite.Option) judged {
	if w.drafting {
		options = append(options, cite.Alone())
	}
	return w.verifier.against(claim, cited, options...)
}

// elsewhere returns what another source says that bears the claim out, one in which
// it stands word for word before any other: a right statement under a wrong number.
func (w *writing) elsewhere(claim string, cited []*source, options ...cite.Option) (judged, bool) {
	var best judged
	found := false
	for _, s := range w.sources {
		if slices.Contains(cited, s) {
			continue
		}
		switch j := w.against(claim, []*source{s}, options...); {
		case j.verdict == cite.Quoted:
			return j, true
		case j.verdict == cite.Supported && !found:
			best, found = j, true
		}
	}
	return best, found
}

// conclude enters the sentence that has gone out into the reply, and sends its
// verdict.
func (w *writing) conclude(j judged) error {
	s := w.sentence
	defer w.next()
	if s.start == noSentence {
		return nil // nothing but handles that stand for nothing
	}
	sentence := Sentence{
		Start: s.start, End: w.length, Citations: append([]int{}, s.numbers...),
		Verdict: string(j.verdict), Judge: cmp.Or(j.judge, "rules"), Why: append([]Why{}, j.why...), Repointed: j.repointed,
	}
	w.reply.Sentences = append(w.reply.Sentences, sentence)
	spans := w.enterSpans(sentence, j)
	if w.judging && j.verdict == cite.Weak && j.judge == "" {
		w.doubts = append(w.doubts, doubted{len(w.reply.Sentences) - 1, j, doubtOf(cite.Strip(s.words.String()), j), spans})
		return nil // its verdict is told when the model has judged it
	}
	return w.event("verdict", verdictEvent{sentence, spans})
}

// enterSpans enters where a sentence rests into the citations it marks.
func (w *writing) enterSpans(sentence Sentence, j judged) []NumberSpan {
	spans := []NumberSpan{}
	for i, source := range j.sources {
		n := w.numbers[source.article.ID]
		for _, at := range j.places[i] {
			span := source.span(at)
			spans = append(spans, NumberSpan{n, span})
			c := &w.reply.Citations[n-1]
			c.Spans = append(c.Spans, AnswerSpan{
				PassageID: span.PassageID, Start: span.Start, End: span.End, Quote: span.Quote,
				AnswerStart: sentence.Start, AnswerEnd: sentence.End, Verdict: sentence.Verdict,
			})
		}
	}
	return spans
}
