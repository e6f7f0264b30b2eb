package cite

import (
	"unicode"
	"unicode/utf8"
)

// Terms returns the content terms of a text, folded, each once, in order: the
// character pairs of Chinese runs (a character that stands alone is one), Latin
// words without the most frequent English ones, and numbers. These are what
// Locate and Judge ask weights for.
func Terms(text string) []string {
	var list []string
	seen := map[string]bool{}
	for _, t := range termsOf(fold([]rune(text))) {
		if !seen[t.text] {
			seen[t.text] = true
			list = append(list, t.text)
		}
	}
	return list
}

// A term is a content term and where it stands.
type term struct {
	text string
	span Span // of the original
}

// script tells which runes make a term together.
type script int

const (
	noScript script = iota
	han
	latin // letters of all alphabets and digits
)

func scriptOf(r rune) script {
	switch {
	case r >= 0x4e00 && r <= 0x9fff || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return han
	case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.': // folded, only numbers have points
		return latin
	}
	return noScript
}

// termsOf returns all terms in order. Their texts share the folded text.
func termsOf(f folded) []term {
	list := make([]term, 0, len(f.text)/3)
	for start := 0; start < len(f.text); {
		r, size := utf8.DecodeRuneInString(f.text[start:])
		kind := scriptOf(r)
		end := start + size
		for end < len(f.text) && f.adjacent(end) {
			next, size := utf8.DecodeRuneInString(f.text[end:])
			if scriptOf(next) != kind {
				break
			}
			end += size
		}
		switch kind {
		case han:
			list = appendPairs(list, f, start, end)
		case latin:
			if !frequent[f.text[start:end]] {
				list = append(list, term{f.text[start:end], f.span(start, end)})
			}
		}
		start = end
	}
	return list
}

// adjacent reports whether nothing that parts terms was dropped before byte i; the
// comma of thousands parts none.
func (f folded) adjacent(i int) bool {
	return f.at[i]-f.at[i-1] <= 1 || isDigit(rune(f.text[i])) && isDigit(rune(f.text[i-1]))
}

// appendPairs appends the pairs of the run of Chinese characters [start, end).
func appendPairs(list []term, f folded, start, end int) []term {
	_, size := utf8.DecodeRuneInString(f.text[start:])
	if start+size == end {
		return append(list, term{f.text[start:end], f.span(start, end)})
	}
	for i := start; i+size < end; i += size {
		_, size = utf8.DecodeRuneInString(f.text[i:])
		_, second := utf8.DecodeRuneInString(f.text[i+size:])
		list = append(list, term{f.text[i : i+size+second], f.span(i, i+size+second)})
	}
	return list
}

// frequent are English words that say nothing of the subject. In a Chinese
// collection they are rare, so their weight would be high.
var frequent = setOf("a", "an", "the", "of", "in", "on", "at", "to", "for", "by", "with", "from", "as", "and", "or", "but", "is", "are", "was", "were", "be", "been",
	"has", "have", "had", "it", "its", "that", "this", "these", "those", "which", "who", "their", "they", "he", "she", "his", "her", "will", "would", "also", "than", "into")

func setOf(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}
