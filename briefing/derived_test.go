package briefing

import (
	"os"
	"slices"
	"strings"
	"testing"

	"chuchu/rag"
)

// TestDerivedParts holds figures, timeline and disagreements of whole briefings against
// their sentences, over the examples, and over real articles where they are there.
func TestDerivedParts(t *testing.T) {
	topics := []Request{
		{Topic: "云厂商的价格战", Focus: "降价的幅度、理由、对手的反应", AsOf: "2025-11-01", Length: "long"},
		{Topic: "Cloud market shares and results", Focus: "revenue, growth, market share", AsOf: "2025-11-01"},
		{Topic: "云厂商的人事与组织", Focus: "裁员、高管、组织架构", AsOf: "2025-11-01", Length: "short"},
	}
	for _, folder := range []string{"../examples/articles", "../../shared/corpus"} {
		if _, err := os.Stat(folder); err != nil {
			continue
		}
		e := EngineOver(t, folder, nil)
		for _, r := range topics {
			t.Run(folder+"/"+r.Topic, func(t *testing.T) {
				b := madeOf(t, e, r)
				if b.Status != Done {
					t.Skip("nothing there on this: ", b.Refusal.Text)
				}
				checkDerived(t, e, b)
			})
		}
	}
}

func checkDerived(t *testing.T, e *rag.Engine, b *Briefing) {
	t.Helper()
	length := b.Request.Length
	if len(b.Figures) == 0 || len(b.Timeline) == 0 || len(b.Figures) > mostFigures[length] || len(b.Timeline) > mostMoments[length] || len(b.Conflicts) > mostConflicts || len(b.Gaps) > mostGaps {
		t.Errorf("%d figures, %d moments, %d disagreements, %d gaps", len(b.Figures), len(b.Timeline), len(b.Conflicts), len(b.Gaps))
	}
	// The ledger of these numbers is the list of citations.
	m := &maker{Parts: Parts{Engine: e}, request: b.Request, tell: func(any) error { return nil }}
	if err := m.look(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range b.Citations {
		m.ledger.number(c.Article)
	}
	for _, f := range b.Figures {
		checkFigure(t, m, f)
		for _, o := range f.Others {
			checkSpan(t, e, o.Article.ID, o.Article.Version, o.Span)
		}
	}
	if !slices.IsSortedFunc(b.Timeline, func(x, y Moment) int { return strings.Compare(x.Date, y.Date) }) {
		t.Errorf("the timeline is out of order: %+v", b.Timeline)
	}
	for _, x := range b.Timeline {
		checkMoment(t, m, x)
	}
	for _, c := range b.Conflicts {
		if len(c.Sides) != 2 || c.Sides[0].Article.ID == c.Sides[1].Article.ID {
			t.Errorf("disagreement %+v", c)
		}
		for _, side := range c.Sides {
			checkSpan(t, e, side.Article.ID, side.Article.Version, side.Span)
		}
	}
}

// checkSpan holds that a quotation stands where it is said to.
func checkSpan(t *testing.T, e *rag.Engine, id string, version int, span rag.Span) {
	t.Helper()
	a, err := e.Record.ArticleVersion(t.Context(), id, version)
	if err != nil {
		t.Fatal(err)
	}
	if text := []rune(a.Text); span.Quote == nil || string(text[span.Start:span.End]) != *span.Quote {
		t.Errorf("%+v is not in %s", span, id)
	}
}
