package cite

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// shown writes parts in one line: ‹S1 S2› for markers, ¦ for the end of a sentence.
func shown(parts []Part) string {
	var out strings.Builder
	for _, p := range parts {
		out.WriteString(p.Text)
		if p.Marks != nil {
			out.WriteString("‹" + strings.Join(p.Marks, " ") + "›")
		}
		if p.End {
			out.WriteString("¦")
		}
	}
	return out.String()
}

func whole(text string) []Part {
	var s Stream
	return append(s.Write(text), s.Close()...)
}

func TestStream(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", ""},
		{"no marker", "甲增长。", "甲增长。¦"},
		{"number", "甲增长[1]。", "甲增长‹S1›。¦"},
		{"handle", "甲增长[S12]。", "甲增长‹S12›。¦"},
		{"small letter", "甲增长[s1]。", "甲增长‹S1›。¦"},
		{"list", "甲增长[1,2]。", "甲增长‹S1 S2›。¦"},
		{"list of handles", "甲增长[S1, S3]。", "甲增长‹S1 S3›。¦"},
		{"list with Chinese commas", "甲增长[1，2、3]。", "甲增长‹S1 S2 S3›。¦"},
		{"list with semicolons", "甲增长[S1; S2]。", "甲增长‹S1 S2›。¦"},
		{"mixed list", "甲增长[1, S2]。", "甲增长‹S1 S2›。¦"},
		{"blanks inside", "甲增长[ S1 , 2 ]。", "甲增长‹S1 S2›。¦"},
		{"line end inside", "甲增长[1,\n2]。", "甲增长‹S1 S2›。¦"},
		{"range", "甲增长[S1-S3]。", "甲增长‹S1 S2 S3›。¦"},
		{"range of numbers", "甲增长[2–4]。", "甲增长‹S2 S3 S4›。¦"},
		{"range in a list", "甲增长[1, 3-4]。", "甲增长‹S1 S3 S4›。¦"},
		{"reversed range", "甲增长[3-1]。", "甲增长[3-1]。¦"},
		{"wide range", "甲增长[1-300]。", "甲增长[1-300]。¦"},
		{"lenticular", "甲增长【1】。", "甲增长‹S1›。¦"},
		{"lenticular handle", "甲增长【S1、S2】。", "甲增长‹S1 S2›。¦"},
		{"full width", "甲增长［１］［Ｓ２］。", "甲增长‹S1›‹S2›。¦"},
		{"leading zero", "甲增长[01]。", "甲增长‹S1›。¦"},
		{"no such source", "甲增长[0][999]。", "甲增长‹S0›‹S999›。¦"},
		{"digits of another script", "甲增长[٣]。", "甲增长‹S٣›。¦"},
		{"adjacent", "甲增长[1][S2]【3】。", "甲增长‹S1›‹S2›‹S3›。¦"},
		{"after the stop", "甲增长。[1]乙下降。[2]", "甲增长。‹S1›¦乙下降。‹S2›¦"},
		{"after the stop and a blank", "It rose. [1] It fell.", "It rose. ‹S1›¦ It fell.¦"},
		{"after the closing mark", "他说：“好。”[1]乙下降。", "他说：“好。”‹S1›¦乙下降。¦"},
		{"before the closing mark", "他说：“好。[1]”乙下降。", "他说：“好。‹S1›”¦乙下降。¦"},
		{"begins a line", "甲。\n[1]乙。", "甲。¦\n‹S1›乙。¦"},
		{"alone", "[1]", "‹S1›¦"},
		{"year", "计划[2024]公布。", "计划[2024]公布。¦"},
		{"words", "计划[一][A]【注】公布。", "计划[一][A]【注】公布。¦"},
		{"version", "版本[1.2]公布。", "版本[1.2]公布。¦"},
		{"empty brackets", "数组[]和[ ]。", "数组[]和[ ]。¦"},
		{"trailing comma", "甲增长[1,]。", "甲增长[1,]。¦"},
		{"mixed brackets", "甲增长[1】。", "甲增长[1】。¦"},
		{"unfinished", "甲增长[1", "甲增长[1¦"},
		{"escaped", `甲见\[9\]。`, `甲见\[9\]。¦`},
		{"bracket after a backslash", `甲见\[9]、\【9】和\\[9]。`, `甲见\[9]、\【9】和\\[9]。¦`},
		{"nested", "甲增长[[1]]。", `甲增长\[‹S1›]。¦`},
		{"nested would join", "甲增长[1,[S9]2]。", `甲增长\[1,‹S9›2]。¦`},
		{"longer than a marker may be", "甲[" + strings.Repeat("1,", 40) + "1]。", `甲\[` + strings.Repeat("1,", 40) + "1]。¦"},
		{"link", "甲[1](https://a.example/1)增长。", "甲‹S1›(https://a.example/1)增长。¦"},
		{"inline code", "取`x[1]`的值[2]。", "取`x\\[1]`的值‹S2›。¦"},
		{"code of two backticks", "取``a`[1]``的值[2]。", "取``a`\\[1]``的值‹S2›。¦"},
		{"code with lenticular", "取`【1】`。", "取`\\【1】`。¦"},
		{"code ends with its line", "取`x[1]\n值[2]。", "取`x\\[1]¦\n值‹S2›。¦"},
		{"escaped backtick", "取\\`x[1]。", "取\\`x‹S1›。¦"},
		{"code block", "例：\n```\na[1]。b\n```\n甲[2]。", "例：¦\n```¦\na\\[1]。b¦\n```¦\n甲‹S2›。¦"},
		{"code block in one line", "```a[1]```甲[2]。", "```a\\[1]```甲‹S2›。¦"},
		{"code block with ticks inside", "````\n```\n[1]\n````\n[2]", "````¦\n```¦\n\\[1]¦\n````¦\n‹S2›¦"},
		{"trailing blanks stand outside", "甲增长 \n乙 ", "甲增长¦ \n乙¦ "},
		{"blank before a marker at the end", "甲增长 [1]\n", "甲增长 ‹S1›¦\n"},
		{"broken UTF-8", "甲\xe5\xff[1]。", "甲\uFFFD\uFFFD‹S1›。¦"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, shown(whole(test.text))); diff != "" {
				t.Errorf("parts (-want +got):\n%s", diff)
			}
			checkStream(t, test.text)
		})
	}
}

// TestStreamHoldsLittle shows what has come out once each piece was written.
func TestStreamHoldsLittle(t *testing.T) {
	var s Stream
	for _, step := range []struct{ piece, want string }{
		{"甲", "甲"}, {"增长", "增长"}, {"[", ""}, {"S", ""}, {"1", ""}, {"]", "‹S1›"}, {"。", "。"},
		{" ", ""}, {"[2]", " ‹S2›"}, {"\n", "¦\n"}, {"乙 ", "乙"}, {"[x", " [x"}, {"\\", ""}, {"n", "\\n"}, {"`", ""}, {"a", "`a"},
		{"\xe4", ""}, {"\xb8\x99", "丙"},
	} {
		if got := shown(s.Write(step.piece)); got != step.want {
			t.Errorf("after %q: %q, want %q", step.piece, got, step.want)
		}
	}
	if got := shown(s.Close()); got != "¦" {
		t.Errorf("at the end %q", got)
	}
}

func TestStreamCapsWhatItHolds(t *testing.T) {
	var s Stream
	got := shown(s.Write("甲["))
	for range 100 {
		got += shown(s.Write("1,"))
	}
	if held := len("甲\\[") + 200 - len(got); held > longestMarker {
		t.Errorf("%d characters held back", held)
	}
}

// checkStream holds the promises of Stream for one reply.
func checkStream(t *testing.T, text string) {
	t.Helper()
	once := whole(text)
	if pieces := inPieces(text); !cmp.Equal(merged(once), merged(pieces)) {
		t.Fatalf("in pieces: %s", cmp.Diff(merged(once), merged(pieces)))
	}
	answer, ends := assemble(once)
	var borders []int
	for _, s := range Sentences(answer) {
		borders = append(borders, s.End)
	}
	if !cmp.Equal(ends, borders) {
		t.Fatalf("%q becomes %q: ends %v, sentences end at %v", text, answer, ends, borders)
	}
	for _, p := range merged(once) {
		if Escape(p.Text) != p.Text {
			t.Fatalf("%q holds a marker", p.Text)
		}
	}
	checkDropped(t, once)
}

// checkDropped leaves all markers out: nothing that remains may become one.
func checkDropped(t *testing.T, parts []Part) {
	t.Helper()
	var rest strings.Builder
	for _, p := range parts {
		rest.WriteString(p.Text)
	}
	if left := rest.String(); Escape(left) != left {
		t.Fatalf("without its markers, %q holds one", left)
	}
}

// assemble puts an answer together, and says where its sentences end.
func assemble(parts []Part) (answer string, ends []int) {
	var out strings.Builder
	for _, p := range parts {
		out.WriteString(p.Text)
		for range p.Marks {
			out.WriteString("[7]")
		}
		if p.End {
			ends = append(ends, utf8.RuneCountInString(out.String()))
		}
	}
	return out.String(), ends
}

// inPieces writes text in pieces of one to four bytes.
func inPieces(text string) []Part {
	var s Stream
	var parts []Part
	random := rand.New(rand.NewPCG(uint64(len(text)), 1))
	for text != "" {
		n := min(1+random.IntN(4), len(text))
		parts = append(parts, s.Write(text[:n])...)
		text = text[n:]
	}
	return append(parts, s.Close()...)
}

// merged joins adjacent texts.
func merged(parts []Part) []Part {
	var list []Part
	for _, p := range parts {
		last := len(list) - 1
		if p.Text != "" && last >= 0 && list[last].Text != "" {
			list[last].Text += p.Text
			continue
		}
		list = append(list, p)
	}
	return list
}

func FuzzStream(f *testing.F) {
	for _, text := range []string{
		"甲增长[1]。[S2] 乙说：“好？”【3】\n\n- **丙**［4］。", "A b[1-3]. C `d[1].` \"E?\"[s1,2] f.", "```\n[1]\n```\n| a。[2] |",
		"\\[1\\]…\xff[[1]2][", "**甲。**[1]*乙*\\【", "a.[1]b 3[2].5 …[3]…",
	} {
		f.Add(text)
	}
	f.Fuzz(checkStream)
}

// telling are the pieces that decide something; free bytes seldom hold one.
var telling = []string{
	"[", "]", "【", "】", "［", "］", "1", "23", "S", ",", "-", " ", "\n", "\\", "`", "```", "[1]", "[S2, 3]",
	"。", ".", "?", "！", "”", "“", "\"", "*", "**", "|", "甲", "b", "C", "…", "；", "# ", "\xe4", "Inc",
}

func FuzzStreamOfMarks(f *testing.F) {
	f.Add([]byte("\x00\x06\x01\x12"))
	f.Fuzz(func(t *testing.T, choice []byte) {
		var text strings.Builder
		for _, c := range choice {
			text.WriteString(telling[int(c)%len(telling)])
		}
		checkStream(t, text.String())
	})
}

func TestStreamOfRandomReplies(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		var text strings.Builder
		for range 1 + random.IntN(30) {
			text.WriteString(telling[random.IntN(len(telling))])
		}
		checkStream(t, text.String())
	}
}
