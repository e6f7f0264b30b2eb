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
