package briefing

import (
	"context"
	"slices"

	"chuchu/rag"
	"chuchu/rag/cite"
	"chuchu/rag/when"
)

// Bounds of what is shown of disagreements.
const (
	mostConflicts    = 6
	comparedPassages = 16 // that a model compares
)

// conflicts returns what the articles disagree about: what one of the sentences of the
// sections says, and another article of the survey otherwise. The figures that such a
// sentence gives get the others' values. A model, where there is one, is asked once
// about the passages that the sections rest on.
func (m *maker) conflicts(ctx context.Context, b *Briefing) ([]Conflict, error) {
	list := m.kept(b)
	chosen := func(article string, start, end int) bool {
		return slices.ContainsFunc(list, func(t kept) bool {
			return slices.ContainsFunc(t.sentence.Spans, func(s rag.NumberSpan) bool {
				return m.ledger.article(s.Number).ID == article && s.Start < end && start < s.End
			})
		})
	}
	found, err := m.Engine.Disagreements(ctx, m.survey.passages, chosen)
	if err != nil {
		return nil, err
	}
	conflicts := []Conflict{}
	for _, d := range found {
		about, ok := m.sameSubject(d)
		if !ok {
			continue
		}
		m.addDisputed(b, d)
		if c := d.Conflict(about, m.words); len(conflicts) < mostConflicts && !slices.ContainsFunc(conflicts, c.Repeats) {
			conflicts = append(conflicts, c)
		}
	}
	if b.Mode == "model" && len(conflicts) < mostConflicts {
		conflicts = append(conflicts, m.conflictsByModel(ctx, list, conflicts)...)
	}
	return conflicts, nil
}

// sameSubject returns what both sides of a disagreement are about, in the fuller words
// of the two; false where they name different things or one names none.
func (m *maker) sameSubject(d rag.Disagreement) (what string, ok bool) {
	var whats [2]string
	for i, side := range d.Sides {
		if whats[i] = m.whatStated(side); whats[i] == "" {
			return "", false
		}
	}
	short, long := []rune(whats[0]), []rune(whats[1])
	if len(short) > len(long) {
		short, long = long, short
	}
	return string(long), standsIn(short, long)
}

// standsIn reports whether the characters of one text stand in another in their order:
// 市场规模 in 云服务市场规模.
func standsIn(short, long []rune) bool {
	for _, c := range long {
		if len(short) > 0 && short[0] == c {
			short = short[1:]
		}
	}
	return len(short) == 0
}

// whatStated returns what a stated value is of, empty of a date.
func (m *maker) whatStated(s rag.Disputed) string {
	t := m.statedIn(s)
	names := namer{kept: t}
	for i, q := range t.quantities {
		if what := names.whatOf(i); q.Text == s.Value {
			return what
		}
	}
	return ""
}

// statedIn is a sentence of an article as those of the briefing are.
func (m *maker) statedIn(s rag.Disputed) kept {
	f := m.survey.findingAt(s.Article.ID, s.Span.Start, s.Span.End)
	if f != nil && f.text == *s.Span.Quote {
		return kept{text: f.text, article: f.article, source: f, dates: f.dates, quantities: f.quantities}
	}
	text := *s.Span.Quote
	return kept{text: text, article: s.Article, source: f, dates: when.Find(text, string(s.Article.Published)), quantities: cite.Quantities(text)}
}

// addDisputed gives the figures that one side of a disagreement states the value of the
// other side.
func (m *maker) addDisputed(b *Briefing, d rag.Disagreement) {
	for i := range b.Figures {
		f := &b.Figures[i]
		for j, side := range d.Sides {
			if !m.states(f, side) {
				continue
			}
			other := d.Sides[1-j]
			value, unit := parted(other.Value)
			if !slices.ContainsFunc(f.Others, func(o OtherFigure) bool { return o.Article.ID == other.Article.ID && o.Value == value }) {
				f.Others = append(f.Others, OtherFigure{Value: value, Unit: unit, Article: other.Article, Span: other.Span})
			}
		}
	}
}

// states reports whether a figure is the value that an article states at a place.
func (m *maker) states(f *Figure, side rag.Disputed) bool {
	own, stated := cite.Quantities(f.Value+f.Unit), cite.Quantities(side.Value)
	if len(own) != 1 || len(stated) != 1 {
		return false
	}
	if r := cite.Compare(own[0], stated[0]); r != cite.Same && r != cite.Consistent {
		return false
	}
	return slices.ContainsFunc(f.Sentence.Spans, func(s rag.NumberSpan) bool {
		return m.ledger.article(s.Number).ID == side.Article.ID && s.Start < side.Span.End && side.Span.Start < s.End
	})
}

// conflictsByModel returns what a model finds besides those that are known, in the
// passages that the sections rest on.
func (m *maker) conflictsByModel(ctx context.Context, list []kept, known []Conflict) []Conflict {
	var passages []rag.Result
	for _, p := range m.survey.passages {
		rests := slices.ContainsFunc(list, func(t kept) bool { return t.source != nil && t.source.passage == p.Passage.ID })
		if rests && len(passages) < comparedPassages {
			passages = append(passages, p)
		}
	}
	found, used := m.Engine.DisagreementsByModel(ctx, m.request.Topic+" "+m.request.Focus, m.request.Language, passages)
	m.used.InputTokens += used.InputTokens
	m.used.OutputTokens += used.OutputTokens
	var added []Conflict
	for _, c := range found {
		if len(known)+len(added) < mostConflicts && !slices.ContainsFunc(slices.Concat(known, added), c.Repeats) {
			added = append(added, c)
		}
	}
	return added
}
