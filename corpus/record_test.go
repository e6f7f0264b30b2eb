package corpus_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"chuchu/corpus"
)

func open(t testing.TB, dir string) *corpus.Record {
	t.Helper()
	r, err := corpus.Open(t.Context(), dir, corpus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// entry makes an article of the text with a passage for each line, and a vector
// for each passage.
func entry(id, text string) corpus.Entry {
	e := corpus.Entry{Article: corpus.Article{ID: id, Title: "题目" + id, Text: text}}
	start := 0
	for i, line := range strings.SplitAfter(text, "\n") {
		end := start + utf8.RuneCountInString(line)
		if end == start {
			continue
		}
		e.Passages = append(e.Passages, corpus.Passage{Ordinal: i, Start: start, End: end, Heading: "节"})
		e.Vectors = append(e.Vectors, []float32{float32(start), float32(end)})
		start = end
	}
	return e
}

func put(t testing.TB, r *corpus.Record, e corpus.Entry) (corpus.Status, corpus.Ref) {
	t.Helper()
	status, ref, err := r.Put(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return status, ref
}

func TestSmoke(t *testing.T) {
	r := open(t, t.TempDir())
	ctx := context.Background()
	fmt.Println(put(t, r, entry("a", "甲云发布了新品。\n乙云没有。")))
	fmt.Println(put(t, r, entry("a", "甲云发布了新品。\n乙云没有。")))
	fmt.Println(put(t, r, entry("a", "甲云发布了新品。\n乙云也有。")))
	fmt.Println(r.PassagesByID(ctx, []string{"a.1.0", "a.2.1", "a.2.0", "x"}))
	fmt.Println(r.Text(ctx, "a", 1, 9, 100))
	for c, err := range r.ChangesSince(ctx, 0) {
		fmt.Println(c, err)
	}
	fmt.Println(r.Articles(ctx, corpus.ListQuery{}))
	fmt.Println(r.Counts(ctx))
	fmt.Println(r.Check(ctx))
	fmt.Println(r.Backup(ctx, t.TempDir()+"/b.db"))
	fmt.Println(r.Delete(ctx, "a"))
	fmt.Println(r.Article(ctx, "a"))
	fmt.Println(r.Counts(ctx))
	fmt.Println(put(t, r, entry("a", "甲云发布了新品。\n乙云也有。")))
	for a, err := range r.All(ctx) {
		fmt.Println(a, err)
	}
}
