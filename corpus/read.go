package corpus

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
)

// articleColumns are those that scanArticle reads, of the newest version.
const articleColumns = `a.id, a.version, a.url, a.title, a.outlet, a.author, a.language, a.published,
	a.fetched, a.updated, a.provenance, coalesce(v.hash, ''),
	(SELECT json_group_array(tag) FROM tag WHERE article = a.n) `

const articleFrom = ` FROM article a LEFT JOIN version v ON v.article = a.n AND v.version = a.version `

// scanArticle reads articleColumns into a; before are destinations of the
// columns in front of them.
func scanArticle(scan scanner, a *Article, before ...any) error {
	var fetched, updated int64
	var tags string
	err := scan(append(before, &a.ID, &a.Version, &a.URL, &a.Title, &a.Outlet, &a.Author, &a.Language, &a.Published,
		&fetched, &updated, &a.Provenance, &a.Hash, &tags)...)
	if err != nil {
		return err
	}
	a.Fetched, a.Updated = fromMillis(fetched), fromMillis(updated)
	if tags == "[]" {
		return nil
	}
	err = json.Unmarshal([]byte(tags), &a.Tags)
	slices.Sort(a.Tags)
	return err
}

func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// Article returns the article's newest version. ErrNotFound, ErrGone.
func (r *Record) Article(ctx context.Context, id string) (Article, error) {
	return r.ArticleVersion(ctx, id, 0)
}

// ArticleVersion returns one version, with the metadata of the present; 0 means
// the newest. ErrNotFound, ErrGone.
func (r *Record) ArticleVersion(ctx context.Context, id string, version int) (Article, error) {
	var a Article
	err := r.snapshot(ctx, "read article "+id, func(tx *sql.Tx) error {
		k, err := live(ctx, tx, id)
		if err != nil {
			return err
		}
		a = k.article
		if version != 0 && version != a.Version {
			return readVersion(ctx, tx, k.n, version, &a)
		}
		return tx.QueryRowContext(ctx, "SELECT text FROM version WHERE article = ? AND version = ?", k.n, a.Version).Scan(&a.Text)
	})
	if err != nil {
		return Article{}, err
	}
	return a, nil
}

// live finds an article that is not deleted. ErrNotFound, ErrGone.
func live(ctx context.Context, tx *sql.Tx, id string) (known, error) {
	k, err := findKnown(ctx, tx.QueryRowContext, id)
	switch {
	case err != nil:
		return known{}, err
	case k.n == 0:
		return known{}, ErrNotFound
	case k.deleted:
		return known{}, ErrGone
	}
	return k, nil
}

// readVersion fills in what an older version has of its own.
func readVersion(ctx context.Context, tx *sql.Tx, n int64, version int, a *Article) error {
	var updated int64
	err := tx.QueryRowContext(ctx, "SELECT version, hash, updated, text FROM version WHERE article = ? AND version = ?", n, version).
		Scan(&a.Version, &a.Hash, &updated, &a.Text)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("version %d: %w", version, ErrNotFound)
	}
	a.Updated = fromMillis(updated)
	return err
}

// A Version is one state of an article's text.
type Version struct {
	Version int       `json:"version"`
	Hash    string    `json:"hash"`
	Updated time.Time `json:"updated"`
}

// Versions lists an article's versions, oldest first. ErrNotFound, ErrGone.
func (r *Record) Versions(ctx context.Context, id string) (list []Version, err error) {
	err = r.snapshot(ctx, "list versions of article "+id, func(tx *sql.Tx) error {
		k, err := live(ctx, tx, id)
		if err != nil {
			return err
		}
		list, err = queryAll(ctx, tx, func(scan scanner) (Version, error) {
			var v Version
			var updated int64
			err := scan(&v.Version, &v.Hash, &updated)
			v.Updated = fromMillis(updated)
			return v, err
		}, "SELECT version, hash, updated FROM version WHERE article = ? ORDER BY version", k.n)
		return err
	})
	return list, err
}

const refColumns = "a.id, a.version, a.title, a.url, a.outlet, a.published"

func scanRef(scan scanner) (Ref, error) {
	var a Article
	err := scan(&a.ID, &a.Version, &a.Title, &a.URL, &a.Outlet, &a.Published)
	return a.Ref(), err
}

// Refs returns how replies name the articles, by id; unknown and deleted ids are
// missing from the map.
func (r *Record) Refs(ctx context.Context, ids []string) (map[string]Ref, error) {
	list, err := queryAll(ctx, r.read, scanRef,
		"SELECT "+refColumns+" FROM article a WHERE a.id IN (SELECT value FROM json_each(?)) AND NOT a.deleted", jsonList(ids))
	refs := make(map[string]Ref, len(list))
	for _, ref := range list {
		refs[ref.ID] = ref
	}
	return refs, r.explain(ctx, "read articles", err)
}

// jsonList is how a list of any length is given to a statement, for json_each.
func jsonList[T any](list []T) string {
	b, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings and numbers only
	}
	return string(b)
}

// All yields every article in full, by id, for export. Each is whole, but what
// is put while the caller works may or may not be among them.
func (r *Record) All(ctx context.Context) iter.Seq2[Article, error] {
	return func(yield func(Article, error) bool) {
		for last := ""; ; {
			a, err := r.after(ctx, last)
			if errors.Is(err, sql.ErrNoRows) {
				return
			}
			if !yield(a, err) || err != nil {
				return
			}
			last = a.ID
		}
	}
}

// after returns the article with the next id; one statement each, so that no
// state of the record is held while the caller works.
func (r *Record) after(ctx context.Context, id string) (Article, error) {
	var a Article
	row := r.read.QueryRowContext(ctx, "SELECT v.text, "+articleColumns+articleFrom+
		"WHERE a.id > ? AND NOT a.deleted ORDER BY a.id LIMIT 1", id)
	err := scanArticle(row.Scan, &a, &a.Text)
	if errors.Is(err, sql.ErrNoRows) {
		return Article{}, err
	}
	return a, r.explain(ctx, "read the article after "+id, err)
}

const passageColumns = "a.id, p.version, p.ordinal, p.first, p.past, p.heading, p.text"

func scanPassage(scan scanner, more ...any) (Passage, error) {
	var p Passage
	err := scan(append([]any{&p.ArticleID, &p.Version, &p.Ordinal, &p.Start, &p.End, &p.Heading, &p.Text}, more...)...)
	p.ID = PassageID(p.ArticleID, p.Version, p.Ordinal)
	return p, err
}

func plainPassage(scan scanner) (Passage, error) { return scanPassage(scan) }

// Passages returns the passages of an article's newest version, in order.
// ErrNotFound, ErrGone.
func (r *Record) Passages(ctx context.Context, articleID string) (list []Passage, err error) {
	err = r.snapshot(ctx, "read passages of article "+articleID, func(tx *sql.Tx) error {
		k, err := live(ctx, tx, articleID)
		if err != nil {
			return err
		}
		list, err = queryAll(ctx, tx, plainPassage, "SELECT "+passageColumns+
			" FROM article a JOIN passage p ON p.article = a.n AND p.version = a.version WHERE a.n = ? ORDER BY p.ordinal", k.n)
		return err
	})
	return list, err
}

// PassagesByID returns passages in the order of ids; those that are no longer
// there (deleted, another version) are left out.
func (r *Record) PassagesByID(ctx context.Context, ids []string) ([]Passage, error) {
	list, err := queryAll(ctx, r.read, plainPassage, "SELECT "+passageColumns+fromPassageKeys+"ORDER BY k.key", passageKeys(ids))
	return list, r.explain(ctx, "read passages", err)
}

// fromPassageKeys joins the current passages that passageKeys names.
const fromPassageKeys = ` FROM json_each(?) k
	JOIN article a ON a.id = k.value ->> 0 AND a.version = k.value ->> 1
	JOIN passage p ON p.article = a.n AND p.version = a.version AND p.ordinal = k.value ->> 2 `

// passageKeys takes passage ids apart; what is no passage id matches nothing.
func passageKeys(ids []string) string {
	keys := make([][3]any, len(ids))
	for i, id := range ids {
		article, version, ordinal := splitPassageID(id)
		keys[i] = [3]any{article, version, ordinal}
	}
	return jsonList(keys)
}

// Text returns text[start:end] of a version of an article, in code points; the
// bounds are cut to the text. Version 0 means the newest. ErrNotFound, ErrGone.
func (r *Record) Text(ctx context.Context, articleID string, version, start, end int) (text string, err error) {
	start = max(start, 0)
	err = r.snapshot(ctx, "read text of article "+articleID, func(tx *sql.Tx) error {
		k, err := live(ctx, tx, articleID)
		if err != nil {
			return err
		}
		if version == 0 {
			version = k.article.Version
		}
		err = tx.QueryRowContext(ctx, "SELECT substr(text, ?, ?) FROM version WHERE article = ? AND version = ?",
			start+1, max(end-start, 0), k.n, version).Scan(&text)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("version %d: %w", version, ErrNotFound)
		}
		return err
	})
	return text, err
}
