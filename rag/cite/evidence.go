package cite

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// An evidence is what the located spans hold.
type evidence struct {
	places  []*evidencePlace
	held    []float64 // for each term of the claim, how much of it stands where most of its clause does
	clauses []string  // those that hold at least a term of the claim
	best    []int     // for each clause of the claim the place that holds most of it, -1 where none does
}

// An evidencePlace is one span.
type evidencePlace struct {
	source      *Source
	span        Span
	first, last int // its clauses
	folded      string
	held        []float64
	touched     []bool // the clauses that hold a term of the claim
	names       []Span // nil until namesIn looked
}

// evidence gathers the located spans.
func (c *claim) evidence(sources []*Source, spans [][]Span) *evidence {
	e := &evidence{held: make([]float64, len(c.terms))}
	for i, s := range sources {
		for _, span := range spans[i] {
			p := &evidencePlace{source: s, span: span, folded: s.folded.within(span)}
			p.first, p.last = s.clausesAt(span)
			c.hold(p)
			e.places = append(e.places, p)
			for i, ok := range p.touched {
				if ok {
					clause := s.clauses[p.first+i].span
					e.clauses = append(e.clauses, string(s.runes[clause.Start:clause.End]))
				}
			}
		}
	}
	c.settle(e)
	return e
}

// apartHeld is how much of a pair is held where its characters stand close to each
// other, in their order: 下跌 holds most of 路跌 in 一路下跌.
const apartHeld = .7

// hold marks the terms of the claim that stand in the place.
func (c *claim) hold(p *evidencePlace) {
	p.held = make([]float64, len(c.terms))
	p.touched = make([]bool, p.last-p.first+1)
	for i, t := range c.terms {
		for _, at := range p.source.place[t.text] {
			if int(at) >= p.span.Start && int(at) < p.span.End {
				p.held[i], p.touched[int(p.source.clauseAt[at])-p.first] = 1, true
			}
		}
	}
	for _, places := range c.borne(p.source) {
		for _, at := range places {
			if p.span.holds(at) {
				p.touched[int(p.source.clauseAt[at.Start])-p.first] = true
			}
		}
	}
}

// settle takes for each clause of the claim the place that holds most of it: words
// that stand in several places, each about something else, say nothing together.
func (c *claim) settle(e *evidence) {
	if len(e.places) == 0 {
		return
	}
	best, most := slices.Repeat([]int{-1}, c.clauses), make([]float64, c.clauses)
	e.best = best
	for n, p := range e.places {
		sum := make([]float64, c.clauses)
		for i, t := range c.terms {
			sum[t.clause] += t.weight * p.held[i]
		}
		for k, s := range sum {
			if s > most[k] {
				best[k], most[k] = n, s
			}
		}
	}
	for i, t := range c.terms {
		if best[t.clause] < 0 {
			continue
		}
		p := e.places[best[t.clause]]
		if e.held[i] = p.held[i]; e.held[i] == 0 && p.nearly(t.text) {
			e.held[i] = apartHeld
		}
	}
}

// nearlyGap is how many code points may stand between the characters of a pair.
const nearlyGap = 2

// nearly reports whether the characters of a pair stand close to each other.
func (p *evidencePlace) nearly(pair string) bool {
	first, size := utf8.DecodeRuneInString(pair)
	second, rest := utf8.DecodeRuneInString(pair[size:])
	if !isHan(first) || !isHan(second) || size+rest != len(pair) {
		return false
	}
	for from := 0; ; {
		i := strings.IndexRune(p.folded[from:], first)
		if i < 0 {
			return false
		}
		from += i + size
		n := 0
		for _, r := range p.folded[from:] {
			if r == second {
				return true
			}
			if n++; n > nearlyGap {
				break
			}
		}
	}
}

// covered returns the share of the claim's weight that the spans hold, and that of the
// heaviest piece they lack. The facts but for those missed are counted in, and what
// stands in the spans left out is not.
func (c *claim) covered(e *evidence, missed int, without []Span) (share, lacked float64) {
	facts := c.factWeight() * float64(len(c.facts)-missed)
	sum, total := facts, facts
	out := func(s Span) bool { return slices.ContainsFunc(without, s.touches) }
	for i, t := range c.terms {
		if !out(t.span) {
			sum += t.weight * e.held[i]
			total += t.weight
		}
	}
	if total == 0 {
		return 1, 0
	}
	pieces := slices.DeleteFunc(c.missing(e), func(p piece) bool { return out(p.span) })
	return sum / total, heaviest(pieces) / total
}
