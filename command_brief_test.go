package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"log/slog"
	"strings"
	"testing"

	"chuchu/briefing"
	"chuchu/corpus"
	"chuchu/rag"
)

// fakeBriefings are briefings made of functions.
type fakeBriefings struct {
	briefings // what is not set panics
	order     func(briefing.Request) (briefing.Briefing, error)
	get       func(id string) (briefing.Briefing, error)
	follow    func(ctx context.Context, yield func(rag.Event, error) bool)
	cancel    func(ctx context.Context, id string) error
	remove    func(id string) error
}

func (f fakeBriefings) Order(_ context.Context, r briefing.Request) (briefing.Briefing, error) {
	return f.order(r)
}

func (f fakeBriefings) Get(_ context.Context, id string) (briefing.Briefing, error) { return f.get(id) }

func (f fakeBriefings) Follow(ctx context.Context, _ string, _ int) (iter.Seq2[rag.Event, error], error) {
	return func(yield func(rag.Event, error) bool) { f.follow(ctx, yield) }, nil
}

func (f fakeBriefings) Cancel(ctx context.Context, id string) error { return f.cancel(ctx, id) }

func (f fakeBriefings) Delete(_ context.Context, id string) error { return f.remove(id) }

func orderOne(briefing.Request) (briefing.Briefing, error) {
	return briefing.Briefing{ID: "brf_1", Status: briefing.Queued}, nil
}

func quietProgram(stdout io.Writer) *program {
	return &program{stdout: stdout, stderr: io.Discard, config: DefaultConfig(), log: slog.New(slog.DiscardHandler)}
}

// TestBriefStopped holds that a briefing whose caller leaves is cancelled, though the
// caller's context has ended.
func TestBriefStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	cancelled := ""
	f := fakeBriefings{
		order: orderOne,
		follow: func(ctx context.Context, yield func(rag.Event, error) bool) {
			if yield(rag.Event{Name: "step", Data: json.RawMessage(`{"step":"survey","done":0,"of":5}`)}, nil) {
				stop()
				yield(rag.Event{}, ctx.Err())
			}
		},
		cancel: func(ctx context.Context, id string) error {
			cancelled = id
			return ctx.Err()
		},
	}
	_, err := makeBriefing(ctx, quietProgram(io.Discard), f, briefing.Request{Topic: "云"})
	if !errors.Is(err, errStopped) || cancelled != "brf_1" || !strings.Contains(err.Error(), "brf_1 is cancelled") {
		t.Errorf("%v; cancelled %q", err, cancelled)
	}
	f.cancel = func(context.Context, string) error { return errors.New("away") }
	if _, err := makeBriefing(ctx, quietProgram(io.Discard), f, briefing.Request{Topic: "云"}); !errors.Is(err, errStopped) || !strings.Contains(err.Error(), "not cancelled: away") {
		t.Errorf("not to be cancelled: %v", err)
	}
}

// TestBriefLost holds that the id is named when the end is not heard of.
func TestBriefLost(t *testing.T) {
	f := fakeBriefings{
		order:  orderOne,
		follow: func(_ context.Context, yield func(rag.Event, error) bool) { yield(rag.Event{}, errors.New("away")) },
	}
	if _, err := makeBriefing(t.Context(), quietProgram(io.Discard), f, briefing.Request{}); err == nil || !strings.Contains(err.Error(), "away; chuchu brief --show brf_1") {
		t.Errorf("%v", err)
	}
}

// TestBriefPassing holds that what is not to be kept is deleted, however it ended.
func TestBriefPassing(t *testing.T) {
	for _, lost := range []error{nil, errors.New("away")} {
		var log []string
		f := fakeBriefings{
			order: orderOne,
			follow: func(_ context.Context, yield func(rag.Event, error) bool) {
				yield(rag.Event{Name: "done"}, lost)
			},
			get: func(id string) (briefing.Briefing, error) {
				return briefing.Briefing{ID: id, Status: briefing.Done}, nil
			},
			cancel: func(context.Context, string) error { log = append(log, "cancel"); return rag.ErrEnded },
			remove: func(id string) error { log = append(log, "delete "+id); return nil },
		}
		b, err := briefPassing(t.Context(), f, briefing.Request{})
		if !errors.Is(err, lost) || lost == nil && b.Status != briefing.Done || log[len(log)-1] != "delete brf_1" {
			t.Errorf("lost %v: %v, %s, %v", lost, err, b.Status, log)
		}
	}
}

// TestBriefDelivered holds what is printed and with which status the program ends.
func TestBriefDelivered(t *testing.T) {
	for _, c := range []struct {
		b      briefing.Briefing
		status int
		stdout string
		stderr string
	}{
		{briefing.Briefing{ID: "brf_1", Status: briefing.Done, Title: "云简报", Language: "zh"}, 0, "云简报", ""},
		{briefing.Briefing{ID: "brf_1", Status: briefing.Refused, Refusal: &briefing.Refusal{Text: "没有资料", Nearest: []corpus.Ref{{Title: "近的"}}}}, statusRefused, "没有资料\n\n## 最接近的文章\n\n- 近的\n", ""},
		{briefing.Briefing{ID: "brf_1", Status: briefing.Failed, Problem: &briefing.Problem{Title: "model failed", Detail: "the model is away"}}, statusFailed, "", "brf_1 failed: the model is away"},
		{briefing.Briefing{ID: "brf_1", Status: briefing.Cancelled}, statusFailed, "", "brf_1 is cancelled"},
		{briefing.Briefing{ID: "brf_1", Status: briefing.Running}, statusFailed, "", "brf_1 is running"},
	} {
		for _, asJSON := range []bool{false, true} {
			var stdout, stderr bytes.Buffer
			p := quietProgram(&stdout)
			p.json = asJSON
			status := report(&stderr, (&briefCommand{}).deliver(p, c.b))
			wanted := c.stdout
			if asJSON {
				wanted = `"id": "brf_1"`
			}
			if status != c.status || !strings.Contains(stdout.String(), wanted) || !strings.Contains(stderr.String(), c.stderr) {
				t.Errorf("%s, JSON %v: status %d, printed %q and %q", c.b.Status, asJSON, status, stdout.String(), stderr.String())
			}
		}
	}
}
