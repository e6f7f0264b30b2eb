package corpus_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"chuchu/corpus"
)

// killedText is the text of the n-th article that a child puts.
func killedText(n int) string {
	return strings.Repeat(fmt.Sprintf("第%d篇的一行。\n", n), 1+n%15)
}

// putUntilKilled puts articles until it is killed; those it names on stdout are
// confirmed. It goes on where the last child ended.
func putUntilKilled(dir string) int {
	err := func() error {
		ctx := context.Background()
		r, err := corpus.Open(ctx, dir, corpus.Options{})
		if err != nil {
			return err
		}
		c, err := r.Counts(ctx)
		if err != nil {
			return err
		}
		for n := c.Articles; ; n++ {
			if _, _, err := r.Put(ctx, entry(fmt.Sprint(n), killedText(n))); err != nil {
				return err
			}
			fmt.Println(n)
		}
	}()
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// TestKilledWhilePutting kills a process that puts articles, at random moments,
// and looks for all that it had confirmed.
func TestKilledWhilePutting(t *testing.T) {
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(7, 8))
	confirmed := 0
	for range 5 {
		confirmed = max(confirmed, killAfter(t, dir, 20+random.IntN(60)))
		checkKilled(t, dir, confirmed)
	}
	if confirmed < 5*20 {
		t.Errorf("the test saw %d articles only", confirmed)
	}
}

// checkKilled opens the record that a killed process left: it is sound, has all
// that was confirmed, at most one article more, and each of them whole.
func checkKilled(t *testing.T, dir string, confirmed int) {
	t.Helper()
	r, err := corpus.Open(t.Context(), dir, corpus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := r.Check(t.Context()); err != nil {
		t.Error(err)
	}
	articles := 0
	for a, err := range r.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		articles++
		var n int
		fmt.Sscan(a.ID, &n)
		if a.Text != killedText(n) {
			t.Errorf("article %s is not whole", a.ID)
		}
		passages, err := r.Passages(t.Context(), a.ID)
		if want := strings.Count(a.Text, "\n"); err != nil || len(passages) != want {
			t.Errorf("article %s has %d passages, want %d, error %v", a.ID, len(passages), want, err)
		}
	}
	if articles < confirmed || articles > confirmed+1 {
		t.Errorf("%d articles, %d were confirmed", articles, confirmed)
	}
	if n := change(t, r); n != int64(articles) {
		t.Errorf("change number %d of %d articles", n, articles)
	}
	if c, err := r.Counts(t.Context()); err != nil || c.Embedded != c.Passages {
		t.Errorf("%+v, error %v", c, err)
	}
}

// killAfter runs putUntilKilled and kills it some time after it has confirmed n
// articles; it returns how many there are then for certain.
func killAfter(t *testing.T, dir string, n int) (confirmed int) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), putVariable+"="+dir)
	var complaints strings.Builder
	child.Stderr = &complaints
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for seen := 0; err == nil; {
		var last int
		if _, err = fmt.Fscanln(lines, &last); err != nil {
			break
		}
		confirmed = last + 1
		if seen++; seen == n {
			if err := child.Process.Kill(); err != nil { // what is on its way is read on
				t.Fatal(err)
			}
		}
	}
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	child.Wait() // killed
	if complaints.Len() > 0 {
		t.Fatal(complaints.String())
	}
	return confirmed
}
