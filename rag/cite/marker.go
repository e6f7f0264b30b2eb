package cite

import (
	"strconv"
	"strings"
	"unicode"
)

// longestMarker is how many code points a marker may have. What is longer is no
// marker, so no more than this is ever held back for one.
const longestMarker = 64

// widestRange is how many sources a range like [S1-S3] may name; more is taken
// for a range of something else.
const widestRange = 12

// A fit says how a text that begins with an opening bracket stands to a marker.
type fit int

const (
	noMarker   fit = iota // a character that is in no marker came first
	cut                   // the text ended before that was certain
	marker                // it begins with a marker
	lookalike             // too long; other readers of the text might take it for one
	nested                // another bracket opens inside: were that a marker and taken out, the rest might become one
	unreadable            // a marker in form that names no sources, such as [9-2]
)

// closing returns the bracket that ends what r opens, 0 when r opens no marker.
func closing(r rune) rune {
	switch r {
	case '[':
		return ']'
	case '【':
		return '】'
	case '［':
		return '］'
	}
	return 0
}

func isBracket(r rune) bool { return strings.ContainsRune("[]【】［］", r) }

// isSeparator reports whether r stands between the sources of one marker.
func isSeparator(r rune) bool { return strings.ContainsRune(",，、;；", r) }

func isDash(r rune) bool { return strings.ContainsRune("-‐‑–—~～", r) }

func isHandleLetter(r rune) bool { return strings.ContainsRune("SsＳｓ", r) }

// isSpace reports whether r is white space, the separators of ASCII included.
func isSpace(r rune) bool {
	return r <= '\u3000' && (unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f) // there is none above
}

// A markerReader reads a marker: an opening bracket, sources such as 1, S1 or
// S1-S3 with separators between, and the bracket that closes. Blanks may stand
// around each.
type markerReader struct {
	text    []rune
	at      int
	handles []string
}

// readMarker reads the marker that text, whose first rune opens one, begins with.
// Handles and length are given for a marker only.
func readMarker(text []rune) (f fit, handles []string, length int) {
	r := markerReader{text: text[:min(len(text), longestMarker)], at: 1}
	f = r.read(closing(text[0]))
	if f == cut && len(text) >= longestMarker {
		f = lookalike
	}
	if f != marker {
		return f, nil, 0
	}
	return marker, r.handles, r.at
}

func (r *markerReader) read(end rune) fit {
	for {
		if f := r.source(); f != marker {
			return f
		}
		next, ok := r.peek()
		switch {
		case !ok:
			return cut
		case next == end:
			r.at++
			return marker
		case isSeparator(next):
			r.at++
		default:
			return r.failure(next)
		}
	}
}

// source reads one source or range of sources.
func (r *markerReader) source() fit {
	first, f := r.number()
	if f != marker {
		return f
	}
	next, ok := r.peek()
	if !ok || !isDash(next) {
		r.handles = append(r.handles, "S"+first)
		return marker
	}
	r.at++
	last, f := r.number()
	if f != marker {
		return f
	}
	return r.span(first, last)
}

// span adds the handles from first to last.
func (r *markerReader) span(first, last string) fit {
	from, errFrom := strconv.Atoi(first)
	to, errTo := strconv.Atoi(last)
	if errFrom != nil || errTo != nil || to <= from || to-from >= widestRange {
		return unreadable
	}
	for n := from; n <= to; n++ {
		r.handles = append(r.handles, "S"+strconv.Itoa(n))
	}
	return marker
}

// number reads up to three digits with or without the letter before them. Digits
// of other scripts are read and stand in the handle as they are: no source has
// such a handle.
func (r *markerReader) number() (string, fit) {
	next, ok := r.peek()
	if ok && isHandleLetter(next) {
		r.at++
		next, ok = r.here()
	}
	var digits []rune
	for ; ok && unicode.IsDigit(next) && len(digits) < 3; next, ok = r.here() {
		if next >= '０' && next <= '９' {
			next += '0' - '０'
		}
		digits = append(digits, next)
		r.at++
	}
	switch {
	case !ok:
		return "", cut
	case len(digits) == 0 || unicode.IsDigit(next):
		return "", r.failure(next)
	}
	if n, err := strconv.Atoi(string(digits)); err == nil {
		return strconv.Itoa(n), marker
	}
	return string(digits), marker
}

// peek returns the next rune that is no blank.
func (r *markerReader) peek() (rune, bool) {
	for r.at < len(r.text) && isSpace(r.text[r.at]) {
		r.at++
	}
	return r.here()
}

func (r *markerReader) here() (rune, bool) {
	if r.at >= len(r.text) {
		return 0, false
	}
	return r.text[r.at], true
}

// failure says why next ends the hope for a marker.
func (r *markerReader) failure(next rune) fit {
	if closing(next) != 0 {
		return nested
	}
	return noMarker
}

// Escape returns text with bracketed numbers written so that nobody takes them
// for citations: [9], 【9】 and ［S9］ become \[9\], \[9\] and \[S9\]. Brackets that
// have a backslash before them stay, so escaping twice changes nothing.
func Escape(text string) string {
	if !strings.ContainsAny(text, "[【［") {
		return text
	}
	var out strings.Builder
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		if closing(runes[i]) == 0 || i > 0 && runes[i-1] == '\\' {
			out.WriteRune(runes[i])
			continue
		}
		switch f, _, length := readMarker(runes[i:]); f {
		case marker:
			out.WriteString(`\[` + string(runes[i+1:i+length-1]) + `\]`)
			i += length - 1
		case lookalike:
			out.WriteString(`\` + string(runes[i]))
		default:
			out.WriteRune(runes[i])
		}
	}
	return out.String()
}

// Strip returns what a sentence claims: without its markers, the blanks before
// them, white space around it, and the backslashes of Escape.
func Strip(sentence string) string {
	rest := []rune(sentence)
	out := make([]rune, 0, len(rest))
	var scan scanner
	for len(rest) > 0 {
		a, _ := scan.next(rest, true)
		switch {
		case a.kind == mark:
			out = trimBlanks(out)
		case a.paired:
			out = append(out, a.char)
		default:
			out = append(out, rest[:a.width]...)
		}
		rest = rest[a.width:]
	}
	return strings.TrimFunc(string(out), isSpace)
}

// trimBlanks cuts blanks, but no line end, from the end of r.
func trimBlanks(r []rune) []rune {
	end := len(r)
	for end > 0 && isSpace(r[end-1]) && !isLineEnd(r[end-1]) {
		end--
	}
	return r[:end]
}
