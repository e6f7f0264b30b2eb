package cite

// A kind tells what an atom is to the rules of sentences.
type kind int

const (
	char    kind = iota
	blank        // white space within a line
	lineEnd      // ends every sentence
	mark         // a citation marker
	opaque       // inside code: neither a marker nor the end of a sentence
)

// An atom is the smallest piece of text that is read as one.
type atom struct {
	kind   kind
	char   rune // of a char
	width  int  // code points read
	paired bool // a backslash and the char it makes literal
	escape bool // needs a backslash before it to be read as a char again
	outer  bool // of a straight quotation mark: no word follows it, so it closes
}

// A scanner cuts text into atoms. It gives the same atoms, but for their width,
// for the text as a model wrote it and for what the Stream made of that, so that
// sentences have the same borders in both.
//
// Code is what stands between equal runs of backticks in one line, or between a
// line that begins with at least three and the next one that does. A run that is
// never closed ends with its line: nothing is held back to look for the close.
type scanner struct {
	inline  int  // backticks that end the code in this line, 0 outside
	block   int  // backticks that end the block of code, 0 outside
	opening bool // in the line that began the block
	inLine  bool // something other than blanks came in this line
}

// next returns the first atom of rest, which is not empty. It returns false when
// more text may change it and last does not say that there is none.
func (s *scanner) next(rest []rune, last bool) (atom, bool) {
	r := rest[0]
	switch {
	case isLineEnd(r):
		s.inline, s.opening, s.inLine = 0, false, false
		return atom{kind: lineEnd, width: 1}, true
	case isSpace(r):
		return atom{kind: blank, width: 1}, true
	case r == '`':
		return s.ticks(rest, last)
	}
	var a atom
	ok := true
	switch {
	case r == '\\':
		a, ok = s.pair(rest, last)
	case closing(r) != 0:
		a, ok = s.bracket(rest, last)
	case r == '"':
		a, ok = s.quotation(rest, last)
	default:
		a = s.plain(r)
	}
	s.inLine = s.inLine || ok
	return a, ok
}

// isLineEnd reports whether r ends a line; a page break and the like do.
func isLineEnd(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

func (s *scanner) inCode() bool { return s.inline > 0 || s.block > 0 }

// plain is an atom of one code point that is not special.
func (s *scanner) plain(r rune) atom {
	if s.inCode() {
		return atom{kind: opaque, width: 1}
	}
	return atom{kind: char, char: r, width: 1}
}

// pair reads a backslash, with the bracket or backtick that it makes literal.
func (s *scanner) pair(rest []rune, last bool) (atom, bool) {
	if len(rest) == 1 && !last {
		return atom{}, false
	}
	if len(rest) > 1 && (isBracket(rest[1]) || rest[1] == '`' && !s.inCode()) {
		a := s.plain(rest[1])
		a.width, a.paired = 2, !s.inCode()
		return a, true
	}
	return s.plain('\\'), true
}

// bracket reads a marker, or the bracket alone.
func (s *scanner) bracket(rest []rune, last bool) (atom, bool) {
	f, _, length := readMarker(rest)
	if f == cut && !last {
		return atom{}, false
	}
	if f == marker && !s.inCode() {
		return atom{kind: mark, width: length}, true
	}
	a := s.plain(rest[0])
	a.escape = f == marker || f == lookalike || f == nested
	return a, true
}

// quotation reads a straight quotation mark. What follows a bracket or a backslash
// may be a marker, so both count as no word.
func (s *scanner) quotation(rest []rune, last bool) (atom, bool) {
	if len(rest) == 1 && !last {
		return atom{}, false
	}
	a := s.plain('"')
	a.outer = len(rest) == 1 || isSpace(rest[1]) || closing(rest[1]) != 0 || rest[1] == '\\'
	return a, true
}

// ticks reads a run of backticks, which begins or ends code.
func (s *scanner) ticks(rest []rune, last bool) (atom, bool) {
	n := 0
	for n < len(rest) && rest[n] == '`' {
		n++
	}
	if n == len(rest) && !last {
		return atom{}, false
	}
	switch {
	case s.block > 0:
		if n >= s.block && (s.opening || !s.inLine) {
			s.block = 0
		}
	case s.inline > 0:
		if n == s.inline {
			s.inline = 0
		}
	case n >= 3 && !s.inLine:
		s.block, s.opening = n, true
	default:
		s.inline = n
	}
	s.inLine = true
	return atom{kind: opaque, width: n}, true
}
