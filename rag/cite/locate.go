package cite

import (
	"cmp"
	"slices"
)

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
	// mostSpans is how many places of one source a claim may rest on.
	mostSpans = 3
	// leastAdded is the share of a claim's weight that a further span must add, and
	// leastBesideFact the share when it has a figure that no other span has.
	leastAdded      = .12
	leastBesideFact = .04
	// factCover is what a fact of the claim counts towards these.
	factCover = .08
	// unlikeWeight is what a figure counts that differs from the claim's and is of its
	// kind: that may be the one to compare with.
	unlikeWeight = .08
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
	w, ok := c.best(source, c.items(source), c.nothing(), nil)
	if !ok || w.covered < leastCovered {
		return Span{}, false
	}
	return source.whole(w.first, w.last), true
}

// spread finds the spans that hold the claim together, in order: the best, and
// those that hold of what it lacks enough to be a place the claim rests on too.
func (c *claim) spread(source *Source) []Span {
	items := c.items(source)
	seen := c.nothing()
	var list []Span
	for len(list) < mostSpans {
		w, ok := c.best(source, items, seen, list)
		least := leastAdded
		switch {
		case len(list) == 0:
			least = c.leastLocated()
		case w.facts > 0:
			least = leastBesideFact
		}
		if !ok || w.covered+factCover*float64(w.facts) < least && !(len(list) == 0 && c.holdsClause(items, w)) {
			break
		}
		span := source.wholeBeside(w.first, w.last, list)
		list = append(list, span)
		first, last := source.clausesAt(span)
		for clause := first; clause <= last; clause++ {
			for _, i := range items[clause] {
				seen.add(i)
			}
		}
	}
	slices.SortFunc(list, func(a, b Span) int { return cmp.Compare(a.Start, b.Start) })
	return list
}

// leastLocated is leastCovered for a claim of one or two clauses; one of many may
// rest on as many places.
func (c *claim) leastLocated() float64 {
	return leastCovered * max(.5, min(1, 3/float64(c.clauses+1)))
}

// A clause of a claim counts as a whole when it has so much of the weight, and is
// held when a window has so much of the clause.
const (
	leastClause = .08
	clauseHeld  = .5
)

// holdsClause reports whether the window holds most of a clause of the claim.
func (c *claim) holdsClause(items [][]int, w window) bool {
	all, held := make([]float64, c.clauses), make([]float64, c.clauses)
	for _, t := range c.terms {
		all[t.clause] += t.weight
	}
	seen := c.nothing()
	for clause := w.first; clause <= w.last; clause++ {
		for _, i := range items[clause] {
			if i < len(c.terms) && seen.add(i) {
				held[c.terms[i].clause] += c.terms[i].weight
			}
		}
	}
	for k := range all {
		if all[k] >= leastClause && held[k] >= clauseHeld*all[k] {
			return true
		}
	}
	return false
}

// wholeBeside returns the clauses from first to last, with the rest of their sentences
// but for what is taken.
func (s *Source) wholeBeside(first, last int, taken []Span) Span {
	span := s.whole(first, last)
	for _, t := range taken {
		if t.End <= s.clauses[first].span.Start {
			span.Start = max(span.Start, t.End)
		} else {
			span.End = min(span.End, t.Start)
		}
	}
	for isSpace(s.runes[span.Start]) {
		span.Start++
	}
	for isSpace(s.runes[span.End-1]) {
		span.End--
	}
	return span
}

// best returns the best window of clauses outside the taken spans, by what is not
// yet in seen.
func (c *claim) best(source *Source, items [][]int, seen set, taken []Span) (window, bool) {
	var best window
	for first := range source.clauses {
		if len(items[first]) == 0 {
			continue
		}
		if w := c.widen(source, items, first, seen, taken); w.score > best.score {
			best = w
		}
	}
	return best, best.score > 0
}

// A window is a run of clauses.
type window struct {
	first, last int
	covered     float64 // share of the claim's weight
	facts       int
	score       float64
}

// items lists for each clause of the source what of the claim is in it: its terms
// by number, after them its facts, and after
// these again the facts for which there is only something else.
func (c *claim) items(source *Source) [][]int {
	items := make([][]int, len(source.clauses))
	add := func(at, item int) {
		clause := source.clauseAt[at]
		if n := len(items[clause]); n == 0 || items[clause][n-1] != item {
			items[clause] = append(items[clause], item)
		}
	}
	for i, t := range c.terms {
		for _, at := range source.place[t.text] {
			add(int(at), i)
		}
	}
	borne := c.borne(source)
	for i, f := range c.facts {
		for _, place := range borne[i] {
			add(place.Start, len(c.terms)+i)
		}
		if len(borne[i]) > 0 {
			continue
		}
		for _, r := range f.in(source) {
			add(r.span.Start, len(c.terms)+len(c.facts)+i)
		}
	}
	return items
}

// widen returns the best window that begins with clause first.
func (c *claim) widen(source *Source, items [][]int, first int, before set, taken []Span) window {
	seen := slices.Clone(before)
	var covered, figures float64
	var best window
	facts := 0
	start := source.clauses[first].span.Start
	for last := first; last < len(items); last++ {
		span := Span{start, source.clauses[last].span.End}
		if length := span.End - start; length > longestSpan && last > first || slices.ContainsFunc(taken, span.touches) {
			break
		}
		for _, i := range items[last] {
			if !seen.add(i) {
				continue
			}
			if i >= len(c.terms)+len(c.facts) {
				figures += unlikeWeight
				continue
			}
			if i >= len(c.terms) {
				facts++
				figures += figureWeight
				continue
			}
			covered += c.terms[i].weight
			if c.terms[i].figure {
				figures += figureWeight
			}
		}
		score := covered + figures - lengthCost*float64(span.End-start)/longestSpan
		if score > best.score {
			best = window{first, last, covered, facts, score}
		}
	}
	return best
}

// A set is a set of small numbers.
type set []uint64

// nothing returns the empty set of the claim's items.
func (c *claim) nothing() set { return make(set, (len(c.terms)+2*len(c.facts))/64+1) }

// add reports whether i was not in the set.
func (s set) add(i int) bool {
	bit := uint64(1) << (i % 64)
	was := s[i/64] & bit
	s[i/64] |= bit
	return was == 0
}
