package ingest

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An article is what a parser finds in a text format: what it says of itself,
// and its paragraphs.
type article struct {
	Meta
	blocks []block
	fault  error // why its text could not be read
	// exported is set when the text was cleaned before, by an export.
	exported *exported
}

// draft makes the draft of an article whose source says what meta says.
func (a article) draft(meta Meta) Draft {
	a.Meta = meta.over(a.Meta)
	if a.exported != nil {
		return a.exported.onto(a.withText(a.blocks))
	}
	blocks, author := dropBoilerplate(dropReferences(a.blocks), a.Outlet)
	if author != "" && meta.Author == "" {
		if a.Outlet == "" && a.Author != author {
			a.Outlet = a.Author // a portal that names itself where the author belongs
		}
		a.Author = author
	}
	if a.Title == "" {
		a.Title = firstLine(blocks)
	}
	if len(blocks) > 1 && isTitle(blocks[0], a.Title) {
		blocks = blocks[1:]
	}
	return a.withText(blocks)
}

func (a article) withText(blocks []block) Draft {
	d := draftOf(blocks)
	d.DeclaredID = a.ID
	t := &d.Article
	t.URL, t.Title, t.Outlet, t.Author = a.URL, a.Title, a.Outlet, a.Author
	t.Language, t.Published, t.Tags = a.Language, a.Published, a.Tags
	return d
}

// isTitle reports whether the text begins with a line that only says the title.
func isTitle(first block, title string) bool {
	line := cleanLine(first.text)
	return line == cleanLine(title) && (first.level > 0 || !endsSentence(line))
}

const titleRunes = 60 // characters of a title taken from the text

// firstLine returns the first heading that the source marks as one, or else the
// first line, cut.
func firstLine(blocks []block) string {
	line := ""
	for _, b := range blocks {
		marked := b.level > 0 && !b.told
		if s := cleanLine(b.text); s != "" && (line == "" || marked) {
			line = s
			if marked {
				break
			}
		}
	}
	return cut(line, titleRunes)
}

// cut returns the first n characters of a line.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return strings.TrimSpace(s[:i])
		}
		n--
	}
	return s
}

const (
	leastHan   = .1 // share of Chinese characters among the letters of Chinese text
	leastLatin = .7 // share of Latin letters in English text
)

// languageOf tells a language by its letters, empty for one that is neither
// Chinese nor written like English.
func languageOf(text string) string {
	han, latin, letters := 0, 0, 0
	for i, r := range text {
		if i > languageBytes {
			break
		}
		switch {
		case unicode.Is(unicode.Han, r):
			han++
			letters++
		case r < utf8.RuneSelf && unicode.IsLetter(r):
			latin++
			letters++
		case unicode.IsLetter(r):
			letters++
		}
	}
	switch {
	case letters == 0:
		return ""
	case share(han, letters) >= leastHan:
		return "zh"
	case share(latin, letters) >= leastLatin:
		return "en"
	}
	return ""
}

const languageBytes = 64 << 10 // of a text suffice

// each yields the drafts of articles.
func each(ctx context.Context, s Source, all []article) iter.Seq2[Draft, error] {
	return func(yield func(Draft, error) bool) {
		for i, a := range all {
			d, err := Draft{}, error(nil)
			if a.fault != nil {
				err = refuse(fmt.Sprintf("%s#%d", s.Name, i+1), a.fault.Error())
			} else {
				d = a.draft(s.Meta)
			}
			d.Place = i
			if ctx.Err() != nil || !yield(d, err) {
				return
			}
		}
	}
}
