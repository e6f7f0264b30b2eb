package rag

import (
	"context"
	"regexp"
	"slices"
	"time"

	"chuchu/rag/cite"
)

// A doubted sentence has gone out; the rules call it weak, and its verdict waits for
// the model's.
type doubted struct {
	sentence int // its place in the reply
	judged   judged
	doubt    doubt
	spans    []NumberSpan
}

// A waiting sentence goes out, where only what holds may, when the model has judged.
type waiting struct {
	sentence pending
	judged   judged
	repairs  int // the number of the dropped sentence in whose place it stands, from 1; 0: none
}

// claim is what the sentence says. The blank before a marker is not left before the final
// mark.
func (h waiting) claim() string {
	return blankBefore.ReplaceAllString(cite.Strip(h.sentence.words.String()), "$1")
}

var blankBefore = regexp.MustCompile(`\s+([.!?。！？])$`)

// endByModel ends an answer that a model wrote: it has judged what the rules call
// weak, and says whether this is an answer at all.
func (e *Engine) endByModel(ctx context.Context, w *writing) error {
	started := time.Now()
	unjudged, err := e.settleDoubts(ctx, w)
	if err != nil {
		return err
	}
	if err := w.releaseWaiting(); err != nil {
		return err
	}
	w.verifying += time.Since(started)
	return w.settleStatus(unjudged)
}

// settleDoubts lets the model judge the sentences that the rules call weak, in one
// call where they fit into one. unjudged says that it failed to: the rules' verdicts stay.
func (e *Engine) settleDoubts(ctx context.Context, w *writing) (unjudged bool, err error) {
	doubts := make([]doubt, 0, len(w.doubts)+len(w.waiting))
	for _, d := range w.doubts {
		doubts = append(doubts, d.doubt)
	}
	held := map[int]int{} // of waiting sentences, which doubt is theirs
	for i, h := range w.waiting {
		if h.judged.verdict == cite.Weak {
			held[i] = len(doubts)
			doubts = append(doubts, doubtOf(h.claim(), h.judged))
		}
	}
	opinions, usage, err := e.askJudge(ctx, doubts)
	w.use(usage)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		e.Log.Warn("the model did not judge all that is weak; there the rules' verdicts stay", "answer", w.reply.ID, "error", err)
		unjudged = true
	}
	for i, d := range w.doubts {
		if err := w.judgeDoubted(d, opinions[i]); err != nil {
			return unjudged, err
		}
	}
	for i, n := range held {
		h := &w.waiting[i]
		if o := opinions[n]; o.believable(h.judged) && (!w.drafting || o.firm(h.claim(), h.judged)) {
			h.judged = h.judged.decided(o)
		}
	}
	return unjudged, nil
}

// judgeDoubted makes the model's opinion the verdict of a sentence that has gone
// out, and tells it.
func (w *writing) judgeDoubted(d doubted, o opinion) error {
	s := &w.reply.Sentences[d.sentence]
	if o.believable(d.judged) {
		j := d.judged.decided(o)
		s.Verdict, s.Judge, s.Why = string(j.verdict), j.judge, j.why
		for i := range w.reply.Citations {
			c := &w.reply.Citations[i]
			c.Spans = slices.DeleteFunc(c.Spans, func(span AnswerSpan) bool { return span.AnswerStart == s.Start })
		}
		d.spans = w.enterSpans(*s, j)
		for _, c := range w.reply.Citations {
			slices.SortStableFunc(c.Spans, func(a, b AnswerSpan) int { return a.AnswerStart - b.AnswerStart })
		}
	}
	return w.event("verdict", verdictEvent{*s, d.spans})
}

// releaseWaiting sends what waited and holds, in order.
func (w *writing) releaseWaiting() error {
	list := w.waiting
	w.waiting = nil
	for _, h := range list {
		h.sentence.space, h.sentence.gap = w.sentence.space+h.sentence.space, w.sentence.gap
		w.sentence = h.sentence
		if h.repairs > 0 && holds(h.judged.verdict) {
			d := &w.reply.Dropped[h.repairs-1]
			d.Why = append(d.Why, Why{Kind: "repaired", Source: h.claim()})
		}
		if err := w.decide(h.judged); err != nil {
			return err
		}
	}
	return nil
}

// settleStatus says whether what the model wrote answers the question: not when it
// says itself that the passages do not, nor when none of its claims is supported.
// The text stays as it was sent.
func (w *writing) settleStatus(unjudged bool) error {
	var c Coverage
	for _, s := range w.reply.Sentences {
		c.count(s)
	}
	switch {
	case w.opening.says == "no" && len(w.reply.Sentences) == 0:
		return w.refuse("model_declined")
	case len(w.reply.Sentences) == 0: // strict: nothing of it held
		return w.refuse("unsupported")
	case w.opening.says == "no", c.Claims == 0:
		w.decline("model_declined")
		return nil
	case c.Supported == 0 && c.Weak > 0 && unjudged:
		w.reply.Status = "partial"
		return w.caveat("not_judged", w.words(
			"语言模型没有完成核对：这段文字只由规则核对，没有一句得到确认，请对照原文。",
			"The language model did not finish checking: only rules checked this text and confirmed no sentence of it; compare it with the sources."))
	case c.Supported == 0:
		w.decline("unsupported")
		return w.caveat("unsupported", w.unsupportedWords(c))
	case w.opening.says == "partly" || len(w.reply.Dropped) > 0:
		w.reply.Status = "partial"
	}
	return nil
}

func (w *writing) unsupportedWords(c Coverage) string {
	if c.Cited == 0 {
		return w.words(
			"语言模型的这段文字没有引用任何文章，不能算作依据所收文章的回答。",
			"The language model's text cites no article; it is no answer from the collection.")
	}
	return w.words(
		"语言模型的这段文字没有一句能由所引的文章证实，不能算作依据所收文章的回答。",
		"No sentence of the language model's text is borne out by the articles it cites; it is no answer from the collection.")
}

// decline makes a refusal of an answer whose text has gone out.
func (w *writing) decline(reason string) {
	nearest := w.considered()
	w.reply.Status = "refused"
	w.reply.Refusal = &Refusal{Reason: reason, Searched: w.reply.Plan.Queries, Nearest: nearest[:min(len(nearest), 5)]}
}
