package rag

import (
	"slices"
	"time"

	"chuchu/rag/cite"
)

// A judged is what was found of a sentence.
type judged struct {
	verdict   cite.Verdict
	why       []Why
	sources   []*source // what it cites
	places    []cite.Span
	located   []bool // whether places[i] was found in sources[i]
	repointed bool
}

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
	w.verifying += time.Since(started)
	if w.strict && !holds(j.verdict) {
		w.reply.Dropped = append(w.reply.Dropped, Dropped{Text: cite.Strip(s.words.String()), Verdict: string(j.verdict), Why: j.why})
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
	if j.verdict == cite.Weak && w.markWaits() {
		if right := w.quotedIn(claim, cited); right != nil {
			j = w.against(claim, []*source{right})
			j.repointed = true
		}
	}
	return j
}

func (w *writing) against(claim string, cited []*source) judged {
	folded := make([]*cite.Source, len(cited))
	for i, s := range cited {
		folded[i] = s.folded
	}
	weights := w.weight(cite.Terms(claim))
	found := cite.Judge(claim, folded, func(term string) float64 { return weights[term] })
	j := judged{verdict: found.Verdict, sources: cited, places: found.Spans, located: found.Located}
	for _, y := range found.Why {
		j.why = append(j.why, Why{Kind: y.Kind, Claim: y.Claim, Source: y.Source})
	}
	return j
}

// quotedIn returns the one other source in which the claim stands word for word:
// a right quotation under a wrong number.
func (w *writing) quotedIn(claim string, cited []*source) *source {
	for _, s := range w.sources {
		if !slices.Contains(cited, s) && w.against(claim, []*source{s}).verdict == cite.Quoted {
			return s
		}
	}
	return nil
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
		Verdict: string(j.verdict), Judge: "rules", Why: append([]Why{}, j.why...), Repointed: j.repointed,
	}
	w.reply.Sentences = append(w.reply.Sentences, sentence)
	spans := []NumberSpan{}
	for i, source := range j.sources {
		if !j.located[i] {
			continue
		}
		n := w.numbers[source.article.ID]
		span := source.span(j.places[i])
		spans = append(spans, NumberSpan{n, span})
		c := &w.reply.Citations[n-1]
		c.Spans = append(c.Spans, AnswerSpan{
			PassageID: span.PassageID, Start: span.Start, End: span.End, Quote: span.Quote,
			AnswerStart: sentence.Start, AnswerEnd: sentence.End, Verdict: sentence.Verdict,
		})
	}
	return w.event("verdict", verdictEvent{sentence, spans})
}
