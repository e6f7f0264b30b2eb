package eval

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/rag"
)

// checkGolden compares with a file of testdata; times are left out.
func checkGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	got = milli.ReplaceAll(got, []byte("latency ms: …"))
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

// compared are the reports of the small set, without plans and with them.
func comparedSmall(t *testing.T) Results {
	t.Helper()
	set := readPlanned(t)
	set.Faults = nil
	var results Results
	for _, plan := range []string{planRules, planModel} {
		report, err := Run(t.Context(), small(), set, Options{Plan: plan, PlayBack: better, Brief: true})
		if err != nil {
			t.Fatal(err)
		}
		report.Search.Latency, report.Answers.Latency = Latency{}, Latency{}
		results = append(results, Result{Setting: "plan=" + plan, Report: report})
	}
	return results
}

// TestCompare sets two settings side by side.
func TestCompare(t *testing.T) {
	results := comparedSmall(t)
	var table bytes.Buffer
	if err := results.Print(&table); err != nil {
		t.Fatal(err)
	}
	checkGolden(t, "compare.txt", table.Bytes())
	for line := range strings.Lines(table.String()) {
		if n := len([]rune(line)); n > 101 {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	var csv bytes.Buffer
	if err := results.WriteCSV(&csv); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(csv.String(), "\n")
	if lines[0] != "set,figure,plan=rules,plan=model" || !slices.Contains(lines, ",search.all.hit1,0.25,0.5") {
		t.Errorf("csv:\n%s", csv.String())
	}
}

func TestResultsJSON(t *testing.T) {
	b, err := json.Marshal(comparedSmall(t))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Settings    map[string]Report
		Differences map[string][]Difference
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if *got.Settings["plan=model"].Search.All.Hit1 != .5 || len(got.Differences["plan=rules"]) > 0 {
		t.Errorf("%s", b)
	}
	want := []Difference{{Measured: "search", ID: "q1", File: "set", Question: "甲公司收入多少？", Was: 2, Is: 1, Up: true}}
	if diff := cmp.Diff(want, got.Differences["plan=model"], cmp.AllowUnexported(Difference{})); diff != "" {
		t.Error(diff)
	}
}

// TestNamedSets holds how several sets are named in all that is written.
func TestNamedSets(t *testing.T) {
	report, err := Run(t.Context(), small(), readSmall(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	results := Results{{Set: "dev", Report: report}, {Set: "news", Report: report}}
	var table, rows bytes.Buffer
	if err := results.Print(&table); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(table.String(), "== dev\n") || !strings.Contains(table.String(), "== news\n") {
		t.Error(table.String())
	}
	if err := results.WriteRows(&rows); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(rows.String(), `{"set":"news","measured":"search"`); n != 5 {
		t.Errorf("%d rows:\n%s", n, rows.String())
	}
	short, err := results.Short([]Limit{{Key: "hit5", Value: .8}})
	if diff := cmp.Diff([]string{"dev: search.all.hit5 0.75 < 0.8", "news: search.all.hit5 0.75 < 0.8"}, short); diff != "" || err != nil {
		t.Error(diff, err)
	}
	b, err := json.Marshal(results)
	if err != nil || !bytes.HasPrefix(b, []byte(`{"sets":{"dev":{"questions":5`)) {
		t.Errorf("%v: %.80s", err, b)
	}
}

func TestReadSets(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"a.jsonl": good, "claims.jsonl": `{"text":"甲。","label":"supported"}`,
		"sets.yaml": `sets:
  - name: dev
    questions: a.jsonl
    articles: [news, more/x.html]
    as_of: 2025-02-01
  - name: drafts # nothing but claims
    claims: [claims.jsonl]
`})
	sets, err := ReadSets(filepath.Join(dir, "sets.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(sets) != 2 || sets[0].Name != "dev" || sets[0].AsOf != "2025-02-01" || len(sets[0].Questions) != 1 || len(sets[1].Claims) != 1 {
		t.Errorf("%+v", sets)
	}
	if diff := cmp.Diff([]string{filepath.Join(dir, "news"), filepath.Join(dir, "more", "x.html")}, sets[0].Articles); diff != "" {
		t.Error(diff)
	}
}

func TestReadSetsFaults(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "it names no set"},
		{"sets: []", "it names no set"},
		{"sets:\n  - questions: a.jsonl", "set 1: name is empty"},
		{"sets:\n  - name: x", "set 1: it has neither questions nor claims"},
		{"sets:\n  - name: x\n    question: a.jsonl", `unknown field "question"`},
		{"sets:\n  - name: x\n    questions: none.jsonl", "no such file"},
		{"sets:\n  - name: x\n    questions: a.jsonl\n    as_of: gestern", `as_of: "gestern" is no day`},
		{"sets:\n  - name: x\n    questions: a.jsonl\n  - name: x\n    questions: a.jsonl", `set 2: id "x" is another's`},
	} {
		dir := writeFiles(t, map[string]string{"a.jsonl": good, "sets.yaml": c.text})
		if _, err := ReadSets(filepath.Join(dir, "sets.yaml")); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

// TestRefusals counts reasons, and keeps questions off topic apart.
func TestRefusals(t *testing.T) {
	c := small()
	c.chat = func(r rag.ChatRequest) (rag.Reply, error) {
		reply := rag.Reply{Status: "refused", Refusal: &rag.Refusal{Reason: "off_topic"}}
		if strings.Contains(r.Messages[0].Content, "近") {
			reply = rag.Reply{Status: "partial", Caveats: []rag.Caveat{{Code: "nearest_statements"}}, Sentences: []rag.Sentence{{Verdict: "quoted"}}}
		}
		return reply, nil
	}
	set := Set{Questions: []Question{{ID: "1", Type: offTopic, Question: "怎么炖肉？"}, {ID: "2", Type: offTopic, Question: "近处？"}, {ID: "3", Type: unanswerable, Question: "近几年？"}}}
	report, err := Run(t.Context(), c, set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := report.Answers
	if f.All.N != 0 || f.Refusal.OffTopic != 2 || *f.Refusal.OffTopicRate != .5 || f.Refusal.Unanswerable != 1 || *f.Refusal.RefusedOrPartial != 1 {
		t.Errorf("%+v", f.Refusal)
	}
	if diff := cmp.Diff([]map[string]int{{"off_topic": 1}, {"nearest_statements": 2}, {"quoted": 2}}, []map[string]int{f.Refusal.Reasons, f.Caveats, f.Verdicts}); diff != "" {
		t.Error(diff)
	}
	if len(report.NotMeasured) != 1 || !strings.Contains(report.NotMeasured[0], "other thresholds") {
		t.Errorf("not measured %v", report.NotMeasured)
	}
}

func TestShortText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"甲乙丙", "甲乙丙"}, {"甲乙丙丁", "甲乙丙…"}, {"abcdef", "abcdef"}, {"a甲乙丙", "a甲乙…"}, {"", ""},
	} {
		if got := short(c.text, 6); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}
