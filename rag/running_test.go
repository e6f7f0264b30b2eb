package rag_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/llm"
)

const written = "海燕云第三季度营收为14.2亿元[S1]。同比增长36%[S1]。"

// A modelFunc is a model made of one function, which writes text; whatever else it
// is asked it fails at.
type modelFunc func(ctx context.Context, yield func(llm.Chunk, error) bool)

func (f modelFunc) Stream(ctx context.Context, r llm.Request) iter.Seq2[llm.Chunk, error] {
	return func(yield func(llm.Chunk, error) bool) {
		if r.JSON {
			yield(llm.Chunk{}, llm.ErrEmpty)
			return
		}
		f(ctx, yield)
	}
}

func (f modelFunc) Info() llm.Info { return llm.Info{Provider: "test", Name: "test"} }

// hanging begins to write, and says on ended when its context is.
func hanging(ended chan<- error) llm.Model {
	return modelFunc(func(ctx context.Context, yield func(llm.Chunk, error) bool) {
		if yield(llm.Chunk{Text: "海燕云第三"}, nil) {
			<-ctx.Done()
			yield(llm.Chunk{}, ctx.Err())
		}
		ended <- ctx.Err()
	})
}

// follow collects the events of an answer after the first n.
func follow(t testing.TB, e *rag.Engine, id string, n int) []rag.Event {
	t.Helper()
	sequence, err := e.Follow(t.Context(), id, n)
	if err != nil {
		t.Fatal(err)
	}
	var list []rag.Event
	for event, err := range sequence {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, event)
	}
	return list
}

// until reads an answer up to the first event that is wanted, and leaves it there.
func until(t testing.TB, e *rag.Engine, want func(seen int, event rag.Event) bool) (id string, list []rag.Event) {
	t.Helper()
	for event, err := range e.Answer(t.Context(), ask("海燕云第三季度营收")) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, event)
		if want(len(list), event) {
			break
		}
	}
	return decode[struct{ ID string }](t, list[0]).ID, list
}

func isDelta(_ int, event rag.Event) bool { return event.Name == "delta" }

// TestReaderComesBack breaks off at every event and picks the answer up there: the
// events are those of an answer that was read in one go, and it is stored.
func TestReaderComesBack(t *testing.T) {
	c := newCollection(t, news()...)
	e := c.engine(llm.NewScripted(llm.Script{Text: written}))
	defer e.Close()
	_, whole := until(t, e, func(int, rag.Event) bool { return false })
	for leave := 1; leave < len(whole); leave++ {
		id, list := until(t, e, func(seen int, _ rag.Event) bool { return seen == leave })
		list = append(list, follow(t, e, id, leave)...)
		if !slices.Equal(names(list), names(whole)) || deltas(t, list) != deltas(t, whole) {
			t.Errorf("left after %d: %v, in one go %v", leave, names(list), names(whole))
		}
		if _, err := e.Stored(t.Context(), id); err != nil {
			t.Errorf("left after %d: %v", leave, err)
		}
		if _, err := e.Follow(t.Context(), id, len(whole)); !errors.Is(err, rag.ErrEnded) {
			t.Errorf("after the last event: %v", err)
		}
	}
}

// TestReaderStaysAway: when the grace is over the model's call ends, and nothing is
// stored.
func TestReaderStaysAway(t *testing.T) {
	c := newCollection(t, news()...)
	for _, grace := range []string{"0s", "1ms"} {
		c.options.ResumeGrace = grace
		ended := make(chan error, 1)
		e := c.engine(hanging(ended))
		until(t, e, isDelta)
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", grace, err)
		}
		e.Close()
	}
	if _, total, _, err := c.record.Answers(t.Context(), 10, ""); err != nil || total != 0 {
		t.Errorf("%d answers were kept, error %v", total, err)
	}
}

// TestCallerLeaves: a whole reply that nobody waits for any more is written all the
// same, within the grace.
func TestCallerLeaves(t *testing.T) {
	c := newCollection(t, news()...)
	asked, goOn := make(chan struct{}), make(chan struct{})
	e := c.engine(modelFunc(func(_ context.Context, yield func(llm.Chunk, error) bool) {
		close(asked)
		<-goOn
		_ = yield(llm.Chunk{Text: "海燕云第三季度营收为14.2亿元[S1]。"}, nil) && yield(llm.Chunk{Done: true}, nil)
	}))
	defer e.Close()
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		<-asked
		leave()
	}()
	if _, err := e.Chat(ctx, ask("海燕云第三季度营收")); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	close(goOn)
	for range mostLooks {
		if _, total, _, err := c.record.Answers(t.Context(), 1, ""); err != nil || total > 0 {
			return
		}
	}
	t.Error("the answer is not stored")
}

// mostLooks bounds how often a test looks for what another goroutine does.
const mostLooks = 200_000

func TestCancel(t *testing.T) {
	c := newCollection(t, news()...)
	ended := make(chan error, 1)
	e := c.engine(hanging(ended))
	defer e.Close()
	id, list := until(t, e, isDelta)
	if _, err := e.Stored(t.Context(), id); !errors.Is(err, rag.ErrRunning) {
		t.Errorf("read while it runs: %v", err)
	}
	_, err := e.Chat(t.Context(), rag.ChatRequest{Messages: []llm.Message{{Role: "user", Content: "那第二季度呢？"}}, PreviousID: id, Plan: "rules"})
	if input := (*rag.InputError)(nil); !errors.As(err, &input) || input.Field != "previous_id" {
		t.Errorf("followed up while it runs: %v", err)
	}
	sequence, err := e.Follow(t.Context(), id, len(list))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Cancel(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the model: %v", err)
	}
	for event, err := range sequence {
		if err != nil || event.Name != "error" || !errors.Is(event.Err, rag.ErrCancelled) {
			t.Errorf("after cancelling: %s %v %v", event.Name, event.Err, err)
		}
	}
	if again := follow(t, e, id, 0); !slices.Equal(names(again), append(names(list), "error")) {
		t.Errorf("read once more: %v", names(again))
	}
	if err := e.Cancel(t.Context(), id); !errors.Is(err, rag.ErrEnded) {
		t.Errorf("cancelled twice: %v", err)
	}
	if _, err := e.Stored(t.Context(), id); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("stored: %v", err)
	}
}

func TestCancelWhatDoesNotRun(t *testing.T) {
	c := newCollection(t, news()...)
	e := c.engine(nil)
	defer e.Close()
	if err := e.Cancel(t.Context(), chat(t, e, ask("海燕云第三季度营收")).ID); !errors.Is(err, rag.ErrEnded) {
		t.Errorf("a stored answer: %v", err)
	}
	if err := e.Cancel(t.Context(), "ans_none"); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("an unknown one: %v", err)
	}
}

// TestClose ends what runs, and lets nothing begin.
func TestClose(t *testing.T) {
	c := newCollection(t, news()...)
	var begun, readers, ended sync.WaitGroup
	begun.Add(3)
	ended.Add(3)
	e := c.engine(modelFunc(func(ctx context.Context, yield func(llm.Chunk, error) bool) {
		defer ended.Done()
		begun.Done()
		<-ctx.Done()
		yield(llm.Chunk{}, ctx.Err())
	}))
	for range 3 {
		readers.Go(func() {
			list, err := events(t.Context(), e, ask("海燕云第三季度营收"))
			if last := list[len(list)-1]; err != nil || last.Name != "error" || !errors.Is(last.Err, rag.ErrClosed) {
				t.Errorf("%v, %v", names(list), err)
			}
		})
	}
	begun.Wait()
	e.Close()
	readers.Wait()
	ended.Wait()
	if _, err := e.Chat(t.Context(), ask("海燕云")); !errors.Is(err, rag.ErrClosed) {
		t.Errorf("after closing: %v", err)
	}
	e.Close()
}

// TestManyReaders lets many read one answer while it is written, from everywhere.
func TestManyReaders(t *testing.T) {
	c := newCollection(t, news()...)
	step := make(chan struct{})
	e := c.engine(llm.NewScripted(llm.Script{Text: written, Chunk: 1, Wait: step}))
	defer e.Close()
	id, _ := until(t, e, func(int, rag.Event) bool { return true })
	lists := make([][]rag.Event, 20)
	var readers sync.WaitGroup
	for i := range lists {
		readers.Go(func() { lists[i] = follow(t, e, id, i%2) })
	}
	close(step)
	readers.Wait()
	for i, list := range lists {
		if diff := cmp.Diff(lists[0][i%2:], list); diff != "" {
			t.Errorf("reader %d (-first +it):\n%s", i, diff)
		}
	}
}

// TestModelPanics: it is an error of that answer, and of nothing else.
func TestModelPanics(t *testing.T) {
	c := newCollection(t, news()...)
	e := c.engine(llm.NewScripted(llm.Script{Text: written, Fail: "panic", After: 3}))
	defer e.Close()
	list, err := events(t.Context(), e, ask("海燕云第三季度营收"))
	if last := list[len(list)-1]; err != nil || last.Name != "error" || last.Err == nil {
		t.Errorf("%v, %v", names(list), err)
	}
}

func TestResumeGrace(t *testing.T) {
	for grace, good := range map[string]bool{"20s": true, "0s": true, "-1s": false, "soon": false, "": false} {
		options := rag.Defaults()
		options.ResumeGrace = grace
		if err := options.Validate(); (err == nil) != good || err != nil && !strings.Contains(err.Error(), "resume_grace") {
			t.Errorf("%q: %v", grace, err)
		}
	}
}

// TestWriting counts the answers that have not ended, those that can still be followed
// not among them.
func TestWriting(t *testing.T) {
	c := newCollection(t, news()...)
	e := c.engine(hanging(make(chan error, 1)))
	defer e.Close()
	if n := e.Writing(); n != 0 {
		t.Errorf("%d at the beginning", n)
	}
	id, _ := until(t, e, isDelta)
	if n := e.Writing(); n != 1 {
		t.Errorf("%d while one is written", n)
	}
	if err := e.Cancel(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if n := e.Writing(); n != 0 {
		t.Errorf("%d after it was cancelled", n)
	}
}

func TestFollowRefuses(t *testing.T) {
	c := newCollection(t, news()...)
	e := c.engine(hanging(make(chan error, 1)))
	defer e.Close()
	running, list := until(t, e, isDelta)
	stored := chat(t, c.engine(nil), ask("海燕云第三季度营收")).ID
	for name, x := range map[string]struct {
		id string
		n  int
	}{
		"more than there are":        {running, len(list) + 1},
		"less than none":             {running, -1},
		"more than were ever stored": {stored, 1000},
	} {
		var input *rag.InputError
		if _, err := e.Follow(t.Context(), x.id, x.n); !errors.As(err, &input) || input.Field != "Last-Event-ID" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := e.Follow(t.Context(), "ans_none", 0); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("an unknown answer: %v", err)
	}
}
