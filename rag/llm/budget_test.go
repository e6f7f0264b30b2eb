package llm_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuchu/rag/llm"
)

// evening is 90 s before the day ends in UTC.
func evening() time.Time { return time.Date(2024, 10, 1, 23, 58, 30, 0, time.UTC) }

// budgeted returns a model with budgets, the number of requests its server got,
// and what it was told to keep. Each call uses 18 tokens, and could use 64: the
// 14 of the question and the 50 of an answer.
func budgeted(t *testing.T, v voice, now func() time.Time, changes ...func(*llm.Options)) (m llm.Model, asked *int, kept *[]llm.Tally) {
	t.Helper()
	asked, kept = new(int), new([]llm.Tally)
	handler := saying(v.noise, v.text("all"), v.stop(v.whole), v.end)
	m = connect(t, v, func(w http.ResponseWriter, r *http.Request) {
		*asked++
		handler(w, r)
	}, append(changes, func(o *llm.Options) {
		o.MaxTokens = 50
		o.Keep = func(ctx context.Context, tally llm.Tally) {
			if ctx.Err() != nil {
				t.Error("what was used is kept also when the caller has left")
			}
			*kept = append(*kept, tally)
		}
	})...)
	llm.SetNow(m, now)
	return m, asked, kept
}

func TestDayBudget(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		clock := evening()
		m, asked, kept := budgeted(t, v, func() time.Time { return clock }, func(o *llm.Options) { o.DayTokens = 99 })
		for range 2 {
			if text, _, err := read(t, m.Stream(t.Context(), question)); text != "all" || err != nil {
				t.Fatalf("text %q, error %v", text, err)
			}
		}
		_, _, err := read(t, m.Stream(t.Context(), question))
		var spent *llm.BudgetError
		if !errors.As(err, &spent) || *asked != 2 {
			t.Fatalf("error %v after %d requests", err, *asked)
		}
		if diff := cmp.Diff(llm.BudgetError{Limit: 99, Need: 64, RetryAfter: 91}, *spent); diff != "" {
			t.Error(diff)
		}
		clock = clock.Add(spent.Wait())
		if _, _, err := read(t, m.Stream(t.Context(), question)); err != nil {
			t.Errorf("the next day: %v", err)
		}
		want := []llm.Tally{{Day: "2024-10-01", Tokens: 18}, {Day: "2024-10-01", Tokens: 36}, {Day: "2024-10-02", Tokens: 18}}
		if diff := cmp.Diff(want, *kept); diff != "" {
			t.Errorf("kept: %s", diff)
		}
	})
}

// TestDayBudgetGoesOn: what was used before a start counts, of the same day.
func TestDayBudgetGoesOn(t *testing.T) {
	for day, want := range map[string]bool{"2024-10-01": false, "2024-09-30": true} {
		m, _, _ := budgeted(t, voices[0], evening, func(o *llm.Options) {
			o.DayTokens, o.Earlier = 100, llm.Tally{Day: day, Tokens: 99}
		})
		_, _, err := read(t, m.Stream(t.Context(), question))
		if (err == nil) != want {
			t.Errorf("99 of 100 tokens used on %s: %v", day, err)
		}
	}
}

// TestDayBudgetIsHeld: what a running call could use is not given to another, and
// most of it is free again when it ends, however it does.
func TestDayBudgetIsHeld(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		m, _, kept := budgeted(t, v, evening, func(o *llm.Options) { o.DayTokens = 120 })
		for range m.Stream(t.Context(), question) {
			_, _, err := read(t, m.Stream(t.Context(), question))
			var busy *llm.BudgetError
			if !errors.As(err, &busy) || busy.RetryAfter != 10 {
				t.Errorf("error %v", err)
			}
			break
		}
		if _, _, err := read(t, m.Stream(t.Context(), question)); err != nil {
			t.Errorf("after the reader left: %v", err)
		}
		if len(*kept) != 2 || (*kept)[0].Tokens == 0 {
			t.Errorf("kept %v; a reply that was left costs what came of it", *kept)
		}
	})
}

func TestRequestBudget(t *testing.T) {
	m, asked, kept := budgeted(t, voices[0], evening, func(o *llm.Options) { o.RequestTokens = 63 })
	_, _, err := read(t, m.Stream(t.Context(), question))
	var over *llm.BudgetError
	if !errors.As(err, &over) || *over != (llm.BudgetError{Limit: 63, Need: 64}) || *asked != 0 {
		t.Errorf("error %v after %d requests", err, *asked)
	}
	shorter := question
	shorter.MaxTokens = 49
	if _, _, err := read(t, m.Stream(t.Context(), shorter)); err != nil || len(*kept) != 0 {
		t.Errorf("error %v, kept %v where no day is limited", err, *kept)
	}
}

// TestRefusedCostsNothing: neither a server that says no nor one that is not there.
func TestRefusedCostsNothing(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		var kept []llm.Tally
		options := func(o *llm.Options) {
			o.MaxTokens, o.DayTokens = 50, 100
			o.Keep = func(_ context.Context, tally llm.Tally) { kept = append(kept, tally) }
		}
		for _, m := range []llm.Model{
			connect(t, v, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, options),
			connectURL(t, v, "http://127.0.0.1:1", options),
		} {
			for range 3 {
				var failure *llm.ProviderError
				if _, _, err := read(t, m.Stream(t.Context(), question)); !errors.As(err, &failure) {
					t.Errorf("error %v", err)
				}
			}
		}
		if len(kept) != 0 {
			t.Errorf("kept %v", kept)
		}
	})
}

func TestTally(t *testing.T) {
	for _, want := range []llm.Tally{{Day: "2024-10-01", Tokens: 12345}, {Day: "2024-10-01"}} {
		if got, err := llm.ParseTally(want.String()); got != want || err != nil {
			t.Errorf("%v became %v, %v", want, got, err)
		}
	}
	if got, err := llm.ParseTally(""); got != (llm.Tally{}) || err != nil {
		t.Errorf("of nothing: %v, %v", got, err)
	}
}

// FuzzTally: what is read is what was written, and nothing else is read.
func FuzzTally(f *testing.F) {
	for _, s := range []string{"", "2024-10-01 12345", "2024-10-01 -1", "2024-10-01", "today 1", "2024-10-01 1 2", "2024-02-30 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tally, err := llm.ParseTally(s)
		if err != nil {
			return
		}
		again, err := llm.ParseTally(tally.String())
		if s != "" && (again != tally || err != nil || tally.Tokens < 0) {
			t.Errorf("%q became %v, then %v, %v", s, tally, again, err)
		}
	})
}

func TestRoom(t *testing.T) {
	for _, c := range []struct{ context, maxTokens, requestTokens, want int }{
		{16384, 1024, 0, 13312},
		{16384, 1024, 6000, 4976},
		{4096, 1024, 100000, 2560},
		{1100, 1024, 0, 1},
	} {
		m := connectURL(t, voices[0], "http://127.0.0.1:1", func(o *llm.Options) {
			o.Context, o.MaxTokens, o.RequestTokens = c.context, c.maxTokens, c.requestTokens
		})
		if got := m.Info().Room; got != c.want {
			t.Errorf("%+v: room for %d", c, got)
		}
	}
}
