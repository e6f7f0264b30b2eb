package eval

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var (
	// marker is a citation's: [3], [1,2]. One behind a backslash is the source's own.
	marker = regexp.MustCompile(`\[(\p{Nd}{1,3}(?:` + space + `*[,，、]` + space + `*\p{Nd}{1,3})*)\]`)
	// foreignMarker is one that should have become a marker, or vanished.
	foreignMarker = regexp.MustCompile(`【` + handles + `】|［` + handles + `］|\[` + space + `*[Ss]\p{Nd}{1,3}(?:` + space + `*[,，、]` + space + `*[Ss]?\p{Nd}{1,3})*` + space + `*\]`)
	number        = regexp.MustCompile(`\p{Nd}+`)
)

const (
	space   = `[\s\v\x{1C}-\x{1F}\x{85}\p{Z}]`
	handles = space + `*[Ss]?\p{Nd}{1,3}(?:` + space + `*[,，、]` + space + `*[Ss]?\p{Nd}{1,3})*` + space + `*`
)

// unescaped returns the matches of a form of marker that no backslash stands
// before.
func unescaped(form *regexp.Regexp, s string) [][]int {
	var out [][]int
	for _, m := range form.FindAllStringIndex(s, -1) {
		if m[0] == 0 || s[m[0]-1] != '\\' {
			out = append(out, m)
		}
	}
	return out
}

// markers returns the numbers that an answer cites, in reading order.
func markers(answer string) []int {
	var out []int
	for _, m := range unescaped(marker, answer) {
		for _, digits := range number.FindAllString(answer[m[0]:m[1]], -1) {
			if n, err := strconv.Atoi(norm.NFKC.String(digits)); err == nil {
				out = append(out, n)
			}
		}
	}
	return out
}

// replaceMarkers puts a text in the place of each match.
func replaceMarkers(form *regexp.Regexp, s, by string) string {
	var out strings.Builder
	from := 0
	for _, m := range unescaped(form, s) {
		out.WriteString(s[from:m[0]] + by)
		from = m[1]
	}
	return out.String() + s[from:]
}

// stripMarkers puts a mark that is in no fact in the place of every marker, so
// that what stands around one does not run together.
func stripMarkers(s string) string {
	return replaceMarkers(foreignMarker, replaceMarkers(marker, s, "|"), "|")
}

// answerLength is how long an answer is to read, in code points: markers do not
// count.
func answerLength(answer string) int {
	return utf8.RuneCountInString(replaceMarkers(marker, answer, ""))
}
