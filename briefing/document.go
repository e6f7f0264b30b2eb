package briefing

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A document is a briefing laid out for reading, before it is Markdown, HTML or a Word
// file: all three are written from it, so that they have the same sentences under the
// same numbers. compose makes it. All text in it is clean: one line, and nothing that
// XML forbids.
//
// The fields have capitals for the HTML template.
type document struct {
	Title      string
	Language   string // of its labels: zh-CN or en
	Meta       string // audience, period, day; may be empty
	Blocks     []block
	RefHeading string // empty where there are no references
	References []reference
	Back       string // says that a link leads back to where something is cited
}

// English reports whether the labels are in English.
func (d *document) English() bool { return d.Language == "en" }

// A block is a part of a document. Exactly one of the fields after Level is set.
type block struct {
	Level   int // of a heading, from 2; 0 of all others
	Heading string
	Text    []run // a paragraph
	Note    []run // one about the document, which is no part of what it says
	List    [][]run
	Table   *table
}

// A table has as many cells in each row as columns.
type table struct {
	Columns []column
	Named   bool // the first cell of a row says what the row is about
	Rows    [][]cell
}

// A column is one of a table; a narrow one has dates and the like, which are not
// broken into lines.
type column struct {
	Name   string
	Narrow bool
}

// A cell is what stands in a table in one place.
type cell []run

// A run is text of one kind.
type run struct {
	Text   string
	Strong bool
	Soft   bool   // says where the text before it is from
	URL    string // http or https, where the text is a link
	Cite   int    // the number that it cites, 0 of plain text; Text is the number then
	Quote  int    // of the quotations of that reference the one it rests on, from 1; 0 for none
	Tip    string // names that article
	Use    int    // this is the so many-th run that cites the number, from 1
}

// Anchor names a run that cites something, for links within the document.
func (r run) Anchor() string { return fmt.Sprintf("c-%d-%d", r.Cite, r.Use) }

// Target is the link from there to the quotation it rests on, or to the reference.
func (r run) Target() string {
	if r.Quote > 0 {
		return fmt.Sprintf("#q-%d-%d", r.Cite, r.Quote)
	}
	return fmt.Sprintf("#ref-%d", r.Cite)
}

// A reference is an entry of the reference list.
type reference struct {
	Number int
	Text   []run
	State  string // says that the article has changed or is gone; empty otherwise
	Quotes []quotation
	Cited  bool // a run of the document cites it
}

// A quotation is what a sentence rests on, in the article's words, cut where it is long.
type quotation struct {
	Number int // in its reference, from 1
	Text   string
	Use    int    // the first run that rests on it, as Use counts; 0 for none
	URL    string // where it opens in the reading room; empty where that is not known
	Open   string // says that the link leads there
}

// runs are the quotation and the link that opens it.
func (q quotation) runs() []run {
	list := []run{{Text: q.Text}}
	if q.URL != "" {
		list = append(list, run{Text: " "}, run{Text: q.Open, URL: q.URL})
	}
	return list
}

// quotationChars are as many as a reader needs to find the place; of what is longer,
// beginning and end are shown.
const quotationChars = 240

// shortQuotation cuts a long quotation in its middle.
func shortQuotation(text string) string {
	r := []rune(text)
	if len(r) <= quotationChars {
		return text
	}
	return string(r[:quotationChars*3/4]) + "……" + string(r[len(r)-quotationChars/4:])
}

var (
	lineEnds    = regexp.MustCompile(`\s*[\n\r\v\f\x{85}\x{2028}\x{2029}]\s*|\t`)
	literalText = strings.NewReplacer(`\[`, `[`, `\]`, `]`, "\\`", "`")
)

// clean makes a text one line, without the characters that XML 1.0 forbids, other
// controls, and those that change the direction of what follows.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85:
			return r
		case unicode.IsControl(r), r == 0xfffe, r == 0xffff, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	return strings.TrimSpace(lineEnds.ReplaceAllString(text, " "))
}

// plainRuns is clean text as runs, none for none.
func plainRuns(text string) []run {
	if text = clean(text); text == "" {
		return nil
	}
	return []run{{Text: text}}
}

// textOf is what runs say, without the numbers they cite.
func textOf(runs []run) string {
	var out strings.Builder
	for _, r := range runs {
		if r.Cite == 0 {
			out.WriteString(r.Text)
		}
	}
	return out.String()
}

// isWide reports whether r needs no blank between it and another sentence.
func isWide(r rune) bool { return r >= 0x2e80 || strings.ContainsRune("“”‘’…—", r) }

// between returns what stands between two sentences of a paragraph.
func between(before, after string) string {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	if before == "" || after == "" || isWide(last) || isWide(first) {
		return ""
	}
	return " "
}

// isEnded reports whether a sentence has the mark of its end.
func isEnded(text string) bool {
	text = strings.TrimRight(text, ` ”’"'」』）)】]`)
	last, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune("。！？；…：.!?;:", last)
}
