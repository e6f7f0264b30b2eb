package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"chuchu/api"
)

func TestStatus(t *testing.T) {
	s := newService(t, nil)
	s.addText(`{"text":"一篇文章的正文。"}`)
	want := `{"version":"test","embedder":"static/256/1","record":{"articles":1,"passages":1,"embedded":1,"answers":0,"briefings":0},"index":{"passages":1},"model":{"provider":"scripted","name":"test"},"answers":{"running":1},"standing":[{"name":"monday","next":"2025-02-03T07:00:00Z"}],"briefings":{"queued":3,"running":2},"role":"write"}`
	if got := s.get("/v1/status"); strings.TrimSpace(string(got.body)) != want {
		t.Errorf("got %s", got.body)
	}
	failing := newService(t, func(p *api.Parts) {
		p.Status = func(context.Context) (api.Status, error) { return api.Status{}, errors.New("down") }
	})
	failing.get("/v1/status").wantProblem(t, 500, "internal")
}

func TestHead(t *testing.T) {
	s := newService(t, nil)
	for _, path := range []string{"/healthz", "/v1/articles", "/v1/articles.jsonl"} {
		if got := s.do(s.request(http.MethodHead, path, "", "")); got.status != http.StatusOK || len(got.body) != 0 {
			t.Errorf("%s: %d %q", path, got.status, got.body)
		}
	}
}

func TestMetrics(t *testing.T) {
	s := newService(t, nil)
	s.addText(`{"text":"一篇文章的正文。"}`)
	s.get("/v1/articles/a_unknown")
	s.do(s.request("BREW", "/v1/coffee", "", ""))
	got := s.get("/metrics")
	for _, line := range []string{
		`chuchu_http_requests_total{method="POST",route="/v1/articles",status="201"} 1`,
		`chuchu_http_requests_total{method="GET",route="/v1/articles/:id",status="404"} 1`,
		`chuchu_http_requests_total{method="other",route="other",status="404"} 1`,
		`chuchu_record{kind="articles"} 1`,
		`chuchu_streams_running 0`,
		`chuchu_record{kind="briefings"} 0`,
		`chuchu_briefings{state="queued"} 3`,
		`chuchu_briefings{state="running"} 2`,
		`chuchu_briefings_ended_total{status="done"} 7`,
		`chuchu_briefings_ended_total{status="failed"} 0`,
		`go_goroutines `,
	} {
		if !strings.Contains(string(got.body), line) {
			t.Errorf("no %s", line)
		}
	}
	if got.status != http.StatusOK || strings.Contains(string(got.body), "coffee") {
		t.Errorf("%d; what callers make up became a label", got.status)
	}
}
