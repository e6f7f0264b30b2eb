package main

import (
	"bytes"
	"io"
	"log/slog"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"chuchu/briefing"
	"chuchu/eval"
)

const exampleBriefings = "examples/briefings.jsonl"

// readDay is the day on which an article was read, in its reference: that of the test.
var readDay = regexp.MustCompile(`\\\[\d{4}-\d\d-\d\d\\\]`)

// TestBriefings compares what is made of the examples' topics, without a model, with
// testdata/briefings: a change of what briefings say shows there sentence by sentence.
// -update rewrites.
func TestBriefings(t *testing.T) {
	set, err := eval.Read([]string{exampleBriefings})
	if err != nil || len(set.Faults) > 0 || len(set.Topics) != 2 {
		t.Fatal(err, set.Faults, len(set.Topics))
	}
	p := &program{stdout: io.Discard, stderr: io.Discard, config: DefaultConfig(), log: slog.New(slog.DiscardHandler)}
	c, err := openPassing(t.Context(), p, []string{exampleArticles})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, topic := range set.Topics {
		b, err := briefPassing(t.Context(), c.Briefings(), briefing.Request{Topic: topic.Topic, Audience: topic.Audience, Focus: topic.Focus, AsOf: exampleDay})
		if err != nil || b.Status != briefing.Done {
			t.Fatalf("%s: %s, %v", topic.ID, b.Status, err)
		}
		b.Created = time.Date(2025, 11, 1, 8, 0, 0, 0, time.UTC)
		var text bytes.Buffer
		if err := briefing.WriteMarkdown(&text, b); err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("testdata", "briefings", topic.ID+".md"), readDay.ReplaceAllString(text.String(), `\[`+exampleDay+`\]`))
	}
}

// TestEvalBriefings holds what is true of every briefing made of extracts.
func TestEvalBriefings(t *testing.T) {
	report, rows := evaluate(t, exampleBriefings, "--articles", exampleArticles, "--as-of", exampleDay)
	f := report.Briefings
	if f == nil || f.All.Done != 2 || report.Errors > 0 {
		t.Fatalf("%+v, %d errors", f, report.Errors)
	}
	if *f.All.Claims < 1 || *f.All.Held < 1 || *f.All.Citations.Part < 1 || f.All.Faults > 0 || *f.All.Repeated > .03 {
		t.Errorf("cited %.3f, held %.3f, exact %.3f, %d faults, repeated %.3f:\n%s",
			*f.All.Claims, *f.All.Held, *f.All.Citations.Part, f.All.Faults, *f.All.Repeated, rows)
	}
	if *f.All.Covered < .6 {
		t.Errorf("points covered %.3f:\n%s", *f.All.Covered, rows)
	}
	if n := strings.Count(rows, `"measured":"briefing"`); n != 2 {
		t.Errorf("%d rows", n)
	}
}
