package cite

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

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
		case e.held[i] > 0:
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
		for at := t.span.Start; e.held[i] > 0 && at < t.span.End; at++ {
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

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
