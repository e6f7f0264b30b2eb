package corpus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
)

// changesSince returns the changes after n, each in a word.
func changesSince(t *testing.T, r *corpus.Record, n int64) (list []string) {
	t.Helper()
	for c, err := range r.ChangesSince(t.Context(), n) {
		if err != nil {
			t.Fatal(err)
		}
		vectors := 0
		for _, v := range c.Vectors {
			if v != nil {
				vectors++
			}
		}
		state := fmt.Sprintf("%d passages %d vectors", len(c.Passages), vectors)
		if c.Deleted {
			state = "deleted"
		}
		list = append(list, fmt.Sprintf("%d %s.%d %s", c.Number, c.Article.ID, c.Article.Version, state))
	}
	return list
}

func wantChanges(t *testing.T, r *corpus.Record, n int64, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, changesSince(t, r, n)); diff != "" {
		t.Error(diff)
	}
}

func TestChangesSince(t *testing.T) {
	r := open(t, t.TempDir())
	wantChanges(t, r, 0)
	without := entry("b", "三。")
	without.Vectors = nil
	put(t, r, entry("a", "一。\n二。"))
	put(t, r, without)
	put(t, r, corpus.Entry{Article: corpus.Article{ID: "c", Text: "没有段。"}})
	wantChanges(t, r, 0, "1 a.1 2 passages 2 vectors", "2 b.1 1 passages 0 vectors", "3 c.1 0 passages 0 vectors")
	put(t, r, entry("a", "一改。"))
	remove(t, r, "b")
	wantChanges(t, r, 0, "3 c.1 0 passages 0 vectors", "4 a.2 1 passages 1 vectors", "5 b.1 deleted")
	wantChanges(t, r, 4, "5 b.1 deleted")
	wantChanges(t, r, 5)
	put(t, r, entry("b", "三。"))
	wantChanges(t, r, 4, "6 b.2 1 passages 1 vectors")
}

func TestChangeIsWhole(t *testing.T) {
	r := open(t, t.TempDir())
	e := entry("a", "一。\n二。")
	e.Article.Published, e.Article.Outlet, e.Article.Tags = "2024-11", "报", []string{"云"}
	put(t, r, e)
	a, err := r.Article(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	passages, err := r.Passages(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	a.Text = ""
	want := corpus.Change{Number: 1, Article: a, Passages: passages, Vectors: e.Vectors}
	for got, err := range r.ChangesSince(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// TestChangesInPages goes past the bounds of a page: many articles, one with more
// passages than a page has.
func TestChangesInPages(t *testing.T) {
	r := open(t, t.TempDir())
	var entries []corpus.Entry
	var want []string
	for i := range 400 {
		lines := 1 + i%7
		if i == 300 {
			lines = 2500
		}
		entries = append(entries, entry(fmt.Sprintf("%03d", i), strings.Repeat("行。\n", lines)))
		want = append(want, fmt.Sprintf("%d %03d.1 %d passages %d vectors", i+1, i, lines, lines))
	}
	if _, err := r.PutAll(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	wantChanges(t, r, 0, want...)
	wantChanges(t, r, 299, want[299:]...)
}

// TestChangesWhileChanging changes the record from within the loop: what was there
// at its start is yielded, and nothing twice.
func TestChangesWhileChanging(t *testing.T) {
	r := open(t, t.TempDir())
	for i := range 400 {
		put(t, r, entry(fmt.Sprint(i), "旧。"))
	}
	seen := map[string]int{}
	last := int64(0)
	for c, err := range r.ChangesSince(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Number <= last {
			t.Fatalf("number %d after %d", c.Number, last)
		}
		last = c.Number
		if seen[c.Article.ID]++; len(seen)%50 == 1 {
			put(t, r, entry(fmt.Sprint(len(seen)*7%400), fmt.Sprintf("新%d。", len(seen))))
		}
	}
	for c, err := range r.ChangesSince(t.Context(), last) {
		if err != nil {
			t.Fatal(err)
		}
		seen[c.Article.ID]++
	}
	for i := range 400 {
		if seen[fmt.Sprint(i)] == 0 {
			t.Errorf("article %d was never yielded", i)
		}
	}
}

func TestChangesBrokenOff(t *testing.T) {
	r := open(t, t.TempDir())
	for i := range 3 {
		put(t, r, entry(fmt.Sprint(i), "文。"))
	}
	for range r.ChangesSince(t.Context(), 0) {
		break
	}
	put(t, r, entry("later", "文。")) // nothing is held
}

// TestChangesCancelled cancels at any moment of the reading: an error comes, or
// everything had been read.
func TestChangesCancelled(t *testing.T) {
	r := open(t, t.TempDir())
	put(t, r, entry("a", strings.Repeat("行。\n", 500)))
	for i := range 100 {
		ctx, cancel := context.WithCancel(t.Context())
		started := make(chan struct{})
		go func() {
			<-started
			for range i * 2000 { // about as long as the reading takes, in the end
			}
			cancel()
		}()
		close(started)
		for c, err := range r.ChangesSince(ctx, 0) {
			if err != nil && !errors.Is(err, context.Canceled) || err == nil && len(c.Passages) != 500 {
				t.Errorf("%d passages, error %v", len(c.Passages), err)
			}
		}
		cancel()
	}
}
