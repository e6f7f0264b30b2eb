package api_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"chuchu/api"
)

func TestLimit(t *testing.T) {
	key, line := newKey(t, "read")
	other, otherLine := newKey(t, "read")
	s := newService(t, func(p *api.Parts) {
		p.Auth.Keys = []string{line, otherLine}
		p.Options.Rate, p.Options.Burst = .001, 3
	})
	ask := func(key string) reply {
		r := s.request(http.MethodGet, "/v1/status", "", "")
		r.Header.Set("Authorization", "Bearer "+key)
		return s.do(r)
	}
	for range 3 {
		if got := ask(key); got.status != http.StatusOK {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	got := ask(key)
	got.wantProblem(t, 429, "rate_limited", "try again in")
	if seconds, err := strconv.Atoi(got.header.Get("Retry-After")); err != nil || seconds < 1 || seconds > 1000 {
		t.Errorf("Retry-After %q", got.header.Get("Retry-After"))
	}
	if got := ask(other); got.status != http.StatusOK {
		t.Errorf("another key: %d", got.status)
	}
	// Guessing keys is limited by address, whatever is guessed.
	for i := range 3 {
		ask("guess"+strconv.Itoa(i)).wantProblem(t, 401, "unauthorized")
	}
	ask("guess").wantProblem(t, 429, "rate_limited")
	if got := s.get("/healthz"); got.status != http.StatusOK {
		t.Errorf("health is limited: %d", got.status)
	}
}

func TestLimiterForgets(t *testing.T) {
	take, size := api.NewTake(.001, 1)
	if take("first") != 0 || take("first") == 0 {
		t.Fatal("not limited")
	}
	for i := range api.MostCallers {
		take(fmt.Sprint("caller ", i))
	}
	if size() != api.MostCallers {
		t.Errorf("remembers %d", size())
	}
	if take("first") != 0 {
		t.Error("remembers the one that was silent longest")
	}
	if take, size := api.NewTake(0, 0); take("x") != 0 || size() != 0 {
		t.Error("no limit limits")
	}
}
