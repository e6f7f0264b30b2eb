package rag_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/llm"
)

const goodPlan = `{"standalone":"海燕云第三季度业绩如何？","queries":["海燕云 第三季度 营收","海燕云 业绩 同比增长"],"passage":"海燕云公布第三季度业绩，营收同比增长，政务客户贡献最大。","window":{"from":"2024-10-01","to":null},"entities":["海燕云"]}`

func planned(t *testing.T, c *collection, reply llm.Script, r rag.SearchRequest) rag.SearchReply {
	t.Helper()
	reply.For = "json"
	return search(t, c.engine(llm.NewScripted(reply)), r)
}

func TestPlanByModel(t *testing.T) {
	c := newCollection(t, news()...)
	for name, text := range map[string]string{
		"plain":          goodPlan,
		"fenced":         "```json\n" + goodPlan + "\n```",
		"text around":    "好的，计划如下：\n" + goodPlan + "\n希望有帮助。",
		"reasoning":      "<think>{\"queries\":[\"错\"]}</think>" + goodPlan,
		"single quotes":  strings.ReplaceAll(goodPlan, `"`, `'`),
		"trailing comma": strings.Replace(goodPlan, `"],"passage"`, `",],"passage"`, 1),
		"filters":        strings.Replace(goodPlan, `{"standalone"`, `{"filter":{"outlets":["无"]},"as_of":"1999-01-01","standalone"`, 1),
		"fields wrong":   strings.Replace(goodPlan, `["海燕云"]`, `{"a":1}`, 1),
	} {
		reply := planned(t, c, llm.Script{Text: text}, rag.SearchRequest{Query: "大鸟那家云公司秋天挣了多少？"})
		p := reply.Plan
		if p.Source != "model" || p.Fallback != nil || p.Standalone != "海燕云第三季度业绩如何？" || len(p.Queries) != 2 {
			t.Errorf("%s: plan %+v", name, p)
			continue
		}
		if p.Window == nil || *p.Window.From != "2024-10-01" || p.Window.To != nil || !p.Filter.Empty() {
			t.Errorf("%s: window %+v, filter %+v", name, p.Window, p.Filter)
		}
		if reply.Results[0].Article.ID != "q3" {
			t.Errorf("%s: found %v", name, ids(reply))
		}
		if slices.Contains(p.Terms, "贡献") {
			t.Errorf("%s: the imagined passage is shown: %v", name, p.Terms)
		}
	}
}

func TestPlanFallsBack(t *testing.T) {
	c := newCollection(t, news()...)
	c.options.PlanTimeout = "20ms"
	for name, x := range map[string]struct {
		script llm.Script
		want   string
	}{
		"no JSON":           {llm.Script{Text: "我不知道。"}, "bad_reply"},
		"no queries":        {llm.Script{Text: `{"queries":[]}`}, "bad_reply"},
		"a list":            {llm.Script{Text: `["a"]`}, "bad_reply"},
		"misnamed":          {llm.Script{Text: `{"query_list":["a"]}`}, "bad_reply"},
		"an anchor":         {llm.Script{Text: `{a: &x [1], queries: [*x,*x]}`}, "bad_reply"},
		"cut":               {llm.Script{Text: goodPlan, Fail: "cut", After: 3}, "model_failed"},
		"refused":           {llm.Script{Fail: "error", Status: 401, Message: "bad key"}, "model_failed"},
		"empty":             {llm.Script{Text: " "}, "model_failed"},
		"late":              {llm.Script{Text: goodPlan, Fail: "hang"}, "timeout"},
		"no first token":    {llm.Script{Fail: "timeout"}, "timeout"},
		"half of an object": {llm.Script{Text: goodPlan[:80]}, "bad_reply"},
	} {
		reply := planned(t, c, x.script, rag.SearchRequest{Query: "海燕云第三季度业绩"})
		if p := reply.Plan; p.Source != "rules" || p.Fallback == nil || *p.Fallback != x.want {
			t.Errorf("%s: source %s, fallback %v, want %s", name, p.Source, p.Fallback, x.want)
		}
		if reply.Results[0].Article.ID != "q3" {
			t.Errorf("%s: found %v", name, ids(reply))
		}
	}
}

func TestPlanBounds(t *testing.T) {
	c := newCollection(t, news()...)
	long := strings.Repeat("云", 5000)
	many := make([]string, 50)
	for i := range many {
		many[i] = string(rune('一'+i)) + long
	}
	text, err := json.Marshal(map[string]any{"queries": many[:1], "passage": long[:3000], "entities": many[:2]})
	if err != nil {
		t.Fatal(err)
	}
	p := planned(t, c, llm.Script{Text: string(text[:6000])}, rag.SearchRequest{Query: "海燕云"}).Plan
	if p.Source != "rules" {
		t.Errorf("a reply that is cut by its length gave %+v", p)
	}
	short := make([]string, 50)
	for i := range short {
		short[i] = "云" + string(rune('一'+i))
	}
	text, err = json.Marshal(map[string]any{"queries": short})
	if err != nil {
		t.Fatal(err)
	}
	p = planned(t, c, llm.Script{Text: string(text)}, rag.SearchRequest{Query: "海燕云"}).Plan
	if len(p.Queries) != 3 {
		t.Errorf("%d queries are taken", len(p.Queries))
	}
}

func TestPlanChosenByCaller(t *testing.T) {
	c := newCollection(t, news()...)
	rules := planned(t, c, llm.Script{Text: goodPlan}, rag.SearchRequest{Query: "海燕云", Plan: "rules"})
	if rules.Plan.Source != "rules" || rules.Plan.Fallback != nil {
		t.Errorf("plan %+v", rules.Plan)
	}
	own := rag.WindowOption{Mode: "given", From: "2024-07-01", To: "2024-07-31"}
	for _, w := range []rag.WindowOption{own, {Mode: "off"}} {
		reply := planned(t, c, llm.Script{Text: goodPlan}, rag.SearchRequest{Query: "海燕云", Plan: "model", Window: w})
		if reply.Plan.Source != "model" {
			t.Errorf("plan %+v", reply.Plan)
		}
		if w.Mode == "off" && reply.Plan.Window != nil || w.Mode == "given" && *reply.Plan.Window.From != w.From {
			t.Errorf("the model's window %+v stands over the caller's %+v", reply.Plan.Window, w)
		}
	}
	strict := planned(t, c, llm.Script{Text: goodPlan}, rag.SearchRequest{Query: "海燕云", Window: rag.WindowOption{Strict: true}})
	if !strict.Plan.Window.Strict || !slices.Equal(ids(strict), []string{"q3"}) {
		t.Errorf("a strict window %+v found %v", strict.Plan.Window, ids(strict))
	}
}

func TestPlanSeesEarlierTurns(t *testing.T) {
	c := newCollection(t, news()...)
	model := llm.NewScripted(llm.Script{For: "json", Text: goodPlan}, llm.Script{For: "text", Text: "营收为14.2亿元，同比增长36%[S1]。"})
	reply := chat(t, c.engine(model), rag.ChatRequest{Messages: []llm.Message{
		{Role: "user", Content: "海燕云是谁？"}, {Role: "assistant", Content: "一家公司[1]。"}, {Role: "user", Content: "它秋天的业绩呢？"},
	}})
	c.check(t, reply)
	requests := model.Requests()
	if len(requests) != 3 || !requests[0].JSON || requests[1].JSON || !strings.Contains(requests[0].Messages[0].Content, "海燕云是谁") {
		t.Fatalf("the model was asked %+v", requests)
	}
	if answer := requests[1].Messages[len(requests[1].Messages)-1].Content; strings.Contains(answer, "政务客户贡献最大") {
		t.Error("the imagined passage is in the answer's prompt")
	}
	if reply.Plan.Source != "model" || reply.Answer != "营收为14.2亿元，同比增长36%[1]。" {
		t.Errorf("%s by plan %+v", reply.Answer, reply.Plan)
	}
}

func TestPlanCancelled(t *testing.T) {
	c := newCollection(t, news()...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.engine(llm.NewScripted(llm.Script{Text: goodPlan})).Search(ctx, rag.SearchRequest{Query: "海燕云"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// FuzzPlan: whatever a model says, a search finds something by some plan, and
// never with filters that the caller did not set.
func FuzzPlan(f *testing.F) {
	for _, s := range []string{goodPlan, "{", "{}", `{'a':'b'}`, `{"queries":"一个"}`, `{"window":{"from":"2024-13-01"},"queries":["x"]}`, "{a: [}", "{? : }", `{"queries":[1,null,{}," "]}`} {
		f.Add(s)
	}
	c := newCollection(f, news()...)
	f.Fuzz(func(t *testing.T, text string) {
		reply, err := c.engine(llm.NewScripted(llm.Script{Text: text, Chunk: 1000})).Search(t.Context(), rag.SearchRequest{Query: "海燕云"})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(corpus.Filter{}, reply.Plan.Filter); diff != "" || len(reply.Results) == 0 || len(reply.Plan.Queries) == 0 {
			t.Errorf("plan %+v, %d results", reply.Plan, len(reply.Results))
		}
	})
}
