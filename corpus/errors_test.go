package corpus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
)

func TestFullDisk(t *testing.T) {
	r, err := Open(t.Context(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.write.Exec("PRAGMA max_page_count = 100"); err != nil { // 400 KB
		t.Fatal(err)
	}
	ctx := t.Context()
	kept := 0
	for ; kept < 1000 && err == nil; kept++ {
		text := strings.Repeat(fmt.Sprint(kept), 10_000)
		_, _, err = r.Put(ctx, Entry{Article: Article{ID: fmt.Sprint(kept), Text: text}})
	}
	kept--
	if !errors.Is(err, ErrDiskFull) || !strings.Contains(err.Error(), "free some and try again") {
		t.Fatalf("error %v, want ErrDiskFull with advice", err)
	}
	if c, err := r.Counts(ctx); err != nil || c.Articles != kept {
		t.Errorf("%d articles, want the %d that were confirmed; error %v", c.Articles, kept, err)
	}
	if _, err := r.write.Exec("PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Put(ctx, Entry{Article: Article{ID: "later", Text: "文。"}}); err != nil {
		t.Error("with room again:", err)
	}
}

func TestExplain(t *testing.T) {
	r := &Record{dir: "data"}
	cancelled, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stopped by the user")
	cancel(stop)
	for _, c := range []struct {
		name string
		ctx  context.Context
		err  error
		want error
		text string
	}{
		{"nothing", t.Context(), nil, nil, ""},
		{"full", t.Context(), &syscallError{syscall.ENOSPC}, ErrDiskFull, "free some"},
		{"own", t.Context(), ErrNotFound, ErrNotFound, "read it: not found"},
		{"cancelled", cancelled, errors.New("interrupted (9)"), stop, "read it: stopped by the user"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := r.explain(c.ctx, "read it", c.err)
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if err != nil && !strings.Contains(err.Error(), c.text) {
				t.Errorf("error %q does not say %q", err, c.text)
			}
		})
	}
}

type syscallError struct{ error }

func (e *syscallError) Unwrap() error { return e.error }
