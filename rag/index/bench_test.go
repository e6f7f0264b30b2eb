package index_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"chuchu/corpus"
	"chuchu/rag/index"
)

const benchDimension = 256

// A writer makes articles that are statistically like news: characters by a Zipf
// law over 3,000, put together from words of two, so that bigrams are about as
// frequent as real ones.
type writer struct {
	random *rand.Rand
	words  [][]rune
	zipf   *rand.Zipf
}

func newWriter() *writer {
	w := &writer{random: rand.New(rand.NewPCG(1, 2))}
	characters := rand.NewZipf(w.random, 1.05, 20, 2999)
	for range 60_000 {
		w.words = append(w.words, []rune{rune(0x4e00 + characters.Uint64()), rune(0x4e00 + characters.Uint64())})
	}
	w.zipf = rand.NewZipf(w.random, 1.01, 30, uint64(len(w.words)-1))
	return w
}

// text returns n words.
func (w *writer) text(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(string(w.words[w.zipf.Uint64()]))
		if i%12 == 11 {
			b.WriteString("，")
		}
	}
	return b.String()
}

func (w *writer) vector() []float32 {
	v := make([]float32, benchDimension)
	sum := 0.0
	for i := range v {
		v[i] = float32(w.random.NormFloat64())
		sum += float64(v[i]) * float64(v[i])
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
	return v
}

func (w *writer) entry(n int) corpus.Entry {
	text := []rune(w.text(370))
	e := corpus.Entry{Article: corpus.Article{
		ID: fmt.Sprintf("u_%016x", w.random.Uint64()), Title: w.text(11), Outlet: fmt.Sprint("报", n%10), Text: string(text),
		Published: corpus.Date(fmt.Sprintf("20%02d-%02d-%02d", 10+n%15, 1+n%12, 1+n%28)),
	}}
	for start := 0; start < len(text); start += 405 {
		e.Passages = append(e.Passages, corpus.Passage{Ordinal: len(e.Passages), Start: start, End: min(start+405, len(text))})
		e.Vectors = append(e.Vectors, w.vector())
	}
	return e
}

// filled returns a record of n articles.
func filled(b *testing.B, w *writer, n int) *corpus.Record {
	r := openRecord(b, b.TempDir())
	for i := 0; i < n; {
		var batch []corpus.Entry
		for range min(500, n-i) {
			batch = append(batch, w.entry(i))
			i++
		}
		if _, err := r.PutAll(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	return r
}

// BenchmarkLocal builds an index of 10,000 articles, or as many as CHUCHU_BENCH_ARTICLES
// says, opens it again, and searches it.
func BenchmarkLocal(b *testing.B) {
	whole, n := b, 10_000
	if s := os.Getenv("CHUCHU_BENCH_ARTICLES"); s != "" {
		fmt.Sscan(s, &n)
	}
	w := newWriter()
	record := filled(b, w, n)
	dir := b.TempDir()
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			if err := os.RemoveAll(dir); err != nil {
				b.Fatal(err)
			}
			l := openWith(b, dir, benchDimension, index.Defaults())
			catchUp(b, l, record)
			b.StopTimer()
			c, err := l.Counts(b.Context())
			b.ReportMetric(float64(c.Passages), "passages")
			b.ReportMetric(float64(size(b, dir))/1e6, "MB")
			if err := l.Close(); err != nil {
				b.Fatal(err)
			}
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	})
	var l *index.Local
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			if l != nil {
				l.Close()
			}
			l = openWith(whole, dir, benchDimension, index.Defaults())
			catchUp(b, l, record)
		}
	})
	for _, c := range []struct {
		name   string
		words  int
		vector bool
		filter corpus.Filter
	}{
		{"search/question", 8, true, corpus.Filter{}},
		{"search/question by words", 8, false, corpus.Filter{}},
		{"search/plan of 150 bigrams", 80, true, corpus.Filter{}},
		{"search/plan by words", 80, false, corpus.Filter{}},
		{"search/one year", 8, true, corpus.Filter{PublishedFrom: "2020-01-01", PublishedTo: "2020-12-31"}},
		{"search/one outlet of ten", 80, true, corpus.Filter{Outlets: []string{"报3"}}},
		{"search/nine years", 80, true, corpus.Filter{PublishedFrom: "2015-01-01"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				q := index.Query{Text: []index.WeightedText{{Text: w.text(c.words), Weight: 1}}, Filter: c.filter}
				if c.vector {
					q.Vector = w.vector()
				}
				started := time.Now()
				if _, err := l.Search(b.Context(), q); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(started))
			}
			reportPercentiles(b, took)
		})
	}
	b.Run("weights/50 terms", func(b *testing.B) {
		var took []time.Duration
		for b.Loop() {
			terms := index.Terms(w.text(25))
			started := time.Now()
			if _, err := l.Weights(b.Context(), terms); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(started))
		}
		reportPercentiles(b, took)
	})
}

func reportPercentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	for _, p := range []int{50, 95} {
		b.ReportMetric(float64(took[len(took)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
}

func BenchmarkTerms(b *testing.B) {
	text := newWriter().text(200)
	for b.Loop() {
		index.Terms(text)
	}
}
