package corpus

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// An Entry is one article with all that is derived from it, to be put into the
// record in one transaction. ID, URL, Title and so on of Article are filled by
// ingest; Version, Hash and Updated by the record, and Fetched where it is zero.
type Entry struct {
	Article Article
	// Passages need Start, End, Heading and Ordinal; the rest is filled in. When
	// the text is unchanged, nil keeps the passages and vectors that are there.
	Passages []Passage
	Vectors  [][]float32 // one a passage, nil where it is still to be made; or nil
}

// Status says what became of an article that was offered.
type Status string

const (
	Added     Status = "added"
	Updated   Status = "updated"
	Unchanged Status = "unchanged"
)

// An Outcome is what became of an entry.
type Outcome struct {
	Status Status
	Ref    Ref
}

// Status says what Put would do with the article, so that nothing is split or
// embedded for nothing.
func (r *Record) Status(ctx context.Context, a Article) (Status, error) {
	old, err := findKnown(ctx, r.read.QueryRowContext, a.ID)
	return old.status(normal(a)), r.explain(ctx, "look up article "+a.ID, err)
}

// Put adds the article, or updates it: changed metadata in place, changed text
// as a new version whose predecessor is kept. The same again does nothing; nor
// does another Fetched, Provenance, or order of Tags alone.
//
// An article that was deleted comes back as Added, with the next version number.
func (r *Record) Put(ctx context.Context, e Entry) (Status, Ref, error) {
	outcomes, err := r.PutAll(ctx, []Entry{e})
	if err != nil {
		return "", Ref{}, err
	}
	return outcomes[0].Status, outcomes[0].Ref, nil
}

// PutAll puts the entries in order, all of them or, on an error, none: nothing is
// confirmed before everything is committed. Many small articles go in several
// times faster than by Put.
func (r *Record) PutAll(ctx context.Context, entries []Entry) ([]Outcome, error) {
	for _, e := range entries {
		if err := e.check(); err != nil {
			return nil, err
		}
	}
	var outcomes []Outcome
	err := r.update(ctx, "put articles", func(tx *transaction) error {
		for _, e := range entries {
			o, err := tx.put(ctx, e, r.now())
			if err != nil {
				return fmt.Errorf("article %s: %w", e.Article.ID, err)
			}
			outcomes = append(outcomes, o)
		}
		return tx.joinFamilies(ctx)
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// check refuses what would break an invariant of the record.
func (e Entry) check() error {
	a := e.Article
	if a.ID == "" {
		return fmt.Errorf("article %q has no id", a.Title)
	}
	if !utf8.ValidString(a.Text) || strings.ContainsRune(a.Text, 0) {
		return fmt.Errorf("article %s: its text is no clean UTF-8", a.ID)
	}
	if _, err := ParseDate(string(a.Published)); err != nil {
		return fmt.Errorf("article %s: published: %w", a.ID, err)
	}
	if err := checkPassages(e.Passages, e.Vectors, utf8.RuneCountInString(a.Text)); err != nil {
		return fmt.Errorf("article %s: %w", a.ID, err)
	}
	return nil
}

func checkPassages(passages []Passage, vectors [][]float32, length int) error {
	if vectors != nil && len(vectors) != len(passages) {
		return fmt.Errorf("%d vectors for %d passages", len(vectors), len(passages))
	}
	for i, p := range passages {
		if p.Ordinal != i {
			return fmt.Errorf("passage %d has ordinal %d", i, p.Ordinal)
		}
		if p.Start < 0 || p.Start >= p.End || p.End > length {
			return fmt.Errorf("passage %d is [%d,%d) of a text of %d characters", i, p.Start, p.End, length)
		}
	}
	return nil
}

// normal returns the article as it is compared and kept.
func normal(a Article) Article {
	sum := sha256.Sum256([]byte(a.Text))
	a.Hash = hex.EncodeToString(sum[:])
	a.Tags = slices.Clone(a.Tags)
	slices.Sort(a.Tags)
	a.Tags = slices.Compact(a.Tags)
	return a
}

// known is what the record holds of an article that is offered; n is 0 when it
// never held it.
type known struct {
	n       int64
	deleted bool
	article Article // without Text
}

func findKnown(ctx context.Context, queryRow func(context.Context, string, ...any) *sql.Row, id string) (known, error) {
	var k known
	row := queryRow(ctx, "SELECT a.n, a.deleted, "+articleColumns+articleFrom+"WHERE a.id = ?", id)
	err := scanArticle(row.Scan, &k.article, &k.n, &k.deleted)
	if errors.Is(err, sql.ErrNoRows) {
		return known{}, nil
	}
	return k, err
}

// status compares a, which is normal, with what is known.
func (k known) status(a Article) Status {
	old := k.article
	switch {
	case k.n == 0 || k.deleted:
		return Added
	case old.Hash == a.Hash && old.URL == a.URL && old.Title == a.Title && old.Outlet == a.Outlet &&
		old.Author == a.Author && old.Language == a.Language && old.Published == a.Published &&
		slices.Equal(old.Tags, a.Tags):
		return Unchanged
	}
	return Updated
}

func (tx *transaction) put(ctx context.Context, e Entry, now time.Time) (Outcome, error) {
	old, err := findKnown(ctx, tx.queryRow, e.Article.ID)
	if err != nil {
		return Outcome{}, err
	}
	a := normal(e.Article)
	status := old.status(a)
	if status == Unchanged {
		return Outcome{status, old.article.Ref()}, nil
	}
	a.Updated = now
	switch {
	case status == Updated:
		a.Fetched = old.article.Fetched
	case a.Fetched.IsZero():
		a.Fetched = now
	}
	a.Version = old.article.Version
	if old.article.Hash != a.Hash {
		a.Version++
	}
	if a.Version == old.article.Version {
		n, err := tx.saveArticle(ctx, a, old, nil)
		if err != nil || e.Passages == nil {
			return Outcome{status, a.Ref()}, err
		}
		return Outcome{status, a.Ref()}, tx.savePassages(ctx, n, a.Version, a.Text, e.Passages, e.Vectors)
	}
	return Outcome{status, a.Ref()}, tx.putText(ctx, a, old, e)
}

// putText keeps an article with a new version of its text.
func (tx *transaction) putText(ctx context.Context, a Article, old known, e Entry) error {
	if old.n != 0 {
		if err := tx.leaveFamily(ctx, old.n); err != nil {
			return err
		}
		if err := tx.dropVectors(ctx, old.n, old.article.Version); err != nil {
			return err
		}
	}
	s, ok := sketchOf(a.Text)
	n, err := tx.saveArticle(ctx, a, old, encodeSketch(s, ok))
	if err != nil {
		return err
	}
	if ok {
		tx.compareLater(n, s)
	}
	err = tx.exec(ctx, "INSERT INTO version (article, version, hash, updated, text) VALUES (?, ?, ?, ?, ?)",
		n, a.Version, a.Hash, a.Updated.UnixMilli(), a.Text)
	if err != nil {
		return err
	}
	return tx.savePassages(ctx, n, a.Version, a.Text, e.Passages, e.Vectors)
}

// nextChange is the running number of the change that is being made. Articles
// are never removed, only emptied, so the largest number is never lost.
const nextChange = "(SELECT coalesce(max(change), 0) + 1 FROM article)"

// saveArticle writes the article's row and its tags and returns the row's number. A nil
// sketch keeps the one that is there.
func (tx *transaction) saveArticle(ctx context.Context, a Article, old known, sketch []byte) (n int64, err error) {
	first, last := a.Published.Bounds()
	err = tx.queryRow(ctx, `
		INSERT INTO article (change, id, version, url, title, outlet, author, language,
			published, first_day, last_day, fetched, updated, provenance, sketch)
		VALUES (`+nextChange+`, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET change = excluded.change, deleted = 0, version = excluded.version,
			url = excluded.url, title = excluded.title, outlet = excluded.outlet,
			author = excluded.author, language = excluded.language, published = excluded.published,
			first_day = excluded.first_day, last_day = excluded.last_day, fetched = excluded.fetched,
			updated = excluded.updated, provenance = excluded.provenance, sketch = coalesce(excluded.sketch, sketch)
		RETURNING n`,
		a.ID, a.Version, a.URL, a.Title, a.Outlet, a.Author, a.Language,
		string(a.Published), first, last, a.Fetched.UnixMilli(), a.Updated.UnixMilli(), a.Provenance, sketch).Scan(&n)
	if err != nil || slices.Equal(a.Tags, old.article.Tags) {
		return n, err
	}
	if err := tx.exec(ctx, "DELETE FROM tag WHERE article = ?", n); err != nil {
		return n, err
	}
	for _, tag := range a.Tags {
		if err := tx.exec(ctx, "INSERT INTO tag (article, tag) VALUES (?, ?)", n, tag); err != nil {
			return n, err
		}
	}
	return n, nil
}

// savePassages keeps the passages, which are sound, in place of those that the
// version has.
func (tx *transaction) savePassages(ctx context.Context, n int64, version int, text string, passages []Passage, vectors [][]float32) error {
	if err := tx.exec(ctx, "DELETE FROM passage WHERE article = ? AND version = ?", n, version); err != nil {
		return err
	}
	if err := tx.exec(ctx, "UPDATE article SET passages = ? WHERE n = ?", len(passages), n); err != nil {
		return err
	}
	characters := []rune(text)
	for i, p := range passages {
		row, err := tx.insert(ctx, `
			INSERT INTO passage (article, version, ordinal, first, past, heading, text) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			n, version, p.Ordinal, p.Start, p.End, p.Heading, string(characters[p.Start:p.End]))
		if err != nil {
			return err
		}
		if vectors == nil || vectors[i] == nil {
			continue
		}
		if err := tx.saveVector(ctx, row, vectors[i]); err != nil {
			return err
		}
	}
	return nil
}

// Delete erases the text and metadata of all versions and leaves a tombstone:
// the id with a change number. The text is overwritten in the file, and the
// write-ahead log is emptied as soon as nobody reads from it. What SQLite had
// copied about when it rearranged its pages is gone when Close has returned.
// ErrNotFound, ErrGone.
func (r *Record) Delete(ctx context.Context, id string) error {
	err := r.update(ctx, "delete article "+id, func(tx *transaction) error { return tx.erase(ctx, id) })
	if err != nil {
		return err
	}
	return r.explain(ctx, "empty the log after deleting "+id, r.truncateLog(ctx))
}

func (tx *transaction) erase(ctx context.Context, id string) error {
	old, err := findKnown(ctx, tx.queryRow, id)
	switch {
	case err != nil:
		return err
	case old.n == 0:
		return ErrNotFound
	case old.deleted:
		return ErrGone
	}
	if err := tx.exec(ctx, "INSERT INTO setting VALUES (?, ?) ON CONFLICT DO NOTHING", erasedSetting, "yes"); err != nil {
		return err
	}
	if err := tx.leaveFamily(ctx, old.n); err != nil {
		return err
	}
	for _, statement := range []string{
		"DELETE FROM passage WHERE article = ?",
		"DELETE FROM version WHERE article = ?",
		"DELETE FROM tag WHERE article = ?",
		`UPDATE article SET change = ` + nextChange + `, deleted = 1, passages = 0, url = '', title = '', outlet = '', author = '',
			language = '', published = '', first_day = '', last_day = '', fetched = 0, provenance = '' WHERE n = ?`,
	} {
		if err := tx.exec(ctx, statement, old.n); err != nil {
			return err
		}
	}
	return nil
}

// truncateLog copies the write-ahead log into the file and empties it, unless a
// reader is in the way.
func (r *Record) truncateLog(ctx context.Context) error {
	// A reader that stays would hold up all writers for as long as the usual
	// time-out.
	_, err := r.write.ExecContext(ctx, "PRAGMA busy_timeout = 200; PRAGMA wal_checkpoint(truncate); PRAGMA busy_timeout = 10000")
	return err
}

// erasedSetting is set while the unused bytes of pages may hold deleted text:
// secure_delete overwrites what is deleted, but not the copies that are left
// where rows were moved from one page to another.
const erasedSetting = "erased"

// wipe writes the file anew, without unused bytes, after something was deleted.
func (r *Record) wipe(ctx context.Context) error {
	if r.write == nil {
		return nil
	}
	erased, err := r.Setting(ctx, erasedSetting)
	if err != nil || erased == "" {
		return err
	}
	if _, err := r.write.ExecContext(ctx, "VACUUM"); err != nil {
		return r.explain(ctx, "write the record anew after a deletion", err)
	}
	err = r.update(ctx, "note that the record was written anew", func(tx *transaction) error {
		return tx.exec(ctx, "DELETE FROM setting WHERE key = ?", erasedSetting)
	})
	return errors.Join(err, r.truncateLog(ctx))
}
