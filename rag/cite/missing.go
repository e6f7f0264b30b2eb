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
	shown := c.bare(pieces, e)
	shown = shown[:min(len(shown), mostShown)]
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

// bare returns what is left of pieces without the characters at their edges that a span
// has in another word, where anything is.
func (c *claim) bare(pieces []piece, e *evidence) []Span {
	there := make([]bool, len(c.runes))
	for i, t := range c.terms {
		for at := t.span.Start; e.held[i] > 0 && at < t.span.End; at++ {
			there[at] = true
		}
	}
	var list []Span
	for _, p := range pieces {
		span := p.span
		for span.Start < span.End && there[span.Start] {
			span.Start++
		}
		for span.Start < span.End && there[span.End-1] {
			span.End--
		}
		if span.Start < span.End {
			list = append(list, span)
		}
	}
	return list
}

// turning are the functional characters with which a sentence can say something else:
// 去年 and 前年, 上半年 and 下半年, 会 and 可能会.
const turning = "前后上下去将可能会要让被使中"

// affirming are those formal words by which a sentence may say more than its source.
var affirming = setOf("已经", "需要", "成为", "主要", "目前")

// joins reports whether a piece only joins what is said, in characters that make
// grammar or words that order.
func joins(text string) bool {
	return formal[text] && !affirming[text] || !strings.ContainsFunc(text, func(r rune) bool {
		return !strings.ContainsRune(functional+"达称说", r) || strings.ContainsRune(turning, r)
	})
}

// entire reports whether the spans have all words of the claim that do more than join.
func (c *claim) entire(e *evidence) bool {
	return !slices.ContainsFunc(c.bare(c.missing(e), e), func(s Span) bool { return !joins(string(c.runes[s.Start:s.End])) })
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
