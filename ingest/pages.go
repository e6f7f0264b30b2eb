package ingest

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// joinPages makes paragraphs of the pages of a document that was laid out for
// paper, as pdftotext -layout writes them: running headers, footers and page
// numbers go, the lines of a paragraph become one, and so do the two parts of a
// sentence that a page break cut. The rows of a table stay lines of their own,
// their cells joined by " | ".
func joinPages(pages []string) []string {
	laid := make([][]pageLine, len(pages))
	for i, page := range pages {
		laid[i] = readLines(page)
	}
	dropRunning(laid)
	var paragraphs [][]string // as lines
	open := pageLine{}        // the last line of the page before
	for _, lines := range laid {
		if len(lines) == 0 {
			continue
		}
		p := newPage(lines)
		texts := p.paragraphs()
		if len(paragraphs) > 0 && p.continues(open) {
			paragraphs[len(paragraphs)-1] = append(paragraphs[len(paragraphs)-1], texts[0]...)
			texts = texts[1:]
		}
		paragraphs = append(paragraphs, texts...)
		open = lines[len(lines)-1]
		open.full = p.isFull(open)
	}
	var joined []string
	for _, lines := range paragraphs {
		joined = append(joined, joinLines(lines...))
	}
	return joined
}

// A pageLine is a line that is not blank. Columns are as wide as a Latin letter.
type pageLine struct {
	text   string // without the blanks around it
	indent int    // columns before it
	end    int    // the column where it ends
	blank  bool   // a blank line stands before it
	full   bool   // it reaches the right margin
}

func readLines(page string) []pageLine {
	var lines []pageLine
	blank := false
	for raw := range strings.Lines(page) {
		text := strings.TrimSpace(raw)
		if text == "" {
			blank = true
			continue
		}
		indent := columns(raw[:strings.Index(raw, text)])
		lines = append(lines, pageLine{text: text, indent: indent, end: indent + columns(text), blank: blank})
		blank = false
	}
	return lines
}

// columns is the width of a text where an East Asian wide character takes two.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n++
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}

const (
	edgeLines    = 3  // so many lines at the top and at the bottom may be running
	runningWidth = 90 // columns a running line has at most
)

// dropRunning removes the lines that stand at the top or at the bottom of at
// least two, and of three in ten, pages, the same but for the page number.
func dropRunning(pages [][]pageLine) {
	needed := max(2, (len(pages)*3+9)/10)
	top, bottom := map[string]int{}, map[string]int{}
	for i, lines := range pages {
		edge := min(edgeLines, len(lines))
		count(top, lines[:edge], i)
		count(bottom, lines[len(lines)-edge:], i)
	}
	running := func(in map[string]int, line pageLine, page int) bool {
		for _, s := range signatures(line.text, page) {
			if line.end-line.indent <= runningWidth && in[s] >= needed {
				return true
			}
		}
		return false
	}
	for i, lines := range pages {
		first, last := 0, len(lines)
		for first < min(edgeLines, last) && running(top, lines[first], i) {
			first++
		}
		for last > max(first, len(lines)-edgeLines) && running(bottom, lines[last-1], i) {
			last--
		}
		pages[i] = lines[first:last]
	}
}

// count counts the signatures of the lines at one edge of a page, each once.
func count(in map[string]int, lines []pageLine, page int) {
	seen := map[string]bool{}
	for _, line := range lines {
		for _, s := range signatures(line.text, page) {
			if !seen[s] {
				seen[s] = true
				in[s]++
			}
		}
	}
}

var (
	number  = regexp.MustCompile(`\d{1,4}`)
	chapter = regexp.MustCompile(`^第\d{1,3}[章节篇部讲课]`)
)

// signatures returns forms of a line that are the same on another page: the line
// itself, and for each number in it the line with the number's distance to the
// place of the page, which a page number keeps and a chapter number does not.
func signatures(line string, page int) []string {
	line = strings.Join(strings.Fields(line), "")
	out := []string{line}
	if chapter.MatchString(line) {
		return out
	}
	for _, at := range number.FindAllStringIndex(line, 4) {
		n := 0
		fmt.Sscan(strings.TrimLeft(line[at[0]:at[1]-1], "0")+line[at[1]-1:at[1]], &n)
		out = append(out, fmt.Sprintf("%s\x00%d\x00%s", line[:at[0]], n-page, line[at[1]:]))
	}
	return out
}

// A page is lines with what is common to them.
type page struct {
	lines  []pageLine
	left   int  // column of the left margin
	right  int  // column of the right margin
	spaced bool // most lines have a blank line before them, so it says nothing
	indent bool // first lines of paragraphs are indented, so others begin none
}

func newPage(lines []pageLine) page {
	p := page{lines: lines, left: lines[0].indent}
	blanks, indented := 0, 0
	for _, l := range lines {
		p.left = min(p.left, l.indent)
		p.right = max(p.right, l.end)
		if l.blank {
			blanks++
		}
	}
	for _, l := range lines {
		if l.indent >= p.left+2 && l.indent <= p.left+8 && l.end*4 >= p.right*3 {
			indented++
		}
	}
	p.indent = indented >= 2 && indented*2 <= len(lines)
	p.spaced = blanks*5 > len(lines)*3 && len(lines) > 5
	return p
}

// isFull reports whether a line goes so far to the right that its paragraph may
// go on in the next.
func (p page) isFull(l pageLine) bool {
	reach := (l.end - p.left) * 100
	if endsSentence(l.text) && !p.indent {
		return reach >= 93*(p.right-p.left)
	}
	return reach >= 75*(p.right-p.left)
}

// paragraphs returns the lines of each paragraph.
func (p page) paragraphs() [][]string {
	var out [][]string
	for i, l := range p.lines {
		text := l.text
		if isRow(l.text) {
			text = cellGap.ReplaceAllString(text, " | ")
		}
		if i > 0 && !p.begins(p.lines[i-1], l) {
			out[len(out)-1] = append(out[len(out)-1], text)
			continue
		}
		out = append(out, []string{text})
	}
	return out
}

// begins reports whether a paragraph begins with the line after before.
func (p page) begins(before, l pageLine) bool {
	switch {
	case l.blank && !p.spaced, isRow(l.text), isRow(before.text), isItem(l.text), !p.isFull(before):
		return true
	case isItem(before.text):
		return false
	}
	return l.indent > before.indent+1
}

// continues reports whether the page goes on with the sentence of the last line
// of the page before.
func (p page) continues(last pageLine) bool {
	first := p.lines[0]
	return last.full && !endsSentence(last.text) && !isRow(last.text) && !isRow(first.text) &&
		!isItem(first.text) && first.indent <= p.left+1
}

var (
	gap     = regexp.MustCompile(` {3,}`) // makes a line a row
	cellGap = regexp.MustCompile(` {2,}`) // parts the cells of one
	item    = regexp.MustCompile(`^([•·●○■◆▪➢✓\-–—*] ?\S|[（(]?[一二三四五六七八九十]{1,3}[）)、]|[（(]?\d{1,2}[）)、.] ?[^\d\s]|[①-⑳]|第[一二三四五六七八九十百\d]{1,3}[章节篇条]|图 ?\d|表 ?\d)`)
)

// isRow reports whether the line is a row of a table: cells with wide gaps.
func isRow(line string) bool { return gap.MatchString(line) }

// isItem reports whether the line begins an item of a list, a numbered heading
// or a caption.
func isItem(line string) bool { return item.MatchString(line) }

// inColumns reports whether most lines of laid out pages are those of two or
// more columns of running text side by side, which -layout mixes up.
func inColumns(pages []string) bool {
	all, split := 0, 0
	for _, p := range pages {
		for _, l := range readLines(p) {
			cells := gap.Split(l.text, -1)
			all++
			if len(cells) >= 2 && len(cells) <= 3 && columns(cells[0]) >= 20 && columns(cells[1]) >= 20 {
				split++
			}
		}
	}
	return all >= 10 && split*5 >= all*2
}

// joinLines joins the lines of one paragraph: without a blank beside a Chinese
// character, and a hyphenated Latin word into one.
func joinLines(lines ...string) string {
	var out strings.Builder
	for i, line := range lines {
		if i+1 < len(lines) {
			line = withSeam(line, lines[i+1])
		}
		out.WriteString(line)
	}
	return out.String()
}

// withSeam returns a line as it stands before the next one.
func withSeam(a, b string) string {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	if a == "" || b == "" {
		return a
	}
	rest, hyphen := strings.CutSuffix(a, "-")
	if before, _ := utf8.DecodeLastRuneInString(rest); hyphen && isLatin(before) && unicode.IsLower(first) {
		return rest
	}
	if isWide(last) || isWide(first) || isNeutral(last) && isNeutral(first) {
		return a
	}
	return a + " "
}

// isWide reports whether a character is set without blanks around it.
func isWide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) ||
		r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF
}

// isNeutral reports whether a mark is used in Chinese and in English.
func isNeutral(r rune) bool { return strings.ContainsRune("“”‘’…—", r) }

const headingWidth = 60 // columns a heading has at most

// outlines are the ways of numbering headings, from the outermost.
var outlines = []*regexp.Regexp{
	regexp.MustCompile(`^第[一二三四五六七八九十\d]{1,3}[章篇部]|^(?i:chapter|part) \d`),
	regexp.MustCompile(`^第[一二三四五六七八九十\d]{1,3}节|^[一二三四五六七八九十]{1,3}、|^\d{1,2}[.．]? [^\d\s]`),
	regexp.MustCompile(`^[（(][一二三四五六七八九十]{1,3}[）)]|^\d{1,2}\.\d{1,2}[. ]`),
	regexp.MustCompile(`^\d{1,2}\.\d{1,2}\.\d{1,2}[. ]`),
}

// pagedBlocks finds the numbered headings among paragraphs; what is set larger
// cannot be seen in plain text.
func pagedBlocks(paragraphs []string) []block {
	blocks := make([]block, len(paragraphs))
	for i, text := range paragraphs {
		blocks[i] = block{text: text}
		if columns(text) > headingWidth || endsSentence(text) || isRow(text) || strings.ContainsAny(text, "，；|") {
			continue
		}
		for level, numbering := range outlines {
			if numbering.MatchString(text) {
				blocks[i].level, blocks[i].told = level+1, true
			}
		}
	}
	return blocks
}
