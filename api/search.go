package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"chuchu/rag"
)

// search answers POST /v1/search.
func (s *Server) search(c echo.Context) error {
	var r rag.SearchRequest
	if err := s.decode(c, &r); err != nil {
		return err
	}
	reply, err := s.Engine.Search(c.Request().Context(), r)
	if err != nil {
		return err
	}
	s.metrics.countPlan(reply.Plan)
	return s.reply(c, http.StatusOK, reply)
}
