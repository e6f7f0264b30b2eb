package eval

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag"
)

func TestVerdictOf(t *testing.T) {
	for _, c := range []struct{ sentences, want string }{
		{"", "none"},
		{"none", "none"},
		{"quoted none", "supported"},
		{"supported quoted", "supported"},
		{"supported weak", "weak"},
		{"weak not_found supported", "not_found"},
		{"not_found contradicted", "contradicted"},
	} {
		if got := verdictOf(strings.Fields(c.sentences)); got != c.want {
			t.Errorf("%s: %s, want %s", c.sentences, got, c.want)
		}
	}
}

// checkedBy replies to a claim with one sentence, whose spans are in the article "a".
func checkedBy(verdict string, spans ...region) rag.CheckReply {
	text := []rune(small().texts["a"])
	s := rag.CheckedSentence{Verdict: verdict, Judge: "rules", Citations: []int{1}}
	for _, at := range spans {
		quote := string(text[at.start:at.end])
		s.Spans = append(s.Spans, rag.NumberSpan{Number: 1, Span: rag.Span{Start: at.start, End: at.end, Quote: &quote}})
	}
	return rag.CheckReply{Sentences: []rag.CheckedSentence{s}, Citations: []rag.CheckedArticle{{Number: 1, Article: corpus.Ref{ID: "a", Version: 1, Title: "关于a"}}}}
}

const smallClaims = `{"id":"c1","text":"甲公司收入62.4亿元。","label":"supported","change":"none","gold":[{"quote":"收入为62.4亿元"}]}
{"id":"c2","text":"甲公司收入72.4亿元。","label":"contradicted","change":"number","gold":[{"quote":"收入为62.4亿元"}]}
{"id":"c3","text":"丙公司破产。","label":"not_found","change":"outside"}
{"id":"c4","text":"The growth was 6.1%.","label":"supported","change":"none","gold":[{"quote":"同比增长6.1%"}]}
{"id":"c5","text":"坏了。","label":"supported","change":"none","gold":[{"quote":"同比增长6.1%"}]}
{"id":"c6","text":"甲公司收入下降。","label":"contradicted","change":"polarity","gold":[{"quote":"同比增长6.1%"}]}
`

// smallChecks replies to the small claims: c3 is falsely called supported, the spans
// of c1 hold its gold, that of c4 is near it, one of c6 is wrong.
func smallChecks(r rag.CheckRequest) (rag.CheckReply, error) {
	switch r.Text {
	case "甲公司收入62.4亿元。":
		return checkedBy("quoted", region{0, 3}, region{5, 14}), nil
	case "甲公司收入72.4亿元。":
		return checkedBy("contradicted", region{5, 14}), nil
	case "丙公司破产。":
		return checkedBy("supported", region{0, 3}), nil
	case "The growth was 6.1%.":
		return checkedBy("weak", region{0, 3}), nil
	case "甲公司收入下降。":
		reply := checkedBy("contradicted", region{15, 22})
		*reply.Sentences[0].Spans[0].Quote = "不是原文"
		stray := checkedBy("weak", region{15, 22}).Sentences[0].Spans[0]
		stray.Number = 7 // of no citation
		reply.Sentences[0].Spans = append(reply.Sentences[0].Spans, stray)
		return reply, nil
	}
	return rag.CheckReply{}, errors.New("the index is away")
}

func TestClaims(t *testing.T) {
	var set Set
	if err := set.read(strings.NewReader(smallClaims), "claims.jsonl"); err != nil || len(set.Faults) > 0 {
		t.Fatal(err, set.Faults)
	}
	c := small()
	c.check = smallChecks
	report, err := Run(t.Context(), c, set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	figures, err := report.flat()
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]float64{
		"claims.all.n":                            6,
		"claims.all.accuracy":                     3. / 6,
		"claims.all.supported_precision":          1. / 2,
		"claims.all.supported_recall":             1. / 3,
		"claims.all.contradicted_precision":       1,
		"claims.all.contradicted_recall":          1,
		"claims.all.not_found_recall":             0,
		"claims.all.false_supported":              1. / 3,
		"claims.all.false_contradicted":           0,
		"claims.all.flagged":                      1,
		"claims.all.firm_accuracy":                3. / 4,
		"claims.all.firm_share":                   4. / 6,
		"claims.all.evidence":                     2. / 4,
		"claims.all.evidence_passage":             3. / 4,
		"claims.language.en.n":                    1,
		"claims.language.en.evidence":             0,
		"claims.language.en.evidence_passage":     1,
		"claims.file.claims.n":                    6,
		"claims.change.number.right":              1,
		"claims.change.outside.said_supported":    1,
		"claims.confusion.supported.error":        1,
		"claims.confusion.not_found.supported":    1,
		"claims.confusion.supported.contradicted": 0,
		"claims.citations.checked":                6,
		"claims.citations.right":                  5,
		"claims.judges.rules":                     5,
		"errors":                                  1,
	} {
		if got := figures[key]; got == nil || *got < want-1e-9 || *got > want+1e-9 {
			t.Errorf("%s: %s, want %v", key, cell(got), want)
		}
	}
	var table bytes.Buffer
	if err := report.Print(&table); err != nil {
		t.Fatal(err)
	}
	checkGolden(t, "claims.txt", table.Bytes())
}

// TestTopics holds what the first gate would refuse at which threshold.
func TestTopics(t *testing.T) {
	rows := []TopicRow{
		{Type: offTopic, Topicality: .1}, {Type: offTopic, Topicality: .22},
		{Type: unanswerable, Topicality: .4}, {Type: "fact", Topicality: .22}, {Type: "number", Topicality: .5},
	}
	f := topicFigures(rows, .2)
	half, none, all := number64(.5), number64(0), number64(1)
	if diff := cmp.Diff(Refused{.2, half, none, none}, f.At); diff != "" {
		t.Error(diff)
	}
	if len(f.ROC) != 10 || *f.AUC != (1+1+.5+1)/4 {
		t.Errorf("%d thresholds, area %v", len(f.ROC), *f.AUC)
	}
	first, last := f.ROC[0], f.ROC[len(f.ROC)-1]
	if diff := cmp.Diff([]Refused{{first.Threshold, none, none, none}, {last.Threshold, all, all, all}}, []Refused{first, last}); diff != "" {
		t.Error(diff)
	}
}

// TestConflicts holds that both sides are shown where one disagreement has a span
// over each quotation.
func TestConflicts(t *testing.T) {
	side := func(id string, start, end int) rag.Side {
		return rag.Side{Article: corpus.Ref{ID: id, Version: 1}, Span: rag.Span{Start: start, End: end}}
	}
	for _, c := range []struct {
		name      string
		conflicts []rag.Conflict
		want      bool
	}{
		{"none", nil, false},
		{"both", []rag.Conflict{{Sides: []rag.Side{side("b", 0, 3), side("b", 3, 9)}}, {Sides: []rag.Side{side("a", 5, 14), side("b", 0, 9)}}}, true},
		{"one each", []rag.Conflict{{Sides: []rag.Side{side("a", 5, 14)}}, {Sides: []rag.Side{side("b", 0, 9)}}}, false},
		{"elsewhere", []rag.Conflict{{Sides: []rag.Side{side("a", 23, 28), side("c", 0, 9)}}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			collection := small()
			collection.chat = func(rag.ChatRequest) (rag.Reply, error) {
				return rag.Reply{Status: "answered", Conflicts: c.conflicts}, nil
			}
			set := Set{Questions: []Question{
				{ID: "x", Type: conflicting, About: "date", Question: "？", Gold: []Gold{{Quote: "收入为62.4亿元"}, {Quote: "推迟了开业"}}},
				{ID: "y", Type: "fact", Question: "？", Gold: []Gold{{Quote: "推迟了开业"}}},
			}}
			report, err := Run(t.Context(), collection, set, Options{})
			if err != nil {
				t.Fatal(err)
			}
			f := report.Answers.Conflicts
			if f.N != 1 || *f.Both != *yes(c.want) || *f.About["date"].Both != *yes(c.want) || *f.Elsewhere != *yes(len(c.conflicts) > 0) {
				t.Errorf("%+v", f)
			}
		})
	}
}
