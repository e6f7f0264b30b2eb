package ingest

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// joinFlattened repairs the lines of a plain text that was taken from a document
// laid out for paper: it drops the table of contents and running headers, all
// but the first of each, and joins the sentences that page breaks cut. A text
// that shows neither a table of contents nor a running header comes back as it
// is. Blank lines are "".
func joinFlattened(lines []string) []string {
	kept, contents := dropContents(lines)
	kept, headers := dropRecurring(kept, contents)
	if !contents && !headers {
		return lines
	}
	return joinCut(kept)
}

// contentsLine is a line of a table of contents: "- 12 Title", "3 Title" or
// "Title …… 12".
var contentsLine = regexp.MustCompile(`^(?:[-–·•*]\s*)?(\d{1,3})\s+\S.{0,48}$|^\S.{0,48}?[.．…·\s]{3,}(\d{1,3})$`)

const (
	leastContents = 6   // lines of a table of contents
	mostContents  = 500 // lines of one
	pagesPerLine  = 1.5 // pages between two of them on average; an ordered list has 1
)

// dropContents removes the tables of contents.
func dropContents(lines []string) (kept []string, found bool) {
	for i := 0; i < len(lines); {
		end, pages := contentsBlock(lines, i)
		if end > i && isContents(pages) {
			i, found = end, true
			continue
		}
		end = max(end, i+1)
		kept = append(kept, lines[i:end]...)
		i = end
	}
	return kept, found
}

// contentsBlock returns the end of the lines from i on that look like those of a
// table of contents, blank ones between them included, and their page numbers.
func contentsBlock(lines []string, i int) (end int, pages []int) {
	end = i
	for j := i; j < len(lines) && len(pages) < mostContents; j++ {
		line := strings.TrimSpace(lines[j])
		if line == "" && j > i {
			continue
		}
		if len(line) > shortLine || endsSentence(line) {
			break
		}
		m := contentsLine.FindStringSubmatch(line)
		if m == nil {
			break
		}
		n, _ := strconv.Atoi(m[1] + m[2])
		pages = append(pages, n)
		end = j + 1
	}
	return end, pages
}

// isContents tells page numbers from the numbers of an ordered list: most of
// them rise, and by more than one each.
func isContents(pages []int) bool {
	if len(pages) < leastContents {
		return false
	}
	rising := longestRise(pages)
	span := rising[len(rising)-1] - rising[0]
	return len(rising)*5 >= len(pages)*3 && float64(span) >= pagesPerLine*float64(len(rising)-1)
}

// longestRise returns the longest strictly rising subsequence.
func longestRise(a []int) []int {
	length, before := make([]int, len(a)), make([]int, len(a))
	best := 0
	for i := range a {
		before[i] = -1
		for j := range i {
			if a[j] < a[i] && length[j]+1 > length[i] {
				length[i], before[i] = length[j]+1, j
			}
		}
		if length[i] > length[best] {
			best = i
		}
	}
	rise := make([]int, length[best]+1)
	for i, k := best, length[best]; i >= 0; i, k = before[i], k-1 {
		rise[k] = a[i]
	}
	return rise
}

const (
	leastHeaders = 3  // times a running header recurs
	headerLength = 40 // characters a running header has at most
	headerNumber = "0123456789 \t-–—.·•☼★|/"
)

// dropRecurring removes the lines that recur at former page tops, but for the
// first of each. Captions and other lines with a colon or a final mark are
// content. Unless the text is known to be flattened, a header must come with
// different chapter or page numbers: a line that only recurs may be a refrain.
func dropRecurring(lines []string, flattened bool) (kept []string, found bool) {
	seen := map[string]*recurring{}
	for _, line := range lines {
		key := headerKey(line)
		if key == "" {
			continue
		}
		if r := seen[key]; r == nil {
			seen[key] = &recurring{times: 1, first: line}
		} else {
			r.times++
			r.numbered = r.numbered || line != r.first
		}
	}
	for _, line := range lines {
		r := seen[headerKey(line)]
		if r != nil && r.times >= leastHeaders && (flattened || r.numbered) {
			found = true
			if r.kept {
				continue
			}
			r.kept = true
		}
		kept = append(kept, line)
	}
	return kept, found
}

// recurring counts a line, whatever numbers stand around it.
type recurring struct {
	first    string
	times    int
	numbered bool // the numbers differ
	kept     bool
}

// headerKey is what a running header has in common with its repetitions, empty
// for a line that is none.
func headerKey(line string) string {
	line = strings.TrimSpace(line)
	if n := utf8.RuneCountInString(line); n > headerLength || endsSentence(line) || strings.ContainsAny(line, "：:|") {
		return ""
	}
	key := strings.Trim(line, headerNumber)
	if utf8.RuneCountInString(key) < 6 {
		return ""
	}
	return key
}

// joinCut joins a paragraph that stops inside a sentence with the one after the
// single blank line that a page break left.
func joinCut(lines []string) []string {
	var out []string
	for i := 0; i < len(lines); i++ {
		n := len(out)
		if n >= 2 && strings.TrimSpace(out[n-1]) == "" && lines[i] != "" && goesOn(out[n-2], lines[i]) {
			out = append(out[:n-2], joinLines(strings.TrimSpace(out[n-2]), strings.TrimSpace(lines[i])))
			continue
		}
		out = append(out, lines[i])
	}
	return out
}

const (
	leastCut = 25      // characters before a cut; what is shorter is a heading or a caption
	mostCut  = 8 << 10 // bytes before one; no paragraph is longer
)

// goesOn reports whether a paragraph stops inside a sentence that the next one
// goes on with.
func goesOn(before, next string) bool {
	before, next = strings.TrimSpace(before), strings.TrimSpace(next)
	switch {
	case next == "" || len(before) > mostCut || utf8.RuneCountInString(before) < leastCut || endsSentence(before):
		return false
	case strings.Contains(before, "来源") || !strings.ContainsAny(before, "，。、；,"):
		return false // a caption or a heading
	case startsBlock(before) || startsBlock(next) || isItem(next) || isRow(next):
		return false
	}
	return !strings.HasPrefix(next, "来源")
}

// startsBlock reports whether a line says by its first character that it is a
// paragraph of its own.
func startsBlock(line string) bool {
	first, _ := utf8.DecodeRuneInString(line)
	return strings.ContainsRune("#|>[【（▶", first)
}
