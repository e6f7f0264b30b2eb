package rag

import (
	"context"
	"slices"
	"strings"

	"chuchu/prompts"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// A DraftRequest asks a model for a text from given passages alone.
type DraftRequest struct {
	Language string   // of the text, zh or en
	AsOf     string   // YYYY-MM-DD
	Results  []Result // the passages, best first
	// Prompt makes what the model is asked of the passages, which are as many of the
	// first as it has room for, with the text around each. It is called more than once,
	// also without any.
	Prompt func(passages []prompts.Passage) (system, user string, err error)
}

// Draft lets the model write a text from passages. It is held to what it cites as an
// answer is, strictly and as what is to stand alone (cite.Alone): of the reply's sentences all are quoted, supported or make no
// claim; what the model could not put right when it was asked once more is in Dropped,
// and so is what it did, with a Why of the kind repaired. Nothing is stored. Of the
// reply Answer, Sentences, Citations, Coverage, Dropped, UnknownHandles, Caveats, Model
// and Usage are filled.
//
// Passages that have gone from the record are passed over. Where the model fails, the
// error is that of llm.Model, and the reply has the whole sentences that it wrote before;
// an empty reply and one without passages are llm.ErrEmpty. The engine must have a model.
func (e *Engine) Draft(ctx context.Context, r DraftRequest) (Reply, error) {
	w, err := e.beginDraft(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	if len(w.sources) == 0 {
		return w.reply, llm.ErrEmpty
	}
	failed := e.writeByModel(ctx, w)
	if ctx.Err() != nil {
		return w.reply, context.Cause(ctx)
	}
	w.sentence = pending{start: noSentence} // of what broke off
	if len(w.waiting) == 0 && failed != nil {
		return w.reply, failed
	}
	if err := e.settleDraft(ctx, w, failed == nil); err != nil {
		return w.reply, err
	}
	w.finish()
	return w.reply, failed
}

// beginDraft reads the passages and makes an empty draft.
func (e *Engine) beginDraft(ctx context.Context, r DraftRequest) (*writing, error) {
	found, err := e.reread(ctx, r.Results)
	if err != nil {
		return nil, err
	}
	ask := ChatRequest{Messages: []llm.Message{{Role: "user"}}, Language: r.Language, Verify: "strict"}
	w := newWriting(ask, query{asOf: r.AsOf}, nil, found)
	w.emit = func(Event) error { return nil }
	w.verifier, w.render = e.verifier(ctx), r.Prompt
	w.judging, w.drafting = true, true
	w.reply.Mode, w.reply.Model = "model", e.Model.Info()
	return w, nil
}

// reread reads the passages of results again, with the text around them.
func (e *Engine) reread(ctx context.Context, results []Result) ([]candidate, error) {
	ids := make([]string, len(results))
	for i, r := range results {
		ids[i] = r.Passage.ID
	}
	passages, err := e.Record.PassagesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var found []candidate
	for _, r := range results {
		for _, p := range passages {
			if p.ID != r.Passage.ID {
				continue
			}
			c := candidate{Result: r}
			c.Context, c.pieces = nil, append(c.pieces, p)
			found = append(found, c)
			break
		}
	}
	return found, e.addContext(ctx, found)
}

// settleDraft judges what the rules called weak, lets the model put right what does not
// hold, and makes the text of what does.
func (e *Engine) settleDraft(ctx context.Context, w *writing, repair bool) error {
	if _, err := e.settleDoubts(ctx, w); err != nil {
		return err
	}
	if repair {
		if err := e.repair(ctx, w); err != nil {
			return err
		}
	}
	return w.releaseWaiting()
}

// cited returns the judgement on a sentence of a draft that cites nothing: where a
// source bears it out all the same, that is marked.
func (w *writing) cited(j judged) judged {
	if j.verdict != cite.Uncited {
		return j
	}
	right, ok := w.elsewhere(cite.Strip(w.sentence.words.String()), nil, cite.Searched())
	if !ok {
		return j
	}
	right.repointed = true
	var marks []string
	for _, s := range right.sources {
		marks = append(marks, s.handle)
	}
	w.markEnd(marks)
	return right
}

// markEnd puts a marker before the final mark of the sentence, in the place of those it
// has, which name nothing.
func (w *writing) markEnd(handles []string) {
	queue := slices.DeleteFunc(w.sentence.queue, func(p cite.Part) bool { return p.Text == "" })
	last := len(queue) - 1
	text := queue[last].Text
	body := strings.TrimRight(text, "。！？.!?…")
	queue[last].Text = body
	w.sentence.queue = append(queue, cite.Part{Marks: handles}, cite.Part{Text: text[len(body):]})
	w.sentence.handles = handles
}

// firm reports whether what a model thinks of a sentence may be taken where nobody reads
// the sources beside it. It supports one whose figures and dates stand in them; and, where
// both are in one language, one that was located, whose names stand there, which goes the
// same way, and which does not have another word where they have one.
func (o opinion) firm(claim string, j judged) bool {
	if o.verdict != cite.Supported {
		return true
	}
	if !figuresStand(claim, j.sources) {
		return false
	}
	if mostlyHan(claim) != mostlyHan(o.place.source.text) {
		return true
	}
	located := slices.ContainsFunc(j.places, func(places []cite.Span) bool { return len(places) > 0 })
	return located && !slices.ContainsFunc(j.differs(), func(y Why) bool {
		switch y.Kind {
		case "direction", "word":
			return true
		case "name":
			return y.Source != "" || !standsIn(y.Claim, j.sources)
		}
		return false
	})
}

// standsIn reports whether a name stands in a source or its title.
func standsIn(name string, sources []*source) bool {
	return slices.ContainsFunc(sources, func(s *source) bool {
		return strings.Contains(strings.ToLower(s.title()+s.text), strings.ToLower(name))
	})
}
