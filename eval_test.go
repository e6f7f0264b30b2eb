package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/eval"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	exampleQuestions = "examples/questions.jsonl"
	exampleArticles  = "examples/articles"
	exampleDay       = "2025-11-01" // a day after the last example article, so that the goldens do not change with today
)

// TestRanks compares, for every question over the examples, where the first
// passage that answers it stands and what was found, with testdata/rank: a change
// of retrieval shows there question by question. -update rewrites.
func TestRanks(t *testing.T) {
	set, err := eval.Read([]string{exampleQuestions})
	if err != nil || len(set.Faults) > 0 {
		t.Fatal(err, set.Faults)
	}
	p := &program{stdout: io.Discard, stderr: io.Discard, config: DefaultConfig(), log: slog.New(slog.DiscardHandler)}
	command := evalCommand{Articles: []string{exampleArticles}, AsOf: exampleDay}
	results, err := command.measureAll(t.Context(), p, []eval.NamedSet{{Set: set}}, []setting{{config: p.config}})
	if err != nil {
		t.Fatal(err)
	}
	report := results[0].Report
	var ranks strings.Builder
	for _, row := range report.SearchRows {
		writeRank(&ranks, row)
	}
	golden(t, filepath.Join("testdata", "rank", "questions.txt"), ranks.String())
	golden(t, filepath.Join("testdata", "rank", "summary.txt"), rankSummary(report))
	if report.Errors > 0 || report.Answers.Citations.Faults > 0 {
		t.Errorf("%d failed requests, %d broken citations", report.Errors, report.Answers.Citations.Faults)
	}
	if p := report.Search.Passages; p.Right != p.Checked {
		t.Errorf("%d of %d passages are what their article says", p.Right, p.Checked)
	}
}

const titlesShown = 5

// writeRank writes a search: the rank of the first passage with gold, then the
// articles of the first results.
func writeRank(w io.Writer, row eval.SearchRow) {
	asked := row.Type
	if row.Asked != "" {
		asked = row.Asked
	}
	fmt.Fprintf(w, "%s %s: rank %d, needed %v\n%s\n", row.ID, asked, row.Rank, row.Needed, row.Question)
	for i, title := range row.Titles[:min(titlesShown, len(row.Titles))] {
		fmt.Fprintf(w, "  %d. %s\n", i+1, title)
	}
	fmt.Fprintln(w)
}

func rankSummary(report *eval.Report) string {
	f := report.Search.All
	return fmt.Sprintf("questions %d\nhit@1 %.3f\nhit@5 %.3f\nhit@10 %.3f\nMRR %.3f\n", f.N, *f.Hit1, *f.Hit5, *f.Hit10, *f.MRR)
}

// golden compares with a file, or rewrites it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update rewrites it):\n%s", file, diff)
	}
}

// TestEvalCommand asks the examples' questions at the command line.
func TestEvalCommand(t *testing.T) {
	dir := t.TempDir()
	rows := filepath.Join(dir, "rows.jsonl")
	ask := func(args ...string) (string, error) {
		var stdout bytes.Buffer
		args = append([]string{"eval", exampleQuestions, "--articles", exampleArticles, "--data", dir, "--as-of", exampleDay}, args...)
		err := run(t.Context(), args, strings.NewReader(""), &stdout, io.Discard)
		return stdout.String(), err
	}
	out, err := ask("--json", "--rows", rows, "--min", "hit10=.5,answers.citations.right_share=1", "--max", "errors=0")
	if err != nil {
		t.Fatal(err)
	}
	var got eval.Report
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if got.Questions != 30 || got.Answers.Refusal.Unanswerable != 2 || got.Search.All.N != 28 {
		t.Errorf("%d questions, %d unanswerable, %d searches", got.Questions, got.Answers.Refusal.Unanswerable, got.Search.All.N)
	}
	written, err := os.ReadFile(rows)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, kind := range []string{"search", "answer", "played"} {
		count[kind] = bytes.Count(written, []byte(`{"measured":"`+kind+`"`))
	}
	if count["search"] != 28+2 || count["answer"] != 30 || count["played"] < 3*28 { // two follow-ups are searched for twice
		t.Errorf("rows: %v", count)
	}
	out, err = ask("--min", "hit1=1.1")
	if !strings.Contains(out, "all with an answer") || err == nil || !strings.Contains(err.Error(), "falls short: search.all.hit1") || report(io.Discard, err) != statusFailed {
		t.Errorf("a figure that falls short: %v\n%s", err, out)
	}
}

// TestEvalUsage holds what is refused before anything is asked.
func TestEvalUsage(t *testing.T) {
	empty := t.TempDir()
	for _, c := range []struct {
		args   []string
		want   string
		status int
	}{
		{[]string{"none.jsonl"}, "no such file", statusFailed},
		{[]string{empty}, "no question in", statusFailed},
		{[]string{""}, "a path is empty", statusFailed},
		{[]string{exampleQuestions, "--articles", empty}, "no article in", statusFailed},
		{[]string{exampleQuestions, "--as-of", "gestern"}, "--as-of", statusUsage},
		{[]string{exampleQuestions, "--min", "hit5"}, "chuchu --help", statusUsage},
		{[]string{exampleQuestions, "--vary", "vector"}, `"vector" is not KEY=VALUE,…`, statusUsage},
		{[]string{exampleQuestions, "--vary", "dense=.1,.2"}, "there is no key rag.dense; what can be varied: plan, lexical,", statusUsage},
		{[]string{exampleQuestions, "--vary", "plan=rules,best"}, "plan=best is none of auto, rules, model", statusUsage},
		{[]string{exampleQuestions, "--vary", "window=.1,2"}, "window: 2 is not between 0 and 1", statusUsage},
		{[]string{exampleQuestions, "--vary", "limit=1", "--vary", "limit=2"}, "limit is given twice", statusUsage},
		{[]string{exampleQuestions, "--vary", "limit=1,2,3,4,5,6,7,8,9", "--vary", "per_article=1,2,3,4,5,6,7,8,9"}, "more than 64 settings", statusUsage},
		{[]string{exampleQuestions, "sets.yaml"}, "sets.yaml names sets and stands alone", statusUsage},
		{[]string{"sets.yaml"}, "no such file", statusFailed},
	} {
		err := run(t.Context(), append([]string{"eval", "--data", t.TempDir()}, c.args...), strings.NewReader(""), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.want) || report(io.Discard, err) != c.status {
			t.Errorf("%q: %v, want %q and status %d", c.args, err, c.want, c.status)
		}
	}
}

// TestEvalPlayed plays the reference answers of the examples back through the engine:
// the model is shown the passages that hold the gold, and what it says is judged.
func TestEvalPlayed(t *testing.T) {
	answers := filepath.Join(t.TempDir(), "wrong.jsonl")
	// The first question of the examples, answered with what is in no article.
	if err := os.WriteFile(answers, []byte(`{"id":"ex-01","answer":"霁石云的吉隆坡节点于1998年7月投入使用[gold]。"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	report, _ := evaluate(t, exampleQuestions, answers, "--articles", exampleArticles, "--as-of", exampleDay)
	for _, kind := range []string{"true", "changed", "moved", "declined", "wrong"} {
		figures := report.Played[kind]
		if figures.Sentences == 0 || figures.Skipped["gold_not_found"]+figures.Skipped["not_asked"] > figures.Answers/5 {
			t.Errorf("%s: %d sentences of %d answers, not played back: %v", kind, figures.Sentences, figures.Answers, figures.Skipped)
		}
		t.Logf("%s: %d sentences, %v", kind, figures.Sentences, figures.Verdicts)
	}
	if *report.Played["true"].Facts < .99 || report.Errors > 0 {
		t.Errorf("facts of reference answers %.3f, %d errors", *report.Played["true"].Facts, report.Errors)
	}
	if wrong := report.Played["wrong"]; wrong.Answers != 1 || *wrong.Supported > 0 {
		t.Errorf("a wrong answer: %+v", wrong)
	}
	if moved := report.Played["moved"]; *moved.Supported > .05 {
		t.Errorf("%.3f of the sentences that cite another passage are called supported", *moved.Supported)
	}
}

// TestEvalTopics asks the examples what they are not about, beside what they answer.
func TestEvalTopics(t *testing.T) {
	report, rows := evaluate(t, exampleQuestions, "examples/offtopic.jsonl", "--articles", exampleArticles, "--as-of", exampleDay)
	f := report.Topics
	if f == nil || f.OffTopic != report.Answers.Refusal.OffTopic || f.Answerable != 28 || len(f.ROC) < 3 || f.AUC == nil {
		t.Fatalf("topics %+v", f)
	}
	if n := strings.Count(rows, `"measured":"topic"`); n != f.OffTopic+f.Answerable+f.NearMiss {
		t.Errorf("%d rows", n)
	}
}

// TestEvalVary compares settings over sets that a file names.
func TestEvalVary(t *testing.T) {
	dir := t.TempDir()
	absolute := func(path string) string {
		path, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	files := map[string]string{
		"plans.jsonl":  examplePlans,
		"claims.jsonl": `{"id":"c","text":"红烧肉要炖一个小时。","label":"not_found"}`,
		"sets.yaml": fmt.Sprintf("sets:\n  - name: questions\n    questions: %s\n    plans: plans.jsonl\n    as_of: %s\n    articles: %[3]s\n"+
			"  - name: claims\n    claims: claims.jsonl\n    articles: %[3]s\n", absolute(exampleQuestions), exampleDay, absolute(exampleArticles)),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var stdout bytes.Buffer
	table := filepath.Join(dir, "figures.csv")
	args := []string{"eval", filepath.Join(dir, "sets.yaml"), "--data", dir, "--csv", table, "--vary", "plan=rules,model", "--vary", "vector=.25,0"}
	if err := run(t.Context(), args, strings.NewReader(""), &stdout, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"== questions", "A: plan=rules vector=.25", "D: plan=model vector=0", "hit@5 number", "B against A (", "C against A", "== claims", "claims right"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("%q is not in:\n%s", want, stdout.String())
		}
	}
	written, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"set,figure,plan=rules vector=.25,plan=rules vector=0,", "\nquestions,search.all.hit5,", "\nclaims,claims.all.accuracy,"} {
		if !strings.Contains(string(written), want) {
			t.Errorf("%q is not in:\n%s", want, written)
		}
	}
}
