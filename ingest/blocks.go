package ingest

import (
	"strings"
	"unicode/utf8"

	"chuchu/corpus"
)

// A block is a paragraph, a row of a table, or, with a level from 1, a heading.
type block struct {
	text  string
	level int
	// told says that the heading is told by its looks: it divides the text, but is
	// no better a title than the first line.
	told bool
}

// draftOf makes an article of blocks. Each is cleaned by itself, so that the
// places of headings are those in the text.
func draftOf(blocks []block) Draft {
	var d Draft
	var text strings.Builder
	length := 0
	for _, b := range blocks {
		s := clean(b.text)
		if s == "" {
			continue
		}
		if length > 0 {
			text.WriteByte('\n')
			length++
		}
		end := length + utf8.RuneCountInString(s)
		if b.level > 0 && !strings.Contains(s, "\n") {
			d.Headings = append(d.Headings, Heading{Start: length, End: end, Level: b.level})
		}
		text.WriteString(s)
		length = end
	}
	d.Article = corpus.Article{Text: text.String()}
	return d
}
