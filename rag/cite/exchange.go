package cite

import (
	"strings"
	"unicode"
)

const (
	longestExchanged = 6   // code points of a word that may stand in the place of another
	frameEnd         = '|' // stands for punctuation, and for the ends of a text, in a frame
)

// exchanged returns the first word of the claim that stands where a span has another, and
// that: what is before and behind the word stands there around the other, and nowhere
// around it. Words of grammar are no others, nor is one that the other has with something
// put in.
func (c *claim) exchanged(e *evidence) []Why {
	claim := frameOf(c.runes)
	frames := make([]string, len(e.places))
	for i, p := range e.places {
		frames[i] = string(frameOf(p.source.runes[p.span.Start:p.span.End]))
	}
	for start := 1; start < len(claim)-1; start++ {
		for end := start + 1; end < len(claim) && end <= start+longestExchanged && isWord(claim[end-1]); end++ {
			before, after, ok := contextIn(claim, start, end)
			if !ok {
				continue
			}
			word := string(claim[start:end])
			if other := wordInstead(frames, before, word, after); other != "" {
				return []Why{{Kind: "word", Claim: word, Source: other}}
			}
		}
	}
	return nil
}

// frameOf returns a text without blanks, in lower case, with one frameEnd for the
// punctuation between its words and at its ends.
func frameOf(text []rune) []rune {
	out := []rune{frameEnd}
	for _, r := range text {
		switch {
		case isWord(r), isDigit(r), r == '%':
			out = append(out, unicode.ToLower(r))
		case !isSpace(r) && out[len(out)-1] != frameEnd:
			out = append(out, frameEnd)
		}
	}
	if out[len(out)-1] != frameEnd {
		out = append(out, frameEnd)
	}
	return out
}

func isWord(r rune) bool { return unicode.IsLetter(r) }

// contextIn returns what stands before and behind frame[start:end]: two characters each, or
// the end of a clause and three on the other side.
func contextIn(frame []rune, start, end int) (before, after string, ok bool) {
	left, right := 2, 2
	switch first, last := frame[start-1] == frameEnd, frame[end] == frameEnd; {
	case first && last:
		return "", "", false
	case first:
		left, right = 1, 3
	case last:
		left, right = 3, 1
	}
	if start < left || end+right > len(frame) {
		return "", "", false
	}
	return string(frame[start-left : start]), string(frame[end : end+right]), true
}

// wordInstead returns a word that stands between before and after in the frames, where
// this one nowhere does; empty when there is none.
func wordInstead(frames []string, before, word, after string) string {
	other := ""
	for _, frame := range frames {
		for rest := frame; ; {
			_, behind, found := strings.Cut(rest, before)
			if !found {
				break
			}
			rest = behind
			there, found := wordBefore(behind, after)
			switch {
			case found && there == word:
				return ""
			case found && !shortened(there, word) && !shortened(word, there) && !(joins(there) && joins(word)):
				other = there
			}
		}
	}
	return other
}

// shortened reports whether a text without some of its characters is the other.
func shortened(text, other string) bool {
	rest := []rune(other)
	for _, r := range text {
		if len(rest) > 0 && rest[0] == r {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}

// wordBefore returns what a text has before the first after in it, if that is a word that
// may be exchanged.
func wordBefore(text, after string) (string, bool) {
	word, _, found := strings.Cut(text, after)
	runes := []rune(word)
	if !found || len(runes) == 0 || len(runes) > longestExchanged {
		return "", false
	}
	return word, !strings.ContainsFunc(word, func(r rune) bool { return !isWord(r) })
}
