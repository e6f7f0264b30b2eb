package corpus

import (
	"context"
	"database/sql"
	"fmt"
)

// Families are the articles whose texts are reprints of one another. An article
// joins when it is put, by the texts that are there, and leaves when its text
// changes or it is deleted. Where one text resembles two that do not resemble each
// other all three are one family, and stay it when the one between them goes.

const familySchema = `
ALTER TABLE article ADD COLUMN family INTEGER;   -- the number of one of its members, null of an article alone
CREATE INDEX article_family ON article (family) WHERE family IS NOT NULL;

CREATE TABLE sketch (
	article INTEGER PRIMARY KEY REFERENCES article (n),
	bins    BLOB NOT NULL
) STRICT;

CREATE TABLE band (
	key     INTEGER NOT NULL,
	article INTEGER NOT NULL REFERENCES article (n),
	PRIMARY KEY (key, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX band_article ON band (article);
`

// familySetting is where the method that found the families is kept.
const familySetting = "families"

// joinFamily compares an article's text with those that are there and puts it into
// the family of those it resembles.
func (tx *transaction) joinFamily(ctx context.Context, n int64, text string) error {
	if err := tx.leaveFamily(ctx, n); err != nil {
		return err
	}
	s, ok := sketchOf(text)
	if !ok {
		return nil
	}
	alike, err := tx.alike(ctx, s)
	if err != nil {
		return err
	}
	if err := tx.exec(ctx, "INSERT INTO sketch (article, bins) VALUES (?, ?)", n, s.encode()); err != nil {
		return err
	}
	for _, key := range s.bands() {
		if err := tx.exec(ctx, "INSERT OR IGNORE INTO band (key, article) VALUES (?, ?)", key, n); err != nil {
			return err
		}
	}
	if len(alike) == 0 {
		return nil
	}
	return tx.unite(ctx, append(alike, n))
}

// alike returns the numbers of the articles whose texts resemble a sketch.
func (tx *transaction) alike(ctx context.Context, s sketch) ([]int64, error) {
	keys := s.bands()
	type other struct {
		n    int64
		bins []byte
	}
	others, err := queryAll(ctx, tx, func(scan scanner) (other, error) {
		var o other
		err := scan(&o.n, &o.bins)
		return o, err
	}, `SELECT article, bins FROM sketch WHERE article IN (SELECT article FROM band WHERE key IN (SELECT value FROM json_each(?)))`, jsonList(keys[:]))
	if err != nil {
		return nil, err
	}
	var alike []int64
	for _, o := range others {
		if s.resemblance(decodeSketch(o.bins)) >= reprint {
			alike = append(alike, o.n)
		}
	}
	return alike, nil
}

// unite makes one family of articles and of the families that they are in.
func (tx *transaction) unite(ctx context.Context, articles []int64) error {
	list := jsonList(articles)
	var family int64
	err := tx.queryRow(ctx, `SELECT min(coalesce(family, n)) FROM article WHERE n IN (SELECT value FROM json_each(?))`, list).Scan(&family)
	if err != nil {
		return err
	}
	return tx.exec(ctx, `UPDATE article SET family = ? WHERE n IN (SELECT value FROM json_each(?)) OR family IN
		(SELECT family FROM article WHERE family IS NOT NULL AND n IN (SELECT value FROM json_each(?)))`, family, list, list)
}

// leaveFamily takes an article out of its family; one that is left alone is in
// none.
func (tx *transaction) leaveFamily(ctx context.Context, n int64) error {
	var family sql.NullInt64
	if err := tx.queryRow(ctx, "SELECT family FROM article WHERE n = ?", n).Scan(&family); err != nil {
		return err
	}
	for _, statement := range []string{"DELETE FROM sketch WHERE article = ?", "DELETE FROM band WHERE article = ?"} {
		if err := tx.exec(ctx, statement, n); err != nil {
			return err
		}
	}
	if !family.Valid {
		return nil
	}
	if err := tx.exec(ctx, "UPDATE article SET family = NULL WHERE n = ?", n); err != nil {
		return err
	}
	return tx.exec(ctx, "UPDATE article SET family = NULL WHERE family = ? AND (SELECT count(*) FROM article WHERE family = ?) = 1",
		family.Int64, family.Int64)
}

// findFamilies finds all families anew when another method found those that are
// there, or none has yet.
func (r *Record) findFamilies(ctx context.Context) error {
	method, err := r.Setting(ctx, familySetting)
	if err != nil || method == sketchVersion {
		return err
	}
	return r.update(ctx, "find families of articles", func(tx *transaction) error {
		for _, statement := range []string{"DELETE FROM band", "DELETE FROM sketch", "UPDATE article SET family = NULL WHERE family IS NOT NULL"} {
			if err := tx.exec(ctx, statement); err != nil {
				return err
			}
		}
		numbers, err := queryAll(ctx, tx, column[int64], "SELECT n FROM article WHERE NOT deleted ORDER BY n")
		if err != nil {
			return err
		}
		for _, n := range numbers {
			var text string
			err := tx.queryRow(ctx, "SELECT v.text FROM article a JOIN version v ON v.article = a.n AND v.version = a.version WHERE a.n = ?", n).Scan(&text)
			if err != nil {
				return fmt.Errorf("article number %d: %w", n, err)
			}
			if err := tx.joinFamily(ctx, n, text); err != nil {
				return err
			}
		}
		return tx.exec(ctx, "INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", familySetting, sketchVersion)
	})
}

// Families returns the family of each article that has one, by id; equal values
// are one family.
func (r *Record) Families(ctx context.Context, ids []string) (map[string]int64, error) {
	families := map[string]int64{}
	_, err := queryAll(ctx, r.read, func(scan scanner) (struct{}, error) {
		var id string
		var family int64
		err := scan(&id, &family)
		families[id] = family
		return struct{}{}, err
	}, "SELECT id, family FROM article WHERE family IS NOT NULL AND id IN (SELECT value FROM json_each(?))", jsonList(ids))
	return families, r.explain(ctx, "read families", err)
}

// Family returns the other articles of an article's family, the earliest dated
// first and those without a date last.
func (r *Record) Family(ctx context.Context, id string) ([]Ref, error) {
	list, err := queryAll(ctx, r.read, scanRef, "SELECT "+refColumns+` FROM article a WHERE a.id <> ? AND a.family =
		(SELECT family FROM article WHERE id = ?) ORDER BY a.first_day = '', a.first_day, a.id`, id, id)
	return list, r.explain(ctx, "read the family of article "+id, err)
}
