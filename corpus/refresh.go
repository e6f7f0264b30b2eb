package corpus

import (
	"context"
	"fmt"
)

// familySetting is where the method is kept that found the families, with begun
// behind it until all are found.
const (
	familySetting = "families"
	begun         = ", begun"
)

// A transaction of RefreshFamilies compares so many articles, and no more once their
// texts have so many bytes.
const (
	refreshArticles = 256
	refreshBytes    = 16 << 20
)

// RefreshFamilies finds all families anew when another method found those that are
// there, or none has yet, and returns how many articles it compared. Broken off, it
// goes on where it stopped when called again.
func (r *Record) RefreshFamilies(ctx context.Context) (compared int, err error) {
	have, err := r.Setting(ctx, familySetting)
	if err != nil || have == sketchMethod {
		return 0, err
	}
	if have != sketchMethod+begun {
		if err := r.forgetFamilies(ctx); err != nil {
			return 0, err
		}
	}
	for last := int64(0); ; {
		n, err := r.findFamilies(ctx, &last)
		compared += n
		if err != nil {
			return compared, err
		}
		if n == 0 {
			return compared, r.SetSetting(ctx, familySetting, sketchMethod)
		}
	}
}

func (r *Record) forgetFamilies(ctx context.Context) error {
	return r.update(ctx, "forget the families of articles", func(tx *transaction) error {
		for _, statement := range []string{
			"DELETE FROM band",
			"UPDATE article SET sketch = NULL, family = NULL WHERE sketch IS NOT NULL",
		} {
			if err := tx.exec(ctx, statement); err != nil {
				return err
			}
		}
		return tx.setSetting(ctx, familySetting, sketchMethod+begun)
	})
}

// findFamilies compares the next articles after number last that were not compared
// yet, moves last to the end of them, and returns how many they were.
func (r *Record) findFamilies(ctx context.Context, last *int64) (compared int, err error) {
	err = r.update(ctx, "find families of articles", func(tx *transaction) error {
		numbers, err := queryAll(ctx, tx, column[int64],
			"SELECT n FROM article WHERE n > ? AND NOT deleted AND sketch IS NULL ORDER BY n LIMIT ?", *last, refreshArticles)
		if err != nil {
			return err
		}
		read := 0
		for _, n := range numbers {
			if read > refreshBytes {
				break
			}
			size, err := tx.sketchAgain(ctx, n)
			if err != nil {
				return fmt.Errorf("article number %d: %w", n, err)
			}
			*last = n
			read += size
			compared++
		}
		return tx.joinFamilies(ctx)
	})
	return compared, err
}

// sketchAgain makes the sketch of an article and returns the bytes of its text.
func (tx *transaction) sketchAgain(ctx context.Context, n int64) (size int, err error) {
	var text string
	err = tx.queryRow(ctx, "SELECT v.text FROM article a JOIN version v ON v.article = a.n AND v.version = a.version WHERE a.n = ?", n).Scan(&text)
	if err != nil {
		return 0, err
	}
	s, ok := sketchOf(text)
	if ok {
		tx.compareLater(n, s)
	}
	return len(text), tx.exec(ctx, "UPDATE article SET sketch = ? WHERE n = ?", encodeSketch(s, ok), n)
}
