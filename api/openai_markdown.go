package api

import "strings"

// A defuser passes on an answer so that chat programs, which show text as Markdown,
// make no link, no image and no HTML of it. Addresses never come from a model here,
// so such a thing was planted by an article: an image would be fetched by whoever
// reads the answer. What is put in is a backslash where one of them would begin to
// count; Markdown does not show it. Emphasis, lists and bare addresses stay.
//
// An answer comes out the same however it is cut into pieces.
type defuser struct {
	last    rune // that went out
	escaped bool // a backslash that counts is the last
	held    bool // a "<" waits for what follows it
}

// write returns what may go out with the next piece of the answer.
func (d *defuser) write(piece string) string {
	var out strings.Builder
	for _, r := range piece {
		if d.held && opensTag(r) {
			out.WriteByte('\\')
		}
		out.WriteString(d.close())
		switch {
		case r == '<' && !d.escaped:
			d.held = true
			continue
		case d.last == ']' && (r == '(' || r == ':'):
			out.WriteByte('\\')
		}
		out.WriteRune(r)
		d.escaped = r == '\\' && !d.escaped
		d.last = r
	}
	return out.String()
}

// close returns what was held back.
func (d *defuser) close() string {
	if !d.held {
		return ""
	}
	d.held, d.escaped, d.last = false, false, '<'
	return "<"
}

// opensTag reports whether "<" before r begins HTML or a link in Markdown.
func opensTag(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("/!?", r)
}

// defuse returns a whole text, and where each of its characters has gone; where
// markers stand is told by it. Both count code points.
func defuse(text string) (defused string, places []int) {
	var d defuser
	var out strings.Builder
	length := 0
	for _, r := range text {
		piece := d.write(string(r))
		out.WriteString(piece)
		length += len([]rune(piece))
		places = append(places, length-1) // of what is held, the place before: it is no marker
	}
	out.WriteString(d.close())
	return out.String(), places
}
