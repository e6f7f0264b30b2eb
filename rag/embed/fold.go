package embed

import "golang.org/x/text/unicode/norm"

// A folder brings text into the form in which words are matched: each code point
// on its own becomes its NFKC form, then A to Z become a to z. What then is
// neither one of a-z0-9 nor a Chinese character of the blocks U+3400 and U+4E00
// is in no word and becomes 0.
//
// All of the basic plane is worked out beforehand, so that folding is a look-up;
// only the few code points that become more than one (① does not, ㎡ does) and
// those of higher planes are normalised as they come.
type folder [1 << 16]uint16

// expands marks code points that become more than one.
const expands = 0xffff

func newFolder() *folder {
	f := new(folder)
	for r := range rune(len(f)) {
		f[r] = foldedAlone(r)
	}
	return f
}

func foldedAlone(r rune) uint16 {
	if r >= 0x4e00 && r <= 0x9fff { // the most frequent ones, and NFKC leaves them alone
		return uint16(r)
	}
	var space [2]uint16
	switch form := foldRune(space[:0], r); len(form) {
	case 0:
		return 0
	case 1:
		return form[0]
	default:
		return expands
	}
}

// foldRune appends the folded form of r.
func foldRune(to []uint16, r rune) []uint16 {
	for _, c := range norm.NFKC.String(string(r)) {
		to = append(to, foldedChar(c))
	}
	return to
}

// foldedChar folds a code point that is in NFKC already.
func foldedChar(c rune) uint16 {
	switch {
	case c >= 'A' && c <= 'Z':
		return uint16(c - 'A' + 'a')
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9',
		c >= 0x4e00 && c <= 0x9fff, c >= 0x3400 && c <= 0x4dbf:
		return uint16(c)
	default:
		return 0
	}
}

// append appends the folded form of text.
func (f *folder) append(to []uint16, text string) []uint16 {
	for _, r := range text {
		if int(r) >= len(f) {
			to = foldRune(to, r)
			continue
		}
		if c := f[r]; c != expands {
			to = append(to, c)
			continue
		}
		to = foldRune(to, r)
	}
	return to
}
