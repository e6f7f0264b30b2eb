package api

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"chuchu/web"
)

// pages are the paths of the reading room. Whoever opens one gets the same page, which
// needs no key; what it shows does.
var pages = []string{"/", "/ask/:id", "/articles", "/articles/:id", "/briefings", "/briefings/:id", "/check", "/status"}

// addRoom serves the reading room. It is no part of the interface for programs, which
// routes lists and openapi.yaml describes.
func (s *Server) addRoom() {
	room, err := web.New()
	if err != nil { // its files are in the program
		panic(fmt.Sprintf("the reading room: %v", err))
	}
	s.addPage(web.Prefix+"*", func(c echo.Context) error {
		asset, ok := room.Asset(c.Request().URL.Path)
		if !ok {
			return refuse(codeNotFound, "the reading room has no such file")
		}
		return s.hand(c, asset)
	})
	for _, path := range pages {
		s.addPage(path, func(c echo.Context) error { return s.hand(c, room.Page()) })
	}
}

func (s *Server) addPage(path string, handler echo.HandlerFunc) {
	admit := s.admit(route{http.MethodGet, path, open, handler})
	s.echo.GET(path, handler, admit)
	s.echo.HEAD(path, handler, admit)
}

// hand lets another handler reply.
func (s *Server) hand(c echo.Context, h http.Handler) error {
	if err := s.expectTaken(c); err != nil {
		return err
	}
	h.ServeHTTP(c.Response(), c.Request())
	return nil
}
