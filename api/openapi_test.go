package api_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"chuchu/corpus"
)

// spec is the checked-in description; it is the one that is served.
var spec = sync.OnceValue(func() *openapi3.T {
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		panic(err)
	}
	for _, kind := range []string{"text/event-stream", "application/jsonl", "text/plain", "text/markdown", "text/html", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"} {
		openapi3filter.RegisterBodyDecoder(kind, readText)
	}
	return doc
})

func readText(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
	b, err := io.ReadAll(body)
	return string(b), err
}

var specRouter = sync.OnceValue(func() routers.Router {
	router, err := legacy.NewRouter(spec())
	if err != nil {
		panic(err)
	}
	return router
})

// findOperation returns nil for what the description does not have.
func findOperation(r *http.Request) *openapi3filter.RequestValidationInput {
	path := *r
	path.URL = &url.URL{Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	route, parameters, err := specRouter().FindRoute(&path)
	if err != nil {
		return nil
	}
	return &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
}

// checkAgainstSpec holds a reply against the description.
func checkAgainstSpec(t testing.TB, r *http.Request, got reply) {
	t.Helper()
	operation := findOperation(r)
	if operation == nil {
		return
	}
	err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: operation, Status: got.status, Header: got.header, Body: io.NopCloser(bytes.NewReader(got.body)),
	})
	if err != nil {
		t.Errorf("%s %s: the reply is not as described: %v", r.Method, r.URL.Path, err)
	}
}

func TestOpenAPIIsValid(t *testing.T) {
	if err := spec().Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	served := newService(t, nil).get("/openapi.yaml")
	file, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(served.body, file) {
		t.Error("what is served is not the file")
	}
}

// TestOpenAPIHasEveryRoute holds the list of routes against the description, both
// ways.
func TestOpenAPIHasEveryRoute(t *testing.T) {
	served := map[string]bool{}
	for route := range newService(t, nil).Routes() {
		served[strings.ReplaceAll(route, ":id", "{id}")] = true
	}
	for path, item := range spec().Paths.Map() {
		for method := range item.Operations() {
			if !served[method+" "+path] {
				t.Errorf("%s %s is described and not served", method, path)
			}
			delete(served, method+" "+path)
		}
	}
	for route := range served {
		t.Errorf("%s is served and not described", route)
	}
}

// TestOpenAPIExchanges asks every endpoint for something that succeeds; request and
// reply are as described.
func TestOpenAPIExchanges(t *testing.T) {
	s := newService(t, nil)
	article := s.addText(`{"title":"北辰数据降价","text":"北辰数据宣布，对象存储降价三成。\n降价自十二月起生效。","url":"https://news.example/1","published":"2024-11","tags":["云"]}`)
	s.storeAnswer("ans_1", article.ID)
	form, contentType := multipartBody(t, part{"files", "a/b.txt", "松涛科技换帅\n松涛科技宣布，陆明远接任首席执行官。"}, part{"meta", "", `{"outlet":"云报","published":null}`})
	search := `{"query":"降价","limit":8,"filter":{"published_from":"2023-01-01","outlets":["云报"]},"as_of":"2025-02-01","window":{"from":"2024-01-01","strict":true},"plan":"auto","explain":true}`
	chat := `{"messages":[{"role":"user","content":"北辰数据何时降价？"}],"window":"off","language":"auto","verify":"mark"}`
	seen := map[string]bool{}
	for _, e := range []struct {
		method, path, contentType, body string
		status                          int
	}{
		{"POST", "/v1/search", "application/json", search, 200},
		{"POST", "/v1/chat", "application/json", chat, 200},
		{"POST", "/v1/chat", "application/json", `{"stream":true,` + chat[1:], 200},
		{"POST", "/v1/chat/completions", "application/json", `{"model":"chuchu","temperature":0.7,` + chat[1:], 200},
		{"POST", "/v1/chat/completions", "application/json", `{"stream":true,"stream_options":{"include_usage":true},` + chat[1:], 200},
		{"POST", "/v1/check", "application/json", `{"text":"海燕云签下一家银行。","window":"off","plan":"rules"}`, 200},
		{"GET", "/v1/models", "", "", 200},
		{"GET", "/v1/models/chuchu-extracts", "", "", 200},
		{"POST", "/v1/embeddings", "application/json", `{"model":"chuchu","input":["降价","涨价"],"encoding_format":"base64"}`, 200},
		{"GET", "/v1/answers?limit=1", "", "", 200},
		{"GET", "/v1/answers/ans_1", "", "", 200},
		{"GET", "/v1/answers/ans_1/events", "", "", 200},
		{"POST", "/v1/answers/ans_1/cancel", "", "", 204},
		{"POST", "/v1/answers/ans_1/recheck", "", "", 200},
		{"POST", "/v1/briefings", "application/json", `{"topic":"北辰数据","audience":"分析师","focus":"价格","from":"2024-01-01","to":"2024-12-31","filter":{"outlets":["云报"]},"as_of":"2025-02-01","language":"zh","length":"short","sections":["价格"],"style":"apa","previous_id":"brf_0"}`, 202},
		{"GET", "/v1/briefings?limit=1", "", "", 200},
		{"GET", "/v1/briefings/brf_1", "", "", 200},
		{"GET", "/v1/briefings/brf_1.md", "", "", 200},
		{"GET", "/v1/briefings/brf_1.html", "", "", 200},
		{"GET", "/v1/briefings/brf_1.docx", "", "", 200},
		{"GET", "/v1/briefings/brf_1/events", "", "", 200},
		{"POST", "/v1/briefings/brf_1/cancel", "", "", 204},
		{"POST", "/v1/briefings/brf_1/recheck", "", "", 200},
		{"DELETE", "/v1/briefings/brf_1", "", "", 204},
		{"POST", "/v1/articles", "application/json", `{"title":"快讯","markdown":"# 快讯\n\n海燕云签下一家银行。"}`, 201},
		{"POST", "/v1/articles", contentType, form, 201},
		{"GET", "/v1/articles?outlet=云报&outlet=晚报&from=2020-01-01&limit=10", "", "", 200},
		{"GET", "/v1/articles/" + article.ID + "?version=1", "", "", 200},
		{"GET", "/v1/articles.jsonl", "", "", 200},
		{"GET", "/v1/status", "", "", 200},
		{"GET", "/v1/doctor?offline=true&again=true", "", "", 200},
		{"POST", "/mcp", "application/json", `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, 200},
		{"POST", "/mcp", "application/json", `{"jsonrpc":"2.0","method":"notifications/initialized"}`, 202},
		{"POST", "/mcp", "application/json", `{"jsonrpc":"2.0","id":1,"method":"nothing"}`, 400},
		{"GET", "/metrics", "", "", 200},
		{"GET", "/healthz", "", "", 200},
		{"GET", "/readyz", "", "", 200},
		{"GET", "/openapi.yaml", "", "", 200},
		{"DELETE", "/v1/answers/ans_1", "", "", 204},
		{"DELETE", "/v1/articles/" + article.ID, "", "", 204},
	} {
		r := s.request(e.method, strings.ReplaceAll(e.path, "云报", url.QueryEscape("云报")), e.contentType, e.body)
		s.checkRequest(r, e.body)
		got := s.do(r)
		if got.status != e.status {
			t.Errorf("%s %s: %d %s", e.method, e.path, got.status, got.body)
		}
		if o := findOperation(r); o != nil {
			seen[e.method+" "+o.Route.Path] = true
		}
	}
	for route := range s.Routes() {
		if !seen[strings.ReplaceAll(route, ":id", "{id}")] {
			t.Errorf("%s was not asked", route)
		}
	}
}

// checkRequest holds a request against the description.
func (s *service) checkRequest(r *http.Request, body string) {
	s.t.Helper()
	copied := httptest.NewRequest(r.Method, r.URL.String(), strings.NewReader(body))
	copied.Header = r.Header.Clone()
	operation := findOperation(copied)
	if operation == nil {
		s.t.Errorf("%s %s is not described", r.Method, r.URL.Path)
		return
	}
	if err := openapi3filter.ValidateRequest(s.t.Context(), operation); err != nil {
		s.t.Errorf("%s %s: the request is not as described: %v", r.Method, r.URL.Path, err)
	}
}

// checkSchema holds a value, decoded from JSON, against a schema of the description.
func checkSchema(t testing.TB, name string, value any) {
	t.Helper()
	schema := spec().Components.Schemas[name]
	if schema == nil {
		t.Fatalf("no schema %s", name)
	}
	if err := schema.Value.VisitJSON(value); err != nil {
		t.Errorf("not a %s: %v", name, err)
	}
}

// addText adds one article as JSON.
func (s *service) addText(body string) corpus.Ref {
	s.t.Helper()
	got := s.post("/v1/articles", body)
	var added struct {
		Results []struct{ Article *corpus.Ref }
	}
	got.decode(s.t, &added)
	if got.status != http.StatusCreated || len(added.Results) != 1 || added.Results[0].Article == nil {
		s.t.Fatalf("%d %s", got.status, got.body)
	}
	return *added.Results[0].Article
}
