package corpus_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chuchu/corpus"
)

// newsEntry makes an article like the news that the figures in
// docs/performance.md were taken on: 2 KB of Chinese text, 2 passages, vectors of
// 256 dimensions.
func newsEntry(random *rand.Rand, n int) corpus.Entry {
	characters := make([]rune, 700)
	for i := range characters {
		characters[i] = rune(0x4e00 + random.IntN(3000))
	}
	e := corpus.Entry{Article: corpus.Article{
		ID: fmt.Sprintf("u_%016x", random.Uint64()), URL: fmt.Sprintf("https://news.example/%d", n),
		Title: string(characters[:20]), Outlet: fmt.Sprintf("报%d", n%10), Language: "zh",
		Published: corpus.Date(fmt.Sprintf("20%02d-%02d-%02d", 10+n%15, 1+n%12, 1+n%28)), Text: string(characters),
	}}
	for i, start := range []int{0, 350} {
		e.Passages = append(e.Passages, corpus.Passage{Ordinal: i, Start: start, End: start + 350})
		v := make([]float32, 256)
		for d := range v {
			v[d] = random.Float32()
		}
		e.Vectors = append(e.Vectors, v)
	}
	return e
}

func newsEntries(n int) []corpus.Entry {
	random := rand.New(rand.NewPCG(1, 2))
	list := make([]corpus.Entry, n)
	for i := range list {
		list[i] = newsEntry(random, i)
	}
	return list
}

func BenchmarkPut(b *testing.B) {
	r := open(b, b.TempDir())
	random := rand.New(rand.NewPCG(1, 2))
	for n := 0; b.Loop(); n++ {
		put(b, r, newsEntry(random, n))
	}
}

func BenchmarkPutAll(b *testing.B) {
	for _, size := range []int{10, 100} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			r := open(b, b.TempDir())
			random := rand.New(rand.NewPCG(1, 2))
			for n := 0; b.Loop(); n++ {
				batch := make([]corpus.Entry, size)
				for i := range batch {
					batch[i] = newsEntry(random, n*size+i)
				}
				if _, err := r.PutAll(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*size), "µs/article")
		})
	}
}

// filled returns a record of n articles and the ids of 100 of their passages.
func filled(b *testing.B, n int) (r *corpus.Record, articles, passages []string) {
	r = open(b, b.TempDir())
	entries := newsEntries(n)
	for batch := range slices.Chunk(entries, 500) {
		if _, err := r.PutAll(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 100 {
		id := entries[i*n/100].Article.ID
		articles = append(articles, id)
		passages = append(passages, corpus.PassageID(id, 1, i%2))
	}
	return r, articles, passages
}

func BenchmarkReads(b *testing.B) {
	r, articles, passages := filled(b, 10_000)
	ctx := b.Context()
	for name, read := range map[string]func() error{
		"PassagesByID/100": func() error {
			list, err := r.PassagesByID(ctx, passages)
			if len(list) != len(passages) {
				return fmt.Errorf("%d passages, %w", len(list), err)
			}
			return err
		},
		"Refs/100": func() error { _, err := r.Refs(ctx, articles); return err },
		"Text":     func() error { _, err := r.Text(ctx, articles[7], 1, 100, 500); return err },
		"Article":  func() error { _, err := r.Article(ctx, articles[7]); return err },
		"Articles": func() error { _, err := r.Articles(ctx, corpus.ListQuery{}); return err },
		"Articles/filter": func() error {
			_, err := r.Articles(ctx, corpus.ListQuery{Filter: corpus.Filter{PublishedFrom: "2020-01-01", PublishedTo: "2020-12-31"}})
			return err
		},
		"Counts": func() error { _, err := r.Counts(ctx); return err },
		"ChangesSince/all": func() error {
			for _, err := range r.ChangesSince(ctx, 0) {
				if err != nil {
					return err
				}
			}
			return nil
		},
		"All": func() error {
			for _, err := range r.All(ctx) {
				if err != nil {
					return err
				}
			}
			return nil
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTextOfLongArticle(b *testing.B) {
	r := open(b, b.TempDir())
	put(b, r, corpus.Entry{Article: corpus.Article{ID: "long", Text: strings.Repeat("云", 2_000_000)}})
	for b.Loop() {
		if _, err := r.Text(b.Context(), "long", 1, 1_900_000, 1_900_400); err != nil {
			b.Fatal(err)
		}
	}
}
