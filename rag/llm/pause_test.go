package llm_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuchu/rag/llm"
)

// TestPause: a server that is overrun and says for how long is asked once more
// when that is over, if it is soon.
func TestPause(t *testing.T) {
	for _, c := range []struct {
		name       string
		status     int
		retryAfter int // seconds, 0: not said
		refusals   int // before it answers
		pauses     []time.Duration
		whole      bool
	}{
		{"429 soon", 429, 2, 1, []time.Duration{2 * time.Second}, true},
		{"503 soon", 503, 5, 1, []time.Duration{5 * time.Second}, true},
		{"twice", 429, 2, 2, []time.Duration{2 * time.Second}, false},
		{"429 late", 429, 6, 1, nil, false},
		{"429 without a time", 429, 0, 1, nil, false},
		{"another error", 500, 2, 1, nil, false},
		{"a wrong key", 401, 2, 1, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachVoice(t, func(t *testing.T, v voice) {
				refusals := 0
				m := connect(t, v, func(w http.ResponseWriter, r *http.Request) {
					if refusals == c.refusals {
						saying(v.text("all"), v.stop(v.whole), v.end)(w, r)
						return
					}
					refusals++
					after := ""
					if c.retryAfter > 0 {
						after = strconv.Itoa(c.retryAfter)
					}
					refusing(c.status, after, "")(v)(w, r)
				})
				var pauses []time.Duration
				llm.SetSleep(m, func(_ context.Context, d time.Duration) error {
					pauses = append(pauses, d)
					return nil
				})
				text, _, err := read(t, m.Stream(t.Context(), question))
				if diff := cmp.Diff(c.pauses, pauses); diff != "" {
					t.Error(diff)
				}
				var refusal *llm.ProviderError
				if c.whole && (text != "all" || err != nil) || !c.whole && (!errors.As(err, &refusal) || refusal.Status != c.status) {
					t.Errorf("text %q, error %v", text, err)
				}
			})
		})
	}
}

// TestPauseEnds: a reader who leaves does not wait it out.
func TestPauseEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m := connect(t, voices[0], func(w http.ResponseWriter, r *http.Request) {
		refusing(429, "5", "")(voices[0])(w, r)
		cancel()
	})
	if _, _, err := read(t, m.Stream(ctx, question)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
