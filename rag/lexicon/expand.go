package lexicon

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Bounds of what Expand returns.
const (
	mostGroups       = 100
	mostAlternatives = 10
)

// Expand puts a query into groups, in its order, each source once. At each place
// the longest term of the glossary is taken, else the longest phrase of up to three
// English words that is a name or in the dictionary, else the word as it is; words
// like "the" and "which" make no group. There are at most 100: of a longer English
// query the end is left out.
//
// frequency says how many passages of the collection hold a term, or about how
// many: what none holds is left out. With nil the dictionary's order decides alone
// and names are not looked for.
//
// Of a query that is Chinese for the most part terms of the glossary make groups, and
// words that the collection hardly holds, where it holds others of like meaning. The
// only error is that of a damaged binary.
func (l *Lexicon) Expand(query string, frequency func(term string) float64) (Expansion, error) {
	e := expansion{glossary: l.glossary, query: query, tokens: tokens(query), frequency: frequency, seen: map[string]bool{}}
	if mostlyEnglish(e.tokens) {
		var err error
		if e.dictionary, err = l.dictionary(); err != nil {
			return Expansion{}, err
		}
		e.names = &nameSearch{names: e.dictionary.names, frequency: frequency, probes: mostProbes}
	} else if frequency != nil && len(e.tokens) > 0 {
		var err error
		if e.synonyms, err = l.synonyms(); err != nil {
			return Expansion{}, err
		}
	}
	for i := 0; i < len(e.tokens) && len(e.groups) < mostGroups; {
		i += e.expand(i)
	}
	return Expansion{Groups: e.groups, Rest: e.rest()}, nil
}

// mostlyEnglish reports whether there are more words than Chinese characters: in a
// Chinese question words in Latin letters are mostly names, which stand in the
// articles as they are.
func mostlyEnglish(tokens []token) bool {
	words := 0
	for _, t := range tokens {
		if !t.han {
			words++
		}
	}
	return 2*words > len(tokens)
}

// An expansion is a query on its way into groups.
type expansion struct {
	glossary   *glossary
	dictionary *dictionary // nil for a Chinese query
	names      *nameSearch
	synonyms   *synonyms // nil for an English query
	query      string
	tokens     []token
	frequency  func(term string) float64
	seen       map[string]bool // sources
	covered    []token         // the first and the last token of what groups cover, by turns
	groups     []Group
}

// expand adds the group that begins at token i, if there is one, and returns how
// many tokens it went over.
func (e *expansion) expand(i int) int {
	if members, n := e.glossary.longest(e.tokens[i:]); n > 0 && e.add(i, n, Glossary, e.ranked(members)) {
		return n
	}
	switch {
	case e.synonyms != nil && e.tokens[i].han:
		return e.expandRare(i)
	case e.dictionary == nil || isLeftOut(e.tokens[i].key):
		return 1
	case e.tokens[i].han:
		return e.expandHan(i)
	}
	phrase := e.phrase(i)
	for n := len(phrase); n > 0; n-- {
		length := phrase[n-1] + 1 - i
		if e.add(i, length, Name, e.namesOf(phrase[:n])) || e.add(i, length, Dictionary, e.translations(phrase[:n])) {
			return length
		}
	}
	if !standsForNothing(e.tokens[i].key) {
		e.add(i, 1, Word, nil)
	}
	return 1
}

// expandHan adds the Chinese characters of an English query from token i on, up to
// the next term of the glossary.
func (e *expansion) expandHan(i int) int {
	n := 1
	for ; i+n < len(e.tokens); n++ {
		t := e.tokens[i+n]
		if _, known := e.glossary.longest(e.tokens[i+n:]); !t.han || t.parted || known > 0 {
			break
		}
	}
	e.add(i, n, Word, nil)
	return n
}

// phrase returns the places of the words of the longest phrase that may begin at
// token i.
func (e *expansion) phrase(i int) []int {
	places := []int{i}
	for j := i + 1; j < len(e.tokens) && len(places) < mostWords; j++ {
		switch t := e.tokens[j]; {
		case t.parted || t.han:
			return places
		case !isLeftOut(t.key):
			places = append(places, j)
		}
	}
	return places
}

// namesOf returns the names of the collection that the words at these places
// spell.
func (e *expansion) namesOf(places []int) []string {
	if e.frequency == nil || len(places) < 2 || places[len(places)-1]-places[0] >= len(places) {
		return nil // something between them was left out
	}
	words := make([]string, len(places))
	for i, place := range places {
		words[i] = possessor(normal(e.text(place, 1)))
	}
	return e.ranked(e.names.find(words))
}

// translations returns the Chinese words for the words at these places.
func (e *expansion) translations(places []int) []string {
	first, last := e.tokens[places[0]], e.tokens[places[len(places)-1]]
	if len(places) > 1 && (isGrammar(first.key) || isGrammar(last.key)) {
		return nil // "how much", "take in": rather parts of the sentence than phrases
	}
	if len(places) > 1 {
		keys := make([]string, len(places))
		for i, place := range places {
			keys[i] = e.tokens[place].key
		}
		return e.ranked(e.dictionary.phrase(strings.Join(keys, " ")))
	}
	if standsForNothing(first.key) {
		return nil
	}
	same, related := e.dictionary.word(first.key, light(normal(e.text(places[0], 1))))
	if words := e.ranked(same); len(words) > 0 {
		return words
	}
	return e.ranked(related)
}

// text returns the query's text of n tokens from token i on.
func (e *expansion) text(i, n int) string { return e.query[e.tokens[i].start:e.tokens[i+n-1].end] }

// placePenalty is what a place further back among a term's words counts against
// their frequency in the collection, as a power of 2.
const placePenalty = .5

// ranked returns the words that the collection holds, the likeliest first: those
// that are frequent there and stand in front.
func (e *expansion) ranked(words []string) []string {
	if e.frequency == nil {
		return words[:min(len(words), mostAlternatives)]
	}
	type rankedWord struct {
		word   string
		weight float64
	}
	list := make([]rankedWord, 0, len(words))
	for place, word := range words {
		if f := e.frequency(word); f > 0 {
			list = append(list, rankedWord{word, math.Log2(1+f) - placePenalty*float64(place)})
		}
	}
	slices.SortStableFunc(list, func(a, b rankedWord) int { return cmp.Compare(b.weight, a.weight) })
	best := make([]string, 0, mostAlternatives)
	for _, r := range list[:min(len(list), mostAlternatives)] {
		best = append(best, r.word)
	}
	return best
}

// add adds the group of n tokens from token i on, and reports whether there is one:
// a word stands for itself where the collection holds it, everything else needs
// alternatives, too. A source that was there before needs none again.
func (e *expansion) add(i, n int, kind Kind, alternatives []string) bool {
	if kind != Word && len(alternatives) == 0 {
		return false
	}
	source := e.text(i, n)
	e.covered = append(e.covered, e.tokens[i], e.tokens[i+n-1])
	if e.seen[source] {
		return true
	}
	e.seen[source] = true
	if kind != Name && (e.frequency == nil || e.frequency(source) > 0) {
		alternatives = append([]string{source}, alternatives[:min(len(alternatives), mostAlternatives-1)]...)
	}
	if len(alternatives) == 0 {
		return true // nobody writes so, and nothing is known to stand for it
	}
	start := e.tokens[i].at
	e.groups = append(e.groups, Group{
		Source: source, Start: start, End: start + countRunes(source),
		Kind: kind, Weight: e.weight(kind, e.tokens[i:i+n]), Alternatives: alternatives,
	})
	return true
}

// weight returns what a group counts. In a Chinese query it takes the place of the
// pairs of characters of its source.
func (e *expansion) weight(kind Kind, source []token) float64 {
	switch {
	case kind == Dictionary:
		return dictionaryWeight
	case e.dictionary == nil:
		return max(1, float64(len(source)-1))
	}
	return 1
}

// rest returns the text of a Chinese query that no group covers.
func (e *expansion) rest() string {
	if e.dictionary != nil {
		return ""
	}
	var b strings.Builder
	end := 0
	for i := 0; i < len(e.covered); i += 2 {
		b.WriteString(e.query[end:e.covered[i].start])
		b.WriteByte(' ') // what stood apart stays apart
		end = e.covered[i+1].end
	}
	b.WriteString(e.query[end:])
	return strings.TrimSpace(b.String())
}
