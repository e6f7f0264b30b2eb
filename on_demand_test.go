package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"
)

// watched is a collection that tells when it is closed.
type watched struct {
	collection
	closed chan struct{}
}

func (w watched) Briefings() briefings { return nil }

func (w watched) Close() error {
	close(w.closed)
	return nil
}

func TestOnDemand(t *testing.T) {
	var opened []watched
	failing := errors.New("another command has it")
	fault := failing
	o := newOnDemand(func() (collection, error) {
		if fault != nil {
			return nil, fault
		}
		opened = append(opened, watched{closed: make(chan struct{})})
		return opened[len(opened)-1], nil
	}, slog.New(slog.DiscardHandler))
	o.idle = time.Millisecond
	if _, err := o.open(t.Context()); !errors.Is(err, failing) {
		t.Fatalf("opened: %v", err)
	}
	fault = nil
	for round := 1; round <= 3; round++ {
		held, err := o.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				more, err := o.open(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				more.Close()
			})
		}
		group.Wait()
		if len(opened) != round {
			t.Fatalf("opened %d times in round %d", len(opened), round)
		}
		select {
		case <-opened[round-1].closed:
			t.Fatal("closed while it was used")
		default:
		}
		held.Close()
		<-opened[round-1].closed // when it is idle
	}
	held, err := o.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	<-opened[3].closed
	held.Close() // too late, and no harm
	if _, err := o.open(t.Context()); err == nil {
		t.Error("opened after the end")
	}
}

// TestOnDemandWaits holds that who waits for another's opening may give up.
func TestOnDemandWaits(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	o := newOnDemand(func() (collection, error) {
		close(begun)
		<-finish
		return nil, errors.New("no such directory")
	}, slog.New(slog.DiscardHandler))
	first := make(chan error, 1)
	go func() {
		_, err := o.open(context.Background())
		first <- err
	}()
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.open(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("waited: %v", err)
	}
	close(finish)
	if err := <-first; err == nil {
		t.Error("opened what is not there")
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
}
