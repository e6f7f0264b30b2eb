package rag

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
)

// A Log holds the events of something that is being written, for readers who come and
// go, each at its own pace: nobody waits for a reader. The zero value is empty and
// ready. It is safe for concurrent use.
type Log struct {
	mu     sync.Mutex
	events []Event
	more   chan struct{} // closed when there are more events or it has ended; nil while nobody waits
	ended  bool
	err    error // that it has ended with
}

// Add appends an event. Its error is the one that the log has ended with.
func (l *Log) Add(event Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return l.err
	}
	l.events = append(l.events, event)
	l.wake()
	return nil
}

// End ends the log with its last event, unless it has ended, and reports whether it
// did. err is what Add returns from then on.
func (l *Log) End(last Event, err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.end(err, last)
}

// Fail ends the log with err, as End does. There is an error event where events came
// before; else readers get err itself.
func (l *Log) Fail(err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.events) == 0 {
		return l.end(err)
	}
	return l.end(err, Event{Name: "error", Err: err})
}

func (l *Log) end(err error, last ...Event) bool {
	if l.ended {
		return false
	}
	l.events = append(l.events, last...)
	l.ended, l.err = true, err
	l.wake()
	return true
}

// wake lets those go on who wait for more, the lock being held.
func (l *Log) wake() {
	if l.more != nil {
		close(l.more)
		l.more = nil
	}
}

// Events returns the events so far.
func (l *Log) Events() []Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.events)
}

// Ended reports whether the log has ended, and the error that it has ended with.
func (l *Log) Ended() (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended, l.err
}

// Follow returns the events after the first n, which its reader has, until the last.
// What is yielded besides is the error of ctx. ErrEnded where there is nothing after
// n; *InputError where there are not even n events.
func (l *Log) Follow(ctx context.Context, n int) (iter.Seq2[Event, error], error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := canFollow(n, len(l.events), l.ended); err != nil {
		return nil, err
	}
	return func(yield func(Event, error) bool) { l.read(ctx, n, yield) }, nil
}

// read yields the events after the first n until the last, the reader breaks off, or
// its context ends, which is yielded as an error.
func (l *Log) read(ctx context.Context, n int, yield func(Event, error) bool) {
	for {
		events, more := l.since(n)
		for _, event := range events {
			if !yield(event, nil) {
				return
			}
		}
		n += len(events)
		if more == nil {
			if _, err := l.Ended(); n == 0 {
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

// since returns the events after the first n, and a channel that is closed when there
// is more; nil when there will be none.
func (l *Log) since(n int) ([]Event, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	events := slices.Clip(l.events[n:])
	if l.ended {
		return events, nil
	}
	if l.more == nil {
		l.more = make(chan struct{})
	}
	return events, l.more
}

// Replay returns the events after the first n of those that were logged, all of them
// being there. Its errors are Log.Follow's.
func Replay(events []Event, n int) (iter.Seq2[Event, error], error) {
	if err := canFollow(n, len(events), true); err != nil {
		return nil, err
	}
	return func(yield func(Event, error) bool) {
		for _, event := range events[n:] {
			if !yield(event, nil) {
				return
			}
		}
	}, nil
}

// canFollow says whether a reader who has n of the events can go on.
func canFollow(n, events int, ended bool) error {
	switch {
	case n < 0 || n > events:
		return &InputError{Field: "Last-Event-ID", Reason: fmt.Sprintf("there is no event with the number %d", n)}
	case n == events && ended:
		return ErrEnded
	}
	return nil
}
