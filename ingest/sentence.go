package ingest

import (
	"strings"
	"unicode"
)

const (
	finals  = "。！？!?…｡"         // end a sentence wherever they stand
	closers = "”’」』）)】》〉]\"'＂＇" // belong to the sentence they close
	clauses = "；;，,、：:"         // where a sentence that is too long is cut
)

// sentenceEnds returns the ends of the sentences of a text: the last is
// len(text), white space after a sentence belongs to it, and a line end always
// ends one. Decimals, abbreviations and a question quoted inside a sentence do
// not.
func sentenceEnds(text []rune) []int {
	var ends []int
	for i := 0; i < len(text); {
		end := i + 1
		ended := text[i] == '\n'
		if !ended && isFinal(text, i) {
			end = pastClosers(text, i)
			ended = !continues(text, i, end)
		}
		if ended {
			end = pastSpace(text, end)
			ends = append(ends, end)
		}
		i = end
	}
	if len(text) > 0 && (len(ends) == 0 || ends[len(ends)-1] < len(text)) {
		ends = append(ends, len(text))
	}
	return ends
}

// pastClosers returns where the run of final marks that starts at i, with the
// quotation marks and brackets that close after it, ends.
func pastClosers(text []rune, i int) int {
	for i++; i < len(text) && (strings.ContainsRune(finals, text[i]) || text[i] == '.'); i++ {
	}
	for ; i < len(text) && strings.ContainsRune(closers, text[i]); i++ {
	}
	return i
}

func pastSpace(text []rune, i int) int {
	for ; i < len(text) && unicode.IsSpace(text[i]); i++ {
	}
	return i
}

// isFinal reports whether the character at i may end a sentence.
func isFinal(text []rune, i int) bool {
	switch r := text[i]; {
	case r >= 0x4E00 && r <= 0x9FFF: // most of Chinese, at once
		return false
	case strings.ContainsRune(finals, r):
		return true
	case r == '.' || r == '．':
		return isFullStop(text, i)
	}
	return false
}

// isFullStop tells the point that ends a sentence from that of a decimal, an
// abbreviation, an initial, a list number, a host name.
func isFullStop(text []rune, i int) bool {
	before, after := at(text, i-1), at(text, i+1)
	if unicode.Is(unicode.Han, before) {
		return !unicode.IsDigit(after) && !isLatin(after)
	}
	for j := i + 1; strings.ContainsRune(closers+".", after) && after != 0; j++ {
		after = at(text, j+1)
	}
	if after != 0 && !unicode.IsSpace(after) {
		return false
	}
	if after == '\n' || after == 0 {
		return true
	}
	return !isAbbreviation(wordBefore(text, i)) && !unicode.IsLower(at(text, pastSpace(text, i+1)))
}

// continues reports whether what follows the closed mark at i still belongs to
// its sentence: “去哪里？”的问题, （完！）后来, 等等……，.
func continues(text []rune, i, end int) bool {
	next := at(text, end)
	if next == 0 || unicode.IsSpace(next) {
		return false
	}
	if strings.ContainsRune(clauses+"。", next) {
		return true
	}
	if (text[i] == '?' || text[i] == '!') && (isLatin(next) || unicode.IsDigit(next)) {
		return true // of an address or a name
	}
	closed := strings.ContainsRune(closers, text[end-1])
	return closed && text[i] != '。' && !strings.ContainsRune("“「『\"（(", next)
}

func wordBefore(text []rune, i int) string {
	start := i
	for start > 0 && i-start < 12 && (unicode.IsLetter(text[start-1]) || unicode.IsDigit(text[start-1]) || text[start-1] == '.') {
		start--
	}
	return string(text[start:i])
}

// isAbbreviation reports whether a point after the word does not end a sentence.
func isAbbreviation(word string) bool {
	switch word {
	case "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "No", "Nos", "Vol", "Fig", "vs", "Vs", "cf", "al", "etc", "e.g", "i.e",
		"approx", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec":
		return true
	}
	r := []rune(word)
	if len(r) == 1 {
		return unicode.IsUpper(r[0]) || unicode.IsDigit(r[0])
	}
	return len(r) == 2 && unicode.IsDigit(r[0]) && unicode.IsDigit(r[1]) // a list number
}

func isLatin(r rune) bool { return unicode.Is(unicode.Latin, r) }

// at returns the character at i, 0 outside the text.
func at(text []rune, i int) rune {
	if i < 0 || i >= len(text) {
		return 0
	}
	return text[i]
}

// endsSentence reports whether the text ends as a whole sentence or a line that
// leads on to a list does.
func endsSentence(s string) bool {
	s = strings.TrimRightFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(closers, r) })
	last := []rune(lastRune(s))
	return len(last) > 0 && strings.ContainsRune(finals+".．；;：:", last[0])
}

func lastRune(s string) string {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i]&0xC0 != 0x80 {
			return s[i:]
		}
	}
	return ""
}
