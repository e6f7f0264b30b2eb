package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"chuchu/api"
	"chuchu/rag"
)

// A served is a server that Serve runs.
type served struct {
	*service
	stop context.CancelFunc
	done chan error
}

func serve(t testing.TB, engine *fakeEngine, grace string) *served {
	t.Helper()
	p := newParts(t)
	p.Engine, p.Options.Grace = engine, grace
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	s := &served{
		service: &service{Server: api.New(p), t: t, record: p.Record, base: "http://" + listener.Addr().String(), header: http.Header{}},
		stop:    stop, done: make(chan error, 1),
	}
	go func() { s.done <- s.Serve(ctx, listener) }()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return s
}

// TestStopIdle: nothing runs, and it ends at once.
func TestStopIdle(t *testing.T) {
	s := serve(t, newFakeEngine(), "1h")
	if got := s.get("/readyz"); got.status != http.StatusOK {
		t.Fatalf("%d", got.status)
	}
	s.stop()
	if err := <-s.done; err != nil {
		t.Error(err)
	}
}

// TestStopLetsAnswersEnd: within the grace an answer ends with done, and /readyz
// says from the start that the server is going.
func TestStopLetsAnswersEnd(t *testing.T) {
	engine, goOn := newFakeEngine(), make(chan struct{})
	engine.answer = func(ctx context.Context, _ rag.ChatRequest) iter.Seq2[rag.Event, error] {
		return func(yield func(rag.Event, error) bool) {
			if yield(event("meta", `{}`), nil) {
				<-goOn
				yield(event("done", `{}`), nil)
			}
		}
	}
	s := serve(t, engine, "1h")
	response := s.open()
	defer response.Body.Close()
	lines := bufio.NewReader(response.Body)
	if f, err := readFrame(lines); err != nil || f.name != "meta" {
		t.Fatalf("%+v %v", f, err)
	}
	s.stop()
	for s.ready() { // it is told in a goroutine of its own
	}
	close(goOn)
	if f, err := readFrame(lines); err != nil || f.name != "done" {
		t.Errorf("%+v %v", f, err)
	}
	if err := <-s.done; err != nil {
		t.Error(err)
	}
}

// ready asks /readyz without the connection, which a stopping server no longer takes.
func (s *served) ready() bool {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, s.request(http.MethodGet, "/readyz", "", ""))
	if w.Code != http.StatusOK && (w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `"unavailable"`)) {
		s.t.Errorf("%d %s", w.Code, w.Body)
	}
	return w.Code == http.StatusOK
}

// TestStopCutsAnswers: what does not end within the grace ends in an error event.
func TestStopCutsAnswers(t *testing.T) {
	engine, ended := newFakeEngine(), make(chan error, 1)
	engine.answer = waiting(ended)
	s := serve(t, engine, "0s")
	response := s.open()
	defer response.Body.Close()
	lines := bufio.NewReader(response.Body)
	if f, err := readFrame(lines); err != nil || f.name != "meta" {
		t.Fatalf("%+v %v", f, err)
	}
	s.stop()
	f, err := readFrame(lines)
	if err != nil || f.name != "error" {
		t.Fatalf("%+v %v", f, err)
	}
	var p problem
	if err := json.Unmarshal([]byte(f.data), &p); err != nil || p.Code != "unavailable" || !strings.Contains(p.Detail, "stopping") {
		t.Errorf("%+v %v", p, err)
	}
	if err := <-s.done; err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestServeFails: a listener that is closed under it is an error.
func TestServeFails(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := api.New(newParts(t)).Serve(t.Context(), listener); err == nil || !strings.HasPrefix(err.Error(), "serve: ") {
		t.Errorf("got %v", err)
	}
}
