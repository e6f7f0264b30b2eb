package llm_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"chuchu/rag/llm"
)

// observed returns a model that keeps what its calls came to.
func observed(t *testing.T, v voice, handler http.HandlerFunc, changes ...func(*llm.Options)) (llm.Model, *[]llm.Call) {
	t.Helper()
	calls := new([]llm.Call)
	return connect(t, v, handler, append(changes, func(o *llm.Options) {
		o.Observe = func(c llm.Call) { *calls = append(*calls, c) }
	})...), calls
}

// wantCalls holds what was observed against want; of the time of the first token
// only whether there is one, as -1 in want.
func wantCalls(t *testing.T, got []llm.Call, want ...llm.Call) {
	t.Helper()
	for i, c := range got {
		if c.FirstToken > 0 {
			got[i].FirstToken = -1
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestObserveWhole(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		m, calls := observed(t, v, saying(v.noise, v.text("all"), v.stop(v.whole), v.end))
		if _, _, err := llm.Text(t.Context(), m, question); err != nil {
			t.Fatal(err)
		}
		wantCalls(t, *calls, llm.Call{Outcome: llm.OutcomeOK, Usage: llm.Usage{InputTokens: 11, OutputTokens: 7}, FirstToken: -1})
	})
}

// TestObserveEstimates: a server that counts nothing has its tokens estimated, the
// reasoning by its pieces.
func TestObserveEstimates(t *testing.T) {
	v := voices[0]
	m, calls := observed(t, v, saying(v.think("let me"), v.think(" see"), v.text("约为三"), v.text("千亿元"),
		`data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\n", v.end))
	if _, usage, err := llm.Text(t.Context(), m, question); usage != (llm.Usage{}) || err != nil {
		t.Fatalf("usage %+v, error %v; an estimate is not shown as the server's", usage, err)
	}
	wantCalls(t, *calls, llm.Call{Outcome: llm.OutcomeOK, Usage: llm.Usage{InputTokens: 14, OutputTokens: 8}, FirstToken: -1})
}

// TestObserveLeft: who breaks off is counted, with what had come; so is a panic.
func TestObserveLeft(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		m, calls := observed(t, v, hanging(func(v voice) []string { return []string{v.text("一二三")} })(v))
		for range m.Stream(t.Context(), question) {
			break
		}
		func() {
			defer func() { _ = recover() }()
			for range m.Stream(t.Context(), question) {
				panic("mine")
			}
		}()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := read(t, m.Stream(ctx, question)); err == nil {
			t.Error("a call with a context that has ended succeeded")
		}
		left := llm.Call{Outcome: llm.OutcomeLeft, Usage: llm.Usage{InputTokens: 14, OutputTokens: 3}, FirstToken: -1}
		wantCalls(t, *calls, left, left, llm.Call{Outcome: llm.OutcomeLeft})
	})
}

func TestObserveBudget(t *testing.T) {
	m, calls := observed(t, voices[0], http.NotFound, func(o *llm.Options) { o.MaxTokens, o.RequestTokens = 50, 51 })
	var over *llm.BudgetError
	if _, _, err := llm.Text(t.Context(), m, question); !errors.As(err, &over) {
		t.Errorf("error %v", err)
	}
	wantCalls(t, *calls, llm.Call{Outcome: llm.OutcomeBudget})
}
