package cite

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// An evidence is what the located spans hold.
type evidence struct {
	folded     []string // each span
	quantities []Quantity
	held       []bool   // for each term of the claim
	clauses    []string // those that hold at least a term of the claim
}

// evidence gathers the located spans.
func (c *claim) evidence(sources []*Source, j Judgement) *evidence {
	e := &evidence{held: make([]bool, len(c.terms))}
	for i, s := range sources {
		if !j.Located[i] {
			continue
		}
		span := j.Spans[i]
		e.folded = append(e.folded, s.folded.within(span))
		for _, q := range s.quantities {
			if q.Span.Start >= span.Start && q.Span.End <= span.End {
				e.quantities = append(e.quantities, q)
			}
		}
		c.hold(e, s, span)
	}
	return e
}

// hold marks the terms of the claim that stand in the span.
func (c *claim) hold(e *evidence, s *Source, span Span) {
	first, last := s.clausesAt(span)
	touched := make([]bool, last-first+1)
	for i, t := range c.terms {
		for _, clause := range s.place[t.text] {
			if n := int(clause); n >= first && n <= last {
				e.held[i], touched[n-first] = true, true
			}
		}
	}
	for i, ok := range touched {
		if ok {
			clause := s.clauses[first+i].span
			e.clauses = append(e.clauses, string(s.runes[clause.Start:clause.End]))
		}
	}
}

// covered returns the share of the claim's weight that the spans hold.
func (c *claim) covered(e *evidence) float64 {
	sum := 0.0
	for i, t := range c.terms {
		if e.held[i] {
			sum += t.weight
		}
	}
	return sum
}

// misses returns what the claim says and the spans do not: figures, names, turns.
func (c *claim) misses(e *evidence) []Why {
	list := c.missedQuantities(e)
	list = append(list, c.missedNames(e)...)
	return append(list, c.turns(e)...)
}

// missedQuantities returns the quantities that no span has, and the figures that
// stand in none digit for digit.
func (c *claim) missedQuantities(e *evidence) []Why {
	var list []Why
	for _, q := range c.quantities {
		held := slices.ContainsFunc(e.quantities, q.same) && e.hasFigures(c.folded.within(q.Span))
		if held {
			continue
		}
		why := Why{Kind: "number", Claim: q.Text, Source: c.insteadOf(q, e)}
		if q.date() {
			why.Kind = "date"
		}
		list = append(list, why)
	}
	if len(list) > 0 {
		return list
	}
	for _, f := range figures(c.folded.text) { // of names and versions too
		if !e.hasFigure(f) {
			list = append(list, Why{Kind: "number", Claim: f})
		}
	}
	return list
}

// insteadOf returns what the spans have in the unit of q and the claim does not.
func (c *claim) insteadOf(q Quantity, e *evidence) string {
	for _, other := range e.quantities {
		if other.Unit == q.Unit && other.Unit != "" && !slices.ContainsFunc(c.quantities, other.same) {
			return other.Text
		}
	}
	return ""
}

// hasFigure reports whether a figure stands in a span.
func (e *evidence) hasFigure(figure string) bool {
	return slices.ContainsFunc(e.folded, func(span string) bool { return hasFigure(span, figure) })
}

// hasFigures reports whether every figure of a folded text stands in a span.
func (e *evidence) hasFigures(text string) bool {
	for _, f := range figures(text) {
		if !e.hasFigure(f) {
			return false
		}
	}
	return true
}

// figures returns the numbers in digits of a folded text, with their percent sign.
func figures(text string) []string {
	var list []string
	for i := 0; i < len(text); {
		if !isDigit(rune(text[i])) {
			i++
			continue
		}
		start := i
		for i < len(text) && (isDigit(rune(text[i])) || text[i] == '.') {
			i++
		}
		if i < len(text) && text[i] == '%' {
			i++
		}
		list = append(list, text[start:i])
	}
	return list
}

// hasFigure reports whether a figure stands in a folded text, and not inside a
// longer one.
func hasFigure(text, figure string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], figure)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(figure)
		before := start > 0 && (isDigit(rune(text[start-1])) || text[start-1] == '.')
		after := end < len(text) && (isDigit(rune(text[end])) || text[end] == '.') && figure[len(figure)-1] != '%'
		if !before && !after {
			return true
		}
		from = start + 1
	}
}

// missedNames returns the names in Latin letters that no span has.
func (c *claim) missedNames(e *evidence) []Why {
	var list []Why
	chinese := strings.ContainsFunc(c.text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	for i, t := range c.terms {
		word := c.runes[t.span.Start:t.span.End]
		if e.held[i] || !slices.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) {
			continue
		}
		named := slices.ContainsFunc(word, func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) })
		if chinese || named && t.span.Start > 0 {
			list = append(list, Why{Kind: "name", Claim: string(word)})
		}
	}
	return list
}

// A piece is a part of a claim that no span has, with its weight.
type piece struct {
	span   Span
	weight float64
}

// missing returns the pieces that no span has, in order.
func (c *claim) missing(e *evidence) []piece {
	var list []piece
	for i, t := range c.terms {
		last := len(list) - 1
		switch {
		case e.held[i]:
		case last >= 0 && t.span.Start <= list[last].span.End:
			list[last].span.End = max(list[last].span.End, t.span.End)
			list[last].weight += t.weight
		default:
			list = append(list, piece{t.span, t.weight})
		}
	}
	return list
}

func heaviest(pieces []piece) float64 {
	most := 0.0
	for _, p := range pieces {
		most = max(most, p.weight)
	}
	return most
}

// mostShown is how many pieces of a claim are shown as not found.
const mostShown = 3

// show writes the heaviest pieces in the order of the claim, without the
// characters at their edges that a span has in another word.
func (c *claim) show(pieces []piece, e *evidence) string {
	slices.SortStableFunc(pieces, func(a, b piece) int { return cmp.Compare(b.weight, a.weight) })
	there := make([]bool, len(c.runes))
	for i, t := range c.terms {
		for at := t.span.Start; e.held[i] && at < t.span.End; at++ {
			there[at] = true
		}
	}
	var shown []Span
	for _, p := range pieces {
		span := p.span
		for span.Start < span.End && there[span.Start] {
			span.Start++
		}
		for span.Start < span.End && there[span.End-1] {
			span.End--
		}
		if span.Start < span.End && len(shown) < mostShown {
			shown = append(shown, span)
		}
	}
	if len(shown) == 0 && len(pieces) > 0 { // single characters there, in other words
		shown = append(shown, pieces[0].span)
	}
	slices.SortFunc(shown, func(a, b Span) int { return cmp.Compare(a.Start, b.Start) })
	texts := make([]string, len(shown))
	for i, s := range shown {
		texts[i] = string(c.runes[s.Start:s.End])
	}
	return strings.Join(texts, " … ")
}
