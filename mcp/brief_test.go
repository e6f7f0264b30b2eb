package mcp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"chuchu/briefing"
	"chuchu/mcp"
	"chuchu/rag"
)

// told is what a client is told of progress.
type told chan *sdk.ProgressNotificationParams

func (p told) options() *sdk.ClientOptions {
	return &sdk.ClientOptions{ProgressNotificationHandler: func(_ context.Context, r *sdk.ProgressNotificationClientRequest) {
		p <- r.Params
	}}
}

// A made is a briefing as a client reads it.
type made struct {
	ID, Status string
	Sections   []struct {
		Heading   string
		Sentences []struct {
			Text      string
			Citations []int
			Verdict   string
		}
	}
	Citations  []briefing.Citation
	References []string
	News       *struct{ Material bool }
}

func TestBrief(t *testing.T) {
	h := newHeld(t, append(others(), prices())...)
	progress := make(told, 100)
	c := connect(t, h.parts(), progress.options())
	params := &sdk.CallToolParams{Name: "brief", Arguments: map[string]any{"topic": "北辰数据的对象存储", "length": "short"}}
	params.SetProgressToken("token")
	result, err := c.CallTool(t.Context(), params)
	if err != nil || result.IsError {
		t.Fatalf("%v: %s", err, textOf(result))
	}
	var out made
	structured, _ := json.Marshal(result.StructuredContent)
	if err := json.Unmarshal(structured, &out); err != nil {
		t.Fatal(err)
	}
	if out.Status != "done" || len(out.Sections) == 0 || len(out.Citations) == 0 || len(out.References) == 0 {
		t.Errorf("%s", structured)
	}
	for _, citation := range out.Citations {
		a, err := h.Article(t.Context(), citation.Article.ID, citation.Article.Version)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range citation.Spans {
			if !sameRunes(a.Text, s.Start, s.End, *s.Quote) {
				t.Errorf("%d-%d of %s is not %q", s.Start, s.End, a.ID, *s.Quote)
			}
		}
	}
	if text := textOf(result); !strings.HasPrefix(text, "# ") || !strings.Contains(text, "[^1]:") || !strings.Contains(text, out.ID) {
		t.Errorf("no Markdown document: %s", text)
	}
	for last, all := 0.0, 1.0; last < all; { // some may be read after the result
		p := <-progress
		if p.ProgressToken != "token" || p.Progress <= last || p.Total < p.Progress || p.Message == "" {
			t.Errorf("after %g came %+v", last, p)
		}
		last, all = p.Progress, p.Total
	}
	var next made
	c.call("brief", map[string]any{"topic": "北辰数据的对象存储", "length": "short", "previous_id": out.ID}, &next)
	if next.News == nil || next.News.Material {
		t.Errorf("the follow-up's news are %+v", next.News)
	}
}

// TestBriefLater orders a briefing, and gets it with its id.
func TestBriefLater(t *testing.T) {
	h := newHeld(t, append(others(), prices())...)
	progress := make(told, 100)
	c := connect(t, h.parts(), progress.options())
	var ordered, got made
	if text := c.call("brief", map[string]any{"topic": "北辰数据", "wait": false}, &ordered); ordered.ID == "" || !strings.Contains(text, ordered.ID) {
		t.Fatalf("ordered %+v: %s", ordered, text)
	}
	c.call("brief", map[string]any{"id": ordered.ID}, &got)
	if got.ID != ordered.ID || got.Status != "done" || len(got.Sections) == 0 {
		t.Errorf("got %+v", got)
	}
	if len(progress) > 0 {
		t.Error("progress was told to who did not ask")
	}
}

func TestBriefRefused(t *testing.T) {
	c := connect(t, newHeld(t, prices()).parts(), nil)
	var out made
	if text := c.call("brief", map[string]any{"topic": "sourdough bread baking"}, &out); out.Status != "refused" || text == "" {
		t.Errorf("%+v: %s", out, text)
	}
}

// TestBriefFailed makes errors of what became of a briefing.
func TestBriefFailed(t *testing.T) {
	b := briefing.Briefing{ID: "brf_1"}
	f := fake{
		get:    func(context.Context, string) (briefing.Briefing, error) { return b, nil },
		follow: func(context.Context, string, int) (iter.Seq2[rag.Event, error], error) { return none, nil },
	}
	c := connect(t, f.parts(&bytes.Buffer{}), nil)
	b.Status, b.Problem = briefing.Failed, &briefing.Problem{Detail: "the model did not answer"}
	c.wantError("brief", map[string]any{"id": "brf_1"}, "brf_1 failed", "the model did not answer")
	b.Status, b.Problem = briefing.Cancelled, nil
	c.wantError("brief", map[string]any{"id": "brf_1"}, "was cancelled")
}

// none has no events.
func none(func(rag.Event, error) bool) {}

// TestBriefCancelled cancels what was ordered when its client gives up, and leaves what
// somebody else ordered.
func TestBriefCancelled(t *testing.T) {
	for name, e := range map[string]struct {
		arguments map[string]any
		cancelled bool
	}{
		"ordered": {map[string]any{"topic": "降价"}, true},
		"read":    {map[string]any{"id": "brf_1"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			begun, cancelled, over := make(chan struct{}), make(chan string, 1), make(chan struct{})
			f := fake{
				order: func(context.Context, briefing.Request) (briefing.Briefing, error) {
					return briefing.Briefing{ID: "brf_1"}, nil
				},
				follow: func(ctx context.Context, _ string, _ int) (iter.Seq2[rag.Event, error], error) {
					return func(yield func(rag.Event, error) bool) {
						close(begun)
						<-ctx.Done()
						yield(rag.Event{}, ctx.Err())
					}, nil
				},
				cancel: func(ctx context.Context, id string) error {
					cancelled <- id
					return ctx.Err()
				},
			}
			p := f.parts(&bytes.Buffer{})
			opened := p.Open
			p.Open = func(ctx context.Context) (o mcp.Opened, err error) {
				o, err = opened(ctx)
				o.Close = func() { close(over) }
				return o, err
			}
			c := connect(t, p, nil)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-begun
				cancel()
			}()
			if _, err := c.CallTool(ctx, &sdk.CallToolParams{Name: "brief", Arguments: e.arguments}); err == nil {
				t.Error("a cancelled call has a result")
			}
			<-over
			if got := len(cancelled) == 1; got != e.cancelled {
				t.Errorf("cancelled: %v", got)
			}
		})
	}
}
