package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
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

// deleteAnswer answers DELETE /v1/answers/{id}.
func (s *Server) deleteAnswer(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	if err := s.Record.DeleteAnswer(c.Request().Context(), id); err != nil {
		return err
	}
	return s.replyNothing(c)
}
