package api_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"chuchu/api"
	"chuchu/briefing"
	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// TestProblemOf is the table of what becomes of an error.
func TestProblemOf(t *testing.T) {
	running := t.Context()
	left, leave := context.WithCancel(running)
	leave()
	stopped, stop := context.WithCancelCause(running)
	stop(api.ErrStopping)
	wrap := func(err error) error { return fmt.Errorf("read answer x: %w", err) }
	for _, c := range []struct {
		name   string
		ctx    context.Context
		err    error
		status int
		code   string
		says   string
	}{
		{"input", running, wrap(&rag.InputError{Field: "as_of", Reason: "it is none"}), 400, "invalid_request", "as_of: it is none"},
		{"long input", running, &rag.InputError{Field: "query", Reason: "it is long", TooLarge: true}, 413, "too_large", "query: it is long"},
		{"cursor", running, wrap(corpus.ErrCursor), 400, "invalid_request", "cursor: "},
		{"not found", running, wrap(corpus.ErrNotFound), 404, "not_found", "no article, version, answer or briefing"},
		{"cancelled", running, wrap(rag.ErrCancelled), 409, "cancelled", "was cancelled"},
		{"ended", running, wrap(rag.ErrEnded), 409, "conflict", "ended already"},
		{"running", running, wrap(rag.ErrRunning), 409, "conflict", "still being written"},
		{"briefing queued", running, wrap(&briefing.StateError{Status: briefing.Queued, Err: rag.ErrRunning}), 409, "conflict", "the briefing is queued; "},
		{"briefing failed", running, wrap(&briefing.StateError{Status: briefing.Failed}), 409, "conflict", "the briefing has failed; "},
		{"why it failed", running, &briefing.FailedError{Problem: briefing.Problem{Code: "model_timeout", Detail: "no answer"}}, 504, "model_timeout", "no answer"},
		{"closed", running, wrap(rag.ErrClosed), 503, "unavailable", "the server is stopping"},
		{"gone", running, wrap(corpus.ErrGone), 410, "gone", "deleted"},
		{"disk full", running, wrap(corpus.ErrDiskFull), 503, "unavailable", "disk is full"},
		{"damaged", running, wrap(corpus.ErrDamaged), 500, "internal", "log"},
		{"read only", running, wrap(corpus.ErrReadOnly), 500, "internal", "log"},
		{"timeout", running, wrap(llm.ErrTimeout), 504, "model_timeout", "did not answer in time"},
		{"cut", running, wrap(llm.ErrCut), 502, "model_failed", "cut off"},
		{"empty", running, wrap(llm.ErrEmpty), 502, "model_failed", "empty"},
		{"provider", running, wrap(&llm.ProviderError{Status: 401, Message: "bad key"}), 502, "model_failed", "answered 401: bad key"},
		{"budget", running, wrap(&llm.BudgetError{Limit: 1000, Need: 1500}), 429, "budget_exceeded", "1500 tokens"},
		{"embedder", running, &rag.EmbedderError{Err: errors.New("connection refused")}, 502, "embedder_failed", "connection refused"},
		{"client left", left, wrap(context.Canceled), 503, "unavailable", "given up"},
		{"deadline", running, wrap(context.DeadlineExceeded), 503, "unavailable", "given up"},
		{"stopping", stopped, wrap(context.Canceled), 503, "unavailable", "the server is stopping"},
		{"stopping, seen by the model", stopped, &llm.ProviderError{Message: "context canceled"}, 503, "unavailable", "the server is stopping"},
		{"unknown", running, &fs.PathError{Op: "open", Path: "/srv/secret", Err: fs.ErrPermission}, 500, "internal", "log"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, code, detail := api.ProblemOf(c.ctx, c.err)
			if status != c.status || code != c.code || !strings.Contains(detail, c.says) {
				t.Errorf("got %d %s %q", status, code, detail)
			}
			if code == "internal" && strings.Contains(detail, c.err.Error()) {
				t.Errorf("the cause is told to strangers: %q", detail)
			}
		})
	}
}

// TestEveryErrorIsAProblem: whatever is asked, an error is a whole problem.
func TestEveryErrorIsAProblem(t *testing.T) {
	s := newService(t, nil)
	for _, c := range []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", "/nowhere", 404, "not_found"},
		{"GET", "/v1/articles/a/b", 404, "not_found"},
		{"GET", "/v1/articles//", 404, "not_found"},
		{"GET", "/v1/search", 405, "method_not_allowed"},
		{"PUT", "/v1/articles/a", 405, "method_not_allowed"},
		{"BREW", "/v1/status", 405, "method_not_allowed"},
		{"GET", "/v1/articles/..%2f..%2fetc%2fpasswd", 404, "not_found"},
		{"GET", "/v1/articles/%ff%00", 404, "not_found"},
	} {
		got := s.do(s.request(c.method, c.path, "", ""))
		got.wantProblem(t, c.status, c.code)
		if c.status == http.StatusMethodNotAllowed && got.header.Get("Allow") == "" {
			t.Errorf("%s %s: no Allow", c.method, c.path)
		}
	}
}

// TestInternalErrors: the cause is in the log under the id that the reply names,
// and nowhere else.
func TestInternalErrors(t *testing.T) {
	engine, log := newFakeEngine(), &syncBuffer{}
	s := newService(t, func(p *api.Parts) { p.Engine, p.Log = engine, logTo(log) })
	for name, search := range map[string]func(context.Context, rag.SearchRequest) (rag.SearchReply, error){
		"error": func(context.Context, rag.SearchRequest) (rag.SearchReply, error) {
			return rag.SearchReply{}, errors.New("sesame")
		},
		"panic": func(context.Context, rag.SearchRequest) (rag.SearchReply, error) { panic("sesame") },
	} {
		engine.search = search
		p := s.post("/v1/search", `{"query":"甲"}`).wantProblem(t, 500, "internal", "request_id")
		if strings.Contains(p.Detail, "sesame") {
			t.Errorf("%s: %s", name, p.Detail)
		}
		line, _, found := strings.Cut(log.String(), "sesame")
		if !found || !strings.Contains(log.String(), p.RequestID) {
			t.Errorf("%s: not in the log: %s", name, line)
		}
	}
}
