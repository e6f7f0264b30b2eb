package rag

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// An opening is the first line of a model's reply, in which it is asked to say
// whether the passages hold what was asked. It is read off the stream and never
// shown; a reply that begins in another way is taken as it is.
type opening struct {
	says string // yes, partly or no, empty where the reply does not say
	held string // of the reply, while it may still be such a line
	over bool
}

const (
	openingWord  = "answerable:"
	longestStart = 60 // characters of the line, at most
)

var openingLine = regexp.MustCompile(`(?i)^[\s*_` + "`" + `#>-]*answerable\s*[:：]\s*[*_` + "`" + `"]*(yes|partly|partially|no)\b[*_"]*(?:[ \t]*[（(][^\n）)]{0,40}[）)])?[.。]?[*_\s]*`)

// read takes the next piece of the reply and returns what of it is text.
func (o *opening) read(text string) string {
	if o.over {
		return text
	}
	o.held += text
	if o.mayBe() {
		return ""
	}
	return o.rest()
}

// mayBe reports whether what is held may still be the beginning of such a line.
func (o *opening) mayBe() bool {
	if strings.Contains(strings.TrimLeft(o.held, "\n\r \t"), "\n") || utf8.RuneCountInString(o.held) > longestStart {
		return false
	}
	start := strings.ToLower(strings.TrimLeft(o.held, " \t\n\r*_`#>-"))
	start = strings.ReplaceAll(strings.ReplaceAll(start, " ", ""), "：", ":")
	n := min(len(start), len(openingWord))
	return start[:n] == openingWord[:n]
}

// rest ends the line and returns what is left of what was held.
func (o *opening) rest() string {
	if o.over {
		return ""
	}
	held := o.held
	o.held, o.over = "", true
	at := openingLine.FindStringSubmatchIndex(held)
	if at == nil {
		return held
	}
	switch word := strings.ToLower(held[at[2]:at[3]]); word {
	case "partially":
		o.says = "partly"
	default:
		o.says = word
	}
	return held[at[1]:]
}
