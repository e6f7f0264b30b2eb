package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chuchu/api"
	"chuchu/rag"
)

func TestDecode(t *testing.T) {
	s := newService(t, func(p *api.Parts) { p.Options.BodySize = 8 << 10 })
	for _, c := range []struct {
		path, body, code string
		status           int
		says             string
	}{
		{"/v1/search", ``, "invalid_request", 400, "the body is empty"},
		{"/v1/search", `{"query":"甲"`, "invalid_request", 400, "the body is no JSON: unexpected end of JSON input, at byte"},
		{"/v1/search", `{"query":"甲"} x`, "invalid_request", 400, "the body is no JSON: invalid character 'x' after top-level value"},
		{"/v1/search", `{"query":"甲"}{}`, "invalid_request", 400, "after top-level value"},
		{"/v1/search", `["甲"]`, "invalid_request", 400, "the body is a list; send a JSON object"},
		{"/v1/search", `"甲"`, "invalid_request", 400, "the body is a string; send a JSON object"},
		{"/v1/search", "{\"query\":\"\xff\"}", "invalid_request", 400, "not UTF-8"},
		{"/v1/search", `{"qery":"甲"}`, "unknown_field", 400, "there is no field qery; did you mean query?"},
		{"/v1/search", `{"Query":"甲"}`, "unknown_field", 400, "there is no field Query; did you mean query?"},
		{"/v1/search", `{"query":"甲","whatever":1}`, "unknown_field", 400, "there is no field whatever; there are as_of, explain, filter"},
		{"/v1/search", `{"query":"甲","filter":{"outlet":["乙"]}}`, "unknown_field", 400, "there is no field filter.outlet; did you mean outlets?"},
		{"/v1/search", `{"query":"甲","window":{"form":"2024-01-01"}}`, "invalid_request", 400, "window: "},
		{"/v1/search", `{"query":"甲","window":"sometimes"}`, "invalid_request", 400, "window: "},
		{"/v1/search", `{"query":7}`, "invalid_request", 400, "query: a number stands where a string belongs"},
		{"/v1/search", `{"query":"甲","limit":"8"}`, "invalid_request", 400, "limit: a string stands where a whole number belongs"},
		{"/v1/search", `{"query":"甲","limit":1.5}`, "invalid_request", 400, "limit: the number 1.5 stands where a whole number belongs"},
		{"/v1/search", `{"query":"甲","filter":{"tags":"乙"}}`, "invalid_request", 400, "filter.tags: a string stands where a list belongs"},
		{"/v1/search", `{"query":"甲","explain":"yes"}`, "invalid_request", 400, "explain: a string stands where true or false belongs"},
		{"/v1/search", `{"query":"甲","filter":[]}`, "invalid_request", 400, "filter: a list stands where an object belongs"},
		{"/v1/chat", `{"messages":[{"role":"user","content":"甲"},{"rolle":"user"}]}`, "unknown_field", 400, "there is no field messages[1].rolle; did you mean role?"},
		{"/v1/chat", `{"messages":[{"role":"user","content":"甲"}],"history":[]}`, "unknown_field", 400, "history"},
		{"/v1/chat", `{"messages":{"role":"user"}}`, "invalid_request", 400, "messages: an object stands where a list belongs"},
		{"/v1/search", `{"` + strings.Repeat("长", 500) + `":1}`, "unknown_field", 400, "长…"},
		{"/v1/search", `{"query":"` + strings.Repeat("x", 8<<10) + `"}`, "too_large", 413, "the body is larger than 8192 bytes"},
		{"/v1/search", `{"query":"` + strings.Repeat("x", 100<<10) + `"}`, "too_large", 413, "the body is larger than 8192 bytes"},
	} {
		t.Run("", func(t *testing.T) { s.post(c.path, c.body).wantProblem(t, c.status, c.code, c.says) })
	}
}

func TestContentType(t *testing.T) {
	s := newService(t, nil)
	body := `{"query":"甲"}`
	for _, good := range []string{"application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"} {
		if got := s.do(s.request("POST", "/v1/search", good, body)); got.status != http.StatusOK {
			t.Errorf("%s: %d %s", good, got.status, got.body)
		}
	}
	for _, bad := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk", "application/", "multipart/form-data"} {
		s.do(s.request("POST", "/v1/search", bad, body)).wantProblem(t, 415, "unsupported_format")
	}
	packed := s.request("POST", "/v1/search", "application/json", body)
	packed.Header.Set("Content-Encoding", "gzip")
	s.do(packed).wantProblem(t, 415, "unsupported_format", "Content-Encoding")
}

// TestPassesRequestOn: what the engine gets is what was sent.
func TestPassesRequestOn(t *testing.T) {
	engine := newFakeEngine()
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	engine.search = func(_ context.Context, r rag.SearchRequest) (rag.SearchReply, error) {
		if r.Query != "甲 <乙>" || r.Limit != 3 || r.Filter.Tags[0] != "云" || r.Window.Mode != "given" || r.Window.From != "2024-01-01" || !r.Explain {
			t.Errorf("got %+v", r)
		}
		reply := sampleSearch(r.Explain)
		reply.Query = r.Query
		return reply, nil
	}
	got := s.post("/v1/search", `{"query":"甲 <乙>","limit":3,"filter":{"tags":["云"]},"window":{"from":"2024-01-01"},"explain":true}`)
	if !strings.Contains(string(got.body), `"甲 <乙>"`) {
		t.Errorf("escaped more than needed: %s", got.body)
	}
	engine.search = func(context.Context, rag.SearchRequest) (rag.SearchReply, error) {
		return rag.SearchReply{}, &rag.InputError{Field: "query", Reason: "it has 10000 characters", TooLarge: true}
	}
	s.post("/v1/search", `{"query":"长"}`).wantProblem(t, 413, "too_large", "query: it has 10000 characters")
}

// FuzzDecode: nothing makes the decoder panic, every error has a code that is the
// caller's fault, and what is accepted is accepted by encoding/json too.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"messages":[{"role":"user","content":"甲"}],"window":{"strict":true},"filter":{"tags":["a"]}}`,
		`{"query":"甲","windowx":1}`, `{"messages":[[]]}`, `{"a":{"b":{"c":[{"d":null}]}}}`, `null`, `[]`, `{"filter":null}`, "{\"\xff\":1}", `{"messages":[{"role":1}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var r rag.ChatRequest
		err := api.DecodeJSON(body, &r)
		if err == nil {
			var again rag.ChatRequest
			d := json.NewDecoder(strings.NewReader(string(body)))
			d.DisallowUnknownFields()
			if err := d.Decode(&again); err != nil {
				t.Fatalf("accepted, though %v: %q", err, body)
			}
			return
		}
		status, code, detail := api.ProblemOf(t.Context(), err)
		if status != http.StatusBadRequest || code != "invalid_request" && code != "unknown_field" || detail == "" {
			t.Fatalf("%d %s %s for %q", status, code, detail, body)
		}
		if _, err := json.Marshal(fmt.Sprint(detail)); err != nil {
			t.Fatal(err)
		}
	})
}
