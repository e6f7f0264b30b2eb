package index_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"chuchu/corpus"
	"chuchu/rag/index"
)

func TestCatchUpFollowsTheRecord(t *testing.T) {
	r, l := openEmpty(t)
	put(t, r, entry("a", "甲", "云。\n雨。", east), entry("b", "", "云。", nil))
	catchUp(t, l, r)
	wantCounts(t, l, index.Counts{Passages: 3, Vectors: 2, Change: 2})
	put(t, r, entry("a", "甲", "雪。", east))
	catchUp(t, l, r)
	catchUp(t, l, r)
	wantCounts(t, l, index.Counts{Passages: 2, Vectors: 1, Change: 3})
	wantHits(t, search(t, l, words("云")), "b.1.0")
	wantHits(t, search(t, l, words("雪")), "a.2.0")
	if err := r.SetVectors(t.Context(), []string{"b.1.0"}, [][]float32{east}); err != nil {
		t.Fatal(err)
	}
	if err := r.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	catchUp(t, l, r)
	wantCounts(t, l, index.Counts{Passages: 1, Vectors: 1, Change: 5})
	wantHits(t, search(t, l, words("雪，甲")))
	wantHits(t, search(t, l, index.Query{Vector: east}), "b.1.0")
}

// TestOpenAgain brings changes in that were made while the index was closed.
func TestOpenAgain(t *testing.T) {
	dir := t.TempDir()
	r := openRecord(t, dir)
	put(t, r, entry("a", "", "云。", east), entry("b", "", "雨。", east))
	l := openLocal(t, filepath.Join(dir, "index"))
	catchUp(t, l, r)
	closeLocal(t, l)
	put(t, r, entry("a", "", "雪。", east), entry("c", "", "云。", east))
	if err := r.Delete(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	l = openLocal(t, filepath.Join(dir, "index"))
	wantHits(t, search(t, l, words("云"))) // nothing is known of what is there yet
	catchUp(t, l, r)
	wantCounts(t, l, index.Counts{Passages: 2, Vectors: 2, Change: 5})
	wantHits(t, search(t, l, words("云雨雪")))
	wantHits(t, search(t, l, words("云，雨，雪")), "a.2.0", "c.1.0")
}

// TestAnotherDimension opens the index for another embedder than the vectors in
// the record are from.
func TestAnotherDimension(t *testing.T) {
	dir := t.TempDir()
	r := openRecord(t, dir)
	put(t, r, entry("a", "", "云。", east))
	l := openLocal(t, filepath.Join(dir, "index"))
	catchUp(t, l, r)
	closeLocal(t, l)
	l = openWith(t, filepath.Join(dir, "index"), 2, index.Defaults())
	catchUp(t, l, r)
	wantCounts(t, l, index.Counts{Passages: 1, Change: 1})
	q := words("云")
	q.Vector = []float32{0, 1}
	wantHits(t, search(t, l, q), "a.1.0")
	if err := r.SetVectors(t.Context(), []string{"a.1.0"}, [][]float32{{0, 1}}); err != nil {
		t.Fatal(err)
	}
	catchUp(t, l, r)
	wantCounts(t, l, index.Counts{Passages: 1, Vectors: 1, Change: 2})
	if hits := search(t, l, q); len(hits) != 1 || hits[0].Vector != 1 {
		t.Errorf("hits %+v, want the cosine 1", hits)
	}
}

// TestOlderRecord catches up with a record that was restored from an older backup.
func TestOlderRecord(t *testing.T) {
	dir := t.TempDir()
	r := openRecord(t, filepath.Join(dir, "new"))
	put(t, r, entry("a", "", "云。", east))
	older := filepath.Join(dir, "old")
	if err := os.Mkdir(older, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := r.Backup(t.Context(), filepath.Join(older, corpus.File)); err != nil {
		t.Fatal(err)
	}
	put(t, r, entry("b", "", "云。", east))
	log, lines := logged()
	l := openWith(t, filepath.Join(dir, "index"), dimension, index.Options{Log: log})
	catchUp(t, l, r)
	catchUp(t, l, openRecord(t, older))
	wantCounts(t, l, index.Counts{Passages: 1, Vectors: 1, Change: 1})
	wantHits(t, search(t, l, words("云")), "a.1.0")
	if want := "it is at change 2, the record at 1"; !strings.Contains(lines.String(), want) {
		t.Errorf("the log does not say %q: %s", want, lines)
	}
}

// TestOtherRecord catches up with a record that has gone another way.
func TestOtherRecord(t *testing.T) {
	dir := t.TempDir()
	r := openRecord(t, filepath.Join(dir, "first"))
	put(t, r, entry("a", "", "云。\n雨。", east))
	other := openRecord(t, filepath.Join(dir, "second"))
	put(t, other, entry("b", "", "云。", east), entry("c", "", "云。", east), entry("d", "", "雪。", nil))
	index1 := filepath.Join(dir, "index")
	l := openLocal(t, index1)
	catchUp(t, l, r)
	closeLocal(t, l)
	l = openLocal(t, index1)
	catchUp(t, l, other)
	wantCounts(t, l, index.Counts{Passages: 3, Vectors: 2, Change: 3})
	wantHits(t, search(t, l, words("云")), "b.1.0", "c.1.0")
}

// TestBatches puts in more than one batch holds, with an article that fills one
// alone.
func TestBatches(t *testing.T) {
	r, l := openEmpty(t)
	put(t, r, entry("long", "", strings.Repeat("长文。\n", 1500), nil))
	for batch := range 5 {
		var entries []corpus.Entry
		for i := range 300 {
			entries = append(entries, entry(fmt.Sprint(batch, "-", i), "", fmt.Sprintf("第%d号。", i), east))
		}
		put(t, r, entries...)
	}
	catchUp(t, l, r)
	wantCounts(t, l, index.Counts{Passages: 3000, Vectors: 1500, Change: 1501})
	wantHits(t, search(t, l, words("299")), "0-299.1.0", "1-299.1.0", "2-299.1.0", "3-299.1.0", "4-299.1.0")
}

// TestConcurrentUse searches while articles come, change and go.
func TestConcurrentUse(t *testing.T) {
	r, l := openEmpty(t)
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	for worker := range uint64(3) {
		wait.Go(func() {
			m := &mutator{rand.New(rand.NewPCG(worker, 7)), r}
			for ctx.Err() == nil {
				q := m.query()
				most := 2 * q.K
				if q.Within != nil {
					most += 2 * q.Within.K
				}
				hits, err := l.Search(t.Context(), q)
				if err != nil || len(hits) > most {
					t.Errorf("%d hits, at most %d are wanted, error %v", len(hits), most, err)
				}
				if _, err := l.Weights(t.Context(), index.Terms(m.text(20))); err != nil {
					t.Error(err)
				}
				if _, err := l.Counts(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	var writers sync.WaitGroup
	for worker := range uint64(2) {
		writers.Go(func() {
			m := &mutator{rand.New(rand.NewPCG(worker, 8)), r}
			for range 15 {
				err := m.change(t.Context())
				if err != nil && !errors.Is(err, corpus.ErrGone) { // the other was faster
					t.Error(err)
				}
				if err := l.CatchUp(t.Context(), r); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	cancel()
	wait.Wait()
	catchUp(t, l, r)
	ref, m := newReference(t, r), &mutator{rand.New(rand.NewPCG(1, 9)), r}
	for range 20 {
		q := m.query()
		ref.check(t, q, 1, search(t, l, q))
	}
}

// catchUpUntilKilled changes the record and catches up, again and again; the
// articles it names on stdout are in both.
func catchUpUntilKilled(dir string) int {
	ctx := context.Background()
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	r, err := corpus.Open(ctx, dir, corpus.Options{})
	if err != nil {
		return fail(err)
	}
	l, err := index.OpenLocal(ctx, filepath.Join(dir, "index"), dimension, index.Defaults())
	if err != nil {
		return fail(err)
	}
	m := &mutator{rand.New(rand.NewPCG(rand.Uint64(), 1)), r}
	for n := 0; ; n++ {
		for range 1 + m.IntN(20) {
			if err := m.change(ctx); err != nil {
				return fail(err)
			}
		}
		if err := l.CatchUp(ctx, r); err != nil {
			return fail(err)
		}
		fmt.Println(n)
	}
}

// TestKilledWhileCatchingUp kills a process that catches up, at random moments,
// and looks whether the next one brings the index level with the record.
func TestKilledWhileCatchingUp(t *testing.T) {
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(5, 6))
	for round := range 4 {
		killAfter(t, dir, 1+random.IntN(12))
		log, lines := logged()
		r, err := corpus.Open(t.Context(), dir, corpus.Options{})
		if err != nil {
			t.Fatal(err)
		}
		l := openWith(t, filepath.Join(dir, "index"), dimension, index.Options{Title: 1, Log: log})
		catchUp(t, l, r)
		if strings.Contains(lines.String(), "anew") {
			t.Errorf("round %d: what was there was thrown away: %s", round, lines)
		}
		ref, m := newReference(t, r), &mutator{rand.New(rand.NewPCG(uint64(round), 9)), r}
		for range 20 {
			q := m.query()
			ref.check(t, q, 1, search(t, l, q))
		}
		closeLocal(t, l)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter runs catchUpUntilKilled and kills it some time after it has named n
// rounds.
func killAfter(t *testing.T, dir string, n int) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childVariable+"="+dir)
	var complaints strings.Builder
	child.Stderr = &complaints
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for seen := 0; seen < n && lines.Scan(); {
		seen++
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, out); err != nil {
		t.Fatal(err)
	}
	child.Wait() // killed
	if complaints.Len() > 0 {
		t.Fatal(complaints.String())
	}
}
