package llm

import (
	"strings"
)

// Servers that do not part reasoning from the answer send it in these tags.
var thinkTags = []struct{ open, close string }{
	{"<think>", "</think>"},
	{"<thinking>", "</thinking>"},
}

// A thinkFilter takes reasoning out of a text that comes in pieces, however they
// are cut. Blanks before the first character of the answer go with it.
type thinkFilter struct {
	held    string // may be the beginning of a tag
	close   string // tag that ends the reasoning we are in, empty outside
	assumed bool   // close was not opened in the text: without it, all is answer
	started bool   // something of the answer came through
	orphan  bool   // reasoning ended that had not been opened
}

// newThinkFilter returns a filter. Some chat templates put the opening tag into
// the prompt; with opened the text is taken to begin with reasoning, and held
// until that is certain.
func newThinkFilter(opened bool) *thinkFilter {
	f := &thinkFilter{assumed: opened}
	if opened {
		f.close = thinkTags[0].close
	}
	return f
}

// add takes the next piece and returns what of the answer is certain now.
func (f *thinkFilter) add(piece string) string {
	rest := f.held + piece
	f.held = ""
	var out strings.Builder
	for rest != "" {
		if f.close != "" {
			rest = f.skip(rest)
			continue
		}
		at, tag := firstTag(rest)
		out.WriteString(rest[:at])
		rest = f.enter(rest[at:], tag)
	}
	return f.trimStart(out.String())
}

// skip drops reasoning up to the tag that closes it.
func (f *thinkFilter) skip(s string) string {
	if _, after, found := strings.Cut(s, f.close); found {
		f.close, f.assumed = "", false
		return after
	}
	if f.assumed {
		f.held = s
		return ""
	}
	f.held = s[len(s)-partial(s, f.close):]
	return ""
}

// enter takes the tag at the start of s, or holds s when it may become one.
func (f *thinkFilter) enter(s, tag string) string {
	if tag == "" {
		f.held = s
		return ""
	}
	for _, t := range thinkTags {
		if tag == t.open {
			f.close = t.close
		}
		f.orphan = f.orphan || tag == t.close
	}
	return s[len(tag):]
}

// end returns what was held for nothing.
func (f *thinkFilter) end() string {
	if f.assumed {
		held := f.held
		f.held, f.close, f.assumed = "", "", false
		return f.add(held) + f.end()
	}
	if f.close != "" {
		return ""
	}
	held := f.held
	f.held = ""
	return f.trimStart(held)
}

// unfinished reports, after end, whether the text ended inside reasoning.
func (f *thinkFilter) unfinished() bool { return f.close != "" }

func (f *thinkFilter) trimStart(s string) string {
	if !f.started {
		s = strings.TrimLeft(s, " \t\r\n")
		f.started = s != ""
	}
	return s
}

// firstTag returns where the first tag begins in s, and the tag. Where only the
// end of s may be the beginning of one, tag is empty; without any, at is len(s).
func firstTag(s string) (at int, tag string) {
	at = len(s)
	for _, t := range thinkTags {
		for _, candidate := range []string{t.open, t.close} {
			if i := strings.Index(s, candidate); i >= 0 && i < at {
				at, tag = i, candidate
			}
		}
	}
	if tag != "" {
		return at, tag
	}
	longest := 0
	for _, t := range thinkTags {
		longest = max(longest, partial(s, t.open), partial(s, t.close))
	}
	return len(s) - longest, ""
}

// partial returns how many bytes at the end of s are a beginning of tag.
func partial(s, tag string) int {
	for n := min(len(s), len(tag)-1); n > 0; n-- {
		if strings.HasSuffix(s, tag[:n]) {
			return n
		}
	}
	return 0
}
