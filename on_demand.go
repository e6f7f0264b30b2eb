package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"chuchu/mcp"
)

// onDemand opens the collection when it is used and closes it when it has not been for
// a while and makes nothing. An assistant runs all day; the data directory is there for
// other commands in between, and for a server that is started later.
type onDemand struct {
	opening func() (collection, error)
	log     *slog.Logger
	idle    time.Duration

	turn   chan struct{} // holds one value when nobody changes what is below
	opened collection    // nil while it is closed
	users  int
	timer  *time.Timer // closes what is idle
	closed bool
}

// idleTime is shorter than lockPatience, so that another command gets its turn; opening
// anew takes about a second with ten thousand articles.
const idleTime = 3 * time.Second

func newOnDemand(opening func() (collection, error), log *slog.Logger) *onDemand {
	o := &onDemand{opening: opening, log: log, idle: idleTime, turn: make(chan struct{}, 1)}
	o.turn <- struct{}{}
	return o
}

var errClosed = errors.New("the program is ending")

// open gives out the collection until its Close is called.
func (o *onDemand) open(ctx context.Context) (mcp.Opened, error) {
	select {
	case <-o.turn:
	case <-ctx.Done():
		return mcp.Opened{}, context.Cause(ctx)
	}
	defer o.pass()
	if o.closed {
		return mcp.Opened{}, errClosed
	}
	if o.opened == nil {
		opened, err := o.opening()
		if err != nil {
			return mcp.Opened{}, err
		}
		o.opened = opened
	}
	o.users++
	return mcp.Opened{Collection: o.opened, Desk: o.opened.Briefings(), Close: o.giveBack}, nil
}

// pass lets the next one.
func (o *onDemand) pass() { o.turn <- struct{}{} }

func (o *onDemand) giveBack() {
	<-o.turn
	defer o.pass()
	if o.users--; o.users > 0 || o.opened == nil {
		return
	}
	if _, served := o.opened.(*remote); served { // it may be another server at the next use, or none
		o.shut()
		return
	}
	if o.timer != nil {
		o.timer.Stop()
	}
	o.timer = time.AfterFunc(o.idle, o.closeIdle)
}

// closeIdle closes the collection, unless it is in use again or makes a briefing that
// nobody waits for.
func (o *onDemand) closeIdle() {
	<-o.turn
	defer o.pass()
	if o.users > 0 || o.opened == nil {
		return
	}
	if l, here := o.opened.(*local); here {
		if t := l.desk.Tally(); t.Queued+t.Running > 0 {
			o.timer = time.AfterFunc(o.idle, o.closeIdle)
			return
		}
	}
	o.shut()
}

// shut closes the collection; its next user opens it anew.
func (o *onDemand) shut() {
	if err := o.opened.Close(); err != nil {
		o.log.Error("closing the collection", "error", err)
	}
	o.opened = nil
}

// Close closes the collection for good. What still uses it fails.
func (o *onDemand) Close() error {
	<-o.turn
	defer o.pass()
	o.closed = true
	if o.timer != nil {
		o.timer.Stop()
	}
	if o.opened == nil {
		return nil
	}
	err := o.opened.Close()
	o.opened = nil
	return err
}
