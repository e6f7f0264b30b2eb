package briefing

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// A Format is a kind of file that a briefing can be written as.
type Format struct {
	Extension   string // without the point
	ContentType string
	Write       func(io.Writer, Briefing) error
}

// Formats are those a briefing can be written in.
func Formats() []Format {
	return []Format{
		{"md", "text/markdown; charset=utf-8", WriteMarkdown},
		{"html", "text/html; charset=utf-8", WriteHTML},
		{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", WriteDOCX},
	}
}

// WriteMarkdown writes a briefing, as Desk.Get returns it, as Markdown with footnotes
// and tables, which GitHub and Pandoc read. A footnote is an article: its reference and
// what is quoted of it. GitHub numbers footnotes by first use, as the briefing does;
// Pandoc makes a note of its own of every further use.
//
// The error is that of w.
func WriteMarkdown(w io.Writer, b Briefing) error {
	var m markdown
	m.write(compose(&b))
	if _, err := io.WriteString(w, m.out.String()); err != nil {
		return fmt.Errorf("write briefing as Markdown: %w", err)
	}
	return nil
}

// markdown writes a document as Markdown.
type markdown struct{ out strings.Builder }

func (m *markdown) write(d *document) {
	m.block("# " + inline(d.Title))
	if d.Meta != "" {
		m.block("*" + inline(d.Meta) + "*")
	}
	for _, b := range d.Blocks {
		switch {
		case b.Level > 0:
			m.block(strings.Repeat("#", b.Level) + " " + inline(b.Heading))
		case b.Text != nil:
			m.block(paragraphOf(b.Text))
		case b.Note != nil:
			m.block("*" + inline(textOf(b.Note)) + "*")
		case b.List != nil:
			m.list("", b.List)
		case b.Table != nil:
			m.table(b.Table)
		}
	}
	if d.RefHeading == "" {
		return
	}
	m.block("## " + inline(d.RefHeading))
	for _, r := range d.References {
		m.footnote(r)
	}
}

// block writes a block, with an empty line before it.
func (m *markdown) block(text string) {
	if m.out.Len() > 0 {
		m.out.WriteByte('\n')
	}
	m.out.WriteString(text + "\n")
}

// list writes a list with an indent before each item.
func (m *markdown) list(indent string, items [][]run) {
	lines := make([]string, 0, len(items))
	for _, item := range items {
		lines = append(lines, indent+"- "+paragraphOf(item))
	}
	m.block(strings.Join(lines, "\n"))
}

func (m *markdown) table(t *table) {
	var lines []string
	head, rule := make([]string, 0, len(t.Columns)), make([]string, 0, len(t.Columns))
	for _, c := range t.Columns {
		head, rule = append(head, inline(c.Name)), append(rule, "---")
	}
	lines = append(lines, tableRow(head), tableRow(rule))
	for _, row := range t.Rows {
		cells := make([]string, 0, len(row))
		for _, cell := range row {
			cells = append(cells, inlineRuns(cell))
		}
		lines = append(lines, tableRow(cells))
	}
	m.block(strings.Join(lines, "\n"))
}

func tableRow(cells []string) string { return "| " + strings.Join(cells, " | ") + " |" }

// footnote writes a reference. What no run cites would be shown nowhere as a footnote,
// and is a paragraph with its number.
func (m *markdown) footnote(r reference) {
	label, indent := "[^"+strconv.Itoa(r.Number)+"]: ", "    "
	if !r.Cited {
		label, indent = `\[`+strconv.Itoa(r.Number)+`\] `, ""
	}
	text := paragraphOf(r.Text)
	if r.State != "" {
		text += " " + inline(r.State)
	}
	m.block(label + text)
	if len(r.Quotes) == 0 {
		return
	}
	var items [][]run
	for _, q := range r.Quotes {
		items = append(items, q.runs())
	}
	m.list(indent, items)
}

// inlineRuns writes runs within a line.
func inlineRuns(runs []run) string {
	var out strings.Builder
	for _, r := range runs {
		switch {
		case r.Cite > 0:
			out.WriteString("[^" + r.Text + "]")
		case r.URL != "" && r.URL == r.Text:
			out.WriteString("<" + r.URL + ">")
		case r.URL != "":
			out.WriteString("[" + inline(r.Text) + "](<" + r.URL + ">)")
		case r.Strong:
			out.WriteString("**" + inline(r.Text) + "**")
		default:
			out.WriteString(inline(r.Text))
		}
	}
	return out.String()
}

// paragraphOf is inlineRuns at the start of a line.
func paragraphOf(runs []run) string { return lineStart(inlineRuns(runs)) }

// special are the characters that can mean something within a line of GitHub's or
// Pandoc's Markdown.
var special = regexp.MustCompile("[\\\\`*_{}\\[\\]<>|~^$&!@#]|://|\\bwww\\.|:[a-z0-9_+-]+:|--|\\.\\.\\.")

// inline writes text so that it is read as it is.
func inline(text string) string {
	return special.ReplaceAllStringFunc(text, func(at string) string {
		switch at {
		case "www.":
			return `www\.`
		case "--":
			return `\-\-`
		case "...":
			return `\.\.\.`
		}
		return `\` + at // of an address or :emoji: the colon
	})
}

// blockMarks begin a line that is no paragraph: lists of all kinds, quotations, rules,
// definitions and Pandoc's title block.
var blockMarks = regexp.MustCompile(`^(?:[-+=:%>]|\(?(?:\d+|[A-Za-z]|[ivxlcdmIVXLCDM]+)[.)])`)

// lineStart makes the text of a line be read as a paragraph.
func lineStart(line string) string {
	at := blockMarks.FindString(line)
	switch {
	case at == "":
		return line
	case len(at) == 1:
		return `\` + line
	case at[0] == '(':
		return `\(` + at[1:len(at)-1] + `\` + line[len(at)-1:]
	}
	return at[:len(at)-1] + `\` + line[len(at)-1:]
}
