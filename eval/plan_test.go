package eval

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/rag"
)

// smallPlans are of two questions that have gold, of one that has none, and of none.
const smallPlans = `{"id":"q1","queries":["甲公司 收入"],"passage":"甲公司收入"}
{"id":"q2","queries":["甲公司 增长"],"passage":"甲公司增长"}
{"id":"q5","queries":["无人知道"],"passage":"无人知道"}
{"id":"q9","queries":["无"],"passage":"无"}
{"id":"q1","queries":["又"],"passage":"又"}
`

func readPlanned(t *testing.T) Set {
	t.Helper()
	set := readSmall(t)
	if err := set.read(strings.NewReader(smallPlans), "plans.jsonl"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`plans.jsonl:5: question "q1" has another plan`}, set.Faults); diff != "" || len(set.Plans) != 4 {
		t.Fatalf("%d plans, faults: %s", len(set.Plans), diff)
	}
	return set
}

// better finds with a model what small finds without one, but "a" first; the plan of
// q2 is refused.
func better(v Voice) Collection {
	c := small()
	search := c.search
	c.search = func(r rag.SearchRequest) (rag.SearchReply, error) {
		reply, err := search(r)
		plan, ok := v("", true)
		switch {
		case r.Plan != planModel || !ok:
		case strings.Contains(plan, "甲公司 增长"):
			reply.Plan.Fallback = new(string)
			*reply.Plan.Fallback = "bad_reply"
		default:
			reply.Results[0], reply.Results[1] = reply.Results[1], reply.Results[0]
		}
		return reply, err
	}
	return c
}

func TestPlanned(t *testing.T) {
	set, last := readPlanned(t), [2]int{}
	without, err := Run(t.Context(), small(), readSmall(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	report, err := Run(t.Context(), small(), set, Options{PlayBack: better, Progress: func(done, of int) { last = [2]int{done, of} }})
	if err != nil {
		t.Fatal(err)
	}
	var ranks []string
	for _, r := range report.PlannedRows {
		ranks = append(ranks, fmt.Sprintf("%s %s %s%s %s %d", r.Measured, r.ID, r.Asked, r.Asking, r.Fallback, r.Rank))
	}
	want := []string{"planned q1 model  1", "planned q1 rules  2", "planned q2 followupmodel bad_reply 1", "planned q2 followuprules  1"}
	if diff := cmp.Diff(want, ranks); diff != "" {
		t.Error(diff)
	}
	figures, err := report.flat()
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]float64{
		"search.planned.n": 2, "search.planned.hit1": 1, "search.planned.mrr": 1, "search.planned.fallbacks.bad_reply": 1,
		"search.planned.rules.n": 2, "search.planned.rules.hit1": .5, "search.planned.rules.hit5": 1,
	} {
		if got := figures[key]; got == nil || *got != want {
			t.Errorf("%s: %s, want %v", key, cell(got), want)
		}
	}
	if diff := cmp.Diff(without.Search.All, report.Search.All); diff != "" {
		t.Errorf("plans change the figures without them: %s", diff)
	}
	if last != [2]int{14 + 5*3 + 1, 14 + 5*3 + 1} { // five answers are made of each of three questions, one of an unanswerable one
		t.Errorf("%d of %d requests", last[0], last[1])
	}
	if diff := cmp.Diff([]string{"2 of 4 search plans, whose questions are not in these sets or have no gold"}, report.NotMeasured); diff != "" {
		t.Error(diff)
	}
	var table, rows bytes.Buffer
	if err := report.Print(&table); err != nil {
		t.Fatal(err)
	}
	if err := report.WriteRows(&rows); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"with a model's plan (played back)    2  1.000", "  the same questions by rules        2  0.500", "plans that could not be played back: bad_reply 1"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("%q is not in the table:\n%s", want, table.String())
		}
	}
	if n := strings.Count(rows.String(), `"measured":"planned"`); n != 4 {
		t.Errorf("%d rows, want 4", n)
	}
}

// TestPlansOfServer holds that plans are named where they cannot be played back.
func TestPlansOfServer(t *testing.T) {
	report, err := Run(t.Context(), small(), readPlanned(t), Options{Remote: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.PlannedRows) > 0 || len(report.NotMeasured) != 1 || !strings.Contains(report.NotMeasured[0], "a server's search cannot play them back") {
		t.Errorf("%d rows, not measured %v", len(report.PlannedRows), report.NotMeasured)
	}
}

// TestFallbacks counts the plans that the collection's own model did not make.
func TestFallbacks(t *testing.T) {
	c := small()
	search := c.search
	c.search = func(r rag.SearchRequest) (rag.SearchReply, error) {
		reply, err := search(r)
		reason := "timeout"
		reply.Plan.Fallback = &reason
		return reply, err
	}
	report, err := Run(t.Context(), c, readSmall(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"timeout": 5}, report.Search.Fallbacks); diff != "" {
		t.Error(diff)
	}
}
