package eval

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// good is a line with a question.
const good = `{"id":"1","type":"fact","question":"谁？","facts":[["甲"]],"gold":[{"quote":"甲"}]}`

func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRead(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"a.jsonl":         "\uFEFF" + good + "\n\n  \n" + strings.Replace(good, `"1"`, `"2"`, 1), // no line end
		"briefings.jsonl": `{"id":"b","topic":"云","audience":"in English","must_cover":[{"point":"甲","quote":"乙","seed":"a"}]}` + "\n",
		"claims.jsonl":    `{"id":"c","text":"甲。","label":"supported"}` + "\n" + `{"id":"d","text":"乙。","label":"not_found"}` + "\n",
		"wrong.jsonl":     `{"id":"1","answer":"甲[gold]。"}` + "\n" + `{"id":"2","answer":"甲[S1]。","kind":"odd"}` + "\n",
		"notes.md":        "no set",
		"plans.jsonl":     `{"id":"1","queries":["甲"],"passage":"甲"}` + "\n",
	})
	set, err := Read([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, q := range set.Questions {
		ids = append(ids, q.File+" "+q.ID)
	}
	if diff := cmp.Diff([]string{"a 1", "a 2"}, ids); diff != "" {
		t.Error(diff)
	}
	topics := []Topic{{ID: "b", Topic: "云", Audience: "in English", MustCover: []Point{{"甲", "乙", "a"}}, File: "briefings"}}
	if diff := cmp.Diff(topics, set.Topics); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Plan{{ID: "1", Reply: `{"id":"1","queries":["甲"],"passage":"甲"}`}}, set.Plans); diff != "" {
		t.Error(diff)
	}
	claims := []Claim{{ID: "c", Text: "甲。", Label: "supported", File: "claims"}, {ID: "d", Text: "乙。", Label: "not_found", File: "claims"}}
	if diff := cmp.Diff(claims, set.Claims); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Answer{{"1", "甲[gold]。", "wrong"}, {"2", "甲[S1]。", "odd"}}, set.Answers); diff != "" {
		t.Error(diff)
	}
	if len(set.Faults) > 0 {
		t.Errorf("faults %v", set.Faults)
	}
}

// TestReadFaults holds that a bad line is named with its place and costs itself
// alone.
func TestReadFaults(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{`{"id":"x"`, "unexpected end of JSON input"},
		{`["a"]`, "cannot unmarshal array"},
		{`{"id":"x"}`, "it has no question"},
		{`{"id":"x","type":"fact","question":" "}`, "question is empty"},
		{`{"id":"x","question":"谁？"}`, "type is empty"},
		{`{"id":"x","type":"fact","question":7}`, "cannot unmarshal number"},
		{good, `id "1" is another's`},
		{`{"id":"x","type":"fact","question":"谁？","gold":[{"quote":"，"}]}`, "a quote of gold is empty"},
		{`{"id":"x","type":"fact","question":"谁？","facts":[[]],"gold":[{"quote":"甲"}]}`, "a group of facts"},
		{`{"id":"x","type":"fact","question":"谁？","facts":[["甲","。"]],"gold":[{"quote":"甲"}]}`, "a group of facts"},
		{`{"id":"x","type":"followup","question":"谁？","history":[{"role":"system","content":"甲"}]}`, "a turn of history"},
		{`{"id":"x","type":"fact","question":"谁？","as_of":"2025-13-01"}`, `"2025-13-01" is no day`},
		{`{"id":"x","type":"temporal","question":"谁？","window":{"from":"去年"}}`, `"去年" is no day`},
		{`{"queries":["甲"],"passage":"甲"}`, "the plan has no id"},
		{`{"id":"x","queries":[" "],"passage":"甲"}`, "the plan has no query"},
		{`{"id":"x","queries":"甲","passage":"甲"}`, "cannot unmarshal string"},
		{`{"id":"x","text":" ","label":"supported"}`, "text is empty"},
		{`{"id":"x","text":"甲。","label":"true"}`, "label is none of supported, contradicted, not_found"},
		{`{"id":"x","text":"甲。","label":"supported","gold":[{"quote":""}]}`, "a quote of gold is empty"},
		{`{"id":"x","text":3,"label":"supported"}`, "cannot unmarshal number"},
		{`{"answer":"甲。"}`, "the answer has no id"},
		{`{"id":"x","answer":" "}`, "the answer is empty"},
		{`{"id":"x","answer":"甲。","kind":"moved"}`, `the kind "moved" is kept`},
		{`{"id":"x","answer":4}`, "cannot unmarshal number"},
		{`{"id":"x","topic":" "}`, "topic is empty"},
		{`{"id":"x","topic":"云","must_cover":[{"point":"甲","quote":"。"}]}`, "a quote of must_cover is empty"},
		{`{"id":"x","topic":"云","from":"2025"}`, `"2025" is no day`},
		{`{"id":"1","topic":"云"}`, `id "1" is another's`},
	} {
		var set Set
		if err := set.read(strings.NewReader(good+"\n"+c.line+"\n"+strings.Replace(good, `"1"`, `"2"`, 1)), "dir/s.jsonl"); err != nil {
			t.Fatal(err)
		}
		if len(set.Questions) != 2 || len(set.Faults) != 1 || !strings.HasPrefix(set.Faults[0], "dir/s.jsonl:2: ") || !strings.Contains(set.Faults[0], c.want) {
			t.Errorf("%s: %d questions, faults %v, want %q", c.line, len(set.Questions), set.Faults, c.want)
		}
	}
}

func TestReadNothing(t *testing.T) {
	dir := writeFiles(t, map[string]string{"claims.jsonl": `{"label":"supported"}`, "bad.jsonl": "{", "plans.jsonl": `{"id":"1","queries":["甲"],"passage":"甲"}`})
	for _, c := range []struct{ path, want string }{
		{"", "a path is empty"},
		{filepath.Join(dir, "none.jsonl"), "no such file"},
		{t.TempDir(), "no question in "},
		{filepath.Join(dir, "claims.jsonl"), "claims.jsonl:1: text is empty"},
		{filepath.Join(dir, "plans.jsonl"), "only search plans"},
		{filepath.Join(dir, "bad.jsonl"), "bad.jsonl:1: unexpected end of JSON input"},
	} {
		if _, err := Read([]string{c.path}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.path, err, c.want)
		}
	}
}

// FuzzRead holds that every line is of a kind there is, or a fault.
func FuzzRead(f *testing.F) {
	f.Add(good + "\n" + `{"label":"x"}` + "\n{")
	f.Add(good + "\n" + `{"id":"1","queries":["x"],"passage":"x"}`)
	f.Add(`{"id":"1","topic":"x","must_cover":[{"quote":"x"}]}`)
	f.Add(`{"id":"1","text":"x","label":"supported"}` + "\n" + `{"id":"1","answer":"x"}`)
	f.Fuzz(func(t *testing.T, s string) {
		var set Set
		if err := set.read(strings.NewReader(s), "s.jsonl"); err != nil {
			t.Fatal(err)
		}
		lines := 0
		for line := range strings.Lines(strings.TrimPrefix(s, "\uFEFF")) {
			if strings.TrimSpace(line) != "" {
				lines++
			}
		}
		if n := set.size() + len(set.Faults); n != lines {
			t.Errorf("%d of all kinds and %d faults of %d lines", set.size(), len(set.Faults), lines)
		}
		for _, q := range set.Questions {
			if err := q.check(); err != nil {
				t.Errorf("taken, though %v", err)
			}
		}
	})
}
