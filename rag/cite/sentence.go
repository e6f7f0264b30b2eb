package cite

import (
	"slices"
	"strings"
	"unicode"
)

const (
	finals    = "。！？｡!?…⋯"        // may end a sentence wherever they stand
	points    = ".．"              // may end one unless in a number, a name, an abbreviation
	closers   = "”’」』）】》〉］＂＇"     // belong to the sentence they close
	narrow    = ")]'"             // the same where no blank stands before them
	openers   = "“‘「『（【《〈［\"(['*" // begin the next sentence
	clauses   = "，；：、,;:"         // show that the sentence goes on
	addresses = "/-_=&#%@\\"      // after a point: of a path or an address
)

// Sentences returns the sentences of a text in order, without overlap; together
// they hold all but white space. A sentence holds its final punctuation, the
// quotation marks and brackets that close after it, and the markers that follow
// ([1][2]). A line end always ends one, so headings, list items and rows of
// tables are sentences. A semicolon ends none: in an answer the markers at the
// end of a sentence stand for all its clauses.
func Sentences(text string) []Span {
	return sentences([]rune(text))
}

func sentences(rest []rune) []Span {
	var list []Span
	var scan scanner
	var b borders
	start, end, at := 0, 0, 0 // end: after the last atom that is no white space
	for len(rest) > 0 {
		a, _ := scan.next(rest, true)
		began := b.begun
		if b.next(a) {
			list = append(list, Span{start, end})
			began = false
		}
		if b.begun && !began {
			start = at
		}
		at += a.width
		if a.kind != blank && a.kind != lineEnd {
			end = at
		}
		rest = rest[a.width:]
	}
	if b.finish() {
		list = append(list, Span{start, end})
	}
	return list
}

// borders finds where sentences end, atom by atom, from what it has seen and one
// atom more. Markers do not count, so that there are as many borders without them.
type borders struct {
	begun   bool   // something other than white space came since the last border
	content bool   // a letter, a digit or code came
	numeral bool   // no other content than a number came: 1. of a list
	word    []rune // the Latin word or number before, cut after longestWord
	han     bool   // the last char that could not end it was a Chinese character
	final   rune   // the mark that may have ended the sentence, 0 when none did
	closed  bool   // a quotation mark or bracket closed after it
	spaced  bool   // a blank came after the last char
	line
}

// line is what is known of the line so far.
type line struct {
	inside bool // something other than white space came
	row    bool // it is a row of a table
	quote  bool // a straight quotation mark is open
	bold   bool // a run of asterisks is open
	star   bool // the last char was an asterisk
	bullet bool // that began the line
}

// next takes the next atom and reports whether a sentence ended before it; blanks
// that came just before the atom are then outside.
func (b *borders) next(a atom) bool {
	switch a.kind {
	case lineEnd:
		return b.finish()
	case blank:
		b.spaced = b.begun
		if b.bullet {
			b.bold = false
		}
		b.star, b.bullet = false, false
		return false
	case mark:
		b.begun = true
		b.star, b.bullet = false, false
		return false
	case opaque:
		a.char = '`'
	}
	return b.char(a.char, a.outer)
}

// finish ends the line, and reports whether a sentence ended with it.
func (b *borders) finish() bool {
	begun := b.begun
	*b = borders{word: b.word[:0]}
	return begun
}

// char takes a char; outer as in atom.
func (b *borders) char(c rune, outer bool) (ended bool) {
	closes := b.closes(c, outer)
	if b.final != 0 {
		switch {
		case !b.spaced && isFinal(c):
			b.final = joined(b.final, c)
			return false
		case closes:
			b.closed, b.spaced = true, false
			return false
		case b.ends(c):
			*b = borders{word: b.word[:0], line: b.line}
			ended = true
		}
		b.final, b.closed = 0, false
	}
	b.body(c)
	return ended
}

// joined is the final of a run of marks.
func joined(first, next rune) rune {
	switch {
	case isPoint(first) && isPoint(next):
		return '…'
	case isPoint(next):
		return first
	}
	return next
}

// body takes a char that stands inside the sentence.
func (b *borders) body(c rune) {
	if !b.inside {
		b.row = c == '|'
	}
	stops := b.content && !b.row && (in(finals, c) || isPoint(c) && b.stops())
	b.begun, b.inside = true, true
	b.note(c)
	b.spaced = false
	if stops {
		b.final = c
		return
	}
	b.han = unicode.Is(unicode.Han, c)
}

// note keeps what later decisions need of c.
func (b *borders) note(c rune) {
	if c >= 0x4e00 && c <= 0x9fff { // most of a Chinese text
		b.content, b.numeral, b.word = true, false, b.word[:0]
		return
	}
	letter, digit := unicode.IsLetter(c) || c == '`', unicode.IsDigit(c)
	if letter || digit {
		b.numeral = digit && (b.numeral || !b.content)
		b.content = true
	}
	inWord := unicode.Is(unicode.Latin, c) || digit || isPoint(c)
	if b.spaced || !inWord {
		b.word = b.word[:0]
	}
	if inWord && len(b.word) <= longestWord {
		b.word = append(b.word, c)
	}
}

// stops reports whether a point after what came may end the sentence: not that
// of a list number, an abbreviation, an initial.
func (b *borders) stops() bool {
	if b.spaced {
		return true
	}
	listed := b.numeral && (len(b.word) <= 3 || slices.ContainsFunc(b.word, isPoint))
	return !listed && !isAbbreviation(string(b.word))
}

// closes reports whether c closes something, and keeps track of the marks that
// look the same at both ends.
func (b *borders) closes(c rune, outer bool) bool {
	switch {
	case c == '*':
		if !b.star {
			b.bold, b.bullet = !b.bold, !b.inside
		}
		b.star = true
		return !b.bold
	case c == '"':
		b.quote = !b.quote && !outer
	}
	b.star, b.bullet = false, false
	return c == '"' && !b.quote || in(closers, c) || in(narrow, c) && !b.spaced
}

// ends reports whether the final mark ended the sentence, now that c follows.
func (b *borders) ends(c rune) bool {
	latin := unicode.Is(unicode.Latin, c)
	switch {
	case in(clauses, c):
		return false
	case !in("。｡！？", b.final) && latin && unicode.IsLower(c):
		return false
	case b.spaced:
		return true
	case isPoint(b.final):
		return !latin && !unicode.IsDigit(c) && !in(addresses, c)
	case b.final == '?' || b.final == '!':
		inAddress := (latin || unicode.IsDigit(c) || in(addresses, c)) && !b.han
		return !b.closed && !inAddress || in(openers, c)
	case b.closed && b.final != '。' && b.final != '｡':
		return in(openers, c) // “为什么？”的问题 goes on
	}
	return true
}

// in reports whether c is one of marks, none of which is a letter or digit.
func in(marks string, c rune) bool {
	letter := c >= 0x4e00 && c <= 0x9fff || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
	return !letter && strings.ContainsRune(marks, c) // most characters are told without a look at marks
}

func isFinal(c rune) bool { return in(finals+points, c) }

func isPoint(c rune) bool { return in(points, c) }

// longestWord is more than the longest abbreviation has.
const longestWord = 12

// isAbbreviation reports whether a point after the word ends no sentence. Those
// that may also stand at the end of one (Inc., U.S.) count too: two sentences
// taken for one lose less than one torn in two.
func isAbbreviation(word string) bool {
	switch word {
	case "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Jr", "Sr", "Gen", "Gov", "Sen", "Rep", "Hon", "Mt", "Ph.D",
		"No", "Nos", "Vol", "Fig", "Figs", "Sec", "Ch", "pp", "Ed", "Eds", "vs", "Vs", "cf", "al", "etc", "e.g", "i.e", "viz", "approx", "ca",
		"Inc", "Corp", "Ltd", "Co", "LLC", "Bros", "Dept", "Univ", "a.m", "p.m",
		"Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec":
		return true
	}
	runes := []rune(word)
	for i, r := range runes { // A, U.S, J.K
		if i%2 == 0 && !unicode.IsUpper(r) || i%2 == 1 && !isPoint(r) {
			return false
		}
	}
	return len(runes)%2 == 1
}
