package briefing

import (
	"slices"

	"chuchu/rag"
	"chuchu/rag/cite"
)

// dropRepeated drops the sentences that say what an earlier one of the briefing says.
func (m *maker) dropRepeated(b *Briefing) {
	numbers := make(map[string]int)
	var earlier []said
	for i := range b.Sections {
		section := &b.Sections[i]
		section.Sentences = slices.DeleteFunc(section.Sentences, func(s Sentence) bool {
			if s.Verdict == string(cite.None) {
				return false
			}
			text := cite.Strip(s.Text)
			now := said{text, numbered(numbers, text), cite.Quantities(text)}
			if i := slices.IndexFunc(earlier, now.repeats); i >= 0 {
				b.Dropped = append(b.Dropped, Dropped{Text: text, Verdict: s.Verdict, Why: []rag.Why{{Kind: "repetition", Claim: text, Source: earlier[i].text}}})
				return true
			}
			earlier = append(earlier, now)
			return false
		})
	}
}

// A said is what a sentence says, as far as it takes to see whether another says it
// again.
type said struct {
	text       string
	terms      []int // sorted
	quantities []cite.Quantity
}

// repeats reports whether a sentence says what an earlier one said: most of the words
// of one stand in the other, and no figure is another one.
func (x said) repeats(earlier said) bool {
	return repeatsOther(x.terms, earlier.terms) && agree(x.quantities, earlier.quantities)
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
