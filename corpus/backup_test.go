package corpus_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chuchu/corpus"
)

// restored opens a backup as a record.
func restored(t *testing.T, file string) *corpus.Record {
	t.Helper()
	dir := t.TempDir()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, corpus.File), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, dir)
}

func TestBackup(t *testing.T) {
	r := open(t, t.TempDir())
	put(t, r, entry("a", "甲。\n乙。"))
	put(t, r, entry("gone", "去掉的话。"))
	remove(t, r, "gone")
	dir := t.TempDir()
	file := filepath.Join(dir, "copy.db")
	if err := r.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
	if b, err := os.ReadFile(file); err != nil || strings.Contains(string(b), "去掉的话") {
		t.Errorf("deleted text is in the copy, error %v", err)
	}
	wantOnly(t, dir, "copy.db")
	put(t, r, entry("later", "后来。"))
	c := restored(t, file)
	if err := c.Check(t.Context()); err != nil {
		t.Error(err)
	}
	wantChanges(t, c, 0, "1 a.1 2 passages 2 vectors", "3 gone.1 deleted")
	put(t, c, entry("b", "还可以写。"))
}

// wantOnly looks whether the directory has just these files.
func wantOnly(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if fmt.Sprint(got) != fmt.Sprint(names) {
		t.Errorf("the directory has %q, want %q", got, names)
	}
}

// TestBackupWhileWriting backs up beside the writer, from a record of its own that
// is open for reading only: the copy is one state, with every article whole.
func TestBackupWhileWriting(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir)
	put(t, r, entry("0", "文。"))
	reader := openWith(t, dir, corpus.Options{ReadOnly: true})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int)
	go func() {
		n := 1
		for ; ctx.Err() == nil; n++ {
			if _, _, err := r.Put(t.Context(), entry(fmt.Sprint(n), strings.Repeat("一行。\n", n%50+1))); err != nil {
				t.Error(err)
			}
		}
		done <- n
	}()
	var copies []string
	for i := range 5 {
		file := filepath.Join(t.TempDir(), fmt.Sprint(i))
		if err := reader.Backup(t.Context(), file); err != nil {
			t.Error(err)
		}
		copies = append(copies, file)
	}
	cancel()
	written := <-done
	last := 0
	for _, file := range copies {
		c := restored(t, file)
		counts, err := c.Counts(t.Context())
		if err != nil || counts.Articles < last || counts.Articles > written || counts.Embedded != counts.Passages {
			t.Errorf("%+v after %d of %d articles, error %v", counts, last, written, err)
		}
		last = counts.Articles
		if n := change(t, c); n != int64(counts.Articles) {
			t.Errorf("change number %d of %d articles", n, counts.Articles)
		}
		if err := c.Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestBackupRefuses(t *testing.T) {
	r := open(t, t.TempDir())
	put(t, r, entry("a", "文。"))
	dir := t.TempDir()
	file := filepath.Join(dir, "there")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.Backup(t.Context(), file); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: error %v", err)
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "x" {
		t.Errorf("the file has %q, error %v", b, err)
	}
	if err := r.Backup(t.Context(), filepath.Join(dir, "no", "where")); err == nil || !strings.Contains(err.Error(), "make it first") {
		t.Errorf("no directory: error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Backup(ctx, filepath.Join(dir, "cancelled")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
	wantOnly(t, dir, "there")
}
