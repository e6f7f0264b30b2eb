package corpus

import (
	"context"
	"database/sql"
	"iter"
)

// A Change is the present state of an article that changed. Text is not filled
// in Article; the passages carry theirs.
type Change struct {
	Number   int64
	Deleted  bool
	Article  Article // of a deleted one only ID and Version
	Passages []Passage
	Vectors  [][]float32 // as long as Passages; an element is nil while it is not made
}

// Change returns the running number of the last change, 0 when there was none.
func (r *Record) Change(ctx context.Context) (int64, error) {
	var n int64
	err := r.read.QueryRowContext(ctx, "SELECT coalesce(max(change), 0) FROM article").Scan(&n)
	return n, r.explain(ctx, "read the change number", err)
}

// ChangesSince yields what changed after number n, in order of the numbers, each
// article once. An index that applies it and then remembers the last number is
// level with the record.
//
// It reads page by page and holds nothing while the caller works. An article
// that changes meanwhile has a new number, past the end of this sequence: it is
// yielded in its old state, or left to the next call.
func (r *Record) ChangesSince(ctx context.Context, n int64) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		end, err := r.Change(ctx)
		if err != nil {
			yield(Change{}, err)
			return
		}
		for {
			page, err := r.changes(ctx, n, end)
			if err != nil {
				yield(Change{}, err)
				return
			}
			if len(page) == 0 {
				return
			}
			for _, c := range page {
				if !yield(c, nil) {
					return
				}
			}
			n = page[len(page)-1].Number
		}
	}
}

// A page of changes has at most so many articles, and no more passages unless
// its first article alone has; about 5 MB with vectors of 768 dimensions.
const (
	pageArticles = 256
	pagePassages = 1000
)

// changes reads the next page of the changes after n up to end, from one state.
func (r *Record) changes(ctx context.Context, n, end int64) (page []Change, err error) {
	err = r.snapshot(ctx, "read changes", func(tx *sql.Tx) error {
		if page, err = changedArticles(ctx, tx, n, end); err != nil || len(page) == 0 {
			return err
		}
		return addPassages(ctx, tx, page)
	})
	return page, err
}

// changedArticles reads the articles of a page, each with room for its passages.
func changedArticles(ctx context.Context, tx *sql.Tx, n, end int64) ([]Change, error) {
	page, err := queryAll(ctx, tx, func(scan scanner) (Change, error) {
		var c Change
		var passages int
		err := scanArticle(scan, &c.Article, &c.Number, &c.Deleted, &passages)
		c.Passages = make([]Passage, 0, passages)
		return c, err
	}, `SELECT a.change, a.deleted, a.passages, `+
		articleColumns+articleFrom+"WHERE a.change > ? AND a.change <= ? ORDER BY a.change LIMIT ?", n, end, pageArticles)
	if err != nil {
		return nil, err
	}
	total := 0
	for i, c := range page {
		if total += cap(c.Passages); total > pagePassages && i > 0 {
			return page[:i], nil
		}
	}
	return page, nil
}

// addPassages reads the passages and vectors of the articles of a page.
func addPassages(ctx context.Context, tx *sql.Tx, page []Change) error {
	i := 0
	_, err := queryAll(ctx, tx, func(scan scanner) (struct{}, error) {
		var number int64
		var vector []byte
		p, err := scanPassage(scan, &number, &vector)
		if err != nil {
			return struct{}{}, err
		}
		for page[i].Number != number {
			i++
		}
		c := &page[i]
		c.Passages = append(c.Passages, p)
		c.Vectors = append(c.Vectors, decodeVector(vector))
		return struct{}{}, nil
	}, "SELECT "+passageColumns+`, a.change, e.vector
		FROM article a JOIN passage p ON p.article = a.n AND p.version = a.version LEFT JOIN vector e ON e.passage = p.n
		WHERE a.change BETWEEN ? AND ? ORDER BY a.change, p.ordinal`, page[0].Number, page[len(page)-1].Number)
	return err
}
