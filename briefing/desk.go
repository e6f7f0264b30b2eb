package briefing

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"time"

	"chuchu/corpus"
	"chuchu/rag"
)

// A Desk takes orders for briefings, has so many made at once, the others waiting in
// order, and keeps what comes of them in the record. An order stands there from the
// moment it is taken, so that a process that dies loses none: the Desk of the next one
// takes up what is unfinished when it is started. It is safe for concurrent use.
type Desk struct {
	Parts
	// make is maker.make; tests have others.
	make func(ctx context.Context, m *maker, b *Briefing) error

	mu      sync.Mutex
	orders  map[string]*order // those queued, running, or still being stored
	queue   []*order          // the queued ones, the next first
	running int
	ended   map[Status]int // how many have ended so
	closed  bool
	group   sync.WaitGroup
}

// NewDesk returns a desk of the parts. The options must be valid.
func NewDesk(p Parts) *Desk {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	if p.Explain == nil {
		p.Explain = func(error) Problem {
			return Problem{Type: "about:blank", Title: "Internal Server Error", Status: 500, Detail: "something failed", Code: "internal"}
		}
	}
	return &Desk{Parts: p, make: func(ctx context.Context, m *maker, b *Briefing) error { return m.make(ctx, b) },
		orders: make(map[string]*order), ended: make(map[Status]int)}
}

// A StateError is returned where a briefing is in a state for what was asked of it.
type StateError struct {
	Status Status
	Err    error // rag.ErrRunning or rag.ErrEnded; nil where it is neither's fault
}

func (e *StateError) Error() string { return "the briefing is " + string(e.Status) }

func (e *StateError) Unwrap() error { return e.Err }

// A FailedError is what a briefing has failed with, as its readers may know it.
type FailedError struct{ Problem Problem }

func (e *FailedError) Error() string { return e.Problem.Detail }

// Order takes an order: the briefing is queued, and in the record, when it returns.
// *rag.InputError, rag.ErrClosed, or what record and index return.
func (d *Desk) Order(ctx context.Context, r Request) (Briefing, error) {
	r, err := checkRequest(ctx, d.Engine, r)
	if err != nil {
		return Briefing{}, err
	}
	if _, err := d.previous(ctx, r.PreviousID); err != nil {
		return Briefing{}, err
	}
	b := Briefing{ID: rag.NewID("brf_"), Status: Queued, AsOf: r.AsOf, Created: time.Now().UTC().Truncate(time.Millisecond)}
	(&maker{Parts: d.Parts, request: r}).begin(&b)
	o := newOrder(ctx, storedBriefing{Briefing: b})
	if !d.enter(o) {
		return Briefing{}, rag.ErrClosed
	}
	if err := d.save(ctx, o); err != nil {
		d.leave(o)
		return Briefing{}, err
	}
	d.enqueue(o)
	return b, nil
}

// previous returns the briefing that another one is to follow up, nil for none.
// corpus.ErrNotFound where there is no such, *rag.InputError where it is not done.
func (d *Desk) previous(ctx context.Context, id string) (*Briefing, error) {
	if id == "" {
		return nil, nil
	}
	b, err := d.Get(ctx, id)
	switch {
	case errors.Is(err, corpus.ErrNotFound):
		return nil, fmt.Errorf("previous_id %s: %w", id, err)
	case err != nil:
		return nil, err
	case b.Status != Done:
		return nil, &rag.InputError{Field: "previous_id", Reason: fmt.Sprintf("that briefing is %s; only one that is done can be followed up", b.Status)}
	}
	return &b, nil
}

// Get returns a briefing, whole or on its way. Each article that it names says whether
// it is the same, changed or deleted by now; what was quoted of a deleted one is null.
// corpus.ErrNotFound.
func (d *Desk) Get(ctx context.Context, id string) (Briefing, error) {
	var s storedBriefing
	var err error
	if o := d.live(id); o != nil {
		s, _ = d.state(o)
		s.Briefing, err = s.clone()
	} else {
		s, err = d.read(ctx, id)
	}
	if err == nil {
		err = d.complete(ctx, &s.Briefing)
	}
	if err != nil {
		return Briefing{}, err
	}
	return s.Briefing, nil
}

// A Listed briefing is one as the list shows it.
type Listed struct {
	ID         string    `json:"id"`
	Topic      string    `json:"topic"`
	Status     Status    `json:"status"`
	Mode       string    `json:"mode"`
	Created    time.Time `json:"created"`
	PreviousID string    `json:"previous_id"`
}

// List lists the briefings, newest first. next is empty on the last page. The limit is
// 50 by default and 1000 at most. corpus.ErrCursor.
func (d *Desk) List(ctx context.Context, limit int, cursor string) (list []Listed, total int, next string, err error) {
	documents, total, next, err := d.Engine.Record.Briefings(ctx, limit, cursor)
	for _, x := range documents {
		list = append(list, Listed{x.ID, x.Question, Status(x.Status), x.Mode, x.Created, x.PreviousID})
	}
	return list, total, next, err
}

// Follow yields the events of a briefing after the first n, which its reader has: step
// (Step) and section (FinishedSection) while it is made, then done (what Get returns), or error.
// Those of one that has ended can be had as well; its sections are then those of the
// briefing, with their final numbers. What is yielded besides events is the error of
// ctx. A briefing that was begun anew has new events: who has more than there are gets
// all of them.
//
// rag.ErrEnded where there is nothing after n; *rag.InputError where there are not even
// n events; rag.ErrClosed where nobody makes it any more; corpus.ErrNotFound.
func (d *Desk) Follow(ctx context.Context, id string, n int) (iter.Seq2[rag.Event, error], error) {
	if o := d.live(id); o != nil {
		events, err := o.log.Follow(ctx, n)
		if s, _ := d.state(o); s.Begun > 1 && isInput(err) {
			return o.log.Follow(ctx, 0)
		}
		return events, err
	}
	s, err := d.read(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case !s.Status.Ended():
		return nil, rag.ErrClosed
	}
	replayed, err := d.replay(ctx, s)
	if err != nil {
		return nil, err
	}
	events, err := rag.Replay(replayed, n)
	if s.Begun > 1 && isInput(err) {
		return nil, rag.ErrEnded
	}
	return events, err
}

func isInput(err error) bool {
	var input *rag.InputError
	return errors.As(err, &input)
}

// Cancel ends a briefing that is queued or running: its readers get an error event with
// rag.ErrCancelled. *StateError with rag.ErrEnded, corpus.ErrNotFound.
func (d *Desk) Cancel(ctx context.Context, id string) error {
	o := d.live(id)
	if o == nil {
		return d.cancelStored(ctx, id)
	}
	status, was := d.setCancelled(o)
	if !was {
		return &StateError{status, rag.ErrEnded}
	}
	o.stop(rag.ErrCancelled)
	o.log.End(failure(rag.ErrCancelled), rag.ErrCancelled)
	err := d.save(context.WithoutCancel(ctx), o)
	if status == Queued {
		d.leave(o)
	}
	return err
}

// cancelStored cancels a briefing that nobody has taken up.
func (d *Desk) cancelStored(ctx context.Context, id string) error {
	s, err := d.read(ctx, id)
	if err != nil {
		return err
	}
	if s.Status.Ended() {
		return &StateError{s.Status, rag.ErrEnded}
	}
	s.Status = Cancelled
	return d.put(ctx, s)
}

// Delete deletes a briefing that has ended. *StateError with rag.ErrRunning,
// corpus.ErrNotFound.
func (d *Desk) Delete(ctx context.Context, id string) error {
	if o := d.live(id); o != nil {
		if s, _ := d.state(o); !s.Status.Ended() {
			return &StateError{s.Status, rag.ErrRunning}
		}
		select { // what is being stored would be there again
		case <-o.over:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return d.Engine.Record.DeleteBriefing(ctx, id)
}

// A Tally says how many briefings there are to be made, and how many have ended how
// since the desk was there.
type Tally struct {
	Queued  int
	Running int
	Ended   map[Status]int
}

// Tally counts the orders.
func (d *Desk) Tally() Tally {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := Tally{Queued: len(d.queue), Running: d.running, Ended: make(map[Status]int, len(d.ended))}
	for status, n := range d.ended {
		t.Ended[status] = n
	}
	return t
}

// Start takes up what an earlier process left: what was queued, in its order, and what
// was running, from its beginning. One that was begun before so often that it may well
// be what ends the process has failed.
func (d *Desk) Start(ctx context.Context) error {
	documents, err := d.Engine.Record.UnfinishedBriefings(ctx)
	if err != nil {
		return err
	}
	for _, document := range documents {
		if d.live(document.ID) != nil {
			continue
		}
		s, err := decode(document)
		if err != nil {
			d.Log.Error("a briefing is left where it is", "error", err)
			continue
		}
		if s.Status == Running && s.Begun >= mostBegun {
			if err := d.giveUp(ctx, s); err != nil {
				return err
			}
			continue
		}
		s.Status = Queued
		o := newOrder(ctx, s)
		if !d.enter(o) {
			return rag.ErrClosed
		}
		d.Log.Info("taking up a briefing", "briefing", s.ID, "begun", s.Begun)
		d.enqueue(o)
	}
	return nil
}

// mostBegun is how often a briefing is begun: a process may have ended for reasons of
// its own once.
const mostBegun = 2

// giveUp marks a briefing as failed whose making the program did not outlive.
func (d *Desk) giveUp(ctx context.Context, s storedBriefing) error {
	d.Log.Error("a briefing is given up: the program ended each time it was made", "briefing", s.ID, "begun", s.Begun)
	s.Status = Failed
	s.Problem = &Problem{
		Type: "about:blank", Title: "Service Unavailable", Status: 503, Code: "unavailable",
		Detail: fmt.Sprintf("the program ended while the briefing was made, %d times in a row; order it anew to try once more", s.Begun),
	}
	d.count(Failed)
	return d.put(ctx, s)
}

// Close ends what is being made, and waits for it. It stands in the record as queued,
// for the next Start. After it Order returns rag.ErrClosed.
func (d *Desk) Close() {
	for _, o := range d.close() {
		o.stop(rag.ErrClosed)
		o.log.End(failure(rag.ErrClosed), rag.ErrClosed)
	}
	d.group.Wait()
}

// close lets nothing begin any more, and returns what has not ended.
func (d *Desk) close() (list []*order) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	for _, o := range d.orders {
		if !o.stored.Status.Ended() {
			list = append(list, o)
		}
	}
	return slices.Clip(list)
}
