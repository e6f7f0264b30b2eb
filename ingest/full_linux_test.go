package ingest_test

import (
	"errors"
	"syscall"
	"testing"

	"chuchu/corpus"
	"chuchu/ingest"
)

// TestDiskFull puts more articles than a small disk holds: what was reported is
// in the record, and the error says what happened.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	}()
	record, err := corpus.Open(t.Context(), dir, corpus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}})
	report, told := collect()
	if err := g.Put(t.Context(), drafts(5000), report); !errors.Is(err, corpus.ErrDiskFull) {
		t.Fatalf("error %v, want that the disk is full", err)
	}
	if c := counts(t, record); c.Articles != len(*told) || c.Articles == 0 {
		t.Errorf("%d articles are in the record, %d were reported", c.Articles, len(*told))
	}
}
