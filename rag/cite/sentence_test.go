package cite

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// cutAt returns the sentences of a text as strings.
func cutAt(text string) []string {
	var list []string
	runes := []rune(text)
	for _, s := range Sentences(text) {
		list = append(list, string(runes[s.Start:s.End]))
	}
	return list
}

func TestSentences(t *testing.T) {
	tests := []struct {
		name string
		text string // ¦ stands where a sentence ends
	}{
		{"empty", ""},
		{"white space only", " \n　\n"},
		{"one without a mark", "没有句号¦"},
		{"full stops", "云港科技发布了新品。¦价格是多少？¦没有说！¦"},
		{"half-width ideographic stop", "发布了新品｡¦价格未定｡¦"},
		{"half-width marks between Chinese characters", "发布了新品!¦价格呢?¦AWS没有说.¦后来说了.¦"},
		{"runs of marks", "真的吗？！¦真的。。。¦好！！！¦"},
		{"ellipsis", "未完……¦待续。¦"},
		{"one-character ellipsis", "未完…¦待续。¦"},
		{"ellipsis before a comma", "等等……，还有别的。¦"},
		{"ellipsis before a stop", "等等……。¦还有别的。¦"},
		{"ellipsis at the start", "……他又说，增长三成。¦"},
		{"points as ellipsis, goes on", "Well... maybe not. ¦Or so.¦"},
		{"points as ellipsis, ends", "Well... ¦Nobody knows.¦"},
		{"semicolons end none", "甲增长三成；乙下降两成；丙持平。¦"},
		{"colon goes on", "他说：增长三成。¦"},
		{"closing quotation mark", "他说：“今年会盈利。”¦会后他离开了。¦"},
		{"quotation of two sentences", "他说：“今年会盈利。¦明年更好。”¦"},
		{"corner brackets", "他说：「今年会盈利。」¦会后他离开了。¦"},
		{"nested quotation marks", "他说：“口号是‘不降价。’”¦后来变了。¦"},
		{"question quoted inside", "这是“午饭怎么办？”的忧虑。¦后来好了。¦"},
		{"quotation, then a new one", "“为什么？”¦“不知道。”¦"},
		{"quotation goes on after a comma", "“今年会盈利！”，他说。¦"},
		{"straight quotation marks", "他说：\"今年会盈利。\"¦会后他离开了。¦"},
		{"straight quotation mark opens the next", "他离开了。¦\"今年会盈利。\"¦"},
		{"straight quotation mark that opened elsewhere", "今年会盈利。\"[1]\n¦明年也会。\"¦"},
		{"brackets", "增长三成（数据来自年报。）¦其余持平。¦"},
		{"question in brackets", "增长三成（真的吗？）之后持平。¦"},
		{"square closers", "增长三成【数据来自年报。】¦其余持平。¦"},
		{"book title marks", "他读了《云在哪里？》一书。¦"},
		{"blank before the closing mark", "他说：“会盈利。 ”¦后来。¦"},
		{"decimals", "收入601.2亿元，增长3.5%。¦其余持平。¦"},
		{"full-width point", "收入601．2亿元。¦其余持平。¦"},
		{"point after a Chinese character", "服务很稳定.¦客户满意.¦"},
		{"point after a sign", "增长5%.¦公司称会继续.¦"},
		{"versions", "v2.0.1于周一发布，支持3.1。¦完。¦"},
		{"line ends", "标题\n¦第一段。¦第二句\n¦末段¦"},
		{"carriage returns", "标题\r\n¦第一段\r\n¦"},
		{"line separator", "标题\u2028¦第一段¦"},
		{"headings", "## 1.2 背景：为什么？\n¦云港科技成立于2012年。¦"},
		{"list with points", "1. 云港科技降价。¦\n2. 其余不变\n¦"},
		{"list with ideographic commas", "1、云港科技降价。¦\n2、其余不变。¦"},
		{"list without blanks", "1.云港科技降价\n¦2.其余不变\n¦"},
		{"list of levels", "1.1. 概述\n¦1.2. 结论\n¦"},
		{"bulleted list", "- 云港科技降价。¦其余不变。¦\n* 第二项\n¦• 第三项¦"},
		{"bullet is no emphasis", "* 甲增长。¦**乙**下降。¦"},
		{"letters of options", "A. 降价 B. 涨价\n¦"},
		{"emphasis closes with its sentence", "**甲增长三成。**¦乙下降。¦"},
		{"emphasis opens the next", "甲增长三成。¦**乙下降。**¦"},
		{"rows of a table", "| 厂商 | 评价 |\n¦|---|---|\n¦| 甲 | 好。很好。 |\n¦"},
		{"English", "Revenue rose 3.5% in Q3. ¦The CEO agreed. ¦\"Why?\" ¦Nobody knows.¦"},
		{"English question with more", "\"Why?\" he asked. ¦Nobody knew.¦"},
		{"titles", "Mr. Smith met Dr. Chen and Ms. Li. ¦They agreed.¦"},
		{"companies", "Acme Inc. Chairman J. K. Chen resigned. ¦Done.¦"},
		{"countries", "The U.S. Treasury agreed. ¦So did the U.K. minister.¦"},
		{"Latin abbreviations", "Chips, e.g. in Fig. 3, cost more (cf. No. 5). ¦Done.¦"},
		{"months", "It closed on Nov. 21 at 4 p.m. local time. ¦Done.¦"},
		{"abbreviation before Chinese", "Acme Inc.宣布降价。¦"},
		{"no as a word", "They said no. ¦He said yes.¦"},
		{"year at the end", "It began in 2019. ¦Prices fell.¦"},
		{"brand in lower case after a stop", "价格不变。 ¦iCloud除外。¦"},
		{"lower case goes on", "The site example. com was down. ¦Done.¦"},
		{"addresses", "见 https://a.example/x?y=1.html 一文。¦完。¦"},
		{"host names", "登录a.example.com。¦完。¦"},
		{"exclamation in quotation marks goes on", "“不降价！”的口号变了。¦完。¦"},
		{"markers after the stop", "甲增长三成。[1][2]¦乙下降。[3]¦"},
		{"markers before the stop", "甲增长三成[1][2]。¦乙下降[3]。¦"},
		{"markers after a blank", "Revenue rose 5%. [1] ¦Costs fell [2]. ¦Done.¦"},
		{"markers of every form", "甲增长三成。【1】［2］[S3, S4]¦乙下降。¦"},
		{"marker inside the quotation", "他说：“会盈利。[1]”¦乙下降。¦"},
		{"marker after the quotation", "“会盈利吗？”[1]的问题没有答案。¦"},
		{"marker begins a line", "甲增长。¦\n[1] 乙下降。¦"},
		{"markers alone on a line", "甲增长。¦\n[1][2]\n¦乙下降。¦"},
		{"escaped numbers", `数据见文献\[9\]。¦乙下降\【1】。¦`},
		{"code", "运行 `a.b?c。d` 即可。¦完。¦"},
		{"code block", "```go\n¦x := 1。y[1]\n¦```\n¦完。¦好。¦"},
		{"code that is not closed ends with its line", "按 ` 键。完。\n¦好。¦了。¦"},
		{"only marks", "！！！\n¦——¦"},
		{"broken UTF-8", "甲\xff。¦乙。¦"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := strings.ReplaceAll(test.text, "¦", "")
			var want []string
			for _, s := range strings.SplitAfter(test.text, "¦") {
				if s, ended := strings.CutSuffix(s, "¦"); ended {
					want = append(want, strings.ToValidUTF8(strings.TrimFunc(s, isSpace), "\uFFFD"))
				}
			}
			if diff := cmp.Diff(want, cutAt(text)); diff != "" {
				t.Errorf("sentences (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzSentences(f *testing.F) {
	for _, text := range []string{"甲增长3.5%。[1] 乙说：“好？”\n\n- **丙**。", "A b. C `d.` \"E?\" f.", "```\n[1]\n```\n| a。 |", "\\[1\\]…\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		runes := []rune(text)
		at := 0
		for i, s := range Sentences(text) {
			if s.Start < at || s.End <= s.Start || s.End > len(runes) {
				t.Fatalf("sentence %d is %v after %d, of %d", i, s, at, len(runes))
			}
			if gap := string(runes[at:s.Start]); strings.TrimFunc(gap, isSpace) != "" {
				t.Fatalf("%q stands in no sentence", gap)
			}
			if isSpace(runes[s.Start]) || isSpace(runes[s.End-1]) {
				t.Fatalf("sentence %q has white space at its ends", string(runes[s.Start:s.End]))
			}
			at = s.End
		}
		if gap := string(runes[at:]); strings.TrimFunc(gap, isSpace) != "" {
			t.Fatalf("%q stands in no sentence", gap)
		}
		if n := utf8.RuneCountInString(text); n != len(runes) {
			t.Fatalf("%d code points, counted %d", len(runes), n)
		}
	})
}
