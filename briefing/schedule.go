package briefing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"chuchu/corpus"
	"chuchu/rag"
)

// SchedulerParts are what standing briefings are made with.
type SchedulerParts struct {
	Desk interface { // a *Desk, started
		Order(ctx context.Context, r Request) (Briefing, error)
		Get(ctx context.Context, id string) (Briefing, error)
		Follow(ctx context.Context, id string, n int) (iter.Seq2[rag.Event, error], error)
	}
	Settings interface { // a *corpus.Record
		Setting(ctx context.Context, key string) (string, error)
		SetSetting(ctx context.Context, key, value string) error
	}
	Standing []Standing // valid ones
	Zone     *time.Location
	// Room is the address of the server, http://host, at which briefings and what they
	// quote are read; empty where there is none.
	Room string
	Now  func() time.Time
	// Wait returns when so much time has passed, or with ctx's error.
	Wait func(ctx context.Context, d time.Duration) error
	HTTP *http.Client
	// Pauses lie between the tries of a webhook.
	Pauses func() backoff.BackOff
	Log    *slog.Logger
}

// A Scheduler makes standing briefings when they are due. When each last ran is kept
// in the record: however many runs were missed, they are made up for by one, and a
// briefing that was under way when the program ended is seen to its end. One that
// never ran is due.
type Scheduler struct{ SchedulerParts }

// NewScheduler returns a scheduler of the parts; Now, Wait, HTTP, Pauses and Log may
// be nil.
func NewScheduler(p SchedulerParts) *Scheduler {
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Wait == nil {
		p.Wait = wait
	}
	if p.HTTP == nil {
		p.HTTP = newWebhookClient()
	}
	if p.Pauses == nil {
		p.Pauses = func() backoff.BackOff { return backoff.NewExponentialBackOff() }
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	return &Scheduler{p}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A StandingRun is what became of one run of a standing briefing.
type StandingRun struct {
	Name    string
	ID      string // of the briefing; empty where none was ordered
	Status  Status
	Files   []string
	Err     error // why it was not made, or a file not written
	Webhook error // why nobody was told of it
}

// Run makes each standing briefing when it is due, never two of one name at once. It
// returns when ctx has ended.
func (s *Scheduler) Run(ctx context.Context) {
	var group sync.WaitGroup
	for _, b := range s.Standing {
		group.Go(func() { s.repeat(ctx, b) })
	}
	group.Wait()
}

// RunDue makes those that are due now, one after the other, and tells of each. The
// error is ctx's, or the record's.
func (s *Scheduler) RunDue(ctx context.Context, tell func(StandingRun)) error {
	for _, b := range s.Standing {
		state, err := s.state(ctx, b.Name)
		if err != nil {
			return err
		}
		if s.next(b, state).After(s.Now()) {
			continue
		}
		_, run := s.make(ctx, b, state)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		tell(run)
	}
	return nil
}

// repeat makes one standing briefing over and over.
func (s *Scheduler) repeat(ctx context.Context, b Standing) {
	state, err := s.state(ctx, b.Name)
	if err != nil {
		s.Log.Error("a standing briefing is not made until the next start", "name", b.Name, "error", err)
		return
	}
	for {
		if s.waitUntil(ctx, s.next(b, state)) != nil {
			return
		}
		var run StandingRun
		if state, run = s.make(ctx, b, state); ctx.Err() != nil {
			return
		}
		s.log(run)
		if errors.Is(run.Err, errUnended) {
			return // the desk is closed; the next start goes on
		}
	}
}

// longestWait bounds one wait, as a machine that slept, or whose clock was set, may be
// past the time before the wait is over.
const longestWait = time.Minute

func (s *Scheduler) waitUntil(ctx context.Context, at time.Time) error {
	for {
		left := at.Sub(s.Now())
		if left <= 0 {
			return ctx.Err()
		}
		if err := s.Wait(ctx, min(left, longestWait)); err != nil {
			return err
		}
	}
}

// A standingState is what is kept of a standing briefing.
type standingState struct {
	Ran       time.Time `json:"ran"`       // when it was ordered last
	ID        string    `json:"id"`        // the briefing ordered then
	Delivered bool      `json:"delivered"` // it has ended, and was seen to
	Done      string    `json:"done"`      // the last one done, which the next follows up
	Fault     string    `json:"fault"`     // what went wrong at last; empty for nothing
}

// standingSetting is where the record keeps the state of a name.
func standingSetting(name string) string { return "standing_briefing:" + name }

func (s *Scheduler) state(ctx context.Context, name string) (state standingState, err error) {
	text, err := s.Settings.Setting(ctx, standingSetting(name))
	if err != nil || text == "" {
		return state, err
	}
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		return state, fmt.Errorf("what is kept of the standing briefing %q cannot be read: %w", name, err)
	}
	return state, nil
}

// keep keeps a state, also when the caller is leaving.
func (s *Scheduler) keep(ctx context.Context, name string, state standingState) error {
	text, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return s.Settings.SetSetting(context.WithoutCancel(ctx), standingSetting(name), string(text))
}

// A Due is a standing briefing and when it is made next.
type Due struct {
	Name string
	Next time.Time
}

// Upcoming returns when each standing briefing is due; one that is being made is due
// now. One of which the state cannot be read is not made, as Run has logged, and left
// out.
func (s *Scheduler) Upcoming(ctx context.Context) (list []Due) {
	for _, b := range s.Standing {
		if state, err := s.state(ctx, b.Name); err == nil {
			list = append(list, Due{Name: b.Name, Next: s.next(b, state)})
		}
	}
	return list
}

// next returns when a standing briefing is due.
func (s *Scheduler) next(b Standing, state standingState) time.Time {
	now := s.Now()
	schedule, err := b.schedule()
	if state.Ran.IsZero() || state.ID != "" && !state.Delivered || err != nil {
		return now
	}
	ran := state.Ran
	if ran.After(now) { // the clock was wrong then
		ran = now
	}
	return schedule.Next(ran.In(s.Zone))
}

// errUnended is returned for a briefing that the desk left to the next start.
var errUnended = errors.New("the briefing has not ended; the next start goes on with it")

// make orders a briefing, unless one was under way, and delivers it.
func (s *Scheduler) make(ctx context.Context, b Standing, state standingState) (standingState, StandingRun) {
	run := StandingRun{Name: b.Name}
	if state.ID == "" || state.Delivered {
		id, err := s.order(ctx, b, state)
		if err != nil && ctx.Err() != nil {
			run.Err = ctx.Err()
			return state, run
		}
		state.Ran, state.ID, state.Delivered = s.Now(), id, err != nil
		if run.Err = errors.Join(err, s.keep(ctx, b.Name, state)); err != nil {
			return state, run
		}
	}
	run.ID = state.ID
	made, err := s.await(ctx, state.ID)
	if err != nil && (ctx.Err() != nil || errors.Is(err, errUnended)) {
		run.Err = err
		return state, run
	}
	if err != nil { // deleted, for one
		run.Err = errors.Join(run.Err, err)
	} else {
		s.deliver(ctx, b, state.Ran, made, &run)
	}
	if run.Status == Done {
		state.Done = state.ID
	}
	state.Delivered, state.Fault = true, ""
	if fault := errors.Join(run.Err, run.Webhook); fault != nil {
		state.Fault = fault.Error()
	}
	run.Err = errors.Join(run.Err, s.keep(ctx, b.Name, state))
	return state, run
}

// order returns the id of the new briefing.
func (s *Scheduler) order(ctx context.Context, b Standing, state standingState) (string, error) {
	previous := ""
	if b.followsUp() && state.Done != "" {
		switch _, err := s.Desk.Get(ctx, state.Done); {
		case err == nil:
			previous = state.Done
		case !errors.Is(err, corpus.ErrNotFound): // a deleted one is followed up by a whole briefing
			return "", err
		}
	}
	ordered, err := s.Desk.Order(ctx, b.request(s.Now().In(s.Zone), previous))
	return ordered.ID, err
}

// await returns a briefing when it has ended.
func (s *Scheduler) await(ctx context.Context, id string) (Briefing, error) {
	events, err := s.Desk.Follow(ctx, id, 0)
	if err == nil {
		for _, err := range events {
			if err != nil {
				break // what is kept tells more
			}
		}
	}
	made, err := s.Desk.Get(ctx, id)
	if err == nil && !made.Status.Ended() {
		err = errUnended
	}
	return made, err
}

// deliver writes the files of a briefing that was done, and tells the webhook of any.
func (s *Scheduler) deliver(ctx context.Context, b Standing, at time.Time, made Briefing, run *StandingRun) {
	run.Status = made.Status
	if made.Status == Done {
		made.Room = s.Room
		run.Err = errors.Join(run.Err, writeFiles(b, at.In(s.Zone), made, run))
	} else {
		run.Err = errors.Join(run.Err, whyNot(made))
	}
	if b.Webhook != "" {
		run.Webhook = s.notify(ctx, b, made)
	}
}

// whyNot says why a briefing that has ended is none.
func whyNot(b Briefing) error {
	switch {
	case b.Problem != nil:
		return errors.New(b.Problem.Detail)
	case b.Refusal != nil:
		return errors.New(b.Refusal.Text)
	}
	return fmt.Errorf("the briefing was %s", b.Status)
}

// writeFiles writes NAME-DAY.FORMAT for each format, over what another run of the day
// wrote.
func writeFiles(b Standing, day time.Time, made Briefing, run *StandingRun) error {
	err := os.MkdirAll(b.Folder, 0o755)
	for _, format := range b.formats() {
		if err != nil {
			break
		}
		file := filepath.Join(b.Folder, fmt.Sprintf("%s-%s.%s", b.Name, day.Format(time.DateOnly), format))
		if err = WriteFile(file, made); err == nil {
			run.Files = append(run.Files, file)
		}
	}
	if err != nil {
		return fmt.Errorf("%w; the briefing is kept: chuchu brief --show %s -o FILE writes it", err, made.ID)
	}
	return nil
}

func (s *Scheduler) log(run StandingRun) {
	if run.Webhook != nil {
		s.Log.Warn("nobody was told of a standing briefing", "name", run.Name, "briefing", run.ID, "error", run.Webhook)
	}
	if run.Err != nil {
		s.Log.Warn("a standing briefing", "name", run.Name, "briefing", run.ID, "status", run.Status, "error", run.Err)
		return
	}
	s.Log.Info("a standing briefing", "name", run.Name, "briefing", run.ID, "status", run.Status, "files", run.Files)
}
