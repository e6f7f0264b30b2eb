package when

import (
	"strings"
	"testing"
	"time"
)

// FuzzFind holds what is true of every period: it lies in the text, after the one
// before it, is the words it says, and its days are in the calendar and in order.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{
		"去年12月底，2023年3月和4月，2024年“2·29大降价”", "从2018 年 9 月到 2020 年 5月",
		"2025财年第一财季（2024年二季度）", "自从去年底以来近两三年", "春节前夕到双11前后",
		"Since the start of last year's third quarter, between March and May 2024",
		"FY24Q3 3Q'24 21/11/2024 2023/24 '24", "一月比一月少，某年年底，周一至周五", "31 February 2024, 2023-02-29",

		"从", "between", "the", "2024年1", "今年的“", "99年代", "since", "11月至2月", "before the day after May", "上", "１９９９年１３月",
	} {
		f.Add(seed, thursday)
		f.Add(seed, "2024-02")
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, text, asOf string) {
		runes := []rune(text)
		end := 0
		for _, p := range Find(text, asOf) {
			if p.Start < end || p.End <= p.Start || p.End > len(runes) {
				t.Fatalf("[%d, %d) after %d of %d", p.Start, p.End, end, len(runes))
			}
			if end = p.End; p.Text != string(runes[p.Start:p.End]) {
				t.Fatalf("text %q is not that of its span", p.Text)
			}
			checkDays(t, p)
		}
		for _, p := range Asked(text, asOf) {
			checkDays(t, p)
		}
		if p, ok := Window(text, asOf); ok && !p.Latest {
			checkDays(t, p)
		}
	})
}

func checkDays(t *testing.T, p Period) {
	t.Helper()
	if p.From == "" && p.To == "" {
		t.Fatalf("%q is open at both ends", p.Text)
	}
	for _, d := range []string{p.From, p.To} {
		if _, err := time.Parse(time.DateOnly, d); d != "" && err != nil {
			t.Fatalf("%q: %v", p.Text, err)
		}
	}
	if p.To != "" && p.From > p.To {
		t.Fatalf("%q ends before it begins: %s..%s", p.Text, p.From, p.To)
	}
}

// BenchmarkFind reads a passage of 800 characters with a date in every other
// sentence.
func BenchmarkFind(b *testing.B) {
	passage := string([]rune(strings.Repeat("云港科技在2024年3月5日宣布，自去年下半年起服务器价格下调两成，今年前三季度收入265.49亿元。"+
		"公司表示，下一步将在三个城市新建数据中心，员工总数超过2000人，型号为FX200的芯片已经量产，客户包括15家银行。", 10))[:800])
	b.ReportAllocs()
	for b.Loop() {
		Find(passage, thursday)
	}
}

// BenchmarkFindEnglish is the same in English.
func BenchmarkFindEnglish(b *testing.B) {
	passage := strings.Repeat("Cloud Harbour reported revenue of $3.2 billion for the third quarter of 2024, up 7% from a year earlier. "+
		"The company, led by Lin Zhou since last May, did not raise prices in Europe, and its FX200 chip runs in 15 data centres. ", 4)[:800]
	b.ReportAllocs()
	for b.Loop() {
		Find(passage, thursday)
	}
}
