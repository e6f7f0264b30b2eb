package cite

import "math/bits"

const (
	// longestSpan is how many code points a span has at most, but for a claim that
	// stands there verbatim and is longer.
	longestSpan = 200
	// leastCovered is the share of a claim's weight that must stand in a span for it
	// to be called its source.
	leastCovered = .25
	// figureWeight is what a figure of the claim counts more than a word does, as a
	// share of all words together: a span without it proves nothing.
	figureWeight = .2
	// lengthCost is what a span of longestSpan code points must hold more than a
	// short one.
	lengthCost = .1
)

// Locate finds the span of source that a claim, a sentence with or without its
// markers, rests on: where it stands verbatim once width, case, space and
// punctuation are folded, else the clauses, at most about 200 characters together,
// that hold most of its terms, whole sentences where these fit. It returns false
// when less than a quarter of the claim stands there. weight says how telling a
// term of Terms is (its idf); nil makes all the same.
func Locate(claim string, source *Source, weight func(term string) float64) (Span, bool) {
	c := newClaim(claim, weight)
	if s, ok := c.verbatim(source); ok {
		return s, true
	}
	return c.align(source)
}

// align finds the clauses that hold most of the claim.
func (c *claim) align(source *Source) (Span, bool) {
	held := c.held(source)
	var best window
	for first := range source.clauses {
		if len(held[first]) == 0 {
			continue
		}
		if w := c.widen(source, held, first); w.score > best.score {
			best = w
		}
	}
	if best.covered < leastCovered {
		return Span{}, false
	}
	return source.whole(best.first, best.last), true
}

// A window is a run of clauses.
type window struct {
	first, last int
	covered     float64 // share of the claim's weight
	score       float64
}

// held lists for each clause of the source the terms of the claim in it.
func (c *claim) held(source *Source) [][]int {
	held := make([][]int, len(source.clauses))
	for i, t := range c.terms {
		for _, clause := range source.place[t.text] {
			held[clause] = append(held[clause], i)
		}
	}
	return held
}

// widen returns the best window that begins with clause first.
func (c *claim) widen(source *Source, held [][]int, first int) window {
	seen := make(set, len(c.terms)/64+1)
	var covered, figures float64
	var best window
	start := source.clauses[first].span.Start
	for last := first; last < len(held); last++ {
		length := source.clauses[last].span.End - start
		if length > longestSpan && last > first {
			break
		}
		for _, i := range held[last] {
			if seen.add(i) {
				covered += c.terms[i].weight
				if c.terms[i].figure {
					figures += figureWeight
				}
			}
		}
		score := covered + figures - lengthCost*float64(length)/longestSpan
		if score > best.score {
			best = window{first, last, covered, score}
		}
	}
	return best
}

// A set is a set of small numbers.
type set []uint64

// add reports whether i was not in the set.
func (s set) add(i int) bool {
	bit := uint64(1) << (i % 64)
	was := s[i/64] & bit
	s[i/64] |= bit
	return bits.OnesCount64(was) == 0
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
