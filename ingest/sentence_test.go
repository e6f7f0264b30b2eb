package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSentenceEnds(t *testing.T) {
	tests := []struct{ name, text string }{ // | stands where a sentence ends
		{"empty", ""},
		{"one without a mark", "没有句号|"},
		{"marks", "云海科技发布了新品。|价格是多少？|没有说！|"},
		{"closing quotation mark", "他说：“今年会盈利。”|会后他离开了。|"},
		{"question quoted inside", "这是“我的午饭出了什么问题？”的忧虑。|后来好了。|"},
		{"brackets", "增长三成（数据来自年报。）|其余持平。|"},
		{"decimals", "收入601.2亿元，增长3.5%。|利润601．2万元。|"},
		{"half-width point between Han characters", "服务很稳定.|客户满意.|"},
		{"runs and ellipses", "真的吗？！|未完……|待续。|"},
		{"ellipsis before a comma", "等等……，还有别的。|"},
		{"lines", "标题\n|\n第一段。|第二句\n|末段|"},
		{"English", "Revenue rose 3.5% in Q3. |The CEO, Mr. Smith, agreed. |\"Why?\" |Nobody knows.|"},
		{"initials and abbreviations", "J. K. Chen of Acme Inc. said so, e.g. in Fig. 3 below. |Done.|"},
		{"list numbers and versions", "1. 概述：版本 v2.0.1 发布。|2. 结论。|"},
		{"addresses", "见 https://a.example/x?y=1.html 一文。|完。|"},
		{"space after a sentence is its own", "一。  |二。|"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := []rune(strings.ReplaceAll(test.text, "|", ""))
			var marked strings.Builder
			start := 0
			for _, end := range sentenceEnds(text) {
				marked.WriteString(string(text[start:end]) + "|")
				start = end
			}
			want := strings.ReplaceAll(test.text, "\n|\n", "\n\n|") // a blank line is one border
			if diff := cmp.Diff(want, marked.String()); diff != "" {
				t.Errorf("sentences (-want +got):\n%s", diff)
			}
		})
	}
}
