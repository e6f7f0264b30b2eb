package llm

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A BudgetError is a call that was not made, as it could have gone over what one
// request or one day may use. Nothing was sent.
type BudgetError struct {
	Limit      int // the budget, in tokens
	Need       int // the most the call could have used, by estimate
	RetryAfter int // seconds after which the day's budget may do; 0: it is the request's, which waiting does not change
}

func (e *BudgetError) Error() string {
	if e.RetryAfter == 0 {
		return fmt.Sprintf("the request could take %d tokens of the model, and llm.request_tokens allows %d", e.Need, e.Limit)
	}
	return fmt.Sprintf("what is left of the %d tokens that the model may use a day (llm.day_tokens) is too little; try again in %v", e.Limit, e.Wait())
}

// Wait is RetryAfter as a duration.
func (e *BudgetError) Wait() time.Duration { return time.Duration(e.RetryAfter) * time.Second }

// A Tally is what the calls of one day have used.
type Tally struct {
	Day    string // YYYY-MM-DD, in UTC
	Tokens int
}

// String is what ParseTally reads.
func (t Tally) String() string { return fmt.Sprintf("%s %d", t.Day, t.Tokens) }

// ParseTally reads a tally that String wrote; of an empty string, that of no day.
func ParseTally(s string) (Tally, error) {
	if s == "" {
		return Tally{}, nil
	}
	day, count, _ := strings.Cut(s, " ")
	_, err := time.Parse(time.DateOnly, day)
	tokens, notNumber := strconv.ParseUint(count, 10, 63)
	if err = errors.Join(err, notNumber); err != nil {
		return Tally{}, fmt.Errorf("%q is no tally of a day: %w", s, err)
	}
	return Tally{Day: day, Tokens: int(tokens)}, nil
}

// A budget bounds what one request and what all requests of a day may use. A call
// holds the most it could use while it runs, so a day is never overdrawn by more
// than the estimate is out.
type budget struct {
	request, day int // tokens; 0 for no limit
	now          func() time.Time
	keep         func(context.Context, Tally)

	mu    sync.Mutex
	tally Tally
	held  int // by calls that run

	keeping sync.Mutex // so that the newest tally is kept last
}

func newBudget(o Options) *budget {
	return &budget{request: o.RequestTokens, day: o.DayTokens, now: time.Now, keep: o.Keep, tally: o.Earlier}
}

// busyPause is when to try again where only what running calls hold is in the
// way. They give back most of it, some as soon as they end.
const busyPause = 10 * time.Second

// hold reserves the most a call may use, or returns a *BudgetError.
func (b *budget) hold(tokens int) error {
	if b.request > 0 && tokens > b.request {
		return &BudgetError{Limit: b.request, Need: tokens}
	}
	if b.day == 0 {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now().UTC()
	b.turn(now)
	switch {
	case b.tally.Tokens+tokens > b.day:
		tomorrow := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, time.UTC)
		return &BudgetError{Limit: b.day, Need: tokens, RetryAfter: int(tomorrow.Sub(now)/time.Second) + 1}
	case b.tally.Tokens+b.held+tokens > b.day:
		return &BudgetError{Limit: b.day, Need: tokens, RetryAfter: int(busyPause / time.Second)}
	}
	b.held += tokens
	return nil
}

// settle gives back what hold reserved and counts what was used, on the day the
// call ended.
func (b *budget) settle(ctx context.Context, held, used int) {
	if b.day == 0 {
		return
	}
	b.mu.Lock()
	b.turn(b.now().UTC())
	b.held -= held
	b.tally.Tokens += used
	b.mu.Unlock()
	if b.keep == nil || used == 0 {
		return
	}
	b.keeping.Lock()
	defer b.keeping.Unlock()
	b.keep(context.WithoutCancel(ctx), b.today())
}

func (b *budget) today() Tally {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tally
}

// turn begins a new tally when the day has changed.
func (b *budget) turn(now time.Time) {
	if day := now.Format(time.DateOnly); day != b.tally.Day {
		b.tally = Tally{Day: day}
	}
}
