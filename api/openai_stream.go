package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"chuchu/rag"
)

// A completionChunk is a piece of a streamed completion.
type completionChunk struct {
	ID      string          `json:"id"`
	Object  string          `json:"object"`
	Created int64           `json:"created"`
	Model   string          `json:"model"`
	Choices []chunkChoice   `json:"choices"`
	Usage   json.RawMessage `json:"usage,omitempty"` // where it was asked for: null until the last
}

type chunkChoice struct {
	Index        int        `json:"index"`
	Delta        chunkDelta `json:"delta"`
	Logprobs     *struct{}  `json:"logprobs"` // there are none
	FinishReason *string    `json:"finish_reason"`
}

// A chunkDelta is what a chunk adds to the message.
type chunkDelta struct {
	Role        string       `json:"role,omitempty"`
	Content     *string      `json:"content,omitempty"`
	Annotations []annotation `json:"annotations,omitempty"`
}

// A completionStream makes chunks of the events of an answer.
type completionStream struct {
	server *Server
	out    *stream
	base   string // before links into the reading room
	usage  bool   // it was asked for
	chunk  completionChunk
	text   defuser
}

// streamCompletion sends an answer in chunks. What fails before the first is
// returned; after it, it becomes an error in the stream, which then ends without
// [DONE]. A client that leaves is to the engine what one of POST /v1/chat is.
func (s *Server) streamCompletion(c echo.Context, r completionRequest, question rag.ChatRequest) error {
	ctx, leave := context.WithCancel(c.Request().Context())
	defer leave()
	s.metrics.streams.Inc()
	defer s.metrics.streams.Dec()
	out := s.newStream(c, leave)
	defer out.close()
	t := &completionStream{server: s, out: out, base: s.baseOf(c), usage: r.StreamOptions.IncludeUsage, chunk: completionChunk{
		Object: "chat.completion.chunk", Created: time.Now().Unix(), Model: r.Model,
	}}
	err := safely(func(echo.Context) error { return t.answer(ctx, question) }, c)
	if lost := out.lost(); lost != nil {
		return lost
	}
	if err == nil || !out.started() {
		return err
	}
	p := problemOf(ctx, err)
	p.RequestID = requestID(c)
	s.logCause(c, p, err)
	return out.sendJSON(openAIErrorOf(p), true)
}

// answer sends chunks until the last or the first error. It goes on ranging after
// done, so that the engine is not told that its reader left.
func (t *completionStream) answer(ctx context.Context, question rag.ChatRequest) error {
	for event, err := range t.server.countingPlans(t.server.Engine.Answer(ctx, question)) {
		if err == nil {
			err = event.Err
		}
		if err == nil {
			err = t.take(event)
		}
		if err != nil {
			return err
		}
	}
	if !t.out.ended {
		return errNoEnd
	}
	return nil
}

// take sends what an event says in chunks. Most events say what the last chunks
// say once more.
func (t *completionStream) take(event rag.Event) error {
	switch event.Name {
	case "meta":
		var meta struct{ ID string }
		if err := json.Unmarshal(event.Data, &meta); err != nil {
			return fmt.Errorf("event meta: %w", err)
		}
		t.chunk.ID = meta.ID
		return t.send(chunkDelta{Role: "assistant", Content: new(string)}, nil)
	case "delta":
		var delta struct{ Text string }
		if err := json.Unmarshal(event.Data, &delta); err != nil {
			return fmt.Errorf("event delta: %w", err)
		}
		return t.say(t.text.write(delta.Text))
	case "done":
		var reply rag.Reply
		if err := json.Unmarshal(event.Data, &reply); err != nil {
			return fmt.Errorf("event done: %w", err)
		}
		return t.finish(reply)
	}
	return nil
}

// finish sends what comes behind the answer: the text for readers, the citations
// for programs, the usage, and the end.
func (t *completionStream) finish(r rag.Reply) error {
	if err := t.say(t.text.close() + tailOf(r, t.base)); err != nil {
		return err
	}
	stop := "stop"
	if err := t.send(chunkDelta{Annotations: annotationsOf(r, t.base)}, &stop); err != nil {
		return err
	}
	if t.usage {
		usage, err := json.Marshal(usageOf(r))
		if err != nil {
			return err
		}
		last := t.chunk
		last.Choices, last.Usage = []chunkChoice{}, usage
		if err := t.out.sendJSON(last, false); err != nil {
			return err
		}
	}
	return t.out.sendData([]byte("[DONE]"), true)
}

// say sends text, where there is any.
func (t *completionStream) say(text string) error {
	if text == "" {
		return nil
	}
	return t.send(chunkDelta{Content: &text}, nil)
}

// send sends a chunk.
func (t *completionStream) send(delta chunkDelta, finish *string) error {
	chunk := t.chunk
	chunk.Choices = []chunkChoice{{Delta: delta, FinishReason: finish}}
	if t.usage {
		chunk.Usage = json.RawMessage("null")
	}
	return t.out.sendJSON(chunk, false)
}

// sendJSON sends v as the data of an event without a name, as OpenAI does.
func (t *stream) sendJSON(v any, last bool) error {
	line, err := encode(v)
	if err != nil {
		return err
	}
	return t.sendData(bytes.TrimSuffix(line, []byte("\n")), last)
}

// sendData sends one line of data. What comes after the last is dropped.
func (t *stream) sendData(line []byte, last bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return nil
	}
	if !t.started() {
		t.begin()
	}
	t.ended = last
	t.comments.Reset(t.server.idle)
	return t.write(slices.Concat([]byte("data: "), line, []byte("\n\n")))
}
