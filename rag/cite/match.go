package cite

import (
	"slices"
	"strings"
	"unicode"
)

// A miss is one thing that the claim says and the spans do not. sure says how much
// of what stands around it in the claim stands around what they have instead: 0
// where they have nothing.
type miss struct {
	why     Why
	sure    float64
	derived bool // it is reckoned from others: points between shares
	name    Span // of a name, which is no part of the rest of the claim
}

// misses returns what the claim says and the spans do not: figures, names, turns;
// and what they say in other words.
func (c *claim) misses(e *evidence) (missed []miss, met []Why) {
	missed, met = c.missedFacts(e)
	missed = append(missed, c.missedNames(e)...)
	missed = append(missed, c.exchangedQuotes(e)...)
	return append(missed, c.turns(e)...), met
}

// A counterpart is what a span has for a fact of the claim.
type counterpart struct {
	related
	source *Source
	beside float64
}

// counterparts returns what the spans have of the kind of a fact.
func (c *claim) counterparts(f fact, e *evidence) []counterpart {
	var list []counterpart
	for _, p := range e.places {
		for _, r := range c.relatedIn(f, p) {
			if p.span.holds(r.span) {
				list = append(list, counterpart{r, p.source, c.beside(f.span, p.source, r.span)})
			}
		}
	}
	return list
}

// How much more of what stands around a figure must stand around another one than
// around its like. All were set by TestOnArticles; a third more or less moves its
// figures by a sentence or two.
const (
	besideNoise      = .1  // a difference that says nothing
	ratherElsewhere  = .2  // for it not to be sure that the like is meant
	datesElsewhere   = .02 // the same for dates, of which articles are full
	clearlyElsewhere = .3  // for the other to be meant
	betterExchanged  = .2  // for two to have been exchanged, of both together
)

// missedFacts returns the facts that no span bears out, and those that one does.
func (c *claim) missedFacts(e *evidence) (missed []miss, met []Why) {
	m := c.matching(c.facts, e)
	for i, f := range c.facts {
		like, other := m.best[i], m.other(i)
		why := Why{Kind: f.kind(), Claim: f.text}
		if like != nil && other != nil && m.lent(i) {
			like = nil
		}
		switch {
		case like != nil && (other == nil || other.beside <= like.beside+f.ratherElsewhere()):
			why.Source = like.text
			met = append(met, why)
		case like != nil && other.beside < like.beside+clearlyElsewhere:
			why.Source = other.text
			missed = append(missed, miss{why: why})
		case like == nil && f.dated && c.published(f, e, other):
		case like == nil && (c.isDifference(f, m) || c.sharesUnit(f, e)):
		default:
			miss := c.missedFact(f, e, other)
			if m.alone(i, other) {
				miss.sure = max(miss.sure, leastLikely)
			}
			missed = append(missed, miss)
		}
	}
	return append(missed, c.missedFoils(e)...), met
}

// missedFoils returns the facts that the claim denies in favour of others (并非2019年,
// 而是2015年) and that no span knows.
func (c *claim) missedFoils(e *evidence) []miss {
	var list []miss
	for _, f := range c.foiled {
		if !slices.ContainsFunc(c.counterparts(f, e), func(p counterpart) bool { return p.bears() }) {
			list = append(list, miss{why: Why{Kind: f.kind(), Claim: f.text}})
		}
	}
	return list
}

// alone reports whether p is the only thing in the spans that is of the unit of fact
// i, or has the same letters after it (1080P).
func (m matching) alone(i int, p *counterpart) bool {
	f := m.facts[i]
	if p == nil || p.beside == 0 || f.dated && p.precision != f.period.Precision {
		return false
	}
	if letter := letterAt(m.claim.runes, f.span.End); !f.dated && f.quantity.Unit == "" {
		return letter != 0 && letter == letterAt(p.source.runes, p.span.End)
	}
	return !slices.ContainsFunc(m.all[i], func(q counterpart) bool { return q.text != p.text })
}

// letterAt returns the Latin letter at i, 0 for anything else.
func letterAt(text []rune, i int) rune {
	if i >= len(text) || !unicode.Is(unicode.Latin, text[i]) {
		return 0
	}
	return unicode.ToLower(text[i])
}

// ratherElsewhere is how much more must stand around another than around the fact's
// like for it not to be sure which one is meant.
func (f fact) ratherElsewhere() float64 {
	if f.dated {
		return datesElsewhere
	}
	return ratherElsewhere
}

// A matching is what the spans have for the facts of a claim.
type matching struct {
	claim *claim
	facts []fact
	all   [][]counterpart
	best  []*counterpart // what bears each out where most of its surroundings are, nil where nothing does
	// owners are the facts that each place bears out as well as any does. A text that
	// was handed in twice bears each out twice.
	owners map[at][]int
}

// An at is a place in a source.
type at struct {
	source *Source
	span   Span
}

func (p *counterpart) at() at { return at{p.source, p.span} }

// matching finds what the spans have for facts of the claim.
func (c *claim) matching(facts []fact, e *evidence) matching {
	m := matching{claim: c, facts: facts, all: make([][]counterpart, len(facts)), best: make([]*counterpart, len(facts)), owners: map[at][]int{}}
	for i, f := range facts {
		m.all[i] = c.counterparts(f, e)
		for n := range m.all[i] {
			if p := &m.all[i][n]; p.bears() && (m.best[i] == nil || p.beside > m.best[i].beside) {
				m.best[i] = p
			}
		}
	}
	for k, list := range m.all {
		for _, q := range list {
			if q.bears() && q.beside >= m.best[k].beside-besideNoise {
				m.owners[q.at()] = append(m.owners[q.at()], k)
			}
		}
	}
	return m
}

// lent reports whether what bears fact i out bears out another much better: 5000万
// for both of two amounts.
func (m matching) lent(i int) bool {
	k := m.owner(i, m.best[i])
	return k >= 0 && m.best[k].beside > m.best[i].beside+ratherElsewhere
}

// owner returns the fact, not i, that place p bears out as well as any, -1 where
// there is none.
func (m matching) owner(i int, p *counterpart) int {
	if p == nil {
		return -1
	}
	for _, k := range m.owners[p.at()] {
		if k != i {
			return k
		}
	}
	return -1
}

// other returns what differs from fact i where most of its surroundings are, nil
// where there is nothing. What bears out another fact of the claim is such only when
// the two fit better exchanged.
func (m matching) other(i int) *counterpart {
	var other *counterpart
	for n := range m.all[i] {
		p := &m.all[i][n]
		if p.bears() || other != nil && p.beside <= other.beside {
			continue
		}
		if k := m.owner(i, p); k < 0 || m.best[i] == nil && m.best[k].relation == Consistent || m.exchanged(i, k, p) {
			other = p
		}
	}
	return other
}

// exchanged reports whether fact i fits better where fact k is, at p, and k where i is.
func (m matching) exchanged(i, k int, p *counterpart) bool {
	like := m.best[i]
	if like == nil {
		return false
	}
	there := m.claim.beside(m.facts[k].span, like.source, like.span)
	return p.beside+there > like.beside+m.best[k].beside+betterExchanged
}

// sharesUnit reports whether a number without a unit stands in a list with one that
// has it (8、9月), and in a span.
func (c *claim) sharesUnit(f fact, e *evidence) bool {
	next := c.runes[f.span.End:]
	return !f.dated && f.quantity.Unit == "" && len(next) > 0 && strings.ContainsRune("、和,，", next[0]) && e.hasFigures(c.folded.within(f.span))
}

// leastSame is how much of what stands around a date of the source must stand around
// the claim's for the source to say when it was.
const leastSame = .35

// published reports whether the day a source appeared bears a date out that its
// text does not give.
func (c *claim) published(f fact, e *evidence, other *counterpart) bool {
	if f.period.Fiscal || !f.reported && other != nil && other.beside >= leastSame {
		return false
	}
	return slices.ContainsFunc(e.places, func(p *evidencePlace) bool { return p.source.publishedIn(f.period) == Consistent })
}

// missedFact returns the miss of a fact for which the spans have other, or nothing.
func (c *claim) missedFact(f fact, e *evidence, other *counterpart) miss {
	m := miss{why: Why{Kind: f.kind(), Claim: f.text}, derived: !f.dated && f.quantity.Unit == "百分点"}
	if other != nil && !f.reported {
		m.why.Source, m.sure = other.text, other.beside
	}
	if !f.dated || m.sure >= leastSame {
		return m
	}
	published := e.publishedFor(c.clauseAt(f.span))
	switch {
	case published == "":
	case f.reported:
		m.why.Source, m.sure = published, 1
	case f.period.From > published:
		m.why.Source, m.sure = published, leastSure
	}
	return m
}

// publishedFor returns when the source of a clause of the claim appeared, of the
// latest source where none holds it.
func (e *evidence) publishedFor(clause int) string {
	if len(e.best) > 0 && e.best[clause] >= 0 {
		return e.places[e.best[clause]].source.published
	}
	published := ""
	for _, p := range e.places {
		published = max(published, p.source.published)
	}
	return published
}

// isDifference reports whether a quantity of points is the difference of two shares
// of the claim that the spans hold: from 23% to 25%, by 2 points.
func (c *claim) isDifference(f fact, m matching) bool {
	if f.dated || f.quantity.Unit != "百分点" {
		return false
	}
	var shares []float64
	for i, g := range m.facts {
		if g.quantity.Unit == "%" && m.best[i] != nil {
			shares = append(shares, g.quantity.Value)
		}
	}
	for _, a := range shares {
		if slices.ContainsFunc(shares, func(b float64) bool { return equal(a-b, f.quantity.Value) }) {
			return true
		}
	}
	return false
}

// hasFigures reports whether every figure of a folded text stands in a span.
func (e *evidence) hasFigures(text string) bool {
	for _, f := range figuresIn(text) {
		if !slices.ContainsFunc(e.places, func(p *evidencePlace) bool { return hasFigure(p.folded, f) }) {
			return false
		}
	}
	return true
}

// hasFigure reports whether a figure stands in a folded text, and not inside a
// longer one.
func hasFigure(text, figure string) bool {
	for from := 0; figure != ""; {
		i := strings.Index(text[from:], figure)
		if i < 0 {
			break
		}
		start, end := from+i, from+i+len(figure)
		before := start > 0 && (isDigit(rune(text[start-1])) || text[start-1] == '.')
		after := end < len(text) && (isDigit(rune(text[end])) || text[end] == '.')
		if !before && !after {
			return true
		}
		from = start + 1
	}
	return false
}
