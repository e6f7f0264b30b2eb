package rag

import (
	"context"
	"errors"
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
	log   Log                // ends with the answer

	mu      sync.Mutex
	readers int
	visits  int         // readers it ever had
	unread  *time.Timer // runs since the last reader left
	settled bool        // it is whole and being stored: too late to end it
	reply   Reply       // the whole answer
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
	if ended, _ := a.log.Ended(); a.readers > 0 || ended {
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
	return !a.settled && a.close(err)
}

// close makes err the end, the lock being held, unless it has ended.
func (a *running) close(err error) bool {
	if !a.log.Fail(err) {
		return false
	}
	if a.unread != nil {
		a.unread.Stop()
	}
	a.stop()
	return true
}

// settle keeps a whole answer from being ended while it is stored, and returns its
// events so far.
func (a *running) settle() ([]Event, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if ended, err := a.log.Ended(); ended {
		return nil, err
	}
	a.settled = true
	return a.log.Events(), nil
}

// finish ends the answer with its last event, or with err.
func (a *running) finish(reply Reply, done Event, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		a.close(err)
		return
	}
	a.reply = reply
	a.log.End(done, nil)
	if a.unread != nil {
		a.unread.Stop()
	}
}

// wait returns the whole answer.
func (a *running) wait(ctx context.Context) (Reply, error) {
	for _, err := range func(yield func(Event, error) bool) { a.log.read(ctx, 0, yield) } {
		if err != nil {
			return Reply{}, err
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	_, err := a.log.Ended()
	return a.reply, err
}

// unseen returns the error that an answer has ended with before nobody's eyes, where
// it is no news to whoever ended it.
func (a *running) unseen() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, err := a.log.Ended()
	if a.readers > 0 || errors.Is(err, ErrCancelled) || errors.Is(err, ErrClosed) {
		return nil
	}
	return err
}
