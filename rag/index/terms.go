package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"chuchu/rag/lexicon"
)

// Terms returns the terms of a text in their order: the same for what is indexed
// and for what is searched for.
//
// The text is folded first: NFKC (which makes full-width letters and digits
// half-width, and half-width kana full-width), lower case, and traditional
// characters made simplified. A run of Chinese, Japanese or Korean characters gives
// each pair of neighbours, a run of one character that character. A run of other letters and digits is one term; where
// both stand in it, as in a product's name, its parts follow it, so that qwen2.5
// is found by "qwen 2.5" and the reverse. A point or a comma between two digits
// belongs to the number; the comma is left out.
func Terms(text string) []string {
	s := fold(text)
	terms := make([]string, 0, len(s)/3)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		var end int
		switch kindOf(r) {
		case ideograph:
			terms, end = appendPairs(terms, s, i)
		case letter, digit:
			end = wordEnd(s, i)
			terms = appendWord(terms, strings.ReplaceAll(s[i:end], ",", ""))
		default:
			end = i + size
		}
		i = end
	}
	return terms
}

// fold brings a text into the form in which terms are compared. Lower case is
// normalised once more: a small letter may be composed with a mark where the
// capital is not.
func fold(text string) string {
	return lexicon.Fold(norm.NFKC.String(strings.ToLower(norm.NFKC.String(text))))
}

// A kind says what part a character has in terms.
type kind int

const (
	separator kind = iota
	ideograph      // of a script written without spaces between words
	letter
	digit
)

func kindOf(r rune) kind {
	switch {
	case r >= 0x4e00 && r <= 0x9fff: // nearly every character there is
		return ideograph
	case r >= 'a' && r <= 'z':
		return letter
	case r >= '0' && r <= '9':
		return digit
	case r < utf8.RuneSelf:
		return separator
	case r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return ideograph
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return letter
	case unicode.IsNumber(r):
		return digit
	}
	return separator
}

// appendPairs appends the terms of the run of ideographs at s[start:] and returns
// its end.
func appendPairs(terms []string, s string, start int) ([]string, int) {
	before, end := start, start // of the character before, and of the run so far
	for n := 0; ; n++ {
		r, size := utf8.DecodeRuneInString(s[end:])
		if kindOf(r) != ideograph {
			if n == 1 {
				terms = append(terms, s[start:end])
			}
			return terms, end
		}
		if n > 0 {
			terms = append(terms, s[before:end+size])
		}
		before, end = end, end+size
	}
}

// wordEnd returns the end of the run of letters and digits at s[start:].
func wordEnd(s string, start int) int {
	afterDigit := false
	for i, r := range s[start:] {
		k := kindOf(r)
		inNumber := (r == '.' || r == ',') && afterDigit && startsWithDigit(s[start+i+1:])
		if k != letter && k != digit && !inNumber {
			return start + i
		}
		afterDigit = k == digit
	}
	return len(s)
}

func startsWithDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return kindOf(r) == digit
}

// appendWord appends a word, and its parts where letters and digits stand in it.
func appendWord(terms []string, word string) []string {
	terms = append(terms, word)
	start, before, parts := 0, separator, 0
	for i, r := range word {
		k := kindOf(r)
		if r == '.' {
			k = digit
		}
		if before != separator && k != before {
			terms = append(terms, word[start:i])
			start = i
			parts++
		}
		before = k
	}
	if parts > 0 {
		terms = append(terms, word[start:])
	}
	return terms
}
