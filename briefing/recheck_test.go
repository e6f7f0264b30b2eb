package briefing

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag"
)

// everywhere makes a briefing that has a sentence in every part, of several articles.
func (c *collection) everywhere(t testing.TB) makeFunc {
	return func(_ context.Context, m *maker, b *Briefing) error {
		revenue := c.quoted(t, m, "q3", "海燕云第三季度营收为14.2亿元，同比增长36%。")
		staff := c.quoted(t, m, "staff", "海燕云目前在全国共有员工3200人，其中研发人员占六成。")
		deal := c.quoted(t, m, "deal", "海燕云与松涛科技签订合作协议，双方将共建临江智算中心。")
		nothing := m.nothingOn(plannedSection{heading: "海外"})
		b.Summary = []Sentence{revenue}
		b.Sections = []Section{{Heading: "业绩", Sentences: []Sentence{revenue, staff}}, nothing, {Heading: "合作", Sentences: []Sentence{deal}}}
		b.Figures = []Figure{{What: "营收", Sentence: revenue}, {What: "员工", Sentence: staff}}
		b.Timeline = []Moment{{Date: "2024-05", Precision: "month", Sentence: deal}}
		b.News = &News{New: []Sentence{deal}, Changed: []Change{{Was: "", Now: staff}}, Corrected: []Change{{Was: "", Now: revenue}}}
		m.number(b)
		return nil
	}
}

func TestRecheck(t *testing.T) {
	c := newCollection(t, papers()...)
	d := c.desk(t, c.everywhere(t))
	id := waitFor(t, d, orderFor(t, d, "海燕云")).ID
	refs := []string{
		"summary/1", "sections/1/1", "sections/1/2", "sections/2/1", "sections/3/1", "figures/1", "figures/2",
		"timeline/1", "news/new/1", "news/changed/1", "news/corrected/1",
	}
	ofRevenue, ofDeal := []string{"summary/1", "sections/1/1", "figures/1", "news/corrected/1"}, []string{"sections/3/1", "timeline/1", "news/new/1"}
	check := func(name string, changed []string, verdicts []string, states ...string) {
		t.Helper()
		reply, err := d.Recheck(t.Context(), id)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got, gotStates []string
		for _, s := range reply.Sentences {
			got = append(got, s.Ref)
			switch {
			case s.Why == nil:
				t.Errorf("%s: %+v has no list of reasons", name, s)
			case slices.Contains(changed, s.Ref):
				if !slices.Contains(verdicts, s.Now) || s.Was != "quoted" || len(s.Why) == 0 {
					t.Errorf("%s: %+v, want one of %v", name, s, verdicts)
				}
			case s.Now != s.Was:
				t.Errorf("%s: %+v", name, s)
			}
		}
		for _, a := range reply.Articles {
			gotStates = append(gotStates, a.State)
		}
		if diff := cmp.Diff(refs, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(states, gotStates); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	check("as it was", nil, nil, "same", "same", "same")
	q3 := papers()[0]
	q3.text += "\n公司将于下月召开发布会。"
	c.put(t, q3)
	check("a paragraph more", nil, nil, "changed", "same", "same")
	q3.text = strings.Replace(q3.text, "14.2亿元", "13.9亿元", 1)
	c.put(t, q3)
	check("another figure", ofRevenue, []string{"weak", "contradicted"}, "changed", "same", "same")
	q3.text = papers()[0].text
	c.put(t, q3)
	c.delete(t, "deal")
	check("one deleted", ofDeal, []string{"uncited"}, "changed", "same", "deleted")
}

// TestRecheckUnfinished: what is not done cannot be judged, a refusal has nothing in it.
func TestRecheckUnfinished(t *testing.T) {
	c := newCollection(t, papers()...)
	w := newBench()
	d := c.desk(t, func(ctx context.Context, m *maker, b *Briefing) error {
		switch b.Topic {
		case "海燕云的失败":
			return errors.New("no luck")
		case "海燕云的缺席":
			b.Found = &Found{}
			m.refuseWith(b, "off_topic", nil)
			return nil
		}
		return w.make(ctx, m, b)
	})
	running := orderFor(t, d, "海燕云")
	<-w.begun
	var state *StateError
	if _, err := d.Recheck(t.Context(), running); !errors.Is(err, rag.ErrRunning) || !errors.As(err, &state) || state.Status != Running {
		t.Errorf("running: %v", err)
	}
	w.end <- struct{}{}
	failed := waitFor(t, d, orderFor(t, d, "海燕云的失败")).ID
	if _, err := d.Recheck(t.Context(), failed); !errors.As(err, &state) || state.Status != Failed || errors.Is(err, rag.ErrRunning) {
		t.Errorf("failed: %v", err)
	}
	refused := waitFor(t, d, orderFor(t, d, "海燕云的缺席")).ID
	if reply, err := d.Recheck(t.Context(), refused); err != nil || reply.Sentences == nil || len(reply.Sentences)+len(reply.Articles) != 0 {
		t.Errorf("refused: %+v, %v", reply, err)
	}
	if _, err := d.Recheck(t.Context(), "brf_none"); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("unknown: %v", err)
	}
}
