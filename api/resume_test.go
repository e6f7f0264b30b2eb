package api_test

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chuchu/api"
	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// follow asks for the events of an answer after the one with the given id; the
// caller closes the body.
func (s *service) follow(id, last string) *http.Response {
	s.t.Helper()
	r := s.request(http.MethodGet, "/v1/answers/"+id+"/events", "", "")
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	return response
}

// rest reads the events to the end; comments are left out.
func (s *service) rest(response *http.Response) []frame {
	s.t.Helper()
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		s.t.Fatalf("%d %v", response.StatusCode, response.Header)
	}
	var frames []frame
	for f := range readFrames(s.t, response.Body) {
		if f.comment == "" {
			frames = append(frames, f)
		}
	}
	return frames
}

// begin asks the question and reads as many events as are wanted; the caller closes
// the body.
func (s *service) begin(events int) (response *http.Response, frames []frame) {
	s.t.Helper()
	response = s.open()
	lines := bufio.NewReader(response.Body)
	for len(frames) < events {
		f, err := readFrame(lines)
		if err != nil {
			s.t.Fatal(err)
		}
		frames = append(frames, f)
	}
	return response, frames
}

// answerOf returns the id in a meta event.
func answerOf(t testing.TB, meta frame) string {
	t.Helper()
	var v struct{ ID string }
	reply{body: []byte(meta.data)}.decode(t, &v)
	return v.ID
}

// newsService has a model that writes a character whenever it is let.
func newsService(t *testing.T, step <-chan struct{}, change ...func(*rag.Options)) *service {
	t.Helper()
	s := newRealService(t, llm.NewScripted(llm.Script{
		For: "text", Text: "北辰数据的对象存储降价三成[S1]。降价自十二月起生效[S1]。", Chunk: 1, Wait: step,
	}, llm.Script{For: "json", Text: "{}"}), change...)
	s.addText(`{"title":"北辰数据降价","text":"北辰数据宣布，对象存储降价三成。\n降价自2024年12月起生效，老客户不受影响。","url":"https://news.example/1","published":"2024-11-21"}`)
	return s
}

// TestResume loses the client in the middle, and another one goes on from the last
// event it had: while the answer is written, when it has ended, and by a server
// that was started anew.
func TestResume(t *testing.T) {
	step := make(chan struct{})
	s := newsService(t, step)
	response, begun := s.begin(2)
	id := answerOf(t, begun[0])
	s.get("/v1/answers/"+id).wantProblem(t, 409, "conflict", "still being written")
	s.delete("/v1/answers/"+id).wantProblem(t, 409, "conflict", "cancel")
	response.Body.Close()

	second := s.follow(id, "2") // its headers come although nothing happens
	close(step)
	whole := slices.Concat(begun, s.rest(second))
	checkFrames(t, whole)
	for i, f := range whole {
		if f.id != i+1 {
			t.Errorf("event %d: %+v", i+1, f)
		}
	}
	if last := whole[len(whole)-1]; last.name != "done" || textOf(t, whole) != answerText(t, last) {
		t.Errorf("ends in %+v, text %q", last, textOf(t, whole))
	}

	again := s.startedAnew()
	for n := range whole {
		last := strconv.Itoa(n)
		if got := s.rest(s.follow(id, last)); !slices.Equal(got, whole[n:]) {
			t.Fatalf("after %d: %v, want %v", n, got, whole[n:])
		}
		if got := again.rest(again.follow(id, last)); !slices.Equal(got, whole[n:]) {
			t.Fatalf("after %d, started anew: %v", n, got)
		}
	}
	nothing := s.follow(id, strconv.Itoa(len(whole)))
	nothing.Body.Close()
	if nothing.StatusCode != http.StatusNoContent {
		t.Errorf("after the last event: %d", nothing.StatusCode)
	}
}

// startedAnew starts a second server over the same record, with an engine that has
// written nothing.
func (s *service) startedAnew() *service {
	p := s.Parts
	p.Engine = rag.New(s.Engine.(*rag.Engine).Parts)
	server := httptest.NewServer(api.New(p))
	s.t.Cleanup(server.Close)
	return &service{t: s.t, base: server.URL, header: s.header}
}

func textOf(t testing.TB, frames []frame) string {
	t.Helper()
	var b strings.Builder
	for _, f := range frames {
		if f.name == "delta" {
			var v struct{ Text string }
			reply{body: []byte(f.data)}.decode(t, &v)
			b.WriteString(v.Text)
		}
	}
	return b.String()
}

func answerText(t testing.TB, done frame) string {
	t.Helper()
	var v rag.Reply
	reply{body: []byte(done.data)}.decode(t, &v)
	return v.Answer
}

func TestCancelAnswer(t *testing.T) {
	s := newsService(t, make(chan struct{}))
	response, begun := s.begin(2)
	id := answerOf(t, begun[0])
	if got := s.post("/v1/answers/"+id+"/cancel", ""); got.status != http.StatusNoContent {
		t.Fatalf("%d %s", got.status, got.body)
	}
	end := s.rest(response)
	if len(end) != 1 || end[0].name != "error" || !strings.Contains(end[0].data, `"code":"cancelled"`) {
		t.Errorf("the stream ends in %v", end)
	}
	checkFrames(t, end)
	if again := s.rest(s.follow(id, "2")); len(again) != 1 || again[0].id != 3 || again[0].name != "error" {
		t.Errorf("read once more: %v", again)
	}
	s.post("/v1/answers/"+id+"/cancel", "").wantProblem(t, 409, "conflict", "ended already")
	s.post("/v1/answers/ans_none/cancel", "").wantProblem(t, 404, "not_found")
	s.get("/v1/answers/"+id).wantProblem(t, 404, "not_found")
}

// TestCancelPlain: a plain request whose answer is cancelled gets a problem.
func TestCancelPlain(t *testing.T) {
	engine := newFakeEngine()
	engine.chat = func(context.Context, rag.ChatRequest) (rag.Reply, error) { return rag.Reply{}, rag.ErrCancelled }
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	s.post("/v1/chat", strings.Replace(question, "true", "false", 1)).wantProblem(t, 409, "cancelled")
}

func TestFollowRequests(t *testing.T) {
	engine := newFakeEngine()
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	all := s.rest(s.follow("ans_1", ""))
	if len(all) != len(sampleEvents()) || all[0].id != 1 {
		t.Errorf("got %v", all)
	}
	if got := s.rest(s.follow("ans_1", "3")); !slices.Equal(got, all[3:]) {
		t.Errorf("after 3: %v", got)
	}
	for _, bad := range []string{"-1", "x", "1.5", "99999999999999999999"} {
		r := s.request(http.MethodGet, "/v1/answers/ans_1/events", "", "")
		r.Header.Set("Last-Event-ID", bad)
		s.do(r).wantProblem(t, 400, "invalid_request", "Last-Event-ID")
	}
	s.get("/v1/answers/ans_9/events").wantProblem(t, 404, "not_found")
	for err, want := range map[error]string{
		&rag.InputError{Field: "Last-Event-ID", Reason: "it is none"}: "400 invalid_request",
		fmt.Errorf("read answer x: %w", corpus.ErrDiskFull):           "503 unavailable",
	} {
		engine.follow = func(context.Context, string, int) (iter.Seq2[rag.Event, error], error) { return nil, err }
		if p := s.get("/v1/answers/ans_1/events").problem(t); fmt.Sprint(p.Status, " ", p.Code) != want {
			t.Errorf("%v: %+v", err, p)
		}
	}
}

// TestRecheckAnswer changes and deletes what an answer cites.
func TestRecheckAnswer(t *testing.T) {
	s := newRealService(t, nil)
	article := s.addText(`{"title":"北辰数据降价","text":"北辰数据宣布，对象存储降价三成。","url":"https://news.example/1","published":"2024-11-21"}`)
	var answer rag.Reply
	s.post("/v1/chat", strings.Replace(question, "true", "false", 1)).decode(t, &answer)
	recheck := func() (got rag.RecheckReply) {
		t.Helper()
		r := s.post("/v1/answers/"+answer.ID+"/recheck", "")
		r.decode(t, &got)
		if r.status != http.StatusOK || len(got.Sentences) != len(answer.Sentences) || len(got.Articles) != 1 || got.Sentences[0].Ref != "1" {
			t.Fatalf("%d %s", r.status, r.body)
		}
		return got
	}
	if got := recheck(); got.Sentences[0].Now != "quoted" || got.Articles[0].State != "same" {
		t.Errorf("at first: %+v", got)
	}
	s.post("/v1/articles", `{"title":"北辰数据降价","text":"更正：北辰数据的对象存储降价一成。","url":"https://news.example/1","published":"2024-11-21"}`)
	if got := recheck(); got.Sentences[0].Now == "quoted" || got.Sentences[0].Was != "quoted" || got.Articles[0].State != "changed" {
		t.Errorf("changed: %+v", got)
	}
	s.delete("/v1/articles/" + article.ID)
	if got := recheck(); got.Sentences[0].Now != "uncited" || got.Articles[0].State != "deleted" {
		t.Errorf("deleted: %+v", got)
	}
	s.post("/v1/answers/ans_none/recheck", "").wantProblem(t, 404, "not_found")
}
