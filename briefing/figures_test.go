package briefing

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag/cite"
	"chuchu/rag/when"
)

// A source is a sentence of an article as the tests of the derived parts make it.
type source struct{ title, published, before, text string }

// sectionsOf makes a maker and a briefing of one section, whose sentences are of
// articles of their own.
func sectionsOf(language string, sources ...source) (*maker, *Briefing) {
	m := &maker{request: Request{Topic: "海燕云", Language: language, Length: "standard"}}
	m.survey.topic = map[string]float64{"海燕": 1, "燕云": 1}
	m.survey.most = []float64{2}
	b := &Briefing{Language: language}
	section := Section{Heading: "海燕云"}
	for i, s := range sources {
		a := corpus.Ref{ID: string(rune('a' + i)), Version: 1, Title: s.title, Published: corpus.Date(s.published)}
		start := len([]rune(s.before))
		f := &finding{
			article: a, passage: a.ID + ".0", start: start, end: start + len([]rune(s.text)), text: s.text, before: s.before,
			quantities: cite.Quantities(s.text), dates: when.Find(s.text, s.published), terms: cite.Terms(s.text),
		}
		m.survey.findings = append(m.survey.findings, f)
		section.Sentences = append(section.Sentences, m.quote(f))
	}
	b.Sections = []Section{section}
	return m, b
}

// rows are the figures as a reader of the table sees them.
func rows(t *testing.T, m *maker, b *Briefing) []string {
	t.Helper()
	figures, err := m.figures(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, f := range figures {
		list = append(list, strings.Join([]string{f.What, f.Value, f.Unit, f.Date}, " | "))
	}
	return list
}

func TestFigures(t *testing.T) {
	tests := []struct {
		name     string
		language string
		source   source
		want     []string
	}{
		{"money, its growth and their quarter", "zh", source{published: "2024-10-31", text: "2024年第三季度，海燕云营收为14.2亿元，同比增长36%。"},
			[]string{"海燕云营收 | 14.2 | 亿元 | 2024-Q3", "海燕云营收同比增长 | 36 | % | 2024-Q3"}},
		{"bounds and an open number", "zh", source{published: "2024-10-31", text: "海燕云目前员工超过1200人，客户约3万家。"},
			[]string{"海燕云员工 | 超过1200 | 人 | 2024-10-31", "海燕云客户 | 约3 | 万家 | 2024-10-31"}},
		{"after the value", "zh", source{published: "2024-10-31", text: "松涛科技2023年为海燕云贡献了近两成的营收。"},
			[]string{"海燕云贡献了的营收 | 近两 | 成 | 2023"}},
		{"a share that says of what", "zh", source{published: "2024-06-18", text: "据知情人透露，海燕云这次裁员80人，约占销售团队总人数的10%。"},
			[]string{"海燕云裁员 | 80 | 人 | ", "海燕云裁员占销售团队总人数的 | 10 | % | "}},
		{"whose it is stands before", "zh", source{published: "2024-08-15", before: "海燕云公布了上半年业绩。", text: "营收为24亿元，亏损3.1亿元。"},
			[]string{"海燕云营收 | 24 | 亿元 | 2024-H1", "海燕云亏损 | 3.1 | 亿元 | 2024-H1"}},
		{"only what it became", "zh", source{published: "2024-08-15", text: "2024年6月，海燕云客户从47家增加到112家。"},
			[]string{"海燕云客户 | 112 | 家 | 2024-06"}},
		{"growth that reaches a share", "zh", source{published: "2024-10-31", text: "2024年第三季度，海燕云营收增长，同比增长达到36%。"},
			[]string{"海燕云营收同比增长 | 36 | % | 2024-Q3"}},
		{"against last year", "zh", source{published: "2024-08-15", text: "2024年，海燕云定下60亿元的营收目标，比2023年的40亿元多一半。"},
			[]string{"海燕云营收目标 | 60 | 亿元 | 2024"}},
		{"this quarter is the one that was named", "zh", source{published: "2024-08-15", text: "海燕云公布2024年二季度财报，本季度营收达到9.8亿元。"},
			[]string{"海燕云营收 | 9.8 | 亿元 | 2024-Q2"}},
		{"no months of fiscal years", "zh", source{published: "2024-08-15", text: "2025财年，海燕云营收为50亿元。"},
			[]string{"海燕云营收 | 50 | 亿元 | "}},
		{"several that are told together", "zh", source{published: "2024-08-15", text: "海燕云、北辰云的份额分别为31%和25%。"}, []string{}},
		{"what tells nothing", "zh", source{published: "2024-08-15", text: "海燕云在第1届大会上讲了3个故事，客服电话是4008123456，发布了v2.0.1版，合同签了3年。"}, []string{}},
		{"nothing says what it is of", "zh", source{published: "2024-08-15", text: "其中30%来自南方。"}, []string{}},
		{"English", "en", source{published: "2024-10-31", text: "Kestrel Cloud revenue was $1.42 billion in the third quarter of 2024."},
			[]string{"Kestrel Cloud revenue | $1.42 | billion | 2024-Q3"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, b := sectionsOf(test.language, test.source)
			if diff := cmp.Diff(test.want, rows(t, m, b)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFiguresOfSeveralSentences(t *testing.T) {
	m, b := sectionsOf("zh",
		source{published: "2024-10-31", text: "2024年第三季度，海燕云营收为14.2亿元。"},
		source{published: "2024-11-05", text: "海燕云2024年第三季度营收达到14.2亿元，好于预期。"},
		source{published: "2024-11-05", text: "海燕云2024年第二季度营收为9.8亿元。"},
	)
	want := []string{"海燕云营收 | 14.2 | 亿元 | 2024-Q3", "海燕云营收 | 9.8 | 亿元 | 2024-Q2"}
	if diff := cmp.Diff(want, rows(t, m, b)); diff != "" {
		t.Error("the same figure twice:", diff)
	}
	m, b = sectionsOf("zh")
	for range 30 {
		s := source{published: "2024-10-31", text: "海燕云" + strings.Repeat("南", len(b.Sections[0].Sentences)+1) + "区营收为" + strings.Repeat("1", len(b.Sections[0].Sentences)+1) + "亿元。"}
		more, one := sectionsOf("zh", s)
		b.Sections[0].Sentences = append(b.Sections[0].Sentences, one.Sections[0].Sentences...)
		m = more
	}
	if n := len(rows(t, m, b)); n > mostFigures["standard"] {
		t.Errorf("%d rows", n)
	}
}

// checkFigure reports what must hold of every figure of a briefing of extracts: value
// and unit stand in its sentence, and what it is of is made of the article's words.
func checkFigure(t *testing.T, m *maker, f Figure) {
	t.Helper()
	text := cite.Strip(f.Sentence.Text)
	if !strings.Contains(text, f.Value+f.Unit) && !strings.Contains(text, f.Value+" "+f.Unit) {
		t.Errorf("%q %q does not stand in %q", f.Value, f.Unit, text)
	}
	k := m.readKept(f.Sentence)
	what, qualifier, _ := strings.Cut(strings.TrimSuffix(f.What, "）"), "（")
	if !joinsOf(what, text+"\n"+k.before()) || !strings.Contains(text, qualifier) {
		t.Errorf("%q is not made of the words of %q after %q", f.What, text, k.before())
	}
}

// joinsOf reports whether a text is at most three substrings of another, joined.
func joinsOf(what, text string) bool {
	for range 3 {
		what = strings.TrimSpace(what)
		end := len(what)
		for end > 0 && !strings.Contains(text, what[:end]) {
			end--
		}
		if what = what[end:]; what == "" {
			return true
		}
	}
	return false
}

func FuzzFigures(f *testing.F) {
	f.Add("海燕云公布了业绩。", "第三季度营收为14.2亿元，同比增长36%，其中政务客户占两成。", "2024-10-31")
	f.Add("", "Revenue rose 36% to $1.42 billion; 3,200 people work there.", "2024")
	f.Add("", "从47家增加到112家，约占一半的客户数量以上 10%-15%的份额", "")
	f.Fuzz(func(t *testing.T, before, text, published string) {
		if !corpusDate(published) || strings.ContainsAny(text, "[]\\") || strings.TrimSpace(text) != text {
			t.Skip()
		}
		m, b := sectionsOf("zh", source{published: published, before: before, text: text})
		figures, err := m.figures(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		for _, figure := range figures {
			checkFigure(t, m, figure)
		}
		moments, err := m.timeline(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		for _, moment := range moments {
			checkMoment(t, m, moment)
		}
	})
}

// corpusDate reports whether a text is a date as articles have it.
func corpusDate(s string) bool {
	first, _ := corpus.Date(s).Bounds()
	return s == "" || first != ""
}

func TestDateText(t *testing.T) {
	tests := []struct{ text, want string }{
		{"2024年", "2024"}, {"2024年第二季度", "2024-Q2"}, {"2024年下半年", "2024-H2"}, {"2024年6月", "2024-06"}, {"2024年6月18日", "2024-06-18"},
		{"2024年6月下旬", "2024-06"}, {"2024年底", "2024-12"}, {"2022年到2024年", ""}, {"2024年以来", ""}, {"2025财年第一季度", ""},
	}
	for _, test := range tests {
		list := when.Find(test.text, "2024-11-21")
		if len(list) == 0 {
			t.Errorf("%s: no period", test.text)
		} else if got := dateText(list[0]); got != test.want {
			t.Errorf("%s: %q, want %q (%+v)", test.text, got, test.want, list[0])
		}
	}
}

func TestParted(t *testing.T) {
	tests := [][3]string{
		{"265.49亿元", "265.49", "亿元"}, {"超过20%", "超过20", "%"}, {"10%-15%", "10%-15", "%"}, {"两成", "两", "成"}, {"一千多人", "一千多", "人"}, {"3万多人", "3", "万多人"},
		{"人民币386.79亿元", "386.79", "亿元"}, {"1/5", "1/5", ""}, {"近一半", "近一半", ""}, {"$1.42 billion", "$1.42", "billion"}, {"a third", "a third", ""}, {"20多家", "20多", "家"},
	}
	for _, test := range tests {
		if value, unit := parted(test[0]); value != test[1] || unit != test[2] {
			t.Errorf("%s: %q %q", test[0], value, unit)
		}
	}
}
