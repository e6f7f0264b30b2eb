package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// A Finding is what one check of the doctor found. Code and With let a program say it
// in words of its own; Text and Advice are the English ones. Whoever may read may know
// all of it.
type Finding struct {
	Part   string         `json:"part"`
	Code   string         `json:"code"` // begins with the part
	OK     bool           `json:"ok"`
	Text   string         `json:"text"`
	Advice string         `json:"advice"` // empty where nothing need be done
	With   map[string]any `json:"with"`   // what fills the words of the code: strings and numbers
}

// A checkup is the outcome of one run of the doctor.
type checkup struct {
	Findings []Finding `json:"findings"`
	OK       bool      `json:"ok"`
	Checked  time.Time `json:"checked"`
	TookMS   int64     `json:"took_ms"`
}

// checkupKept is how long an outcome is given out again: the whole doctor costs tokens
// of the model, and either reads all of the record.
const checkupKept = 30 * time.Second

// checkups shares one run among those who ask while it goes on.
type checkups struct {
	examine func(context.Context) []Finding

	mu      sync.Mutex
	running *examination // nil: none
	last    checkup
}

// An examination is a run of the doctor. It ends when nobody waits for it.
type examination struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{} // closed at its end
	outcome checkup
}

// get returns the outcome of the run that goes on, else one that is kept, unless a new
// one is asked for, else that of a new run.
func (k *checkups) get(ctx context.Context, again bool) (checkup, error) {
	k.mu.Lock()
	if k.running == nil && !again && time.Since(k.last.Checked) < checkupKept {
		defer k.mu.Unlock()
		return k.last, nil
	}
	if k.running == nil {
		k.running = k.start(ctx)
	}
	run := k.running
	run.waiting++
	k.mu.Unlock()
	select {
	case <-run.done:
		return run.outcome, nil
	case <-ctx.Done():
		if k.leave(run) {
			<-run.done // it works with parts that are closed after the last request
		}
		return checkup{}, context.Cause(ctx)
	}
}

// start begins a run; the lock is held.
func (k *checkups) start(ctx context.Context) *examination {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	run := &examination{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(run.done)
		defer cancel()
		started := time.Now()
		run.outcome = checkup{Findings: k.examine(ctx), OK: true}
		run.outcome.Checked, run.outcome.TookMS = time.Now(), time.Since(started).Milliseconds()
		for _, f := range run.outcome.Findings {
			run.outcome.OK = run.outcome.OK && f.OK
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.running == run { // else everybody has left, and what it found is of its end
			k.running, k.last = nil, run.outcome
		}
	}()
	return run
}

// leave counts one off who waits, and ends the run after the last.
func (k *checkups) leave(run *examination) (last bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if run.waiting--; run.waiting > 0 {
		return false
	}
	if k.running == run {
		k.running = nil
	}
	run.cancel()
	return true
}

// getDoctor answers GET /v1/doctor.
func (s *Server) getDoctor(c echo.Context) error {
	given, err := parametersOf(c, "offline", "again")
	if err != nil {
		return err
	}
	offline, again := given.flag("offline"), given.flag("again")
	if given.err != nil {
		return given.err
	}
	if again && s.callerOf(c).role < writes {
		return refuse(codeForbidden, "this key may read only; asking again before the last outcome is old needs one with the role write")
	}
	kept := &s.wholeCheckups
	if offline {
		kept = &s.offlineCheckups
	}
	outcome, err := kept.get(c.Request().Context(), again)
	if err != nil {
		return err
	}
	return s.reply(c, http.StatusOK, outcome)
}
