package api

import (
	_ "embed" // openapi.yaml
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"chuchu/corpus"
)

// Status says what is connected and what is there.
type Status struct {
	Version  string        `json:"version"`
	Embedder string        `json:"embedder"` // its fingerprint
	Record   corpus.Counts `json:"record"`
	Index    any           `json:"index"` // counts of the index, by its own names
	Model    any           `json:"model"` // provider and name, nil without one
	// Answers is how many are being written.
	Answers Writing `json:"answers"`
	// Standing are the briefings that are made by the clock.
	Standing []Standing `json:"standing"`
	// Briefings is what the desk has to do; the server fills it in.
	Briefings Orders `json:"briefings"`
	// Role is what the one who asks may do, read or write; the server fills it in.
	Role string `json:"role"`
}

// Writing are the answers that have not ended.
type Writing struct {
	Running int `json:"running"`
}

// A Standing is a briefing that is made by the clock, and when it is due next.
type Standing struct {
	Name string    `json:"name"`
	Next time.Time `json:"next"`
}

// Orders are the briefings that have not ended.
type Orders struct {
	Queued  int `json:"queued"`
	Running int `json:"running"`
}

// getStatus answers GET /v1/status.
func (s *Server) getStatus(c echo.Context) error {
	status, err := s.Status(c.Request().Context())
	if err != nil {
		return err
	}
	tally := s.Desk.Tally()
	status.Briefings = Orders{tally.Queued, tally.Running}
	if status.Role = "read"; s.callerOf(c).role == writes {
		status.Role = "write"
	}
	return s.reply(c, http.StatusOK, status)
}

// getHealth answers GET /healthz: the process is alive.
func (s *Server) getHealth(c echo.Context) error {
	return s.reply(c, http.StatusOK, map[string]string{"status": "ok"})
}

// getReadiness answers GET /readyz: it takes requests.
func (s *Server) getReadiness(c echo.Context) error {
	if s.stopping.Load() {
		return errStopping
	}
	return s.reply(c, http.StatusOK, map[string]string{"status": "ready"})
}

//go:embed openapi.yaml
var openAPI []byte

// getOpenAPI answers GET /openapi.yaml.
func (s *Server) getOpenAPI(c echo.Context) error {
	return s.write(c, http.StatusOK, "application/yaml", openAPI)
}
