package api

import (
	"bufio"
	"net/http"

	"github.com/labstack/echo/v4"

	"chuchu/ingest"
)

// exportArticles answers GET /v1/articles.jsonl: every article on a line of JSON
// that ingest reads back to the same. When it fails half-way the connection
// breaks, so that nobody takes the part for the whole.
func (s *Server) exportArticles(c echo.Context) error {
	out := bufio.NewWriterSize(patientWriter{s, c}, 64<<10)
	if err := ingest.Export(c.Request().Context(), s.Record, out); err != nil {
		if c.Response().Committed {
			return &brokenReply{err}
		}
		return err
	}
	s.beginExport(c)
	if err := out.Flush(); err != nil {
		return &brokenReply{err}
	}
	return nil
}

func (s *Server) beginExport(c echo.Context) {
	if c.Response().Committed {
		return
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/jsonl")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="articles.jsonl"`)
	c.Response().WriteHeader(http.StatusOK)
}

// A patientWriter gives the client its time for each piece, not for the whole.
type patientWriter struct {
	s *Server
	c echo.Context
}

func (w patientWriter) Write(b []byte) (int, error) {
	w.s.beginExport(w.c)
	if err := w.s.expectTaken(w.c); err != nil {
		return 0, err
	}
	n, err := w.c.Response().Write(b)
	if err != nil {
		err = notTaken(err)
	}
	return n, err
}
