package mcp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"chuchu/mcp"
	"chuchu/rag"
)

// TestWrongArguments holds that every one of them is a result which says what to do.
func TestWrongArguments(t *testing.T) {
	c := connect(t, newHeld(t, prices()).parts(), nil)
	for name, e := range map[string]struct {
		tool      string
		arguments any
		want      string
	}{
		"none":              {"search", nil, "query: it is empty"},
		"unknown":           {"search", map[string]any{"query": "降价", "limt": 3}, `there is no argument "limt"; there are query, limit`},
		"another case":      {"search", map[string]any{"Query": "降价"}, `there is no argument "Query"`},
		"of another type":   {"search", map[string]any{"query": "降价", "limit": "three"}, "limit: a value of another type stands where a whole number belongs"},
		"a fraction":        {"search", map[string]any{"query": "降价", "limit": 1.5}, "a whole number belongs"},
		"no list":           {"search", map[string]any{"query": "降价", "tags": "云"}, "a list of strings belongs"},
		"too many":          {"search", map[string]any{"query": "降价", "limit": 1000}, "limit: 1000 is not between 1 and 100"},
		"huge":              {"search", map[string]any{"query": strings.Repeat("云", 1_000_000)}, "at most 4000 are read; shorten it"},
		"no day":            {"search", map[string]any{"query": "降价", "published_from": "2024年"}, "published_from, published_to: days are written YYYY-MM-DD"},
		"no window":         {"search", map[string]any{"query": "降价", "window": "wide"}, "neither auto nor off"},
		"no question":       {"ask", map[string]any{"question": ""}, "question: it is empty"},
		"no language":       {"ask", map[string]any{"question": "降价？", "language": "fr"}, "none of auto, zh, en"},
		"no earlier answer": {"ask", map[string]any{"question": "降价？", "previous_id": "ans_none"}, "previous_id"},
		"no text":           {"check", map[string]any{"text": " "}, "text: it is empty"},
		"a long text":       {"check", map[string]any{"text": strings.Repeat("云。", 60_000)}, "check it in parts"},
		"no topic":          {"brief", map[string]any{}, "topic: it is empty"},
		"no length":         {"brief", map[string]any{"topic": "降价", "length": "endless"}, "none of short, standard, long"},
		"no briefing":       {"brief", map[string]any{"id": "brf_none"}, `there is no briefing "brf_none"`},
		"two briefings":     {"brief", map[string]any{"id": "brf_none", "topic": "降价"}, "give one of them"},
		"a list":            {"search", json.RawMessage(`["query"]`), "no JSON object"},
	} {
		t.Run(name, func(t *testing.T) {
			c := &client{c.ClientSession, t}
			if text := c.wantError(e.tool, e.arguments, e.want); len(text) > 400 {
				t.Errorf("a long error: %s", text)
			}
		})
	}
}

// TestUnknownTool is the one thing about tools that the protocol itself refuses.
func TestUnknownTool(t *testing.T) {
	c := connect(t, newHeld(t).parts(), nil)
	if _, err := c.CallTool(t.Context(), &sdk.CallToolParams{Name: "delete_article"}); err == nil {
		t.Error("a tool that is not there was called")
	}
	c.wantError("search", nil, "query") // the session goes on
}

// TestFailures holds that a client learns what Explain says, and else only that
// something failed, and that a panic ends no more than its call.
func TestFailures(t *testing.T) {
	var log bytes.Buffer
	refused := errors.New("the model did not answer")
	f := fake{
		chat: func(_ context.Context, r rag.ChatRequest) (rag.Reply, error) {
			switch r.Messages[0].Content {
			case "panic":
				panic("secret")
			case "refused":
				return rag.Reply{}, refused
			}
			return rag.Reply{}, errors.New("open /home/secret: denied")
		},
	}
	p := f.parts(&log)
	p.Explain = func(err error) string {
		if errors.Is(err, refused) {
			return err.Error()
		}
		return ""
	}
	c := connect(t, p, nil)
	c.wantError("ask", map[string]any{"question": "refused"}, "the model did not answer")
	for _, question := range []string{"panic", "denied"} {
		if text := c.wantError("ask", map[string]any{"question": question}, "something failed here"); strings.Contains(text, "secret") {
			t.Errorf("the error says %q", text)
		}
	}
	if !strings.Contains(log.String(), "panic: secret") || !strings.Contains(log.String(), "/home/secret") {
		t.Errorf("the log has not the causes: %s", &log)
	}
}

// TestNotOpened says why the collection cannot be had.
func TestNotOpened(t *testing.T) {
	c := connect(t, mcp.Parts{
		Open:    func(context.Context) (mcp.Opened, error) { return mcp.Opened{}, errors.New("another command has it") },
		Explain: func(err error) string { return err.Error() },
	}, nil)
	c.wantError("search", map[string]any{"query": "降价"}, "another command has it")
	if _, err := c.ListResources(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "another command has it") {
		t.Errorf("listing: %v", err)
	}
}

// TestCancelledCall ends what a call is doing when its client gives it up.
func TestCancelledCall(t *testing.T) {
	begun, ended := make(chan struct{}), make(chan error, 1)
	f := fake{chat: func(ctx context.Context, _ rag.ChatRequest) (rag.Reply, error) {
		close(begun)
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return rag.Reply{}, ctx.Err()
	}}
	c := connect(t, f.parts(&bytes.Buffer{}), nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-begun
		cancel()
	}()
	if _, err := c.CallTool(ctx, &sdk.CallToolParams{Name: "ask", Arguments: map[string]any{"question": "降价？"}}); err == nil {
		t.Error("a cancelled call has a result")
	}
	if err := <-ended; err == nil {
		t.Error("its work went on")
	}
}

// TestServeEnds ends with its context, and with it what is being done.
func TestServeEnds(t *testing.T) {
	begun := make(chan struct{})
	f := fake{chat: func(ctx context.Context, _ rag.ChatRequest) (rag.Reply, error) {
		close(begun)
		<-ctx.Done()
		return rag.Reply{}, ctx.Err()
	}}
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		<-begun
		stop()
	}()
	in, out := newLines(), &bytes.Buffer{}
	defer in.Close()
	go in.send(t,
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`,
		`{"jsonrpc":"2.0","method":"notifications/initialized"}`,
		`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"ask","arguments":{"question":"降价？"}}}`)
	if err := mcp.New(f.parts(&bytes.Buffer{})).Serve(ctx, in, out); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

// TestServeRefuses ends at what is no message of the protocol, and says so.
func TestServeRefuses(t *testing.T) {
	p := fake{}.parts(&bytes.Buffer{})
	p.LineSize = 1024
	for _, message := range []string{"hello", `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"` + strings.Repeat("x", 4096) + `"}}`} {
		err := mcp.New(p).Serve(t.Context(), strings.NewReader(message+"\n"), &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), "speaking with the assistant") {
			t.Errorf("%.20s ends it with %v", message, err)
		}
	}
	if err := mcp.New(p).Serve(t.Context(), strings.NewReader(""), &bytes.Buffer{}); err != nil {
		t.Errorf("nothing ends it with %v", err)
	}
}
