package eval

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag"
)

// spoken is small with a model: it shows the articles "b" and "a" as passages, and
// what the model says becomes the answer. A sentence that cites only "a" is
// supported unless it has what is not in it; one that cites "b" is re-pointed where
// all of it stands in "a".
func spoken(v Voice) Collection {
	c := small()
	c.chat = func(r rag.ChatRequest) (rag.Reply, error) {
		question := r.Messages[len(r.Messages)-1].Content
		if strings.Contains(question, "别处") {
			return rag.Reply{Status: "refused", Refusal: &rag.Refusal{Reason: "off_topic"}}, nil
		}
		prompt := fmt.Sprintf("今天。\n<passage id=\"S1\">\n标题：关于b；日期：不详\n%s\n</passage>\n\n<passage id=\"S2\">\n标题：关于a；日期：不详\n%s\n</passage>\n问题：%s", c.texts["b"], c.texts["a"], question)
		text, ok := v(prompt, false)
		if !ok {
			return rag.Reply{}, errors.New("the model says nothing")
		}
		if again, ok := v("is this so?", false); ok {
			return rag.Reply{}, fmt.Errorf("asked twice, it says %q", again)
		}
		if plan, ok := v("plan", true); ok {
			return rag.Reply{}, fmt.Errorf("there is no plan, but it gives %q", plan)
		}
		if text, declined := strings.CutPrefix(text, declining); declined {
			return rag.Reply{Status: "refused", Answer: text, Refusal: &rag.Refusal{Reason: "model_declined", Nearest: make([]corpus.Ref, 2)}}, nil
		}
		return c.reply(text, r.Verify == "strict"), nil
	}
	return c
}

// reply makes a reply of a model's text.
func (f fake) reply(text string, strict bool) rag.Reply {
	reply := rag.Reply{Status: "answered", Mode: "model"}
	number := map[string]int{}
	for _, sentence := range sentencesOf(text) {
		plain := handleMarker.ReplaceAllString(sentence, "")
		id := "b"
		if strings.Contains(sentence, "[S2]") {
			id = "a"
		}
		held := strings.Contains(fold(f.texts["a"]), fold(plain))
		s := rag.Sentence{Verdict: "weak", Start: len([]rune(reply.Answer))}
		switch {
		case id == "a" && held:
			s.Verdict = "supported"
		case id == "a":
			s.Verdict = "contradicted"
		case held:
			s.Verdict, s.Repointed, id = "quoted", true, "a"
		}
		if strict && s.Verdict == "contradicted" {
			reply.Dropped = append(reply.Dropped, rag.Dropped{Text: plain})
			continue
		}
		if number[id] == 0 {
			number[id] = len(number) + 1
			reply.Citations = append(reply.Citations, rag.Citation{Number: number[id], Article: corpus.Ref{ID: id, Version: 1}})
		}
		reply.Answer += handleMarker.ReplaceAllString(sentence, fmt.Sprintf("[%d]", number[id]))
		s.End, s.Citations = len([]rune(reply.Answer)), []int{number[id]}
		reply.Sentences = append(reply.Sentences, s)
	}
	return reply
}

const playedSet = `{"id":"p1","type":"number","question":"甲公司收入多少？","answer":"甲公司去年收入为62.4亿元，同比增长6.1%。","facts":[["62.4亿元"]],"gold":[{"quote":"收入为62.4亿元"}]}
{"id":"p2","type":"fact","question":"谁？","answer":"首席执行官是闻先生。","facts":[["闻先生"]],"gold":[{"quote":"首席执行官是闻先生"}]}
{"id":"p3","type":"fact","question":"不知在哪？","answer":"无处可寻。","facts":[],"gold":[{"quote":"无处可寻"}]}
{"id":"p4","type":"fact","question":"别处的事？","answer":"首席执行官是闻先生。","facts":[],"gold":[{"quote":"首席执行官是闻先生"}]}
{"id":"p5","type":"fact","question":"Who is it?","answer":"It is Wen.","facts":[["Wen"]],"gold":[{"quote":"没有这一句","alt":true},{"quote":"首席执行官是闻先生","alt":true}]}
{"id":"p6","type":"unanswerable","question":"利润？","answer":"资料没有提到利润。"}
{"id":"p1","answer":"甲公司去年收入为62.4亿元[gold]。同比增长9%[gold1]。首席执行官是闻先生[other]。胡说[gold7]。","kind":"mixed"}
{"id":"p9","answer":"无人问[gold]。","kind":"mixed"}
`

func readPlayed(t *testing.T) Set {
	t.Helper()
	var set Set
	if err := set.read(strings.NewReader(playedSet), "p.jsonl"); err != nil || len(set.Faults) > 0 {
		t.Fatal(err, set.Faults)
	}
	return set
}

func TestPlayed(t *testing.T) {
	report, err := Run(t.Context(), small(), readPlayed(t), Options{PlayBack: spoken})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Failed) > 0 {
		t.Errorf("failed %v", report.Failed)
	}
	var got []string
	for _, row := range report.PlayedRows {
		line := row.Kind + " " + row.ID + ":"
		if row.Skipped != "" {
			line += " " + row.Skipped
		}
		for _, s := range row.Sentences {
			line += " " + s.Verdict
			for what, is := range map[string]bool{"right": s.Right, "repointed": s.Repointed, "changed": s.Was != ""} {
				if is {
					line += "+" + what
				}
			}
		}
		got = append(got, regexp.MustCompile(`\+repointed\+right`).ReplaceAllString(line, "+right+repointed"))
	}
	want := []string{
		"true p1: supported+right",
		"changed p1: contradicted+changed+right",
		"changed p1: contradicted+changed+right",
		"moved p1: quoted+right+repointed",
		"true p2: supported+right",
		"changed p2: unfit",
		"moved p2: quoted+right+repointed",
		"true p3: gold_not_found", "changed p3: gold_not_found", "moved p3: gold_not_found",
		"true p4: not_asked", "changed p4: not_asked", "moved p4: not_asked",
		"true p5: contradicted+right", "changed p5: unfit", "moved p5: weak",
		"declined p6:",
		"mixed p1: supported+right contradicted+right quoted+right+repointed weak",
	}
	sorted := func(s string) string { return strings.ReplaceAll(s, "+right+changed", "+changed+right") }
	for i := range got {
		got[i] = sorted(got[i])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"1 of 2 answers, whose questions are not in these sets"}, report.NotMeasured); diff != "" {
		t.Error(diff)
	}
}

func TestPlayedFigures(t *testing.T) {
	report, err := Run(t.Context(), small(), readPlayed(t), Options{PlayBack: spoken})
	if err != nil {
		t.Fatal(err)
	}
	figures, err := report.flat()
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]float64{
		"played.true.answers":                 2,
		"played.true.supported":               1,
		"played.true.skipped.gold_not_found":  1,
		"played.true.skipped.not_asked":       1,
		"played.true.fact_recall":             1,
		"played.true.strict_fact_recall":      1,
		"played.true.file.p.sentences":        2,
		"played.true.translated.contradicted": 1,
		"played.changed.sentences":            2,
		"played.changed.contradicted":         1,
		"played.changed.supported":            0,
		"played.moved.supported":              0,
		"played.moved.repointed_right":        1,
		"played.moved.verdicts.quoted":        2,
		"played.declined.refused":             1,
		"played.true.refused":                 0,
		"played.mixed.supported":              .5,
		"played.mixed.contradicted":           .25,
		"played.mixed.strict_dropped":         1,
	} {
		if got := figures[key]; got == nil || *got != want {
			t.Errorf("%s: %s, want %v", key, cell(got), want)
		}
	}
	var table bytes.Buffer
	if err := report.Print(&table); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"played back", "translated", "not played back, changed: gold_not_found 1, not_asked 1, unfit 1"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("%q is not in the table:\n%s", want, table.String())
		}
	}
}

// TestPlayedOfServer holds that answers are named where they cannot be played back.
func TestPlayedOfServer(t *testing.T) {
	report, err := Run(t.Context(), small(), readPlayed(t), Options{Remote: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.PlayedRows) > 0 || len(report.NotMeasured) != 1 || !strings.Contains(report.NotMeasured[0], "2 answers: a server's model cannot") {
		t.Errorf("%d rows, not measured %v", len(report.PlayedRows), report.NotMeasured)
	}
}

// TestStrict asks again where that is wanted, and counts what is left out.
func TestStrict(t *testing.T) {
	c := small()
	chat := c.chat
	c.chat = func(r rag.ChatRequest) (rag.Reply, error) {
		reply, err := chat(r)
		if r.Verify == "strict" {
			reply.Answer, reply.Dropped = "没有。", make([]rag.Dropped, 2)
		}
		return reply, err
	}
	for _, strict := range []bool{false, true} {
		report, err := Run(t.Context(), c, readSmall(t), Options{Strict: strict})
		if err != nil {
			t.Fatal(err)
		}
		s := report.Answers.Strict
		if strict != (s != nil) {
			t.Errorf("strict %v: %+v", strict, s)
		}
		if strict && (s.N != 4 || *s.FactRecall != 0 || *s.Dropped != 1.5) {
			t.Errorf("strict figures %+v", s)
		}
	}
}
