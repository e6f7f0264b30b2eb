package lexicon_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"chuchu/rag/lexicon"

	"github.com/google/go-cmp/cmp"
)

func newLexicon(t testing.TB, terms map[string][]string) *lexicon.Lexicon {
	t.Helper()
	l, err := lexicon.New(terms)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// holding returns the frequencies of a collection: each word as often as it is
// named.
func holding(words string) func(string) float64 {
	counts := map[string]float64{}
	for word := range strings.FieldsSeq(words) {
		counts[strings.ReplaceAll(word, "_", " ")]++
	}
	return func(term string) float64 { return counts[term] }
}

// show writes an expansion as the tests write it: kind, source and alternatives a
// line, the rest behind them.
func show(e lexicon.Expansion) string {
	var b strings.Builder
	for _, g := range e.Groups {
		fmt.Fprintf(&b, "%s %s: %s\n", g.Kind, g.Source, strings.Join(g.Alternatives, ", "))
	}
	if e.Rest != "" {
		fmt.Fprintf(&b, "rest: %s\n", e.Rest)
	}
	return b.String()
}

var cloudTerms = map[string][]string{
	"阿里云":           {"Alibaba Cloud", "Aliyun"},
	"火山引擎":          {"Volcano Engine"},
	"Volcano":       {"火山"},
	"大模型":           {"LLM", "large language model"},
	"Alibaba Cloud": {"阿里雲"},
	"五年計畫":          {"五年规划"},
}

func TestExpand(t *testing.T) {
	l := newLexicon(t, cloudTerms)
	for _, c := range []struct {
		name, query, collection string
		want                    string
	}{
		{"nothing", "", "", ""},
		{"stop words only", "What is it, and how much of that?", "", ""},
		{"punctuation", "?! — …", "", "rest: ?! — …\n"},
		{"a word", "inference", "推理 推论", "dictionary inference: 推理, 推论\n"},
		{"inflected", "outsourcing banks", "外包 银行", "dictionary outsourcing: 外包\ndictionary banks: 银行\n"},
		{"irregular", "prices rose", "价格 上升", "dictionary prices: 价格\ndictionary rose: 上升\n"},
		{"what one stem stands for is kept apart", "customers' customs", "客户 习惯", "dictionary customers: 客户\ndictionary customs: 习惯\n"},
		{"unless the collection has nothing else", "customers", "习惯", "dictionary customers: 习惯\n"},
		{"the longest phrase", "central bank", "央行 银行 中央", "dictionary central bank: 央行\n"},
		{"shorter where the collection has none", "central bank", "银行 中央", "dictionary central: 中央\ndictionary bank: 银行\n"},
		{"with what is left out between", "Ministry of Education", "教育部", "dictionary Ministry of Education: 教育部\n"},
		{"not across punctuation", "central. Bank", "央行 银行", "dictionary Bank: 银行\n"},
		{"hyphens join", "high-speed train", "动车", "dictionary high-speed train: 动车\n"},
		{"no phrase of grammar", "how many", "多少 几个", ""},
		{"as it is", "TikTok on AWS", "TikTok AWS", "word TikTok: TikTok\nword AWS: AWS\n"},
		{"as it is beside what it means", "startup", "startup 创业公司", "dictionary startup: startup, 创业公司\n"},
		{"in neither", "zyzzyva", "银行", ""},
		{"a place", "Sichuan", "四川 川菜", "dictionary Sichuan: 四川, 川菜\n"},
		{"a company by its short name", "Tencent", "腾讯", "dictionary Tencent: 腾讯\n"},
		{"a person by the name abroad", "Robin Li", "李彦宏", "dictionary Robin Li: 李彦宏\n"},
		{"frequent ones first", "cost", "费用 费用 费用 费用 费用 费用 成本", "dictionary cost: 费用, 成本\n"},
		{"each source once", "banks and banks", "银行", "dictionary banks: 银行\n"},
		{"Chinese in an English query", "What did 游族网络 use for its players?", "玩家 使用 游族网络", "word 游族网络: 游族网络\ndictionary use: 使用\ndictionary players: 玩家\n"},

		{"glossary from English", "Volcano Engine's price", "火山引擎 价格", "glossary Volcano Engine's: 火山引擎\ndictionary price: 价格\n"},
		{"glossary in another case and number", "LARGE LANGUAGE MODELS", "大模型", "glossary LARGE LANGUAGE MODELS: 大模型\n"},
		{"glossary from Chinese", "阿里云的收入", "Alibaba_Cloud 阿里云", "glossary 阿里云: 阿里云, Alibaba Cloud\nrest: 的收入\n"},
		{"glossary from traditional Chinese", "阿里雲的收入", "Aliyun", "glossary 阿里雲: Aliyun\nrest: 的收入\n"},
		{"glossary in the other script, by word", "五年计划", "五年规划", "glossary 五年计划: 五年规划\n"},
		{"glossary in full width", "ＬＬＭ", "大模型", "glossary ＬＬＭ: 大模型\n"},
		{"two entries name it", "Alibaba Cloud", "阿里雲 Aliyun", "glossary Alibaba Cloud: 阿里雲, Aliyun\n"},
		{"what the glossary names is not there", "Volcano Engine", "火山爆发 引擎", "dictionary Engine: 引擎\n"},
		{"Latin names in a Chinese question stay", "OpenAI的startup怎么样", "初创", "rest: OpenAI的startup怎么样\n"},
		{"Chinese without a term", "收入增长了吗", "", "rest: 收入增长了吗\n"},
		{"what the collection says in another word", "企业信箱的续费率", "企业 邮箱 续费", "synonym 信箱: 邮箱\nrest: 企业 的续费率\n"},
		{"the longest word", "光棍节的大促", "双11 大促", "synonym 光棍节: 双11\nrest: 的大促\n"},
		{"not for what it says itself", "企业信箱", "信箱 信箱 信箱 邮箱 邮箱", "rest: 企业信箱\n"},
		{"beside a word that is rare there", "员工的薪水", "薪水 工资 工资 工资", "synonym 薪水: 薪水, 工资\nrest: 员工的\n"},
		{"traditional", "企業信箱", "邮箱", "synonym 信箱: 邮箱\nrest: 企業\n"},
		{"not across a blank", "信 箱", "邮箱", "rest: 信 箱\n"},

		{"a name", "Liang Yan moved", "梁岩 梁艳 两眼", "name Liang Yan: 梁岩, 梁艳\n"},
		{"a name of three", "Chu Ruisong left", "褚瑞 储瑞 储瑞松", "name Chu Ruisong: 储瑞松\n"},
		{"the surname last", "Ruisong Chu", "储瑞 储瑞松", "name Ruisong Chu: 储瑞松\n"},
		{"a name of three words", "Li Xiao Mang", "李晓 李晓芒", "name Li Xiao Mang: 李晓芒\n"},
		{"an apostrophe in a name", "Zhang Xi'an's plan", "张西 张西安 计划", "name Zhang Xi'an's: 张西安\ndictionary plan: 计划\n"},
		{"a compound surname", "Ouyang Feng", "欧阳锋", "name Ouyang Feng: 欧阳锋\n"},
		{"small letters make no name", "liang yan", "梁岩", ""},
		{"no pinyin", "Bing Bong", "冰棒", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := l.Expand(c.query, holding(c.collection))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, show(got)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", c.query, diff)
			}
		})
	}
}

func TestExpandWithoutCollection(t *testing.T) {
	got, err := newLexicon(t, nil).Expand("Liang Yan's job title", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range got.Groups {
		if g.Kind == lexicon.Name {
			t.Errorf("a name, %q, without a collection to find it in", g.Source)
		}
	}
	last := got.Groups[len(got.Groups)-1]
	if want := []string{"job title", "职称"}; !slices.Equal(last.Alternatives, want) {
		t.Errorf("job title: %q, want %q", last.Alternatives, want)
	}
}

func TestWeights(t *testing.T) {
	l := newLexicon(t, cloudTerms)
	for _, c := range []struct {
		query string
		want  []float64
	}{
		{"Volcano Engine prices and TikTok", []float64{1, .7, 1}},
		{"火山引擎和阿里云", []float64{3, 2}},
	} {
		got, err := l.Expand(c.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		var weights []float64
		for _, g := range got.Groups {
			weights = append(weights, g.Weight)
		}
		if !slices.Equal(weights, c.want) {
			t.Errorf("%q: weights %v, want %v", c.query, weights, c.want)
		}
	}
}

// checkExpansion holds what every expansion is.
func checkExpansion(t *testing.T, query string, e lexicon.Expansion) {
	t.Helper()
	if len(e.Groups) > 100 {
		t.Errorf("%d groups", len(e.Groups))
	}
	chars, end := []rune(query), 0
	for _, g := range e.Groups {
		if g.Start < end || g.End > len(chars) || g.Source != string(chars[g.Start:g.End]) {
			t.Fatalf("%q is not [%d,%d) of %q, or before %d", g.Source, g.Start, g.End, query, end)
		}
		end = g.End
		if n := len(g.Alternatives); n == 0 || n > 10 {
			t.Errorf("%q has %d alternatives", g.Source, n)
		}
		if g.Weight <= 0 {
			t.Errorf("%q weighs %g", g.Source, g.Weight)
		}
	}
	if utf8.RuneCountInString(e.Rest) > len(chars)+1 {
		t.Errorf("the rest %q is longer than the query", e.Rest)
	}
}

func TestLongQueries(t *testing.T) {
	l := newLexicon(t, cloudTerms)
	for _, unit := range []string{"Which bank cut costs? ", "阿里云降价。", "Liang Yan ", "a", "and ", "LLM、", "😀 ", "雲 cloud "} {
		query := strings.Repeat(unit, 4000/utf8.RuneCountInString(unit))
		e, err := l.Expand(query, func(string) float64 { return 1 })
		if err != nil {
			t.Fatal(err)
		}
		checkExpansion(t, query, e)
	}
}

func FuzzExpand(f *testing.F) {
	for _, query := range []string{
		"How much did TikTok pay Google Cloud in 2022?", "阿里云和AWS谁降价更多？", "Chu Rui-song's R&D, i.e. C++", "ＬＬＭ’s 火山引擎 Volcano",
		"'", "Zhang 'an", "A'", "\xff\xfe", "é́n 1.2.3 +& 4,5", "Li \u200b Yan",
	} {
		f.Add(query)
	}
	l := newLexicon(f, cloudTerms)
	f.Fuzz(func(t *testing.T, query string) {
		if !utf8.ValidString(query) {
			query = strings.ToValidUTF8(query, "?") // what comes as JSON is valid
		}
		for _, frequency := range []func(string) float64{nil, func(term string) float64 { return float64(len(term) % 3) }} {
			e, err := l.Expand(query, frequency)
			if err != nil {
				t.Fatal(err)
			}
			checkExpansion(t, query, e)
		}
	})
}

func BenchmarkExpand(b *testing.B) {
	l := newLexicon(b, cloudTerms)
	few := func(term string) float64 { return float64(len(term) % 5) }
	for _, c := range []struct {
		name, query string
	}{
		{"question", "When Liang Yan moved from AWS China to Microsoft in 2024, what job title did Microsoft's system show?"},
		{"Chinese question", "火山引擎的弹性缓存把大模型推理的时延和成本各降低了多少？"},
		{"4000 characters", strings.Repeat("How did the central bank respond to rising prices in the year before? ", 57)},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := l.Expand(c.query, few); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFirstExpand includes unpacking the dictionary.
func BenchmarkFirstExpand(b *testing.B) {
	for b.Loop() {
		if _, err := newLexicon(b, nil).Expand("bank", nil); err != nil {
			b.Fatal(err)
		}
	}
}
