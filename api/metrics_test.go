package api_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"chuchu/api"
	"chuchu/rag"
	"chuchu/rag/llm"
)

func TestModelMetrics(t *testing.T) {
	s := newService(t, nil)
	s.CountModelCall(api.ModelCall{Outcome: "ok", Input: 200, Output: 30, FirstToken: 300 * time.Millisecond})
	s.CountModelCall(api.ModelCall{Outcome: "cut", Input: 200, Output: 5, FirstToken: 3 * time.Second})
	s.CountModelCall(api.ModelCall{Outcome: "budget"})
	got := string(s.get("/metrics").body)
	for _, line := range []string{
		`chuchu_model_calls_total{outcome="ok"} 1`,
		`chuchu_model_calls_total{outcome="cut"} 1`,
		`chuchu_model_calls_total{outcome="budget"} 1`,
		`chuchu_model_tokens_total{direction="input"} 400`,
		`chuchu_model_tokens_total{direction="output"} 35`,
		`chuchu_model_first_token_seconds_bucket{le="0.5"} 1`,
		`chuchu_model_first_token_seconds_count 2`,
	} {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("no %s", line)
		}
	}
}

// TestBudgetSpent: when the day's budget is new is said where clients look for it;
// of a request's budget, which waiting does not change, nothing is.
func TestBudgetSpent(t *testing.T) {
	for seconds, want := range map[int]string{3600: "3600", 0: ""} {
		engine := newFakeEngine()
		engine.chat = func(context.Context, rag.ChatRequest) (rag.Reply, error) {
			return rag.Reply{}, fmt.Errorf("answer: %w", &llm.BudgetError{Limit: 1000, Need: 1500, RetryAfter: seconds})
		}
		s := newService(t, func(p *api.Parts) { p.Engine = engine })
		got := s.post("/v1/chat", `{"messages":[{"role":"user","content":"云市场有多大？"}]}`)
		got.wantProblem(t, 429, "budget_exceeded")
		if after := got.header.Get("Retry-After"); after != want {
			t.Errorf("Retry-After %q, want %q", after, want)
		}
	}
}
