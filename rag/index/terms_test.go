package index_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"chuchu/rag/index"
)

func TestTerms(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "",
		"  ，。\n":                  "",
		"云":                       "云",
		"云计算":                     "云计 计算",
		"云，计算。":                   "云 计算",
		"云\n计":                    "云 计",
		"阿里云 ECS 涨价":              "阿里 里云 ecs 涨价",
		"ＡＢＣ１２３":                  "abc123 abc 123",
		"Qwen2.5-72B":             "qwen2.5 qwen 2.5 72b 72 b",
		"5G":                      "5g 5 g",
		"265.49亿元":                "265.49 亿元",
		"1,234,567人":              "1234567 人",
		"1，234":                   "1234", // NFKC makes it a comma between digits
		"2024-11-21":              "2024 11 21",
		"601．2":                   "601.2",
		"末尾3.":                    "末尾 3",
		"a.b c,d":                 "a b c d",
		"v1.2.3":                  "v1.2.3 v 1.2.3",
		"don't":                   "don t",
		"Ünïcode É":               "ünïcode é",
		"ﾃﾞｰﾀ":                    "デー ータ",
		"클라우드":                    "클라 라우 우드",
		"一〇〇亿":                    "一〇 〇〇 〇亿",
		"облако云":                 "облако 云",
		"①号":                      "1 号",
		"面积30㎡":                   "面积 30m2 30 m 2",
		"A股、B股":                   "a 股 b 股",
		"\U00020000\U00020001":    "\U00020000\U00020001",
		"https://a.example/x?y=1": "https a example x y 1",
	} {
		if got := strings.Join(index.Terms(text), " "); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

// FuzzTerms holds that terms are words, that folding is done with after one time,
// and that a text's terms are those of its lines.
func FuzzTerms(f *testing.F) {
	for _, s := range []string{"云计算ECS 2.5", "Qwen2.5，1,234", "e\u0301\u0300", "ǅ\u0345İ", "\xff云\xfe", "１．５㎡①", "ﾃﾞｰﾀ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		terms := index.Terms(text)
		for _, term := range terms {
			if term == "" || strings.ContainsAny(term, "\x00 \n，。,") || !utf8.ValidString(term) {
				t.Errorf("%q gives the term %q", text, term)
			}
			again := index.Terms(term)
			if len(again) == 0 || again[0] != term {
				t.Errorf("the term %q of %q gives %q", term, text, again)
			}
		}
		if got := index.Terms("\n" + text + "\n"); !slices.Equal(got, terms) {
			t.Errorf("between line ends %q gives %q, alone %q", text, got, terms)
		}
	})
}
