package llm

import (
	"regexp"
	"strings"
	"testing"
)

// reasoning says the same as the filter, for a text that is there at once.
var reasoning = regexp.MustCompile(`(?s)<think>.*?(</think>|$)|<thinking>.*?(</thinking>|$)|</think>|</thinking>`)

func filtered(pieces []string) string {
	f := newThinkFilter(false)
	var out strings.Builder
	for _, piece := range pieces {
		out.WriteString(f.add(piece))
	}
	out.WriteString(f.end())
	return out.String()
}

// FuzzThinkFilter: however a text is cut, the filter gives what a regular
// expression gives for the whole.
func FuzzThinkFilter(f *testing.F) {
	for _, s := range []string{
		"plain 文字", "<think>a</think>b", " \n<think>a</think>\n\nb", "a<think>b", "a</think>b", "<<think>>a</think>>b",
		"<think>a</thinking>b</think>c", "<thinking>a</think>b</thinking>c", "a<thin", "<think><think>a</think></think>b", "</thi</think>nk>",
	} {
		for _, n := range []byte{1, 3, 100} {
			f.Add(s, n)
		}
	}
	f.Fuzz(func(t *testing.T, s string, n byte) {
		var pieces []string
		for rest := s; rest != ""; {
			k := min(len(rest), int(n)%16+1)
			pieces = append(pieces, rest[:k])
			rest = rest[k:]
		}
		want := strings.TrimLeft(reasoning.ReplaceAllString(s, ""), " \t\r\n")
		if got := filtered(pieces); got != want {
			t.Errorf("%q in pieces of %d: %q, want %q", s, int(n)%16+1, got, want)
		}
	})
}

// TestThinkFilterHoldsLittle: what cannot be the beginning of a tag is not held.
func TestThinkFilterHoldsLittle(t *testing.T) {
	f := newThinkFilter(false)
	for _, step := range []struct{ in, out string }{{"a<", "a"}, {"b", "<b"}, {"</thinkin", ""}, {"s", "</thinkins"}} {
		if got := f.add(step.in); got != step.out {
			t.Errorf("after %q: %q, want %q", step.in, got, step.out)
		}
	}
}
