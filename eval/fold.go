package eval

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// dropped are the characters that do not count when it is asked whether one text
// stands in another: punctuation, and marks of Markdown, which reading a file may
// or may not keep.
const dropped = "“”\"'‘’「」『』《》〈〉（）()[]【】、，。；：！？,.;:!?·—-_~～…–*`#|\\<>"

// fold returns the loose form of s: width, case, space and punctuation do not
// count in it.
func fold(s string) string {
	var out strings.Builder
	for _, r := range norm.NFC.String(s) {
		out.WriteString(foldRune(r))
	}
	return out.String()
}

// foldRune returns what is left of one character, which may be several: "㎏" is
// "kg".
func foldRune(r rune) string {
	if r >= 0x4E00 && r <= 0x9FFF {
		return string(r) // most of Chinese, at once
	}
	kept := strings.Map(func(r rune) rune {
		if isSpace(r) || strings.ContainsRune(dropped, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(string(r)))
	return lower(kept)
}

// lower is strings.ToLower, but for the one letter whose small form is two
// characters.
func lower(s string) string {
	return strings.ToLower(strings.ReplaceAll(s, "İ", "i\u0307"))
}

// isSpace reports whether r is white space, the separators of ASCII included.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1C && r <= 0x1F }

// A foldedText is the fold of an article's text that leads back to it.
type foldedText struct {
	runes []rune
	at    []int // of each of runes, the code point of the text it comes from
}

// foldText folds a text character by character; a text is NFC already.
func foldText(text string) foldedText {
	var f foldedText
	i := 0
	for _, r := range text {
		for _, folded := range foldRune(r) {
			f.runes = append(f.runes, folded)
			f.at = append(f.at, i)
		}
		i++
	}
	return f
}

// A region is [start, end) of a text, in code points.
type region struct{ start, end int }

// mostRegions bounds where a quotation is looked for: one as short as a word can
// stand everywhere.
const mostRegions = 5

// locate returns where a quotation stands in the text, however it is written
// there.
func (f foldedText) locate(quote string) []region {
	wanted := []rune(fold(quote))
	var found []region
	for from := 0; len(wanted) > 0 && len(found) < mostRegions; {
		i := indexRunes(f.runes[from:], wanted)
		if i < 0 {
			break
		}
		from += i
		found = append(found, region{f.at[from], f.at[from+len(wanted)-1] + 1})
		from += len(wanted)
	}
	return found
}

// indexRunes is strings.Index on code points; sub is not empty.
func indexRunes(s, sub []rune) int {
	for i := 0; i+len(sub) <= len(s); i++ {
		if s[i] == sub[0] && slices.Equal(s[i:i+len(sub)], sub) {
			return i
		}
	}
	return -1
}

// share returns how much of a quotation a passage holds, 0 to 1, both folded: all
// of it, its end where the passage begins, or its beginning where the passage
// ends. Fewer than four characters are none.
func share(quote, passage string) float64 {
	switch {
	case quote == "" || passage == "":
		return 0
	case strings.Contains(passage, quote):
		return 1
	case strings.Contains(quote, passage):
		return float64(utf8.RuneCountInString(passage)) / float64(utf8.RuneCountInString(quote))
	}
	q := []rune(quote)
	if len(q) < leastShared || !strings.Contains(passage, string(q[:leastShared])) && !strings.Contains(passage, string(q[len(q)-leastShared:])) {
		return 0 // most passages, soon told
	}
	for k := len(q) - 1; k >= leastShared; k-- {
		if strings.HasSuffix(passage, string(q[:k])) || strings.HasPrefix(passage, string(q[len(q)-k:])) {
			return float64(k) / float64(len(q))
		}
	}
	return 0
}

const leastShared = 4 // characters of a quotation at a passage's border
