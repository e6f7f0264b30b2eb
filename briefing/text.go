package briefing

import (
	"fmt"
	"io"
	"strings"
)

// A Paint shows parts of a text as a terminal can: each function returns it with what
// makes it look so.
type Paint struct {
	Strong func(string) string // headings
	Quiet  func(string) string // what is about the document
	Number func(string) string // citations
}

// WriteText writes a briefing, as Desk.Get returns it, for the reader of a terminal:
// what is quoted stands in the other formats. The error is that of w.
func WriteText(w io.Writer, b Briefing, p Paint) error {
	t := &textWriter{paint: p}
	t.write(compose(&b))
	if _, err := io.WriteString(w, t.out.String()); err != nil {
		return fmt.Errorf("write briefing as text: %w", err)
	}
	return nil
}

// textWriter writes a document as text.
type textWriter struct {
	paint Paint
	out   strings.Builder
}

func (t *textWriter) line(text string) { t.out.WriteString(text + "\n") }

func (t *textWriter) write(d *document) {
	t.line(t.paint.Strong(d.Title))
	if d.Meta != "" {
		t.line(t.paint.Quiet(d.Meta))
	}
	for _, b := range d.Blocks {
		t.block(b)
	}
	if d.RefHeading == "" {
		return
	}
	t.block(block{Level: 2, Heading: d.RefHeading})
	for _, r := range d.References {
		line := t.paint.Number(fmt.Sprintf("[%d]", r.Number)) + " " + t.runs(r.Text)
		if r.State != "" {
			line += " " + t.paint.Strong(r.State)
		}
		t.line(line)
	}
}

func (t *textWriter) block(b block) {
	if b.Level > 0 || b.Note != nil {
		t.line("")
	}
	switch {
	case b.Level > 0:
		t.line(t.paint.Strong(b.Heading))
	case b.Text != nil:
		t.line(t.runs(b.Text))
	case b.Note != nil:
		t.line(t.paint.Quiet(textOf(b.Note)))
	case b.Table != nil:
		for _, row := range b.Table.Rows {
			t.line(t.row(row))
		}
	}
	for _, item := range b.List {
		t.line("- " + t.runs(item))
	}
}

// row is a row of a table on one line; the columns speak for themselves.
func (t *textWriter) row(cells []cell) string {
	var parts []string
	for _, c := range cells {
		if text := t.runs(c); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "  ")
}

func (t *textWriter) runs(runs []run) string {
	var line strings.Builder
	for _, r := range runs {
		switch {
		case r.Cite > 0:
			line.WriteString(t.paint.Number("[" + r.Text + "]"))
		case r.Strong:
			line.WriteString(t.paint.Strong(r.Text))
		default:
			line.WriteString(r.Text)
		}
	}
	return line.String()
}
