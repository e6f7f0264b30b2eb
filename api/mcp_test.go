package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"chuchu/api"
	"chuchu/corpus"
	"chuchu/mcp"
	"chuchu/rag"
)

// mcpCollection is what assistants reach at a server of these tests.
type mcpCollection struct {
	*fakeEngine
	record *corpus.Record
}

func (c mcpCollection) List(ctx context.Context, q corpus.ListQuery) (corpus.List, error) {
	return c.record.Articles(ctx, q)
}

func (c mcpCollection) Article(ctx context.Context, id string, version int) (corpus.Article, error) {
	return c.record.ArticleVersion(ctx, id, version)
}

func mcpOver(e *fakeEngine, d *fakeDesk, record *corpus.Record) func(http.ResponseWriter, *http.Request, bool) {
	return mcp.New(mcp.Parts{
		Open: func(context.Context) (mcp.Opened, error) {
			return mcp.Opened{Collection: mcpCollection{e, record}, Desk: d, Close: func() {}}, nil
		},
		Explain: func(err error) string { return api.Explain(err).Detail },
	}).ServeHTTP
}

// keyed sends a key with every request.
type keyed struct {
	key   string
	inner *http.Transport
}

func (k keyed) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if k.key != "" {
		r.Header.Set("Authorization", "Bearer "+k.key)
	}
	return k.inner.RoundTrip(r)
}

// assistant connects an assistant to the server.
func (s *service) assistant(key string, options *sdk.ClientOptions) (*sdk.ClientSession, error) {
	s.t.Helper()
	inner := &http.Transport{}
	s.t.Cleanup(inner.CloseIdleConnections)
	session, err := sdk.NewClient(&sdk.Implementation{Name: "test"}, options).Connect(s.t.Context(), &sdk.StreamableClientTransport{
		Endpoint: s.base + "/mcp", HTTPClient: &http.Client{Transport: keyed{key, inner}}, MaxRetries: -1,
	}, nil)
	if err == nil {
		s.t.Cleanup(func() { _ = session.Close() }) // there is no session at the server to end
	}
	return session, err
}

func useTool(t *testing.T, session *sdk.ClientSession, tool string, arguments map[string]any) (text string, failed bool) {
	t.Helper()
	result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	return result.Content[0].(*sdk.TextContent).Text, result.IsError
}

func TestAssistant(t *testing.T) {
	s := newService(t, nil)
	article := s.addText(`{"title":"北辰数据降价","text":"北辰数据宣布，对象存储降价三成。","url":"https://news.example/1"}`)
	steps := make(chan string, 10)
	session, err := s.assistant("", &sdk.ClientOptions{ProgressNotificationHandler: func(_ context.Context, r *sdk.ProgressNotificationClientRequest) {
		steps <- r.Params.Message
	}})
	if err != nil {
		t.Fatal(err)
	}
	for tool, arguments := range map[string]map[string]any{
		"search": {"query": "降价"}, "ask": {"question": "降价？"}, "check": {"text": "降价。"}, "get_article": {"id": article.ID},
	} {
		if text, failed := useTool(t, session, tool, arguments); failed || !strings.Contains(text, "北辰数据") {
			t.Errorf("%s: %s", tool, text)
		}
	}
	params := &sdk.CallToolParams{Name: "brief", Arguments: map[string]any{"topic": "降价"}}
	params.SetProgressToken(7)
	if made, err := session.CallTool(t.Context(), params); err != nil || made.IsError {
		t.Errorf("%+v, %v", made, err)
	}
	if step := <-steps; step != "write 价格" { // it may be read after the result
		t.Errorf("told of %q", step)
	}
	list, err := session.ListResources(t.Context(), nil)
	if err != nil || len(list.Resources) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	read, err := session.ReadResource(t.Context(), &sdk.ReadResourceParams{URI: list.Resources[0].URI})
	if err != nil || read.Contents[0].Text != "北辰数据宣布，对象存储降价三成。" {
		t.Errorf("%+v, %v", read, err)
	}
	if text, failed := useTool(t, session, "ask", map[string]any{"query": "降价？"}); !failed || !strings.Contains(text, `no argument "query"`) {
		t.Errorf("an unknown argument: %s", text)
	}
}

func TestAssistantKeys(t *testing.T) {
	reader, readLine := newKey(t, "read")
	writer, writeLine := newKey(t, "write")
	stranger, _ := newKey(t, "write")
	s := newService(t, func(p *api.Parts) { p.Auth.Keys = []string{readLine, writeLine} })
	for _, key := range []string{"", stranger} {
		if _, err := s.assistant(key, nil); err == nil || !strings.Contains(err.Error(), "Unauthorized") {
			t.Errorf("the key %q: %v", key, err)
		}
	}
	for key, mayWrite := range map[string]bool{reader: false, writer: true} {
		session, err := s.assistant(key, nil)
		if err != nil {
			t.Fatal(err)
		}
		for tool, arguments := range map[string]map[string]any{
			"search": {"query": "降价"}, "ask": {"question": "降价？"}, "check": {"text": "降价。"}, "brief": {"id": "brf_1"},
		} {
			if text, failed := useTool(t, session, tool, arguments); failed {
				t.Errorf("%s with the key of %v: %s", tool, mayWrite, text)
			}
		}
		text, failed := useTool(t, session, "brief", map[string]any{"topic": "降价"})
		if failed == mayWrite || failed && !strings.Contains(text, "needs one with the role write") {
			t.Errorf("a briefing with the key of %v: %s", mayWrite, text)
		}
	}
}

// TestMCPRequests holds that /mcp stands behind the same guards as every endpoint.
func TestMCPRequests(t *testing.T) {
	const list = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`
	s := newService(t, func(p *api.Parts) { p.Options.BodySize = 2048 })
	with := func(header, value string) reply {
		r := s.request(http.MethodPost, "/mcp", "application/json", list)
		if r.Header.Set(header, value); header == "Host" {
			r.Host = value
		}
		return s.do(r)
	}
	got := s.post("/mcp", list)
	if got.status != http.StatusOK || !strings.Contains(string(got.body), "get_article") || !strings.Contains(got.header.Get("Cache-Control"), "no-store") {
		t.Errorf("%d %v %s", got.status, got.header, got.body)
	}
	with("Origin", "https://evil.example").wantProblem(t, 403, "foreign_origin", "evil.example")
	with("Host", "evil.example").wantProblem(t, 403, "forbidden", "evil.example")
	with("Content-Type", "text/plain").wantProblem(t, 415, "unsupported_format")
	s.post("/mcp", `{"jsonrpc":"2.0","id":1,"method":"`+strings.Repeat("x", 4096)+`"}`).wantProblem(t, 413, "too_large")
	s.get("/mcp").wantProblem(t, 405, "method_not_allowed")
	s.delete("/mcp").wantProblem(t, 405, "method_not_allowed")
	for _, body := range []string{"[" + list + "," + list + "]", " \n\t[" + list + "]"} {
		if got := s.post("/mcp", body); got.status != 400 || !strings.Contains(string(got.body), "one message a request") {
			t.Errorf("several messages: %d %s", got.status, got.body)
		}
	}
	for _, body := range []string{"", "{", `{"id":1}`, "null", strings.Repeat("{\"a\":", 300)} {
		if got := s.post("/mcp", body); got.status != 400 {
			t.Errorf("%.20q: %d %s", body, got.status, got.body)
		}
	}
	limited := newService(t, func(p *api.Parts) { p.Options.Rate, p.Options.Burst = .001, 2 })
	limited.post("/mcp", list)
	limited.post("/mcp", list)
	limited.post("/mcp", list).wantProblem(t, 429, "rate_limited", "try again")
}

// TestMCPKeptAlive writes comments while a tool is at work, for what stands between and
// cuts idle connections.
func TestMCPKeptAlive(t *testing.T) {
	answered := make(chan struct{})
	engine := newFakeEngine()
	engine.chat = func(context.Context, rag.ChatRequest) (rag.Reply, error) {
		<-answered
		return sampleReply(), nil
	}
	s := newService(t, func(p *api.Parts) { p.MCP = mcpOver(engine, newFakeDesk(), p.Record) })
	s.SetIdle(time.Millisecond)
	r := s.request(http.MethodPost, "/mcp", "application/json", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask","arguments":{"question":"降价？"}}}`)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	if !lines.Scan() || lines.Text() != ": still here" {
		t.Errorf("first comes %q", lines.Text())
	}
	close(answered)
	last := ""
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "data: ") {
			last = lines.Text()
		}
	}
	if lines.Err() != nil || !strings.Contains(last, `"id":1`) || !strings.Contains(last, "北辰数据降价三成") || response.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("%v: %s", lines.Err(), last)
	}
}

// TestMCPLeft ends the work of a request when its client goes, whatever version of the
// protocol it speaks.
func TestMCPLeft(t *testing.T) {
	for _, version := range []string{"", "2025-06-18", "2025-11-25"} {
		begun, ended := make(chan struct{}), make(chan error, 1)
		engine := newFakeEngine()
		engine.chat = func(ctx context.Context, _ rag.ChatRequest) (rag.Reply, error) {
			close(begun)
			<-ctx.Done()
			ended <- context.Cause(ctx)
			return rag.Reply{}, ctx.Err()
		}
		s := newService(t, func(p *api.Parts) { p.MCP = mcpOver(engine, newFakeDesk(), p.Record) })
		call, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": map[string]any{"name": "ask", "arguments": map[string]any{"question": "降价？"}}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, leave := context.WithCancel(t.Context())
		r := s.request(http.MethodPost, "/mcp", "application/json", string(call)).WithContext(ctx)
		if version != "" {
			r.Header.Set("MCP-Protocol-Version", version)
		}
		go func() {
			<-begun
			leave()
		}()
		if response, err := http.DefaultClient.Do(r); err == nil {
			response.Body.Close()
			t.Errorf("%q: a request that was left has a reply", version)
		}
		if err := <-ended; err == nil {
			t.Errorf("%q: its work went on", version)
		}
	}
}
