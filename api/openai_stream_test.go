package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/api"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// chunks reads a streamed completion and checks what holds of any: one line of data
// each, and [DONE] or an error last.
func (s *service) chunks(body string) (list []chunk, failure *chunk) {
	s.t.Helper()
	got := s.post("/v1/chat/completions", body)
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "text/event-stream" {
		s.t.Fatalf("%d %s", got.status, got.body)
	}
	frames := strings.Split(strings.TrimSuffix(string(got.body), "\n\n"), "\n\n")
	for i, f := range frames {
		data, ok := strings.CutPrefix(f, "data: ")
		if !ok || strings.Contains(data, "\n") {
			s.t.Fatalf("frame %q", f)
		}
		last := i == len(frames)-1
		if data == "[DONE]" && last {
			return list, nil
		}
		var c chunk
		if err := json.Unmarshal([]byte(data), &c); err != nil {
			s.t.Fatal(err)
		}
		if c.Error != nil && last {
			checkSchema(s.t, "OpenAIError", parsed(s.t, data))
			return list, &c
		}
		checkSchema(s.t, "CompletionChunk", parsed(s.t, data))
		list = append(list, c)
	}
	s.t.Fatalf("the stream has no end: %s", got.body)
	return nil, nil
}

// chunk is a chunk, or an error in its place.
type chunk struct {
	ID      string
	Choices []struct {
		Delta        message
		FinishReason *string `json:"finish_reason"`
	}
	Usage *map[string]int
	Error *struct{ Message, Type, Code string }
}

func parsed(t testing.TB, data string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(data), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

const askStream = `{"stream":true,"stream_options":{"include_usage":true},"model":"chuchu","messages":[{"role":"user","content":"北辰数据何时降价？"}]}`

// TestCompletionStream: what is streamed, put together, is the plain reply.
func TestCompletionStream(t *testing.T) {
	r := sampleReply()
	r.Answer = "北辰数据降价三成。\n<b>\u2028[1]" // as the events have it
	r.Sentences[0].End = len([]rune(r.Answer))
	r.Usage = llm.Usage{InputTokens: 3, OutputTokens: 4}
	list := sampleEvents()
	list[len(list)-1] = event("done", asJSON(r))
	engine := newFakeEngine()
	engine.answer = events(append(list, event("delta", `{"text":"too late"}`))...)
	engine.chat = func(context.Context, rag.ChatRequest) (rag.Reply, error) { return r, nil }
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	want := s.complete(ask)
	for _, body := range []string{askStream, strings.Replace(askStream, "true}", "false}", 1)} {
		got, failure := s.chunks(body)
		if failure != nil || got[0].Choices[0].Delta.Role != "assistant" || got[0].ID != "ans_1" {
			t.Fatalf("got %+v, %+v", got, failure)
		}
		if usage := body == askStream; usage {
			last := got[len(got)-1]
			if len(last.Choices) != 0 || last.Usage == nil || !cmp.Equal(*last.Usage, want.Usage) {
				t.Errorf("the usage is %+v", last)
			}
			got = got[:len(got)-1]
		}
		var content strings.Builder
		for _, c := range got {
			content.WriteString(c.Choices[0].Delta.Content)
			if c.Usage != nil {
				t.Error("usage before the last")
			}
		}
		if content.String() != want.Choices[0].Message.Content {
			t.Errorf("content %s", cmp.Diff(want.Choices[0].Message.Content, content.String()))
		}
		last := got[len(got)-1].Choices[0]
		if last.FinishReason == nil || *last.FinishReason != "stop" || !cmp.Equal(last.Delta.Annotations, want.Choices[0].Message.Annotations) {
			t.Errorf("the last chunk is %+v", last)
		}
	}
}

// TestCompletionStreamFails: before the first chunk it is an ordinary error, after it
// an error in the stream, without [DONE].
func TestCompletionStreamFails(t *testing.T) {
	engine := newFakeEngine()
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	engine.answer = func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error] {
		return func(yield func(rag.Event, error) bool) {
			yield(rag.Event{}, &rag.EmbedderError{Err: errors.New("down")})
		}
	}
	s.post("/v1/chat/completions", askStream).wantOpenAIError(t, 502, "embedder_failed", "server_error", "")
	engine.answer = func(context.Context, rag.ChatRequest) iter.Seq2[rag.Event, error] { panic("at once") }
	s.post("/v1/chat/completions", askStream).wantOpenAIError(t, 500, "internal", "server_error", "")
	begin := []rag.Event{event("meta", `{"id":"ans_1"}`), event("delta", `{"text":"半"}`)}
	for name, c := range map[string]struct {
		last []rag.Event
		code string
	}{
		"error":    {[]rag.Event{{Name: "error", Err: llm.ErrCut}}, "model_failed"},
		"and more": {[]rag.Event{{Name: "error", Err: llm.ErrTimeout}, event("done", `{}`)}, "model_timeout"},
		"no end":   {nil, "internal"},
		"no JSON":  {[]rag.Event{event("delta", `{"text":`)}, "internal"},
	} {
		engine.answer = events(append(slices.Clone(begin), c.last...)...)
		got, failure := s.chunks(askStream)
		if failure == nil || failure.Error.Code != c.code || failure.Error.Type != "server_error" || len(got) != 2 {
			t.Errorf("%s: %+v, %+v", name, got, failure)
		}
	}
}

// TestCompletionClientLeaves: the engine sees the context of its reader end.
func TestCompletionClientLeaves(t *testing.T) {
	engine, ended := newFakeEngine(), make(chan error, 1)
	engine.answer = func(ctx context.Context, _ rag.ChatRequest) iter.Seq2[rag.Event, error] {
		return func(yield func(rag.Event, error) bool) {
			if yield(event("meta", `{"id":"ans_1"}`), nil) {
				<-ctx.Done()
			}
			ended <- ctx.Err()
		}
	}
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	response, err := http.DefaultClient.Do(s.request(http.MethodPost, "/v1/chat/completions", "application/json", askStream))
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(response.Body).ReadString('\n'); err != nil || !strings.Contains(line, `"role":"assistant"`) {
		t.Errorf("%q, %v", line, err)
	}
	response.Body.Close()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
