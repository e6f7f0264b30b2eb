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

// TestMigrateFindsFamilies: a record of any earlier schema gets its families by
// RefreshFamilies, which goes on where it was broken off.
func TestMigrateFindsFamilies(t *testing.T) {
	text := "霁石云推迟了海外节点，栎川云没有。" + strings.Join(strings.Split("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃", ""), "云")
	for schema := 1; schema < len(migrations()); schema++ {
		t.Run(fmt.Sprint(schema), func(t *testing.T) {
			r := migrated(t, schema, text)
			if err := r.forgetFamilies(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, _, err := r.Put(t.Context(), Entry{Article: Article{ID: "c", Text: text}}); err != nil {
				t.Fatal(err)
			}
			if n, err := r.RefreshFamilies(t.Context()); err != nil || n != 2 {
				t.Errorf("%d articles were compared, %v", n, err)
			}
			list, err := r.Family(t.Context(), "a")
			if err != nil || len(list) != 2 || list[0].ID != "b" || list[1].ID != "c" {
				t.Errorf("family %+v, %v", list, err)
			}
			if err := r.Check(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// migrated opens a record that was made by an earlier schema, with articles a and b of
// one text; that schema's families are other ones than the text has.
func migrated(t *testing.T, schema int, text string) *Record {
	t.Helper()
	dir := t.TempDir()
	old := &Record{dir: dir, now: time.Now}
	if err := old.open(t.Context(), Options{}, migrations()[:schema]); err != nil {
		t.Fatal(err)
	}
	exec := func(statement string, args ...any) {
		t.Helper()
		if _, err := old.write.ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"a", "b"} {
		exec(`INSERT INTO article (change, id, version, url, title, outlet, author, language,
			published, first_day, last_day, fetched, updated, provenance) VALUES (`+nextChange+`, ?, 1, '', '', '', '', '', '', '', '', 0, 0, '')`, id)
		exec("INSERT INTO version (article, version, hash, updated, text) SELECT n, 1, '', 0, ? FROM article WHERE id = ?", text, id)
	}
	if schema == 2 {
		exec("UPDATE article SET family = 1 WHERE id = 'a'")
		exec("INSERT INTO sketch VALUES (1, x'00')")
		exec("INSERT INTO band VALUES (7, 1)")
		exec("INSERT INTO setting VALUES ('families', 'oph 64x4 5-grams 1')")
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	if families, err := r.Families(t.Context(), []string{"a", "b"}); err != nil || len(families) > 0 {
		t.Errorf("families before they are found: %v, %v", families, err)
	}
	return r
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
