package cite

import (
	"slices"
	"strings"
	"unicode"
)

const (
	longestExchanged = 6   // code points of a word that may stand in the place of another
	leastFramed      = 8   // that are alike around both, where nothing else was reworded
	frameEnd         = '|' // stands for punctuation, and for the ends of a text, in a frame
)

// An exchange is a word of a claim and the one that a span has where it stands.
type exchange struct {
	word, other string
	alike       int // code points before and behind both that are the same
}

// exchanged returns the exchange with most alike around it; what is before and behind the
// word stands in a span around the other, and nowhere around the word. Words of grammar
// are no others, nor is one that the other has with something put in.
func (c *claim) exchanged(e *evidence) (most exchange, found bool) {
	claim := frameOf(c.runes)
	frames := make([][]rune, len(e.places))
	for i, p := range e.places {
		frames[i] = frameOf(p.source.runes[p.span.Start:p.span.End])
	}
	for start := 1; start < len(claim)-1; start++ {
		for end := start + 1; end < len(claim) && end <= start+longestExchanged && isWord(claim[end-1]); end++ {
			if x, ok := exchangedAt(claim, start, end, frames); ok && (!found || x.alike > most.alike) {
				most, found = x, true
			}
		}
	}
	return most, found
}

// differs reports whether the claim has any word that the spans do not have there.
func (c *claim) differs(e *evidence) bool {
	_, found := c.exchanged(e)
	return found || !c.entire(e)
}

// why is what the exchange is to those who read of it: a word, where the sentence is its
// source's but for that, else something that the source lacks.
func (x exchange) why() Why {
	if x.alike >= leastFramed {
		return Why{"word", x.word, x.other}
	}
	return Why{"coverage", x.word, x.other}
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

// exchangedAt returns what the frames have for claim[start:end].
func exchangedAt(claim []rune, start, end int, frames [][]rune) (most exchange, found bool) {
	left, right := 2, 2 // code points of context that are looked for
	switch first, last := claim[start-1] == frameEnd, claim[end] == frameEnd; {
	case first && last:
		return exchange{}, false
	case first:
		left, right = 1, 3
	case last:
		left, right = 3, 1
	}
	if start < left || end+right > len(claim) {
		return exchange{}, false
	}
	word := string(claim[start:end])
	for _, frame := range frames {
		for at := left; at < len(frame); at++ {
			if !slices.Equal(frame[at-left:at], claim[start-left:start]) {
				continue
			}
			stop := wordEnd(frame, at, claim[end:end+right])
			other := string(frame[at:max(at, stop)])
			switch {
			case other == word:
				return exchange{}, false
			case other == "" || shortened(other, word) || shortened(word, other) || joins(other) && joins(word):
				continue
			}
			if alike := alikeAround(claim, start, end, frame, at, stop); alike > most.alike {
				most, found = exchange{word, other, alike}, true
			}
		}
	}
	return most, found
}

// wordEnd returns where in frame the word that begins at start ends, before after; -1
// where no word of the length stands there.
func wordEnd(frame []rune, start int, after []rune) int {
	for end := start + 1; end+len(after) <= len(frame) && end <= start+longestExchanged && isWord(frame[end-1]); end++ {
		if slices.Equal(frame[end:end+len(after)], after) {
			return end
		}
	}
	return -1
}

// alikeAround counts what is the same before claim[start:end] and frame[at:stop], and
// behind both.
func alikeAround(claim []rune, start, end int, frame []rune, at, stop int) int {
	n := 0
	for k := 1; k <= min(start, at) && claim[start-k] == frame[at-k]; k++ {
		n += counted(claim[start-k])
	}
	for k := 0; k < min(len(claim)-end, len(frame)-stop) && claim[end+k] == frame[stop+k]; k++ {
		n += counted(claim[end+k])
	}
	return n
}

func counted(r rune) int {
	if r == frameEnd {
		return 0
	}
	return 1
}

// shortened reports whether a text without some of its characters is the other.
func shortened(text, other string) bool {
	for _, r := range text {
		other = strings.TrimPrefix(other, string(r))
	}
	return other == ""
}
