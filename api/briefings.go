package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"chuchu/briefing"
)

// pathBriefings is where briefings are.
const pathBriefings = "/v1/briefings"

// orderBriefing answers POST /v1/briefings: it is made by and by.
func (s *Server) orderBriefing(c echo.Context) error {
	var r briefing.Request
	if err := s.decode(c, &r); err != nil {
		return err
	}
	b, err := s.Desk.Order(c.Request().Context(), r)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, pathBriefings+"/"+b.ID)
	return s.reply(c, http.StatusAccepted, struct {
		ID     string          `json:"id"`
		Status briefing.Status `json:"status"`
	}{b.ID, b.Status})
}

// A briefingList is a page of briefings.
type briefingList struct {
	Briefings []briefing.Listed `json:"briefings"`
	Total     int               `json:"total"`
	Next      *string           `json:"next"`
}

// listBriefings answers GET /v1/briefings, newest first.
func (s *Server) listBriefings(c echo.Context) error {
	q, err := parametersOf(c, "limit", "cursor")
	if err != nil {
		return err
	}
	limit, cursor := q.whole("limit", mostListed), q.one("cursor")
	if q.err != nil {
		return q.err
	}
	list, total, next, err := s.Desk.List(c.Request().Context(), limit, cursor)
	if err != nil {
		return err
	}
	return s.reply(c, http.StatusOK, briefingList{append([]briefing.Listed{}, list...), total, orNull(next)})
}

// getBriefing answers GET /v1/briefings/{id}, and with the ending of a format behind
// the id, which has no point in it, gives out the document.
func (s *Server) getBriefing(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	id, extension, isDocument := strings.Cut(id, ".")
	if isDocument {
		return s.giveOutBriefing(c, id, extension)
	}
	b, err := s.Desk.Get(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return s.reply(c, http.StatusOK, b)
}

// followBriefing answers GET /v1/briefings/{id}/events.
func (s *Server) followBriefing(c echo.Context) error { return s.follow(c, s.Desk.Follow) }

// cancelBriefing answers POST /v1/briefings/{id}/cancel.
func (s *Server) cancelBriefing(c echo.Context) error { return s.act(c, s.Desk.Cancel) }

// recheckBriefing answers POST /v1/briefings/{id}/recheck.
func (s *Server) recheckBriefing(c echo.Context) error { return s.recheck(c, s.Desk.Recheck) }

// deleteBriefing answers DELETE /v1/briefings/{id}.
func (s *Server) deleteBriefing(c echo.Context) error { return s.act(c, s.Desk.Delete) }
