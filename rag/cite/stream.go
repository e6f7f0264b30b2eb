package cite

import (
	"strings"
	"unicode/utf8"
)

// A Part is one of three: text to show, markers, or the end of a sentence.
type Part struct {
	Text  string   // holds no marker, and is escaped where it might be taken for one
	Marks []string // the handles cited here, S1 for [S1] as for [1]; some may name no source
	End   bool     // the sentence is complete; what follows belongs to the next, or is white space
}

// A Stream cuts a model's reply, as it arrives in pieces, into parts. However the
// reply is cut into pieces, the parts are the same once adjacent texts are joined.
//
// It reads [1], [S1], [1,2], [S1-S3] and the same in 【】 and ［］; not in code.
// Markers that follow the final punctuation come before the End of that sentence.
// Held back are only: the beginning of what can still become a marker, at most 64
// code points; blanks, until it is known whether their sentence goes on; a
// backslash, a straight quotation mark and a run of backticks until the next
// character.
//
// Put the text together with [n] for the markers, and Sentences finds as many
// sentences as there were Ends, each ending where its End came. Where markers are
// left out, a sentence that has nothing else is missing there, and blanks before
// a marker that ended a sentence are no longer part of it.
//
// The zero Stream is ready for use.
type Stream struct {
	bytes   string // an unfinished code point
	rest    []rune // not read yet
	scan    scanner
	borders borders
	blanks  []rune // belong to the sentence only if it goes on
	parts   []Part
	text    strings.Builder
}

// Write takes the next piece and returns the parts that are certain now. A code
// point may be cut; what is no UTF-8 becomes U+FFFD.
func (s *Stream) Write(piece string) []Part {
	s.decode(s.bytes+piece, false)
	s.drain(false)
	return s.take()
}

// Close returns what was held back, and the last End. Nothing may be written
// after it.
func (s *Stream) Close() []Part {
	s.decode(s.bytes, true)
	s.drain(true)
	if s.borders.finish() {
		s.end()
	}
	s.flushBlanks()
	return s.take()
}

func (s *Stream) decode(text string, last bool) {
	for text != "" && (last || utf8.FullRuneInString(text)) {
		r, size := utf8.DecodeRuneInString(text)
		s.rest = append(s.rest, r)
		text = text[size:]
	}
	s.bytes = text
}

// drain reads what can be read.
func (s *Stream) drain(last bool) {
	at := 0
	for at < len(s.rest) {
		a, ok := s.scan.next(s.rest[at:], last)
		if !ok {
			break
		}
		s.add(a, s.rest[at:at+a.width])
		at += a.width
	}
	s.rest = append(s.rest[:0], s.rest[at:]...)
}

// add takes the next atom, read from runes.
func (s *Stream) add(a atom, runes []rune) {
	if s.borders.next(a) {
		s.end()
	}
	if a.kind == blank && s.borders.begun {
		s.blanks = append(s.blanks, runes...)
		return
	}
	s.flushBlanks()
	if a.kind == mark {
		_, handles, _ := readMarker(runes)
		s.flushText()
		s.parts = append(s.parts, Part{Marks: handles})
		return
	}
	if a.escape {
		s.text.WriteByte('\\')
	}
	s.text.WriteString(string(runes))
}

func (s *Stream) end() {
	s.flushText()
	s.parts = append(s.parts, Part{End: true})
}

func (s *Stream) flushBlanks() {
	s.text.WriteString(string(s.blanks))
	s.blanks = s.blanks[:0]
}

func (s *Stream) flushText() {
	if s.text.Len() > 0 {
		s.parts = append(s.parts, Part{Text: s.text.String()})
		s.text.Reset()
	}
}

// take returns the parts that have gathered.
func (s *Stream) take() []Part {
	s.flushText()
	parts := s.parts
	s.parts = nil
	return parts
}
