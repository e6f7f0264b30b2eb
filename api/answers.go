package api

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"chuchu/corpus"
	"chuchu/rag"
)

// A listedAnswer is a stored answer as the list shows it.
type listedAnswer struct {
	ID         string    `json:"id"`
	Question   string    `json:"question"`
	Status     string    `json:"status"`
	Mode       string    `json:"mode"`
	Created    time.Time `json:"created"`
	PreviousID string    `json:"previous_id"`
}

// An answerList is a page of stored answers.
type answerList struct {
	Answers []listedAnswer `json:"answers"`
	Total   int            `json:"total"`
	Next    *string        `json:"next"`
}

// listAnswers answers GET /v1/answers, newest first.
func (s *Server) listAnswers(c echo.Context) error {
	q, err := parametersOf(c, "limit", "cursor")
	if err != nil {
		return err
	}
	limit, cursor := q.whole("limit", mostListed), q.one("cursor")
	if q.err != nil {
		return q.err
	}
	documents, total, next, err := s.Record.Answers(c.Request().Context(), limit, cursor)
	if err != nil {
		return err
	}
	list := make([]listedAnswer, 0, len(documents))
	for _, d := range documents {
		list = append(list, listedAnswer{d.ID, d.Question, d.Status, d.Mode, d.Created, d.PreviousID})
	}
	return s.reply(c, http.StatusOK, answerList{list, total, orNull(next)})
}

// getAnswer answers GET /v1/answers/{id}.
func (s *Server) getAnswer(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	reply, err := s.Engine.Stored(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return s.reply(c, http.StatusOK, reply)
}

// lastEventHeader is how a client says which events it has.
const lastEventHeader = "Last-Event-ID"

// followAnswer answers GET /v1/answers/{id}/events.
func (s *Server) followAnswer(c echo.Context) error { return s.follow(c, s.Engine.Follow) }

// follow replies with the events of something that is or was written. A client that
// has all of them gets 204, which tells an EventSource not to ask again.
func (s *Server) follow(c echo.Context, events func(context.Context, string, int) (iter.Seq2[rag.Event, error], error)) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	n, err := lastEventOf(c.Request())
	if err != nil {
		return err
	}
	ctx, leave := context.WithCancel(c.Request().Context())
	defer leave()
	list, err := events(ctx, id, n)
	if errors.Is(err, rag.ErrEnded) {
		return s.replyNothing(c)
	}
	if err != nil {
		return err
	}
	out := s.newStream(c, leave)
	out.number = n
	if err := out.open(); err != nil {
		out.close()
		return err
	}
	return s.sendStream(ctx, out, list)
}

// lastEventOf returns the number of the last event that a client has, 0 of none.
func lastEventOf(r *http.Request) (int, error) {
	id := r.Header.Get(lastEventHeader)
	if id == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(id)
	if err != nil || n < 0 {
		return 0, &rag.InputError{Field: lastEventHeader, Reason: quoteShort(id) + " is the id of no event"}
	}
	return n, nil
}

// cancelAnswer answers POST /v1/answers/{id}/cancel.
func (s *Server) cancelAnswer(c echo.Context) error { return s.act(c, s.Engine.Cancel) }

// act does something with what an address names, and replies that it is done.
func (s *Server) act(c echo.Context, do func(ctx context.Context, id string) error) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	if err := do(c.Request().Context(), id); err != nil {
		return err
	}
	return s.replyNothing(c)
}

// recheckAnswer answers POST /v1/answers/{id}/recheck.
func (s *Server) recheckAnswer(c echo.Context) error { return s.recheck(c, s.Engine.Recheck) }

// recheck judges again what an address names.
func (s *Server) recheck(c echo.Context, judge func(ctx context.Context, id string) (rag.RecheckReply, error)) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	reply, err := judge(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return s.reply(c, http.StatusOK, reply)
}

// deleteAnswer answers DELETE /v1/answers/{id}.
func (s *Server) deleteAnswer(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	err = s.Record.DeleteAnswer(ctx, id)
	if errors.Is(err, corpus.ErrNotFound) {
		// One that is being written will be there: it is to be cancelled.
		if _, running := s.Engine.Stored(ctx, id); errors.Is(running, rag.ErrRunning) {
			return running
		}
	}
	if err != nil {
		return err
	}
	return s.replyNothing(c)
}
