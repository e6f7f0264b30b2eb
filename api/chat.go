package api

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
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
		ctx, leave := context.WithCancel(c.Request().Context())
		defer leave()
		return s.sendStream(ctx, s.newStream(c, leave), s.countingPlans(s.Engine.Answer(ctx, r)))
	}
	reply, err := s.Engine.Chat(c.Request().Context(), r)
	if err != nil {
		return err
	}
	s.metrics.countPlan(reply.Plan)
	return s.reply(c, http.StatusOK, reply)
}

// countingPlans counts the plan of a streamed answer with its first event.
func (s *Server) countingPlans(events iter.Seq2[rag.Event, error]) iter.Seq2[rag.Event, error] {
	return func(yield func(rag.Event, error) bool) {
		for event, err := range events {
			var meta struct{ Plan rag.Plan }
			if event.Name == "meta" && json.Unmarshal(event.Data, &meta) == nil {
				s.metrics.countPlan(meta.Plan)
			}
			if !yield(event, err) {
				return
			}
		}
	}
}

// sendStream sends the events of an answer. What fails before the first is
// returned; after it, it becomes an error event. ctx is that which events were
// asked for with.
func (s *Server) sendStream(ctx context.Context, out *stream, events iter.Seq2[rag.Event, error]) error {
	s.metrics.streams.Inc()
	defer s.metrics.streams.Dec()
	defer out.close()
	err := sendEvents(out, events)
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
	p.RequestID = requestID(out.c)
	s.logCause(out.c, p, err)
	data, err := encode(p)
	if err != nil {
		return err
	}
	return out.send("error", data)
}

// errNoEnd: the events of an answer ended with neither done nor error.
var errNoEnd = errors.New("the answer has no end")

// sendEvents sends events until the last or the first error.
func sendEvents(out *stream, events iter.Seq2[rag.Event, error]) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	for event, err := range events {
		if err == nil {
			err = event.Err
		}
		if err == nil {
			err = out.send(event.Name, event.Data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
