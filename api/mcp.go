package api

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"time"

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
	out := &messageWriter{server: s, c: c}
	s.MCP(out, r, s.callerOf(c).role >= writes)
	return out.lost()
}

// A messageWriter gives the client its time for each message, not for the whole.
type messageWriter struct {
	server *Server
	c      echo.Context

	mu      sync.Mutex // one writes at a time: the handler, or the comments
	written time.Time  // when something last was
	broken  error      // the client does not take what is written
}

// Header implements http.ResponseWriter.
func (w *messageWriter) Header() http.Header { return w.c.Response().Header() }

// WriteHeader implements http.ResponseWriter.
func (w *messageWriter) WriteHeader(status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begin()
	w.c.Response().WriteHeader(status)
}

// begin sets what every reply has, whatever the handler has put there.
func (w *messageWriter) begin() {
	if !w.c.Response().Committed {
		w.Header().Set("Cache-Control", "no-store, no-transform")
		w.Header().Set("X-Accel-Buffering", "no") // nginx would hold messages back
	}
}

// Write implements http.ResponseWriter; what is written is one whole message.
func (w *messageWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.write(b)
}

func (w *messageWriter) write(b []byte) (n int, err error) {
	w.begin()
	if err = w.server.expectTaken(w.c); err == nil {
		n, err = w.c.Response().Write(b)
	}
	if err == nil {
		// Not the Flush of echo's response: it hides that the client has gone.
		err = http.NewResponseController(w.c.Response().Writer).Flush()
	}
	if err != nil && w.broken == nil {
		w.broken = notTaken(err)
	}
	w.written = time.Now()
	return n, err
}

// lost returns why the client cannot be reached any more.
func (w *messageWriter) lost() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.broken
}

// KeepAlive writes a comment line whenever nothing was written for as long as streams
// may be idle, until the function that it returns is called. What is written must be a
// stream of events by then, with its headers set.
func (w *messageWriter) KeepAlive() (stop func()) {
	w.mu.Lock()
	w.written = time.Now()
	w.mu.Unlock()
	ended := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		ticks := time.NewTicker(w.server.idle)
		defer ticks.Stop()
		for {
			select {
			case <-ended:
				return
			case <-ticks.C:
				w.comment()
			}
		}
	})
	return func() {
		close(ended)
		group.Wait()
	}
}

func (w *messageWriter) comment() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken == nil && time.Since(w.written) >= w.server.idle {
		_, _ = w.write([]byte(stillHere)) // the message that follows meets the same error
	}
}
