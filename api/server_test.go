package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chuchu/api"
	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/rag"
	"chuchu/rag/embed"
	"chuchu/rag/llm"
)

// fakeEngine is an engine made of functions.
type fakeEngine struct {
	search func(context.Context, rag.SearchRequest) (rag.SearchReply, error)
	chat   func(context.Context, rag.ChatRequest) (rag.Reply, error)
	answer func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error]
	stored func(context.Context, string) (rag.StoredReply, error)
	follow func(context.Context, string, int) (iter.Seq2[rag.Event, error], error)
	cancel func(context.Context, string) error

	checked rag.CheckRequest // the last
}

func (e *fakeEngine) Search(ctx context.Context, r rag.SearchRequest) (rag.SearchReply, error) {
	return e.search(ctx, r)
}

func (e *fakeEngine) Chat(ctx context.Context, r rag.ChatRequest) (rag.Reply, error) {
	return e.chat(ctx, r)
}

func (e *fakeEngine) Answer(ctx context.Context, r rag.ChatRequest) iter.Seq2[rag.Event, error] {
	return e.answer(ctx, r)
}

func (e *fakeEngine) Stored(ctx context.Context, id string) (rag.StoredReply, error) {
	return e.stored(ctx, id)
}

func (e *fakeEngine) Follow(ctx context.Context, id string, n int) (iter.Seq2[rag.Event, error], error) {
	return e.follow(ctx, id, n)
}

// Check calls every sentence supported by one article.
func (e *fakeEngine) Check(_ context.Context, r rag.CheckRequest) (rag.CheckReply, error) {
	e.checked = r
	if r.Text == "" {
		return rag.CheckReply{}, &rag.InputError{Field: "text", Reason: "it is empty"}
	}
	quote := "原文"
	return rag.CheckReply{
		Sentences: []rag.CheckedSentence{{
			End: len([]rune(r.Text)), Text: r.Text, Verdict: "supported", Judge: "rules", Why: []rag.Why{}, Citations: []int{1},
			Spans: []rag.NumberSpan{{Number: 1, Span: rag.Span{PassageID: "a_1.1.0", Start: 3, End: 5, Quote: &quote}}},
		}},
		Citations: []rag.CheckedArticle{{Number: 1, Article: sampleRef("")}},
		Coverage:  rag.CheckCoverage{Claims: 1, Supported: 1},
	}, nil
}

func (e *fakeEngine) Cancel(ctx context.Context, id string) error { return e.cancel(ctx, id) }

func (e *fakeEngine) Recheck(ctx context.Context, id string) (rag.RecheckReply, error) {
	stored, err := e.stored(ctx, id)
	if err != nil {
		return rag.RecheckReply{}, err
	}
	return rag.RecheckReply{
		Sentences: []rag.RecheckedSentence{{Ref: "1", Was: "quoted", Now: "uncited", Why: stored.Sentences[0].Why}},
		Articles:  []corpus.Ref{stored.Citations[0].Article},
	}, nil
}

// events yields what it is given.
func events(list ...rag.Event) func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error] {
	return func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error] {
		return func(yield func(rag.Event, error) bool) {
			for _, e := range list {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

func event(name, data string) rag.Event {
	return rag.Event{Name: name, Data: json.RawMessage(data)}
}

// A service is a server that answers on loopback, with a real record.
type service struct {
	*api.Server
	t      testing.TB
	record *corpus.Record
	base   string
	header http.Header // of every request
}

// newService starts a server; change may set other parts than the usual ones.
func newService(t testing.TB, change func(*api.Parts)) *service {
	t.Helper()
	p := newParts(t)
	if change != nil {
		change(&p)
	}
	s := &service{Server: api.New(p), t: t, record: p.Record, header: http.Header{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	s.base = server.URL
	return s
}

// embedder is the one that needs nothing; making it takes longer than most tests.
var embedder = sync.OnceValue(func() embed.Embedder {
	e, err := embed.New(embed.Defaults())
	if err != nil {
		panic(err)
	}
	return e
})

func newParts(t testing.TB) api.Parts {
	t.Helper()
	record, err := corpus.Open(t.Context(), t.TempDir(), corpus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := record.Close(); err != nil {
			t.Error(err)
		}
	})
	return api.Parts{
		MCP:      mcpOver(newFakeEngine(), newFakeDesk(), record),
		Engine:   newFakeEngine(),
		Desk:     newFakeDesk(),
		Embedder: embedder(),
		Ingester: ingest.New(ingest.Parts{Record: record, Embedder: embedder(), Options: ingest.Defaults()}),
		Record:   record,
		Status: func(ctx context.Context) (api.Status, error) {
			counts, err := record.Counts(ctx)
			return api.Status{
				Version: "test", Embedder: "static/256/1", Record: counts,
				Index: map[string]int{"passages": counts.Passages}, Model: &llm.Info{Provider: "scripted", Name: "test"},
				Answers: api.Writing{Running: 1}, Standing: []api.Standing{{Name: "monday", Next: time.Date(2025, 2, 3, 7, 0, 0, 0, time.UTC)}},
			}, err
		},
		Doctor: func(_ context.Context, offline bool) []api.Finding {
			return []api.Finding{{Part: "model", Code: "model.none", OK: true, Text: "none", Advice: "connect one", With: map[string]any{"offline": strconv.FormatBool(offline)}}}
		},
		Options: api.Defaults(),
		Listen:  "127.0.0.1:0",
	}
}

// newFakeEngine answers everything with a full reply.
func newFakeEngine() *fakeEngine {
	return &fakeEngine{
		search: func(_ context.Context, r rag.SearchRequest) (rag.SearchReply, error) {
			reply := sampleSearch(r.Explain)
			reply.Query = r.Query
			return reply, nil
		},
		chat:   func(context.Context, rag.ChatRequest) (rag.Reply, error) { return sampleReply(), nil },
		answer: events(sampleEvents()...),
		stored: func(_ context.Context, id string) (rag.StoredReply, error) {
			if id != "ans_1" {
				return rag.StoredReply{}, fmt.Errorf("read answer %s: %w", id, corpus.ErrNotFound)
			}
			return sampleStored(), nil
		},
		follow: func(_ context.Context, id string, n int) (iter.Seq2[rag.Event, error], error) {
			if id != "ans_1" {
				return nil, fmt.Errorf("read answer %s: %w", id, corpus.ErrNotFound)
			}
			return events(sampleEvents()[n:]...)(nil, rag.ChatRequest{}), nil
		},
		cancel: func(_ context.Context, id string) error {
			if id != "ans_1" {
				return fmt.Errorf("read answer %s: %w", id, corpus.ErrNotFound)
			}
			return nil
		},
	}
}

// A reply is a reply, read whole.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) decode(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Fatalf("%v in %.200s", err, r.body)
	}
}

// problem is an error reply as a client reads it.
type problem struct {
	Type      string          `json:"type"`
	Title     string          `json:"title"`
	Status    int             `json:"status"`
	Detail    string          `json:"detail"`
	Code      string          `json:"code"`
	RequestID string          `json:"request_id"`
	Results   []ingest.Result `json:"results"`
}

// problem checks that the reply is a whole one.
func (r reply) problem(t testing.TB) problem {
	t.Helper()
	var p problem
	r.decode(t, &p)
	if r.header.Get("Content-Type") != "application/problem+json" || p.Type == "" || p.Title == "" || p.Detail == "" ||
		p.Status != r.status || p.RequestID == "" || p.RequestID != r.header.Get("X-Request-Id") {
		t.Errorf("not a whole problem: %d %v %s", r.status, r.header, r.body)
	}
	return p
}

// wantProblem checks status, code and words of the detail.
func (r reply) wantProblem(t testing.TB, status int, code string, words ...string) problem {
	t.Helper()
	p := r.problem(t)
	if r.status != status || p.Code != code {
		t.Errorf("got %d %s (%s), want %d %s", r.status, p.Code, p.Detail, status, code)
	}
	for _, w := range words {
		if !strings.Contains(p.Detail, w) {
			t.Errorf("the detail %q does not say %q", p.Detail, w)
		}
	}
	return p
}

// do sends a request and holds the reply against openapi.yaml.
func (s *service) do(r *http.Request) reply {
	s.t.Helper()
	for name, values := range s.header {
		r.Header[name] = values
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	got := reply{response.StatusCode, response.Header, body}
	checkAgainstSpec(s.t, r, got)
	return got
}

func (s *service) request(method, path, contentType, body string) *http.Request {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

func (s *service) get(path string) reply {
	s.t.Helper()
	return s.do(s.request(http.MethodGet, path, "", ""))
}

func (s *service) delete(path string) reply {
	s.t.Helper()
	return s.do(s.request(http.MethodDelete, path, "", ""))
}

func (s *service) post(path, body string) reply {
	s.t.Helper()
	return s.do(s.request(http.MethodPost, path, "application/json", body))
}

// syncBuffer gathers a log.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func logTo(b *syncBuffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// ref, plan and the like make full samples, so that the description is held
// against every field.
func sampleRef(state string) corpus.Ref {
	return corpus.Ref{ID: "a_1", Version: 1, Title: "北辰数据降价", URL: "https://news.example/1", Outlet: "云报", Published: "2024-11", Precision: corpus.Month, State: state}
}

func samplePlan() rag.Plan {
	from, fallback := "2024-01-01", "timeout"
	return rag.Plan{
		Language: "zh", Standalone: "北辰数据何时降价", Window: &rag.Window{From: &from, Text: "今年", Strict: true},
		Terms: []string{"北辰", "降价"}, Queries: []string{"北辰数据 降价"}, Filter: corpus.Filter{Outlets: []string{"云报"}},
		Source: "rules", Fallback: &fallback,
	}
}

func sampleSearch(explain bool) rag.SearchReply {
	result := rag.Result{
		Rank: 1, Score: .8, Article: sampleRef(""), Passage: rag.Passage{ID: "a_1.1.0", Start: 0, End: 8, Heading: "价格", Text: "北辰数据降价三成"},
		Context: &rag.Context{Start: 0, End: 8, Text: "北辰数据降价三成"}, Duplicates: []corpus.Ref{sampleRef("")},
	}
	if explain {
		result.Scores = &rag.Scores{Lexical: 1, Vector: .5, Window: .1}
	}
	return rag.SearchReply{AsOf: "2025-01-01", Plan: samplePlan(), Results: []rag.Result{result}, TookMS: 3}
}

func sampleReply() rag.Reply {
	quote, number := "北辰数据降价三成", 1
	why := []rag.Why{{Kind: "number", Claim: "三成", Source: "三成"}}
	span := rag.Span{PassageID: "a_1.1.0", Start: 0, End: 8, Quote: &quote}
	return rag.Reply{
		ID: "ans_1", Status: "partial", Mode: "extracts", Language: "zh", AsOf: "2025-01-01", Answer: "北辰数据降价三成。[1]",
		Sentences: []rag.Sentence{{Start: 0, End: 12, Citations: []int{1}, Verdict: "quoted", Judge: "rules", Why: why}},
		Citations: []rag.Citation{{Number: 1, Article: sampleRef(""), Spans: []rag.AnswerSpan{
			{PassageID: "a_1.1.0", Start: 0, End: 8, Quote: &quote, AnswerStart: 0, AnswerEnd: 12, Verdict: "quoted"},
		}}},
		Coverage: rag.Coverage{Claims: 1, Cited: 1, Supported: 1}, Dropped: []rag.Dropped{{Text: "涨价。", Verdict: "contradicted", Why: why}},
		Conflicts: []rag.Conflict{{About: "降幅", Sides: []rag.Side{{Citation: &number, Article: sampleRef(""), Quote: quote, Span: span}, {Article: sampleRef(""), Span: span}}}},
		Caveats:   []rag.Caveat{{Code: "extracts", Text: "原文摘录"}},
		Refusal:   &rag.Refusal{Reason: "no_evidence", Searched: []string{"北辰"}, Nearest: []corpus.Ref{sampleRef("")}},
		Plan:      samplePlan(), Model: llm.Info{Provider: "none", Name: "extracts"}, TookMS: rag.Took{Plan: 1},
	}
}

func sampleStored() rag.StoredReply {
	r := rag.StoredReply{Reply: sampleReply(), Question: "北辰数据何时降价？", Created: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), Candidates: sampleSearch(true).Results, PromptHash: "00"}
	r.Citations[0].Article.State = "deleted"
	r.Citations[0].Spans[0].Quote = nil
	return r
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// sampleEvents is a whole stream.
func sampleEvents() []rag.Event {
	r := sampleReply()
	span := r.Citations[0].Spans[0]
	return []rag.Event{
		event("meta", asJSON(map[string]any{"id": r.ID, "plan": r.Plan, "model": r.Model})),
		event("sources", asJSON(map[string]any{"articles": []corpus.Ref{sampleRef("")}})),
		event("delta", asJSON(map[string]any{"text": "北辰数据降价三成。\n<b>\u2028"})),
		event("citation", asJSON(map[string]any{"number": 1, "article": sampleRef("")})),
		event("delta", asJSON(map[string]any{"text": "[1]"})),
		event("verdict", asJSON(map[string]any{"sentence": r.Sentences[0], "spans": []any{
			map[string]any{"number": 1, "passage_id": span.PassageID, "start": span.Start, "end": span.End, "quote": span.Quote},
		}})),
		event("caveat", asJSON(r.Caveats[0])),
		event("done", asJSON(r)),
	}
}
