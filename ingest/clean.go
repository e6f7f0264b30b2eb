package ingest

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// clean returns the canonical form of a text: the characters as written, in NFC;
// every kind of blank a space and runs of them one; "\n" between lines, none of
// them empty or with blanks at its ends; no control, zero-width or otherwise
// invisible characters, in which instructions to a model can hide.
//
// clean(clean(s)) == clean(s), which draftOf and the export rely on.
func clean(s string) string {
	if isPlain(s) {
		return s
	}
	s = norm.NFC.String(strings.Map(plain, unifyLineEnds(strings.ToValidUTF8(s, "\uFFFD"))))
	var out strings.Builder
	out.Grow(len(s))
	blank, line := false, false // what stands before the next character
	for _, r := range s {
		switch {
		case r == '\n':
			line = true
		case r == ' ':
			blank = true
		default:
			if out.Len() > 0 && line {
				out.WriteByte('\n')
			} else if out.Len() > 0 && blank {
				out.WriteByte(' ')
			}
			blank, line = false, false
			out.WriteRune(r)
		}
	}
	return out.String()
}

// isPlain reports whether a text is clean for certain and at a glance: nothing
// but ASCII and the commonest Chinese characters and marks, single blanks inside
// lines. Most lines are, and are read several times on their way.
func isPlain(s string) bool {
	before := '\n'
	for _, r := range s {
		switch {
		case r == ' ' || r == '\n':
			if before == ' ' || before == '\n' {
				return false
			}
		case r > ' ' && r < 0x7F, r >= 0x4E00 && r <= 0x9FA5, r >= 0x3001 && r <= 0x3011, r >= 0xFF01 && r <= 0xFF5E,
			r >= 0x2013 && r <= 0x201D, r == '…':
		default:
			return false
		}
		before = r
	}
	return before != ' ' && before != '\n' || s == ""
}

// cleanLine returns a clean text on one line, for titles and names.
func cleanLine(s string) string { return strings.ReplaceAll(clean(s), "\n", " ") }

func unifyLineEnds(s string) string {
	if !strings.Contains(s, "\r") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// plain maps line ends to "\n", blanks to a space and what is not seen to nothing.
func plain(r rune) rune {
	switch {
	case r >= ' ' && r < 0x7F:
		return r
	case r == '\n' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return '\n'
	case r == '\t' || unicode.Is(unicode.Zs, r) || r == 0x2800: // the last is a Braille pattern without dots
		return ' '
	case isInvisible(r):
		return -1
	}
	return r
}

// isInvisible reports whether a character is not seen by a reader: controls,
// zero-width and bidirectional marks, soft hyphens, variation selectors, fillers,
// tags. The combining grapheme joiner stays: NFC puts it where more than thirty
// marks stand on one letter.
func isInvisible(r rune) bool {
	if r < 0x4E00 && r > 0x3164 || r >= 0x4E00 && r < 0xAC00 {
		return false // most of Chinese, at once
	}
	return r != 0x34F && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.Noncharacter_Code_Point)
}
