package index_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"chuchu/corpus"
	"chuchu/rag/index"
)

const dimension = 4

func openRecord(t testing.TB, dir string) *corpus.Record {
	t.Helper()
	r, err := corpus.Open(context.Background(), dir, corpus.Options{})
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

func openLocal(t testing.TB, dir string) *index.Local {
	t.Helper()
	return openWith(t, dir, dimension, index.Defaults())
}

func openWith(t testing.TB, dir string, dimension int, opt index.Options) *index.Local {
	t.Helper()
	l, err := index.OpenLocal(t.Context(), dir, dimension, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeLocal(t, l) })
	return l
}

func closeLocal(t testing.TB, l *index.Local) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// openEmpty returns an empty record and an empty index.
func openEmpty(t testing.TB) (*corpus.Record, *index.Local) {
	t.Helper()
	dir := t.TempDir()
	return openRecord(t, dir), openLocal(t, filepath.Join(dir, "index"))
}

func catchUp(t testing.TB, l *index.Local, r *corpus.Record) {
	t.Helper()
	if err := l.CatchUp(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

// entry makes an article with a passage for each line, all with the vector v.
func entry(id, title, text string, v []float32) corpus.Entry {
	e := corpus.Entry{Article: corpus.Article{ID: id, Title: title, Text: text}}
	start := 0
	for line := range strings.Lines(text) {
		end := start + utf8.RuneCountInString(line)
		e.Passages = append(e.Passages, corpus.Passage{Ordinal: len(e.Passages), Start: start, End: end})
		e.Vectors = append(e.Vectors, v)
		start = end
	}
	return e
}

func put(t testing.TB, r *corpus.Record, entries ...corpus.Entry) {
	t.Helper()
	if _, err := r.PutAll(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
}

func search(t testing.TB, l *index.Local, q index.Query) []index.Hit {
	t.Helper()
	hits, err := l.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

func words(text string) index.Query {
	return index.Query{Text: []index.WeightedText{{Text: text, Weight: 1}}}
}

func idsOf(hits []index.Hit) (ids []string) {
	for _, h := range hits {
		ids = append(ids, h.PassageID)
	}
	return ids
}

func wantHits(t testing.TB, hits []index.Hit, want ...string) {
	t.Helper()
	if got := idsOf(hits); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

func wantCounts(t testing.TB, l *index.Local, want index.Counts) {
	t.Helper()
	got, err := l.Counts(t.Context())
	if err != nil || got != want {
		t.Errorf("counts %+v, want %+v, error %v", got, want, err)
	}
}

// logged returns a log and what was written to it.
func logged() (*slog.Logger, *bytes.Buffer) {
	b := new(bytes.Buffer)
	return slog.New(slog.NewTextHandler(b, nil)), b
}

// size returns how many bytes the files below dir have.
func size(t testing.TB, dir string) (n int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var east = []float32{1, 0, 0, 0}

func TestEmptyIndex(t *testing.T) {
	r, l := openEmpty(t)
	for range 2 {
		wantHits(t, search(t, l, words("云计算")))
		wantHits(t, search(t, l, index.Query{Vector: east}))
		wantHits(t, search(t, l, index.Query{}))
		if w, err := l.Weights(t.Context(), []string{"云计", ""}); err != nil || !slices.Equal(w, []float64{0, 0}) {
			t.Errorf("weights %v, error %v", w, err)
		}
		wantCounts(t, l, index.Counts{})
		catchUp(t, l, r)
	}
}

func TestSearchGivesBothScores(t *testing.T) {
	r, l := openEmpty(t)
	far := []float32{0, -2, 0, 0} // of another length than 1
	put(t, r,
		entry("words", "", "甲云发布新品。", far),
		entry("vector", "", "无关。", east),
		entry("both", "", "甲云涨价。", []float32{.6, .8, 0, 0}),
		entry("title", "甲云年报", "无关。", nil),
		entry("neither", "", "闲话。", []float32{0, 0, -1, 0}),
	)
	catchUp(t, l, r)
	q := words("甲云")
	q.Vector, q.K = []float32{3, 0, 0, 0}, 4
	hits := search(t, l, q)
	wantHits(t, hits, "both.1.0", "neither.1.0", "title.1.0", "vector.1.0", "words.1.0")
	for i, want := range []struct {
		vector  float64
		lexical bool
	}{{.6, true}, {0, false}, {0, true}, {1, false}, {0, true}} {
		h := hits[i]
		if h.Vector < want.vector-1e-6 || h.Vector > want.vector+1e-6 || (h.Lexical > 0) != want.lexical {
			t.Errorf("%+v, want the cosine %g and words: %v", h, want.vector, want.lexical)
		}
		if want := strings.TrimSuffix(h.PassageID, ".1.0"); h.ArticleID != want {
			t.Errorf("article %q, want %q", h.ArticleID, want)
		}
	}
}

func TestTitleWeight(t *testing.T) {
	r := openRecord(t, t.TempDir())
	put(t, r,
		entry("text", "年报", "甲云今年盈利了，利润不多不少。", nil),
		entry("title", "甲云", "今年盈利了，利润不多不少，年报说。", nil),
	)
	best := func(title float64) string {
		l := openWith(t, t.TempDir(), dimension, index.Options{Title: title})
		catchUp(t, l, r)
		q := words("甲云")
		q.K = 1
		return strings.Join(idsOf(search(t, l, q)), " ")
	}
	for weight, want := range map[float64]string{0: "text.1.0", .5: "text.1.0", 3: "title.1.0"} {
		if got := best(weight); got != want {
			t.Errorf("title %g: best %q, want %q", weight, got, want)
		}
	}
}

func TestEqualScoresByID(t *testing.T) {
	r, l := openEmpty(t)
	var entries []corpus.Entry
	for i := range 60 {
		entries = append(entries, entry(fmt.Sprintf("a%02d", (i*37)%60), "", "同样的话。", east))
	}
	put(t, r, entries...)
	catchUp(t, l, r)
	for range 20 {
		q := words("同样的话")
		q.K = 3
		wantHits(t, search(t, l, q), "a00.1.0", "a01.1.0", "a02.1.0")
		wantHits(t, search(t, l, index.Query{Vector: east, K: 3}), "a00.1.0", "a01.1.0", "a02.1.0")
	}
}

func TestKPastTheEnd(t *testing.T) {
	r, l := openEmpty(t)
	put(t, r, entry("a", "", "云。\n云。", east), entry("b", "", "云。", nil))
	catchUp(t, l, r)
	q := words("云")
	q.Vector, q.K = east, 1000
	wantHits(t, search(t, l, q), "a.1.0", "a.1.1", "b.1.0")
	wantHits(t, search(t, l, index.Query{Vector: east, K: 1000}), "a.1.0", "a.1.1")
}

func TestFilters(t *testing.T) {
	r, l := openEmpty(t)
	for id, a := range map[string]corpus.Article{
		"day":     {Published: "2024-03-15", Outlet: "甲报", Tags: []string{"云", "快讯"}},
		"month":   {Published: "2024-03", Outlet: "乙报", Tags: []string{"云"}},
		"year":    {Published: "2024", Outlet: "甲报"},
		"undated": {Outlet: "丙报", Tags: []string{"快讯"}},
	} {
		e := entry(id, "", "云。", east)
		a.ID, a.Text = id, e.Article.Text
		e.Article = a
		put(t, r, e)
	}
	catchUp(t, l, r)
	for _, c := range []struct {
		name   string
		filter corpus.Filter
		want   []string
	}{
		{"none", corpus.Filter{}, []string{"day", "month", "undated", "year"}},
		{"from", corpus.Filter{PublishedFrom: "2024-03-16"}, []string{"month", "year"}},
		{"from the day", corpus.Filter{PublishedFrom: "2024-03-15"}, []string{"day", "month", "year"}},
		{"from after the month", corpus.Filter{PublishedFrom: "2024-04-01"}, []string{"year"}},
		{"to", corpus.Filter{PublishedTo: "2024-03-01"}, []string{"month", "year"}},
		{"to before the month", corpus.Filter{PublishedTo: "2024-02-29"}, []string{"year"}},
		{"to the year before", corpus.Filter{PublishedTo: "2023-12-31"}, nil},
		{"one day", corpus.Filter{PublishedFrom: "2024-03-15", PublishedTo: "2024-03-15"}, []string{"day", "month", "year"}},
		{"outlet", corpus.Filter{Outlets: []string{"甲报"}}, []string{"day", "year"}},
		{"outlets", corpus.Filter{Outlets: []string{"丙报", "乙报"}}, []string{"month", "undated"}},
		{"tag", corpus.Filter{Tags: []string{"快讯"}}, []string{"day", "undated"}},
		{"tags", corpus.Filter{Tags: []string{"快讯", "云"}}, []string{"day", "month", "undated"}},
		{"articles", corpus.Filter{ArticleIDs: []string{"year", "day", "nowhere"}}, []string{"day", "year"}},
		{"all", corpus.Filter{Outlets: []string{"甲报"}, Tags: []string{"云"}, PublishedTo: "2024-12-31"}, []string{"day"}},
		{"nothing", corpus.Filter{Outlets: []string{"无"}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			listed, err := r.Articles(t.Context(), corpus.ListQuery{Filter: c.filter})
			if err != nil || listed.Total != len(c.want) {
				t.Errorf("the record lists %d, error %v", listed.Total, err)
			}
			var want []string
			for _, id := range c.want {
				want = append(want, id+".1.0")
			}
			q := words("云")
			q.Filter = c.filter
			wantHits(t, search(t, l, q), want...)
			wantHits(t, search(t, l, index.Query{Vector: east, Filter: c.filter}), want...)
		})
	}
}

func TestVectorsThatFitNowhere(t *testing.T) {
	nan := float32(0)
	nan /= nan
	r, l := openEmpty(t)
	put(t, r,
		entry("none", "", "云。", nil),
		entry("short", "", "云。", []float32{1, 0}),
		entry("zero", "", "云。", make([]float32, dimension)),
		entry("nan", "", "云。", []float32{nan, 1, 0, 0}),
		entry("good", "", "云。", east),
	)
	catchUp(t, l, r)
	wantCounts(t, l, index.Counts{Passages: 5, Vectors: 1, Change: 5})
	wantHits(t, search(t, l, index.Query{Vector: east}), "good.1.0")
	wantHits(t, search(t, l, index.Query{Vector: make([]float32, dimension)}))
	if hits := search(t, l, words("云")); len(hits) != 5 {
		t.Errorf("%d hits by words, want 5", len(hits))
	}
	if _, err := l.Search(t.Context(), index.Query{Vector: []float32{1, 0}}); err == nil || !strings.Contains(err.Error(), "2 dimensions") {
		t.Errorf("error %v of a query of another dimension", err)
	}
}

func TestWeights(t *testing.T) {
	r, l := openEmpty(t)
	put(t, r, entry("a", "云计算", "甲。", nil), entry("b", "", "云计算的GPU。\n别的。", nil))
	catchUp(t, l, r)
	got, err := l.Weights(t.Context(), []string{"云计", "甲", "gpu", "ＧＰＵ", "云", "无此", ""})
	if err != nil {
		t.Fatal(err)
	}
	common, rare := idf(2, 3), idf(1, 3)
	if want := []float64{common, rare, rare, rare, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("weights %v, want %v", got, want)
	}
	put(t, r, entry("c", "云计划", "乙。", nil))
	catchUp(t, l, r)
	if got, err = l.Weights(t.Context(), []string{"云计"}); err != nil || got[0] != idf(3, 4) {
		t.Errorf("after a change %v, want %v, error %v", got, idf(3, 4), err)
	}
}

func TestClosed(t *testing.T) {
	r, l := openEmpty(t)
	closeLocal(t, l)
	closeLocal(t, l)
	_, found := l.Search(t.Context(), words("云"))
	_, weights := l.Weights(t.Context(), []string{"云"})
	_, counts := l.Counts(t.Context())
	for name, err := range map[string]error{"Search": found, "Weights": weights, "Counts": counts, "CatchUp": l.CatchUp(t.Context(), r)} {
		if err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestCancelled(t *testing.T) {
	r, l := openEmpty(t)
	put(t, r, entry("a", "", "云。", east))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.CatchUp(ctx, r); err == nil {
		t.Error("CatchUp: no error")
	}
	catchUp(t, l, r)
	q := words("云")
	q.Vector = east
	if _, err := l.Search(ctx, q); err == nil {
		t.Error("Search: no error")
	}
	if _, err := index.OpenLocal(ctx, t.TempDir(), dimension, index.Defaults()); err == nil {
		t.Error("OpenLocal: no error")
	}
}

func TestOptions(t *testing.T) {
	nan := 0.0
	nan /= nan
	for title, ok := range map[float64]bool{0: true, 1: true, 2.5: true, -1: false, nan: false, 1e9: false} {
		if err := (index.Options{Title: title}).Validate(); (err == nil) != ok {
			t.Errorf("title %g: error %v", title, err)
		}
	}
	if err := index.Defaults().Validate(); err != nil {
		t.Error(err)
	}
}
