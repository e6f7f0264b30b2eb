package eval

import (
	"slices"
	"strings"
	"testing"
)

func TestFoldFact(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"20、3", "20~3"},
		{"2.5 折", "2.5折"},
		{"1,380家", "1380家"},
		{"1,2345", "1~2345"},
		{"12,345.67", "12345.67"},
		{"6,000 万元", "6000万元"},
		{"30％", "30%"},
		{"5 per cent", "5%"},
		{"5 percent的", "5percent的"}, // Chinese goes on with the word
		{"5percentage points", "5percentagepoints"},
		{"5 percent.", "5%"},
		{"7\u00a0per\u00a0cent", "7%"},
		{"3～5个", "3~5个"},
		{"Ａ ＩＳ １", "ais1"},
		{"2024-11-21", "2024~11~21"},
		{"0.8元/百万词元", "0.8元/百万词元"},
		{"①、②", "1~2"},
		{"❶、❷", "❶~❷"},
		{"约 4 小时 37 分", "约4小时37分"},
		{"50‰", "50‰"},
		{"[1] 2", "1~2"},
		{"3。5", "3~5"},
		{"3. 5", "3~5"},
		{"3.", "3"},
	} {
		if got := foldFact(c.in); got != c.want {
			t.Errorf("foldFact(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestHoldsFact(t *testing.T) {
	for _, c := range []struct {
		text, fact string
		want       bool
	}{
		{"打2.5折", "2.5折", true},
		{"打12.5折", "2.5折", false},
		{"增长3.2%", "3", false},
		{"增长3", "3", true},
		{"增长3.", "3", true},
		{"13亿", "3亿", false},
		{"3亿和13亿", "3亿", true},
		{"13亿和3亿", "3亿", true},
		{"2.3亿", "3亿", false},
		{"a.3亿", "3亿", true},
		{"1,380家", "1380", true},
		{"13800", "1380", false},
		{"20、3", "3", true},
		{"任何", "", false},
		{"", "3", false},
		{"10月初", "10月", true},
		{"2020年5月", "5月", true},
		{"15月", "5月", false},
		{"860.5万元", "860", false},
		{"0.8元", "8元", false},
	} {
		if got := holdsFact([]rune(foldFact(c.text)), []rune(foldFact(c.fact))); got != c.want {
			t.Errorf("%q in %q: %v", c.fact, c.text, got)
		}
	}
}

func TestFactsFound(t *testing.T) {
	got := factsFound("栎川云停了 4 小时 37 分[1]，影响 1,380 家企业[2]3。", [][]string{
		{"4小时37分"}, {"5小时52分", "1380家"}, {"23"}, {"5小时52分"},
	})
	if want := []bool{true, true, false, false}; !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

// FuzzFacts holds that folding a fact again changes nothing that it finds, and
// that a text holds itself.
func FuzzFacts(f *testing.F) {
	f.Add("收入62.4亿元，同比增长6.1%", "62.4亿元")
	f.Add("5 per cent, 1,380", "❶～")
	f.Fuzz(func(t *testing.T, text, fact string) {
		folded := foldFact(text)
		if strings.ContainsAny(folded, " ,，。、\n") {
			t.Errorf("%q is left of %q", folded, text)
		}
		if folded != "" && !holdsFact([]rune(folded), []rune(folded)) {
			t.Errorf("%q does not hold itself", text)
		}
		if holdsFact([]rune(folded), []rune(foldFact(fact))) && !strings.Contains(folded, foldFact(fact)) {
			t.Errorf("%q is found in %q", fact, text)
		}
	})
}
