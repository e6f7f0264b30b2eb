package cite

import "unicode/utf8"

// leastFound is how many code points a text must have to be found in a source by
// itself: fewer stand nearly everywhere.
const leastFound = 4

// Find returns where a text stands word for word in the source once width, case,
// space and punctuation are folded, with the marks that belong to it. A text of
// fewer than four code points is not found.
func (s *Source) Find(text string) (Span, bool) {
	needle := fold([]rune(text)).text
	if utf8.RuneCountInString(needle) < leastFound {
		return Span{}, false
	}
	i := s.folded.find(needle, 0)
	if i < 0 {
		return Span{}, false
	}
	return s.withMarks(s.folded.span(i, i+len(needle))), true
}
