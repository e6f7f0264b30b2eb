package rag

import (
	"context"
	"slices"

	"chuchu/rag/cite"
)

// A verifier holds claims against sources, by rules. It is for one goroutine.
type verifier struct {
	weigh weights
	names func(word string) bool // names that the collection's reader knows; nil for none
}

// weights returns how telling terms are in the collection.
type weights func(terms []string) map[string]float64

func (e *Engine) verifier(ctx context.Context) verifier {
	v := verifier{weigh: e.weigh(ctx)}
	if e.Lexicon != nil {
		v.names = e.Lexicon.Names
	}
	return v
}

// weigh returns how telling a term is in the collection, asked of the index once
// a term. An index that fails makes all terms alike: verdicts are then humbler.
func (e *Engine) weigh(ctx context.Context) weights {
	known := make(map[string]float64)
	return func(terms []string) map[string]float64 {
		var unknown []string
		for _, t := range terms {
			if _, ok := known[t]; !ok {
				known[t] = 1
				unknown = append(unknown, t)
			}
		}
		if len(unknown) == 0 {
			return known
		}
		weights, err := e.Index.Weights(ctx, unknown)
		if err != nil {
			e.Log.Warn("weighing terms failed", "error", err)
			return known
		}
		for i, t := range unknown {
			known[t] = weights[i]
		}
		return known
	}
}

// A judged is what was found of a sentence.
type judged struct {
	verdict   cite.Verdict
	why       []Why
	sources   []*source     // what it cites
	places    [][]cite.Span // of each source, where in it the sentence rests; none: nowhere
	repointed bool
	taken     bool   // it was contradicted, and another source says that it may not be
	judge     string // who gave the verdict, empty for the rules
}

// differs returns what of the claim the sources do not bear out; it stands first.
func (j judged) differs() []Why {
	if i := slices.IndexFunc(j.why, func(y Why) bool { return y.Met }); i >= 0 {
		return j.why[:i]
	}
	return j.why
}

// bearsOut reports whether the sources hold what another one has otherwise.
func (j judged) bearsOut(y Why) bool {
	return slices.ContainsFunc(j.why, func(m Why) bool { return m.Met && m.Kind == y.Kind && m.Claim == y.Claim })
}

// against holds a claim against sources.
func (v verifier) against(claim string, cited []*source, options ...cite.Option) judged {
	folded := make([]*cite.Source, len(cited))
	for i, s := range cited {
		folded[i] = s.folded
	}
	if v.names != nil {
		options = append(options, cite.Names(v.names))
	}
	weight := v.weigh(cite.Terms(claim))
	found := cite.Judge(claim, folded, func(term string) float64 { return weight[term] }, options...)
	j := judged{verdict: found.Verdict, sources: cited, places: found.Spans}
	for i, y := range found.Why {
		j.why = append(j.why, Why{Kind: y.Kind, Claim: y.Claim, Source: y.Source, Met: i >= len(found.Why)-found.Met})
	}
	return j
}
