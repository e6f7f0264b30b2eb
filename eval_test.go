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
	report, err := command.measure(t.Context(), p, set)
	if err != nil {
		t.Fatal(err)
	}
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
	if n, want := bytes.Count(written, []byte("\n")), 28+2+30; n != want { // two follow-ups are searched for twice
		t.Errorf("%d rows, want %d", n, want)
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
	} {
		err := run(t.Context(), append([]string{"eval", "--data", t.TempDir()}, c.args...), strings.NewReader(""), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.want) || report(io.Discard, err) != c.status {
			t.Errorf("%q: %v, want %q and status %d", c.args, err, c.want, c.status)
		}
	}
}
