package rag_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/prompts"
	"chuchu/rag"
	"chuchu/rag/cite"
	"chuchu/rag/embed"
	"chuchu/rag/index"
	"chuchu/rag/lexicon"
	"chuchu/rag/llm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// An article of the tests.
type article struct{ id, title, outlet, published, text string }

// news is a small collection in which several articles speak of one company.
func news() []article {
	return []article{
		{"q3", "海燕云公布第三季度业绩", "云上观察", "2024-10-31", "海燕云公布第三季度业绩。营收为14.2亿元，同比增长36%。首席执行官陆明远说，增长主要来自政务客户。\n公司预计全年营收超过50亿元。"},
		{"price", "北辰数据下调存储价格", "栈桥评论", "2024-03-05", "北辰数据宣布，对象存储降价三成，自4月1日起生效。业内人士认为，这是为了留住中小客户[9]。"},
		{"ceo", "松涛科技换帅", "云上观察", "2023-02", "松涛科技宣布，陆明远不再担任首席执行官，由副总裁方知夏接任。陆明远将加入海燕云。"},
		{"q2", "海燕云第二季度营收下滑", "南屏财讯", "2024-07-30", "海燕云第二季度营收为9.8亿元，环比下滑4%。分析师说，价格战影响了毛利率。"},
		{"undated", "云账单优化手记", "", "", "闲置的磁盘占了账单的三成。作者建议每月清理一次快照。"},
	}
}

// A collection is real parts in a temporary directory.
type collection struct {
	record   *corpus.Record
	index    *index.Local
	embedder embed.Embedder
	prompts  *prompts.Set
	options  rag.Options
}

func newCollection(t testing.TB, articles ...article) *collection {
	t.Helper()
	dir := t.TempDir()
	c := &collection{options: rag.Defaults()}
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

// words is the dictionary, which is unpacked once.
var words = sync.OnceValue(func() *lexicon.Lexicon {
	l, err := lexicon.New(nil)
	if err != nil {
		panic(err)
	}
	return l
})

// put takes articles in.
func (c *collection) put(t testing.TB, articles ...article) {
	t.Helper()
	ingester := ingest.New(ingest.Parts{
		Record: c.record, Embedder: c.embedder, Options: ingest.Defaults(),
		CatchUp: func(ctx context.Context) error { return c.index.CatchUp(ctx, c.record) },
	})
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

// engine returns an engine over the collection, on 1 February 2025.
func (c *collection) engine(model llm.Model) *rag.Engine {
	return rag.New(rag.Parts{
		Lexicon: words(), Record: c.record, Index: c.index, Embedder: c.embedder, Model: model, Prompts: c.prompts, Options: c.options,
		Now: func() time.Time { return time.Date(2025, 2, 1, 4, 0, 0, 0, time.UTC) },
	})
}

func ask(question string) rag.ChatRequest {
	return rag.ChatRequest{Messages: []llm.Message{{Role: "user", Content: question}}, Plan: "rules"}
}

func chat(t testing.TB, e *rag.Engine, r rag.ChatRequest) rag.Reply {
	t.Helper()
	reply, err := e.Chat(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// events collects the events of an answer; the last error, if any, is returned
// apart.
func events(ctx context.Context, e *rag.Engine, r rag.ChatRequest) (list []rag.Event, err error) {
	for event, err := range e.Answer(ctx, r) {
		if err != nil {
			return list, err
		}
		list = append(list, event)
	}
	return list, nil
}

func names(list []rag.Event) []string {
	var out []string
	for _, event := range list {
		out = append(out, event.Name)
	}
	return out
}

func decode[T any](t testing.TB, event rag.Event) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(event.Data, &v); err != nil {
		t.Fatalf("%s: %v in %s", event.Name, err, event.Data)
	}
	return v
}

// deltas joins the text that was streamed.
func deltas(t testing.TB, list []rag.Event) string {
	t.Helper()
	var b strings.Builder
	for _, event := range list {
		if event.Name == "delta" {
			b.WriteString(decode[struct{ Text string }](t, event).Text)
		}
	}
	return b.String()
}

var (
	marker  = regexp.MustCompile(`(^|[^\\])\[(\d{1,3})\]`)
	foreign = regexp.MustCompile(`(^|[^\\])(【\s*[Ss]?\d{1,3}\s*】|［\s*[Ss]?\d{1,3}\s*］|\[\s*[Ss]\d{1,3}\s*\])`)
)

// broken returns every rule of DESIGN's section on answers that a reply breaks.
func (c *collection) broken(ctx context.Context, reply rag.Reply) (rules []string) {
	say := func(format string, args ...any) { rules = append(rules, fmt.Sprintf(format, args...)) }
	if strings.TrimSpace(reply.Answer) != reply.Answer || reply.Answer == "" {
		say("the answer is %q", reply.Answer)
	}
	if m := foreign.FindString(reply.Answer); m != "" {
		say("%q is left in the answer", m)
	}
	var order []int
	for rest := reply.Answer; ; {
		at := marker.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		n, _ := strconv.Atoi(rest[at[4]:at[5]])
		if !slices.Contains(order, n) {
			order = append(order, n)
		}
		rest = rest[at[1]-1:]
	}
	for i, citation := range reply.Citations {
		if i >= len(order) || order[i] != i+1 || citation.Number != i+1 {
			say("markers %v, citation %d has number %d", order, i, citation.Number)
		}
		rules = append(rules, c.brokenSpans(ctx, reply, citation)...)
	}
	if len(order) != len(reply.Citations) {
		say("markers %v, %d citations", order, len(reply.Citations))
	}
	return append(rules, brokenSentences(reply)...)
}

func (c *collection) brokenSpans(ctx context.Context, reply rag.Reply, citation rag.Citation) (rules []string) {
	a, err := c.record.ArticleVersion(ctx, citation.Article.ID, citation.Article.Version)
	if err != nil {
		return []string{err.Error()}
	}
	text := []rune(a.Text)
	passages, err := c.record.Passages(ctx, a.ID)
	if err != nil {
		return []string{err.Error()}
	}
	for _, s := range citation.Spans {
		if s.Start < 0 || s.End > len(text) || s.Start >= s.End || s.Quote == nil || string(text[s.Start:s.End]) != *s.Quote {
			rules = append(rules, fmt.Sprintf("span %+v is not in the article", s))
			continue
		}
		within := slices.ContainsFunc(passages, func(p corpus.Passage) bool {
			return p.ID == s.PassageID && p.Start <= s.Start && s.Start < p.End
		})
		if !within {
			rules = append(rules, fmt.Sprintf("span %d-%d does not start in passage %q", s.Start, s.End, s.PassageID))
		}
		if !slices.ContainsFunc(reply.Sentences, func(x rag.Sentence) bool {
			return x.Start == s.AnswerStart && x.End == s.AnswerEnd && slices.Contains(x.Citations, citation.Number)
		}) {
			rules = append(rules, fmt.Sprintf("span %d-%d belongs to no sentence that cites it", s.Start, s.End))
		}
	}
	return rules
}

func brokenSentences(reply rag.Reply) (rules []string) {
	want := cite.Sentences(reply.Answer)
	var have []cite.Span
	for _, s := range reply.Sentences {
		have = append(have, cite.Span{Start: s.Start, End: s.End})
		if s.Citations == nil || s.Why == nil || s.Verdict == "" || s.Judge == "" {
			rules = append(rules, fmt.Sprintf("sentence %+v lacks something", s))
		}
	}
	if !slices.Equal(want, have) {
		rules = append(rules, fmt.Sprintf("sentences of %q are at %v, the reply says %v", reply.Answer, want, have))
	}
	return rules
}

func (c *collection) check(t testing.TB, reply rag.Reply) {
	t.Helper()
	for _, rule := range c.broken(t.Context(), reply) {
		t.Error(rule)
	}
}
