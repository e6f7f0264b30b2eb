package llm_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuchu/rag/llm"
)

func TestWholeReply(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		m := connect(t, v, saying(v.noise, v.text("今年"), v.noise, v.text(""), v.text("约为 3,000 亿元。"), v.stop(v.whole), v.end))
		text, usage, err := read(t, m.Stream(t.Context(), question))
		if err != nil || text != "今年约为 3,000 亿元。" {
			t.Errorf("text %q, error %v", text, err)
		}
		if want := (llm.Usage{InputTokens: 11, OutputTokens: 7}); usage != want {
			t.Errorf("usage %+v, want %+v", usage, want)
		}
		if want := (llm.Info{Provider: v.provider, Name: "m", Room: 16384 - 16384/8 - 1024}); m.Info() != want {
			t.Errorf("info %+v", m.Info())
		}
	})
}

// TestEndings: what a server sends, what comes out before the end, and the end.
func TestEndings(t *testing.T) {
	type ending struct {
		name   string
		stream func(v voice) []string
		text   string
		err    error // nil: whole
	}
	endings := []ending{
		{"nothing at all", func(v voice) []string { return nil }, "", llm.ErrCut},
		{"noise only", func(v voice) []string { return []string{v.noise} }, "", llm.ErrCut},
		{"no reason to stop", func(v voice) []string { return []string{v.text("half")} }, "half", llm.ErrCut},
		{"length limit", func(v voice) []string { return []string{v.text("half"), v.stop(v.length), v.end} }, "half", llm.ErrCut},
		{"filtered", func(v voice) []string { return []string{v.text("half"), v.stop("content_filter"), v.end} }, "half", llm.ErrCut},
		{"empty", func(v voice) []string { return []string{v.stop(v.whole), v.end} }, "", llm.ErrEmpty},
		{"blanks", func(v voice) []string { return []string{v.text(" \n"), v.stop(v.whole), v.end} }, "", llm.ErrEmpty},
		{"no end mark", func(v voice) []string { return []string{v.text("all"), v.stop(v.whole)} }, "all", nil},
		{"reasoning apart", func(v voice) []string {
			return []string{v.think("let me see"), v.text("all"), v.think("hm"), v.stop(v.whole), v.end}
		}, "all", nil},
		{"reasoning only", func(v voice) []string { return []string{v.think("let me see"), v.stop(v.whole), v.end} }, "", llm.ErrEmpty},
		{"reasoning before", func(v voice) []string {
			return []string{v.text("<th"), v.text("ink>let me"), v.text(" see</thin"), v.text("k>\n\nall"), v.stop(v.whole), v.end}
		}, "all", nil},
		{"reasoning inside", func(v voice) []string {
			return []string{v.text("one <think>x</think>two"), v.text(" <thinking>y</thinking>< 3"), v.stop(v.whole), v.end}
		}, "one two < 3", nil},
		{"reasoning unclosed", func(v voice) []string { return []string{v.text("<think>let me see"), v.stop(v.whole), v.end} }, "", llm.ErrEmpty},
		{"reasoning unclosed after text", func(v voice) []string { return []string{v.text("half <think>let"), v.stop(v.whole), v.end} }, "half ", llm.ErrCut},
		{"held at the end", func(v voice) []string { return []string{v.text("a <thin"), v.stop(v.whole), v.end} }, "a <thin", nil},
		{"a long line", func(v voice) []string {
			return []string{v.text(strings.Repeat("云计算\"", 50_000)), v.stop(v.whole), v.end}
		}, strings.Repeat("云计算\"", 50_000), nil},
	}
	for _, e := range endings {
		t.Run(e.name, func(t *testing.T) {
			eachVoice(t, func(t *testing.T, v voice) {
				m := connect(t, v, saying(e.stream(v)...))
				text, _, err := read(t, m.Stream(t.Context(), question))
				if text != e.text {
					t.Errorf("text %.60q, want %.60q", text, e.text)
				}
				if !errors.Is(err, e.err) {
					t.Errorf("error %v, want %v", err, e.err)
				}
				if _, _, err := llm.Text(t.Context(), m, question); !errors.Is(err, e.err) {
					t.Errorf("Text: error %v, want %v", err, e.err)
				}
			})
		})
	}
}

// TestLengthLimit: the error names what can be set.
func TestLengthLimit(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		m := connect(t, v, saying(v.text("half"), v.stop(v.length), v.end))
		_, _, err := read(t, m.Stream(t.Context(), question))
		if want := "the model's reply was cut off: it reached max_tokens or the end of its context"; err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	})
}

func TestOnlyEndMark(t *testing.T) {
	m := connect(t, voices[0], saying(voices[0].text("all"), voices[0].end))
	if text, _, err := read(t, m.Stream(t.Context(), question)); text != "all" || err != nil {
		t.Errorf("text %q, error %v", text, err)
	}
}

func TestUnstreamedReply(t *testing.T) {
	m := connect(t, voices[0], saying(`{"choices":[{"index":0,"message":{"role":"assistant","content":"all"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1}}`))
	text, usage, err := read(t, m.Stream(t.Context(), question))
	if text != "all" || err != nil || usage.InputTokens != 3 {
		t.Errorf("text %q, usage %+v, error %v", text, usage, err)
	}
}

func TestConnectionCut(t *testing.T) {
	for name, before := range map[string]int{"before the first token": 0, "in the middle": 2} {
		t.Run(name, func(t *testing.T) {
			eachVoice(t, func(t *testing.T, v voice) {
				m := connect(t, v, func(w http.ResponseWriter, r *http.Request) {
					w.WriteHeader(http.StatusOK)
					for range before {
						fmt.Fprint(w, v.text("half "))
					}
					w.(http.Flusher).Flush()
					panic(http.ErrAbortHandler)
				})
				text, _, err := read(t, m.Stream(t.Context(), question))
				if want := strings.Repeat("half ", before); text != want || !errors.Is(err, llm.ErrCut) {
					t.Errorf("text %q, error %v; want %q, %v", text, err, want, llm.ErrCut)
				}
			})
		})
	}
}

func TestRefusals(t *testing.T) {
	contextTooLong := `{"error":{"code":400,"message":"request (10823 tokens) exceeds the available context size (2048 tokens)","type":"exceed_context_size_error"}}`
	for _, c := range []struct {
		name   string
		status int
		header http.Header
		body   string
		want   llm.ProviderError
	}{
		{"wrong key", 401, nil, `{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}`, llm.ProviderError{Status: 401, Message: "Invalid API Key"}},
		{"rate limit", 429, http.Header{"Retry-After": {"7"}}, `{"error":{"message":"slow down"}}`, llm.ProviderError{Status: 429, Message: "slow down", RetryAfter: 7}},
		{"rate limit until", 429, http.Header{"Retry-After": {"Tue, 01 Oct 2024 08:00:30 GMT"}, "Date": {"Tue, 01 Oct 2024 08:00:00 GMT"}}, `{"message":"slow down"}`, llm.ProviderError{Status: 429, Message: "slow down", RetryAfter: 30}},
		{"broken", 500, nil, "boom\nat line 3\x00", llm.ProviderError{Status: 500, Message: "boom at line 3"}},
		{"a page", 502, nil, "<html><h1>Bad Gateway</h1>", llm.ProviderError{Status: 502, Message: "Bad Gateway"}},
		{"too long", 400, nil, contextTooLong, llm.ProviderError{Status: 400, Message: "request (10823 tokens) exceeds the available context size (2048 tokens)", TooLong: true}},
		{"unknown model", 404, nil, `{"error":"model 'nope' not found"}`, llm.ProviderError{Status: 404, Message: "model 'nope' not found"}},
		{"a foreign host", 403, nil, "", llm.ProviderError{Status: 403, Message: "Forbidden"}},
		{"overloaded", 529, nil, "", llm.ProviderError{Status: 529, Message: "it gave no reason"}},
		{"detail", 422, nil, `{"detail":"no"}`, llm.ProviderError{Status: 422, Message: "no"}},
		{"type only", 400, nil, `{"error":{"type":"bad_thing"}}`, llm.ProviderError{Status: 400, Message: "bad_thing"}},
		{"broken JSON", 400, nil, `{"error":{"mess`, llm.ProviderError{Status: 400, Message: `{"error":{"mess`}},
		{"elsewhere", 307, http.Header{"Location": {"https://other.example/v1"}}, "", llm.ProviderError{Status: 307, Message: "it redirects to other.example; if that is the right server, configure its URL"}},
		{"long", 500, nil, strings.Repeat("云", 1000), llm.ProviderError{Status: 500, Message: strings.Repeat("云", 300) + "…"}},
		{"a web page", 200, http.Header{"Content-Type": {"text/html; charset=utf-8"}}, "<html>log in</html>", llm.ProviderError{Status: 200, Message: "it sent a web page, not a reply; check the URL, which often ends in /v1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachVoice(t, func(t *testing.T, v voice) {
				m := connect(t, v, func(w http.ResponseWriter, r *http.Request) {
					for k, v := range c.header {
						w.Header()[k] = v
					}
					w.WriteHeader(c.status)
					fmt.Fprint(w, c.body)
				})
				text, _, err := read(t, m.Stream(t.Context(), question))
				var got *llm.ProviderError
				if text != "" || !errors.As(err, &got) {
					t.Fatalf("text %q, error %v", text, err)
				}
				if diff := cmp.Diff(c.want, *got); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestErrorInsideStream(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		for name, line := range map[string]string{
			"said":      v.fault("the runner died"),
			"malformed": strings.Replace(v.text("x"), `"x"`, `"x`, 1),
		} {
			m := connect(t, v, saying(v.text("half"), line, v.text("more"), v.stop(v.whole), v.end))
			text, _, err := read(t, m.Stream(t.Context(), question))
			var got *llm.ProviderError
			if text != "half" || !errors.As(err, &got) || got.Status != 200 {
				t.Errorf("%s: text %q, error %v", name, text, err)
			}
			if name == "said" && got.Message != "the runner died" {
				t.Errorf("message %q", got.Message)
			}
		}
	})
}

func TestServerDown(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		server := httptest.NewServer(http.NotFoundHandler())
		server.Close()
		_, _, err := read(t, connectURL(t, v, server.URL).Stream(t.Context(), question))
		var got *llm.ProviderError
		if !errors.As(err, &got) || got.Status != 0 || !strings.HasSuffix(got.Message, "cannot be reached: connection refused") {
			t.Errorf("error %v", err)
		}
	})
}

// waiting says a little and then nothing until the request's context ends, which
// it reports.
func waiting(gone chan<- struct{}, stream ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // net/http sees a client leave only once the body is read
		w.WriteHeader(http.StatusOK)
		saying(append(stream, "")...)(w, r)
		<-r.Context().Done()
		gone <- struct{}{}
	}
}

func TestTimeouts(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		for _, c := range []struct {
			name    string
			stream  []string
			options func(*llm.Options)
			text    string
			err     error
		}{
			{"first token", []string{v.noise}, func(o *llm.Options) { o.FirstToken = "1ms" }, "", llm.ErrTimeout},
			{"silence", []string{v.text("half")}, func(o *llm.Options) { o.Silence = "1ms" }, "half", llm.ErrTimeout},
			{"silence of a reasoning model", []string{v.think("let me see")}, func(o *llm.Options) { o.Silence = "1ms" }, "", llm.ErrTimeout},
			{"open after the reason to stop", []string{v.text("all"), v.stop(v.whole)}, func(o *llm.Options) { o.Silence = "50ms" }, "all", nil},
		} {
			gone := make(chan struct{}, 1)
			m := connect(t, v, waiting(gone, c.stream...), c.options)
			text, _, err := read(t, m.Stream(t.Context(), question))
			// The server may never have seen a request that was given up at once: it is
			// not waited for.
			if text != c.text || !errors.Is(err, c.err) {
				t.Errorf("%s: text %q, error %v", c.name, text, err)
			}
		}
	})
}

func TestCallerLeaves(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		gone := make(chan struct{}, 1)
		m := connect(t, v, waiting(gone, v.text("one"), v.text("two")))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var err error
		for _, e := range m.Stream(ctx, question) {
			cancel()
			err = e
		}
		<-gone
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if _, _, err := read(t, m.Stream(ctx, question)); !errors.Is(err, context.Canceled) {
			t.Errorf("with a context that has ended: %v", err)
		}
	})
}

func TestBreakEndsRequest(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		gone := make(chan struct{}, 1)
		m := connect(t, v, waiting(gone, v.text("one"), v.text("two")), func(o *llm.Options) { o.Concurrent = 1 })
		for range 2 { // the place at the gate is free again
			for chunk, err := range m.Stream(t.Context(), question) {
				if chunk.Text != "one" || err != nil {
					t.Errorf("chunk %+v, error %v", chunk, err)
				}
				break
			}
			<-gone
		}
	})
}

// TestPull: the loop body runs where the loop stands, whatever goroutine the
// library calls from.
func TestPull(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		gone := make(chan struct{}, 1)
		m := connect(t, v, waiting(gone, v.text("one"), v.text("two")))
		next, stop := iter.Pull2(m.Stream(t.Context(), question))
		if chunk, err, ok := next(); chunk.Text != "one" || err != nil || !ok {
			t.Errorf("chunk %+v, error %v", chunk, err)
		}
		stop()
		<-gone
	})
}

func TestPanicOfConsumerGoesOn(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		gone := make(chan struct{}, 1)
		m := connect(t, v, waiting(gone, v.text("one")))
		defer func() {
			if p := recover(); p != "mine" {
				t.Errorf("recovered %v", p)
			}
			<-gone
		}()
		for range m.Stream(t.Context(), question) {
			panic("mine")
		}
	})
}

func TestGate(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		gone := make(chan struct{}, 1)
		m := connect(t, v, waiting(gone, v.text("one")), func(o *llm.Options) { o.Concurrent = 1 })
		for range m.Stream(t.Context(), question) {
			if err := impatient(t, m); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a second call got past the gate: %v", err)
			}
			break
		}
		<-gone
	})
}

// impatient asks with next to no time.
func impatient(t *testing.T, m llm.Model) error {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, _, err := read(t, m.Stream(ctx, question))
	return err
}

// TestReasoningOpenedByTemplate: the tag that opens the reasoning stands in the
// prompt, so only its end is seen. The first reply cannot be saved, the next can.
func TestReasoningOpenedByTemplate(t *testing.T) {
	eachVoice(t, func(t *testing.T, v voice) {
		replies := [][]string{
			{v.text("let me see</think>all")},
			{v.text("let me see"), v.text(" again</th"), v.text("ink>all"), v.text("!")},
			{v.text("no reasoning "), v.text("this time <thin")},
			{v.text("<think>marked</think>all")},
		}
		m := connect(t, v, func(w http.ResponseWriter, r *http.Request) {
			stream := append(replies[0], v.stop(v.whole), v.end)
			replies = replies[1:] // before the reply ends, and the next request comes
			saying(stream...)(w, r)
		})
		if _, _, err := read(t, m.Stream(t.Context(), question)); !errors.Is(err, llm.ErrCut) {
			t.Errorf("error %v", err)
		}
		for _, want := range []string{"all!", "no reasoning this time <thin", "all"} {
			if text, _, err := read(t, m.Stream(t.Context(), question)); text != want || err != nil {
				t.Errorf("text %q, error %v; want %q", text, err, want)
			}
		}
	})
}
