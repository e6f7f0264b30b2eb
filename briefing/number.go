package briefing

import (
	"regexp"
	"slices"
	"strconv"
	"sync"

	"chuchu/corpus"
	"chuchu/rag"
)

// A ledger gives articles their provisional numbers while a briefing is made. It is
// safe for concurrent use.
type ledger struct {
	mu       sync.Mutex
	numbers  map[string]int
	articles []corpus.Ref
}

// number returns the provisional number of an article.
func (l *ledger) number(a corpus.Ref) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n, known := l.numbers[a.ID]; known {
		return n
	}
	if l.numbers == nil {
		l.numbers = make(map[string]int)
	}
	l.articles = append(l.articles, a)
	l.numbers[a.ID] = len(l.articles)
	return len(l.articles)
}

// article returns the article with a provisional number.
func (l *ledger) article(n int) corpus.Ref {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.articles[n-1]
}

// marker is how a text cites a number.
func marker(n int) string { return "[" + strconv.Itoa(n) + "]" }

// markers finds them; \[9\] is text.
var markers = regexp.MustCompile(`(^|[^\\])\[(\d+)\]`)

// number gives the articles that the briefing cites their numbers, 1 to N by first use
// in its sentences, and makes its citations.
func (m *maker) number(b *Briefing) {
	final := make(map[int]int)
	b.Citations = []Citation{}
	for s := range b.sentences() {
		for _, at := range markerNumbers(s.Text) {
			if _, known := final[at]; known {
				continue
			}
			a := m.ledger.article(at)
			final[at] = len(final) + 1
			b.Citations = append(b.Citations, Citation{
				Number: final[at], Article: a, Spans: []CitedSpan{}, Prints: append([]corpus.Ref{}, m.survey.prints[a.ID]...),
			})
		}
	}
	for s := range b.sentences() {
		s.Text = renumber(s.Text, final)
		s.Citations = slices.Clone(s.Citations)
		for i, n := range s.Citations {
			s.Citations[i] = final[n]
		}
		s.Spans = slices.Clone(s.Spans) // which a summary shares with its section
		for i := range s.Spans {
			span := &s.Spans[i]
			span.Number = final[span.Number]
			b.Citations[span.Number-1].add(*span, s.Verdict)
		}
	}
	for i := range b.Conflicts {
		for j := range b.Conflicts[i].Sides {
			side := &b.Conflicts[i].Sides[j]
			if side.Citation = nil; final[m.ledger.numbers[side.Article.ID]] > 0 {
				side.Citation = new(final[m.ledger.numbers[side.Article.ID]])
			}
		}
	}
}

// add enters a quotation, once.
func (c *Citation) add(span rag.NumberSpan, verdict string) {
	if !slices.ContainsFunc(c.Spans, func(s CitedSpan) bool { return s.Start == span.Start && s.End == span.End }) {
		c.Spans = append(c.Spans, CitedSpan{span.Span, verdict})
	}
}

// markerNumbers returns the numbers that a text cites, in order.
func markerNumbers(text string) (list []int) {
	for {
		at := markers.FindStringSubmatchIndex(text)
		if at == nil {
			return list
		}
		n, _ := strconv.Atoi(text[at[4]:at[5]]) // digits, by the pattern
		list, text = append(list, n), text[at[5]:]
	}
}

// renumber puts the final numbers into the markers of a text.
func renumber(text string, final map[int]int) string {
	var out []byte
	for {
		at := markers.FindStringSubmatchIndex(text)
		if at == nil {
			return string(append(out, text...))
		}
		n, _ := strconv.Atoi(text[at[4]:at[5]])
		out = append(out, text[:at[4]]...)
		out = strconv.AppendInt(out, int64(final[n]), 10)
		text = text[at[5]:]
	}
}
