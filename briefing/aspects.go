package briefing

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed aspects.txt
var aspectsFile string

// An aspect is something that briefings are asked about again and again: results,
// people, prices. What a reader calls it is seldom what articles tell of it by.
type aspect struct {
	named  *regexp.Regexp // how requests name it
	zh, en string         // its heading
	words  string         // of articles, parted by blanks
}

// commonAspects returns the aspects of aspects.txt.
var commonAspects = sync.OnceValue(func() []aspect {
	list, err := readAspects(aspectsFile)
	if err != nil {
		panic(err) // a test reads the file
	}
	return list
})

func readAspects(file string) (list []aspect, err error) {
	for n, line := range strings.Split(file, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		named, rest, ok := strings.Cut(line, " => ")
		parts := strings.Split(rest, " | ")
		if !ok || len(parts) != 3 {
			return nil, fmt.Errorf("aspects.txt:%d: want PATTERN => 标题 | heading | words", n+1)
		}
		pattern, err := regexp.Compile("(?i)" + named)
		if err != nil {
			return nil, fmt.Errorf("aspects.txt:%d: %w", n+1, err)
		}
		list = append(list, aspect{pattern, parts[0], parts[1], parts[2]})
	}
	return list, nil
}

// impliedBy returns the words by which articles tell of what a text names.
func impliedBy(text string) string {
	var words []string
	for _, a := range commonAspects() {
		if a.named.MatchString(text) {
			words = append(words, a.words)
		}
	}
	return strings.Join(words, " ")
}

var (
	focusHead   = regexp.MustCompile(`^([^:：]{1,60})[:：]\s*`)
	focusMarks  = regexp.MustCompile(`[、，,；;。\n]|\band\b|以及`)
	focusLeads  = regexp.MustCompile(`^(?:并且|并用|并以|并|以及|及|和|与|包括|including)\s*`)
	mostAspects = 12
)

// aspectsOf returns what a focus names, one thing after the other, and the words before
// its colon, which are of all of them: "AWS, Google: growth, layoffs".
func aspectsOf(focus string) (head string, aspects []string) {
	if at := focusHead.FindStringSubmatch(focus); at != nil {
		head, focus = strings.TrimSpace(at[1]), focus[len(at[0]):]
	}
	for _, part := range focusMarks.Split(focus, -1) {
		part = strings.TrimSpace(focusLeads.ReplaceAllString(strings.TrimSpace(part), ""))
		if hasWord(part) && utf8.RuneCountInString(part) > 1 && len(aspects) < mostAspects {
			aspects = append(aspects, part)
		}
	}
	return head, aspects
}
