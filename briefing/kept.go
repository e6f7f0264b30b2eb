package briefing

import (
	"cmp"
	"slices"
	"strings"

	"chuchu/corpus"
	"chuchu/rag/cite"
	"chuchu/rag/when"
)

// A kept sentence is one of the sections that was borne out, with what it was written
// from.
type kept struct {
	sentence   Sentence
	text       string     // without markers
	article    corpus.Ref // that it rests on, of several the first
	source     *finding   // the sentence there that it rests on; nil where the survey has it not
	dates      []when.Period
	quantities []cite.Quantity
}

// kept returns the sentences of the sections that may stand elsewhere, too: those that
// are quoted or supported, in reading order.
func (m *maker) kept(b *Briefing) []kept {
	var list []kept
	for _, section := range b.Sections {
		for _, s := range section.Sentences {
			if (s.Verdict == string(cite.Quoted) || s.Verdict == string(cite.Supported)) && len(s.Spans) > 0 {
				list = append(list, m.readKept(s))
			}
		}
	}
	return list
}

// readKept looks up what a sentence was written from.
func (m *maker) readKept(s Sentence) kept {
	span := s.Spans[0]
	t := kept{sentence: s, text: cite.Strip(s.Text), article: m.ledger.article(span.Number)}
	t.source = m.survey.findingAt(t.article.ID, span.Start, span.End)
	if t.source != nil && t.source.text == t.text {
		t.dates, t.quantities = t.source.dates, t.source.quantities
		return t
	}
	t.dates, t.quantities = when.Find(t.text, string(t.article.Published)), cite.Quantities(t.text)
	return t
}

// before is the sentence that stands before it in its article's paragraph.
func (t kept) before() string {
	if t.source == nil {
		return ""
	}
	return t.source.before
}

// findingAt returns the first finding of an article that has text in common with
// [start, end); nil for none.
func (s *survey) findingAt(article string, start, end int) *finding {
	i, _ := slices.BinarySearchFunc(s.findings, start, func(f *finding, start int) int {
		return cmp.Or(strings.Compare(f.article.ID, article), cmp.Compare(f.end, start+1))
	})
	if i < len(s.findings) && s.findings[i].article.ID == article && s.findings[i].start < end {
		return s.findings[i]
	}
	return nil
}

// inDate reports whether a quantity is part of a date.
func inDate(q cite.Quantity, dates []when.Period) bool {
	return slices.ContainsFunc(dates, func(p when.Period) bool { return q.Span.Start < p.End && p.Start < q.Span.End })
}
