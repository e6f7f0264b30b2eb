package rag_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag"
)

func search(t *testing.T, e *rag.Engine, r rag.SearchRequest) rag.SearchReply {
	t.Helper()
	reply, err := e.Search(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

func ids(reply rag.SearchReply) []string {
	var out []string
	for _, r := range reply.Results {
		out = append(out, r.Article.ID)
	}
	return out
}

func TestSearch(t *testing.T) {
	c := newCollection(t, news()...)
	reply := search(t, c.engine(nil), rag.SearchRequest{Query: "海燕云第三季度业绩", Explain: true})
	if len(reply.Results) != 5 || reply.Results[0].Article.ID != "q3" {
		t.Fatalf("results %v", ids(reply))
	}
	for i, r := range reply.Results {
		if r.Rank != i+1 || i > 0 && r.Score > reply.Results[i-1].Score {
			t.Errorf("result %d has rank %d and score %g", i, r.Rank, r.Score)
		}
		if r.Scores == nil || r.Duplicates == nil {
			t.Errorf("result %d lacks its scores or duplicates: %+v", i, r)
		}
		a, err := c.record.Article(t.Context(), r.Article.ID)
		if err != nil || string([]rune(a.Text)[r.Passage.Start:r.Passage.End]) != r.Passage.Text {
			t.Errorf("passage %s is not its place in the text, %v", r.Passage.ID, err)
		}
	}
	plain := search(t, c.engine(nil), rag.SearchRequest{Query: "海燕云第三季度业绩", Limit: 2})
	if len(plain.Results) != 2 || plain.Results[0].Scores != nil {
		t.Errorf("%d results, scores %v", len(plain.Results), plain.Results[0].Scores)
	}
	if p := plain.Plan; p.Source != "rules" || p.Language != "zh" || p.Standalone != "海燕云第三季度业绩" || len(p.Terms) == 0 || p.Window == nil || *p.Window.From != "2024-07-01" || p.Window.Text != "第三季度" || p.Fallback != nil {
		t.Errorf("plan %+v", p)
	}
}

func TestSearchContext(t *testing.T) {
	var text strings.Builder
	for i := range 60 {
		text.WriteString("第" + string(rune('一'+i)) + "段讲的是机房的日常。它有两句话，都不长，只为占去地方而写在这里。\n")
	}
	c := newCollection(t, article{"long", "长文", "", "", text.String() + "海燕云在文末出现。"}, news()[0])
	reply := search(t, c.engine(nil), rag.SearchRequest{Query: "机房的日常", Limit: 4})
	whole, err := c.record.Article(t.Context(), "long")
	if err != nil {
		t.Fatal(err)
	}
	runes := []rune(whole.Text)
	wide := 0
	for _, r := range reply.Results {
		if r.Article.ID != "long" {
			continue
		}
		if r.Context == nil {
			t.Errorf("passage %s of a long article has no context", r.Passage.ID)
			continue
		}
		x := *r.Context
		if x.Start > r.Passage.Start || x.End < r.Passage.End || string(runes[x.Start:x.End]) != x.Text {
			t.Errorf("passage %d-%d has context %d-%d, or not its text", r.Passage.Start, r.Passage.End, x.Start, x.End)
		}
		if x.End-x.Start > r.Passage.End-r.Passage.Start+4*200 {
			t.Errorf("context %d-%d of passage %d-%d is too wide", x.Start, x.End, r.Passage.Start, r.Passage.End)
		}
		wide++
	}
	if wide == 0 {
		t.Error("no passage of the long article was found")
	}
}

func TestSearchFilters(t *testing.T) {
	c := newCollection(t, news()...)
	from := func(s string) *string { return &s }
	for name, x := range map[string]struct {
		request rag.SearchRequest
		want    []string
	}{
		"outlet":           {rag.SearchRequest{Filter: corpus.Filter{Outlets: []string{"云上观察"}}}, []string{"ceo", "q3"}},
		"from":             {rag.SearchRequest{Filter: corpus.Filter{PublishedFrom: "2024-07-30"}}, []string{"q2", "q3"}},
		"month overlaps":   {rag.SearchRequest{Filter: corpus.Filter{PublishedFrom: "2023-02-20", PublishedTo: "2023-12-31"}}, []string{"ceo"}},
		"ids":              {rag.SearchRequest{Filter: corpus.Filter{ArticleIDs: []string{"price", "undated"}}}, []string{"price", "undated"}},
		"strict window":    {rag.SearchRequest{Window: rag.WindowOption{Mode: "given", From: "2024-10-01", Strict: true}}, []string{"q3"}},
		"soft window":      {rag.SearchRequest{Window: rag.WindowOption{Mode: "given", From: "2024-10-01"}}, []string{"ceo", "price", "q2", "q3", "undated"}},
		"contradictory":    {rag.SearchRequest{Filter: corpus.Filter{PublishedFrom: "2024-01-01", Outlets: []string{"无"}}}, nil},
		"window and dates": {rag.SearchRequest{Filter: corpus.Filter{PublishedTo: "2024-08-01"}, Window: rag.WindowOption{Mode: "given", From: "2024-03-01", Strict: true}}, []string{"price", "q2"}},
	} {
		x.request.Query = "海燕云营收和存储"
		reply := search(t, c.engine(nil), x.request)
		got := ids(reply)
		slices.Sort(got)
		if diff := cmp.Diff(x.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	soft := search(t, c.engine(nil), rag.SearchRequest{Query: "海燕云营收", Explain: true, Window: rag.WindowOption{Mode: "given", From: "2024-07-01", To: "2024-08-01"}})
	if soft.Results[0].Article.ID != "q2" || soft.Results[0].Scores.Window == 0 {
		t.Errorf("a window lifts nothing: %v", ids(soft))
	}
	if diff := cmp.Diff(&rag.Window{From: from("2024-07-01"), To: from("2024-08-01")}, soft.Plan.Window); diff != "" {
		t.Errorf("window (-want +got):\n%s", diff)
	}
}

func TestSearchRefusesBadRequests(t *testing.T) {
	c := newCollection(t, news()...)
	for name, r := range map[string]rag.SearchRequest{
		"empty":      {},
		"blank":      {Query: " \t"},
		"long":       {Query: strings.Repeat("云", rag.MaxQuestion+1)},
		"low limit":  {Query: "云", Limit: -1},
		"high limit": {Query: "云", Limit: 101},
		"no day":     {Query: "云", AsOf: "yesterday"},
	} {
		_, err := c.engine(nil).Search(t.Context(), r)
		if input := (*rag.InputError)(nil); !errors.As(err, &input) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, q := range []string{"😀云", "ＡＷＳ", "雲計算", "a", "云", strings.Repeat("云 ", 1999) + "的"} {
		if _, err := c.engine(nil).Search(t.Context(), rag.SearchRequest{Query: q}); err != nil {
			t.Errorf("%.20q: %v", q, err)
		}
	}
}

func TestWindowOptionJSON(t *testing.T) {
	for text, want := range map[string]rag.WindowOption{
		`"auto"`:                {Mode: "auto"},
		`"off"`:                 {Mode: "off"},
		`{"strict":true}`:       {Strict: true},
		`{"from":"2024-01-01"}`: {Mode: "given", From: "2024-01-01"},
		`{"from":"2024-01-01","to":"2024-01-31"}`: {Mode: "given", From: "2024-01-01", To: "2024-01-31"},
		`{"to":"2024-01-31","strict":true}`:       {Mode: "given", To: "2024-01-31", Strict: true},
	} {
		var got rag.WindowOption
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
		back, err := json.Marshal(got)
		if err != nil || string(back) != text {
			t.Errorf("%s is written %s, %v", text, back, err)
		}
	}
	for _, text := range []string{`"always"`, `{"form":"2024-01-01"}`, `3`, `{"from":3}`} {
		var w rag.WindowOption
		err := json.Unmarshal([]byte(text), &w)
		if input := (*rag.InputError)(nil); !errors.As(err, &input) || input.Field != "window" {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestOptions(t *testing.T) {
	if err := rag.Defaults().Validate(); err != nil {
		t.Error(err)
	}
	for key, change := range map[string]func(*rag.Options){
		"lexical":        func(o *rag.Options) { o.Lexical = -1 },
		"window":         func(o *rag.Options) { o.Window = 2 },
		"limit":          func(o *rag.Options) { o.Limit = 0 },
		"per_article":    func(o *rag.Options) { o.PerArticle = 0 },
		"plan_timeout":   func(o *rag.Options) { o.PlanTimeout = "soon" },
		"timezone":       func(o *rag.Options) { o.Timezone = "Mars" },
		"on_model_error": func(o *rag.Options) { o.OnModelError = "shrug" },
		"prompt_tokens":  func(o *rag.Options) { o.PromptTokens = 1 },
		"extracts":       func(o *rag.Options) { o.Extracts = 0 },
		"extract_chars":  func(o *rag.Options) { o.ExtractChars = 1 },
	} {
		o := rag.Defaults()
		change(&o)
		if err := o.Validate(); err == nil || !strings.Contains(err.Error(), key+":") && !strings.Contains(err.Error(), key+",") {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// reprinted is a text long enough to be told from others.
const reprinted = "海燕云公布第三季度业绩。营收为14.2亿元，同比增长36%。首席执行官陆明远说，增长主要来自政务客户。公司预计全年营收超过50亿元。" +
	"董事会同时批准了新的数据中心计划，两座机房将建在南屏和北辰，预计明年夏天投入使用。"

func TestReprintsAreShownOnce(t *testing.T) {
	c := newCollection(t, append(news()[1:],
		article{"late", "第三季度：海燕云增长36%", "南屏财讯", "2024-11-02", "本报综合报道。\n" + strings.ReplaceAll(reprinted, "，", ",")},
		article{"first", "海燕云公布第三季度业绩", "云上观察", "2024-10-31", reprinted},
		article{"nodate", "海燕云业绩", "", "", reprinted},
	)...)
	reply := search(t, c.engine(nil), rag.SearchRequest{Query: "海燕云第三季度业绩"})
	found := ids(reply)
	if found[0] != "first" || slices.Contains(found, "late") {
		t.Fatalf("found %v", found)
	}
	var duplicates []string
	for _, a := range reply.Results[0].Duplicates {
		duplicates = append(duplicates, a.ID)
	}
	if !slices.Equal(duplicates, []string{"late", "nodate"}) {
		t.Errorf("duplicates %v", duplicates)
	}
	only := search(t, c.engine(nil), rag.SearchRequest{Query: "海燕云第三季度业绩", Filter: corpus.Filter{Outlets: []string{"南屏财讯"}}})
	if only.Results[0].Article.ID != "late" || len(only.Results[0].Duplicates) != 2 {
		t.Errorf("a filter that only the reprint passes: %v, duplicates %+v", ids(only), only.Results[0].Duplicates)
	}
	answer := chat(t, c.engine(nil), ask("海燕云第三季度营收是多少？"))
	c.check(t, answer)
	if strings.Count(answer.Answer, "14.2亿元") != 1 {
		t.Errorf("an answer says it twice: %s", answer.Answer)
	}
}

// TestOtherArticlesShow: a long article that says the words in every passage leaves
// room for another.
func TestOtherArticlesShow(t *testing.T) {
	paragraph := "海燕云的存储价格又降了，客户们说海燕云的价格战还会继续打下去，海燕云没有回应。" + strings.Repeat("这一段讲的是别的事情，只为占去地方而写。", 18) + "\n"
	c := newCollection(t, article{"long", "海燕云价格战", "甲", "2024-01-01", strings.Repeat(paragraph, 12)},
		article{"short", "海燕云存储涨价", "乙", "2024-01-02", "海燕云的存储价格涨了。" + strings.Repeat("这一段讲的是别的事情，只为占去地方而写。", 15)})
	reply := search(t, c.engine(nil), rag.SearchRequest{Query: "海燕云存储价格", Limit: 8})
	if at := slices.Index(ids(reply), "short"); at < 0 || at > c.options.PerArticle {
		t.Errorf("found %v", ids(reply))
	}
	for i, r := range reply.Results {
		if i > 0 && r.Score > reply.Results[i-1].Score {
			t.Errorf("the score rises at rank %d", r.Rank)
		}
	}
}

func TestLatestPrefersTheNewer(t *testing.T) {
	c := newCollection(t,
		article{"old", "海燕云首席执行官", "甲", "2021-01-01", "海燕云的首席执行官是陆明远，他负责海燕云的全部业务。"},
		article{"new", "海燕云首席执行官", "乙", "2024-01-02", "海燕云的首席执行官是方知夏，她负责海燕云的全部业务。"},
		article{"undated", "海燕云首席执行官", "", "", "海燕云的首席执行官是某人，他负责海燕云的全部业务。"})
	reply := search(t, c.engine(nil), rag.SearchRequest{Query: "海燕云最新的首席执行官是谁", Explain: true})
	if found := ids(reply); found[0] != "new" || reply.Plan.Window != nil || reply.Results[0].Scores.Window == 0 {
		t.Errorf("found %v by %+v", found, reply.Plan)
	}
}

// TestInferredWindows: what the words of a question mean on the day it is asked.
func TestInferredWindows(t *testing.T) {
	c := newCollection(t, news()...)
	for question, want := range map[string][2]string{
		"去年7月的报道说海燕云营收是多少？":      {"2024-07-01", "2024-07-31"},
		"上个月海燕云有什么消息？":           {"2025-01-01", "2025-01-31"},
		"海燕云2024年以来营收增长多少？":      {"2024-01-01", ""},
		"海燕云 revenue in Q3 2024": {"2024-07-01", "2024-09-30"},
	} {
		w := search(t, c.engine(nil), rag.SearchRequest{Query: question}).Plan.Window
		if w == nil || *w.From != want[0] || (w.To == nil) != (want[1] == "") || w.To != nil && *w.To != want[1] || w.Text == "" {
			t.Errorf("%s: window %+v, want %v", question, w, want)
		}
	}
	reply := search(t, c.engine(nil), rag.SearchRequest{Query: "去年7月的报道说海燕云营收是多少？", Explain: true})
	if found := ids(reply); found[0] != "q2" || len(found) != 5 {
		t.Errorf("a soft window found %v", found)
	}
	strict := search(t, c.engine(nil), rag.SearchRequest{Query: "去年7月的报道说海燕云营收是多少？", Window: rag.WindowOption{Strict: true}})
	if found := ids(strict); !slices.Equal(found, []string{"q2"}) {
		t.Errorf("a strict window found %v", found)
	}
	off := search(t, c.engine(nil), rag.SearchRequest{Query: "去年7月的报道说海燕云营收是多少？", Window: rag.WindowOption{Mode: "off"}})
	if off.Plan.Window != nil {
		t.Errorf("a window that is off is %+v", off.Plan.Window)
	}
	asOf := search(t, c.engine(nil), rag.SearchRequest{Query: "上个月海燕云有什么消息？", AsOf: "2024-08-15"})
	if w := asOf.Plan.Window; w == nil || *w.From != "2024-07-01" {
		t.Errorf("as of another day: %+v", w)
	}
}

func TestEnglishFindsChinese(t *testing.T) {
	c := newCollection(t, news()...)
	reply := search(t, c.engine(nil), rag.SearchRequest{Query: "storage price cut"})
	if len(reply.Results) == 0 || reply.Results[0].Article.ID != "price" || reply.Plan.Language != "en" {
		t.Errorf("found %v by %+v", ids(reply), reply.Plan)
	}
	traditional := search(t, c.engine(nil), rag.SearchRequest{Query: "海燕雲第三季度業績"})
	if traditional.Results[0].Article.ID != "q3" || strings.Contains(traditional.Results[0].Passage.Text, "業") {
		t.Errorf("found %v", ids(traditional))
	}
}
