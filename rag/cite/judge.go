package cite

import (
	"slices"
	"strings"
)

const (
	// leastSupported is what the spans must hold of a claim's weight, less that of
	// the heaviest piece they lack, for the verdict supported. The piece counts twice
	// because words missing here and there are another way of putting it, while those
	// missing in a row are often what was changed. Measured by TestOnArticles.
	leastSupported = .55
	// leastBeside is the share of its weight that the spans of a claim must hold when
	// all that stands in quotation marks in it is verbatim.
	leastBeside = .5
)

// Judge holds a sentence, with or without its markers, against the sources it
// cites. weight says how telling a term of Terms is (its idf); nil makes all the
// same.
//
// Quoted: the whole of it stands verbatim in one source once width, case, space
// and punctuation are folded, or all that it has in quotation marks does in one
// span and the rest adds no figure, name or turn. Supported: every figure with its
// unit and every name in Latin letters stands in the spans, nothing says the
// opposite, and most of its terms, weighed, are there. A sentence that makes no
// claim is None whatever it cites.
func Judge(claim string, sources []*Source, weight func(term string) float64) Judgement {
	j := Judgement{Spans: make([]Span, len(sources)), Located: make([]bool, len(sources))}
	c := newClaim(claim, weight)
	switch {
	case c.saysNothing(claim, len(sources) > 0):
		j.Verdict = None
	case len(sources) == 0:
		j.Verdict = Uncited
	case c.judgeWhole(sources, &j):
		j.Verdict = Quoted
	case c.judgePieces(sources, &j):
		j.Verdict = Quoted
	default:
		c.judgeTerms(sources, &j)
	}
	return j
}

// judgeWhole looks for the whole claim, and locates it in every source.
func (c *claim) judgeWhole(sources []*Source, j *Judgement) bool {
	found := false
	for i, s := range sources {
		if j.Spans[i], j.Located[i] = c.verbatim(s); j.Located[i] {
			found = true
			continue
		}
		j.Spans[i], j.Located[i] = c.align(s)
	}
	return found
}

// judgePieces looks for all that the claim has in quotation marks in one span,
// and holds the rest against that.
func (c *claim) judgePieces(sources []*Source, j *Judgement) bool {
	pieces := c.quotations()
	length := 0
	for _, p := range pieces {
		length += len(p)
	}
	if length < leastVerbatim || 3*length < len(c.folded.text) {
		return false
	}
	for i, s := range sources {
		span, ok := s.holding(pieces)
		if !ok {
			continue
		}
		located := Judgement{Spans: slices.Clone(j.Spans), Located: slices.Clone(j.Located)}
		located.Spans[i], located.Located[i] = span, true
		e := c.evidence(sources, located)
		if len(c.misses(e)) == 0 && c.covered(e) >= leastBeside {
			j.Spans, j.Located = located.Spans, located.Located
			return true
		}
	}
	return false
}

// judgeTerms compares what the claim consists of.
func (c *claim) judgeTerms(sources []*Source, j *Judgement) {
	e := c.evidence(sources, *j)
	j.Why = c.misses(e)
	pieces := c.missing(e)
	if c.covered(e)-heaviest(pieces) < leastSupported {
		j.Why = append(j.Why, Why{Kind: "coverage", Claim: c.show(pieces, e)})
	}
	j.Verdict = Supported
	if len(j.Why) > 0 {
		j.Verdict = Weak
	}
}

// quotations returns the folded texts of what stands in quotation marks, of nested
// ones the outer.
func (c *claim) quotations() []string {
	var list []string
	for i := 0; i < len(c.runes); i++ {
		end := c.closeOf(i)
		if end < 0 {
			continue
		}
		if piece := c.folded.within(Span{i + 1, end}); piece != "" {
			list = append(list, piece)
		}
		i = end
	}
	return list
}

// longestQuotation is how many code points a quotation may have to be seen as one;
// it bounds the search for marks that never close.
const longestQuotation = 2000

// closeOf returns where the quotation that opens at start closes, -1 when none
// opens there or it never closes.
func (c *claim) closeOf(start int) int {
	closer := quoteCloser(c.runes[start])
	if closer == 0 {
		return -1
	}
	depth := 1
	for i := start + 1; i < min(len(c.runes), start+longestQuotation); i++ {
		switch c.runes[i] {
		case closer:
			if depth--; depth == 0 {
				return i
			}
		case c.runes[start]:
			depth++
		}
	}
	return -1
}

func quoteCloser(r rune) rune {
	if strings.ContainsRune("“「『‘", r) {
		return closerOf(r)
	}
	if r == '"' {
		return '"'
	}
	return 0
}

// holding returns a span that holds all pieces verbatim, each where it first stands
// unturned; of at most longestSpan code points unless a single piece is longer.
func (s *Source) holding(pieces []string) (Span, bool) {
	var span Span
	for i, p := range pieces {
		found, ok := s.run(p)
		switch {
		case !ok:
			return Span{}, false
		case i == 0:
			span = found
		default:
			span = Span{min(span.Start, found.Start), max(span.End, found.End)}
		}
	}
	first, last := s.clausesAt(span)
	if w := s.whole(first, last); w.End-w.Start <= longestSpan {
		return w, true
	}
	return span, span.End-span.Start <= longestSpan || len(pieces) == 1
}

// clausesAt returns the first and last clause that the span touches.
func (s *Source) clausesAt(span Span) (first, last int) {
	first = -1
	for i, c := range s.clauses {
		if c.span.Start < span.End && span.Start < c.span.End {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return max(first, 0), last
}
