package cite

import "testing"

func TestLocate(t *testing.T) {
	long := "开头是别的。" + repeated("无关的话，", 60) + "最后云港科技说，收入增长7%。"
	tests := []struct{ name, claim, source, want string }{
		{"verbatim, with its mark", "第三季度收入265.49亿元，同比增长7%[1]。", "周三，第三季度收入265.49亿元，同比增长7%。此后回落。", "第三季度收入265.49亿元，同比增长7%。"},
		{"verbatim inside a sentence", "收入265.49亿元", "第三季度收入265.49亿元，同比增长7%。", "收入265.49亿元"},
		{"point of a decimal is no final mark", "收入达到了近265亿", "收入达到了近265亿.", "收入达到了近265亿."},
		{"closing quotation mark of its own", "他说：“今年一定会盈利。”", "他说：“今年一定会盈利。”会后离开。", "他说：“今年一定会盈利。”"},
		{"closing quotation mark of another", "今年一定会盈利", "他说：“今年一定会盈利”，会后离开。", "今年一定会盈利"},
		{"opening quotation mark of its own", "“今年一定会盈利”，他说。", "会上，“今年一定会盈利”，他说。会后离开。", "“今年一定会盈利”，他说。"},
		{"list number of the source", "3、云港科技扩大部署[1]", "2、略。\n3、云港科技扩大部署。", "3、云港科技扩大部署。"},
		{"list number of its own", "1. 云港科技扩大部署[1]", "2、略。\n3、云港科技扩大部署。", "云港科技扩大部署。"},
		{"in other width", "ＦＸ２００芯片已部署", "其FX200 芯片，已部署。", "FX200 芯片，已部署。"},
		{"thousands", "共部署12,000台服务器", "共部署12000台服务器。", "共部署12000台服务器。"},
		{"not inside a longer number", "收入265亿元，增长7%", "收入1265亿元，增长7%。另有265亿元收入来自海外。", "收入1265亿元，增长7%。另有265亿元收入来自海外。"},
		{"not inside a longer word", "port revenue rose sharply", "Airport revenue rose sharply. Nothing else.", "Airport revenue rose sharply."},
		{"sentence of the aligned words", "云港的收入在第三季度是265亿元", "天气晴朗。云港科技公布，第三季度收入265亿元。明日有雨。", "云港科技公布，第三季度收入265亿元。"},
		{"sentence that has the figure", "云港科技的收入增长7%", "云港科技的收入不少。云港科技的收入今年增长7%。", "云港科技的收入今年增长7%。"},
		{"clauses of a long sentence", "云港科技的收入增长了7%", long, "最后云港科技说，收入增长7%。"},
		{"escaped numbers", `据文献\[9\]，云港科技收入增长`, "据文献[9]，云港科技收入增长。", "据文献[9]，云港科技收入增长。"},
		{"nothing", "蓝鲸数据收购青石网络", "云港科技公布，第三季度收入265亿元。", ""},
		{"empty source", "蓝鲸数据收购青石网络", "", ""},
		{"empty claim", "[1]", "云港科技公布。", ""},
		{"English", "Revenue grew 7% at Cloud Harbour", "Prices fell. Revenue at Cloud Harbour grew 7% on Monday. Nobody knows.", "Revenue at Cloud Harbour grew 7% on Monday."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			span, ok := Locate(test.claim, NewSource(test.source, ""), nil)
			if got := string([]rune(test.source)[span.Start:span.End]); got != test.want || ok != (test.want != "") {
				t.Errorf("located %q, %v; want %q", got, ok, test.want)
			}
		})
	}
}

func repeated(s string, n int) string {
	var all []byte
	for range n {
		all = append(all, s...)
	}
	return string(all)
}

func FuzzLocate(f *testing.F) {
	f.Add("第三季度收入265.49亿元", harbour)
	f.Add("“价格战没有赢家…", "a.b `c`\n\n3,000")
	f.Fuzz(func(t *testing.T, claim, text string) {
		source := NewSource(text, "")
		span, ok := Locate(claim, source, nil)
		if !ok {
			return
		}
		if span.Start < 0 || span.End <= span.Start || span.End > len(source.runes) {
			t.Fatalf("span %v of %d", span, len(source.runes))
		}
		if n := span.End - span.Start; n > longestSpan && n > 4*len([]rune(claim)) {
			t.Fatalf("span of %d code points for %q", n, claim)
		}
	})
}
