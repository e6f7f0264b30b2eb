package briefing

import (
	"slices"
	"unicode/utf8"

	"chuchu/rag/cite"
)

// summaryLength is how many sentences a summary has, where the sections have as many.
var summaryLength = map[string]int{"short": 3, "standard": 5, "long": 6}

// summaryChars is how long a sentence of a summary is meant to be at most.
const summaryChars = 120

// summary chooses from the sections those sentences that say most: the best of each
// section first, in their order.
func (m *maker) summary(b *Briefing) []Sentence {
	type place struct {
		section, sentence int
		score             float64
	}
	var all, chosen []place
	for i, section := range b.Sections {
		first := place{score: -1}
		for j, s := range section.Sentences {
			if s.Verdict == string(cite.None) {
				continue
			}
			p := place{i, j, m.telling(s)}
			if all = append(all, p); p.score > first.score {
				first = p
			}
		}
		if first.score >= 0 {
			chosen = append(chosen, first)
		}
	}
	better := func(a, b place) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(chosen, better)
	slices.SortStableFunc(all, better)
	length := summaryLength[m.request.Length]
	chosen = chosen[:min(len(chosen), length)]
	for _, p := range all {
		if len(chosen) == length {
			break
		}
		if !slices.Contains(chosen, p) {
			chosen = append(chosen, p)
		}
	}
	slices.SortFunc(chosen, func(a, b place) int {
		if a.section != b.section {
			return a.section - b.section
		}
		return a.sentence - b.sentence
	})
	list := []Sentence{}
	for _, p := range chosen {
		list = append(list, b.Sections[p.section].Sentences[p.sentence])
	}
	return list
}

// telling is how much a sentence says about the topic; long ones say it less well.
func (m *maker) telling(s Sentence) float64 {
	text := cite.Strip(s.Text)
	score := informs(text) * m.about(text)
	if n := utf8.RuneCountInString(text); n > summaryChars {
		score *= float64(summaryChars) / float64(n)
	}
	return score
}
