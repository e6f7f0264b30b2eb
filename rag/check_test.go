package rag_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"chuchu/rag"
	"chuchu/rag/llm"
)

func checkText(t *testing.T, e *rag.Engine, text string) rag.CheckReply {
	t.Helper()
	reply, err := e.Check(t.Context(), rag.CheckRequest{Text: text, AsOf: "2025-02-01"})
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// checkChecked holds a reply against the contract: sentences lie in order in the
// text, spans are what the articles say there, numbers run from 1 by first use.
func (c *collection) checkChecked(t *testing.T, text string, reply rag.CheckReply) {
	t.Helper()
	runes := []rune(text)
	at, last := 0, 0
	for _, s := range reply.Sentences {
		if s.Start < at || s.End > len(runes) || string(runes[s.Start:s.End]) != s.Text || strings.TrimSpace(string(runes[at:s.Start])) != "" {
			t.Fatalf("sentence %d-%d %q after %d", s.Start, s.End, s.Text, at)
		}
		at = s.End
		if len(s.Citations) > 3 || len(s.Spans) > 3 || len(s.Spans) < len(s.Citations) {
			t.Errorf("%d citations, %d spans of %q", len(s.Citations), len(s.Spans), s.Text)
		}
		firm := s.Verdict != "none" && s.Verdict != "not_found"
		if firm && len(s.Citations) == 0 || s.Verdict == "none" && len(s.Citations) > 0 {
			t.Errorf("%q is %s with %d citations", s.Text, s.Verdict, len(s.Citations))
		}
		for _, n := range s.Citations {
			if n > last+1 {
				t.Errorf("number %d comes after %d", n, last)
			}
			last = max(last, n)
		}
		for _, span := range s.Spans {
			article, err := c.record.ArticleVersion(t.Context(), reply.Citations[span.Number-1].Article.ID, reply.Citations[span.Number-1].Article.Version)
			if err != nil {
				t.Fatal(err)
			}
			if got := string([]rune(article.Text)[span.Start:span.End]); span.Quote == nil || got != *span.Quote {
				t.Errorf("%q is not at %d-%d", *span.Quote, span.Start, span.End)
			}
		}
	}
	if last != len(reply.Citations) || strings.TrimSpace(string(runes[at:])) != "" {
		t.Errorf("%d numbers used of %d; %q is in no sentence", last, len(reply.Citations), string(runes[at:]))
	}
}

func TestCheck(t *testing.T) {
	c := newCollection(t, news()...)
	e := c.engine(nil)
	text := "海燕云季报要点\n\n海燕云第三季度营收为14.2亿元，同比增长36%。该公司预计全年营收超过50亿元。海燕云第三季度营收为19.7亿元，同比增长36%。" +
		"北辰数据为什么降价？\n- 北辰数据宣布对象存储降价三成，自4月1日起生效。\n火星探测器今天着陆成功了。"
	reply := checkText(t, e, text)
	c.checkChecked(t, text, reply)
	want := []string{"none", "supported", "supported", "contradicted", "none", "quoted", "not_found"}
	var got []string
	for _, s := range reply.Sentences {
		got = append(got, s.Verdict)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%v, want %v", got, want)
	}
	if n := reply.Coverage; n.Claims != 5 || n.Supported != 3 || n.Contradicted != 1 || n.NotFound != 1 {
		t.Errorf("coverage %+v", n)
	}
	for _, s := range reply.Sentences {
		if s.Verdict == "contradicted" && (len(s.Why) == 0 || s.Why[0].Claim != "19.7亿元" || s.Why[0].Source != "14.2亿元") {
			t.Errorf("contradicted, for %+v", s.Why)
		}
	}
}

// TestCheckBesideAnotherFigure: a figure that one article has is not contradicted by
// another of which it is not.
func TestCheckBesideAnotherFigure(t *testing.T) {
	c := newCollection(t,
		article{"goal", "海燕云的目标", "云上观察", "2024-05-10", "海燕云收入为972.2亿元，同比增长67.9%。"},
		article{"other", "渠道大会", "南屏财讯", "2024-06-11", "海燕云2023年的渠道收入为5亿元。"})
	text := "海燕云2023年收入为972.2亿元。"
	reply := checkText(t, c.engine(nil), text)
	c.checkChecked(t, text, reply)
	if s := reply.Sentences[0]; s.Verdict == "contradicted" || !strings.Contains(*s.Spans[0].Quote, "972.2亿元") {
		t.Errorf("%+v, first %s", s, *s.Spans[0].Quote)
	}
}

// TestCheckExplains: what was searched for is said of what was searched for, where it
// was asked.
func TestCheckExplains(t *testing.T) {
	e := newCollection(t, news()...).engine(nil)
	text := "要点\n\n海燕云2024年第三季度营收为14.2亿元。\n火星探测器今天着陆成功了。"
	for _, explain := range []bool{false, true} {
		reply, err := e.Check(t.Context(), rag.CheckRequest{Text: text, Explain: explain})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range reply.Sentences {
			if (s.Plan != nil) != (explain && s.Verdict != "none") {
				t.Errorf("explain %v: %s has the plan %+v", explain, s.Text, s.Plan)
			}
		}
		if explain && (reply.Sentences[1].Plan.Window == nil || len(reply.Sentences[2].Plan.Terms) == 0) {
			t.Errorf("plans %+v, %+v", reply.Sentences[1].Plan, reply.Sentences[2].Plan)
		}
	}
}

func TestCheckRefusesBadTexts(t *testing.T) {
	e := newCollection(t, news()...).engine(nil)
	for name, r := range map[string]rag.CheckRequest{
		"empty":        {},
		"blank":        {Text: " \n　"},
		"too long":     {Text: strings.Repeat("长", rag.MaxCheck+1)},
		"a bad day":    {Text: "海燕云营收增长。", AsOf: "yesterday"},
		"a bad plan":   {Text: "海燕云营收增长。", Plan: "guess"},
		"no model":     {Text: "海燕云营收增长。", Plan: "model"},
		"a bad window": {Text: "海燕云营收增长。", Window: rag.WindowOption{Mode: "given", From: "2024-02-30"}},
	} {
		_, err := e.Check(t.Context(), r)
		if input := (*rag.InputError)(nil); !errors.As(err, &input) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{"？！", "🚀", "…", "\x00\u202e", strings.Repeat("长", rag.MaxCheck), "[1]【2】"} {
		reply := checkText(t, e, text)
		for _, s := range reply.Sentences {
			if s.Verdict != "none" && s.Verdict != "not_found" && utf8.RuneCountInString(text) < 100 {
				t.Errorf("%q is %s", text, s.Verdict)
			}
		}
	}
}

// TestCheckByModel: one call judges all that is weak, and the place it shows comes
// first.
func TestCheckByModel(t *testing.T) {
	c := newCollection(t, news()...)
	model := llm.NewScripted(llm.Script{For: "json", Text: `{"judgements":[{"sentence":1,"verdict":"supported","quote":"由副总裁方知夏接任"},{"sentence":2,"verdict":"contradicted","quote":"不存在的原文"}]}`})
	text := "松涛科技的新掌门是原来的副总裁方知夏，陆明远则离任而去。分析人士认为海燕云第二季度的毛利率受到了价格战的拖累和影响。"
	reply := checkText(t, c.engine(model), text)
	c.checkChecked(t, text, reply)
	first, second := reply.Sentences[0], reply.Sentences[1]
	if first.Verdict != "supported" || first.Judge != "model" || !strings.Contains(*first.Spans[0].Quote, "方知夏接任") {
		t.Errorf("%+v", first)
	}
	if second.Judge != "rules" || second.Verdict == "contradicted" {
		t.Errorf("%+v", second)
	}
	if n := len(model.Requests()); n != 1 {
		t.Errorf("%d calls", n)
	}
}
