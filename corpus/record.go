package corpus

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// File is the name of the record in its directory.
const File = "chuchu.db"

// A Record is the SQLite database with everything that cannot be rebuilt.
// It is safe for concurrent use.
type Record struct {
	dir   string
	write *sql.DB // one connection: writers wait for one another; nil when read only
	read  *sql.DB
	now   func() time.Time

	closing sync.Once
}

// Options of Open.
type Options struct {
	ReadOnly bool // beside a running server: nothing is migrated or written
}

// Open opens the record in dir, makes it when it is not there, and brings an
// older schema up to date. The caller holds the directory's Lock, unless ReadOnly.
//
// With ReadOnly a record that is not there is ErrNotFound, and every method that
// writes returns ErrReadOnly. A record of a newer schema is ErrNewerSchema.
func Open(ctx context.Context, dir string, opt Options) (*Record, error) {
	r := &Record{dir: dir, now: time.Now}
	err := r.open(ctx, opt, migrations())
	if err != nil {
		return nil, errors.Join(r.explain(ctx, "open the record", err), r.Close())
	}
	return r, nil
}

func (r *Record) open(ctx context.Context, opt Options, steps []string) error {
	version, err := r.probe(ctx)
	switch {
	case err != nil:
		return err
	case version > len(steps):
		return fmt.Errorf("%w: its schema has version %d, this program knows up to %d; use the newer program, or restore a backup that this one made",
			ErrNewerSchema, version, len(steps))
	case opt.ReadOnly && version == 0:
		return fmt.Errorf("%s holds no record: %w", r.dir, ErrNotFound)
	case opt.ReadOnly && version < len(steps):
		return fmt.Errorf("its schema has version %d, this program wants %d; start chuchu serve once to bring it up to date", version, len(steps))
	}
	if !opt.ReadOnly {
		if err := r.openWriter(ctx, steps); err != nil {
			return err
		}
	}
	return r.openReaders(ctx)
}

// probe returns the schema version of the file, 0 when there is none, without
// touching it.
func (r *Record) probe(ctx context.Context) (int, error) {
	info, err := os.Stat(r.file())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil || info.Size() == 0 {
		return 0, err
	}
	db, err := sql.Open("sqlite", r.source(readerOptions()))
	if err != nil {
		return 0, err
	}
	version, err := schemaVersion(ctx, db)
	return version, errors.Join(err, db.Close())
}

func (r *Record) openWriter(ctx context.Context, steps []string) (err error) {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return err
	}
	if err := createPrivate(r.file()); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if r.write, err = sql.Open("sqlite", r.source(writerOptions())); err != nil {
		return err
	}
	r.write.SetMaxOpenConns(1)
	return migrate(ctx, r.write, steps)
}

func (r *Record) openReaders(ctx context.Context) (err error) {
	if r.read, err = sql.Open("sqlite", r.source(readerOptions())); err != nil {
		return err
	}
	n := max(4, 2*runtime.GOMAXPROCS(0))
	r.read.SetMaxOpenConns(n)
	r.read.SetMaxIdleConns(n)
	return r.read.PingContext(ctx)
}

// Close ends the use of the record. After a Delete it first writes the file anew,
// which takes about a second for 10,000 articles. A second call does nothing.
func (r *Record) Close() (err error) {
	r.closing.Do(func() { err = r.close() })
	return err
}

func (r *Record) close() error {
	var errs []error
	if r.read != nil {
		errs = append(errs, r.wipe(context.Background()), r.read.Close())
	}
	if r.write != nil { // the writer last: it empties the log
		errs = append(errs, r.write.Close())
	}
	return errors.Join(errs...)
}

func (r *Record) file() string { return filepath.Join(r.dir, File) }

// createPrivate makes an empty file that only its owner may read, and leaves one
// that is there alone (fs.ErrExist). SQLite gives the files beside it its mode.
func createPrivate(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// writerOptions are the pragmas of the writing connection.
//
// With the write-ahead log and synchronous=NORMAL a commit is in the operating
// system's hands when it returns: it survives the death of the process. A power
// cut may take the commits since the last checkpoint, never more and never half
// of one, and ingesting again brings them back; an fsync for each of 10,000
// articles would buy that at minutes on a slow disk. secure_delete overwrites
// what Delete erases.
func writerOptions() url.Values {
	return url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			"busy_timeout(10000)", "journal_mode(wal)", "synchronous(normal)",
			"foreign_keys(on)", "secure_delete(on)",
		},
	}
}

func readerOptions() url.Values {
	return url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(10000)"}}
}

// source names the database as a URI, in which a path may hold any character.
func (r *Record) source(options url.Values) string {
	path, err := filepath.Abs(r.file())
	if err != nil {
		path = r.file()
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: options.Encode()}
	return u.String()
}

// Setting returns a value kept with the record (fingerprints), empty when unset.
func (r *Record) Setting(ctx context.Context, key string) (string, error) {
	var value string
	err := r.read.QueryRowContext(ctx, "SELECT value FROM setting WHERE key = ?", key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, r.explain(ctx, "read setting "+key, err)
}

// SetSetting keeps a value.
func (r *Record) SetSetting(ctx context.Context, key, value string) error {
	return r.update(ctx, "keep setting "+key, func(tx *transaction) error {
		return tx.setSetting(ctx, key, value)
	})
}

func (tx *transaction) setSetting(ctx context.Context, key, value string) error {
	return tx.exec(ctx, "INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", key, value)
}

// Counts of what is in the record.
type Counts struct {
	Articles  int `json:"articles"`
	Passages  int `json:"passages"`
	Embedded  int `json:"embedded"`
	Answers   int `json:"answers"`
	Briefings int `json:"briefings"`
}

// Counts returns what is in the record: articles that are not deleted, and the
// passages of their newest versions.
func (r *Record) Counts(ctx context.Context) (Counts, error) {
	var c Counts
	err := r.read.QueryRowContext(ctx, `
		SELECT (SELECT count(*) FROM article WHERE NOT deleted),
		       (SELECT coalesce(sum(passages), 0) FROM article),
		       (SELECT count(*) FROM vector),
		       (SELECT count(*) FROM answer),
		       (SELECT count(*) FROM briefing)`).
		Scan(&c.Articles, &c.Passages, &c.Embedded, &c.Answers, &c.Briefings)
	return c, r.explain(ctx, "count what is in the record", err)
}

// Check runs the database's own integrity check.
func (r *Record) Check(ctx context.Context) error {
	found, err := queryAll(ctx, r.read, column[string], "PRAGMA integrity_check(10)")
	if err != nil {
		return r.explain(ctx, "check the record", err)
	}
	if len(found) != 1 || found[0] != "ok" {
		return fmt.Errorf("%w: %s: %q; restore a backup", ErrDamaged, r.file(), found)
	}
	return nil
}
