package ingest

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxTags  = 300_000 // of a page
	maxDepth = 512     // elements inside one another: the parser's own limit
)

var errDeep = fmt.Errorf("its HTML is nested deeper than %d elements", maxDepth)

// parseHTML parses HTML within bounds of size and depth.
func parseHTML(text string) (*html.Node, error) {
	tags, z := 0, html.NewTokenizer(strings.NewReader(text))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			tags++
		}
		if tags > maxTags {
			return nil, fmt.Errorf("its HTML has more than %d elements", maxTags)
		}
	}
	if err := z.Err(); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("its HTML is damaged: %w", err)
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil && strings.Contains(err.Error(), "open stack of elements") {
		return nil, errDeep
	}
	if err != nil {
		return nil, fmt.Errorf("its HTML is damaged: %w", err)
	}
	return root, nil
}

// parseFragment reads HTML that is all article, as feeds and front matter have
// it. Text without a tag comes back as its lines.
func parseFragment(text string) ([]block, error) {
	root, err := parseHTML(text)
	if err != nil {
		return nil, err
	}
	return blocksOf(root), nil
}

// blocksOf returns the paragraphs and headings below a node.
func blocksOf(n *html.Node) []block { return walkHTML(n, false) }

// pageBlocks returns those of a page, without what is furniture by its name.
func pageBlocks(n *html.Node) []block { return walkHTML(n, true) }

func walkHTML(n *html.Node, page bool) []block {
	w := htmlWalk{page: page, numbers: map[*html.Node]string{}}
	w.children(n)
	w.flush()
	return w.blocks
}

// cellBreak stands between the cells of a row.
const cellBreak = " | "

// furniture are names of classes and ids of what sites put around an article.
var furniture = regexp.MustCompile(`(?i)(?:^|\s)(?:ad|ads|advert|advertisement|share|social|related|recommend|comments?|breadcrumbs?|crumbs?|sidebar|pagination|pager|copyright|nav|navbar|menu|footer|toolbar|tags|post-tags|disclaimer|declare|qrcode)(?:\s|$)`)

func isFurniture(n *html.Node) bool {
	return furniture.MatchString(attribute(n, "class")) || furniture.MatchString(attribute(n, "id")) || attribute(n, "role") == "navigation"
}

// An htmlWalk gathers the text of inline elements until a block begins or ends.
type htmlWalk struct {
	blocks []block
	text   strings.Builder
	level  int    // of the heading that is being gathered
	pre    bool   // line ends count
	row    bool   // in a row of a table, whose cells are one block
	page   bool   // what is furniture by its name is passed over
	marker string // the number of the item that has no text yet
	// numbers are those of the items of ordered lists.
	numbers map[*html.Node]string
}

func (w *htmlWalk) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			w.write(c.Data)
		case html.ElementNode, html.DocumentNode:
			w.element(c)
		}
	}
}

func (w *htmlWalk) write(s string) {
	if w.marker != "" && strings.TrimSpace(s) != "" {
		w.text.WriteString(w.marker)
		w.marker = ""
	}
	w.text.WriteString(s)
}

func (w *htmlWalk) element(n *html.Node) {
	if w.page && isFurniture(n) {
		return
	}
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Math, atom.Iframe, atom.Object, atom.Canvas,
		atom.Audio, atom.Video, atom.Head, atom.Nav, atom.Footer, atom.Aside, atom.Button, atom.Select, atom.Textarea,
		atom.Dialog, atom.Figcaption, atom.Caption, atom.Rt, atom.Rp:
	case atom.Br, atom.Hr:
		w.breakLine()
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.flush()
		w.level, _ = strconv.Atoi(n.Data[1:])
		w.children(n)
		w.flush()
		w.level = 0
	case atom.Pre:
		outer := w.pre
		w.flush()
		w.pre = true
		w.children(n)
		w.flush()
		w.pre = outer
	case atom.Ol:
		w.numberItems(n)
		w.block(n)
	case atom.Li:
		w.flush()
		w.marker = w.numbers[n]
		w.block(n)
	case atom.Tr:
		w.tableRow(n)
	case atom.Sup, atom.Sub:
		if !isNoteMark(n) {
			w.write(moved(textOf(n), n.DataAtom == atom.Sup))
		}
	case atom.Div:
		if attribute(n, "class") != "footnotes" {
			w.block(n)
		}
	default:
		if isBlock(n.DataAtom) {
			w.block(n)
			return
		}
		w.children(n)
	}
}

func (w *htmlWalk) block(n *html.Node) {
	if w.row {
		w.text.WriteByte(' ')
		w.children(n)
		w.text.WriteByte(' ')
		return
	}
	w.flush()
	w.children(n)
	w.flush()
}

func (w *htmlWalk) breakLine() {
	switch {
	case w.row || w.level > 0:
		w.text.WriteByte(' ')
	default:
		w.flush()
	}
}

// tableRow makes one block of the cells of a row.
func (w *htmlWalk) tableRow(n *html.Node) {
	if w.row { // a table in a table
		w.children(n)
		return
	}
	w.flush()
	if isLayout(n) {
		for c := range n.ChildNodes() {
			w.block(c)
		}
		return
	}
	w.row = true
	var cells []string
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.children(c)
		if cell := cleanLine(w.text.String()); cell != "" {
			cells = append(cells, cell)
		}
		w.text.Reset()
	}
	w.row = false
	if len(cells) > 0 {
		w.blocks = append(w.blocks, block{text: strings.Join(cells, cellBreak)})
	}
}

const mostCell = 300 // characters of a cell that holds data

// isLayout reports whether a row puts parts of a page side by side, as pages did
// before there were other means, rather than data.
func isLayout(row *html.Node) bool {
	for n := range row.Descendants() {
		switch n.DataAtom {
		case atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Article, atom.Form:
			return true
		case atom.Td:
			if utf8.RuneCountInString(cleanLine(textOf(n))) > mostCell {
				return true
			}
		}
	}
	return false
}

// flush ends the block that is being gathered.
func (w *htmlWalk) flush() {
	text := w.text.String()
	w.text.Reset()
	if !w.pre {
		text = oneLine(text)
	}
	if text = clean(text); text != "" {
		w.blocks = append(w.blocks, block{text: text, level: w.level})
	}
}

// oneLine joins the lines of HTML source, between which a browser shows a blank,
// but none between Chinese characters.
func oneLine(text string) string {
	if !strings.ContainsAny(text, "\r\n") {
		return text
	}
	var lines []string
	for line := range strings.Lines(unifyLineEnds(text)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return joinLines(lines...)
}

// numberItems gives the items of an ordered list their numbers, when there is
// more than one: a number that stands alone is a heading's, broken off its list.
func (w *htmlWalk) numberItems(ol *html.Node) {
	number, err := strconv.Atoi(attribute(ol, "start"))
	if err != nil {
		number = 1
	}
	var items []*html.Node
	for c := range ol.ChildNodes() {
		if c.DataAtom == atom.Li {
			items = append(items, c)
		}
	}
	if len(items) < 2 {
		return
	}
	for i, li := range items {
		w.numbers[li] = strconv.Itoa(number+i) + ". "
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Ul, atom.Dl, atom.Dt, atom.Dd, atom.Blockquote, atom.Table, atom.Tbody, atom.Thead, atom.Tfoot,
		atom.Section, atom.Article, atom.Main, atom.Header, atom.Figure, atom.Details, atom.Summary, atom.Fieldset, atom.Address,
		atom.Body, atom.Html, atom.Center, atom.Hgroup, atom.Form:
		return true
	}
	return false
}
