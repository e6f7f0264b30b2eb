package briefing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"chuchu/corpus"
	"chuchu/rag"
)

// TestNumber holds the numbering of random briefings against its rules: 1 to N by first
// use over all parts, markers, citations and spans of one mind, one number an article.
func TestNumber(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		m := &maker{}
		b := randomBriefing(random, m)
		want := make(map[string]string) // article behind each text
		for s := range b.sentences() {
			for _, span := range s.Spans {
				want[*span.Quote] = m.ledger.article(span.Number).ID
			}
		}
		m.number(b)
		next := 1
		for s := range b.sentences() {
			for _, n := range markerNumbers(s.Text) {
				if n > next {
					t.Fatalf("%q uses %d before %d", s.Text, n, next)
				}
				next = max(next, n+1)
				if !slices.Contains(s.Citations, n) {
					t.Fatalf("%q, but citations %v", s.Text, s.Citations)
				}
			}
			for _, span := range s.Spans {
				if got := b.Citations[span.Number-1].Article.ID; got != want[*span.Quote] {
					t.Fatalf("%q is of %s now, was of %s", *span.Quote, got, want[*span.Quote])
				}
			}
		}
		if len(b.Citations) != next-1 {
			t.Fatalf("%d citations, %d used", len(b.Citations), next-1)
		}
	}
}

// randomBriefing returns one whose sentences cite up to two of six articles, and share
// their spans with the summary.
func randomBriefing(random *rand.Rand, m *maker) *Briefing {
	sentence := func() Sentence {
		s := Sentence{Citations: []int{}, Verdict: "quoted"}
		for range random.IntN(3) {
			id := fmt.Sprint("a", random.IntN(6))
			n := m.ledger.number(corpus.Ref{ID: id})
			quote := fmt.Sprint(id, "-", random.IntN(1000))
			s.Text += "如\\[3\\]所说" + marker(n)
			if !slices.Contains(s.Citations, n) {
				s.Citations = append(s.Citations, n)
			}
			s.Spans = append(s.Spans, rag.NumberSpan{Number: n, Span: rag.Span{Start: random.IntN(50), End: 60, Quote: &quote}})
		}
		return s
	}
	b := &Briefing{}
	for range 1 + random.IntN(3) {
		section := Section{}
		for range random.IntN(4) {
			section.Sentences = append(section.Sentences, sentence())
		}
		b.Sections = append(b.Sections, section)
		if len(section.Sentences) > 0 && random.IntN(2) == 0 {
			b.Summary = append(b.Summary, section.Sentences[len(section.Sentences)-1])
		}
	}
	b.Figures = []Figure{{Sentence: sentence()}}
	b.Timeline = []Moment{{Sentence: sentence()}}
	b.News = &News{New: []Sentence{sentence()}, Changed: []Change{{Now: sentence()}}, Corrected: []Change{{Now: sentence()}}}
	return b
}
