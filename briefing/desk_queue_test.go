package briefing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/rag"
)

// TestQueue: so many at once, the others in the order in which they came.
func TestQueue(t *testing.T) {
	c := newCollection(t, news()...)
	w := newBench()
	d := c.desk(t, w.make)
	var ids, want, got []string
	for i := range 6 {
		want = append(want, fmt.Sprintf("海燕云%d", i))
		ids = append(ids, orderFor(t, d, want[i]))
	}
	got = append(got, <-w.begun, <-w.begun)
	slices.Sort(got) // these two begin at once
	if tally := d.Tally(); tally.Running != 2 || tally.Queued != 4 {
		t.Errorf("%+v", tally)
	}
	if b := get(t, d, ids[5]); b.Status != Queued || b.Title == "" || b.Citations == nil {
		t.Errorf("the last: %+v", b)
	}
	for range 4 {
		w.end <- struct{}{}
		got = append(got, <-w.begun)
	}
	w.end <- struct{}{}
	w.end <- struct{}{}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, id := range ids {
		if b := waitFor(t, d, id); b.Status != Done {
			t.Errorf("%s is %s", b.Topic, b.Status)
		}
	}
	if tally := d.Tally(); tally.Ended[Done] != 6 || tally.Queued != 0 {
		t.Errorf("in the end %+v", tally)
	}
}

// TestCloseAndStart: what a desk is closed over is taken up by the next one, in order.
func TestCloseAndStart(t *testing.T) {
	c := newCollection(t, news()...)
	w := newBench()
	d := c.desk(t, w.make)
	d.Options.Concurrent = 1
	var ids, topics []string
	for i := range 3 {
		topics = append(topics, fmt.Sprintf("海燕云%d", i))
		ids = append(ids, orderFor(t, d, topics[i]))
	}
	<-w.begun
	var readers sync.WaitGroup
	for _, id := range ids {
		events, err := d.Follow(t.Context(), id, 0)
		if err != nil {
			t.Fatal(err)
		}
		readers.Go(func() {
			var last rag.Event
			for last = range events {
			}
			if !errors.Is(last.Err, rag.ErrClosed) {
				t.Errorf("the last event is %+v", last)
			}
		})
	}
	d.Close()
	readers.Wait()
	if _, err := d.Order(t.Context(), Request{Topic: "海燕云"}); !errors.Is(err, rag.ErrClosed) {
		t.Errorf("ordered: %v", err)
	}
	if _, err := c.desk(t, nil).Follow(t.Context(), ids[0], 0); !errors.Is(err, rag.ErrClosed) {
		t.Errorf("followed before it is taken up: %v", err)
	}
	next := c.desk(t, w.make)
	next.Options.Concurrent = 1
	if err := errors.Join(next.Start(t.Context()), next.Start(t.Context())); err != nil {
		t.Fatal(err)
	}
	var got []string
	for range ids {
		got = append(got, <-w.begun)
		w.end <- struct{}{}
	}
	if diff := cmp.Diff(topics, got); diff != "" {
		t.Error(diff)
	}
	for _, id := range ids {
		if b := waitFor(t, next, id); b.Status != Done {
			t.Errorf("%s is %s", b.Topic, b.Status)
		}
	}
}

// TestBegunAgain: a briefing that was being made when the process died is begun anew,
// and given up when that happens once more.
func TestBegunAgain(t *testing.T) {
	c := newCollection(t, news()...)
	dead := c.desk(t, nil)
	put := func(topic string, status Status, begun int) string {
		t.Helper()
		b := Briefing{ID: rag.NewID("brf_"), Status: status}
		(&maker{Parts: dead.Parts, request: Request{Topic: topic}}).begin(&b)
		if err := dead.put(t.Context(), storedBriefing{Briefing: b, Begun: begun}); err != nil {
			t.Fatal(err)
		}
		return b.ID
	}
	twice, once, queued := put("海燕云一", Running, 2), put("海燕云二", Running, 1), put("海燕云三", Queued, 1)
	w := newBench()
	d := c.desk(t, w.make)
	if err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	begun := []string{<-w.begun, <-w.begun}
	slices.Sort(begun)
	if diff := cmp.Diff([]string{"海燕云三", "海燕云二"}, begun); diff != "" {
		t.Error(diff)
	}
	if b := get(t, d, twice); b.Status != Failed || b.Problem == nil || b.Problem.Code != "unavailable" || !strings.Contains(b.Problem.Detail, "the program ended") {
		t.Errorf("%+v, %+v", b, b.Problem)
	}
	w.end <- struct{}{}
	w.end <- struct{}{}
	// A reader of the first run has more events than the second one has.
	if events, err := d.Follow(t.Context(), once, 9); err == nil {
		var list []rag.Event
		for event := range events {
			list = append(list, event)
		}
		if diff := cmp.Diff([]string{"step", "done"}, names(list)); diff != "" {
			t.Error(diff)
		}
	} else if !errors.Is(err, rag.ErrEnded) {
		t.Error(err)
	}
	for _, id := range []string{once, queued} {
		if b := waitFor(t, d, id); b.Status != Done {
			t.Errorf("%s is %s", b.Topic, b.Status)
		}
	}
	if _, err := d.Follow(t.Context(), once, 9); !errors.Is(err, rag.ErrEnded) {
		t.Errorf("when it has ended: %v", err)
	}
}

// TestCancelWithoutStart: what nobody has taken up can be cancelled all the same.
func TestCancelWithoutStart(t *testing.T) {
	c := newCollection(t, news()...)
	w := newBench()
	d := c.desk(t, w.make)
	id := orderFor(t, d, "海燕云")
	<-w.begun
	d.Close()
	other := c.desk(t, nil)
	if err := other.Cancel(t.Context(), id); err != nil {
		t.Error(err)
	}
	if b := get(t, other, id); b.Status != Cancelled {
		t.Errorf("it is %s", b.Status)
	}
	if err := errors.Join(other.Start(t.Context()), other.Delete(t.Context(), id)); err != nil {
		t.Error(err)
	}
}

// TestOrdersAtOnce: many at once, identical ones, each with readers of which some do
// not read; all are made.
func TestOrdersAtOnce(t *testing.T) {
	c := newCollection(t, news()...)
	d := c.desk(t, quoteQ3)
	var orders sync.WaitGroup
	for range 10 {
		orders.Go(func() {
			id := orderFor(t, d, "海燕云业绩")
			if _, err := d.Follow(t.Context(), id, 0); err != nil { // and is not read
				t.Error(err)
			}
			if b := waitFor(t, d, id); b.Status != Done || len(b.Sections) != 1 {
				t.Errorf("it is %s", b.Status)
			}
		})
	}
	orders.Wait()
	if _, total, _, err := d.List(t.Context(), 0, ""); err != nil || total != 10 {
		t.Errorf("%d are kept, %v", total, err)
	}
}
