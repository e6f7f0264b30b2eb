package briefing

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"chuchu/rag"
)

// An order is a briefing between its order and its end. Nothing is waited for under
// the desk's lock.
type order struct {
	id   string
	ctx  context.Context // in which it is made
	stop context.CancelCauseFunc
	log  rag.Log
	over chan struct{} // closed when nothing more of it is going to be stored

	// Under the desk's lock.
	stored  storedBriefing
	changes int // of stored
}

// newOrder returns an order that outlives the caller's context.
func newOrder(ctx context.Context, s storedBriefing) *order {
	o := &order{id: s.ID, stored: s, over: make(chan struct{})}
	o.ctx, o.stop = context.WithCancelCause(context.WithoutCancel(ctx))
	return o
}

// tell tells the readers of progress: of a Step or a FinishedSection.
func (o *order) tell(v any) error {
	name := "step"
	if _, ok := v.(FinishedSection); ok {
		name = "section"
	}
	event, err := rag.NewEvent(name, v)
	if err != nil {
		return err
	}
	return o.log.Add(event)
}

// live returns an order that has not ended, or is still being stored; nil where there
// is none.
func (d *Desk) live(id string) *order {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.orders[id]
}

// state returns what is to be stored of an order, and the number of that state.
func (d *Desk) state(o *order) (storedBriefing, int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return o.stored, o.changes
}

// change changes what is to be stored of an order, unless it was cancelled.
func (d *Desk) change(o *order, f func(*storedBriefing)) (changed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if o.stored.Status == Cancelled {
		return false
	}
	f(&o.stored)
	o.changes++
	if o.stored.Status.Ended() {
		d.ended[o.stored.Status]++
	}
	return true
}

// setCancelled cancels an order that has not ended. It returns the status it had.
func (d *Desk) setCancelled(o *order) (had Status, cancelled bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	had = o.stored.Status
	if had.Ended() {
		return had, false
	}
	d.queue = slices.DeleteFunc(d.queue, func(x *order) bool { return x == o })
	o.stored.Status = Cancelled
	o.changes++
	d.ended[Cancelled]++
	return had, true
}

func (d *Desk) count(s Status) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended[s]++
}

// save stores an order as it stands. Where that changes meanwhile it does so again:
// whoever stores last, stores the newest.
func (d *Desk) save(ctx context.Context, o *order) error {
	for {
		s, number := d.state(o)
		var err error
		if s.Log, err = logOf(o.log.Events()); err != nil {
			return fmt.Errorf("store briefing %s: %w", s.ID, err)
		}
		if err := d.put(ctx, s); err != nil {
			return err
		}
		if _, now := d.state(o); now == number {
			return nil
		}
	}
}

// enter makes an order known. It reports false on a closed desk.
func (d *Desk) enter(o *order) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		o.stop(nil)
		return false
	}
	d.orders[o.id] = o
	return true
}

// leave forgets an order that is stored as it ended, or never was.
func (d *Desk) leave(o *order) {
	o.stop(nil)
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.orders, o.id)
	close(o.over)
}

// enqueue puts an order that is stored at the end of the queue. On a closed desk it
// stays in the record alone.
func (d *Desk) enqueue(o *order) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if o.stored.Status == Queued {
		d.queue = append(d.queue, o)
		d.beginNext()
	}
}

// beginNext begins what may run, the lock being held.
func (d *Desk) beginNext() {
	for !d.closed && d.running < d.Options.Concurrent && len(d.queue) > 0 {
		o := d.queue[0]
		d.queue = d.queue[1:]
		d.running++
		o.stored.Status = Running
		o.stored.Begun++
		o.changes++
		d.group.Go(func() { d.run(o) })
	}
}

// run makes a briefing to its end, and lets the next begin.
func (d *Desk) run(o *order) {
	b, err := d.makeSafely(o)
	d.end(o, b, err)
	d.leave(o)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running--
	d.beginNext()
}

// makeSafely makes an error of a panic: nobody above this goroutine would.
func (d *Desk) makeSafely(o *order) (b Briefing, err error) {
	defer recovered(&err)
	s, _ := d.state(o)
	b = s.Briefing
	if err := d.save(o.ctx, o); err != nil {
		return b, err
	}
	m := &maker{Parts: d.Parts, request: b.Request, tell: o.tell}
	if m.previous, err = d.previous(o.ctx, b.Request.PreviousID); err != nil {
		return b, err
	}
	if err := d.make(o.ctx, m, &b); err != nil {
		return b, err
	}
	b.dropQuotes()
	return b, nil
}

// recovered makes err of a panic.
func recovered(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
	}
}

// end stores what has become of a briefing and tells its readers. One that was
// cancelled has been seen to; one that the desk's end cut off is queued once more.
func (d *Desk) end(o *order, b Briefing, err error) {
	if err == nil && b.Status != Refused {
		b.Status = Done
	}
	cut := err != nil && errors.Is(context.Cause(o.ctx), rag.ErrClosed)
	changed := d.change(o, func(s *storedBriefing) {
		switch {
		case cut: // whose beginning was no attempt that failed
			s.Status = Queued
			s.Begun--
		case err != nil:
			s.fail(b, d.Explain(err))
		default:
			s.Briefing = b
		}
	})
	if !changed {
		return
	}
	if err != nil && !cut {
		d.Log.Error("a briefing failed", "briefing", b.ID, "error", err)
	}
	last, err := d.settle(context.WithoutCancel(o.ctx), o)
	if err != nil { // where it was not stored, it stands there as running: the next Start begins it anew
		d.Log.Error("the end of a briefing was not stored or told", "briefing", b.ID, "error", err)
		last = failure(err)
	}
	o.log.End(last, last.Err)
}

// settle stores an order that has ended and returns its last event.
func (d *Desk) settle(ctx context.Context, o *order) (last rag.Event, err error) {
	defer recovered(&err)
	if err := d.save(ctx, o); err != nil {
		return last, err
	}
	b, err := d.Get(ctx, o.id)
	if err != nil {
		return last, err
	}
	return lastEvent(b)
}
