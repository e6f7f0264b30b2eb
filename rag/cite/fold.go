package cite

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A folded text is the form in which texts are compared: width, case, white space
// and punctuation do not count (阿里云 ＡＣＫ， is 阿里云ack), but numbers never run
// together: between digits a point stays, what parts them otherwise is ~ , and the
// commas of thousands go.
type folded struct {
	text string
	at   []int32 // for each byte of text, the code point of the original it is made from
}

// dropped are the marks that do not count, besides white space and controls.
const dropped = "“”\"‘’'「」『』《》〈〉()[]【】〔〕、，。；：！？,.;:!?·・—–―-‐‑_~…*`#|\\<>"

func fold(text []rune) folded {
	f := folder{text: text, bytes: make([]byte, 0, 3*len(text)), at: make([]int32, 0, 3*len(text))}
	for i, r := range text {
		switch {
		case r >= 0x4e00 && r <= 0x9fff: // most runes, and folding leaves them alone
			f.gap = 0
			f.add(i, r)
		case r < utf8.RuneSelf:
			f.put(i, unicode.ToLower(r))
		case r >= 0xff01 && r <= 0xff5e: // the full-width forms of ASCII
			f.put(i, unicode.ToLower(r-0xfee0))
		default:
			for _, c := range norm.NFKC.String(string(r)) {
				f.put(i, unicode.ToLower(c))
			}
		}
	}
	return folded{text: string(f.bytes), at: f.at}
}

type folder struct {
	text  []rune
	bytes []byte
	at    []int32
	gap   int // code points dropped since the last byte
}

// put appends c, made from text[i], unless it does not count.
func (f *folder) put(i int, c rune) {
	if in(dropped, c) || isSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
		f.gap++
		return
	}
	if f.gap > 0 && isDigit(c) && len(f.bytes) > 0 && isDigit(rune(f.bytes[len(f.bytes)-1])) {
		f.part(i)
	}
	f.gap = 0
	f.add(i, c)
}

// part keeps the digits before and at text[i] apart.
func (f *folder) part(i int) {
	switch between := f.text[i-1]; {
	case f.gap == 1 && isPoint(between):
		f.add(i-1, '.')
	case f.gap == 1 && (between == ',' || between == '，') && digitsFrom(f.text, i) == 3:
	default:
		f.add(i-1, '~')
	}
}

func (f *folder) add(i int, c rune) {
	before := len(f.bytes)
	f.bytes = utf8.AppendRune(f.bytes, c)
	for range len(f.bytes) - before {
		f.at = append(f.at, int32(i))
	}
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// digitsFrom returns how many digits text has from i on.
func digitsFrom(text []rune, i int) int {
	n := 0
	for i+n < len(text) && (isDigit(text[i+n]) || text[i+n] >= '０' && text[i+n] <= '９') {
		n++
	}
	return n
}

// span returns the code points that bytes [start, end) of the folded text are
// made from.
func (f folded) span(start, end int) Span {
	return Span{int(f.at[start]), int(f.at[end-1]) + 1}
}

// within returns the folded form of a part of the original.
func (f folded) within(s Span) string { return f.text[f.byteAt(s.Start):f.byteAt(s.End)] }

// byteAt returns the first byte made from code point i or one after it.
func (f folded) byteAt(i int) int {
	low, high := 0, len(f.at)
	for low < high {
		if mid := (low + high) / 2; int(f.at[mid]) < i {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// find returns where needle stands from byte from on, -1 where it does not. It is
// never found where it would begin or end inside a longer number or Latin word.
func (f folded) find(needle string, from int) int {
	for needle != "" {
		i := strings.Index(f.text[from:], needle)
		if i < 0 {
			return -1
		}
		i += from
		if !f.splits(i) && !f.splits(i+len(needle)) {
			return i
		}
		_, size := utf8.DecodeRuneInString(f.text[i:])
		from = i + size
	}
	return -1
}

// splits reports whether byte i lies inside a number or a Latin word.
func (f folded) splits(i int) bool {
	if i <= 0 || i >= len(f.text) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(f.text[:i])
	after, _ := utf8.DecodeRuneInString(f.text[i:])
	switch {
	case isDigit(before) && after == '.', before == '.' && isDigit(after):
		return true // there is a point only between digits
	case isDigit(before) && isDigit(after):
		return true
	}
	return f.at[i]-f.at[i-1] <= 1 && unicode.Is(unicode.Latin, before) && unicode.Is(unicode.Latin, after)
}
