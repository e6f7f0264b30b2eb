package ingest

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

// The parser's time grows with the square of how deep quotations and lists are
// nested, and of the links in a paragraph.
const (
	maxQuotes = 100
	maxLinks  = 10_000
)

// deepMarkdown is a line that opens more containers than that.
var deepMarkdown = regexp.MustCompile(fmt.Sprintf(`(?m)^(?:[ \t]*(?:>|[-+*][ \t]|\d{1,9}[.)][ \t])){%d}`, maxQuotes))

// Chinese punctuation beside marks of emphasis keeps CommonMark from seeing them:
// in **《书》**的 the first pair does not open and the second does not close. A
// zero-width space, which clean takes out again, stands for a letter to it.
var (
	fourStars   = regexp.MustCompile(`([^*\s])\*{4}([^*\s])`)
	starsBefore = regexp.MustCompile(`([^*\s\w])\*\*([^*\s])`)
	starsAfter  = regexp.MustCompile(`([^*\s])\*\*([^*\s\w])`)
)

func openEmphasis(source string) string {
	source = fourStars.ReplaceAllString(source, "$1**\u200b**$2")
	source = starsBefore.ReplaceAllString(source, "$1\u200b**$2")
	return starsAfter.ReplaceAllString(source, "$1**\u200b$2")
}

// parseMarkdown reads CommonMark with tables and footnotes, of which the notes
// are left out. It is made HTML first, so that HTML inside it is read too.
func parseMarkdown(source string) ([]block, error) {
	if deepMarkdown.MatchString(source) {
		return nil, fmt.Errorf("its Markdown is nested deeper than %d", maxQuotes)
	}
	for paragraph := range strings.SplitSeq(source, "\n\n") {
		if strings.Count(paragraph, "](")+strings.Count(paragraph, "]:") > maxLinks {
			return nil, fmt.Errorf("its Markdown has a paragraph of more than %d links", maxLinks)
		}
	}
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList, extension.Footnote),
		goldmark.WithParserOptions(parser.WithAttribute()), goldmark.WithRendererOptions(html.WithUnsafe()))
	var out bytes.Buffer
	b := []byte(openEmphasis(unifyLineEnds(source)))
	if err := md.Renderer().Render(&out, b, md.Parser().Parse(text.NewReader(b))); err != nil {
		return nil, fmt.Errorf("read Markdown: %w", err)
	}
	blocks, err := parseFragment(out.String())
	for i := range blocks {
		blocks[i].text = stars(blocks[i].text)
	}
	return blocks, err
}

// markdownSigns are what hardly stands in other text.
var markdownSigns = []*regexp.Regexp{
	regexp.MustCompile(`(?m)^ {0,3}#{1,6} \S`),
	regexp.MustCompile("(?m)^ {0,3}(?:```|~~~)"),
	regexp.MustCompile(`!?\[[^\]\n]*\]\((?:https?:|/|\.|#|data:)[^)\n]*\)`),
	regexp.MustCompile(`(?m)^\|[^\n]*\|[ \t]*\n\|[ :|-]+\|[ \t]*$`),
	regexp.MustCompile(`(?m)^[^\n]+\n(?:={3,}|-{3,})[ \t]*$`),
}

func isMarkdown(s string) bool {
	for _, sign := range markdownSigns {
		if sign.MatchString(s) {
			return true
		}
	}
	return strings.Contains(s, `\[`) && strings.Contains(s, `\]`)
}
