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
	steps := append(migrations(), "ALTER TABLE article ADD COLUMN mood TEXT NOT NULL DEFAULT 'none'")
	r, err := openSteps(t, dir, Options{}, steps)
	if err != nil {
		t.Fatal(err)
	}
	if got := version(t, r); got != len(steps) {
		t.Errorf("schema version %d, want %d", got, len(steps))
	}
	var mood string
	if err := r.read.QueryRow("SELECT mood FROM article WHERE id = 'a'").Scan(&mood); err != nil || mood != "none" {
		t.Errorf("mood %q, error %v", mood, err)
	}
}

// TestMigrateFromTheFirstSchema: a record made before there were families gets them
// when it is opened.
func TestMigrateFromTheFirstSchema(t *testing.T) {
	dir := t.TempDir()
	first, err := openSteps(t, dir, Options{}, migrations()[:1])
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("霁石云推迟了海外节点，栎川云没有。", 1) + strings.Join(strings.Split("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃", ""), "云")
	for _, id := range []string{"a", "b"} {
		_, err := first.write.ExecContext(t.Context(), `INSERT INTO article (change, id, version, url, title, outlet, author, language,
			published, first_day, last_day, fetched, updated, provenance) VALUES (`+nextChange+`, ?, 1, '', '', '', '', '', '', '', '', 0, 0, '')`, id)
		if err != nil {
			t.Fatal(err)
		}
		_, err = first.write.ExecContext(t.Context(), "INSERT INTO version (article, version, hash, updated, text) SELECT n, 1, '', 0, ? FROM article WHERE id = ?", text, id)
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	list, err := r.Family(t.Context(), "a")
	if err != nil || len(list) != 1 || list[0].ID != "b" {
		t.Errorf("family %+v, %v", list, err)
	}
}

func TestMigrationIsWholeOrNothing(t *testing.T) {
	dir := makeRecord(t)
	steps := append(migrations(), "CREATE TABLE mood (id TEXT); INSERT INTO nowhere VALUES (1)")
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
	_, err := openSteps(t, dir, Options{ReadOnly: true}, append(migrations(), "CREATE TABLE mood (id TEXT)"))
	if err == nil || !strings.Contains(err.Error(), "chuchu serve") {
		t.Errorf("error %v, want one that says what to do", err)
	}
}

func TestNewerSchemaIsLeftAlone(t *testing.T) {
	dir := makeRecord(t)
	newer := append(migrations(), "CREATE TABLE mood (id TEXT)")
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
