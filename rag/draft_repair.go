package rag

import (
	"context"
	"errors"
	"slices"

	"chuchu/prompts"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// Bounds of a call that repairs.
const (
	mostRepairs  = 10  // sentences that are put to the model; the rest is dropped as it is
	repairTokens = 100 // of the reply, for each
)

var errNoRepairs = errors.New("the reply holds no list of sentences")

// repair puts the sentences that do not hold to the model, once and all in one call,
// with what differs. What it makes of one is judged as the rest of the draft was, and
// waits in its place; what was to be repaired is dropped whether it could be or not.
// A model that fails repairs nothing.
func (e *Engine) repair(ctx context.Context, w *writing) error {
	corrections, usage, err := e.askRepairs(ctx, w)
	w.use(usage)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		e.Log.Warn("the model repaired nothing; what does not hold is dropped", "error", err)
	}
	list := w.waiting
	w.waiting = nil
	for i, h := range list {
		if holds(h.judged.verdict) {
			w.waiting = append(w.waiting, h)
			continue
		}
		w.reply.Dropped = append(w.reply.Dropped, Dropped{Text: h.claim(), Verdict: string(h.judged.verdict), Why: append([]Why{}, h.judged.why...)})
		right, ok := w.corrected(corrections[i])
		if !ok || right.judged.verdict == cite.None || right.claim() == h.claim() {
			continue
		}
		right.sentence.space, right.repairs = h.sentence.space, len(w.reply.Dropped)
		w.waiting = append(w.waiting, right)
	}
	_, err = e.settleDoubts(ctx, w)
	return err
}

// corrected makes a sentence of what the model wrote to repair one: the first of it.
func (w *writing) corrected(text string) (waiting, bool) {
	w.sentence = pending{start: noSentence}
	defer func() { w.sentence = pending{start: noSentence} }()
	var stream cite.Stream
	for _, part := range append(stream.Write(text), stream.Close()...) {
		w.add(part)
		if part.End && w.sentence.words.Len() > 0 {
			j := w.cited(w.judge())
			return waiting{sentence: w.sentence, judged: j}, true
		}
	}
	return waiting{}, false
}

// askRepairs asks the model for corrections, by the places of the sentences in what
// waits.
func (e *Engine) askRepairs(ctx context.Context, w *writing) (map[int]string, llm.Usage, error) {
	ask := prompts.Repair{Language: w.reply.Language}
	places := make(map[int]int) // by number in the prompt
	var sources []*source       // those that the sentences cite, then the others
	for i, h := range w.waiting {
		if holds(h.judged.verdict) || len(places) == mostRepairs {
			continue
		}
		n := len(places) + 1
		places[n] = i
		ask.Sentences = append(ask.Sentences, prompts.Repaired{Number: n, Text: h.claim(), Why: whyInWords(h.judged)})
		sources = append(sources, w.own(h.sentence.handles)...)
	}
	if len(places) == 0 {
		return nil, llm.Usage{}, nil
	}
	request, err := e.repairRequest(ask, distinctSources(append(sources, w.sources...)))
	if err != nil {
		return nil, llm.Usage{}, err
	}
	request.MaxTokens = 200 + repairTokens*len(places)
	reply, usage, err := llm.Text(ctx, e.Model, request)
	if err != nil {
		return nil, usage, err
	}
	texts, err := readRepairs(reply, len(places))
	corrections := make(map[int]string, len(texts))
	for n, text := range texts {
		corrections[places[n]] = text
	}
	return corrections, usage, err
}

// repairRequest renders the prompt with as many of the sources as there is room for.
func (e *Engine) repairRequest(ask prompts.Repair, sources []*source) (llm.Request, error) {
	tokens := e.Options.PromptTokens
	system, user, err := e.Prompts.Repair(ask)
	if err != nil {
		return llm.Request{}, err
	}
	if room := e.Model.Info().Room; room > 0 {
		tokens = min(tokens, room-llm.EstimateTokens(system+user))
	}
	ask.Passages = passagesOf(sources[:fitting(sources, tokens)])
	system, user, err = e.Prompts.Repair(ask)
	return llm.Request{System: system, Messages: []llm.Message{{Role: "user", Content: user}}, JSON: true}, err
}

func distinctSources(list []*source) []*source {
	var out []*source
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// whyInWords says to a model why a sentence does not hold. The words of the claim and
// of its source are data.
func whyInWords(j judged) []prompts.Difference {
	if j.verdict == cite.Uncited {
		return nil
	}
	var list []prompts.Difference
	for _, y := range j.differs() {
		list = append(list, prompts.Difference{Claim: y.Claim, Source: y.Source})
	}
	return list
}

// readRepairs reads {"sentences": [{"number": 1, "text": "…[S2]。"}]} tolerantly. Of a
// number that comes twice the first counts, and one without a text is not repaired.
func readRepairs(reply string, most int) (map[int]string, error) {
	fields, err := objectIn(reply)
	if err != nil {
		return nil, err
	}
	list, ok := fields["sentences"].([]any)
	if !ok {
		return nil, errNoRepairs
	}
	texts := make(map[int]string)
	for _, item := range list {
		entry, _ := item.(map[string]any)
		n, text := asNumber(entry["number"]), asText(entry["text"])
		if _, known := texts[n]; known || n < 1 || n > most || text == "" {
			continue
		}
		texts[n] = text
	}
	return texts, nil
}
