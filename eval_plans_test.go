package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chuchu/eval"
)

// examplePlans are what a model could have planned for three questions over the
// examples.
const examplePlans = `{"id":"ex-01","queries":["霁石云 吉隆坡节点 推迟","吉隆坡园区 变电站"],"passage":"霁石云的吉隆坡节点因变电站扩容推迟投入使用。"}
{"id":"ex-02","queries":["栎川云 临朔可用区B 宕机 起因"],"passage":"故障由制冷系统引起，主冷却泵未能正常启动。"}
{"id":"ex-03","queries":["澄陵新区政务云二期 中标"],"passage":"澄陵新区政务云二期由霁石云中标，服务期五年。"}
`

// evaluate runs the command and returns its report, and what is in the rows.
func evaluate(t *testing.T, args ...string) (report eval.Report, rows string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "rows.jsonl")
	var stdout bytes.Buffer
	args = append(append([]string{"eval"}, args...), "--data", filepath.Join(dir, "data"), "--json", "--rows", file)
	if err := run(t.Context(), args, strings.NewReader(""), &stdout, io.Discard); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return report, string(written)
}

// TestEvalPlans plays plans back over the examples.
func TestEvalPlans(t *testing.T) {
	plans := filepath.Join(t.TempDir(), "plans.jsonl")
	if err := os.WriteFile(plans, []byte(examplePlans), 0o600); err != nil {
		t.Fatal(err)
	}
	report, rows := evaluate(t, exampleQuestions, plans, "--articles", exampleArticles, "--as-of", exampleDay, "--min", "search.planned.hit5=1")
	planned := report.Search.Planned
	if planned.N != 3 || planned.Rules.N != 3 || len(planned.Fallbacks) > 0 || len(report.NotMeasured) > 0 || report.Errors > 0 {
		t.Errorf("planned %+v, not measured %v, %d errors", planned, report.NotMeasured, report.Errors)
	}
	if got := strings.Count(rows, `"measured":"planned"`); got != 6 {
		t.Errorf("%d rows, want 6", got)
	}
}

// TestEvalOverCorpus holds figures over real articles that plans and checks are kept
// for: a gold passage among the first five for 30 of the 31 questions that have a plan,
// and, of claims, a place within 400 characters of the right one shown for .93, for .80
// of the English ones. The figures of answers played back are logged.
func TestEvalOverCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("a whole corpus is taken in")
	}
	shared := filepath.Join("..", "shared")
	articles := filepath.Join(shared, "corpus")
	if _, err := os.Stat(articles); err != nil {
		t.Skip("no ../shared/corpus")
	}
	paths := []string{"examples/offtopic.jsonl"}
	for _, name := range []string{"questions", "questions_time", "plans", "claims"} {
		paths = append(paths, filepath.Join(shared, "eval", name+".jsonl"))
	}
	report, _ := evaluate(t, append(paths, "--articles", articles)...)
	planned, claims := report.Search.Planned, report.Claims
	if planned.N != 31 || len(planned.Fallbacks) > 0 || claims.All.N != 120 {
		t.Fatalf("planned %+v, claims %+v", planned, claims.All)
	}
	t.Logf("hit@1 %.3f, hit@5 %.3f, hit@10 %.3f; by rules %.3f, %.3f, %.3f", *planned.Hit1, *planned.Hit5, *planned.Hit10,
		*planned.Rules.Hit1, *planned.Rules.Hit5, *planned.Rules.Hit10)
	if *planned.Hit5 < 30./31-1e-9 {
		t.Errorf("hit@5 %.3f of 31", *planned.Hit5)
	}
	if all, english := *claims.All.EvidencePassage, *claims.Language["en"].EvidencePassage; all < .93 || english < .8 {
		t.Errorf("the passage of a claim is shown for %.3f, of an English one for %.3f", all, english)
	}
	for _, kind := range []string{"true", "changed", "moved"} {
		f := report.Played[kind].File["questions"]
		t.Logf("%s: %d sentences, supported %.3f, contradicted %.3f, re-pointed rightly %.3f", kind, f.Sentences, *f.Supported, *f.Contradicted, *f.Right)
		if f.Sentences < 50 {
			t.Errorf("%s: %d sentences", kind, f.Sentences)
		}
	}
}
