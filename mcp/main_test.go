package mcp_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"go.uber.org/goleak"

	"chuchu/briefing"
	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/mcp"
	"chuchu/prompts"
	"chuchu/rag"
	"chuchu/rag/embed"
	"chuchu/rag/index"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// embedder is the one that needs nothing; making it takes longer than most tests.
var embedder = sync.OnceValue(func() embed.Embedder {
	e, err := embed.New(embed.Defaults())
	if err != nil {
		panic(err)
	}
	return e
})

// held is a collection with all its parts, as a server has it.
type held struct {
	*rag.Engine
	record *corpus.Record
	desk   *briefing.Desk
	put    func(article ...corpus.Article) []corpus.Ref
}

func (h held) List(ctx context.Context, q corpus.ListQuery) (corpus.List, error) {
	return h.record.Articles(ctx, q)
}

func (h held) Article(ctx context.Context, id string, version int) (corpus.Article, error) {
	return h.record.ArticleVersion(ctx, id, version)
}

// newHeld makes a collection of the articles.
func newHeld(t *testing.T, articles ...corpus.Article) held {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	record, err := corpus.Open(ctx, t.TempDir(), corpus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fingerprint, err := embedder().Fingerprint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	local, err := index.OpenLocal(ctx, t.TempDir(), fingerprint.Dimension, index.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(local.Close(), record.Close()); err != nil {
			t.Error(err)
		}
	})
	set, err := prompts.Load("")
	if err != nil {
		t.Fatal(err)
	}
	engine := rag.New(rag.Parts{
		Record: record, Index: local, Embedder: embedder(), Prompts: set, Options: rag.Defaults(),
		Now: func() time.Time { return time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC) },
	})
	t.Cleanup(engine.Close)
	h := held{Engine: engine, record: record, desk: briefing.NewDesk(briefing.Parts{Engine: engine, Options: briefing.Defaults()})}
	t.Cleanup(h.desk.Close)
	catchUp := func(ctx context.Context) error { return local.CatchUp(ctx, record) }
	ingester := ingest.New(ingest.Parts{Record: record, Embedder: embedder(), CatchUp: catchUp, Options: ingest.Defaults()})
	h.put = func(articles ...corpus.Article) (refs []corpus.Ref) {
		t.Helper()
		var drafts []ingest.Draft
		for _, a := range articles {
			drafts = append(drafts, ingest.Draft{Article: a})
		}
		err := ingester.Put(ctx, drafts, func(r ingest.Result) {
			if r.Article == nil {
				t.Fatalf("%s was refused: %s", r.Name, r.Reason)
			}
			refs = append(refs, *r.Article)
		})
		if err != nil {
			t.Fatal(err)
		}
		return refs
	}
	h.put(articles...)
	return h
}

// parts are those of a server over what is held.
func (h held) parts() mcp.Parts {
	return mcp.Parts{
		Open: func(context.Context) (mcp.Opened, error) {
			return mcp.Opened{Collection: h, Desk: h.desk, Close: func() {}}, nil
		},
		Explain: func(error) string { return "" },
		Version: "test",
	}
}

// A client is an assistant that is connected in memory.
type client struct {
	*sdk.ClientSession
	t testing.TB
}

// connect connects an assistant to a server of the parts; options may be nil.
func connect(t *testing.T, p mcp.Parts, options *sdk.ClientOptions) *client {
	t.Helper()
	fromClient, toServer := io.Pipe()
	fromServer, toClient := io.Pipe()
	served := make(chan error, 1)
	go func() { served <- mcp.New(p).Serve(context.WithoutCancel(t.Context()), fromClient, toClient) }()
	session, err := sdk.NewClient(&sdk.Implementation{Name: "test"}, options).
		Connect(t.Context(), &sdk.IOTransport{Reader: fromServer, Writer: toServer}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = session.Close() // it closes the pipes
		if err := <-served; err != nil {
			t.Errorf("serving ended with %v", err)
		}
	})
	return &client{session, t}
}

// try calls a tool.
func (c *client) try(tool string, arguments any) *sdk.CallToolResult {
	c.t.Helper()
	result, err := c.CallTool(c.t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		c.t.Fatalf("%s: an error of the protocol: %v", tool, err)
	}
	return result
}

// call calls a tool, decodes its result into out, and returns the text.
func (c *client) call(tool string, arguments, out any) string {
	c.t.Helper()
	result := c.try(tool, arguments)
	if result.IsError {
		c.t.Fatalf("%s: %s", tool, textOf(result))
	}
	b, err := json.Marshal(result.StructuredContent)
	if err == nil {
		err = json.Unmarshal(b, out)
	}
	if err != nil {
		c.t.Fatalf("%s: %v in %s", tool, err, b)
	}
	return textOf(result)
}

// wantError calls a tool that must fail with these words.
func (c *client) wantError(tool string, arguments any, words ...string) string {
	c.t.Helper()
	result := c.try(tool, arguments)
	text := textOf(result)
	if !result.IsError || result.StructuredContent != nil {
		c.t.Errorf("%s is no error: %.200s", tool, text)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			c.t.Errorf("%s says %q, not %q", tool, text, w)
		}
	}
	return text
}

func textOf(r *sdk.CallToolResult) string {
	var b strings.Builder
	for _, c := range r.Content {
		if text, ok := c.(*sdk.TextContent); ok {
			b.WriteString(text.Text)
		}
	}
	return b.String()
}

// sameRunes reports whether quote is text[start:end].
func sameRunes(text string, start, end int, quote string) bool {
	runes := []rune(text)
	return 0 <= start && start <= end && end <= len(runes) && string(runes[start:end]) == quote
}

// fake is a collection and desk made of functions.
type fake struct {
	mcp.Collection
	search func(context.Context, rag.SearchRequest) (rag.SearchReply, error)
	chat   func(context.Context, rag.ChatRequest) (rag.Reply, error)

	order  func(context.Context, briefing.Request) (briefing.Briefing, error)
	get    func(context.Context, string) (briefing.Briefing, error)
	follow func(context.Context, string, int) (iter.Seq2[rag.Event, error], error)
	cancel func(context.Context, string) error
}

func (f fake) Search(ctx context.Context, r rag.SearchRequest) (rag.SearchReply, error) {
	return f.search(ctx, r)
}

func (f fake) Chat(ctx context.Context, r rag.ChatRequest) (rag.Reply, error) { return f.chat(ctx, r) }

func (f fake) Order(ctx context.Context, r briefing.Request) (briefing.Briefing, error) {
	return f.order(ctx, r)
}

func (f fake) Get(ctx context.Context, id string) (briefing.Briefing, error) { return f.get(ctx, id) }

func (f fake) Follow(ctx context.Context, id string, n int) (iter.Seq2[rag.Event, error], error) {
	return f.follow(ctx, id, n)
}

func (f fake) Cancel(ctx context.Context, id string) error { return f.cancel(ctx, id) }

func (f fake) parts(log io.Writer) mcp.Parts {
	return mcp.Parts{
		Open: func(context.Context) (mcp.Opened, error) {
			return mcp.Opened{Collection: f, Desk: f, Close: func() {}}, nil
		},
		Explain: func(error) string { return "" },
		Log:     slog.New(slog.NewTextHandler(log, nil)),
	}
}

// prices and others are what the tests ask about; the first begins with characters
// outside the basic plane.
func prices() corpus.Article {
	return corpus.Article{
		Title: "北辰数据降价", URL: "https://news.example/1", Outlet: "云报", Published: "2024-11-21", Language: "zh", Tags: []string{"云"},
		Text: "😀𠮷北辰数据宣布，对象存储降价三成。\n降价自2024年12月起生效，老客户不受影响。",
	}
}

func others() []corpus.Article {
	return []corpus.Article{
		{Title: "松涛科技换帅", URL: "https://news.example/2", Language: "zh", Text: "松涛科技宣布，陆明远接任首席执行官。"},
		{Title: "北辰数据开出新机房", URL: "https://news.example/3", Outlet: "晚报", Published: "2025-01", Language: "zh",
			Text: "北辰数据在南屏开出新机房，投资2.4亿元。\n北辰数据的对象存储客户已有三千家。"},
	}
}
