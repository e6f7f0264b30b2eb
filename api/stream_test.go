package api_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chuchu/api"
	"chuchu/rag"
	"chuchu/rag/llm"
)

const question = `{"messages":[{"role":"user","content":"北辰数据何时降价？"}],"stream":true}`

// A frame is an event as a client reads it; a comment has no name.
type frame struct {
	id      int
	name    string
	data    string
	comment string
}

// readFrames yields the frames of a stream and fails the test at a broken one.
func readFrames(t testing.TB, body io.Reader) iter.Seq[frame] {
	return func(yield func(frame) bool) {
		lines := bufio.NewReader(body)
		for {
			f, err := readFrame(lines)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Error(err)
				return
			}
			if !yield(f) {
				return
			}
		}
	}
}

func readFrame(lines *bufio.Reader) (f frame, err error) {
	for n := 0; ; n++ {
		line, err := lines.ReadString('\n')
		if err != nil {
			if n > 0 || line != "" {
				return f, fmt.Errorf("cut in a frame: %w", io.ErrUnexpectedEOF)
			}
			return f, err
		}
		line = strings.TrimSuffix(line, "\n")
		field, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "":
			return f, nil
		case field == "id" && f.id == 0:
			f.id, err = strconv.Atoi(value)
		case field == "event" && f.name == "":
			f.name = value
		case field == "data" && f.data == "" && json.Valid([]byte(value)):
			f.data = value
		case field == "":
			f.comment = value
		default:
			err = fmt.Errorf("line %q in frame %+v", line, f)
		}
		if err != nil {
			return f, err
		}
	}
}

// open starts a stream; the caller closes the body.
func (s *service) open() *http.Response {
	s.t.Helper()
	response, err := http.DefaultClient.Do(s.request(http.MethodPost, "/v1/chat", "application/json", question))
	if err != nil {
		s.t.Fatal(err)
	}
	return response
}

// stream reads a whole stream, without comments, and checks what holds of any: ids
// count, and done or error stands last and only there.
func (s *service) stream() []frame {
	s.t.Helper()
	response := s.open()
	defer response.Body.Close()
	h := response.Header
	if response.StatusCode != http.StatusOK || h.Get("Content-Type") != "text/event-stream" || h.Get("Cache-Control") != "no-store" || h.Get("X-Accel-Buffering") != "no" {
		s.t.Errorf("%d %v", response.StatusCode, h)
	}
	var frames []frame
	for f := range readFrames(s.t, response.Body) {
		if f.comment == "" {
			frames = append(frames, f)
		}
	}
	for i, f := range frames {
		last := i == len(frames)-1
		if f.id != i+1 || (f.name == "done" || f.name == "error") != last {
			s.t.Errorf("frame %d of %d: %+v", i+1, len(frames), f)
		}
	}
	return frames
}

func names(frames []frame) []string {
	var out []string
	for _, f := range frames {
		out = append(out, f.name)
	}
	return out
}

func TestStream(t *testing.T) {
	s := newService(t, nil)
	frames := s.stream()
	if want := []string{"meta", "sources", "delta", "citation", "delta", "verdict", "caveat", "done"}; !slices.Equal(names(frames), want) {
		t.Fatalf("got %v", names(frames))
	}
	checkFrames(t, frames)
	plain := s.post("/v1/chat", strings.Replace(question, "true", "false", 1))
	if done := frames[len(frames)-1].data; !sameJSON(t, done, string(plain.body)) {
		t.Errorf("done %s\nplain %s", done, plain.body)
	}
}

func sameJSON(t testing.TB, a, b string) bool {
	t.Helper()
	var x, y any
	if err := errors.Join(json.Unmarshal([]byte(a), &x), json.Unmarshal([]byte(b), &y)); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}

// TestStreamFailsBeforeFirstEvent: then it is an ordinary reply with its status.
func TestStreamFailsBeforeFirstEvent(t *testing.T) {
	engine := newFakeEngine()
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	fails := func(err error) {
		engine.answer = func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error] {
			return func(yield func(rag.Event, error) bool) { yield(rag.Event{}, err) }
		}
	}
	fails(&rag.InputError{Field: "as_of", Reason: "it is none"})
	s.post("/v1/chat", question).wantProblem(t, 400, "invalid_request", "as_of")
	fails(&rag.EmbedderError{Err: errors.New("down")})
	s.post("/v1/chat", question).wantProblem(t, 502, "embedder_failed")
	engine.answer = events()
	s.post("/v1/chat", question).wantProblem(t, 500, "internal")
	engine.answer = func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error] { panic("at once") }
	s.post("/v1/chat", question).wantProblem(t, 500, "internal")
}

// TestStreamFailsHalfWay: an error event says so, once and last.
func TestStreamFailsHalfWay(t *testing.T) {
	engine := newFakeEngine()
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	begin := []rag.Event{event("meta", `{}`), event("delta", `{"text":"半"}`)}
	after := func(last ...rag.Event) func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error] {
		return events(append(slices.Clone(begin), last...)...)
	}
	for name, c := range map[string]struct {
		answer func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error]
		code   string
	}{
		"error event": {after(rag.Event{Name: "error", Err: llm.ErrCut}), "model_failed"},
		"and more":    {after(rag.Event{Name: "error", Err: llm.ErrTimeout}, event("done", `{}`)), "model_timeout"},
		"no end":      {after(), "internal"},
		"no JSON":     {after(event("delta", `{"text":`)), "internal"},
		"no name":     {after(event("de\nlta", `{}`)), "internal"},
		"error value": {func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error] {
			return func(yield func(rag.Event, error) bool) {
				_ = yield(begin[0], nil) && yield(begin[1], nil) && yield(rag.Event{}, errors.New("sesame"))
			}
		}, "internal"},
		"panic": {func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error] {
			return func(yield func(rag.Event, error) bool) {
				_ = yield(begin[0], nil) && yield(begin[1], nil)
				panic("sesame")
			}
		}, "internal"},
	} {
		t.Run(name, func(t *testing.T) {
			engine.answer = c.answer
			frames := s.stream()
			if !slices.Equal(names(frames), []string{"meta", "delta", "error"}) {
				t.Fatalf("got %v", frames)
			}
			var p problem
			if err := json.Unmarshal([]byte(frames[2].data), &p); err != nil {
				t.Fatal(err)
			}
			if p.Code != c.code || p.Status == 0 || p.RequestID == "" || strings.Contains(p.Detail, "sesame") {
				t.Errorf("got %+v", p)
			}
		})
	}
	engine.answer = events(event("meta", `{}`), event("done", `{}`), event("delta", `{}`), event("done", `{}`))
	if got := names(s.stream()); !slices.Equal(got, []string{"meta", "done"}) {
		t.Errorf("after done: %v", got)
	}
}

// waiting is an engine that sends meta and then waits for its context.
func waiting(ended chan<- error) func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error] {
	return func(ctx context.Context, _ rag.ChatRequest) iter.Seq2[rag.Event, error] {
		return func(yield func(rag.Event, error) bool) {
			if yield(event("meta", `{}`), nil) {
				<-ctx.Done()
				yield(rag.Event{Name: "error", Err: context.Cause(ctx)}, nil)
			}
			ended <- ctx.Err()
		}
	}
}

// TestClientLeaves: the context that its events were asked for with is cancelled;
// what that means for the answer is the engine's to decide.
func TestClientLeaves(t *testing.T) {
	engine, ended := newFakeEngine(), make(chan error, 1)
	engine.answer = waiting(ended)
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	response := s.open()
	if f, err := readFrame(bufio.NewReader(response.Body)); err != nil || f.name != "meta" {
		t.Fatalf("%+v, %v", f, err)
	}
	response.Body.Close()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestPlainClientLeaves: so is that of a plain reply.
func TestPlainClientLeaves(t *testing.T) {
	engine, started, ended := newFakeEngine(), make(chan struct{}), make(chan error, 1)
	engine.chat = func(ctx context.Context, _ rag.ChatRequest) (rag.Reply, error) {
		close(started)
		<-ctx.Done()
		ended <- ctx.Err()
		return rag.Reply{}, ctx.Err()
	}
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	ctx, leave := context.WithCancel(t.Context())
	r := s.request(http.MethodPost, "/v1/chat", "application/json", strings.Replace(question, "true", "false", 1)).WithContext(ctx)
	var group sync.WaitGroup
	group.Go(func() {
		if response, err := http.DefaultClient.Do(r); err == nil {
			response.Body.Close()
			t.Error("a reply came")
		}
	})
	<-started
	leave()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	group.Wait()
}

// TestStuckReader: a client that stays but does not read is taken to have left.
func TestStuckReader(t *testing.T) {
	engine, ended := newFakeEngine(), make(chan error, 1)
	delta := event("delta", `{"text":"`+strings.Repeat("长", 100_000)+`"}`)
	engine.answer = func(ctx context.Context, _ rag.ChatRequest) iter.Seq2[rag.Event, error] {
		return func(yield func(rag.Event, error) bool) {
			for yield(delta, nil) {
			}
			ended <- ctx.Err()
		}
	}
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	s.SetPatience(20 * time.Millisecond)
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprintf(connection, "POST /v1/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(question), question)
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestIdleStream: comments come while nothing else does, and stop with the answer.
func TestIdleStream(t *testing.T) {
	engine, goOn := newFakeEngine(), make(chan struct{})
	engine.answer = func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error] {
		return func(yield func(rag.Event, error) bool) {
			if yield(event("meta", `{}`), nil) {
				<-goOn
				yield(event("done", `{}`), nil)
			}
		}
	}
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	s.SetIdle(time.Millisecond)
	response := s.open()
	defer response.Body.Close()
	comments, last := 0, ""
	for f := range readFrames(t, response.Body) {
		if f.comment != "" {
			if comments++; comments == 3 {
				close(goOn)
			}
			continue
		}
		last = f.name
	}
	if comments < 3 || last != "done" {
		t.Errorf("%d comments, last %q", comments, last)
	}
}

// TestManyStreams: 500 at once, each whole and ended.
func TestManyStreams(t *testing.T) {
	const streams = 500
	engine := newFakeEngine()
	var all sync.WaitGroup // every stream is open before one goes on
	all.Add(streams)
	engine.answer = func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error] {
		return func(yield func(rag.Event, error) bool) {
			if !yield(event("meta", `{}`), nil) {
				return
			}
			all.Done()
			all.Wait()
			for i := range 20 {
				if !yield(event("delta", fmt.Sprintf(`{"text":"第%d段"}`, i)), nil) {
					return
				}
			}
			yield(event("done", `{}`), nil)
		}
	}
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	var group sync.WaitGroup
	for range streams {
		group.Go(func() {
			if frames := s.stream(); len(frames) != 22 || frames[21].name != "done" {
				t.Errorf("got %v", names(frames))
			}
		})
	}
	group.Wait()
}

// FuzzAppendEvent: whatever the name and the data, a frame is read back to the
// same event, or refused whole.
func FuzzAppendEvent(f *testing.F) {
	f.Add("delta", []byte(`{"text":"甲\n乙"}`))
	f.Add("delta", []byte("{\"text\":\n\"甲\u2028\",\r\n\"b\": 1}"))
	f.Add("de\nlta", []byte(`{}`))
	f.Add("done", []byte("{}\n\nevent: error\ndata: {}"))
	f.Add("", []byte(`null`))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		b, err := api.AppendEvent(nil, 7, name, data)
		if err != nil {
			if len(b) != 0 {
				t.Fatalf("refused, but wrote %q", b)
			}
			return
		}
		lines := bufio.NewReader(bytes.NewReader(b))
		got, err := readFrame(lines)
		if err != nil {
			t.Fatalf("%v in %q", err, b)
		}
		if _, err := lines.ReadByte(); !errors.Is(err, io.EOF) {
			t.Fatalf("more than a frame: %q", b)
		}
		if got.id != 7 || got.name != name || strings.ContainsAny(got.data, "\r\n") || !sameJSON(t, got.data, string(data)) {
			t.Fatalf("wrote %q, read %+v", b, got)
		}
	})
}
