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
	"unicode/utf8"

	"chuchu/corpus"
)

func open(t testing.TB, dir string) *corpus.Record {
	t.Helper()
	return openWith(t, dir, corpus.Options{})
}

func openWith(t testing.TB, dir string, opt corpus.Options) *corpus.Record {
	t.Helper()
	r, err := corpus.Open(context.Background(), dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// entry makes an article of the text with a passage and a vector for each line.
func entry(id, text string) corpus.Entry {
	e := corpus.Entry{Article: corpus.Article{ID: id, Title: "题目" + id, Text: text}}
	start := 0
	for line := range strings.Lines(text) {
		end := start + utf8.RuneCountInString(line)
		e.Passages = append(e.Passages, corpus.Passage{Ordinal: len(e.Passages), Start: start, End: end, Heading: "一 > 二"})
		e.Vectors = append(e.Vectors, []float32{float32(start), float32(end)})
		start = end
	}
	return e
}

func put(t testing.TB, r *corpus.Record, e corpus.Entry) (corpus.Status, corpus.Ref) {
	t.Helper()
	status, ref, err := r.Put(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return status, ref
}

func remove(t testing.TB, r *corpus.Record, id string) {
	t.Helper()
	if err := r.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}

func change(t testing.TB, r *corpus.Record) int64 {
	t.Helper()
	n, err := r.Change(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOpenKeepsWhatWasPut(t *testing.T) {
	for _, name := range []string{"data", "a b", "百分%25?mode=memory#x", "a&b=c+d"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), name)
			r := open(t, dir)
			put(t, r, entry("a", "甲云发布了新品。"))
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			a, err := open(t, dir).Article(t.Context(), "a")
			if err != nil || a.Text != "甲云发布了新品。" {
				t.Fatalf("article %+v, error %v", a, err)
			}
		})
	}
}

func TestOpenIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	r := open(t, dir)
	put(t, r, entry("a", "文。"))
	for file, want := range map[string]fs.FileMode{"": 0o700, corpus.File: 0o600, corpus.File + "-wal": 0o600, corpus.File + "-shm": 0o600} {
		info, err := os.Stat(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%q has mode %o, want %o", file, got, want)
		}
	}
}

func TestOpenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := corpus.Open(ctx, t.TempDir(), corpus.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestReadOnlyBesideAWriter(t *testing.T) {
	dir := t.TempDir()
	writer := open(t, dir)
	put(t, writer, entry("a", "甲。"))
	reader := openWith(t, dir, corpus.Options{ReadOnly: true})
	put(t, writer, entry("b", "乙。"))
	if a, err := reader.Article(t.Context(), "b"); err != nil || a.Text != "乙。" {
		t.Errorf("what the writer put later: %+v, %v", a, err)
	}
	if err := reader.Check(t.Context()); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"SetSetting":  reader.SetSetting(t.Context(), "k", "v"),
		"Delete":      reader.Delete(t.Context(), "a"),
		"DropVectors": reader.DropVectors(t.Context()),
	} {
		if !errors.Is(err, corpus.ErrReadOnly) {
			t.Errorf("%s: error %v, want ErrReadOnly", name, err)
		}
	}
}

func TestReadOnlyMakesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if _, err := corpus.Open(t.Context(), dir, corpus.Options{ReadOnly: true}); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("error %v, want ErrNotFound", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directory was made: %v", err)
	}
}

func TestSettings(t *testing.T) {
	r := open(t, t.TempDir())
	for _, want := range []string{"", "一", "二", ""} {
		if want != "" {
			if err := r.SetSetting(t.Context(), "splitter", want); err != nil {
				t.Fatal(err)
			}
		} else if err := r.SetSetting(t.Context(), "splitter", ""); err != nil {
			t.Fatal(err)
		}
		if got, err := r.Setting(t.Context(), "splitter"); err != nil || got != want {
			t.Errorf("setting %q, want %q, error %v", got, want, err)
		}
	}
	if got, err := r.Setting(t.Context(), "other"); err != nil || got != "" {
		t.Errorf("a setting never made: %q, error %v", got, err)
	}
}

func TestCounts(t *testing.T) {
	r := open(t, t.TempDir())
	without := entry("b", "丙。\n丁。")
	without.Vectors = nil
	put(t, r, entry("a", "甲。\n乙。"))
	put(t, r, entry("a", "甲。\n乙改了。\n又一行。"))
	put(t, r, without)
	put(t, r, entry("c", "戊。"))
	remove(t, r, "c")
	got, err := r.Counts(t.Context())
	if want := (corpus.Counts{Articles: 2, Passages: 5, Embedded: 3}); err != nil || got != want {
		t.Errorf("%+v, want %+v, error %v", got, want, err)
	}
}

func TestCheckFindsDamage(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir)
	for i := range 50 {
		put(t, r, entry(fmt.Sprint(i), strings.Repeat("云。\n", 200)))
	}
	if err := r.Check(t.Context()); err != nil {
		t.Fatal("a sound record:", err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, corpus.File)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[len(b)/2 : len(b)/2+20_000])
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(t, dir).Check(t.Context()); !errors.Is(err, corpus.ErrDamaged) {
		t.Errorf("error %v, want ErrDamaged", err)
	}
}

func TestOpenOfWhatIsNoRecord(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, corpus.File), []byte(strings.Repeat("no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := corpus.Open(t.Context(), dir, corpus.Options{})
	if !errors.Is(err, corpus.ErrDamaged) || !strings.Contains(err.Error(), "restore a backup") {
		t.Errorf("error %v", err)
	}
}
