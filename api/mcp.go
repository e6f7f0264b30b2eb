package api

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
)

// pathMCP is where assistants speak the Model Context Protocol, over streamable HTTP.
const pathMCP = "/mcp"

// speakMCP answers POST /mcp. A key that reads gets there; the handler is told whether
// it also writes.
func (s *Server) speakMCP(c echo.Context) error {
	body, err := s.readJSON(c)
	if err != nil {
		return err
	}
	r := c.Request()
	r.Body = io.NopCloser(bytes.NewReader(body))
	out := &messageWriter{ResponseWriter: c.Response(), server: s, c: c}
	s.MCP(out, r, s.callerOf(c).role >= writes)
	if out.broken != nil {
		return notTaken(out.broken)
	}
	return nil
}

// A messageWriter gives the client its time for each message, not for the whole.
type messageWriter struct {
	http.ResponseWriter
	server *Server
	c      echo.Context
	broken error
}

func (w *messageWriter) Write(b []byte) (int, error) {
	if err := w.server.expectTaken(w.c); err != nil {
		return 0, err
	}
	n, err := w.ResponseWriter.Write(b)
	w.broken = errors.Join(w.broken, err)
	return n, err
}

// Unwrap lets a message be flushed; the Flush of echo's response hides that the client
// has gone.
func (w *messageWriter) Unwrap() http.ResponseWriter { return w.c.Response().Writer }
