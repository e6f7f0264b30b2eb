package rag

import (
	"testing"

	"chuchu/corpus"
)

// FuzzStatements reads statements from two texts and compares them all: each stands
// in a sentence of its source, and whether two differ does not depend on the order.
func FuzzStatements(f *testing.F) {
	for _, s := range []string{
		"海燕云第三季度营收为14.2亿元，同比增长36%。", "从3亿到5亿，每月约几个亿，接近千人，一千多号。", "去年底上任；2023年10月初，走马上任。",
		"Revenue rose 4% to $1.2bn in the third quarter, up from $1bn.", "，，（（）", "100", "%%5%", "一半、两成\n三倍", "\xff几万", "不到", "0亿元",
	} {
		f.Add(s, "海燕云第三季度营收约为15亿元，海燕云员工不足800人，每年3次。", "2024-10-31")
	}
	f.Fuzz(func(t *testing.T, a, b, published string) {
		var list []statement
		for i, text := range []string{a, b} {
			s := &source{text: string([]rune(text)), article: corpus.Ref{ID: string(rune('a' + i)), Published: corpus.Date(published)}}
			length := len([]rune(s.text))
			for _, st := range statementsIn(s, func(string, string) bool { return true }) {
				within := st.value.Span.Start >= 0 && st.value.Span.Start <= st.value.Span.End && st.sentence.Start+st.value.Span.End <= st.sentence.End
				if st.sentence.Start < 0 || st.sentence.End > length || !within || st.value.Text == "" {
					t.Fatalf("%+v in %q", st, s.text)
				}
				list = append(list, st)
			}
		}
		for _, x := range list[:min(len(list), 30)] {
			for _, y := range list[:min(len(list), 30)] {
				if (x.date == nil) == (y.date == nil) && (x.differs(y) != y.differs(x) || x.sameThing(y) != y.sameThing(x)) {
					t.Errorf("%q and %q depend on their order", x.value.Text, y.value.Text)
				}
			}
		}
	})
}
