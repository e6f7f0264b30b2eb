package eval

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/briefing"
	"chuchu/corpus"
	"chuchu/rag"
)

// A briefer is a fake that makes briefings, too.
type briefer struct {
	fake
	brief func(briefing.Request) (briefing.Briefing, error)
}

func (b briefer) Brief(_ context.Context, r briefing.Request) (briefing.Briefing, error) {
	return b.brief(r)
}

// sentence cites the article "a" for a stretch of it.
func sentence(text, verdict string, at region) briefing.Sentence {
	quote := string([]rune(small().texts["a"])[at.start:at.end])
	return briefing.Sentence{
		Text: text, Citations: []int{1}, Verdict: verdict,
		Spans: []rag.NumberSpan{{Number: 1, Span: rag.Span{Start: at.start, End: at.end, Quote: &quote}}},
	}
}

// smallBriefing covers, of the small topic, one point by its citation, one by its
// numbers in a table, and repeats itself once.
func smallBriefing() briefing.Briefing {
	first := sentence("甲公司去年收入为62.4亿元，同比增长6.1%。[1]", "quoted", region{0, 23})
	again := sentence("去年甲公司的收入为62.4亿元，同比增长6.1%。[1]", "supported", region{0, 23})
	return briefing.Briefing{
		ID: "brf_1", Status: briefing.Done, Mode: "extracts", Title: "甲公司",
		Summary:  []briefing.Sentence{first},
		Sections: []briefing.Section{{Heading: "业绩", Sentences: []briefing.Sentence{first, again}}, {Heading: "人事", Sentences: []briefing.Sentence{{Text: "以下是人事。", Verdict: "none"}}}},
		Figures:  []briefing.Figure{{What: "投资", Value: "11.5", Unit: "亿元", Sentence: first}},
		Gaps:     []string{"利润是多少"}, Dropped: []briefing.Dropped{{Text: "甲公司破产。"}},
		Citations: []briefing.Citation{{Number: 1, Article: corpus.Ref{ID: "a", Version: 1}, Spans: []briefing.CitedSpan{{Span: first.Spans[0].Span, Verdict: "quoted"}}}},
	}
}

const smallTopics = `{"id":"t1","topic":"甲公司","audience":"the board, in English","must_cover":[{"point":"收入","quote":"同比增长6.1%。首席执行官"},{"point":"投资","quote":"投资增加到11.5亿元"},{"point":"人事","quote":"首席执行官是闻先生"},{"point":"年份","quote":"2024年有2家"}]}
{"id":"t2","topic":"无人知道","must_cover":[{"point":"收入","quote":"收入为62.4亿元"}]}
{"id":"t3","topic":"坏了","must_cover":[]}
`

func TestBriefings(t *testing.T) {
	var set Set
	if err := set.read(strings.NewReader(smallTopics), "topics.jsonl"); err != nil || len(set.Faults) > 0 {
		t.Fatal(err, set.Faults)
	}
	var asked []briefing.Request
	c := briefer{small(), func(r briefing.Request) (briefing.Briefing, error) {
		asked = append(asked, r)
		switch r.Topic {
		case "坏了":
			return briefing.Briefing{}, errors.New("the index is away")
		case "无人知道":
			return briefing.Briefing{Status: briefing.Refused, Refusal: &briefing.Refusal{Reason: "no_evidence"}}, nil
		}
		return smallBriefing(), nil
	}}
	report, err := Run(t.Context(), c, set, Options{AsOf: "2025-06-01", Length: "long"})
	if err != nil {
		t.Fatal(err)
	}
	want := []briefing.Request{
		{Topic: "甲公司", Audience: "the board, in English", AsOf: "2025-06-01", Language: "en", Length: "long"},
		{Topic: "无人知道", AsOf: "2025-06-01", Language: "zh", Length: "long"},
		{Topic: "坏了", AsOf: "2025-06-01", Language: "zh", Length: "long"},
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	row := report.BriefingRows[0]
	points := []PointRow{
		{Point: "收入", Share: 8. / 14, Numbers: true, BodyShare: 8. / 14, BodyNums: true},
		{Point: "投资", Numbers: true},
		{Point: "人事"},
		{Point: "年份"}, // its numbers say nothing
	}
	if diff := cmp.Diff(points, row.Points); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
	if row.Sentences != 3 || row.Claims != 4 || row.Cited != 4 || row.Held != 4 || row.Dropped != 1 || row.Gaps != 1 || row.Spans != 5 || row.Right != 5 {
		t.Errorf("row %+v", row)
	}
	if len(row.Repeats) != 1 || row.Repeats[0].Sentence != 2 || row.Repeats[0].Earlier != 1 || len(row.Faults) > 0 {
		t.Errorf("repeats %+v, faults %v", row.Repeats, row.Faults)
	}
	all := report.Briefings.All
	if all.N != 3 || all.Done != 1 || all.Points != 5 || *all.Covered != .4 || *all.InBody != .2 || *all.Repeated != 1./3 || *all.Held != 1 || *all.Citations.Part != 1 {
		t.Errorf("figures %+v", all)
	}
	if report.Errors != 1 || report.BriefingRows[1].Reason != "no_evidence" {
		t.Errorf("%d errors, %+v", report.Errors, report.BriefingRows[1])
	}
	short, err := report.Short([]Limit{{Key: "briefings.all.covered", Value: .5}, {Key: "briefings.topic.t1.done", Value: 1}})
	if err != nil || len(short) != 1 || short[0] != "briefings.all.covered 0.4 < 0.5" {
		t.Errorf("%v, %v", short, err)
	}
	var table bytes.Buffer
	if err := report.Print(&table); err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{"0 questions, 0 claims, 3 briefings", "points not covered:\n  t1: 人事\n"} {
		if !strings.Contains(table.String(), wanted) {
			t.Errorf("%q is not in:\n%s", wanted, table.String())
		}
	}
}

// TestBriefingFaults holds what is called a broken rule, one at a time.
func TestBriefingFaults(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*briefing.Briefing)
		want  string
	}{
		"sound":           {func(*briefing.Briefing) {}, ""},
		"other quotation": {func(b *briefing.Briefing) { b.Citations[0].Spans[0].Start++ }, "[1] 1-23 is not the text of a"},
		"deleted article": {func(b *briefing.Briefing) { b.Citations[0].Spans[0].Quote = nil }, "is not the text of a"},
		"marker alone":    {func(b *briefing.Briefing) { b.Sections[0].Sentences[1].Text = "甲[2]。" }, "cites [1], and marks [2]"},
		"stray span":      {func(b *briefing.Briefing) { b.Sections[0].Sentences[1].Spans[0].Number = 2 }, "a span of [2] in a sentence that cites [1]"},
		"no citation":     {func(b *briefing.Briefing) { b.Citations[0].Number = 3 }, "cited are [3], in the text are [1]"},
		"handle left":     {func(b *briefing.Briefing) { b.Summary[0].Text = "甲[S1][1]。" }, "[S1] is left in the text"},
		"out of order": {func(b *briefing.Briefing) {
			b.Summary[0].Text, b.Summary[0].Citations = "甲[2]。", []int{2}
			b.Citations = append(b.Citations, briefing.Citation{Number: 2, Article: corpus.Ref{ID: "b", Version: 1}})
		}, "the numbers are [2 1] by first use"},
		"two numbers": {func(b *briefing.Briefing) {
			b.Figures[0].Sentence = briefing.Sentence{Text: "甲[2]。", Citations: []int{2}}
			b.Citations = append(b.Citations, briefing.Citation{Number: 2, Article: corpus.Ref{ID: "a", Version: 1}})
		}, "a has two numbers"},
	} {
		t.Run(name, func(t *testing.T) {
			b := smallBriefing()
			// Sentences share their spans; each part of a real one has its own.
			b.Sections[0].Sentences[1].Spans = append([]rag.NumberSpan{}, b.Sections[0].Sentences[1].Spans...)
			c.spoil(&b)
			r := newRun(small(), Set{}, Options{})
			row := newBriefingRow(Topic{})
			r.judgeBriefing(t.Context(), Topic{}, b, &row)
			if got := strings.Join(row.Faults, "; "); c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("faults %q, want %q", got, c.want)
			}
		})
	}
}

// TestBriefingsUnmeasured holds that a collection which makes none is named.
func TestBriefingsUnmeasured(t *testing.T) {
	report, err := Run(t.Context(), small(), Set{Topics: []Topic{{Topic: "云"}}}, Options{})
	if err != nil || report.Briefings != nil || len(report.NotMeasured) != 1 || !strings.Contains(report.NotMeasured[0], "1 briefing topics") {
		t.Errorf("%v: %+v", err, report)
	}
}

func TestRepeats(t *testing.T) {
	for _, c := range []struct {
		one, other string
		want       bool
	}{
		{"甲公司去年收入为62.4亿元，同比增长6.1%。", "甲公司去年收入为62.4亿元，同比增长6.1%。[1]", true},
		{"甲公司去年收入为62.4亿元。", "据财报，甲公司去年收入为62.4亿元，首席执行官是闻先生，另有许多别的事情。", true}, // contained
		{"去年甲公司的收入增长到62.4亿元。", "甲公司收入62.4亿元，是在去年。", true},                   // the same figures, and terms enough
		{"甲公司去年收入为62.4亿元。", "乙公司今年投资增加到62.4亿元。", false},                     // the same figure of something else
		{"甲公司2024年推迟了开业的时间。", "乙公司2024年任命了新的负责人。", false},                   // a year says nothing
		{"甲公司去年收入为62.4亿元。", "甲公司去年利润为3.1亿元，比前年少了一些，原因是降价。", false},
		{"降价。", "降价。", false}, // too short to say
		{"The company cut its prices by a fifth in March.", "In May the company raised its wages and hired a new head of sales.", false},
		{"The company cut its prices by a fifth in March.", "In March, the company cut its prices by a fifth.", true},
	} {
		for _, pair := range [][]string{{c.one, c.other}, {c.other, c.one}} {
			if got := len(repeats(pair)) == 1; got != c.want {
				t.Errorf("%q: %v, want %v", pair, got, c.want)
			}
		}
	}
}
