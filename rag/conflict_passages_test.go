package rag_test

import (
	"fmt"
	"strings"
	"testing"

	"chuchu/rag"
	"chuchu/rag/llm"
)

// every is all sentences of passages.
func every(string, int, int) bool { return true }

// passagesOf returns the passages of two articles.
func passagesOf(t *testing.T, e *rag.Engine, query string, ids ...string) []rag.Result {
	t.Helper()
	r := rag.SearchRequest{Query: query, Limit: 20, Plan: "rules"}
	r.Filter.ArticleIDs, r.Window.Mode = ids, "off"
	return search(t, e, r).Results
}

// TestDisagreementPairs compares each of the constructed pairs without its question:
// no pair that agrees may be found, and most of those that disagree about a quantity
// are.
func TestDisagreementPairs(t *testing.T) {
	articles := filler()
	for i, p := range pairs() {
		published := p.published
		if published[0] == "" {
			published = [2]string{"2024-10-31", "2024-11-05"}
		}
		articles = append(articles,
			article{fmt.Sprintf("a%d", i), fmt.Sprintf("快讯甲%d", i), "云上观察", published[0], p.a},
			article{fmt.Sprintf("b%d", i), fmt.Sprintf("快讯乙%d", i), "南屏财讯", published[1], p.b})
	}
	c := newCollection(t, articles...)
	e := c.engine(nil)
	found, wanted := 0, 0
	for i, p := range pairs() {
		passages := passagesOf(t, e, p.a+p.b, fmt.Sprintf("a%d", i), fmt.Sprintf("b%d", i))
		list, err := e.Disagreements(t.Context(), passages, every)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			c.checkDisagreement(t, d)
		}
		switch {
		case p.conflict:
			if wanted++; len(list) > 0 {
				found++
			} else {
				t.Logf("not found: %s", p.name)
			}
		case len(list) > 0:
			t.Errorf("%s: %+v", p.name, list[0].Sides)
		}
	}
	t.Logf("%d of %d found", found, wanted)
	if 2*found < wanted {
		t.Errorf("%d of %d found", found, wanted)
	}
}

// checkDisagreement holds that the sides of a disagreement are whole sentences of two
// articles, the older first, and have its values in them.
func (c *collection) checkDisagreement(t *testing.T, d rag.Disagreement) {
	t.Helper()
	words := func(zh, _ string) string { return zh }
	x := d.Conflict("营收", words)
	if len(x.Sides) != 2 || x.Sides[0].Article.ID == x.Sides[1].Article.ID || !strings.HasPrefix(x.About, "营收：一说"+d.Sides[0].Value) {
		t.Errorf("conflict %+v", x)
	}
	if d.Sides[0].Article.Published > d.Sides[1].Article.Published {
		t.Errorf("the newer one first: %+v", d.Sides)
	}
	for i, side := range x.Sides {
		c.checkSide(t, rag.Reply{}, side)
		if !strings.Contains(side.Quote, d.Sides[i].Value) {
			t.Errorf("%q is not in %q", d.Sides[i].Value, side.Quote)
		}
	}
}

// TestDisagreementsOfChosen: one side is in a sentence that was chosen, and prints of
// one text do not disagree.
func TestDisagreementsOfChosen(t *testing.T) {
	text := "海燕云公布业绩。海燕云第三季度营收为%s亿元，" + strings.Repeat("管理层在说明会上逐项解释了政务、金融和游戏三个行业的订单变化，也回答了关于机房与带宽成本的提问。", 6)
	c := newCollection(t, append(filler(),
		article{"a", "海燕云业绩", "甲", "2024-10-31", fmt.Sprintf(text, "14.2")},
		article{"b", "海燕云业绩说明会", "乙", "2024-11-01", fmt.Sprintf(text, "15.1")},
		article{"c", "快讯", "丙", "2024-11-02", "海燕云第三季度营收为16.3亿元。"})...)
	e := c.engine(nil)
	tests := []struct {
		name   string
		ids    []string
		chosen string
		want   int
	}{
		{"two prints", []string{"a", "b"}, "a", 0},
		{"another text", []string{"a", "c"}, "c", 1},
		{"neither is chosen", []string{"a", "c"}, "b", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			passages := passagesOf(t, e, "海燕云第三季度营收", test.ids...)
			list, err := e.Disagreements(t.Context(), passages, func(article string, _, _ int) bool { return article == test.chosen })
			if err != nil {
				t.Fatal(err)
			}
			if len(list) != test.want {
				t.Errorf("%+v", list)
			}
		})
	}
}

// TestDisagreementsByModel: what a model claims is believed where both quotations
// stand there.
func TestDisagreementsByModel(t *testing.T) {
	c := newCollection(t,
		article{"a", "快讯甲", "云上观察", "2024-10-31", "业内人士认为，海燕云的自研芯片已经成熟。"},
		article{"b", "快讯乙", "南屏财讯", "2024-11-05", "业内人士认为，海燕云的自研芯片还不可用。"})
	const reply = `{"conflicts":[{"about":"自研芯片是否成熟","sides":[{"handle":"S1","quote":"业内人士认为，海燕云的自研芯片已经成熟。"},{"handle":"S2","quote":"业内人士认为，海燕云的自研芯片还不可用。"}]},
		{"about":"价格","sides":[{"handle":"S1","quote":"芯片每颗100元。"},{"handle":"S2","quote":"芯片每颗200元。"}]}]}`
	model := llm.NewScripted(llm.Script{For: "json", Match: "说法不同的地方", Text: reply})
	e := c.engine(model)
	var passages []rag.Result
	for _, id := range []string{"a", "b"} {
		passages = append(passages, passagesOf(t, e, "海燕云自研芯片", id)...)
	}
	list, _ := e.DisagreementsByModel(t.Context(), "海燕云", "zh", passages)
	if len(list) != 1 || list[0].Sides[0].Article.ID != passages[0].Article.ID || len(model.Requests()) != 1 {
		t.Errorf("%+v of %d requests", list, len(model.Requests()))
	}
}
