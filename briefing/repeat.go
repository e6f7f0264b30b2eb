package briefing

import (
	"slices"

	"chuchu/rag"
	"chuchu/rag/cite"
)

// dropRepeated drops the sentences that say what an earlier one of the briefing says.
func (m *maker) dropRepeated(b *Briefing) {
	numbers := make(map[string]int)
	var sets [][]int
	var texts []string
	for i := range b.Sections {
		section := &b.Sections[i]
		section.Sentences = slices.DeleteFunc(section.Sentences, func(s Sentence) bool {
			if s.Verdict == string(cite.None) {
				return false
			}
			text := cite.Strip(s.Text)
			set := numbered(numbers, text)
			for j, other := range sets {
				if repeatsOther(set, other) {
					b.Dropped = append(b.Dropped, Dropped{Text: text, Verdict: s.Verdict, Why: []rag.Why{{Kind: "repetition", Claim: text, Source: texts[j]}}})
					return true
				}
			}
			sets, texts = append(sets, set), append(texts, text)
			return false
		})
	}
}

// numbered returns the numbers of the terms of a text, sorted.
func numbered(numbers map[string]int, text string) []int {
	var set []int
	for _, t := range cite.Terms(text) {
		if _, known := numbers[t]; !known {
			numbers[t] = len(numbers)
		}
		set = append(set, numbers[t])
	}
	slices.Sort(set)
	return set
}

// repeatsOther reports whether of two sets of terms the lesser stands in the other
// but for little.
func repeatsOther(a, b []int) bool {
	return shared(a, b) >= repeats*float64(min(len(a), len(b)))
}
