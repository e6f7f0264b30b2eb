package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// A stream is a reply of server-sent events, https://html.spec.whatwg.org/#server-sent-events.
// Headers go out with the first event, so that what fails before it is still an
// ordinary reply. While nothing happens comment lines keep the connection alive.
type stream struct {
	server *Server
	c      echo.Context
	leave  context.CancelFunc // tells the engine that the client has gone

	mu     sync.Mutex // one writes at a time: the answer, or the comments
	number int        // of the last event that the client has
	ended  bool       // done or error went out
	broken error      // the client does not take what is written

	comments *time.Ticker
	stop     chan struct{}
	group    sync.WaitGroup
}

func (s *Server) newStream(c echo.Context, leave context.CancelFunc) *stream {
	return &stream{server: s, c: c, leave: leave, stop: make(chan struct{})}
}

// started reports whether the headers went out.
func (t *stream) started() bool { return t.comments != nil }

// open sends the headers before there is an event.
func (t *stream) open() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begin()
	return t.write([]byte(stillHere))
}

// stillHere is a comment line; clients drop it.
const stillHere = ": still here\n\n"

// send writes an event; data is JSON. What comes after done or error is dropped.
func (t *stream) send(name string, data []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return nil
	}
	frame, err := appendEvent(nil, t.number+1, name, data)
	if err != nil {
		return err
	}
	if !t.started() {
		t.begin()
	}
	t.number++
	t.ended = name == "done" || name == "error"
	t.comments.Reset(t.server.idle)
	return t.write(frame)
}

// lost returns why the client cannot be reached any more.
func (t *stream) lost() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.broken
}

// begin sends the headers and starts the comments.
func (t *stream) begin() {
	h := t.c.Response().Header()
	h.Set(echo.HeaderContentType, "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	t.c.Response().WriteHeader(http.StatusOK)
	t.comments = time.NewTicker(t.server.idle)
	t.group.Go(t.comment)
}

// comment writes a comment line whenever the stream has been idle.
func (t *stream) comment() {
	for {
		select {
		case <-t.stop:
			return
		case <-t.comments.C:
			t.commentOnce()
		}
	}
}

func (t *stream) commentOnce() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ended {
		_ = t.write([]byte(stillHere)) // the next event meets the same error
	}
}

// write hands bytes to the client. When it does not take them within the
// server's patience it is taken to have left.
func (t *stream) write(b []byte) error {
	if t.broken != nil {
		return t.broken
	}
	err := t.server.expectTaken(t.c)
	if err == nil {
		_, err = t.c.Response().Write(b)
	}
	if err == nil {
		// Not the Flush of echo's response: it hides that the client has gone.
		err = http.NewResponseController(t.c.Response().Writer).Flush()
	}
	if err != nil {
		t.broken = notTaken(err)
		t.leave()
	}
	return t.broken
}

// close ends the comments; nothing is written after it.
func (t *stream) close() {
	close(t.stop)
	t.group.Wait()
	if t.comments != nil {
		t.comments.Stop()
	}
}

var errEventName = errors.New("no name of an event")

// appendEvent appends a frame: an id, a name of small letters, and JSON on one
// line.
func appendEvent(dst []byte, id int, name string, data []byte) ([]byte, error) {
	for _, c := range []byte(name) {
		if c < 'a' || c > 'z' {
			return dst, fmt.Errorf("event %q: %w", name, errEventName)
		}
	}
	if name == "" {
		return dst, errEventName
	}
	var line bytes.Buffer
	if err := json.Compact(&line, data); err != nil {
		return dst, fmt.Errorf("event %s: %w", name, err)
	}
	dst = append(dst, "id: "...)
	dst = strconv.AppendInt(dst, int64(id), 10)
	dst = append(dst, "\nevent: "...)
	dst = append(dst, name...)
	dst = append(dst, "\ndata: "...)
	dst = append(dst, line.Bytes()...)
	return append(dst, "\n\n"...), nil
}
