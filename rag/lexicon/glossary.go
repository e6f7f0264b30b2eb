package lexicon

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A glossary finds the terms of the user's glossary in a query. Every term and
// every alternative finds all others of its entry. What those others find in turn
// is not followed, so that entries may point at one another.
type glossary struct {
	entries     [][]string         // the term first
	terms       map[string][]int32 // entries by the keys of their members
	longestFrom map[string]int     // tokens of the longest term by the key of its first
}

// mostMembers is how many others of its entries a term brings at most, before the
// collection's frequencies choose among them.
const mostMembers = 200

func newGlossary(terms map[string][]string) (*glossary, error) {
	g := &glossary{terms: make(map[string][]int32, 2*len(terms)), longestFrom: map[string]int{}}
	for _, term := range slices.Sorted(maps.Keys(terms)) {
		if err := g.addEntry(term, terms[term]); err != nil {
			return nil, fmt.Errorf("glossary: %w", err)
		}
	}
	return g, nil
}

func (g *glossary) addEntry(term string, alternatives []string) error {
	if len(alternatives) == 0 {
		return fmt.Errorf("%q has no alternatives; name at least one, or take it out", term)
	}
	entry := append([]string{term}, alternatives...)
	for i, member := range entry {
		tokens := tokens(member)
		switch {
		case len(tokens) == 0 && i == 0:
			return fmt.Errorf("the term %q has neither a letter nor a digit", term)
		case len(tokens) == 0:
			return fmt.Errorf("the alternative %q of %q has neither a letter nor a digit", member, term)
		}
		key := keyOf(tokens)
		g.terms[key] = append(g.terms[key], int32(len(g.entries)))
		g.longestFrom[tokens[0].key] = max(g.longestFrom[tokens[0].key], len(tokens))
	}
	g.entries = append(g.entries, entry)
	return nil
}

// longest returns the others of the longest term that tokens begin with, and of
// how many tokens it is; 0 when none is.
func (g *glossary) longest(tokens []token) (members []string, n int) {
	for n = min(len(tokens), g.longestFrom[tokens[0].key]); n > 0; n-- {
		if entries, ok := g.terms[keyOf(tokens[:n])]; ok {
			return g.others(entries, keyOf(tokens[:n])), n
		}
	}
	return nil, 0
}

// others returns the members of entries but for the one with the key.
func (g *glossary) others(entries []int32, key string) []string {
	seen := map[string]bool{key: true}
	var members []string
	for _, entry := range entries {
		for _, member := range g.entries[entry] {
			if key := keyOf(tokens(member)); !seen[key] {
				seen[key] = true
				members = append(members, member)
			}
			if len(members) == mostMembers {
				return members
			}
		}
	}
	return members
}

// keyOf joins the keys of tokens.
func keyOf(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.key)
		b.WriteByte(' ')
	}
	return b.String()
}
