package llm_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/rag/llm"
)

func ask(text string, object bool) llm.Request {
	return llm.Request{Messages: []llm.Message{{Role: "user", Content: text}}, JSON: object}
}

func TestScriptedPicksReplies(t *testing.T) {
	m := llm.NewScripted(
		llm.Script{For: "json", Text: `{"plan":1}`},
		llm.Script{Match: "云", For: "text", Text: "first", Usage: llm.Usage{InputTokens: 2, OutputTokens: 1}},
		llm.Script{Match: "云", For: "text", Text: "second"},
		llm.Script{For: "text", Text: "other"},
	)
	for _, c := range []struct {
		request llm.Request
		want    string
	}{
		{ask("云", true), `{"plan":1}`},
		{ask("云", false), "first"},
		{ask("云", false), "second"},
		{ask("a", false), "other"},
		{ask("a", false), "other"},
		{llm.Request{System: "云"}, "other"},
		{ask("云", true), `{"plan":1}`},
	} {
		if got, _, err := llm.Text(t.Context(), m, c.request); got != c.want || err != nil {
			t.Errorf("%+v: %q, %v; want %q", c.request, got, err, c.want)
		}
	}
	if n := len(m.Requests()); n != 7 {
		t.Errorf("%d requests kept", n)
	}
}

func TestScriptedEnds(t *testing.T) {
	refusal := &llm.ProviderError{Status: 429, Message: "slow down", RetryAfter: 3}
	for _, c := range []struct {
		script llm.Script
		text   string
		err    error
	}{
		{llm.Script{Text: "云计算市场 whole", Chunk: 2}, "云计算市场 whole", nil},
		{llm.Script{Text: "<think>x</think>all", Chunk: 1}, "all", nil},
		{llm.Script{}, "", llm.ErrEmpty},
		{llm.Script{Text: "half an answer", Fail: "cut", After: 2}, "half an ", llm.ErrCut},
		{llm.Script{Text: "half", Fail: "timeout"}, "", llm.ErrTimeout},
		{llm.Script{Text: "half", Fail: "context"}, "", llm.ErrContext},
		{llm.Script{Fail: "error", Status: 429, Message: "slow down", RetryAfter: 3}, "", refusal},
	} {
		text, _, err := read(t, llm.NewScripted(c.script).Stream(t.Context(), ask("q", false)))
		if text != c.text {
			t.Errorf("%+v: text %q", c.script, text)
		}
		var got *llm.ProviderError
		if errors.As(err, &got) && c.err == error(refusal) {
			if diff := cmp.Diff(refusal, got); diff != "" {
				t.Error(diff)
			}
		} else if !errors.Is(err, c.err) {
			t.Errorf("%+v: error %v", c.script, err)
		}
	}
}

func TestScriptedWithoutFittingReply(t *testing.T) {
	_, _, err := llm.Text(t.Context(), llm.NewScripted(), ask("q", false))
	if got := new(llm.ProviderError); !errors.As(err, &got) {
		t.Errorf("error %v", err)
	}
}

func TestScriptedWaits(t *testing.T) {
	wait := make(chan struct{}, 1)
	m := llm.NewScripted(llm.Script{Text: "abcd", Chunk: 2, Wait: wait})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	wait <- struct{}{}
	var texts []string
	var err error
	for chunk, e := range m.Stream(ctx, ask("q", false)) {
		texts, err = append(texts, chunk.Text), e
		cancel() // it waits for a second signal that never comes
	}
	if diff := cmp.Diff([]string{"ab", ""}, texts); diff != "" || !errors.Is(err, context.Canceled) {
		t.Errorf("%s error %v", diff, err)
	}
}

func TestScriptedHangs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m := llm.NewScripted(llm.Script{Text: "abcdefgh", Fail: "hang", After: 1})
	var err error
	for chunk, e := range m.Stream(ctx, ask("q", false)) {
		if err = e; chunk.Text == "abcd" {
			cancel()
		}
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestReadScript(t *testing.T) {
	script, err := llm.ReadScript(strings.NewReader(`{"match":"云","text":"all","usage":{"input_tokens":1,"output_tokens":2}}

{"fail":"error","status":500,"message":"boom"}`))
	want := []llm.Script{
		{Match: "云", Text: "all", Usage: llm.Usage{InputTokens: 1, OutputTokens: 2}},
		{Fail: "error", Status: 500, Message: "boom"},
	}
	if diff := cmp.Diff(want, script); diff != "" || err != nil {
		t.Errorf("%s error %v", diff, err)
	}
	for _, bad := range []string{`{"txt":"a"}`, `{"fail":"often"}`, `{"text":`} {
		if _, err := llm.ReadScript(strings.NewReader(`{"text":"a"}` + bad)); err == nil || !strings.HasPrefix(err.Error(), "reply 2 of the script: ") {
			t.Errorf("%s: error %v", bad, err)
		}
	}
}
