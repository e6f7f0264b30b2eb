package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
)

// reply writes v as JSON.
func (s *Server) reply(c echo.Context, status int, v any) error {
	return s.send(c, status, echo.MIMEApplicationJSON, v)
}

// send writes v as JSON of a content type.
func (s *Server) send(c echo.Context, status int, contentType string, v any) error {
	body, err := encode(v)
	if err != nil {
		return fmt.Errorf("encode a reply: %w", err)
	}
	return s.write(c, status, contentType, body)
}

// encode returns v as one line of JSON, without the escapes that only HTML needs.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// write replies with a whole body.
func (s *Server) write(c echo.Context, status int, contentType string, body []byte) error {
	if err := s.expectTaken(c); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
	if err := c.Blob(status, contentType, body); err != nil {
		return notTaken(err)
	}
	return nil
}

// replyNothing says that it is done and there is nothing to say.
func (s *Server) replyNothing(c echo.Context) error {
	if err := s.expectTaken(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// expectTaken gives the client so long to take what is written next. It takes the
// place of the server's own deadline, which counts from the request.
func (s *Server) expectTaken(c echo.Context) error {
	err := http.NewResponseController(c.Response().Writer).SetWriteDeadline(time.Now().Add(s.patience))
	if errors.Is(err, http.ErrNotSupported) { // a recorder in place of a connection
		return nil
	}
	return err
}
