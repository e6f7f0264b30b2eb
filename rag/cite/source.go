package cite

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chuchu/rag/when"
)

// A Source is a text that sentences may rest on. Making one costs as much as
// judging several sentences against it: make it once an answer. It is safe for
// concurrent use.
type Source struct {
	runes      []rune
	folded     folded
	clauses    []clause
	clauseAt   []int32            // the clause of each code point, of white space the one before
	place      map[string][]int32 // the code points at which each term stands, in order
	quantities []Quantity
	dated      []bool // of each quantity: it is part of a period
	words      []Span // in Latin letters, and figures outside of quantities
	periods    []when.Period
	published  string
}

// A clause is the piece of a sentence between two marks, the latter included.
type clause struct {
	span     Span
	sentence Span // that it is part of
}

// NewSource prepares text for Locate and Judge. published is the date of the
// article, as exact as it is known ("2024-11-21", "2024-11", "2024") or empty: what
// 去年 means in the text is told by it, and it bears out a date that a claim gives
// and the text does not.
func NewSource(text, published string) *Source {
	s := &Source{runes: []rune(text), published: published}
	s.quantities = quantitiesOf(s.runes)
	s.periods = when.Find(text, published)
	s.dated = make([]bool, len(s.quantities))
	for i, q := range s.quantities {
		s.dated[i] = inPeriod(q.Span, s.periods)
	}
	s.folded = fold(s.runes)
	for _, sentence := range sentences(s.runes) {
		s.cut(sentence)
	}
	s.index()
	return s
}

// cut appends the clauses of a sentence. One that is longer than a span may be is
// cut hard.
func (s *Source) cut(sentence Span) {
	start := sentence.Start
	for i := sentence.Start; i < sentence.End; i++ {
		if i+1 == sentence.End || endsClause(s.runes, i) || i+1-start == longestSpan {
			s.clauses = append(s.clauses, clause{Span{start, i + 1}, sentence})
			start = i + 1
		}
	}
}

// endsClause reports whether a clause ends with the code point at i. The comma
// and colon of numbers and times do not end one.
func endsClause(text []rune, i int) bool {
	if !in("，；：,;:", text[i]) {
		return false
	}
	return i == 0 || digitsFrom(text, i+1) == 0 || digitsFrom(text, i-1) == 0
}

// index notes where each term stands. A pair never spans two clauses: the mark
// between parts it.
func (s *Source) index() {
	terms := termsOf(s.folded)
	s.place = make(map[string][]int32, len(terms))
	q := 0
	chinese := slices.ContainsFunc(s.runes, isHan)
	for _, t := range terms {
		s.place[t.text] = append(s.place[t.text], int32(t.span.Start))
		if r, _ := utf8.DecodeRuneInString(t.text); scriptOf(r) != latin || offices[t.text] {
			continue
		}
		for q < len(s.quantities) && s.quantities[q].Span.End <= t.span.Start {
			q++
		}
		word := s.runes[t.span.Start:t.span.End]
		named := chinese || slices.ContainsFunc(word, func(r rune) bool { return unicode.IsUpper(r) || isDigit(r) })
		if named && (q == len(s.quantities) || !s.quantities[q].Span.touches(t.span)) && !inPeriod(t.span, s.periods) {
			s.words = append(s.words, t.span)
		}
	}
	s.clauseAt = make([]int32, len(s.runes))
	c := 0
	for i := range s.runes {
		for c+1 < len(s.clauses) && s.clauses[c+1].span.Start <= i {
			c++
		}
		s.clauseAt[i] = int32(c)
	}
}

// around returns what stands before and after a span in its clauses.
func (s *Source) around(span Span) (before, after string) {
	first, last := s.clausesAt(span)
	if len(s.clauses) == 0 {
		return "", ""
	}
	before = string(s.runes[min(s.clauses[first].span.Start, span.Start):span.Start])
	after = string(s.runes[span.End:max(span.End, s.clauses[last].span.End)])
	return before, after
}

// clausesAt returns the first and last clause that the span touches.
func (s *Source) clausesAt(span Span) (first, last int) {
	if len(s.clauses) == 0 || span.End <= span.Start {
		return 0, 0
	}
	return int(s.clauseAt[span.Start]), int(s.clauseAt[span.End-1])
}

// whole returns the clauses from first to last, with the rest of their sentences
// where that fits.
func (s *Source) whole(first, last int) Span {
	span := Span{s.clauses[first].span.Start, s.clauses[last].span.End}
	if start := s.clauses[first].sentence.Start; span.End-start <= longestSpan {
		span.Start = start
	}
	if end := s.clauses[last].sentence.End; end-span.Start <= longestSpan {
		span.End = end
	}
	return span
}

// holds reports whether inner lies in s.
func (s Span) holds(inner Span) bool { return s.Start <= inner.Start && inner.End <= s.End }

func (s Span) touches(other Span) bool { return s.Start < other.End && other.Start < s.End }

// text returns what stands in a span.
func (s *Source) text(span Span) string {
	return strings.TrimSpace(string(s.runes[span.Start:span.End]))
}
