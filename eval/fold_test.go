package eval

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// The expectations of the tables here and in fact_test.go and marker_test.go are
// what an independent scorer in Python computes for the same figures.

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"栎川云 2023年 收入：62.4亿元", "栎川云2023年收入624亿元"},
		{"“价格，”他说", "价格他说"},
		{"ＡＢＣ１２３％", "abc123%"},
		{"Ｃｈｕｃｈｕ　出处", "chuchu出处"},
		{"㎏ ½ ①", "kg1⁄21"},
		{"**粗体** `code` [1](x)", "粗体code1x"},
		{"e\u0301", "\u00e9"},
		{"İstanbul", "i\u0307stanbul"},
		{"a—b~c…", "abc"},
		{"﹙％﹚", "%"},
		{"a\x1cb", "ab"},
	} {
		if got := fold(c.in); got != c.want {
			t.Errorf("fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestLocate(t *testing.T) {
	for _, c := range []struct {
		text, quote string
		want        []region
	}{
		{"甲“乙，丙”丁。乙丙", "乙丙", []region{{2, 5}, {8, 10}}},
		{"㎏重量", "kg重", []region{{0, 2}}},
		{"㎏重量", "g重", []region{{0, 2}}},
		{"甲乙", "丁", nil},
		{"ababab", "ab", []region{{0, 2}, {2, 4}, {4, 6}}},
		{"a b\nc", "b c", []region{{2, 5}}},
		{"甲乙", "，。", nil},
		{strings.Repeat("甲", 9), "甲", []region{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}}},
	} {
		got := foldText(c.text).locate(c.quote)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(region{})); diff != "" {
			t.Errorf("%q in %q:\n%s", c.quote, c.text, diff)
		}
	}
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		quote, passage string
		want           float64
	}{
		{"甲乙丙丁戊己庚辛壬癸", "前甲乙丙丁戊己庚辛壬癸后", 1},
		{"甲乙丙丁戊己庚辛壬癸", "前后甲乙丙丁戊己", .6},
		{"甲乙丙丁戊己庚辛壬癸", "己庚辛壬癸后", .5},
		{"甲乙丙丁戊己庚辛壬癸", "前甲乙丙", 0},
		{"甲乙丙丁戊己庚辛壬癸", "丙丁戊己", .4},
		{"甲乙丙丁", "乙丙", .5},
		{"甲乙丙丁戊己庚辛壬癸", "前甲乙丙丁后", 0}, // neither at its beginning nor at its end
		{"", "甲", 0},
		{"甲", "", 0},
		{"甲乙丙", "甲乙", 2. / 3},
	} {
		if got := share(fold(c.quote), fold(c.passage)); got != c.want {
			t.Errorf("share(%q, %q) = %v, want %v", c.quote, c.passage, got, c.want)
		}
	}
}

// FuzzLocate holds that a part of a text is found where it stands.
func FuzzLocate(f *testing.F) {
	f.Add("栎川云“第二次”大降价：平均降20%，最高降55%。", 4, 12)
	f.Add("㎏ ½ ①İ", 1, 3)
	f.Fuzz(func(t *testing.T, text string, start, length int) {
		if !utf8.ValidString(text) || !norm.NFC.IsNormalString(text) {
			return // texts are
		}
		runes := []rune(text)
		if start < 0 || length < 1 || start >= len(runes) || length > len(runes)-start {
			return
		}
		quote := string(runes[start : start+length])
		if !norm.NFC.IsNormalString(quote) || fold(quote) == "" {
			return
		}
		regions := foldText(text).locate(quote)
		if len(regions) == 0 {
			t.Fatalf("%q is not found in %q", quote, text)
		}
		for _, at := range regions {
			if at.start < 0 || at.start >= at.end || at.end > len(runes) {
				t.Fatalf("%q is found at %v of %d characters", quote, at, len(runes))
			}
			if got := fold(string(runes[at.start:at.end])); !strings.Contains(got, fold(quote)) {
				t.Errorf("%q stands at %v, not %q", got, at, quote)
			}
		}
		if got := share(fold(quote), fold(text)); got != 1 {
			t.Errorf("share(%q, %q) = %v", quote, text, got)
		}
	})
}
