package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/labstack/echo/v4"

	"chuchu/rag"
)

// chat answers POST /v1/chat, plain or, with "stream": true, by events.
func (s *Server) chat(c echo.Context) error {
	var r rag.ChatRequest
	if err := s.decode(c, &r); err != nil {
		return err
	}
	if r.Stream {
		return s.streamAnswer(c, r)
	}
	reply, err := s.Engine.Chat(c.Request().Context(), r)
	if err != nil {
		return err
	}
	s.metrics.countPlan(reply.Plan)
	return s.reply(c, http.StatusOK, reply)
}

// streamAnswer sends the events of an answer. What fails before the first is
// returned; after it, it becomes an error event. A client that leaves ends the
// answer.
func (s *Server) streamAnswer(c echo.Context, r rag.ChatRequest) error {
	ctx, leave := context.WithCancel(c.Request().Context())
	defer leave()
	s.metrics.streams.Inc()
	defer s.metrics.streams.Dec()
	out := s.newStream(c, leave)
	defer out.close()
	err := s.sendAnswer(ctx, out, r)
	if err == nil && !out.ended {
		err = errNoEnd
	}
	if lost := out.lost(); lost != nil {
		return lost
	}
	if err == nil || !out.started() {
		return err
	}
	p := problemOf(ctx, err)
	p.RequestID = requestID(c)
	s.logCause(c, p, err)
	data, err := encode(p)
	if err != nil {
		return err
	}
	return out.send("error", data)
}

// errNoEnd: the events of an answer ended with neither done nor error.
var errNoEnd = errors.New("the answer has no end")

// sendAnswer sends events until the last or the first error. It goes on ranging
// after done, so that the engine is not told that its reader left.
func (s *Server) sendAnswer(ctx context.Context, out *stream, r rag.ChatRequest) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	for event, err := range s.Engine.Answer(ctx, r) {
		if err == nil {
			err = event.Err
		}
		if err == nil {
			err = out.send(event.Name, event.Data)
		}
		if err == nil && event.Name == "done" {
			err = s.countPlanOf(event)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// countPlanOf counts the plan of a streamed answer.
func (s *Server) countPlanOf(done rag.Event) error {
	var reply struct{ Plan rag.Plan }
	if err := json.Unmarshal(done.Data, &reply); err != nil {
		return fmt.Errorf("the last event of an answer: %w", err)
	}
	s.metrics.countPlan(reply.Plan)
	return nil
}
