package ingest

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// What moved digits are written with, so that 10 to the 4th does not become 104.
var (
	raised  = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹", "+", "⁺", "-", "⁻", "−", "⁻")
	lowered = strings.NewReplacer("0", "₀", "1", "₁", "2", "₂", "3", "₃", "4", "₄", "5", "₅", "6", "₆", "7", "₇", "8", "₈", "9", "₉", "+", "₊", "-", "₋", "−", "₋")

	onlyDigits = regexp.MustCompile(`^[+\-−]?\d+[+\-−]?$`)
	noteNumber = regexp.MustCompile(`^\[?(?:\d{1,3}|[*†‡])\]?$`)
)

// moved writes a number that stands above or below the line with the characters
// for that; other text stays as it is.
func moved(s string, up bool) string {
	switch s = strings.TrimSpace(s); {
	case !onlyDigits.MatchString(s):
		return s
	case up:
		return raised.Replace(s)
	}
	return lowered.Replace(s)
}

// isNoteMark reports whether an element that stands above the line is the number
// of a note: it leads to a place in the same page.
func isNoteMark(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.DataAtom == atom.A && strings.HasPrefix(attribute(c, "href"), "#") {
			return noteNumber.MatchString(strings.TrimSpace(textOf(n)))
		}
	}
	return false
}
