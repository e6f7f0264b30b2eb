package briefing

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/rag/llm"
)

// disputed are articles of which two disagree about a revenue, and one is of another
// quarter.
func disputed() []article {
	return []article{
		{"a", "海燕云业绩", "云上观察", "2024-10-31", "2024年第三季度，海燕云营收为14.2亿元，同比增长36%。管理层说，增长主要来自政务客户。"},
		{"b", "海燕云的账", "南屏财讯", "2024-11-05", "2024年第三季度，海燕云营收为15.1亿元，其中有1亿元来自集团内部。分析师认为，增长放缓了。"},
		{"c", "海燕云上一季", "栈桥评论", "2024-07-30", "2024年第二季度，海燕云营收为9.8亿元，环比下滑4%。价格战影响了毛利率。"},
		{"d", "北辰数据降价", "栈桥评论", "2024-03-05", "北辰数据宣布，对象存储降价三成，自4月1日起生效。业内人士认为，这是为了留住中小客户。"},
	}
}

func TestConflicts(t *testing.T) {
	e := newCollection(t, disputed()...).engine(t, nil)
	b := madeOf(t, e, Request{Topic: "海燕云营收"})
	if len(b.Conflicts) != 1 {
		t.Fatalf("%+v", b.Conflicts)
	}
	const about = "海燕云营收：一说14.2亿元（云上观察，2024-10-31），一说15.1亿元（南屏财讯，2024-11-05）；后者较新，但未必更准确。"
	c := b.Conflicts[0]
	if diff := cmp.Diff(about, c.About); diff != "" {
		t.Error(diff)
	}
	for _, side := range c.Sides {
		cited := slices.ContainsFunc(b.Citations, func(x Citation) bool { return x.Article.ID == side.Article.ID })
		if cited != (side.Citation != nil) {
			t.Errorf("side %+v of citations %+v", side, b.Citations)
		} else if cited && b.Citations[*side.Citation-1].Article.ID != side.Article.ID {
			t.Errorf("number %d is not %s", *side.Citation, side.Article.ID)
		}
	}
	others := 0
	for _, f := range b.Figures {
		for _, o := range f.Others {
			others++
			if f.Unit != o.Unit || f.Value == o.Value || !strings.Contains(*o.Span.Quote, o.Value+o.Unit) {
				t.Errorf("%s %s beside %+v", f.Value, f.Unit, o)
			}
		}
	}
	if others == 0 {
		t.Errorf("no other value in %+v", b.Figures)
	}
}

// TestNoConflicts: of the quarters of one company nothing disagrees.
func TestNoConflicts(t *testing.T) {
	e := newCollection(t, papers()...).engine(t, nil)
	if b := madeOf(t, e, Request{Topic: "海燕云"}); len(b.Conflicts) > 0 {
		t.Errorf("%+v", b.Conflicts)
	}
}

// TestConflictsByModel: a model is asked once, and what it finds is shown beside what
// the rules do; the same places are shown once.
func TestConflictsByModel(t *testing.T) {
	e := newCollection(t, disputed()...).engine(t, nil)
	r, err := checkRequest(t.Context(), e, Request{Topic: "海燕云营收", AsOf: "2025-02-01"})
	if err != nil {
		t.Fatal(err)
	}
	b := &Briefing{}
	m := &maker{Parts: Parts{Engine: e}, request: r, tell: func(any) error { return nil }}
	if err := m.make(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	m.Engine = newCollection(t, disputed()...).engine(t, llm.NewScripted(llm.Script{For: "json", Match: "说法不同的地方", Text: `{"conflicts":[
		{"about":"增长","sides":[{"handle":"S1","quote":"管理层说，增长主要来自政务客户。"},{"handle":"S2","quote":"分析师认为，增长放缓了。"}]},
		{"about":"增长","sides":[{"handle":"S2","quote":"管理层说，增长主要来自政务客户。"},{"handle":"S1","quote":"分析师认为，增长放缓了。"}]},
		{"about":"营收","sides":[{"handle":"S1","quote":"没有这句话。"},{"handle":"S2","quote":"也没有这句话。"}]}]}`}))
	b.Mode = "model"
	numbered, err := m.conflicts(t.Context(), &Briefing{Mode: "model", Sections: provisional(m, b)})
	if err != nil {
		t.Fatal(err)
	}
	if len(numbered) != 2 || !strings.HasPrefix(numbered[1].About, "增长") {
		t.Errorf("%+v", numbered)
	}
}

// provisional gives the sections their provisional numbers back.
func provisional(m *maker, b *Briefing) []Section {
	var list []Section
	for _, section := range b.Sections {
		s := Section{Heading: section.Heading}
		for _, x := range section.Sentences {
			for _, span := range x.Spans {
				if f := m.survey.findingAt(b.Citations[span.Number-1].Article.ID, span.Start, span.End); f != nil {
					s.Sentences = append(s.Sentences, m.quote(f))
				}
			}
		}
		list = append(list, s)
	}
	return list
}
