package api

import (
	"context"
	"time"
)

// SetIdle sets after how long a silent stream gets a comment line.
func (s *Server) SetIdle(d time.Duration) { s.idle = d }

// SetPatience sets how long a client may take to read a piece.
func (s *Server) SetPatience(d time.Duration) { s.patience = d }

// Routes lists the endpoints as "METHOD /path/{id}".
func (s *Server) Routes() map[string]string {
	routes := map[string]string{}
	for _, r := range s.routes() {
		routes[r.method+" "+r.path] = [...]string{"open", "read", "write"}[r.needs]
	}
	return routes
}

// DecodeJSON decodes a body as the endpoints do.
func DecodeJSON(body []byte, v any) error { return decodeJSON(body, v) }

// ProblemOf returns status, code and detail of an error.
func ProblemOf(ctx context.Context, err error) (status int, code, detail string) {
	p := problemOf(ctx, err)
	return p.Status, p.Code, p.Detail
}

// AppendEvent writes a frame.
func AppendEvent(dst []byte, id int, name string, data []byte) ([]byte, error) {
	return appendEvent(dst, id, name, data)
}

// Disposition names the file of a document.
func Disposition(title, id, extension string) string { return disposition(title, id, extension) }

// ErrStopping is the cause of contexts that the end of the server cut off.
var ErrStopping = errStopping

// MostCallers bounds what the limiter remembers.
const MostCallers = mostCallers

// NewTake returns a limiter's take, and how many callers it remembers.
func NewTake(perSecond float64, burst int) (take func(name string) time.Duration, size func() int) {
	l := newLimiter(perSecond, burst)
	return l.take, func() int { return len(l.callers) }
}

// WaitingForDoctor returns how many wait for the whole doctor.
func (s *Server) WaitingForDoctor() int {
	s.wholeCheckups.mu.Lock()
	defer s.wholeCheckups.mu.Unlock()
	if s.wholeCheckups.running == nil {
		return 0
	}
	return s.wholeCheckups.running.waiting
}

// ForgetCheckups makes the outcome of the whole doctor old.
func (s *Server) ForgetCheckups() {
	s.wholeCheckups.mu.Lock()
	defer s.wholeCheckups.mu.Unlock()
	s.wholeCheckups.last = checkup{}
}
