package cite

import "strings"

// A Source is a text that sentences may rest on. Making one costs as much as
// judging several sentences against it: make it once an answer. It is safe for
// concurrent use.
type Source struct {
	runes      []rune
	folded     folded
	clauses    []clause
	place      map[string][]int32 // the clauses each term stands in, in order, each once
	quantities []Quantity
}

// A clause is the piece of a sentence between two marks, the latter included.
type clause struct {
	span     Span
	sentence Span // that it is part of
}

// NewSource prepares text for Locate and Judge.
func NewSource(text string) *Source {
	s := &Source{runes: []rune(text), quantities: Quantities(text)}
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
		if i+1 == sentence.End || s.endsClause(i) || i+1-start == longestSpan {
			s.clauses = append(s.clauses, clause{Span{start, i + 1}, sentence})
			start = i + 1
		}
	}
}

// endsClause reports whether a clause ends with the code point at i. The comma
// and colon of numbers and times do not end one.
func (s *Source) endsClause(i int) bool {
	if !strings.ContainsRune("，；：,;:", s.runes[i]) {
		return false
	}
	return i == 0 || digitsFrom(s.runes, i+1) == 0 || digitsFrom(s.runes, i-1) == 0
}

// index notes for each term in which clauses it stands. A pair never spans two:
// the mark between parts it.
func (s *Source) index() {
	terms := termsOf(s.folded)
	s.place = make(map[string][]int32, len(terms))
	c := 0
	for _, t := range terms {
		for c+1 < len(s.clauses) && t.span.Start >= s.clauses[c].span.End {
			c++
		}
		list := s.place[t.text]
		if n := len(list); n == 0 || list[n-1] != int32(c) {
			s.place[t.text] = append(list, int32(c))
		}
	}
}
