package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"
)

// statusLeft is logged for a request whose client was gone before its reply; no
// one sees it. The number is nginx's.
const statusLeft = 499

// observe replies to errors and panics, and logs and counts every request.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		started := time.Now()
		s.metrics.running.Inc()
		defer s.metrics.running.Dec()
		err := safely(next, c)
		if err != nil {
			s.fail(c, err)
		}
		s.log(c, err, time.Since(started))
		if err != nil && s.cutOff(c, err) {
			panic(http.ErrAbortHandler) // the only way to say that a reply is not whole
		}
		return nil
	}
}

// cutOff reports whether a reply had begun that can no longer be ended well. A
// problem is a whole reply.
func (s *Server) cutOff(c echo.Context, err error) bool {
	broken := (*brokenReply)(nil)
	return c.Response().Committed && errors.As(err, &broken)
}

// A brokenReply failed after its first byte.
type brokenReply struct{ err error }

// errNotTaken is in the errors of replies that the client did not take.
var errNotTaken = errors.New("the client does not read it")

func notTaken(err error) error { return &brokenReply{fmt.Errorf("%w: %w", errNotTaken, err)} }

func (e *brokenReply) Error() string { return "reply broken off: " + e.err.Error() }

func (e *brokenReply) Unwrap() error { return e.err }

// A panicked is a programming error that a handler ran into.
type panicked struct {
	value any
	stack []byte
}

func (e *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

// safely calls the handler and makes an error of a panic.
func safely(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	return next(c)
}

func (s *Server) log(c echo.Context, err error, took time.Duration) {
	r, status := c.Request(), c.Response().Status
	cause := context.Cause(r.Context())
	if errors.Is(err, errNotTaken) || cause != nil && !errors.Is(cause, errStopping) {
		status = statusLeft
	}
	route, _ := c.Get(routeKey).(string)
	s.metrics.count(r.Method, route, status, took)
	level := slog.LevelInfo
	if route == "/healthz" || route == "/readyz" || route == "/metrics" {
		level = slog.LevelDebug // they are asked all the time
	}
	who, _ := c.Get(callerKey).(string)
	s.Log.Log(r.Context(), level, "request",
		"method", r.Method, "path", r.URL.Path, "status", status, "bytes", c.Response().Size,
		"ms", took.Milliseconds(), "caller", who, "request_id", requestID(c))
}
