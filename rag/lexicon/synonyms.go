package lexicon

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

const (
	// longestWord is how many characters a Chinese word of a query may have.
	longestWord = 4
	// rareWord is in how many passages of the collection a word of a Chinese query
	// may stand at most for others to be looked for in its place.
	rareWord = 2
	// mostSynonyms is how many of them are taken.
	mostSynonyms = 6
	// broadPhrase is from how many Chinese words on an English phrase says too little
	// of what they have in common.
	broadPhrase = 10
)

// synonyms find Chinese words of like meaning: those that CC-CEDICT gives the same
// English phrase.
type synonyms struct {
	text   string  // of the phrases
	places []int32 // where a Chinese word begins in it, in the order of the words
}

func newSynonyms(phrases lines) *synonyms {
	s := &synonyms{text: phrases.text, places: make([]int32, 0, len(phrases.text)/8)}
	for at, r := range s.text {
		if at > 0 && r >= utf8.RuneSelf && strings.IndexByte(" \t:", s.text[at-1]) >= 0 {
			s.places = append(s.places, int32(at))
		}
	}
	// What ends a word sorts before all that words are made of, so that the order of
	// what begins there is that of the words, without looking for their ends.
	slices.SortFunc(s.places, func(a, b int32) int { return strings.Compare(s.text[a:], s.text[b:]) })
	return s
}

// word returns the word that begins at a place.
func (s *synonyms) word(place int32) string {
	rest := s.text[place:]
	if end := strings.IndexAny(rest, " \t\n"); end >= 0 {
		return rest[:end]
	}
	return rest
}

// occurrences returns the places where a word stands, none when it is no word.
func (s *synonyms) occurrences(word string) []int32 {
	first, found := sort.Find(len(s.places), func(i int) int { return strings.Compare(word, s.word(s.places[i])) })
	if !found {
		return nil
	}
	last := first
	for last < len(s.places) && s.word(s.places[last]) == word {
		last++
	}
	return s.places[first:last]
}

// of returns the words that share an English phrase with a word, those that share
// the most first.
func (s *synonyms) of(word string) []string {
	shared := map[string]int{}
	var list []string
	for _, place := range s.occurrences(word) {
		words := s.beside(place)
		if len(words) > broadPhrase {
			continue
		}
		for _, w := range words {
			if w == word || utf8.RuneCountInString(w) < 2 {
				continue
			}
			if shared[w] == 0 {
				list = append(list, w)
			}
			shared[w]++
		}
	}
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(shared[b], shared[a]) })
	return list
}

// beside returns the words of the phrase at a place.
func (s *synonyms) beside(place int32) []string {
	start := strings.LastIndexAny(s.text[:place], "\t\n:") + 1
	end := len(s.text)
	if n := strings.IndexAny(s.text[place:], "\t\n"); n >= 0 {
		end = int(place) + n
	}
	return strings.Fields(s.text[start:end])
}

// expandRare adds a group for the Chinese word that begins at token i, where the
// collection hardly holds it but words of like meaning, and returns how many tokens
// it went over.
func (e *expansion) expandRare(i int) int {
	for n := min(longestWord, e.hanFrom(i)); n > 1; n-- {
		word := Fold(e.text(i, n))
		if len(e.synonyms.occurrences(word)) == 0 {
			continue
		}
		if e.frequency(word) <= rareWord {
			words := e.ranked(e.synonyms.of(word))
			e.add(i, n, Synonym, words[:min(len(words), mostSynonyms)])
		}
		return n
	}
	return 1
}

// hanFrom returns how many Chinese characters stand in a row from token i on.
func (e *expansion) hanFrom(i int) int {
	n := 0
	for ; i+n < len(e.tokens) && e.tokens[i+n].han; n++ {
		if n > 0 && e.tokens[i+n].start != e.tokens[i+n-1].end {
			break
		}
	}
	return n
}
