package ingest

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// parseText reads plain text: a line is a paragraph, but for lines that were
// broken to a width, and for text taken from paged documents.
func parseText(text string) []block {
	lines := strings.Split(unifyLineEnds(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(cleanLine(stars(line)), " ")
	}
	return markHeadings(dropRepeated(unwrap(joinFlattened(lines))))
}

// doubleStars are left where emphasis was written beside Chinese punctuation, or
// in text that is not read as Markdown.
var doubleStars = regexp.MustCompile(`\*\*`)

// stars removes marks of emphasis that stand beside a Chinese character.
func stars(line string) string {
	if !strings.Contains(line, "**") {
		return line
	}
	var out strings.Builder
	from := 0
	for _, at := range doubleStars.FindAllStringIndex(line, -1) {
		before, _ := utf8.DecodeLastRuneInString(line[:at[0]])
		after, _ := utf8.DecodeRuneInString(line[at[1]:])
		out.WriteString(line[from:at[0]])
		if !isWide(before) && !isWide(after) && !isNeutral(before) && !isNeutral(after) {
			out.WriteString("**")
		}
		from = at[1]
	}
	return out.String() + line[from:]
}

const (
	leastWrap = 40  // columns of lines that were broken to a width
	mostWrap  = 120 // columns
	wrapLines = 3   // lines of a paragraph from which a width is told
)

// unwrap joins the lines of paragraphs that were broken to a width: all lines
// but the last are nearly as wide as the widest.
func unwrap(lines []string) []string {
	var out []string
	for i := 0; i < len(lines); {
		end := i
		for end < len(lines) && lines[end] != "" {
			end++
		}
		if isWrapped(lines[i:end]) {
			out = append(out, joinLines(lines[i:end]...))
		} else {
			out = append(out, lines[i:end]...)
		}
		i = end + 1
	}
	return out
}

func isWrapped(lines []string) bool {
	if len(lines) < wrapLines {
		return false
	}
	widest, narrowest, inside := 0, mostWrap+1, 0
	for _, line := range lines[:len(lines)-1] {
		widest, narrowest = max(widest, columns(line)), min(narrowest, columns(line))
		if !endsSentence(line) && !isItem(line) {
			inside++
		}
	}
	return widest >= leastWrap && widest <= mostWrap && narrowest*5 >= widest*4 && inside*2 > len(lines)-1
}

const repeatedRunes = 40 // of what is not written twice on purpose

// dropRepeated removes blank lines, a paragraph that repeats the one before, and
// at the end of a paragraph the sentence that repeats the end of the one before,
// as the seam of two pages leaves it.
func dropRepeated(lines []string) []string {
	var out []string
	for _, line := range lines {
		if len(out) > 0 && line == out[len(out)-1] && utf8.RuneCountInString(line) >= repeatedRunes {
			continue
		}
		if line != "" {
			out = append(out, dropEcho(line))
		}
	}
	return out
}

func dropEcho(line string) string {
	if utf8.RuneCountInString(line) < 2*repeatedRunes {
		return line
	}
	runes := []rune(line)
	ends := sentenceEnds(runes)
	if len(ends) < 2 {
		return line
	}
	last := ends[len(ends)-2]
	if len(runes)-last >= repeatedRunes && strings.HasSuffix(string(runes[:last]), string(runes[last:])) {
		return string(runes[:last])
	}
	return line
}

const (
	leastHeading  = 4  // characters
	mostHeading   = 40 // characters
	leastSection  = 40 // characters of the paragraph that follows
	textHeading   = 3  // the level of a heading that is told by its looks
	headingBefore = "。！？!?…”\"』」）):：；;"
)

// markHeadings makes headings of the lines that look like one: short, without a
// mark at their end, between a finished paragraph and a longer one.
func markHeadings(lines []string) []block {
	blocks := make([]block, len(lines))
	for i, line := range lines {
		blocks[i] = block{text: line}
		if i > 0 && i+1 < len(lines) && looksLikeHeading(lines[i-1], line, lines[i+1]) {
			blocks[i].level, blocks[i].told = textHeading, true
		}
	}
	return blocks
}

// caption is what tells a line under a picture or in a list from a heading.
var caption = regexp.MustCompile(`来源|^[图表] ?\d|^•`)

func looksLikeHeading(before, line, after string) bool {
	n := utf8.RuneCountInString(line)
	last, _ := utf8.DecodeLastRuneInString(line)
	lastBefore, _ := utf8.DecodeLastRuneInString(before)
	return n >= leastHeading && n <= mostHeading && utf8.RuneCountInString(after) >= leastSection &&
		!strings.ContainsRune("。！!…；;，,：:、”\"）)", last) && !strings.ContainsAny(line, "。；") &&
		strings.ContainsRune(headingBefore, lastBefore) && !isRow(line) && !caption.MatchString(line)
}
