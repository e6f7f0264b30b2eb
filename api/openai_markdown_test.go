package api_test

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"chuchu/api"
	"chuchu/rag"
)

// TestDefuse is the table of what becomes of an answer's text.
func TestDefuse(t *testing.T) {
	for in, want := range map[string]string{
		"降价三成[1][2]。**重点**":              "降价三成[1][2]。**重点**",
		"a < b，1<2，<":                    "a < b，1<2，<",
		"[点这里](https://evil.example)":    `[点这里]\(https://evil.example)`,
		"![](https://evil.example/?q=1)": `![]\(https://evil.example/?q=1)`,
		"![x][y]\n[y]: //evil.example":   "![x][y]\n[y]\\: //evil.example",
		"<img src=x>":                    `\<img src=x>`,
		"<https://evil.example>":         `\<https://evil.example>`,
		"</b><!-- --><?x?>":              `\</b>\<!-- -->\<?x?>`,
		"<<b>":                           `<\<b>`,
		`\<b>`:                           `\<b>`,
		`\\<b>`:                          `\\\<b>`,
		`\[9\](x)`:                       `\[9\]\(x)`,
	} {
		got, _ := api.Defuse(in)
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
		if again, _ := api.Defuse(got); again != got {
			t.Errorf("%q: twice it is %q", in, again)
		}
	}
}

// TestAnnotationsBehindBackslashes: they stand where the markers have gone.
func TestAnnotationsBehindBackslashes(t *testing.T) {
	answer := "<b>降价[1](三成)[1]。"
	r := sampleReply()
	r.Answer = answer
	r.Sentences[0].End = utf8.RuneCountInString(answer)
	engine := newFakeEngine()
	engine.chat = func(context.Context, rag.ChatRequest) (rag.Reply, error) { return r, nil }
	m := newService(t, func(p *api.Parts) { p.Engine = engine }).complete(ask).Choices[0].Message
	if !strings.HasPrefix(m.Content, `\<b>降价[1]\(三成)[1]。`) || len(m.Annotations) != 2 {
		t.Fatalf("got %+v", m)
	}
	for _, a := range m.Annotations {
		if got := string([]rune(m.Content)[a.URLCitation.StartIndex:a.URLCitation.EndIndex]); got != "[1]" {
			t.Errorf("%q is annotated", got)
		}
	}
}

// FuzzDefuse: however a text is cut, it comes out the same; without the backslashes
// put in, it is as it was; and each bracket has gone where its place says.
func FuzzDefuse(f *testing.F) {
	f.Add("![](https://evil.example)<b>[1](", "x)")
	f.Add(`\\<`, "<a")
	f.Fuzz(func(t *testing.T, a, b string) {
		if !utf8.ValidString(a) || !utf8.ValidString(b) {
			t.Skip("pieces of answers are UTF-8")
		}
		whole, places := api.Defuse(a + b)
		if pieces := api.DefusePieces(a, b); pieces != whole {
			t.Errorf("%q and %q: in pieces %q, whole %q", a, b, pieces, whole)
		}
		if strings.Contains(whole, "](") || strings.Contains(whole, "]:") {
			t.Errorf("%q may be a link", whole)
		}
		if strings.ReplaceAll(whole, `\`, "") != strings.ReplaceAll(a+b, `\`, "") {
			t.Errorf("%q became %q", a+b, whole)
		}
		out := []rune(whole)
		for i, r := range []rune(a + b) {
			if r == '[' && out[places[i]] != '[' {
				t.Errorf("%q: the bracket at %d is not at %d of %q", a+b, i, places[i], whole)
			}
		}
	})
}
