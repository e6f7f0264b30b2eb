package rag

import (
	"slices"
	"unicode"

	"chuchu/rag/cite"
	"chuchu/rag/when"
)

// stated is what a text states in figures and dates.
type stated struct {
	quantities []cite.Quantity // without those that are part of a date
	periods    []when.Period
}

// statedIn reads a text; published is the date that its relative words count from.
func statedIn(text, published string) stated {
	s := stated{periods: when.Find(text, published)}
	for _, q := range cite.Quantities(text) {
		inDate := slices.ContainsFunc(s.periods, func(p when.Period) bool { return p.Start < q.Span.End && q.Span.Start < p.End })
		if !inDate {
			s.quantities = append(s.quantities, q)
		}
	}
	return s
}

// figuresStand reports whether all figures and dates of a claim stand in its sources,
// in whatever language they are. It does not see which of them is meant.
func figuresStand(claim string, sources []*source) bool {
	var held stated
	for _, s := range sources {
		there := statedIn(s.text, string(s.article.Published))
		held.quantities, held.periods = append(held.quantities, there.quantities...), append(held.periods, there.periods...)
		if first, last := s.article.Published.Bounds(); first != "" {
			held.periods = append(held.periods, when.Period{From: first, To: last})
		}
	}
	published := ""
	if len(sources) > 0 {
		published = string(sources[0].article.Published)
	}
	here := statedIn(claim, published)
	for _, q := range here.quantities {
		if !slices.ContainsFunc(held.quantities, func(other cite.Quantity) bool { return bearsOut(q, other) }) {
			return false
		}
	}
	for _, p := range here.periods {
		if p.Relative { // 上年同期 for 同比: the words decide, not the days
			continue
		}
		if !slices.ContainsFunc(held.periods, func(other when.Period) bool { return liesIn(other, p) }) {
			return false
		}
	}
	return true
}

// bearsOut reports whether a figure of a source may be that of a claim. What it counts
// often has no name in the other language.
func bearsOut(claim, source cite.Quantity) bool {
	switch cite.Compare(claim, source) {
	case cite.Same, cite.Consistent:
		return true
	case cite.NotComparable:
		return claim.Unit == "" && claim.Value == source.Value
	}
	return false
}

// liesIn reports whether a period lies in another one. An open end reaches as far as
// the other's does.
func liesIn(inner, outer when.Period) bool {
	return (outer.From == "" || inner.From >= outer.From) && (outer.To == "" || inner.To != "" && inner.To <= outer.To)
}

// mostlyHan reports whether a text has more Chinese characters than words in other
// letters: an English sentence may name somebody in characters.
func mostlyHan(text string) bool {
	han, words, inWord := 0, 0, false
	for _, r := range text {
		isHan := unicode.Is(unicode.Han, r)
		letter := !isHan && unicode.IsLetter(r)
		if isHan {
			han++
		}
		if letter && !inWord {
			words++
		}
		inWord = letter
	}
	return han > words
}
