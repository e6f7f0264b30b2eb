package ingest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
)

// checkSplit holds passages to what Split promises of them.
func checkSplit(t testing.TB, text string, passages []corpus.Passage, opt Options) {
	t.Helper()
	runes := []rune(text)
	at := 0
	for i, p := range passages {
		if p.Ordinal != i || p.Start != at || p.End <= p.Start || p.End > len(runes) {
			t.Fatalf("passage %d is %d: [%d,%d) after %d", i, p.Ordinal, p.Start, p.End, at)
		}
		if p.End-p.Start > opt.Max {
			t.Fatalf("passage %d has %d characters", i, p.End-p.Start)
		}
		if string([]rune(p.Text)) != string(runes[p.Start:p.End]) {
			t.Fatalf("passage %d is %q, not %q", i, p.Text, string(runes[p.Start:p.End]))
		}
		at = p.End
	}
	if at != len(runes) && strings.TrimSpace(text) != "" {
		t.Fatalf("passages end at %d of %d", at, len(runes))
	}
}

// generate makes a text of paragraphs, headings, tables and long sentences.
func generate(r *rand.Rand) (string, []Heading) {
	alphabet := []rune("云海算力平台的了是在客户增长。。，，；：？！“”（）1234567890.% abcXYZé\n…𠮷👍🏽")
	var text []rune
	var headings []Heading
	for range r.IntN(12) {
		if r.IntN(3) == 0 {
			h := Heading{Start: len(text), Level: 1 + r.IntN(4)}
			text = append(text, []rune(fmt.Sprintf("标题%d", len(headings)))...)
			h.End = len(text)
			headings = append(headings, h)
			text = append(text, '\n')
		}
		n := r.IntN(200)
		if r.IntN(6) == 0 {
			n *= 20
		}
		sparse := r.IntN(4) == 0 // a sentence that nearly never ends
		for range n {
			c := alphabet[r.IntN(len(alphabet))]
			if sparse && !unicode.IsLetter(c) {
				c = '云'
			}
			text = append(text, c)
		}
		text = append(text, '\n')
	}
	return string(text), headings
}

func TestSplitInvariants(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		text, headings := generate(r)
		opt := Options{Target: 1 + r.IntN(500), Max: 1 + r.IntN(900)}
		opt.Target = min(opt.Target, opt.Max)
		passages := Split(text, headings, opt)
		checkSplit(t, text, passages, opt)
		if again := Split(text, headings, opt); !cmp.Equal(passages, again) {
			t.Fatalf("seed %d: split differs when done again", seed)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("第一句。第二句？“第三句！”\n\n标题\n正文 3.5%。", 2, 5, 30)
	f.Add("\xff\xfe broken。\n", 0, 1, 3)
	f.Add(strings.Repeat("字", 2000), 0, 0, 800)
	f.Fuzz(func(t *testing.T, text string, start, end, most int) {
		opt := Options{Target: most / 2, Max: most}.withDefaults()
		checkSplit(t, text, Split(text, []Heading{{Start: start, End: end, Level: 1}}, opt), opt)
	})
}

// sentence returns a sentence of n characters.
func sentence(n int) string { return strings.Repeat("云", n-1) + "。" }

func TestSplitBorders(t *testing.T) {
	long := sentence(300)
	tests := []struct {
		name string
		text string
		want []int // lengths
	}{
		{"short text", sentence(50), []int{50}},
		{"blank text", " \n ", nil},
		{"sentences add up to the target", strings.Repeat(sentence(100), 8), []int{400, 400}},
		{"paragraph before target", sentence(350) + "\n" + sentence(380), []int{351, 380}},
		{"two that fit stay together", long + "\n" + sentence(200), []int{501}},
		{"sentence above the target stays whole", sentence(700), []int{700}},
		{"sentence above the maximum is cut at a clause", strings.Repeat("字", 390) + "，" + sentence(600), []int{391, 600}},
		{"number in a long sentence stays whole", strings.Repeat("字", 795) + "1234567890" + sentence(100), []int{795, 110}},
		{"without clauses the cut is hard", strings.Repeat("字", 1000), []int{800, 200}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			passages := Split(test.text, nil, Defaults())
			checkSplit(t, test.text, passages, Defaults())
			var got []int
			for _, p := range passages {
				got = append(got, p.End-p.Start)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("lengths (-want +got):\n%s", diff)
			}
		})
	}
}

// outline builds a text of lines; "# " starts a heading of level 1, and so on.
func outline(lines ...string) (string, []Heading) {
	var text []rune
	var headings []Heading
	for _, line := range lines {
		marks := len(line) - len(strings.TrimLeft(line, "#"))
		start := len(text)
		text = append(text, []rune(strings.TrimLeft(line, "# "))...)
		if marks > 0 {
			headings = append(headings, Heading{start, len(text), marks})
		}
		text = append(text, '\n')
	}
	return string(text), headings
}

func TestSplitHeadings(t *testing.T) {
	text, headings := outline(
		"# 年度报告", "## 收入", sentence(380), "## 成本", sentence(390),
		"## 人员", sentence(60), "## 风险", sentence(370), "### 汇率", sentence(350), "# 附录", sentence(300))
	type row struct{ Heading, First string }
	var got []row
	for _, p := range Split(text, headings, Defaults()) {
		first, _, _ := strings.Cut(p.Text, "\n")
		got = append(got, row{p.Heading, first})
		if lines := strings.Split(strings.TrimSpace(p.Text), "\n"); len([]rune(lines[len(lines)-1])) < 10 {
			t.Errorf("passage %d ends with the heading %q", p.Ordinal, lines[len(lines)-1])
		}
	}
	want := []row{
		{"年度报告 > 收入", "年度报告"},
		{"年度报告 > 成本", "成本"},
		{"年度报告 > 人员", "人员"},
		{"年度报告 > 风险 > 汇率", "汇率"},
		{"附录", "附录"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("passages (-want +got):\n%s", diff)
	}
}

func TestSplitFingerprint(t *testing.T) {
	if a, b := SplitFingerprint(Options{}), SplitFingerprint(Defaults()); a != b {
		t.Errorf("unset options are %s, the defaults %s", a, b)
	}
	if a, b := SplitFingerprint(Options{Target: 300}), SplitFingerprint(Defaults()); a == b {
		t.Errorf("another target has the same fingerprint %s", a)
	}
}

// BenchmarkSplit shows that the time grows with the length alone.
func BenchmarkSplit(b *testing.B) {
	for _, n := range []int{20_000, 200_000, 2_000_000} {
		for name, part := range map[string]string{"sentences": sentence(40), "lines": "字\n", "unbroken": "字"} {
			text := strings.Repeat(part, n/len([]rune(part)))
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					Split(text, nil, Defaults())
				}
			})
		}
	}
}
