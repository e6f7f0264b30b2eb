package corpus

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A family is a set of articles that are connected by reprints: where one text
// resembles two that do not resemble each other all three are one family, and two
// families again when the one between them goes or changes. Who is in which family
// is thus a matter of the articles that are there, not of the order in which they
// came.
//
// The one exception are forms: where more than crowd articles have the same band,
// those past the first are met through other bands only, so that ten thousand
// notices of one form are not each compared with all the others.

// familySchema keeps sketches in a table of their own; bandSchema took its place.
const familySchema = `
ALTER TABLE article ADD COLUMN family INTEGER;   -- the least number of its members, null of an article alone
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

// bandSchema keeps a band in one number and a sketch with its article: a third of
// the rows. RefreshFamilies fills it.
const bandSchema = `
DROP TABLE band;
DROP TABLE sketch;
UPDATE article SET family = NULL WHERE family IS NOT NULL;
ALTER TABLE article ADD COLUMN sketch BLOB;      -- of the newest version; null until it is compared, empty of a text too short for that

CREATE TABLE band (                              -- the bands of all sketches
	place INTEGER PRIMARY KEY                -- the band's key and, in the lower 32 bits, the article's number
) STRICT;
`

// crowd is how many articles of one band are compared with a new one.
const crowd = 64

// A member is an article with what it is compared by.
type member struct {
	n int64
	sketch
}

func (m member) places() []int64 {
	keys := m.bands()
	for i := range keys {
		keys[i] = keys[i]<<32 | m.n
	}
	return keys[:]
}

func keyOf(place int64) int64     { return place >> 32 << 32 }
func articleAt(place int64) int64 { return place & (1<<32 - 1) }

// scanMember reads a number and a sketch that is there.
func scanMember(scan scanner) (member, error) {
	var m member
	var b []byte
	if err := scan(&m.n, &b); err != nil {
		return m, err
	}
	s, ok := decodeSketch(b)
	if !ok {
		return m, fmt.Errorf("article number %d: its sketch is broken", m.n)
	}
	m.sketch = s
	return m, nil
}

// compareLater notes that an article, which is in no family, has a sketch that is to
// be compared before the transaction ends.
func (tx *transaction) compareLater(n int64, s sketch) {
	if tx.uncompared == nil {
		tx.uncompared = map[int64]sketch{}
	}
	tx.uncompared[n] = s
}

// joinFamilies compares the articles that were not compared yet with one another and
// with those that are there, and puts them into the families of those they resemble.
// All of a transaction together, in the order of their bands, take a third of the
// time that they take one by one.
func (tx *transaction) joinFamilies(ctx context.Context) error {
	var places []int64
	added := tx.uncompared
	tx.uncompared = nil
	for n, s := range added {
		places = append(places, member{n, s}.places()...)
	}
	if len(places) == 0 {
		return nil
	}
	slices.Sort(places)
	met, err := tx.meet(ctx, places)
	if err != nil {
		return err
	}
	if err := tx.exec(ctx, "INSERT INTO band SELECT value FROM json_each(?)", jsonList(places)); err != nil {
		return err
	}
	sketches, err := tx.sketches(ctx, met)
	if err != nil {
		return err
	}
	maps.Copy(sketches, added)
	byBand := map[int64][]int64{}
	for _, place := range append(met, places...) {
		if key := keyOf(place); len(byBand[key]) < crowd {
			byBand[key] = append(byBand[key], articleAt(place))
		}
	}
	for _, n := range slices.Sorted(maps.Keys(added)) {
		if err := tx.joinFamily(ctx, member{n, added[n]}, byBand, sketches); err != nil {
			return err
		}
	}
	return nil
}

// joinFamily puts an article into the family of those in its bands that it resembles.
func (tx *transaction) joinFamily(ctx context.Context, m member, byBand map[int64][]int64, sketches map[int64]sketch) error {
	alike := []int64{m.n}
	for _, place := range m.places() {
		for _, n := range byBand[keyOf(place)] {
			if !slices.Contains(alike, n) && m.reprints(sketches[n]) {
				alike = append(alike, n)
			}
		}
	}
	if len(alike) == 1 {
		return nil
	}
	return tx.unite(ctx, alike)
}

// meet returns the places in the same bands as places, the first of each band.
func (tx *transaction) meet(ctx context.Context, places []int64) (met []int64, err error) {
	keys := make([]int64, len(places))
	for i, place := range places {
		keys[i] = keyOf(place)
	}
	// One list a band and not one row a place, for LIMIT is of each band.
	lists, err := queryAll(ctx, tx, column[string], `
		SELECT places FROM (SELECT (
				SELECT group_concat(place) FROM (SELECT place FROM band WHERE place BETWEEN k.value AND k.value + 4294967295 ORDER BY place LIMIT ?)
			) AS places FROM json_each(?) k)
		WHERE places IS NOT NULL`, crowd, jsonList(slices.Compact(keys)))
	if err != nil {
		return nil, err
	}
	for _, list := range lists {
		for field := range strings.SplitSeq(list, ",") {
			place, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				return nil, err
			}
			met = append(met, place)
		}
	}
	return met, nil
}

// sketches returns the sketches of the articles at places, by number.
func (tx *transaction) sketches(ctx context.Context, places []int64) (map[int64]sketch, error) {
	found := map[int64]sketch{}
	if len(places) == 0 {
		return found, nil
	}
	numbers := make([]int64, len(places))
	for i, place := range places {
		numbers[i] = articleAt(place)
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	members, err := queryAll(ctx, tx, scanMember, "SELECT n, sketch FROM article WHERE n IN (SELECT value FROM json_each(?))", jsonList(numbers))
	for _, m := range members {
		found[m.n] = m.sketch
	}
	return found, err
}

// unite makes one family of articles and of the families that they are in.
func (tx *transaction) unite(ctx context.Context, articles []int64) error {
	list := jsonList(articles)
	var family int64
	err := tx.queryRow(ctx, "SELECT min(coalesce(family, n)) FROM article WHERE n IN (SELECT value FROM json_each(?))", list).Scan(&family)
	if err != nil {
		return err
	}
	return tx.exec(ctx, `UPDATE article SET family = ? WHERE n IN (SELECT value FROM json_each(?)) AND family IS NOT ? OR family IN
		(SELECT family FROM article WHERE n IN (SELECT value FROM json_each(?)) AND family <> ?)`, family, list, family, list, family)
}

// leaveFamily forgets what an article was compared by and takes it out of its family.
func (tx *transaction) leaveFamily(ctx context.Context, n int64) error {
	delete(tx.uncompared, n)
	var b []byte
	var family sql.NullInt64
	err := tx.queryRow(ctx, "SELECT sketch, family FROM article WHERE n = ?", n).Scan(&b, &family)
	if err != nil {
		return err
	}
	if s, ok := decodeSketch(b); ok {
		err := tx.exec(ctx, "DELETE FROM band WHERE place IN (SELECT value FROM json_each(?))", jsonList(member{n, s}.places()))
		if err != nil {
			return err
		}
	}
	if err := tx.exec(ctx, "UPDATE article SET sketch = NULL, family = NULL WHERE n = ?", n); err != nil || !family.Valid {
		return err
	}
	return tx.regroup(ctx, family.Int64)
}

// regroup looks what of a family hangs together after a member left.
func (tx *transaction) regroup(ctx context.Context, family int64) error {
	members, err := queryAll(ctx, tx, scanMember, "SELECT n, sketch FROM article WHERE family = ?", family)
	if err != nil {
		return err
	}
	for _, group := range connected(members) {
		var now any // nothing of an article alone
		if len(group) > 1 {
			now = slices.Min(group)
		}
		err := tx.exec(ctx, "UPDATE article SET family = ? WHERE family IS NOT ? AND n IN (SELECT value FROM json_each(?))", now, now, jsonList(group))
		if err != nil {
			return err
		}
	}
	return nil
}

// connected returns the numbers of the members by the groups that reprints connect.
func connected(members []member) (groups [][]int64) {
	for rest := members; len(rest) > 0; {
		found := []member{rest[0]}
		rest = rest[1:]
		for i := 0; i < len(found); i++ {
			var apart []member
			for _, m := range rest {
				if found[i].reprints(m.sketch) {
					found = append(found, m)
				} else {
					apart = append(apart, m)
				}
			}
			rest = apart
		}
		group := make([]int64, len(found))
		for i, m := range found {
			group[i] = m.n
		}
		groups = append(groups, group)
	}
	return groups
}

// Families returns the family of each article that has one, by id; equal values
// are one family. They are for comparing and not for keeping: the number of a family
// changes with its members.
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
