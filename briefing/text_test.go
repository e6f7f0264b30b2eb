package briefing

import (
	"bytes"
	"strings"
	"testing"

	"chuchu/corpus"
	"chuchu/rag"
)

// printed is a briefing with most parts, to be read at a terminal.
func printed() Briefing {
	sentence := func(text string, numbers ...int) Sentence {
		s := Sentence{Text: text, Citations: numbers, Verdict: "quoted"}
		for _, n := range numbers {
			quote := "海燕云营收12.5亿元"
			s.Spans = append(s.Spans, rag.NumberSpan{Number: n, Span: rag.Span{End: 11, Quote: &quote}})
		}
		return s
	}
	a, other := corpus.Ref{ID: "a_1", Title: "海燕云第三季度营收"}, corpus.Ref{ID: "a_2", Title: "海燕云换帅", State: "deleted"}
	return Briefing{
		ID: "brf_1", Status: Done, Title: "海燕云：简报", Topic: "海燕云", Language: "zh", AsOf: "2025-11-01",
		Summary:    []Sentence{sentence(`海燕云营收12.5亿元\[注1\]。[1][2]`, 1, 2)},
		Sections:   []Section{{Heading: "业绩\x1b[2J", Sentences: []Sentence{sentence("增长20%[2]。", 2), sentence("下一季度继续增长。[1]", 1)}}},
		Figures:    []Figure{{What: "营收", Value: "12.5", Unit: "亿元", Date: "2024-Q3", Sentence: sentence("营收12.5亿元。[1]", 1)}},
		Timeline:   []Moment{{Date: "2024-10", Precision: "month", Sentence: sentence("公布业绩。[1]", 1)}},
		Gaps:       []string{"利润是多少"},
		Citations:  []Citation{{Number: 1, Article: a}, {Number: 2, Article: other}},
		References: []string{"[1] 海燕云第三季度营收[EB/OL].", "[2] 海燕云换帅[EB/OL]."},
	}
}

// TestWriteText holds what the reader of a terminal gets: every sentence with its
// numbers, and nothing that moves the cursor.
func TestWriteText(t *testing.T) {
	b := printed()
	plain := func(s string) string { return s }
	paint := Paint{Strong: plain, Quiet: plain, Number: func(s string) string { return "<" + s + ">" }}
	var out bytes.Buffer
	if err := WriteText(&out, b, paint); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, wanted := range []string{
		"海燕云：简报\n", "海燕云营收12.5亿元[注1]。<[1]><[2]>\n", "\n增长20%<[2]>。\n下一季度继续增长。<[1]>\n", "\n营收  12.5亿元  2024-Q3  <[1]>\n",
		"\n2024-10  公布业绩。<[1]>\n", "\n- 利润是多少\n", "\n<[1]> 海燕云第三季度营收[EB/OL].\n", "\n<[2]> 海燕云换帅[EB/OL].",
	} {
		if !strings.Contains(text, wanted) {
			t.Errorf("%q is not in it", wanted)
		}
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' }) {
		t.Errorf("a control character is in it")
	}
	if t.Failed() {
		t.Log(text)
	}
}
