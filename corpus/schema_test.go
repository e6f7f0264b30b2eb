package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// openSteps opens the record in dir as a program with these migrations does.
func openSteps(t *testing.T, dir string, opt Options, steps []string) (*Record, error) {
	t.Helper()
	r := &Record{dir: dir, now: time.Now}
	err := r.open(t.Context(), opt, steps)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r, err
}

// makeRecord leaves a closed record with one article in a new directory.
func makeRecord(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	r, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Put(t.Context(), Entry{Article: Article{ID: "a", Title: "题", Text: "文。"}}); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func version(t *testing.T, r *Record) int {
	t.Helper()
	v, err := schemaVersion(t.Context(), r.read)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestMigrateFromAnOlderSchema(t *testing.T) {
	dir := makeRecord(t)
	steps := append(migrations(), "ALTER TABLE article ADD COLUMN family TEXT NOT NULL DEFAULT 'none'")
	r, err := openSteps(t, dir, Options{}, steps)
	if err != nil {
		t.Fatal(err)
	}
	if got := version(t, r); got != len(steps) {
		t.Errorf("schema version %d, want %d", got, len(steps))
	}
	var family string
	if err := r.read.QueryRow("SELECT family FROM article WHERE id = 'a'").Scan(&family); err != nil || family != "none" {
		t.Errorf("family %q, error %v", family, err)
	}
}

func TestMigrationIsWholeOrNothing(t *testing.T) {
	dir := makeRecord(t)
	steps := append(migrations(), "CREATE TABLE family (id TEXT); INSERT INTO nowhere VALUES (1)")
	if _, err := openSteps(t, dir, Options{}, steps); err == nil {
		t.Fatal("no error of a broken step")
	}
	r, err := openSteps(t, dir, Options{}, migrations())
	if err != nil {
		t.Fatal(err)
	}
	var tables int
	if err := r.read.QueryRow("SELECT count(*) FROM sqlite_schema WHERE name = 'family'").Scan(&tables); err != nil || tables != 0 {
		t.Errorf("%d tables of the broken step are left, error %v", tables, err)
	}
}

func TestReadOnlyDoesNotMigrate(t *testing.T) {
	dir := makeRecord(t)
	_, err := openSteps(t, dir, Options{ReadOnly: true}, append(migrations(), "CREATE TABLE family (id TEXT)"))
	if err == nil || !strings.Contains(err.Error(), "chuchu serve") {
		t.Errorf("error %v, want one that says what to do", err)
	}
}

func TestNewerSchemaIsLeftAlone(t *testing.T) {
	dir := makeRecord(t)
	newer := append(migrations(), "CREATE TABLE family (id TEXT)")
	r, err := openSteps(t, dir, Options{}, newer)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	for _, opt := range []Options{{}, {ReadOnly: true}} {
		_, err := Open(t.Context(), dir, opt)
		if !errors.Is(err, ErrNewerSchema) {
			t.Fatalf("%+v: error %v, want ErrNewerSchema", opt, err)
		}
		for _, want := range []string{fmt.Sprint(len(newer)), fmt.Sprint(len(migrations())), "use the newer program"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q does not say %q", err, want)
			}
		}
	}
	if after := contents(t, dir); !bytes.Equal(before, after) {
		t.Error("the file was touched")
	}
}

func contents(t *testing.T, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
