package embed_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chuchu/rag/embed"
)

// A server is an embedding server that plays replies, one a request, the last one
// again and again, and keeps what it was asked.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	replies  []http.HandlerFunc
	requests []request
}

type request struct {
	path, authorization, organization string
	texts                             []string
	dimensions                        int
}

func newServer(t *testing.T, replies ...http.HandlerFunc) *server {
	t.Helper()
	s := &server{replies: replies}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var asked struct {
		Input      any
		Dimensions int
	}
	_ = json.Unmarshal(body, &asked)
	s.mu.Lock()
	s.requests = append(s.requests, request{
		r.URL.Path, r.Header.Get("Authorization"), r.Header.Get("OpenAI-Organization"), inputs(asked.Input), asked.Dimensions,
	})
	reply := s.replies[0]
	if len(s.replies) > 1 {
		s.replies = s.replies[1:]
	}
	s.mu.Unlock()
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	reply(w, r)
}

func inputs(v any) []string {
	if one, ok := v.(string); ok {
		return []string{one}
	}
	var texts []string
	list, _ := v.([]any)
	for _, x := range list {
		texts = append(texts, x.(string))
	}
	return texts
}

func (s *server) asked() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// good replies, in the form of the path, with [runes of the text, 1] for each.
func good(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Input any }
	_ = json.NewDecoder(r.Body).Decode(&asked)
	var vectors []string
	for _, text := range inputs(asked.Input) {
		vectors = append(vectors, fmt.Sprintf("[%d,1]", len([]rune(text))))
	}
	vectorsReply(vectors...)(w, r)
}

func vectorsReply(vectors ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/api/embed") {
			fmt.Fprintf(w, `{"embeddings":[%s]}`, strings.Join(vectors, ","))
			return
		}
		for i, v := range vectors {
			vectors[i] = fmt.Sprintf(`{"index":%d,"embedding":%s}`, i, v)
		}
		fmt.Fprintf(w, `{"data":[%s]}`, strings.Join(vectors, ","))
	}
}

func status(code int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	fmt.Fprint(w, `{"data":[`)
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// options of provider at the server.
func options(provider, url string) embed.Options {
	opt := embed.Defaults()
	opt.Provider, opt.Model, opt.URL = provider, "m", url
	return opt
}

// newServed returns an embedder that does not really wait, and its waits.
func newServed(t *testing.T, opt embed.Options) (embed.Embedder, *[]time.Duration) {
	t.Helper()
	e, err := embed.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	waits := new([]time.Duration)
	embed.SleepBy(e, func(ctx context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return ctx.Err()
	})
	return e, waits
}

func eachProvider(t *testing.T, f func(t *testing.T, provider string)) {
	for _, provider := range []string{"ollama", "openai"} {
		t.Run(provider, func(t *testing.T) { f(t, provider) })
	}
}

func TestServedEmbeds(t *testing.T) {
	eachProvider(t, func(t *testing.T, provider string) {
		s := newServer(t, good)
		e, waits := newServed(t, options(provider, s.URL))
		texts := []string{"一", "第一行\n第二行", "三个字"}
		vectors, err := e.Passages(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		for i, runes := range []float64{1, 7, 3} {
			length := math.Hypot(runes, 1)
			if v := vectors[i]; math.Abs(float64(v[0])-runes/length) > 1e-6 || math.Abs(float64(v[1])-1/length) > 1e-6 {
				t.Errorf("vector %d is %v", i, v)
			}
		}
		var sent []string
		for _, r := range s.asked() {
			sent = append(sent, r.texts...)
		}
		if !slices.Equal(sent, texts) || texts[1] != "第一行\n第二行" {
			t.Errorf("sent %q of %q", sent, texts)
		}
		if len(*waits) != 0 {
			t.Errorf("waited %v", *waits)
		}
	})
}

func TestServedBatches(t *testing.T) {
	for provider, want := range map[string][]int{"openai": {2, 2, 1}, "ollama": {1, 1, 1, 1, 1}} {
		s := newServer(t, good)
		opt := options(provider, s.URL)
		opt.Batch = 2
		e, _ := newServed(t, opt)
		if vectors, err := e.Passages(t.Context(), []string{"a", "b", "c", "d", "e"}); err != nil || len(vectors) != 5 {
			t.Fatalf("%d vectors, error %v", len(vectors), err)
		}
		var sizes []int
		for _, r := range s.asked() {
			sizes = append(sizes, len(r.texts))
		}
		if !slices.Equal(sizes, want) {
			t.Errorf("%s: batches of %v, want %v", provider, sizes, want)
		}
	}
}

func TestServedQueryHasItsPrefix(t *testing.T) {
	eachProvider(t, func(t *testing.T, provider string) {
		s := newServer(t, good)
		opt := options(provider, s.URL)
		opt.QueryPrefix = "query: "
		e, _ := newServed(t, opt)
		query(t, e, "云")
		passage(t, e, "云")
		if r := s.asked(); r[0].texts[0] != "query: 云" || r[1].texts[0] != "云" {
			t.Errorf("asked %+v", r)
		}
	})
}

func TestServedFingerprint(t *testing.T) {
	eachProvider(t, func(t *testing.T, provider string) {
		s := newServer(t, good)
		e, _ := newServed(t, options(provider, s.URL))
		want := embed.Fingerprint{Name: provider + "/m", Dimension: 2, Version: "1"}
		for range 2 {
			if got, err := e.Fingerprint(t.Context()); err != nil || got != want {
				t.Errorf("fingerprint %v, error %v", got, err)
			}
		}
		if n := len(s.asked()); n != 1 {
			t.Errorf("%d requests for the dimension", n)
		}
		opt := options(provider, s.URL)
		opt.Dimension = 768
		e, _ = newServed(t, opt)
		if got, err := e.Fingerprint(t.Context()); err != nil || got.Dimension != 768 {
			t.Errorf("fingerprint %v, error %v", got, err)
		}
		if n := len(s.asked()); n != 1 {
			t.Error("asked for a dimension that is set")
		}
	})
}

func TestOpenAIAsksForTheDimension(t *testing.T) {
	s := newServer(t, good)
	opt := options("openai", s.URL+"/v1")
	opt.Dimension = 2
	e, _ := newServed(t, opt)
	passage(t, e, "云")
	if r := s.asked()[0]; r.dimensions != 2 || r.path != "/v1/embeddings" {
		t.Errorf("asked %+v", r)
	}
}

func TestServedFailures(t *testing.T) {
	cases := map[string]struct {
		replies   []http.HandlerFunc
		status    int
		message   string
		after     int
		requests  int // of Passages
		dimension int
	}{
		"fewer vectors":    {replies: []http.HandlerFunc{vectorsReply()}, status: 200, message: "not in the form of the provider's embeddings (", requests: 1},
		"more vectors":     {replies: []http.HandlerFunc{vectorsReply("[1,1]", "[1,1]")}, status: 200, requests: 1},
		"wrong dimension":  {replies: []http.HandlerFunc{vectorsReply("[1,2,3]")}, dimension: 2, status: 200, message: "3 numbers, not 2", requests: 1},
		"zero vector":      {replies: []http.HandlerFunc{vectorsReply("[0,0]")}, status: 200, message: "vector 1 is zero", requests: 1},
		"empty vector":     {replies: []http.HandlerFunc{vectorsReply("[]")}, status: 200, message: "vector 1 is zero", requests: 1},
		"no number":        {replies: []http.HandlerFunc{vectorsReply("[1e999,1]")}, status: 200, message: "not in the form", requests: 1},
		"malformed JSON":   {replies: []http.HandlerFunc{status(200, "{data")}, status: 200, message: "not in the form", requests: 1},
		"a page":           {replies: []http.HandlerFunc{status(200, "<html>")}, status: 200, message: "see that url and provider are right", requests: 1},
		"bad key":          {replies: []http.HandlerFunc{status(401, `{"error":{"message":"Invalid API Key"}}`)}, status: 401, message: "Invalid API Key; see that the key", requests: 1},
		"no model":         {replies: []http.HandlerFunc{status(404, `{"error":"model \"m\" not found"}`)}, status: 404, message: `model "m" not found; see that model`, requests: 1},
		"bad request":      {replies: []http.HandlerFunc{status(400, strings.Repeat("字", 1000))}, status: 400, message: strings.Repeat("字", 300) + "…", requests: 1},
		"not implemented":  {replies: []http.HandlerFunc{status(501, ``)}, status: 501, message: "501 Not Implemented", requests: 1},
		"moved":            {replies: []http.HandlerFunc{status(307, ``, "Location", "http://127.0.0.1:1/")}, status: 307, message: "set url to where it points", requests: 1},
		"broken server":    {replies: []http.HandlerFunc{status(500, `{"error":{"message":"out of memory"}}`)}, status: 500, message: "out of memory", requests: 6},
		"cut off":          {replies: []http.HandlerFunc{hangUp}, status: 0, message: "it broke off", requests: 6},
		"busy for an hour": {replies: []http.HandlerFunc{status(429, `slow down`, "Retry-After", "3600")}, status: 429, message: "slow down", after: 3600, requests: 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			eachProvider(t, func(t *testing.T, provider string) {
				s := newServer(t, c.replies...)
				s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
				opt := options(provider, s.URL)
				opt.Dimension = c.dimension
				e, _ := newServed(t, opt)
				vectors, err := e.Passages(t.Context(), []string{"云"})
				var failure *embed.ServerError
				if !errors.As(err, &failure) || vectors != nil {
					t.Fatalf("%v, error %v", vectors, err)
				}
				if failure.Status != c.status || failure.RetryAfter != c.after || !strings.Contains(failure.Message, c.message) {
					t.Errorf("error %+v", *failure)
				}
				if n := len(s.asked()); n != c.requests {
					t.Errorf("%d requests, want %d", n, c.requests)
				}
			})
		})
	}
}

// The dimension of the first reply holds from then on.
func TestServedDimensionMayNotChange(t *testing.T) {
	s := newServer(t, vectorsReply("[1,2]"), vectorsReply("[1,2,3]"))
	e, _ := newServed(t, options("ollama", s.URL))
	if _, err := e.Passages(t.Context(), []string{"a", "b"}); err == nil || !strings.Contains(err.Error(), "texts 2 to 2 of 2: vector 1 has 3 numbers, not 2") {
		t.Errorf("error %v", err)
	}
}

func TestServedTriesAgain(t *testing.T) {
	eachProvider(t, func(t *testing.T, provider string) {
		s := newServer(t,
			status(429, `{}`, "Retry-After", "7"),
			status(503, `{}`, "Retry-After", time.Now().Add(30*time.Second).UTC().Format(http.TimeFormat)),
			status(500, `{}`),
			hangUp,
			good)
		s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		e, waits := newServed(t, options(provider, s.URL))
		passage(t, e, "云")
		if len(*waits) != 4 {
			t.Fatalf("waits %v", *waits)
		}
		if w := *waits; w[0] != 7*time.Second || w[1] < 25*time.Second || w[1] > 30*time.Second || w[2] <= 0 || w[2] > 3*time.Second {
			t.Errorf("waits %v", w)
		}
	})
}

func TestServedDown(t *testing.T) {
	eachProvider(t, func(t *testing.T, provider string) {
		s := newServer(t, good)
		s.Close()
		e, waits := newServed(t, options(provider, s.URL))
		for _, ask := range map[int]func() error{
			5: func() error { _, err := e.Passages(t.Context(), []string{"云"}); return err },
			2: func() error { _, err := e.Query(t.Context(), "云"); return err },
			3: func() error { _, err := e.Fingerprint(t.Context()); return err },
		} {
			err := ask()
			var failure *embed.ServerError
			if !errors.As(err, &failure) || failure.Status != 0 || !strings.Contains(failure.Message, "no reply from 127.0.0.1") {
				t.Errorf("error %v", err)
			}
		}
		if len(*waits) != 5+2+2 {
			t.Errorf("waits %v", *waits)
		}
	})
}

// waiting replies when the client has left; it says that a request came.
func waiting(came chan<- struct{}) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) {
		came <- struct{}{}
		<-r.Context().Done()
	}
}

func TestServedEndsWithItsContext(t *testing.T) {
	eachProvider(t, func(t *testing.T, provider string) {
		came := make(chan struct{}, 1)
		s := newServer(t, waiting(came))
		e, waits := newServed(t, options(provider, s.URL))
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-came; cancel() }()
		if _, err := e.Passages(ctx, []string{"云"}); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if len(*waits) != 0 {
			t.Errorf("waited %v after the caller had left", *waits)
		}
	})
}

func TestServedEndsWhileItWaits(t *testing.T) {
	s := newServer(t, status(503, ``))
	e, err := embed.New(options("openai", s.URL))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	embed.SleepBy(e, func(ctx context.Context, _ time.Duration) error {
		cancel()
		return ctx.Err()
	})
	if _, err := e.Query(ctx, "云"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// What got no reply in time is tried again for passages, never while somebody
// waits.
func TestServedRequestTimesOut(t *testing.T) {
	eachProvider(t, func(t *testing.T, provider string) {
		came := make(chan struct{}, 8)
		s := newServer(t, waiting(came))
		opt := options(provider, s.URL)
		opt.Timeout = "20ms"
		e, waits := newServed(t, opt)
		for _, c := range []struct {
			ask   func() error
			waits int // in all
		}{
			{func() error { _, err := e.Query(t.Context(), "云"); return err }, 0},
			{func() error { _, err := e.Fingerprint(t.Context()); return err }, 0},
			{func() error { _, err := e.Passages(t.Context(), []string{"云"}); return err }, 5},
		} {
			err := c.ask()
			var failure *embed.ServerError
			if !errors.As(err, &failure) || !strings.Contains(failure.Message, "no reply within 20ms") || len(*waits) != c.waits {
				t.Errorf("error %v, waits %v", err, *waits)
			}
		}
	})
}

// After a query that failed, the next are tried once, until one succeeds.
func TestServedMute(t *testing.T) {
	eachProvider(t, func(t *testing.T, provider string) {
		down := status(503, ``)
		s := newServer(t, down, down, down, down, down, good, down, down, down)
		e, waits := newServed(t, options(provider, s.URL))
		for i, want := range []int{2, 2, 2, 2, 4} { // waits in all
			_, err := e.Query(t.Context(), "云")
			if (err == nil) != (i == 3) || len(*waits) != want {
				t.Errorf("query %d: error %v, waits %v", i, err, *waits)
			}
		}
	})
}

func TestServedKeepsTheKey(t *testing.T) {
	const key = "sk-secret-0123456789"
	t.Setenv("EMBED_KEY", key)
	t.Setenv("OPENAI_API_KEY", "sk-of-another-server")
	t.Setenv("OPENAI_ORGANIZATION", "org-of-another-server")
	eachProvider(t, func(t *testing.T, provider string) {
		s := newServer(t,
			status(401, `{"error":{"message":"Incorrect API key provided: `+key+`"}}`),
			status(401, strings.Repeat("x", 290)+key),
			status(200, key))
		opt := options(provider, s.URL)
		opt.APIKeyEnv = "EMBED_KEY"
		e, _ := newServed(t, opt)
		for range 3 {
			_, err := e.Query(t.Context(), "云")
			if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, errors.Unwrap(err)), key[:8]) {
				t.Errorf("error %v", err)
			}
		}
		if shown := fmt.Sprintf("%v %+v", opt, opt); strings.Contains(shown, key) {
			t.Errorf("options show %s", shown)
		}
		opt.APIKeyEnv = ""
		e, _ = newServed(t, opt)
		_, _ = e.Query(t.Context(), "云")
		r := s.asked()
		if r[0].authorization != "Bearer "+key || r[3].authorization != "" || r[3].organization != "" {
			t.Errorf("asked %+v", r)
		}
	})
}
