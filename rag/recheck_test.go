package rag_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag/llm"
)

// TestRecheck follows an answer over what becomes of its articles.
func TestRecheck(t *testing.T) {
	c := newCollection(t, news()...)
	model := llm.NewScripted(llm.Script{Text: "如下：\n营收为14.2亿元，同比增长36%[S1]。海燕云第二季度营收为9.8亿元[S2]。明年会更好。"})
	e := c.engine(model)
	reply := chat(t, e, ask("海燕云第三季度营收为14.2亿元吗？"))
	if len(reply.Citations) != 2 || reply.Citations[0].Article.ID != "q3" || reply.Citations[1].Article.ID != "q2" {
		t.Fatalf("the answer cites %+v", reply.Citations)
	}
	var was []string
	for _, s := range reply.Sentences {
		was = append(was, s.Verdict)
	}
	steps := []struct {
		name   string
		do     func()
		now    []string
		states []string
	}{
		{"nothing", func() {}, was, []string{"same", "same"}},
		{"another article", func() { c.put(t, article{"new", "海燕云", "丙", "2025-01-01", "海燕云营收增长。"}) }, was, []string{"same", "same"}},
		{"a paragraph more", func() {
			c.put(t, article{"q3", "海燕云公布第三季度业绩", "云上观察", "2024-10-31", news()[0].text + "\n公司将于下月召开发布会。"})
		}, was, []string{"changed", "same"}},
		{"another figure", func() {
			c.put(t, article{"q3", "海燕云公布第三季度业绩", "云上观察", "2024-10-31", "更正：海燕云第三季度营收为13.9亿元。"})
		}, []string{"none", "weak or contradicted", was[2], "uncited"}, []string{"changed", "same"}},
		{"and deleted", func() {
			if err := c.record.Delete(t.Context(), "q3"); err != nil {
				t.Fatal(err)
			}
		}, []string{"none", "uncited", was[2], "uncited"}, []string{"deleted", "same"}},
	}
	asked := len(model.Requests())
	for _, step := range steps {
		step.do()
		got, err := e.Recheck(t.Context(), reply.ID)
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		var articles []corpus.Ref
		for i, state := range step.states {
			ref := reply.Citations[i].Article
			ref.State = state
			articles = append(articles, ref)
		}
		if diff := cmp.Diff(articles, got.Articles); diff != "" {
			t.Errorf("after %s (-want +got):\n%s", step.name, diff)
		}
		if len(got.Sentences) != len(was) {
			t.Fatalf("after %s: %+v", step.name, got.Sentences)
		}
		for i, s := range got.Sentences {
			if s.Ref != strconv.Itoa(i+1) || s.Was != was[i] || !slices.Contains(strings.Split(step.now[i], " or "), s.Now) {
				t.Errorf("after %s: %+v, want %s", step.name, s, step.now[i])
			}
			if s.Why == nil || s.Now != s.Was && len(s.Why) == 0 {
				t.Errorf("after %s: %+v does not say why", step.name, s)
			}
		}
	}
	if n := len(model.Requests()); n != asked {
		t.Errorf("the model was asked %d times", n-asked)
	}
}

func TestRecheckWithoutCitations(t *testing.T) {
	c := newCollection(t, news()...)
	e := c.engine(nil)
	reply := chat(t, e, ask("quantum gravity"))
	got, err := e.Recheck(t.Context(), reply.ID)
	if err != nil || got.Articles == nil || len(got.Articles) != 0 || len(got.Sentences) != len(reply.Sentences) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := e.Recheck(t.Context(), "ans_none"); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("an unknown answer: %v", err)
	}
}
