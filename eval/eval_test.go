package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag"
)

var update = flag.Bool("update", false, "rewrite the golden tables")

// A fake is a collection made of functions.
type fake struct {
	search func(rag.SearchRequest) (rag.SearchReply, error)
	chat   func(rag.ChatRequest) (rag.Reply, error)
	check  func(rag.CheckRequest) (rag.CheckReply, error)
	texts  map[string]string
}

func (f fake) Search(_ context.Context, r rag.SearchRequest) (rag.SearchReply, error) {
	return f.search(r)
}

func (f fake) Chat(_ context.Context, r rag.ChatRequest) (rag.Reply, error) { return f.chat(r) }

func (f fake) Check(_ context.Context, r rag.CheckRequest) (rag.CheckReply, error) {
	return f.check(r)
}

func (f fake) Text(_ context.Context, id string, _ int) (string, error) {
	text, ok := f.texts[id]
	if !ok {
		return "", corpus.ErrNotFound
	}
	return text, nil
}

// small is a collection of two articles: searches find "b" first, answers cite
// "a", and are wrong in one way each.
func small() fake {
	texts := map[string]string{
		"a": "甲公司去年收入为62.4亿元，同比增长6.1%。首席执行官是闻先生。",
		"b": "乙公司今年推迟了开业，投资增加到11.5亿元。",
	}
	return fake{
		texts: texts,
		search: func(r rag.SearchRequest) (rag.SearchReply, error) {
			if strings.Contains(r.Query, "坏了") {
				return rag.SearchReply{}, errors.New("the index is away")
			}
			reply := rag.SearchReply{Query: r.Query}
			for i, id := range []string{"b", "a"} {
				runes := []rune(texts[id])
				reply.Results = append(reply.Results, rag.Result{
					Rank: i + 1, Article: corpus.Ref{ID: id, Version: 1, Title: "关于" + id},
					Passage: rag.Passage{Start: 0, End: len(runes), Text: texts[id]},
				})
			}
			if len(r.History) > 0 || strings.Contains(r.Query, "先前") {
				reply.Results[0], reply.Results[1] = reply.Results[1], reply.Results[0]
			}
			if r.AsOf == "2025-06-01" {
				from, to := "2024-01-01", "2024-12-31"
				reply.Plan.Window = &rag.Window{From: &from, To: &to}
			}
			return reply, nil
		},
		chat: func(r rag.ChatRequest) (rag.Reply, error) {
			question := r.Messages[len(r.Messages)-1].Content
			switch {
			case strings.Contains(question, "坏了"):
				return rag.Reply{}, errors.New("the model is away")
			case strings.Contains(question, "无人知道"):
				return rag.Reply{Status: "refused", Mode: "extracts", Answer: "资料没有回答。"}, nil
			}
			return cited("收入为62.4亿元[1]。", "a", 5, 14, "收入为62.4亿元"), nil
		},
	}
}

// cited is an answer with one citation.
func cited(answer, id string, start, end int, quote string) rag.Reply {
	return rag.Reply{
		Status: "answered", Mode: "extracts", Answer: answer,
		Citations: []rag.Citation{{
			Number: 1, Article: corpus.Ref{ID: id, Version: 1},
			Spans: []rag.AnswerSpan{{Start: start, End: end, Quote: &quote, AnswerStart: 0, AnswerEnd: len([]rune(answer))}},
		}},
	}
}

// smallSet has a question of every kind there is something to say about.
const smallSet = `{"id":"q1","type":"number","question":"甲公司收入多少？","answer":"62.4亿元","facts":[["62.4亿元"],["6.1%"]],"gold":[{"article":"关于a","quote":"收入为 62.4 亿元"}]}
{"id":"q2","type":"followup","question":"增长多少？","history":[{"role":"user","content":"先前问甲公司"},{"role":"assistant","content":"62.4亿元"}],"answer":"6.1%","facts":[["6.1%"]],"gold":[{"article":"关于a","quote":"同比增长6.1%"}]}
{"id":"q3","type":"temporal","question":"去年收入？","as_of":"2025-06-01","answer":"62.4亿元","facts":[["62.4亿元"]],"gold":[{"article":"关于a","quote":"去年收入为62.4亿元"}],"window":{"from":"2024-01-01","to":"2025-01-01"},"trap":{"article":"关于b"}}
{"id":"q4","type":"fact","question":"坏了？","answer":"","facts":[["没有"]],"gold":[{"article":"关于b","quote":"推迟了开业"}]}
{"id":"q5","type":"unanswerable","question":"无人知道什么？","answer":"","facts":[],"gold":[]}
`

func readSmall(t *testing.T) Set {
	t.Helper()
	var set Set
	if err := set.read(strings.NewReader(smallSet), "set.jsonl"); err != nil {
		t.Fatal(err)
	}
	if len(set.Questions) != 5 || len(set.Faults) > 0 {
		t.Fatalf("%d questions, faults %v", len(set.Questions), set.Faults)
	}
	return set
}

func TestRun(t *testing.T) {
	report, err := Run(t.Context(), small(), readSmall(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var ranks []string
	for _, r := range report.SearchRows {
		ranks = append(ranks, fmt.Sprintf("%s %s %d", r.ID, r.Asked, r.Rank))
	}
	if diff := cmp.Diff([]string{"q1  2", "q2 followup 1", "q2 alone 2", "q3  2", "q4  0"}, ranks); diff != "" {
		t.Error(diff)
	}
	figures, err := report.flat()
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]float64{
		"answers.all.all_facts":              .25,
		"answers.all.chars":                  10,
		"answers.all.fact_recall":            (.5 + 0 + 1 + 0) / 4,
		"answers.all.facts_found":            2. / 5,
		"answers.all.gold_cited":             2. / 3, // the growth is not cited
		"answers.all.n":                      4,
		"answers.all.partial":                0,
		"answers.all.refused":                0,
		"answers.citations.checked":          3,
		"answers.citations.clean_share":      1,
		"answers.citations.faults":           0,
		"answers.citations.overlap_gold":     2. / 3,
		"answers.citations.per_answer":       1,
		"answers.citations.recall":           2. / 3,
		"answers.citations.right":            3,
		"answers.citations.right_share":      1,
		"answers.file.set.n":                 4,
		"answers.latency.n":                  4,
		"answers.modes.extracts":             4,
		"answers.refusal.answerable":         4,
		"answers.refusal.off_topic":          0,
		"answers.refusal.false_refusal_rate": 0,
		"answers.refusal.refusal_rate":       1,
		"answers.refusal.refused_or_partial": 1,
		"answers.refusal.unanswerable":       1,
		"answers.type.followup.gold_cited":   0,
		"answers.type.number.fact_recall":    .5,
		"answers.type.temporal.all_facts":    1,
		"answers.type.unanswerable.refused":  1,
		"errors":                             2,
		"questions":                          5,
		"search.all.gold10":                  .75,
		"search.all.hit1":                    .25,
		"search.all.hit5":                    .75,
		"search.all.mrr":                     (.5 + 1 + .5) / 4,
		"search.all.n":                       4,
		"search.all.trap_avoided":            0,
		"search.all.window_right":            1,
		"search.file.set.n":                  4,
		"search.followup_alone.hit1":         0,
		"search.followup_alone.n":            1,
		"search.latency.n":                   4,
		"search.passages.checked":            8,
		"search.passages.right_share":        1,
		"search.type.followup.hit1":          1,
		"search.type.number.mrr":             .5,
		"search.type.temporal.window_right":  1,
	} {
		if got := figures[key]; got == nil || *got < want-1e-9 || *got > want+1e-9 {
			t.Errorf("%s: %s, want %v", key, cell(got), want)
		}
	}
	if v, ok := figures["answers.type.unanswerable.fact_recall"]; !ok || v != nil {
		t.Errorf("fact recall without facts: %v, want none", v)
	}
}

// TestRunRemote holds that a server, whose search takes no earlier turns, gets
// them in front of the question.
func TestRunRemote(t *testing.T) {
	c, queries := small(), []string{}
	search := c.search
	c.search = func(r rag.SearchRequest) (rag.SearchReply, error) {
		queries = append(queries, r.Query)
		return search(r)
	}
	report, err := Run(t.Context(), c, readSmall(t), Options{Remote: true})
	if err != nil {
		t.Fatal(err)
	}
	if !report.HistoryInFront || !strings.Contains(strings.Join(queries, "\n"), "先前问甲公司 62.4亿元 增长多少？") {
		t.Errorf("asked %q", queries)
	}
}

// TestStraddle holds that two fifths of a quotation do where no passage has three.
func TestStraddle(t *testing.T) {
	c := small()
	c.search = func(rag.SearchRequest) (rag.SearchReply, error) {
		return rag.SearchReply{Results: []rag.Result{
			{Article: corpus.Ref{ID: "a"}, Passage: rag.Passage{Text: "前文。甲乙丙丁戊"}},
			{Article: corpus.Ref{ID: "a"}, Passage: rag.Passage{Text: "己庚辛壬癸。后文"}},
		}}, nil
	}
	set := Set{Questions: []Question{{ID: "q", Type: "fact", Question: "？", Gold: []Gold{{Quote: "甲乙丙丁戊己庚辛壬癸"}}}}}
	report, err := Run(t.Context(), c, set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := report.SearchRows[0].Rank; got != 1 {
		t.Errorf("rank %d", got)
	}
	if p := report.Search.Passages; p.Right != 0 || p.Checked != 2 {
		t.Errorf("passages that are in no article: %+v", p)
	}
}

func TestBrokenCitations(t *testing.T) {
	set := Set{Questions: []Question{{ID: "q", Type: "fact", Question: "？", Gold: []Gold{{Quote: "收入为62.4亿元"}}}}}
	for _, c := range []struct {
		name  string
		reply rag.Reply
		want  string
	}{
		{"right", cited("收入[1]。", "a", 5, 14, "收入为62.4亿元"), ""},
		{"shifted", cited("收入[1]。", "a", 6, 15, "收入为62.4亿元"), "[1] 6-15 of a: the text has something else there"},
		{"too far", cited("收入[1]。", "a", 5, 99, "收入为62.4亿元"), "[1] 5-99 of a: the text has 34 characters"},
		{"no article", cited("收入[1]。", "c", 5, 14, "收入为62.4亿元"), "[1] 5-14 of c: the collection does not give the article's text"},
		{"no marker", cited("收入。", "a", 5, 14, "收入为62.4亿元"), "citation 1 is not in the answer"},
		{"no citation", rag.Reply{Answer: "收入[1][2]。"}, "[1] is in the answer, but not among the citations; [2] is in the answer, but not among the citations"},
		{"a literal", cited(`收入[1]\[2]。`, "a", 5, 14, "收入为62.4亿元"), ""},
		{"a handle", cited("收入[1]【S2】。", "a", 5, 14, "收入为62.4亿元"), "【S2】 is left in the answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			collection := small()
			collection.chat = func(rag.ChatRequest) (rag.Reply, error) { return c.reply, nil }
			report, err := Run(t.Context(), collection, set, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(report.AnswerRows[0].Faults, "; "); got != c.want {
				t.Errorf("faults %q, want %q", got, c.want)
			}
		})
	}
}

func TestRunEnds(t *testing.T) {
	set := readSmall(t)
	c := small()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c.chat = func(rag.ChatRequest) (rag.Reply, error) {
		cancel()
		return rag.Reply{}, ctx.Err()
	}
	if _, err := Run(ctx, c, set, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	away := errors.New("away")
	c.search = func(rag.SearchRequest) (rag.SearchReply, error) { return rag.SearchReply{}, away }
	c.chat = func(rag.ChatRequest) (rag.Reply, error) { return rag.Reply{}, away }
	if _, err := Run(t.Context(), c, set, Options{}); err == nil || !strings.Contains(err.Error(), "every request failed") {
		t.Errorf("nothing answers: %v", err)
	}
}

var milli = regexp.MustCompile(`latency ms: .*`)

// TestPrint compares the table with testdata/table.txt; times are left out.
func TestPrint(t *testing.T) {
	set := readSmall(t)
	set.Topics, set.Faults = []Topic{{ID: "b", Topic: "云"}, {ID: "c", Topic: "云"}}, []string{"set.jsonl:7: it has no question"}
	report, err := Run(t.Context(), small(), set, Options{Remote: true})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := report.Print(&out); err != nil {
		t.Fatal(err)
	}
	got := milli.ReplaceAllString(out.String(), "latency ms: …")
	golden := filepath.Join("testdata", "table.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestWriteRows(t *testing.T) {
	report, err := Run(t.Context(), small(), readSmall(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := report.WriteRows(&out); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for line := range bytes.Lines(out.Bytes()) {
		var row struct {
			Measured string `json:"measured"`
		}
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		count[row.Measured]++
	}
	if diff := cmp.Diff(map[string]int{"search": 5, "answer": 5}, count); diff != "" {
		t.Error(diff)
	}
}

func TestShort(t *testing.T) {
	report, err := Run(t.Context(), small(), readSmall(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		limit Limit
		want  string
		fails string
	}{
		{limit: Limit{Key: "hit5", Value: .75}},
		{limit: Limit{Key: "hit5", Value: .8}, want: "search.all.hit5 0.75 < 0.8"},
		{limit: Limit{Key: "search.all.hit1", Value: .3}, want: "search.all.hit1 0.25 < 0.3"},
		{limit: Limit{Key: "false_refusal_rate", Value: .1, Most: true}},
		{limit: Limit{Key: "answers.all.chars", Value: 9, Most: true}, want: "answers.all.chars 10 > 9"},
		{limit: Limit{Key: "type.unanswerable.fact_recall", Value: .1}, want: "answers.type.unanswerable.fact_recall was not measured"},
		{limit: Limit{Key: "p95_ms", Value: 1}, fails: "several figures"},
		{limit: Limit{Key: "hit7", Value: 1}, fails: "no figure"},
	} {
		short, err := report.Short([]Limit{c.limit})
		if c.fails != "" {
			if err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%+v: %v, want %q", c.limit, err, c.fails)
			}
			continue
		}
		if got := strings.Join(short, "; "); err != nil || got != c.want {
			t.Errorf("%+v: %q, %v, want %q", c.limit, got, err, c.want)
		}
	}
}
