package rag

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// A running is an answer while it is written. That is done in a goroutine of its
// own, whatever becomes of its readers; its events are kept for those who come
// later. Nothing it waits for is waited for under its lock.
type running struct {
	id    string
	grace time.Duration      // how long it goes on with nobody reading
	stop  context.CancelFunc // ends the context in which it is written

	mu      sync.Mutex
	events  []Event
	more    chan struct{} // closed when there are more events or it has ended
	readers int
	visits  int         // readers it ever had
	unread  *time.Timer // runs since the last reader left
	settled bool        // it is whole and being stored: too late to end it
	ended   bool
	err     error // why there is no whole answer
	reply   Reply // the whole answer
}

// enter counts a reader.
func (a *running) enter() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.readers++
	a.visits++
	if a.unread != nil {
		a.unread.Stop()
	}
}

// leave counts one off. After the last the grace begins.
func (a *running) leave() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.readers--
	if a.readers > 0 || a.ended {
		return
	}
	visits := a.visits
	a.unread = time.AfterFunc(a.grace, func() { a.abandon(visits) })
}

// abandon ends an answer that has had no reader since the given number of visits.
// A timer that is stopped may have gone off already.
func (a *running) abandon(visits int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.readers == 0 && a.visits == visits && !a.settled {
		a.close(errUnread)
	}
}

// end ends the answer at once, unless it has ended or is whole.
func (a *running) end(err error) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended || a.settled {
		return false
	}
	a.close(err)
	return true
}

// close makes err the end, the lock being held. Where no event came before, there
// is no error event either.
func (a *running) close(err error) {
	if a.ended {
		return
	}
	a.ended, a.err = true, err
	if len(a.events) > 0 {
		a.events = append(a.events, Event{Name: "error", Err: err})
	}
	if a.unread != nil {
		a.unread.Stop()
	}
	close(a.more)
	a.stop()
}

// add tells readers of an event. Its error is the one that has ended the answer.
func (a *running) add(event Event) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended {
		return a.err
	}
	a.events = append(a.events, event)
	close(a.more)
	a.more = make(chan struct{})
	return nil
}

// settle keeps a whole answer from being ended while it is stored, and returns its
// events so far.
func (a *running) settle() ([]Event, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended {
		return nil, a.err
	}
	a.settled = true
	return slices.Clone(a.events), nil
}

// finish ends the answer with its last event, or with err.
func (a *running) finish(reply Reply, done Event, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		a.close(err)
		return
	}
	a.events = append(a.events, done)
	a.reply, a.ended = reply, true
	if a.unread != nil {
		a.unread.Stop()
	}
	close(a.more)
}

// since returns the events after the first n, and a channel that is closed when
// there is more; nil when there will be none.
func (a *running) since(n int) ([]Event, <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	events := slices.Clip(a.events[n:])
	if a.ended {
		return events, nil
	}
	return events, a.more
}

// outcome returns what the answer has ended with.
func (a *running) outcome() (Reply, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.reply, a.err
}

// read yields the events after the first n until the last, the reader breaks off,
// or its context ends, which is yielded as an error.
func (a *running) read(ctx context.Context, n int, yield func(Event, error) bool) {
	for {
		events, more := a.since(n)
		for _, event := range events {
			if !yield(event, nil) {
				return
			}
		}
		n += len(events)
		if more == nil {
			if _, err := a.outcome(); n == 0 {
				yield(Event{}, err)
			}
			return
		}
		select {
		case <-more:
		case <-ctx.Done():
			yield(Event{}, context.Cause(ctx))
			return
		}
	}
}

// wait returns the whole answer.
func (a *running) wait(ctx context.Context) (Reply, error) {
	for _, err := range func(yield func(Event, error) bool) { a.read(ctx, 0, yield) } {
		if err != nil {
			return Reply{}, err
		}
	}
	return a.outcome()
}

// unseen returns the error that an answer has ended with before nobody's eyes, where
// it is no news to whoever ended it.
func (a *running) unseen() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.readers > 0 || errors.Is(a.err, ErrCancelled) || errors.Is(a.err, ErrClosed) {
		return nil
	}
	return a.err
}
