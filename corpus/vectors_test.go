package corpus_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
)

// unembedded returns the ids of the batches of passages without a vector.
func unembedded(t *testing.T, r *corpus.Record, n int) (batches [][]string) {
	t.Helper()
	for batch, err := range r.Unembedded(t.Context(), n) {
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, p := range batch {
			ids = append(ids, p.ID)
		}
		batches = append(batches, ids)
	}
	return batches
}

// vectorsOf returns the vectors of an article's passages.
func vectorsOf(t *testing.T, r *corpus.Record, id string) [][]float32 {
	t.Helper()
	for c, err := range r.ChangesSince(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Article.ID == id {
			return c.Vectors
		}
	}
	t.Fatalf("no article %s", id)
	return nil
}

func bare(id, text string) corpus.Entry {
	e := entry(id, text)
	e.Vectors = nil
	return e
}

func TestUnembedded(t *testing.T) {
	r := open(t, t.TempDir())
	put(t, r, bare("a", "一。\n二。\n三。"))
	put(t, r, entry("b", "有了。"))
	put(t, r, bare("old", "旧。"))
	put(t, r, bare("old", "新。"))
	put(t, r, bare("gone", "去。"))
	remove(t, r, "gone")
	half := entry("half", "一。\n二。")
	half.Vectors[1] = nil
	put(t, r, half)
	want := [][]string{{"a.1.0", "a.1.1"}, {"a.1.2"}, {"old.2.0"}, {"half.1.1"}}
	if diff := cmp.Diff(want, unembedded(t, r, 2)); diff != "" {
		t.Error(diff)
	}
}

// TestEmbeddingResumes sets vectors from within the loop, fails half-way and goes
// on from there.
func TestEmbeddingResumes(t *testing.T) {
	r := open(t, t.TempDir())
	put(t, r, bare("a", strings.Repeat("行。\n", 10)))
	put(t, r, bare("b", "文。"))
	batches := 0
	for batch, err := range r.Unembedded(t.Context(), 3) {
		if err != nil {
			t.Fatal(err)
		}
		if batches++; batches == 3 {
			break
		}
		for _, p := range batch {
			if err := r.SetVectors(t.Context(), []string{p.ID}, [][]float32{{1, 2}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := [][]string{{"a.1.6", "a.1.7", "a.1.8"}, {"a.1.9"}, {"b.1.0"}}
	if diff := cmp.Diff(want, unembedded(t, r, 3)); diff != "" {
		t.Error(diff)
	}
}

func TestSetVectors(t *testing.T) {
	r := open(t, t.TempDir())
	ctx := t.Context()
	put(t, r, bare("a", "一。\n二。"))
	put(t, r, bare("b", "三。"))
	put(t, r, bare("c", "四。"))
	edge := []float32{0, -1.5, math.MaxFloat32, math.SmallestNonzeroFloat32}
	ids := []string{"b.1.0", "a.1.1", "a.1.0", "a.9.0", "nowhere.1.0", "no passage", ""}
	vectors := [][]float32{{1}, edge, {3}, {4}, {5}, {6}, {7}}
	if err := r.SetVectors(ctx, ids, vectors); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]float32{{3}, edge}, vectorsOf(t, r, "a")); diff != "" {
		t.Error(diff)
	}
	wantChanges(t, r, 2, "3 c.1 1 passages 0 vectors", "4 b.1 1 passages 1 vectors", "5 a.1 2 passages 2 vectors")
	if err := r.SetVectors(ctx, []string{"a.1.0"}, [][]float32{{9, 9}}); err != nil {
		t.Fatal(err)
	}
	if got := vectorsOf(t, r, "a")[0]; !slices.Equal(got, []float32{9, 9}) {
		t.Errorf("set again: %v", got)
	}
	if err := r.SetVectors(ctx, nil, nil); err != nil {
		t.Error("nothing:", err)
	}
	if err := r.SetVectors(ctx, []string{"a.1.0"}, nil); err == nil {
		t.Error("a vector is missing: no error")
	}
	before := change(t, r)
	if err := r.SetVectors(ctx, []string{"a.1.0", "c.1.0"}, [][]float32{{1}, {}}); err == nil || !strings.Contains(err.Error(), "c.1.0 is empty") {
		t.Errorf("an empty vector: error %v", err)
	}
	if change(t, r) != before {
		t.Error("half of it was kept")
	}
}

func TestDropVectors(t *testing.T) {
	r := open(t, t.TempDir())
	put(t, r, entry("a", "一。\n二。"))
	put(t, r, bare("b", "三。"))
	put(t, r, entry("c", "四。"))
	for range 2 {
		if err := r.DropVectors(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	wantChanges(t, r, 0, "2 b.1 1 passages 0 vectors", "4 a.1 2 passages 0 vectors", "5 c.1 1 passages 0 vectors")
	if c, err := r.Counts(t.Context()); err != nil || c.Embedded != 0 || c.Passages != 4 {
		t.Errorf("%+v, error %v", c, err)
	}
}

func TestVectorsOfOldVersionsGo(t *testing.T) {
	r := open(t, t.TempDir())
	put(t, r, entry("a", "一。\n二。"))
	put(t, r, bare("a", "三。"))
	if c, err := r.Counts(t.Context()); err != nil || c.Embedded != 0 {
		t.Errorf("%+v, error %v", c, err)
	}
}

func TestResplit(t *testing.T) {
	r := open(t, t.TempDir())
	ctx := t.Context()
	put(t, r, entry("a", "旧版。"))
	put(t, r, entry("a", "一。\n二。\n三。"))
	whole := []corpus.Passage{{Start: 0, End: 8, Heading: "节"}}
	if err := r.Resplit(ctx, "a", whole, [][]float32{{7}}); err != nil {
		t.Fatal(err)
	}
	got, err := r.Passages(ctx, "a")
	want := []corpus.Passage{{ID: "a.2.0", ArticleID: "a", Version: 2, Start: 0, End: 8, Heading: "节", Text: "一。\n二。\n三。"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	wantChanges(t, r, 0, "3 a.2 1 passages 1 vectors")
	if c, err := r.Counts(ctx); err != nil || c.Embedded != 1 || c.Passages != 1 {
		t.Errorf("%+v, error %v", c, err)
	}
	past := []corpus.Passage{{Start: 0, End: 9}}
	if err := r.Resplit(ctx, "a", past, nil); err == nil || !strings.Contains(err.Error(), "passage 0") {
		t.Errorf("past the end: error %v", err)
	}
	if err := r.Resplit(ctx, "nowhere", whole, nil); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("an unknown id: error %v", err)
	}
	if n := change(t, r); n != 3 {
		t.Errorf("change number %d, want 3", n)
	}
}
