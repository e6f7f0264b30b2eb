package rag_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"

	"chuchu/rag"
)

// TestLogReaders lets readers come at every moment, of whom one stops reading: they all
// have the same events, and nothing waits for them.
func TestLogReaders(t *testing.T) {
	const events = 200
	var log rag.Log
	var readers sync.WaitGroup
	want := []string{}
	for i := range events {
		sequence, err := log.Follow(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		readers.Go(func() {
			n := i
			for event, err := range sequence {
				if n++; err != nil || event.Name != strconv.Itoa(n) && n <= events {
					t.Errorf("event %d is %q, %v", n, event.Name, err)
				}
				if i == 7 {
					return
				}
			}
			if n != events+1 {
				t.Errorf("who came at %d has %d", i, n)
			}
		})
		if err := log.Add(rag.Event{Name: strconv.Itoa(i + 1)}); err != nil {
			t.Fatal(err)
		}
		want = append(want, strconv.Itoa(i+1))
	}
	if !log.End(rag.Event{Name: "done"}, nil) || log.End(rag.Event{Name: "done"}, nil) || log.Fail(errors.New("late")) {
		t.Error("it does not end once")
	}
	readers.Wait()
	if got := names(log.Events()); !slices.Equal(got, append(want, "done")) {
		t.Errorf("%v", got)
	}
}

func TestLogEnds(t *testing.T) {
	failed := errors.New("no model")
	var empty, begun rag.Log
	early, err := empty.Follow(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := begun.Add(rag.Event{Name: "delta"}); err != nil {
		t.Fatal(err)
	}
	empty.Fail(failed)
	begun.Fail(failed)
	for _, err := range early {
		if !errors.Is(err, failed) {
			t.Errorf("before the first event: %v", err)
		}
	}
	if events := begun.Events(); len(events) != 2 || events[1].Name != "error" || !errors.Is(events[1].Err, failed) {
		t.Errorf("%+v", events)
	}
	if err := begun.Add(rag.Event{Name: "delta"}); !errors.Is(err, failed) {
		t.Errorf("added after the end: %v", err)
	}
	if _, err := begun.Follow(t.Context(), 2); !errors.Is(err, rag.ErrEnded) {
		t.Errorf("followed after the end: %v", err)
	}
	var input *rag.InputError
	if _, err := begun.Follow(t.Context(), 3); !errors.As(err, &input) {
		t.Errorf("followed past the end: %v", err)
	}
}

// TestLogReaderLeaves: its context ends what it waits for.
func TestLogReaderLeaves(t *testing.T) {
	var log rag.Log
	ctx, leave := context.WithCancel(t.Context())
	sequence, err := log.Follow(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	leave()
	for _, err := range sequence {
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}
