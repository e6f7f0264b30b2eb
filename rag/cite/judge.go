package cite

import (
	"cmp"
	"slices"
	"strings"
)

const (
	// leastSupported is what the spans must hold of a claim's weight, less that of
	// the heaviest piece they lack, for the verdict supported. The piece counts twice
	// because words missing here and there are another way of putting it, while those
	// missing in a row are often what was changed. Measured by TestOnArticles.
	leastSupported = .55
	// leastOfSearched is the same for sources that were searched for, and leastOfFigures
	// where manyFigures figures and dates of the claim stand in them: that so many agree
	// is no chance, in whatever words.
	leastOfSearched = .7
	leastOfFigures  = .4
	manyFigures     = 2
	// leastBeside is the share of its weight that the spans of a claim must hold when
	// all that stands in quotation marks in it is verbatim.
	leastBeside = .5
	// leastContradicted is the share of its weight that the spans must hold for what
	// differs in them to be about the same thing, and leastSure how much of what stands
	// around it there must stand around it here.
	leastContradicted = .55
	leastSure         = .33
	// Where the spans hold mostContradicted of it, leastLikely is enough.
	mostContradicted = .65
	leastLikely      = .2
)

// Judge holds a sentence, with or without its markers, against the sources it
// cites. weight says how telling a term of Terms is (its idf); nil makes all the
// same.
//
// Quoted: the whole of it stands verbatim in one source once width, case, space
// and punctuation are folded, or all that it has in quotation marks does in one
// span and the rest adds no figure, name or turn. Supported: every figure with its
// unit, every date and every name stands in the spans or follows from what does,
// nothing says the opposite, and most of its terms, weighed, are there.
// Contradicted: most of its terms are there, and in the place of a figure, a date, a
// name or a direction stands another. A sentence that makes no claim is None
// whatever it cites.
func Judge(claim string, sources []*Source, weight func(term string) float64, options ...Option) Judgement {
	j := Judgement{Spans: make([][]Span, len(sources))}
	c := newClaim(claim, weight, options...)
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
		if span, ok := c.verbatim(s); ok {
			j.Spans[i] = []Span{span}
			found = true
			continue
		}
		j.Spans[i] = c.spread(s)
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
		spans := slices.Clone(j.Spans)
		spans[i] = []Span{span}
		for _, more := range j.Spans[i] {
			if !more.touches(span) {
				spans[i] = append(spans[i], more)
			}
		}
		slices.SortFunc(spans[i], func(a, b Span) int { return cmp.Compare(a.Start, b.Start) })
		e := c.evidence(sources, spans)
		missed, _ := c.misses(e)
		covered, _ := c.covered(e, 0, nil)
		if len(missed) == 0 && covered >= leastBeside && !(c.alone && c.differs(e)) {
			j.Spans = spans
			return true
		}
	}
	return false
}

// judgeTerms compares what the claim consists of.
func (c *claim) judgeTerms(sources []*Source, j *Judgement) {
	e := c.evidence(sources, j.Spans)
	missed, met := c.misses(e)
	covered, lacked := c.covered(e, len(c.facts)-len(met), nil)
	lacks := covered-lacked < c.leastSupported(len(met)) || len(e.places) == 0
	var exchanged []Why
	if c.alone {
		lacks = lacks || !c.entire(e)
		if x, found := c.exchanged(e); found {
			exchanged = append(exchanged, x.why())
		}
	}
	switch {
	case len(missed)+len(exchanged) == 0 && !lacks && !c.untold:
		j.Verdict = Supported
	case !c.foreign(e) && c.contradicts(e, missed, len(met)):
		j.Verdict = Contradicted
	default:
		j.Verdict = Weak
	}
	for _, m := range missed {
		j.Why = append(j.Why, m.why)
	}
	j.Why = append(j.Why, exchanged...)
	if lacks || c.untold && j.Verdict == Weak {
		j.Why = append(j.Why, Why{Kind: "coverage", Claim: c.show(c.missing(e), e)})
	}
	j.Why, j.Met = append(j.Why, met...), len(met)
}

// foreign reports whether the spans are in Chinese and the claim is not: then what
// they have in the place of its words cannot be told.
func (c *claim) foreign(e *evidence) bool {
	return !mostlyHan(c.runes) && slices.ContainsFunc(e.places, func(p *evidencePlace) bool {
		return mostlyHan(p.source.runes[p.span.Start:p.span.End])
	})
}

// leastSupported is the least that the spans must hold for the verdict supported,
// when they bear out so many facts.
func (c *claim) leastSupported(met int) float64 {
	switch {
	case !c.searched:
		return leastSupported
	case met >= manyFigures:
		return leastOfFigures
	}
	return leastOfSearched
}

// contradicts reports whether what was missed contradicts the claim: something else
// stands in its place, and most of the rest is there. A miss for which there is
// nothing at all means that the spans may be about another thing.
func (c *claim) contradicts(e *evidence, missed []miss, met int) bool {
	sure, least := 0.0, leastLikely
	var names []Span
	for _, m := range missed {
		sure = max(sure, m.sure)
		if m.why.Source == "" && !m.derived {
			least = leastSure
		}
		if m.why.Source != "" {
			names = append(names, m.name)
		}
	}
	covered, lacked := c.covered(e, len(c.facts)-met, names)
	return sure >= leastSure && covered >= leastContradicted || sure >= least && covered-lacked >= mostContradicted
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

// shortestQuote is how many code points a quotation has at least whose place counts.
const shortestQuote = 4

// exchangedQuotes returns the quotations of the claim that fit better where another
// of them is: what each is said of was exchanged.
func (c *claim) exchangedQuotes(e *evidence) []miss {
	var quotes []fact
	for i := 0; i < len(c.runes); i++ {
		if end := c.closeOf(i); end > i+shortestQuote {
			quotes = append(quotes, fact{span: Span{i + 1, end}, text: string(c.runes[i+1 : end]), quote: true})
			i = end
		}
	}
	if len(quotes) < 2 {
		return nil
	}
	around := *c // what is inside of them stays with them wherever they stand
	around.facts, around.bearing = nil, map[*Source][][]Span{}
	around.terms = slices.DeleteFunc(slices.Clone(c.terms), func(t claimTerm) bool {
		return slices.ContainsFunc(quotes, func(q fact) bool { return q.span.touches(t.span) })
	})
	var list []miss
	m := around.matching(quotes, e)
	for i, q := range quotes {
		if other := m.other(i); m.best[i] != nil && m.owner(i, other) >= 0 {
			list = append(list, miss{why: Why{"name", q.text, other.text}})
		}
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
