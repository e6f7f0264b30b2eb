package corpus

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// A ListQuery asks for a page of articles, newest publication first.
type ListQuery struct {
	Filter Filter
	Text   string // must occur in the title; A to Z match a to z
	Limit  int    // default 50, at most 1000
	Cursor string // of the page before
}

// A List is a page of articles. Total and Months count all that match; articles
// dated by year only, or not at all, are in no month.
type List struct {
	Articles []Ref
	Total    int
	Next     string         // empty on the last page
	Months   map[string]int // "2024-11" → number
}

// Articles lists articles: the newest date first, among equal dates by id; an
// article dated by its month or year comes after those of its days, and undated
// ones come last. ErrCursor.
func (r *Record) Articles(ctx context.Context, q ListQuery) (list List, err error) {
	matching := q.conditions()
	page := matching
	if q.Cursor != "" {
		after, err := decodeCursor(q.Cursor)
		if err != nil {
			return List{}, err
		}
		page = page.and("(a.published < ? OR a.published = ? AND a.id > ?)", after[0], after[0], after[1])
	}
	limit := pageSize(q.Limit)
	err = r.snapshot(ctx, "list articles", func(tx *sql.Tx) error {
		if err := list.count(ctx, tx, matching); err != nil {
			return err
		}
		list.Articles, err = queryAll(ctx, tx, scanRef, "SELECT "+refColumns+" FROM article a WHERE "+page.sql+
			" ORDER BY a.published DESC, a.id LIMIT ?", append(page.args, limit+1)...)
		return err
	})
	if len(list.Articles) > limit {
		list.Articles = list.Articles[:limit]
		last := list.Articles[limit-1]
		list.Next = encodeCursor(string(last.Published), last.ID)
	}
	return list, err
}

// count goes over the distinct dates first, in the order of their index: that
// takes a third of the time of grouping all articles by month.
func (l *List) count(ctx context.Context, tx *sql.Tx, c conditions) error {
	l.Months = map[string]int{}
	_, err := queryAll(ctx, tx, func(scan scanner) (struct{}, error) {
		var month string
		var n int
		err := scan(&month, &n)
		l.Total += n
		if Date(month).Precision() == Month {
			l.Months[month] = n
		}
		return struct{}{}, err
	}, `SELECT substr(published, 1, 7) AS month, sum(n) FROM
		(SELECT a.published, count(*) AS n FROM article a WHERE `+c.sql+` GROUP BY a.published) GROUP BY month`, c.args...)
	return err
}

// conditions are the part of a statement after WHERE, over article a.
type conditions struct {
	sql  string
	args []any
}

// and returns the conditions narrowed by one more; c is left as it is.
func (c conditions) and(sql string, args ...any) conditions {
	return conditions{c.sql + " AND " + sql, append(c.args[:len(c.args):len(c.args)], args...)}
}

func (q ListQuery) conditions() conditions {
	c := q.Filter.conditions()
	if q.Text != "" {
		pattern := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(q.Text) + "%"
		c = c.and(`a.title LIKE ? ESCAPE '\'`, pattern)
	}
	return c
}

func (f Filter) conditions() conditions {
	c := conditions{sql: "NOT a.deleted"}
	if f.PublishedFrom != "" {
		c = c.and("a.last_day >= ?", f.PublishedFrom)
	}
	if f.PublishedTo != "" {
		c = c.and("a.first_day <> '' AND a.first_day <= ?", f.PublishedTo)
	}
	if len(f.Outlets) > 0 {
		c = c.and("a.outlet IN (SELECT value FROM json_each(?))", jsonList(f.Outlets))
	}
	if len(f.ArticleIDs) > 0 {
		c = c.and("a.id IN (SELECT value FROM json_each(?))", jsonList(f.ArticleIDs))
	}
	if len(f.Tags) > 0 {
		c = c.and("a.n IN (SELECT article FROM tag WHERE tag IN (SELECT value FROM json_each(?)))", jsonList(f.Tags))
	}
	return c
}

// pageSize applies the default and the bound of lists.
func pageSize(limit int) int {
	if limit <= 0 {
		return 50
	}
	return min(limit, 1000)
}

// A cursor holds the sort key of the last row of a page, so that rows which come
// or go meanwhile neither repeat nor hide others.
func encodeCursor(key ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(jsonList(key)))
}

func decodeCursor(cursor string) ([2]string, error) {
	var key []string
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(b, &key)
	}
	if err != nil || len(key) != 2 {
		return [2]string{}, fmt.Errorf("%w %q: leave it out to start at the first page", ErrCursor, cursor)
	}
	return [2]string{key[0], key[1]}, nil
}
