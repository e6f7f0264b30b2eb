package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"chuchu/rag/llm"
)

// TestModelBudgetOverRestart: what the model used of its day is not forgotten when
// the collection is opened again, and what its calls came to is in the metrics.
func TestModelBudgetOverRestart(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `data: {"choices":[{"index":0,"delta":{"content":"42"},"finish_reason":"stop"}],"usage":{"prompt_tokens":600,"completion_tokens":7}}`+"\n\ndata: [DONE]\n\n")
	}))
	defer server.Close()
	c := DefaultConfig()
	c.Data = t.TempDir()
	c.LLM.Provider, c.LLM.Model, c.LLM.URL = "openai", "m", server.URL
	c.LLM.MaxTokens, c.LLM.DayTokens = 100, 1000
	question := llm.Request{Messages: []llm.Message{{Role: "user", Content: strings.Repeat("云", 500)}}}
	open := func() *local {
		l, err := openLocal(t.Context(), c, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := open()
	s := l.server("127.0.0.1:0")
	if text, _, err := llm.Text(t.Context(), l.model, question); text != "42" || err != nil {
		t.Errorf("text %q, error %v", text, err)
	}
	got := httptest.NewRecorder()
	s.ServeHTTP(got, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/metrics", nil))
	for _, line := range []string{`chuchu_model_calls_total{outcome="ok"} 1`, `chuchu_model_tokens_total{direction="input"} 600`} {
		if !strings.Contains(got.Body.String(), line) {
			t.Errorf("the metrics have no %s: %d", line, got.Code)
		}
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	l = open()
	var spent *llm.BudgetError
	if _, _, err := llm.Text(t.Context(), l.model, question); !errors.As(err, &spent) || spent.RetryAfter == 0 {
		t.Errorf("error %v", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}
