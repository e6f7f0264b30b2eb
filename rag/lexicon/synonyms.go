package lexicon

import (
	"cmp"
	"slices"
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
// English phrase. Words are found by their hash, which is made in a tenth of the time
// that sorting them takes.
type synonyms struct {
	text   string  // of the phrases
	places []int32 // where a Chinese word begins in it
	before []int32 // of each place, the one before it in the list of its bucket, or -1
	last   []int32 // of each bucket, the last place in its list, or -1
}

// buckets is about half of the words there are.
const buckets = 1 << 16

func newSynonyms(phrases lines) *synonyms {
	s := &synonyms{text: phrases.text, last: make([]int32, buckets)}
	for i := range s.last {
		s.last[i] = -1
	}
	inWord := false
	for at := 0; at < len(s.text); at++ {
		switch c := s.text[at]; {
		case c == ' ' || c == '\t' || c == ':' || c == '\n':
			inWord = false
		case !inWord:
			if inWord = true; c >= utf8.RuneSelf {
				s.add(int32(at))
			}
		}
	}
	return s
}

func (s *synonyms) add(place int32) {
	b := bucket(s.word(place))
	s.before = append(s.before, s.last[b])
	s.last[b] = int32(len(s.places))
	s.places = append(s.places, place)
}

// bucket is the FNV-1a hash of a word, cut to size.
func bucket(word string) int {
	h := uint32(2166136261)
	for i := range len(word) {
		h = (h ^ uint32(word[i])) * 16777619
	}
	return int(h % buckets)
}

// word returns the word that begins at a place.
func (s *synonyms) word(place int32) string {
	end := int(place)
	for end < len(s.text) && s.text[end] != ' ' && s.text[end] != '\t' && s.text[end] != '\n' {
		end++
	}
	return s.text[place:end]
}

// occurrences returns the places where a word stands, none when it is no word.
func (s *synonyms) occurrences(word string) []int32 {
	var list []int32
	for i := s.last[bucket(word)]; i >= 0; i = s.before[i] {
		if s.word(s.places[i]) == word {
			list = append(list, s.places[i])
		}
	}
	slices.Reverse(list)
	return list
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
