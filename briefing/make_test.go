package briefing

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/cite"
)

// madeOf makes a briefing and fails the test where that fails.
func madeOf(t testing.TB, e *rag.Engine, r Request) *Briefing {
	t.Helper()
	if r.AsOf == "" {
		r.AsOf = "2025-02-01"
	}
	r, err := checkRequest(t.Context(), e, r)
	if err != nil {
		t.Fatal(err)
	}
	b := &Briefing{}
	m := &maker{Parts: Parts{Engine: e}, request: r, tell: func(any) error { return nil }}
	if err := m.make(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestExtractsKeepTheRules makes briefings without a model over the examples, and over
// real articles where they are there, and holds them against what is promised.
func TestExtractsKeepTheRules(t *testing.T) {
	requests := []Request{
		{Topic: "海燕云的业绩与价格"},
		{Topic: "cloud prices", Focus: "price cuts, results and leadership changes", Length: "long"},
		{Topic: "云计算市场", Length: "short"},
		{Topic: "云厂商", Sections: []string{"业绩", "人事", "月球基地的建设"}},
		{Topic: "云厂商的动态", From: "2024-01-01", To: "2024-06-30", Length: "long"},
	}
	for _, folder := range []string{"../examples/articles", "../../shared/corpus"} {
		if _, err := os.Stat(folder); err != nil {
			continue
		}
		e := EngineOver(t, folder, nil)
		for _, r := range requests {
			t.Run(folder+"/"+r.Topic, func(t *testing.T) {
				b := madeOf(t, e, r)
				if b.Status != Done {
					t.Skip("nothing there on this: ", b.Refusal.Text)
				}
				checkRules(t, e, r, b)
			})
		}
	}
}

func checkRules(t *testing.T, e *rag.Engine, r Request, b *Briefing) {
	t.Helper()
	if len(b.Summary) == 0 || len(b.Sections) == 0 || b.Title == "" || b.AsOf == "" || b.Mode != "extracts" {
		t.Errorf("the briefing is not whole: %d sentences of a summary, %d sections", len(b.Summary), len(b.Sections))
	}
	if b.Coverage.Claims != b.Coverage.Cited || b.Coverage.Claims != b.Coverage.Supported {
		t.Errorf("coverage %+v: every claim is to be cited and supported", b.Coverage)
	}
	texts := make(map[string][]rune)
	for s := range b.sentences() {
		if !holds(s.Verdict) && (s.Verdict != "none" || len(s.Citations) > 0) {
			t.Errorf("%q is %s", s.Text, s.Verdict)
		}
		for _, span := range s.Spans {
			a := b.Citations[span.Number-1].Article
			if texts[a.ID] == nil {
				article, err := e.Record.ArticleVersion(t.Context(), a.ID, a.Version)
				if err != nil {
					t.Fatal(err)
				}
				texts[a.ID] = []rune(article.Text)
			}
			if got := string(texts[a.ID][span.Start:span.End]); got != *span.Quote || !strings.Contains(cite.Strip(s.Text), got) {
				t.Errorf("%q quotes %q, the article has %q", s.Text, *span.Quote, got)
			}
		}
		if cited := markerNumbers(s.Text); len(s.Spans) != len(cited) {
			t.Errorf("%q has %d places", s.Text, len(s.Spans))
		}
	}
	for _, heading := range r.Sections {
		if !slices.ContainsFunc(b.Sections, func(s Section) bool { return s.Heading == heading }) {
			t.Errorf("the section %s is not there", heading)
		}
	}
	checkBody(t, r, b)
}

// checkBody checks that the sections are no longer than they may be, and that no
// sentence says what one before it says.
func checkBody(t *testing.T, r Request, b *Briefing) {
	t.Helper()
	numbers := make(map[string]int)
	var earlier []said
	chars := 0
	for _, section := range b.Sections {
		if len(section.Sentences) == 0 {
			t.Errorf("nothing stands under %s", section.Heading)
		}
		for _, s := range section.Sentences {
			if s.Verdict == "none" {
				continue
			}
			chars += utf8.RuneCountInString(cite.Strip(s.Text))
			now := said{"", numbered(numbers, cite.Strip(s.Text)), cite.Quantities(s.Text)}
			if slices.ContainsFunc(earlier, now.repeats) {
				t.Errorf("%q says what was said", s.Text)
			}
			earlier = append(earlier, now)
		}
	}
	most := bodyChars["standard"]
	if r.Length != "" {
		most = bodyChars[r.Length]
	}
	if chars > most {
		t.Errorf("%d characters, at most %d", chars, most)
	}
}

func TestTooLittle(t *testing.T) {
	e := newCollection(t, news()...).engine(t, nil)
	tests := []struct {
		name   string
		r      Request
		reason string
	}{
		{"nothing on it", Request{Topic: "红烧肉的做法和火候"}, "off_topic"},
		{"a period in the future", Request{Topic: "海燕云的业绩", From: "2031-01-01", To: "2031-12-31"}, "no_evidence"},
		{"an outlet that is not there", Request{Topic: "海燕云的业绩", Filter: corpus.Filter{Outlets: []string{"无此媒体"}}}, "no_evidence"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := madeOf(t, e, test.r)
			if b.Status != Refused || b.Refusal == nil || b.Refusal.Reason != test.reason {
				t.Fatalf("%s, %+v", b.Status, b.Refusal)
			}
			if b.Refusal.Text == "" || len(b.Refusal.Searched) == 0 || len(b.Sections) != 0 {
				t.Errorf("%+v", b.Refusal)
			}
			if test.r.From != "" && len(b.Refusal.Nearest) == 0 {
				t.Error("what there is of other times is not named")
			}
		})
	}
}

func TestSectionWithoutEvidence(t *testing.T) {
	e := newCollection(t, news()...).engine(t, nil)
	b := madeOf(t, e, Request{Topic: "海燕云", Sections: []string{"业绩", "航天发射场"}})
	if len(b.Sections) < 2 || b.Sections[0].Heading != "业绩" || b.Sections[1].Heading != "航天发射场" {
		t.Fatalf("%+v", b.Sections)
	}
	if s := b.Sections[1].Sentences; len(s) != 1 || s[0].Verdict != "none" || !strings.Contains(s[0].Text, "没有") {
		t.Errorf("what nothing is about says %+v", s)
	}
	if !slices.ContainsFunc(b.Gaps, func(g string) bool { return strings.Contains(g, "航天发射场") }) {
		t.Errorf("the gaps do not name it: %q", b.Gaps)
	}
}

// TestNoSectionHasEvidence: a briefing of which nothing could be said is a refusal.
func TestNoSectionHasEvidence(t *testing.T) {
	e := newCollection(t, news()...).engine(t, nil)
	b := madeOf(t, e, Request{Topic: "海燕云", Sections: []string{"航天发射场", "珊瑚礁"}})
	if b.Status != Refused || b.Refusal == nil || b.Refusal.Reason != "no_evidence" || len(b.Refusal.Nearest) == 0 || len(b.Sections) != 0 {
		t.Errorf("%s, %+v, %d sections", b.Status, b.Refusal, len(b.Sections))
	}
}

func TestMakingEndsWithItsContext(t *testing.T) {
	e := newCollection(t, news()...).engine(t, nil)
	ctx, stop := context.WithCancel(t.Context())
	m := &maker{Parts: Parts{Engine: e}, request: Request{Topic: "海燕云", Language: "zh", Length: "short"}, tell: func(v any) error {
		if s, ok := v.(Step); ok && s.Step == "write" {
			stop()
		}
		return nil
	}}
	if err := m.make(ctx, &Briefing{}); err == nil {
		t.Error("it was made all the same")
	}
}

// TestMarkupInTheTopic: what a request says is data.
func TestMarkupInTheTopic(t *testing.T) {
	e := newCollection(t, news()...).engine(t, nil)
	topic := "海燕云<script>alert(1)</script>的业绩 [1] \\[2\\]"
	if b := madeOf(t, e, Request{Topic: topic}); b.Status != Done || b.Topic != topic {
		t.Errorf("%s, topic %q", b.Status, b.Topic)
	}
}
