package briefing

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"

	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/prompts"
	"chuchu/rag"
	"chuchu/rag/embed"
	"chuchu/rag/index"
	"chuchu/rag/llm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// An article of the tests.
type article struct{ id, title, outlet, published, text string }

// news is a small collection about one company.
func news() []article {
	return []article{
		{"q3", "海燕云公布第三季度业绩", "云上观察", "2024-10-31", "海燕云公布第三季度业绩。营收为14.2亿元，同比增长36%。首席执行官陆明远说，增长主要来自政务客户。\n公司预计全年营收超过50亿元。"},
		{"q2", "海燕云第二季度营收下滑", "南屏财讯", "2024-07-30", "海燕云第二季度营收为9.8亿元，环比下滑4%。分析师说，价格战影响了毛利率。"},
		{"ceo", "海燕云换帅", "云上观察", "2023-02", "海燕云宣布，陆明远接任首席执行官，自2023年3月1日起生效。前任首席执行官方知夏改任顾问。"},
		{"price", "海燕云下调存储价格", "栈桥评论", "2024-03-05", "海燕云宣布，对象存储降价三成，自4月1日起生效。业内人士认为，这是为了留住中小客户。"},
	}
}

// A collection is real parts in a temporary directory.
type collection struct {
	record   *corpus.Record
	index    *index.Local
	embedder embed.Embedder
	prompts  *prompts.Set
}

func newCollection(t testing.TB, articles ...article) *collection {
	t.Helper()
	dir := t.TempDir()
	c := &collection{}
	var err error
	if c.record, err = corpus.Open(context.Background(), dir, corpus.Options{}); err != nil {
		t.Fatal(err)
	}
	if c.embedder, err = embed.NewStatic(); err != nil {
		t.Fatal(err)
	}
	fingerprint, err := c.embedder.Fingerprint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.index, err = index.OpenLocal(context.Background(), dir+"/index", fingerprint.Dimension, index.Defaults()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.index.Close(); err != nil {
			t.Error(err)
		}
		if err := c.record.Close(); err != nil {
			t.Error(err)
		}
	})
	if c.prompts, err = prompts.Load(""); err != nil {
		t.Fatal(err)
	}
	c.put(t, articles...)
	return c
}

// put takes articles in.
func (c *collection) put(t testing.TB, articles ...article) {
	t.Helper()
	ingester := ingest.New(ingest.Parts{Record: c.record, Embedder: c.embedder, Options: ingest.Defaults(), CatchUp: c.catchUp})
	var drafts []ingest.Draft
	for _, a := range articles {
		drafts = append(drafts, ingest.Draft{DeclaredID: a.id, Article: corpus.Article{
			ID: a.id, Title: a.title, Outlet: a.outlet, Published: corpus.Date(a.published), Text: a.text,
		}})
	}
	err := ingester.Put(t.Context(), drafts, func(r ingest.Result) {
		if r.Status == "refused" {
			t.Errorf("%s: %s", r.Name, r.Reason)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (c *collection) catchUp(ctx context.Context) error { return c.index.CatchUp(ctx, c.record) }

// delete takes an article out.
func (c *collection) delete(t testing.TB, id string) {
	t.Helper()
	if err := c.record.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := c.catchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// engine returns an engine over the collection, on 1 February 2025.
func (c *collection) engine(t testing.TB, model llm.Model) *rag.Engine {
	t.Helper()
	e := rag.New(rag.Parts{
		Record: c.record, Index: c.index, Embedder: c.embedder, Model: model, Prompts: c.prompts, Options: rag.Defaults(),
		Now: func() time.Time { return time.Date(2025, 2, 1, 4, 0, 0, 0, time.UTC) },
	})
	t.Cleanup(e.Close)
	return e
}
