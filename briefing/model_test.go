package briefing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/rag"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// byModel makes a briefing on 海燕云 over papers with a model that plays a script.
func byModel(t *testing.T, r Request, onError string, script ...llm.Script) (*Briefing, *llm.Scripted, error) {
	t.Helper()
	a := newArchive(t, papers()...)
	model := llm.NewScripted(script...)
	a.engine.Model, a.engine.Options.OnModelError = model, onError
	r.Topic = "海燕云"
	r, err := checkRequest(t.Context(), a.engine, r)
	if err != nil {
		t.Fatal(err)
	}
	b := &Briefing{ID: "brf_x"}
	m := &maker{Parts: Parts{Engine: a.engine, Options: Defaults()}, request: r, tell: func(any) error { return nil }}
	err = m.make(t.Context(), b)
	return b, model, err
}

// playing is a script that plays a reply to prompts with a text in them.
func playing(match, text string) llm.Script { return llm.Script{Match: match, For: "text", Text: text} }

var twoSections = Request{Sections: []string{"营收", "价格"}, Language: "zh"}

const (
	ofResults = "本节的标题：营收"
	ofPrices  = "本节的标题：价格"
	noPlan    = "no plan"
)

// saying is a sentence that cites the first passage; where another one bears it out, code
// re-points it.
func saying(sentence string) string {
	return strings.TrimSuffix(sentence, "。") + "[S1]。"
}

func texts(section Section) (list []string) {
	for _, s := range section.Sentences {
		list = append(list, cite.Strip(s.Text))
	}
	return list
}

func codes(b *Briefing) (list []string) {
	for _, c := range b.Caveats {
		list = append(list, c.Code)
	}
	slices.Sort(list)
	return list
}

func TestWriteByModel(t *testing.T) {
	results := saying("海燕云第三季度营收为14.2亿元，同比增长36%。")
	prices := saying("海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。")
	for name, c := range map[string]struct {
		script  []llm.Script
		want    [][]string // sentences, by section
		dropped []string
		caveats []string
		calls   int // for sections
	}{
		"all holds": {
			script: []llm.Script{playing(ofResults, results), playing(ofPrices, prices)},
			want:   [][]string{{"海燕云第三季度营收为14.2亿元，同比增长36%。"}, {"海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。"}},
			calls:  2,
		},
		"a figure is wrong, and is dropped": {
			script:  []llm.Script{playing(ofResults, results+saying("海燕云第三季度营收为15.2亿元，同比增长36%。")), playing(ofPrices, prices)},
			want:    [][]string{{"海燕云第三季度营收为14.2亿元，同比增长36%。"}, {"海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。"}},
			dropped: []string{"contradicted 海燕云第三季度营收为15.2亿元，同比增长36%。"},
			calls:   2,
		},
		"a figure is wrong, and is repaired": {
			script: []llm.Script{
				playing(ofResults, saying("海燕云第三季度营收为15.2亿元，同比增长36%。")+saying("增长主要来自政务客户，公司为此新设了西北分部。")), playing(ofPrices, prices),
				{Match: "15.2亿元", For: "json", Text: `{"sentences": [{"number": 1, "text": "海燕云第三季度营收为14.2亿元，同比增长36%[S1]。"}]}`},
			},
			want:    [][]string{{"海燕云第三季度营收为14.2亿元，同比增长36%。", "增长主要来自政务客户，公司为此新设了西北分部。"}, {"海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。"}},
			dropped: []string{"contradicted 海燕云第三季度营收为15.2亿元，同比增长36%。 repaired"},
			calls:   2,
		},
		"headings, lists and what claims nothing": {
			script: []llm.Script{
				playing(ofResults, "## 营收\n- **海燕云**第三季度营收为14.2亿元，同比增长36%[S1]。\n- 所给文章没有提到利润。\n"), playing(ofPrices, prices),
			},
			want:    [][]string{{"海燕云第三季度营收为14.2亿元，同比增长36%。"}, {"海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。"}},
			dropped: []string{"none 所给文章没有提到利润。"},
			calls:   2,
		},
		"one section fails twice": {
			script: []llm.Script{
				{Match: ofResults, For: "text", Fail: "error", Status: 500}, playing(ofPrices, prices),
			},
			want:    [][]string{nil, {"海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。"}},
			caveats: []string{"section_extracts"},
			calls:   3,
		},
		"one section fails once": {
			script: []llm.Script{
				{Match: ofResults, For: "text", Fail: "timeout"}, playing(ofResults, results), playing(ofPrices, prices),
			},
			want:  [][]string{{"海燕云第三季度营收为14.2亿元，同比增长36%。"}, {"海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。"}},
			calls: 3,
		},
		"the budget is spent, and is not asked for again": {
			script:  []llm.Script{{Match: ofResults, For: "text", Fail: "budget"}, playing(ofPrices, prices)},
			want:    [][]string{nil, {"海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。"}},
			caveats: []string{"section_extracts"},
			calls:   2,
		},
		"an empty reply": {
			script:  []llm.Script{playing(ofResults, " \n "), playing(ofPrices, prices)},
			want:    [][]string{nil, {"海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。"}},
			caveats: []string{"section_extracts"},
			calls:   3,
		},
		"cut after two sentences": {
			script: []llm.Script{
				{Match: ofResults, For: "text", Text: results + saying("增长主要来自政务客户，公司为此新设了西北分部。") + "海燕云的总部设在南屏市高新区，数据中心设在临江", Chunk: 1000, Fail: "cut", After: 1},
				playing(ofPrices, prices),
			},
			want:    [][]string{{"海燕云第三季度营收为14.2亿元，同比增长36%。", "增长主要来自政务客户，公司为此新设了西北分部。"}, {"海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。"}},
			caveats: []string{"section_cut"},
			calls:   2,
		},
		"cut within the first sentence": {
			script: []llm.Script{
				{Match: ofResults, For: "text", Text: "海燕云第三季度营收", Chunk: 1000, Fail: "cut", After: 1}, playing(ofPrices, prices),
			},
			want:    [][]string{nil, {"海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。"}},
			caveats: []string{"section_extracts"},
			calls:   3,
		},
		"nothing of it holds": {
			script:  []llm.Script{playing(ofResults, "海燕云计划裁员九千人[S1]。"), playing(ofPrices, prices)},
			want:    [][]string{nil, {"海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。"}},
			dropped: []string{"weak 海燕云计划裁员九千人。"},
			caveats: []string{"section_extracts"},
			calls:   2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			script := append(c.script, llm.Script{For: "json", Text: noPlan})
			b, model, err := byModel(t, twoSections, "extracts", script...)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range c.want {
				switch got := texts(b.Sections[i]); {
				case want == nil && len(got) == 0:
					t.Errorf("section %d is empty", i)
				case want != nil && !slices.Equal(got, want):
					t.Errorf("section %d: %s", i, cmp.Diff(want, got))
				}
				for _, s := range b.Sections[i].Sentences {
					if len(s.Citations) == 0 || len(s.Spans) == 0 || !slices.Equal(s.Citations, markerNumbers(s.Text)) {
						t.Errorf("sentence %+v", s)
					}
				}
			}
			var dropped []string
			for _, d := range b.Dropped {
				line := d.Verdict + " " + d.Text
				if slices.ContainsFunc(d.Why, func(y rag.Why) bool { return y.Kind == "repaired" }) {
					line += " repaired"
				}
				dropped = append(dropped, line)
			}
			if !slices.Equal(dropped, c.dropped) {
				t.Errorf("dropped: %s", cmp.Diff(c.dropped, dropped))
			}
			if got := codes(b); !slices.Equal(got, c.caveats) {
				t.Errorf("caveats %v, want %v", b.Caveats, c.caveats)
			}
			calls := slices.DeleteFunc(model.Requests(), func(r llm.Request) bool { return r.JSON })
			if len(calls) != c.calls {
				t.Errorf("%d sections were asked for, want %d", len(calls), c.calls)
			}
		})
	}
}

// TestFourthSectionFails: the others stay as the model wrote them.
func TestFourthSectionFails(t *testing.T) {
	request := Request{Sections: []string{"价格", "合作", "规模", "营收"}, Language: "zh"}
	b, _, err := byModel(t, request, "extracts",
		llm.Script{Match: ofResults, For: "text", Fail: "error", Status: 503}, llm.Script{For: "json", Text: noPlan},
		playing(ofPrices, saying("海燕云宣布对象存储标准版单价定为每月0.12元，自4月1日起生效。")),
		playing("本节的标题：合作", saying("海燕云与松涛科技签订合作协议，双方将共建临江智算中心。")),
		playing("本节的标题：规模", saying("海燕云目前在全国共有员工3200人，其中研发人员占六成。")))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"单价定为每月0.12元", "共建临江智算中心", "员工3200人", "14.2亿元"} {
		if got := strings.Join(texts(b.Sections[i]), ""); !strings.Contains(got, want) {
			t.Errorf("section %d: %q, want %q in it", i, got, want)
		}
	}
	if got := codes(b); !slices.Equal(got, []string{"section_extracts"}) || !strings.Contains(b.Caveats[0].Text, "营收") {
		t.Errorf("caveats %v", b.Caveats)
	}
}

func TestModelErrorEndsBriefing(t *testing.T) {
	_, _, err := byModel(t, twoSections, "error", playing(ofPrices, saying("海燕云说，降价是为了留住中小客户。")),
		llm.Script{Match: ofResults, For: "text", Fail: "timeout"}, llm.Script{For: "json", Text: noPlan})
	if !errors.Is(err, llm.ErrTimeout) {
		t.Errorf("error %v", err)
	}
}

func TestCancelWhileWriting(t *testing.T) {
	a := newArchive(t, papers()...)
	wait := make(chan struct{})
	ctx, cancel := context.WithCancelCause(t.Context())
	a.engine.Model = llm.NewScripted(llm.Script{For: "json", Text: noPlan}, llm.Script{For: "text", Text: "海燕云", Fail: "hang", After: 1, Wait: wait})
	r, err := checkRequest(ctx, a.engine, Request{Topic: "海燕云", Sections: twoSections.Sections})
	if err != nil {
		t.Fatal(err)
	}
	why := errors.New("enough")
	m := &maker{Parts: Parts{Engine: a.engine, Options: Defaults()}, request: r, tell: func(v any) error {
		if s, ok := v.(Step); ok && s.Step == "write" {
			cancel(why)
		}
		return nil
	}}
	if err := m.make(ctx, &Briefing{}); !errors.Is(err, why) {
		t.Errorf("error %v", err)
	}
}

// TestUnlocated: a marker of an article in which nothing was located goes.
func TestUnlocated(t *testing.T) {
	m := &maker{}
	quote := "甲说乙。"
	a, b := rag.Citation{Number: 1}, rag.Citation{Number: 2}
	a.Article.ID, b.Article.ID = "a", "b"
	b.Spans = []rag.AnswerSpan{{PassageID: "b#0", Start: 3, End: 7, Quote: &quote, AnswerStart: 0, AnswerEnd: 12}}
	s := m.sentence(rag.Reply{Citations: []rag.Citation{a, b}}, rag.Sentence{Citations: []int{1, 2}, Verdict: "supported", Judge: "rules"}, `甲说\[9\]乙[1][2]。`)
	if want := `甲说\[9\]乙[1]。`; s.Text != want || !slices.Equal(s.Citations, []int{1}) || len(s.Spans) != 1 || s.Spans[0].Number != 1 {
		t.Errorf("%+v, want %s", s, want)
	}
	if m.ledger.article(1).ID != "b" {
		t.Error("the wrong article has the number")
	}
}

// plannedFor makes planned sections for outlines.
func plannedFor(t testing.TB) (*maker, []plannedSection) {
	t.Helper()
	m := &maker{request: Request{Topic: "海燕云", Language: "zh", Length: "standard"}}
	var list []plannedSection
	for i, heading := range []string{"营收", "价格", "人事"} {
		passage := rag.Passage{ID: fmt.Sprint("p", i), Text: heading + "：海燕云在2024年的变化。"}
		list = append(list, plannedSection{
			heading: heading, passages: []rag.Result{{Passage: passage}},
			findings: []*finding{{passage: passage.ID, text: passage.Text, start: i, end: i + 9}},
		})
	}
	return m, list
}

func TestArrange(t *testing.T) {
	for name, c := range map[string]struct {
		outline []rag.Outlined
		want    string // heading: passages of it; empty where the outline is of no use
	}{
		"renamed and turned":       {[]rag.Outlined{{Heading: "价格变化", Clusters: []int{2}}, {Heading: "业绩", Clusters: []int{1}}, {Heading: "人事", Clusters: []int{3}}}, "价格变化: p1; 业绩: p0; 人事: p2"},
		"joined":                   {[]rag.Outlined{{Heading: "经营", Clusters: []int{2, 1}}, {Heading: "人事", Clusters: []int{3}}}, "经营: p0 p1; 人事: p2"},
		"one left out":             {[]rag.Outlined{{Heading: "经营", Clusters: []int{2}}}, "经营: p1; 营收: p0; 人事: p2"},
		"unknown and twice":        {[]rag.Outlined{{Heading: "经营", Clusters: []int{7, 2, 2, -1}}, {Heading: "又", Clusters: []int{2}}}, "经营: p1; 营收: p0; 人事: p2"},
		"all in one":               {[]rag.Outlined{{Heading: "经营", Clusters: []int{1, 2, 3}}}, ""},
		"one heading twice":        {[]rag.Outlined{{Heading: "经营", Clusters: []int{1}}, {Heading: "经营", Clusters: []int{2}}}, ""},
		"nothing known":            {[]rag.Outlined{{Heading: "经营", Clusters: []int{9}}}, ""},
		"a figure nobody gave":     {[]rag.Outlined{{Heading: "营收增长99%", Clusters: []int{1}}, {Heading: "2024年的价格", Clusters: []int{2}}}, "营收: p0; 2024年的价格: p1; 人事: p2"},
		"no line for a heading":    {[]rag.Outlined{{Heading: "海燕云破产了。", Clusters: []int{1}}, {Heading: "〔9〕", Clusters: []int{2}}, {Heading: "# 人", Clusters: []int{3}}}, "营收: p0; 价格: p1; 人事: p2"},
		"in another language":      {[]rag.Outlined{{Heading: "Revenue", Clusters: []int{1}}}, "营收: p0; 价格: p1; 人事: p2"},
		"longer than a heading is": {[]rag.Outlined{{Heading: strings.Repeat("长", 25), Clusters: []int{1}}}, "营收: p0; 价格: p1; 人事: p2"},
	} {
		m, sections := plannedFor(t)
		list, ok := m.arrange(sections, c.outline)
		var got []string
		for _, s := range list {
			line := s.heading + ":"
			for _, f := range s.findings {
				line += " " + f.passage
			}
			got = append(got, line)
		}
		if text := strings.Join(got, "; "); ok != (c.want != "") || ok && text != c.want {
			t.Errorf("%s: %v %q, want %q", name, ok, text, c.want)
		}
	}
}

// FuzzArrange: whatever a model says, no section is lost and none stands there twice.
func FuzzArrange(f *testing.F) {
	f.Add("经营", 1, 2, "人", 3, 3)
	f.Add("", 0, -1, "<x>", 9, 1)
	f.Fuzz(func(t *testing.T, one string, a, b int, other string, c, d int) {
		m, sections := plannedFor(t)
		list, ok := m.arrange(sections, []rag.Outlined{{Heading: one, Clusters: []int{a, b}}, {Heading: other, Clusters: []int{c, d}}})
		if !ok {
			return
		}
		var passages []string
		for _, s := range list {
			if strings.TrimSpace(s.heading) == "" {
				t.Errorf("heading %q", s.heading)
			}
			for _, f := range s.findings {
				passages = append(passages, f.passage)
			}
		}
		slices.Sort(passages)
		if !slices.Equal(passages, []string{"p0", "p1", "p2"}) {
			t.Errorf("findings of %v", passages)
		}
	})
}

func TestOutlineByModel(t *testing.T) {
	request := Request{Language: "zh", Focus: "营收、价格"}
	sections := []llm.Script{playing(ofResults, "x"), {For: "text", Text: saying("海燕云第三季度营收为14.2亿元，同比增长36%。")}}
	good := llm.Script{Match: "<cluster", For: "json", Text: `{"sections": [{"heading": "价格调整", "clusters": [2]}, {"heading": "业绩", "clusters": [1]}]}`}
	b, _, err := byModel(t, request, "extracts", append(sections, good, llm.Script{For: "json", Text: noPlan})...)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Sections) < 2 || b.Sections[0].Heading != "价格调整" || b.Sections[1].Heading != "业绩" {
		t.Errorf("sections %v", b.Found.Themes)
	}
	for name, script := range map[string]llm.Script{
		"garbage": {Match: "<cluster", For: "json", Text: "sections: none ]]}"},
		"fails":   {Match: "<cluster", For: "json", Fail: "timeout"},
	} {
		b, _, err := byModel(t, request, "extracts", append(sections, script, llm.Script{For: "json", Text: noPlan})...)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(codes(b), "outline_by_rules") || b.Sections[0].Heading != "营收" {
			t.Errorf("%s: %v, %v", name, b.Found.Themes, b.Caveats)
		}
	}
}
