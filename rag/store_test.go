package rag_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// TestReplay: a stored answer is told again byte for byte, by an engine that did
// not write it, from anywhere.
func TestReplay(t *testing.T) {
	c := newCollection(t, news()...)
	for name, model := range map[string]llm.Model{
		"extracts": nil,
		"model":    llm.NewScripted(llm.Script{Text: "海燕云第三季度营收为14.2亿元[S1]，第二季度为9.8亿元[S2]。[S9]\n\n- 见<b>[S1-S2]\n- `a[1]`\n结束", Chunk: 1}),
		"failing":  llm.NewScripted(llm.Script{Fail: "timeout"}),
	} {
		t.Run(name, func(t *testing.T) {
			sent, err := events(t.Context(), c.engine(model), ask("海燕云各季度营收是多少？"))
			if err != nil {
				t.Fatal(err)
			}
			id := decode[rag.Reply](t, sent[len(sent)-1]).ID
			for n := range sent {
				if diff := cmp.Diff(sent[n:], follow(t, c.engine(nil), id, n), asText); diff != "" {
					t.Fatalf("after %d (-sent +replayed):\n%s", n, diff)
				}
			}
		})
	}
}

// asText compares the data of events as they are written.
var asText = cmp.Comparer(func(a, b rag.Event) bool { return a.Name == b.Name && bytes.Equal(a.Data, b.Data) })

// TestReplayAfterDeletion: what was quoted is gone from the events, and from what
// is stored.
func TestReplayAfterDeletion(t *testing.T) {
	c := newCollection(t, news()...)
	model := llm.NewScripted(llm.Script{Text: "海燕云第三季度营收达到14.2亿元[S1]。"})
	sent, err := events(t.Context(), c.engine(model), ask("海燕云第三季度营收为14.2亿元吗？"))
	if err != nil {
		t.Fatal(err)
	}
	id := decode[rag.Reply](t, sent[len(sent)-1]).ID
	const quoted = "同比增长36%"
	if document, err := c.record.Answer(t.Context(), id); err != nil || !strings.Contains(joined(sent), quoted) || strings.Contains(string(document.Body), quoted) {
		t.Errorf("%v; sent %s\nstored %s", err, joined(sent), document.Body)
	}
	if err := c.record.Delete(t.Context(), "q3"); err != nil {
		t.Fatal(err)
	}
	replayed := follow(t, c.engine(nil), id, 0)
	if strings.Contains(joined(replayed), quoted) || deltas(t, replayed) != deltas(t, sent) || len(replayed) != len(sent) {
		t.Errorf("replayed %s", joined(replayed))
	}
	done := decode[rag.Reply](t, replayed[len(replayed)-1])
	if span := done.Citations[0].Spans[0]; span.Quote != nil || span.End <= span.Start {
		t.Errorf("span %+v", span)
	}
	// The article comes back as another version; the one that was quoted does not.
	c.put(t, article{"q3", "海燕云公布第三季度业绩", "云上观察", "2024-10-31", "海燕云的新文章。"})
	if stored, err := c.engine(nil).Stored(t.Context(), id); err != nil || stored.Citations[0].Spans[0].Quote != nil {
		t.Errorf("after it came back: %+v, %v", stored.Citations, err)
	}
}

func joined(list []rag.Event) string {
	var b strings.Builder
	for _, event := range list {
		fmt.Fprintf(&b, "%s %s\n", event.Name, event.Data)
	}
	return b.String()
}

// TestNothingIsKept: answers are given as ever, and cannot be found later.
func TestNothingIsKept(t *testing.T) {
	c := newCollection(t, news()...)
	c.options.Answers.Keep, c.options.ResumeGrace = false, "0s"
	e := c.engine(nil)
	defer e.Close()
	reply := chat(t, e, ask("海燕云第三季度营收是多少？"))
	c.check(t, reply)
	for range mostLooks { // it can be followed until the grace is over, which is at once
		if _, err := e.Follow(t.Context(), reply.ID, 0); err != nil {
			break
		}
	}
	if _, err := e.Stored(t.Context(), reply.ID); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("stored: %v", err)
	}
	_, err := e.Chat(t.Context(), rag.ChatRequest{Messages: []llm.Message{{Role: "user", Content: "那第二季度呢？"}}, PreviousID: reply.ID})
	if input := (*rag.InputError)(nil); !errors.As(err, &input) || input.Field != "previous_id" || !strings.Contains(input.Reason, "rag.answers.keep") {
		t.Errorf("followed up: %v", err)
	}
}

func TestRetention(t *testing.T) {
	c := newCollection(t, news()...)
	e := c.engine(nil)
	first := chat(t, e, ask("海燕云第三季度营收是多少？")).ID
	c.options.Answers.Most = 2
	e = c.engine(nil)
	for range 3 {
		chat(t, e, ask("海燕云第三季度营收是多少？"))
	}
	_, total, _, err := c.record.Answers(t.Context(), 10, "")
	if err != nil || total != 2 {
		t.Errorf("%d answers are kept, %v", total, err)
	}
	if _, err := e.Stored(t.Context(), first); total == 2 && !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("the oldest: %v", err)
	}
}

// TestLargeAnswers: one that is too large loses its candidates, and where that does
// not help, is not stored.
func TestLargeAnswers(t *testing.T) {
	c := newCollection(t, news()...)
	answer := func() (stored rag.StoredReply, size int, err error) {
		t.Helper()
		e := c.engine(nil)
		id := chat(t, e, ask("海燕云第三季度营收是多少？")).ID
		document, err := c.record.Answer(t.Context(), id)
		if err == nil {
			stored, err = e.Stored(t.Context(), id)
		}
		return stored, len(document.Body), err
	}
	whole, size, err := answer()
	if err != nil || len(whole.Candidates) == 0 {
		t.Fatalf("%d candidates, %v", len(whole.Candidates), err)
	}
	c.options.Answers.MaxSize = size - 100
	less, smaller, err := answer()
	if err != nil || len(less.Candidates) != 0 || less.Answer != whole.Answer || smaller >= size {
		t.Errorf("%d candidates in %d bytes of %d, %v", len(less.Candidates), smaller, size, err)
	}
	c.options.Answers.MaxSize = smaller - 100
	if _, _, err := answer(); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("too large altogether: %v", err)
	}
}

// TestMaxAge: the clock of the tests stands at 1 February 2025.
func TestMaxAge(t *testing.T) {
	c := newCollection(t, news()...)
	put := func(id string, created time.Time) {
		t.Helper()
		if err := c.record.PutAnswer(t.Context(), corpus.Document{ID: id, Created: created, Body: []byte("{}")}, corpus.Retention{}); err != nil {
			t.Fatal(err)
		}
	}
	put("old", time.Date(2025, 1, 30, 0, 0, 0, 0, time.UTC))
	put("young", time.Date(2025, 1, 31, 12, 0, 0, 0, time.UTC))
	c.options.Answers.MaxAge = "24h"
	chat(t, c.engine(nil), ask("海燕云第三季度营收是多少？"))
	if _, err := c.record.Answer(t.Context(), "old"); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("two days old: %v", err)
	}
	if _, err := c.record.Answer(t.Context(), "young"); err != nil {
		t.Errorf("half a day old: %v", err)
	}
}

func TestAnswerOptions(t *testing.T) {
	for want, change := range map[string]func(*rag.AnswerOptions){
		"":           func(*rag.AnswerOptions) {},
		"most: 0":    func(o *rag.AnswerOptions) { o.Most = 0 },
		"max_size: ": func(o *rag.AnswerOptions) { o.MaxSize = 4095 },
		`"week"`:     func(o *rag.AnswerOptions) { o.MaxAge = "week" },
		`"0s"`:       func(o *rag.AnswerOptions) { o.MaxAge = "0s" },
		`"-1h"`:      func(o *rag.AnswerOptions) { o.MaxAge = "-1h" },
	} {
		options := rag.Defaults()
		change(&options.Answers)
		err := options.Validate()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

// TestLostTurns: where an earlier answer is not stored any more, or there are too
// many, those that are left are used, and the reply says so.
func TestLostTurns(t *testing.T) {
	c := newCollection(t, news()...)
	model := llm.NewScripted(llm.Script{Text: "海燕云第三季度营收为14.2亿元[S1]。"})
	e := c.engine(model)
	turn := func(previous string) rag.Reply {
		t.Helper()
		return chat(t, e, rag.ChatRequest{Messages: []llm.Message{{Role: "user", Content: "海燕云营收呢？"}}, PreviousID: previous, Plan: "rules"})
	}
	seen := func() (messages int) {
		for _, request := range model.Requests() {
			if !request.JSON {
				messages = len(request.Messages)
			}
		}
		return messages
	}
	first := turn("")
	last := turn(first.ID)
	if err := c.record.DeleteAnswer(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	last = turn(last.ID)
	if n := seen(); n != 3 || len(last.Caveats) != 1 || last.Caveats[0].Code != "history_cut" {
		t.Errorf("the first is gone: %d messages, caveats %+v", n, last.Caveats)
	}
	for last = turn(""); seen() < 21; {
		last = turn(last.ID)
		if len(last.Caveats) > 0 {
			t.Fatalf("%d messages, caveats %+v", seen(), last.Caveats)
		}
	}
	last = turn(last.ID)
	if n := seen(); n != 21 || len(last.Caveats) != 1 || last.Caveats[0].Code != "history_cut" {
		t.Errorf("one turn too many: %d messages, caveats %+v", n, last.Caveats)
	}
}

// TestStoredConflicts: what two sides say is read from their articles too, and gone
// with them.
func TestStoredConflicts(t *testing.T) {
	c := newCollection(t, news()...)
	var sides []rag.Side
	for _, id := range []string{"q3", "q2"} {
		a, err := c.record.Article(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		sides = append(sides, rag.Side{Article: a.Ref(), Span: rag.Span{PassageID: id + ".1.0", Start: 0, End: 12}})
	}
	body, err := json.Marshal(rag.StoredReply{Reply: rag.Reply{ID: "ans_x", Conflicts: []rag.Conflict{{About: "营收", Sides: sides}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.record.PutAnswer(t.Context(), corpus.Document{ID: "ans_x", Body: body}, corpus.Retention{}); err != nil {
		t.Fatal(err)
	}
	if err := c.record.Delete(t.Context(), "q2"); err != nil {
		t.Fatal(err)
	}
	stored, err := c.engine(nil).Stored(t.Context(), "ans_x")
	if err != nil {
		t.Fatal(err)
	}
	there, gone := stored.Conflicts[0].Sides[0], stored.Conflicts[0].Sides[1]
	if want := "海燕云公布第三季度业绩。"; there.Quote != want || there.Span.Quote == nil || *there.Span.Quote != want || there.Article.State != "same" {
		t.Errorf("%+v", there)
	}
	if gone.Quote != "" || gone.Span.Quote != nil || gone.Article.State != "deleted" {
		t.Errorf("%+v", gone)
	}
}
