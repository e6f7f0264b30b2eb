package eval

import (
	"slices"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A Repeat is a sentence that says what an earlier one says, by their places from 1 on.
type Repeat struct {
	Sentence int    `json:"sentence"`
	Earlier  int    `json:"earlier"`
	Text     string `json:"text"`
}

const (
	// saysSame is the share of the pairs of the shorter sentence that stand in the
	// other; of sentences with the same figures less is enough.
	saysSame        = .7
	saysSameFigures = .4
	// leastPairs are those of a sentence that is long enough to be compared.
	leastPairs = 5
)

// repeats returns the sentences that say the same as an earlier one: 70 % of the pairs
// of neighbouring characters (of other scripts than Chinese: words) of the shorter one
// stand in the other, or 40 %, numbers left out, and both have the same numbers, one of
// them telling.
func repeats(sentences []string) []Repeat {
	var all []Repeat
	said := make([]saying, len(sentences))
	for i, s := range sentences {
		said[i] = newSaying(s)
		if j := slices.IndexFunc(said[:i], said[i].same); j >= 0 {
			all = append(all, Repeat{i + 1, j + 1, s})
		}
	}
	return all
}

// A saying is what a sentence is compared by.
type saying struct {
	pairs   map[[2]string]bool
	words   map[[2]string]bool // pairs without a number
	numbers []string           // in order, each once
}

func newSaying(sentence string) saying {
	text := replaceMarkers(foreignMarker, replaceMarkers(marker, sentence, ""), "")
	s := saying{pairs: map[[2]string]bool{}, words: map[[2]string]bool{}}
	tokens := tokensOf(text)
	for i := 1; i < len(tokens); i++ {
		pair := [2]string{tokens[i-1], tokens[i]}
		s.pairs[pair] = true
		if !isNumber(pair[0]) && !isNumber(pair[1]) {
			s.words[pair] = true
		}
	}
	s.numbers = numberForm.FindAllString(foldFact(text), -1)
	slices.Sort(s.numbers)
	s.numbers = slices.Compact(s.numbers)
	return s
}

func isNumber(token string) bool { return isDigit([]rune(token)[0]) }

// tokensOf returns the Chinese characters of a text, and the words and numbers of
// others.
func tokensOf(text string) []string {
	var tokens []string
	goesOn := func(rune) bool { return false } // whether the last token does
	for _, r := range lower(norm.NFKC.String(text)) {
		switch {
		case goesOn(r):
			tokens[len(tokens)-1] += string(r)
			continue
		case unicode.Is(unicode.Han, r):
			goesOn = func(rune) bool { return false }
		case isDigit(r):
			goesOn = isDigit
		case isWord(r):
			goesOn = func(r rune) bool { return isWord(r) && !isDigit(r) && !unicode.Is(unicode.Han, r) }
		default:
			goesOn = func(rune) bool { return false }
			continue
		}
		tokens = append(tokens, string(r))
	}
	return tokens
}

func (s saying) same(other saying) bool {
	if contained(s.pairs, other.pairs) >= saysSame {
		return true
	}
	return slices.Equal(s.numbers, other.numbers) && slices.ContainsFunc(s.numbers, tellsSomething) && contained(s.words, other.words) >= saysSameFigures
}

// contained returns the share of the smaller set that is in the other; 0 where it is
// too small to say.
func contained(a, b map[[2]string]bool) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < leastPairs {
		return 0
	}
	n := 0
	for pair := range a {
		if b[pair] {
			n++
		}
	}
	return float64(n) / float64(len(a))
}
