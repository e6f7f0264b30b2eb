package corpus

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"unicode/utf8"
)

// encodeVector writes a vector as float32, little-endian.
func encodeVector(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// decodeVector is the reverse of encodeVector; nil for nothing.
func decodeVector(b []byte) []float32 {
	if b == nil {
		return nil
	}
	v := make([]float32, len(b)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return v
}

func (tx *transaction) saveVector(ctx context.Context, passage int64, v []float32) error {
	return tx.exec(ctx, "INSERT INTO vector VALUES (?, ?) ON CONFLICT DO UPDATE SET vector = excluded.vector", passage, encodeVector(v))
}

// dropVectors forgets the vectors of a version, which nothing searches any more.
func (tx *transaction) dropVectors(ctx context.Context, article int64, version int) error {
	return tx.exec(ctx, "DELETE FROM vector WHERE passage IN (SELECT n FROM passage WHERE article = ? AND version = ?)", article, version)
}

// Unembedded yields the passages that have no vector, in batches of at most n
// of one article, so that embedding resumes by passage after a failure. Nothing
// is held while the caller works: it may call SetVectors in between.
func (r *Record) Unembedded(ctx context.Context, n int) iter.Seq2[[]Passage, error] {
	return func(yield func([]Passage, error) bool) {
		for last := int64(0); ; {
			batch, err := r.unembedded(ctx, max(n, 1), &last)
			if err == nil && len(batch) == 0 {
				return
			}
			if !yield(batch, err) || err != nil {
				return
			}
		}
	}
}

// unembedded reads the next batch after row last, and moves last to its end.
func (r *Record) unembedded(ctx context.Context, n int, last *int64) ([]Passage, error) {
	var rows []int64
	list, err := queryAll(ctx, r.read, func(scan scanner) (Passage, error) {
		var row int64
		p, err := scanPassage(scan, &row)
		rows = append(rows, row)
		return p, err
	}, "SELECT "+passageColumns+`, p.n
		FROM passage p CROSS JOIN article a ON a.n = p.article AND a.version = p.version
		WHERE p.n > ? AND NOT EXISTS (SELECT 1 FROM vector WHERE passage = p.n) ORDER BY p.n LIMIT ?`, *last, n)
	if err != nil {
		return nil, r.explain(ctx, "read passages without a vector", err)
	}
	for i, p := range list {
		if p.ArticleID != list[0].ArticleID {
			return list[:i], nil
		}
		*last = rows[i]
	}
	return list, nil
}

// SetVectors keeps vectors of passages and counts as a change of their articles.
// Passages that are no longer there are passed over.
func (r *Record) SetVectors(ctx context.Context, ids []string, vectors [][]float32) error {
	if len(ids) != len(vectors) {
		return fmt.Errorf("keep vectors: %d vectors for %d passages", len(vectors), len(ids))
	}
	for i, v := range vectors {
		if len(v) == 0 {
			return fmt.Errorf("keep vectors: the vector of passage %s is empty", ids[i])
		}
	}
	return r.update(ctx, "keep vectors", func(tx *transaction) error { return tx.setVectors(ctx, ids, vectors) })
}

func (tx *transaction) setVectors(ctx context.Context, ids []string, vectors [][]float32) error {
	type place struct {
		index            int
		passage, article int64
	}
	found, err := queryAll(ctx, tx, func(scan scanner) (place, error) {
		var p place
		err := scan(&p.index, &p.passage, &p.article)
		return p, err
	}, "SELECT k.key, p.n, a.n"+fromPassageKeys+"ORDER BY k.key", passageKeys(ids))
	if err != nil {
		return err
	}
	touched := map[int64]bool{}
	for _, p := range found {
		if err := tx.saveVector(ctx, p.passage, vectors[p.index]); err != nil {
			return err
		}
		if touched[p.article] {
			continue
		}
		if err := tx.touch(ctx, p.article); err != nil {
			return err
		}
		touched[p.article] = true
	}
	return nil
}

// touch gives an article the next change number.
func (tx *transaction) touch(ctx context.Context, article int64) error {
	return tx.exec(ctx, "UPDATE article SET change = "+nextChange+" WHERE n = ?", article)
}

// DropVectors forgets all vectors, after the embedder changed, and counts as a
// change of the articles that had some.
func (r *Record) DropVectors(ctx context.Context) error {
	return r.update(ctx, "forget all vectors", func(tx *transaction) error {
		articles, err := queryAll(ctx, tx, column[int64],
			"SELECT DISTINCT p.article FROM vector e JOIN passage p ON p.n = e.passage ORDER BY p.article")
		if err != nil {
			return err
		}
		for _, article := range articles {
			if err := tx.touch(ctx, article); err != nil {
				return err
			}
		}
		return tx.exec(ctx, "DELETE FROM vector")
	})
}

// Resplit replaces the passages of an article's newest version, after the
// splitter changed, and counts as a change. ErrNotFound, ErrGone.
func (r *Record) Resplit(ctx context.Context, articleID string, passages []Passage, vectors [][]float32) error {
	return r.update(ctx, "split article "+articleID, func(tx *transaction) error {
		k, err := live(ctx, tx.Tx, articleID)
		if err != nil {
			return err
		}
		version := k.article.Version
		var text string
		err = tx.queryRow(ctx, "SELECT text FROM version WHERE article = ? AND version = ?", k.n, version).Scan(&text)
		if err != nil {
			return err
		}
		if err := checkPassages(passages, vectors, utf8.RuneCountInString(text)); err != nil {
			return err
		}
		if err := tx.touch(ctx, k.n); err != nil {
			return err
		}
		return tx.savePassages(ctx, k.n, version, text, passages, vectors)
	})
}
