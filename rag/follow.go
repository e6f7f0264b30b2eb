package rag

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"sync"
	"time"

	"chuchu/corpus"
)

var (
	// ErrCancelled ends an answer that was cancelled, or that nobody read for
	// Options.ResumeGrace; and a briefing.
	ErrCancelled = errors.New("it was cancelled")
	// ErrEnded is returned for an answer or briefing that is not being written any more.
	ErrEnded = errors.New("it has ended already")
	// ErrRunning is returned for an answer or briefing that is still being written.
	ErrRunning = errors.New("it is still being written")
	// ErrClosed is returned by what was closed, and ends what it was writing.
	ErrClosed = errors.New("nothing is written here any more")
)

var errUnread = fmt.Errorf("%w: nobody read it", ErrCancelled)

// answers are those that are being written, or have ended without being stored
// and can still be followed to their end.
type answers struct {
	mu     sync.Mutex
	byID   map[string]*running
	past   []string // those that have ended, the oldest first, gone ones among them
	closed bool
	group  sync.WaitGroup
}

// mostPast bounds what is held of answers that have ended, to some 20 MB.
const mostPast = 1000

// begin runs write, which writes the answer, in a goroutine. ErrClosed.
func (s *answers) begin(a *running, write func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	if s.byID == nil {
		s.byID = make(map[string]*running)
	}
	s.byID[a.id] = a
	s.group.Go(write)
	return nil
}

// find returns nil where there is none.
func (s *answers) find(id string) *running {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID[id]
}

func (s *answers) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
}

// forgetLater leaves an answer that has ended for so long, unless too many have.
func (s *answers) forgetLater(id string, after time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.past = append(s.past, id); len(s.past) > mostPast {
		delete(s.byID, s.past[0])
		s.past = s.past[1:]
	}
	time.AfterFunc(after, func() { s.forget(id) })
}

// close lets no more begin, ends those that run, and waits for them.
func (s *answers) close() {
	s.mu.Lock()
	s.closed = true
	for _, a := range s.byID {
		a.end(ErrClosed)
	}
	s.mu.Unlock()
	s.group.Wait()
}

// count returns how many are being written.
func (s *answers) count() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.byID {
		if ended, _ := a.log.Ended(); !ended {
			n++
		}
	}
	return n
}

// Writing returns how many answers are being written.
func (e *Engine) Writing() int { return e.answers.count() }

// Close ends what is being written and waits until it has ended. After it Answer
// and Chat return ErrClosed.
func (e *Engine) Close() { e.answers.close() }

// start begins an answer, with its first reader counted.
func (e *Engine) start(ctx context.Context, r ChatRequest) (*running, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	writing, stop := context.WithCancel(context.WithoutCancel(ctx))
	a := &running{id: NewID("ans_"), grace: e.resumeGrace, stop: stop, readers: 1, visits: 1}
	if err := e.answers.begin(a, func() { e.write(writing, r, a) }); err != nil {
		stop()
		return nil, err
	}
	return a, nil
}

// write writes an answer to its end.
func (e *Engine) write(ctx context.Context, r ChatRequest, a *running) {
	defer a.stop()
	stored, err := e.answerSafely(ctx, r, a)
	if err != nil {
		a.finish(Reply{}, Event{}, err)
		if err := a.unseen(); err != nil {
			e.Log.Warn("an answer failed that nobody read", "answer", a.id, "error", err)
		}
	}
	if stored || len(a.log.Events()) == 0 {
		e.answers.forget(a.id)
		return
	}
	e.answers.forgetLater(a.id, a.grace)
}

// answerSafely makes an error of a panic: nobody above this goroutine would.
func (e *Engine) answerSafely(ctx context.Context, r ChatRequest, a *running) (stored bool, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("writing answer %s: panic: %v\n%s", a.id, v, debug.Stack())
		}
	}()
	return e.answer(ctx, r, a)
}

// Follow yields the events of an answer after the first n, which its reader has:
// of one that is being written until its end, of a stored one at once. The events
// of a stored answer are those that were sent when it was written; what is quoted
// of an article that was deleted since is null. What is yielded besides events is
// the error of ctx.
//
// ErrEnded where there is nothing after n; *InputError where there are not even n
// events; corpus.ErrNotFound.
func (e *Engine) Follow(ctx context.Context, id string, n int) (iter.Seq2[Event, error], error) {
	if a := e.answers.find(id); a != nil {
		events, err := a.log.Follow(ctx, n)
		if err != nil {
			return nil, err
		}
		return func(yield func(Event, error) bool) {
			a.enter()
			defer a.leave()
			events(yield)
		}, nil
	}
	events, err := e.replay(ctx, id)
	if err != nil {
		return nil, err
	}
	return Replay(events, n)
}

// Cancel ends an answer that is being written: its model call ends, its readers get
// an error event with ErrCancelled, and it is not stored. ErrEnded,
// corpus.ErrNotFound.
func (e *Engine) Cancel(ctx context.Context, id string) error {
	a := e.answers.find(id)
	if a == nil {
		if _, err := e.Record.Answer(ctx, id); err != nil {
			return err
		}
		return ErrEnded
	}
	if !a.end(ErrCancelled) {
		return ErrEnded
	}
	return nil
}

// notStored explains why an answer is not in the record, err being what the record
// says.
func (e *Engine) notStored(id string, err error) error {
	if a := e.answers.find(id); a != nil && errors.Is(err, corpus.ErrNotFound) {
		if ended, _ := a.log.Ended(); !ended {
			return ErrRunning
		}
	}
	return err
}
