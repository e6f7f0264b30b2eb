package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/rag/embed"
	"chuchu/rag/index"
)

// A fakeEmbedder makes vectors of two numbers; fail says when it cannot.
type fakeEmbedder struct {
	version string
	fail    func(call int64) error
	calls   atomic.Int64
}

func (f *fakeEmbedder) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	if n := f.calls.Add(1); f.fail != nil {
		if err := f.fail(n); err != nil {
			return nil, err
		}
	}
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		vectors[i] = []float32{1, float32(len(text))}
	}
	return vectors, ctx.Err()
}

func (f *fakeEmbedder) Query(context.Context, string) ([]float32, error) {
	return []float32{1, 0}, nil
}

func (f *fakeEmbedder) Fingerprint(context.Context) (embed.Fingerprint, error) {
	return embed.Fingerprint{Name: "fake", Dimension: 2, Version: f.version}, nil
}

func openRecord(t testing.TB) *corpus.Record {
	t.Helper()
	r, err := corpus.Open(t.Context(), t.TempDir(), corpus.Options{})
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

func draft(id, text string) ingest.Draft {
	return ingest.Draft{DeclaredID: id, Article: corpus.Article{Title: "题" + id, Text: text}}
}

func textOf(n int) string {
	return fmt.Sprintf("第%d篇写的是星槎云。", n) + strings.Repeat("机房的利用率升高了，客户把任务搬了上来。", 40)
}

func drafts(n int) []ingest.Draft {
	list := make([]ingest.Draft, n)
	for i := range list {
		list[i] = draft(fmt.Sprint(i), textOf(i))
	}
	return list
}

// collect returns a report and what it was told, as "name status".
func collect() (report func(ingest.Result), told *[]string) {
	told = new([]string)
	return func(r ingest.Result) { *told = append(*told, r.Name+" "+r.Status) }, told
}

func counts(t *testing.T, r *corpus.Record) corpus.Counts {
	t.Helper()
	c, err := r.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPut(t *testing.T) {
	record := openRecord(t)
	caughtUp := 0
	g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}, CatchUp: func(context.Context) error {
		caughtUp++
		return nil
	}})
	report, told := collect()
	list := drafts(600)
	if err := g.Put(t.Context(), list, report); err != nil {
		t.Fatal(err)
	}
	for i, line := range *told {
		if want := fmt.Sprintf("题%d added", i); line != want {
			t.Fatalf("result %d is %q, not %q", i, line, want)
		}
	}
	c := counts(t, record)
	if len(*told) != 600 || c.Articles != 600 || c.Passages < 1200 || c.Embedded != c.Passages || caughtUp == 0 {
		t.Errorf("%d results, %+v, index caught up %d times", len(*told), c, caughtUp)
	}

	list[7].Article.Text += "更正：利用率没有升高。"
	list[9].Article.Title = "新题"
	report, told = collect()
	if err := g.Put(t.Context(), list, report); err != nil {
		t.Fatal(err)
	}
	changed := slices.DeleteFunc(*told, func(s string) bool { return strings.HasSuffix(s, "unchanged") })
	if diff := cmp.Diff([]string{"题7 updated", "新题 updated"}, changed); diff != "" {
		t.Errorf("after a correction (-want +got):\n%s", diff)
	}
	if c := counts(t, record); c.Embedded != c.Passages {
		t.Errorf("%d of %d passages have a vector", c.Embedded, c.Passages)
	}
}

func TestPutUnchangedAsksNoEmbedder(t *testing.T) {
	embedder, caughtUp := &fakeEmbedder{}, 0
	g := ingest.New(ingest.Parts{Record: openRecord(t), Embedder: embedder, CatchUp: func(context.Context) error {
		caughtUp++
		return nil
	}})
	report, _ := collect()
	if err := g.Put(t.Context(), drafts(20), report); err != nil {
		t.Fatal(err)
	}
	calls, before := embedder.calls.Load(), caughtUp
	if err := g.Put(t.Context(), drafts(20), report); err != nil {
		t.Fatal(err)
	}
	if embedder.calls.Load() != calls || caughtUp != before {
		t.Errorf("%d calls of the embedder and %d of the index for what was unchanged", embedder.calls.Load()-calls, caughtUp-before)
	}
}

func TestPutRefuses(t *testing.T) {
	record := openRecord(t)
	g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}, Options: ingest.Options{MaxArticle: 2000}})
	list := []ingest.Draft{
		draft("a", textOf(1)),
		draft("empty", " \n "),
		draft("a", textOf(2)),
		draft("a", textOf(1)),
		draft("long", strings.Repeat("长", 2001)),
		draft("b", textOf(3)),
	}
	var got []string
	err := g.Put(t.Context(), list, func(r ingest.Result) {
		got = append(got, strings.TrimSpace(r.Name+" "+r.Status+" "+r.Reason))
	})
	if err != nil {
		t.Fatal(err)
	}
	id := ""
	if page, err := record.Articles(t.Context(), corpus.ListQuery{Text: "题a"}); err != nil || len(page.Articles) != 1 {
		t.Fatal(page, err)
	} else {
		id = page.Articles[0].ID
	}
	want := []string{
		"题a added",
		"题empty refused there is no text in it",
		"题a refused it has the id of 题a (" + id + "), but another text",
		"题a unchanged",
		"题long refused the article has 2001 characters, more than 2000",
		"题b added",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

func TestPutWithoutID(t *testing.T) {
	record := openRecord(t)
	g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}})
	list := []ingest.Draft{
		{Article: corpus.Article{Text: "星槎云今天开张。\n陆听澜到场。"}},
		{Article: corpus.Article{Text: "Prices fell by a quarter in September."}},
	}
	report, _ := collect()
	for range 2 {
		if err := g.Put(t.Context(), list, report); err != nil {
			t.Fatal(err)
		}
	}
	type row struct{ Title, Language string }
	var got []row
	for a, err := range record.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row{a.Title, a.Language})
	}
	slices.SortFunc(got, func(a, b row) int { return strings.Compare(a.Language, b.Language) })
	want := []row{{"Prices fell by a quarter in September.", "en"}, {"星槎云今天开张。", "zh"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("articles (-want +got):\n%s", diff)
	}
}

func TestPutCancelled(t *testing.T) {
	record := openRecord(t)
	g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reported := 0
	err := g.Put(ctx, drafts(3000), func(ingest.Result) {
		if reported++; reported == 100 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want that it was cancelled", err)
	}
	if c := counts(t, record); c.Articles != reported || reported == 3000 {
		t.Errorf("%d articles are in the record, %d were reported", c.Articles, reported)
	}
}

func TestPutEmbedderFails(t *testing.T) {
	record := openRecord(t)
	down := errors.New("connection refused")
	embedder := &fakeEmbedder{fail: func(call int64) error {
		if call > 2 {
			return down
		}
		return nil
	}}
	g := ingest.New(ingest.Parts{Record: record, Embedder: embedder})
	report, told := collect()
	err := g.Put(t.Context(), drafts(300), report)
	var failed *ingest.EmbedError
	if !errors.As(err, &failed) || !errors.Is(err, down) {
		t.Fatalf("error %v, want an EmbedError", err)
	}
	c := counts(t, record)
	if len(*told) != 300 || c.Articles != 300 || c.Embedded == c.Passages || failed.Articles == 0 || failed.Articles == 300 {
		t.Errorf("%d results, %d articles without vectors, %+v", len(*told), failed.Articles, c)
	}
	if n := embedder.calls.Load(); n > 6 {
		t.Errorf("a failing embedder was asked %d times", n)
	}

	if err := g.Refresh(t.Context()); err != nil {
		t.Fatalf("refresh with the embedder still down: %v", err)
	}
	embedder.fail = nil
	if err := g.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := counts(t, record); c.Embedded != c.Passages {
		t.Errorf("after Refresh %d of %d passages have a vector", c.Embedded, c.Passages)
	}
}

func TestIndexFails(t *testing.T) {
	record := openRecord(t)
	full := errors.New("no space left")
	g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}, CatchUp: func(context.Context) error { return full }})
	report, told := collect()
	if err := g.Put(t.Context(), drafts(2000), report); !errors.Is(err, full) {
		t.Fatalf("error %v, want the index's", err)
	}
	if c := counts(t, record); c.Articles != len(*told) {
		t.Errorf("%d articles are in the record, %d were reported", c.Articles, len(*told))
	}
}

func TestRecordFails(t *testing.T) {
	dir := t.TempDir()
	if r, err := corpus.Open(t.Context(), dir, corpus.Options{}); err != nil || r.Close() != nil {
		t.Fatal(err)
	}
	record, err := corpus.Open(t.Context(), dir, corpus.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}})
	report, told := collect()
	if err := g.Put(t.Context(), drafts(500), report); !errors.Is(err, corpus.ErrReadOnly) {
		t.Errorf("error %v, want the record's", err)
	}
	if len(*told) != 0 {
		t.Errorf("%d articles were reported that are not in the record", len(*told))
	}
}

func TestRefreshEmbedder(t *testing.T) {
	record := openRecord(t)
	put := func(version string) *fakeEmbedder {
		e := &fakeEmbedder{version: version}
		g := ingest.New(ingest.Parts{Record: record, Embedder: e})
		if err := g.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		return e
	}
	report, _ := collect()
	put("1")
	g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{version: "1"}})
	if err := g.Put(t.Context(), drafts(30), report); err != nil {
		t.Fatal(err)
	}
	if n := put("1").calls.Load(); n != 0 {
		t.Errorf("the same embedder was asked %d times", n)
	}
	broken := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{version: "2", fail: func(int64) error { return errors.New("no such model") }}})
	if err := broken.Refresh(t.Context()); err == nil || !strings.Contains(err.Error(), "the vectors are kept") {
		t.Errorf("another embedder that does not work: %v", err)
	}
	if c := counts(t, record); c.Embedded != c.Passages {
		t.Errorf("%d of %d passages have kept their vector", c.Embedded, c.Passages)
	}
	if n := put("2").calls.Load(); n == 0 {
		t.Error("another embedder was not asked")
	}
	if c := counts(t, record); c.Embedded != c.Passages {
		t.Errorf("%d of %d passages have a vector", c.Embedded, c.Passages)
	}
	if got, err := record.Setting(t.Context(), "embedder"); err != nil || got != "fake/2/2" {
		t.Errorf("the record says its embedder is %q, %v", got, err)
	}
}

func TestRefreshSplitter(t *testing.T) {
	record := openRecord(t)
	first := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}})
	if err := first.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat("机房的利用率升高了，客户把任务搬了上来。", 40)
	d := draft("x", "年报\n"+body+"\n展望\n"+body)
	d.Headings = []ingest.Heading{{Start: 0, End: 2, Level: 1}, {Start: 3 + 800 + 1, End: 3 + 800 + 3, Level: 2}}
	report, _ := collect()
	if err := first.Put(t.Context(), []ingest.Draft{d}, report); err != nil {
		t.Fatal(err)
	}
	before := counts(t, record)
	second := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}, Options: ingest.Options{Target: 200, Max: 400}})
	for range 2 { // the second time there is nothing to do
		if err := second.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	after := counts(t, record)
	if after.Passages <= before.Passages || after.Embedded != after.Passages {
		t.Errorf("%+v became %+v", before, after)
	}
	for a, err := range record.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		passages, err := record.Passages(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if h := []string{passages[0].Heading, passages[len(passages)-1].Heading}; !slices.Equal(h, []string{"年报", "年报 > 展望"}) {
			t.Errorf("first and last passage stand under %q", h)
		}
	}
}

// TestIngestToIndex puts articles through the real record, embedder and index.
func TestIngestToIndex(t *testing.T) {
	record := openRecord(t)
	embedder, err := embed.NewStatic()
	if err != nil {
		t.Fatal(err)
	}
	print, err := embedder.Fingerprint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	local, err := index.OpenLocal(t.Context(), filepath.Join(t.TempDir(), "index"), print.Dimension, index.Options{Title: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	g := ingest.New(ingest.Parts{Record: record, Embedder: embedder, CatchUp: func(ctx context.Context) error { return local.CatchUp(ctx, record) }})
	report, _ := collect()
	if err := g.Put(t.Context(), append(drafts(20), draft("only", "远岫云把同类实例定在每小时九元二角。")), report); err != nil {
		t.Fatal(err)
	}
	hits, err := local.Search(t.Context(), index.Query{Text: []index.WeightedText{{Text: "远岫云的实例", Weight: 1}}, K: 1})
	if err != nil || len(hits) != 1 {
		t.Fatalf("hits %v, %v", hits, err)
	}
}

// files yields sources of the texts.
func files(texts map[string]string) iter.Seq2[ingest.Source, error] {
	return func(yield func(ingest.Source, error) bool) {
		names := make([]string, 0, len(texts))
		for name := range texts {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			text := texts[name]
			source := ingest.Source{Name: name, Size: int64(len(text)), Open: func() (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader(text)), nil
			}}
			if !yield(source, nil) {
				return
			}
		}
	}
}

// news makes articles of about 2 kB.
func news(n int) []ingest.Draft {
	r := rand.New(rand.NewPCG(1, 2))
	list := make([]ingest.Draft, n)
	for i := range list {
		list[i] = draft(fmt.Sprint(i), ingest.NewsText(r, 2000))
	}
	return list
}

// BenchmarkPut is ingest after reading: split, embed, record and, in the second,
// index. The target is 10,000 articles in 40 s.
func BenchmarkPut(b *testing.B) {
	embedder, err := embed.NewStatic()
	if err != nil {
		b.Fatal(err)
	}
	print, err := embedder.Fingerprint(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	list := news(2000)
	for _, indexed := range []bool{false, true} {
		b.Run(fmt.Sprintf("index=%v", indexed), func(b *testing.B) {
			for b.Loop() {
				record := openRecord(b)
				catchUp := func(context.Context) error { return nil }
				if indexed {
					local, err := index.OpenLocal(b.Context(), filepath.Join(b.TempDir(), "index"), print.Dimension, index.Options{Title: 1})
					if err != nil {
						b.Fatal(err)
					}
					defer local.Close()
					catchUp = func(ctx context.Context) error { return local.CatchUp(ctx, record) }
				}
				g := ingest.New(ingest.Parts{Record: record, Embedder: embedder, CatchUp: catchUp})
				if err := g.Put(b.Context(), list, func(ingest.Result) {}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(list)*b.N)/b.Elapsed().Seconds(), "articles/s")
		})
	}
}
