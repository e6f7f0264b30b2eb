package index_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chuchu/corpus"
	"chuchu/rag/index"
)

// made returns a record and the directory of a closed index that is level with it.
func made(t *testing.T) (*corpus.Record, string) {
	t.Helper()
	dir := t.TempDir()
	r := openRecord(t, dir)
	put(t, r, entry("a", "", strings.Repeat("云计算的新闻一则。\n", 300), east), entry("b", "", "雨。", nil))
	dir = filepath.Join(dir, "index")
	l := openLocal(t, dir)
	catchUp(t, l, r)
	closeLocal(t, l)
	return r, dir
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// overwrite fills a part of each file that matches with other bytes.
func overwrite(t *testing.T, pattern string, from, to float64) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%q matches %q, error %v", pattern, files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := int(from * float64(len(b))); i < int(to*float64(len(b))); i++ {
			b[i] = 0xa5
		}
		write(t, file, string(b))
	}
}

// truncate leaves so many bytes of each file that matches.
func truncate(t *testing.T, pattern string, size int64) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%q matches %q, error %v", pattern, files, err)
	}
	for _, file := range files {
		if err := os.Truncate(file, size); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMadeAnew breaks an index in many ways; each time it is made again from the
// record, with a line that says so.
func TestMadeAnew(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, dir string){
		"another mapping":  func(t *testing.T, dir string) { write(t, filepath.Join(dir, "mapping"), "terms 0\n") },
		"no words":         func(t *testing.T, dir string) { os.RemoveAll(filepath.Join(dir, "words")) },
		"words is a file":  func(t *testing.T, dir string) { os.RemoveAll(dir + "/words"); write(t, dir+"/words", "x") },
		"no bolt":          func(t *testing.T, dir string) { os.Remove(dir + "/words/root.bolt") },
		"bolt of garbage":  func(t *testing.T, dir string) { overwrite(t, dir+"/words/root.bolt", 0, 1) },
		"bolt cut":         func(t *testing.T, dir string) { truncate(t, dir+"/words/root.bolt", 2*4096) },
		"bolt empty":       func(t *testing.T, dir string) { write(t, dir+"/words/root.bolt", "") },
		"segments cut":     func(t *testing.T, dir string) { truncate(t, dir+"/words/*.zap", 100) },
		"segments garbage": func(t *testing.T, dir string) { overwrite(t, dir+"/words/*.zap", 0, 1) },
		"segments' end":    func(t *testing.T, dir string) { overwrite(t, dir+"/words/*.zap", .95, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			r, dir := made(t)
			damage(t, dir)
			log, lines := logged()
			l := openWith(t, dir, dimension, index.Options{Title: 1, Log: log})
			catchUp(t, l, r)
			wantCounts(t, l, index.Counts{Passages: 301, Vectors: 300, Change: 2})
			wantHits(t, search(t, l, words("雨")), "b.1.0")
			if !strings.Contains(lines.String(), "anew") || !strings.Contains(lines.String(), "reason=") {
				t.Errorf("the log does not say why: %s", lines)
			}
			if err := index.Check(dir); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	_, dir := made(t)
	if err := index.Check(dir); err != nil {
		t.Error("a sound index:", err)
	}
	if err := index.Check(t.TempDir()); !errors.Is(err, index.ErrNone) {
		t.Errorf("an empty directory: error %v", err)
	}
	if err := index.Check(filepath.Join(dir, "nowhere")); !errors.Is(err, index.ErrNone) {
		t.Errorf("no directory: error %v", err)
	}
	write(t, filepath.Join(dir, "mapping"), "terms 0\n")
	if err := index.Check(dir); err == nil || !strings.Contains(err.Error(), `"terms 0"`) {
		t.Errorf("another mapping: error %v", err)
	}
}

// TestCheckBesideTheHolder looks at an index that is open.
func TestCheckBesideTheHolder(t *testing.T) {
	_, dir := made(t)
	openLocal(t, dir)
	if err := index.Check(dir); err != nil {
		t.Error(err)
	}
}

// TestInUse opens an index that is open: it must not be taken for a damaged one.
func TestInUse(t *testing.T) {
	_, dir := made(t)
	openLocal(t, dir)
	log, lines := logged()
	_, err := index.OpenLocal(t.Context(), dir, dimension, index.Options{Log: log})
	if err == nil || !strings.Contains(err.Error(), "another process has it open") {
		t.Errorf("error %v", err)
	}
	if lines.Len() > 0 {
		t.Errorf("logged %s", lines)
	}
}

func TestOpenWhereNothingMayBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "x")
	if _, err := index.OpenLocal(t.Context(), filepath.Join(file, "index"), dimension, index.Defaults()); err == nil {
		t.Error("no error")
	}
}
