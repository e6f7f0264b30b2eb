package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/api"
	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// completion is a completion as a client reads it.
type completion struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Model   string `json:"model"`
	Choices []struct {
		Message      message `json:"message"`
		FinishReason string  `json:"finish_reason"`
	} `json:"choices"`
	Usage map[string]int `json:"usage"`
}

type message struct {
	Role        string       `json:"role"`
	Content     string       `json:"content"`
	Annotations []annotation `json:"annotations"`
}

type annotation struct {
	Type        string `json:"type"`
	URLCitation struct {
		StartIndex int    `json:"start_index"`
		EndIndex   int    `json:"end_index"`
		URL        string `json:"url"`
		Title      string `json:"title"`
	} `json:"url_citation"`
}

// wantOpenAIError checks status, code, type and parameter of an error in OpenAI's
// shape.
func (r reply) wantOpenAIError(t testing.TB, status int, code, kind, param string, words ...string) {
	t.Helper()
	var e struct {
		Error struct{ Message, Type, Code, Param string }
	}
	r.decode(t, &e)
	if got := e.Error; r.status != status || got.Code != code || got.Type != kind || got.Param != param || r.header.Get("Content-Type") != "application/json" {
		t.Errorf("got %d %s, want %d %s %s %q", r.status, r.body, status, code, kind, param)
	}
	for _, w := range words {
		if !strings.Contains(e.Error.Message, w) {
			t.Errorf("the message %q does not say %q", e.Error.Message, w)
		}
	}
}

// wantUnauthorized checks an error in the shape of its path.
func (r reply) wantUnauthorized(t testing.TB, path string) {
	t.Helper()
	if path == "/v1/chat/completions" || path == "/v1/embeddings" || strings.HasPrefix(path, "/v1/models") {
		r.wantOpenAIError(t, 401, "invalid_api_key", "invalid_request_error", "")
		return
	}
	r.wantProblem(t, 401, "unauthorized")
}

const ask = `{"model":"chuchu","messages":[{"role":"user","content":"北辰数据何时降价？"}]}`

// complete asks for a plain completion.
func (s *service) complete(body string) completion {
	s.t.Helper()
	got := s.post("/v1/chat/completions", body)
	if got.status != http.StatusOK {
		s.t.Fatalf("%d %s", got.status, got.body)
	}
	var c completion
	got.decode(s.t, &c)
	if len(c.Choices) != 1 || c.Choices[0].Message.Role != "assistant" || c.Choices[0].FinishReason != "stop" {
		s.t.Fatalf("got %s", got.body)
	}
	return c
}

func TestModels(t *testing.T) {
	s := newService(t, nil)
	var list struct {
		Data []struct{ ID string }
	}
	s.get("/v1/models").decode(t, &list)
	if len(list.Data) != 2 || list.Data[0].ID != "chuchu" || list.Data[1].ID != "chuchu-extracts" {
		t.Errorf("got %v", list)
	}
	var one struct{ ID, Object string }
	if s.get("/v1/models/chuchu-extracts").decode(t, &one); one.ID != "chuchu-extracts" || one.Object != "model" {
		t.Errorf("got %v", one)
	}
	s.get("/v1/models/gpt-4o").wantOpenAIError(t, 404, "model_not_found", "invalid_request_error", "model", "gpt-4o", "chuchu-extracts")
}

// TestCompletion reads every part of a reply.
func TestCompletion(t *testing.T) {
	engine := newFakeEngine()
	engine.chat = func(context.Context, rag.ChatRequest) (rag.Reply, error) {
		r := sampleReply()
		r.Usage = llm.Usage{InputTokens: 30, OutputTokens: 12}
		return r, nil
	}
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	c := s.complete(ask)
	m := c.Choices[0].Message
	if c.ID != "ans_1" || c.Object != "chat.completion" || c.Model != "chuchu" {
		t.Errorf("got %+v", c)
	}
	if want := map[string]int{"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42}; !cmp.Equal(want, c.Usage) {
		t.Errorf("usage %v", c.Usage)
	}
	want := strings.Join([]string{
		"北辰数据降价三成。[1]", "", "---", "", "说明：", "- 原文摘录",
		"- 来源说法不一（降幅）：“北辰数据降价三成” (北辰数据降价, 2024-11)；“” (北辰数据降价, 2024-11)", "",
		"参考来源：  ", "[1] 北辰数据降价 · 云报 · 2024-11 · https://news.example/1",
	}, "\n")
	if m.Content != want {
		t.Errorf("content %s", cmp.Diff(want, m.Content))
	}
	if len(m.Annotations) != 1 {
		t.Fatalf("annotations %+v", m.Annotations)
	}
	a := m.Annotations[0].URLCitation
	if got := string([]rune(m.Content)[a.StartIndex:a.EndIndex]); got != "[1]" || a.URL != "https://news.example/1" || a.Title != "北辰数据降价" {
		t.Errorf("%q is %+v", got, a)
	}
}

// TestAnnotations: markers are found where the answer cites, and only there.
func TestAnnotations(t *testing.T) {
	long := "𠀀𠀁很长[1][2]。`a[1]`。[1] \\[2\\] \\[1]完。"
	cut := func(parts ...string) (list []rag.Sentence) {
		at := 0
		for _, p := range parts {
			list = append(list, rag.Sentence{Start: at, End: at + len([]rune(p)), Citations: []int{}})
			at += len([]rune(p))
		}
		return list
	}
	r := sampleReply()
	r.Answer, r.Sentences = long, cut("𠀀𠀁很长[1][2]。", "`a[1]`。", "[1] \\[2\\] \\[1]完。")
	r.Sentences[0].Citations, r.Sentences[2].Citations = []int{1, 2}, []int{1, 2}
	r.Citations[0].Article.URL = "javascript:alert(1)"
	r.Citations[0].Spans = []rag.AnswerSpan{{Start: 3, End: 9, AnswerStart: 20, AnswerEnd: 40}, {Start: 40, End: 50, AnswerStart: 0, AnswerEnd: 12}}
	r.Citations = append(r.Citations, rag.Citation{Number: 2, Article: corpus.Ref{ID: "a 2/?", Version: 3, Title: "第二篇"}, Spans: []rag.AnswerSpan{}})
	engine := newFakeEngine()
	engine.chat = func(context.Context, rag.ChatRequest) (rag.Reply, error) { return r, nil }
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	m := s.complete(ask).Choices[0].Message
	var got []string
	for _, a := range m.Annotations {
		u := a.URLCitation
		got = append(got, fmt.Sprintf("%d %s %s", u.StartIndex, string([]rune(m.Content)[u.StartIndex:u.EndIndex]), strings.TrimPrefix(u.URL, s.base)))
	}
	want := []string{"4 [1] /articles/a_1?version=1#c=40-50", "7 [2] /articles/a%202%2F%3F?version=3", "18 [1] /articles/a_1?version=1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if !strings.Contains(m.Content, "[1] 北辰数据降价 · 云报 · 2024-11 · "+s.base+"/articles/a_1?version=1#c=3-9") {
		t.Errorf("the list is %s", m.Content)
	}
}

// TestNotes: what the sources do not bear out is said, in the answer's language.
func TestNotes(t *testing.T) {
	r := rag.Reply{
		Language: "en", Answer: "Beichen cut prices by half [1]. It \\[2\\] holds.[1]",
		Sentences: []rag.Sentence{
			{Start: 0, End: 31, Citations: []int{1}, Verdict: "contradicted"},
			{Start: 32, End: 50, Citations: []int{1}, Verdict: "contradicted"},
		},
		Citations: []rag.Citation{{Number: 1, Article: corpus.Ref{ID: "a_1", Version: 2, Title: "降价"}}},
	}
	want := "\n\n---\n\nNotes:\n- Not what the cited article says: “Beichen cut prices by half.”\n- Not what the cited article says: “It \\[2\\] holds.”" +
		"\n\nReferences:  \n[1] 降价 · /articles/a_1?version=2"
	if got := api.TailOf(r, ""); got != want {
		t.Error(cmp.Diff(want, got))
	}
	if got := api.TailOf(rag.Reply{Language: "zh", Answer: "没有。"}, ""); got != "" {
		t.Errorf("behind a bare answer stands %q", got)
	}
}

// TestLinksGoHome: a link into the reading room has the Host that was asked, where
// it may be asked, and none else.
func TestLinksGoHome(t *testing.T) {
	engine := newFakeEngine()
	engine.chat = func(context.Context, rag.ChatRequest) (rag.Reply, error) {
		r := sampleReply()
		r.Citations[0].Article.URL = ""
		return r, nil
	}
	key, line := newKey(t, "read")
	s := newService(t, func(p *api.Parts) {
		p.Engine, p.Auth, p.Options.Hosts = engine, api.Auth{Keys: []string{line}}, []string{"chuchu.example"}
	})
	for _, c := range []struct{ host, proto, want string }{
		{"localhost:8080", "", "http://localhost:8080/articles/"},
		{"chuchu.example", "https", "https://chuchu.example/articles/"},
		{"chuchu.example", "javascript", "http://chuchu.example/articles/"},
		{"evil.example", "https", "/articles/"},
	} {
		r := s.request(http.MethodPost, "/v1/chat/completions", "application/json", ask)
		r.Host = c.host
		r.Header.Set("Authorization", "Bearer "+key)
		r.Header.Set("X-Forwarded-Proto", c.proto)
		var got completion
		s.do(r).decode(t, &got)
		if a := got.Choices[0].Message.Annotations[0].URLCitation; !strings.HasPrefix(a.URL, c.want) {
			t.Errorf("%s: %s", c.host, a.URL)
		}
	}
}

// TestCompletionTurns is the table of what becomes of messages.
func TestCompletionTurns(t *testing.T) {
	engine := newFakeEngine()
	var asked rag.ChatRequest
	engine.chat = func(_ context.Context, r rag.ChatRequest) (rag.Reply, error) {
		asked = r
		return sampleReply(), nil
	}
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	earlier := s.complete(ask).Choices[0].Message.Content
	for _, c := range []struct {
		name, rest string // of the body
		want       []rag.Message
		extracts   bool
	}{
		{"string", `"model":"chuchu","messages":[{"role":"user","content":"问"}]`, []rag.Message{{Role: "user", Content: "问"}}, false},
		{"no model", `"messages":[{"role":"user","content":"问"}]`, []rag.Message{{Role: "user", Content: "问"}}, false},
		{"extracts", `"model":"chuchu-extracts","messages":[{"role":"user","content":"问"}]`, []rag.Message{{Role: "user", Content: "问"}}, true},
		{"parts", `"messages":[{"role":"user","content":[{"type":"text","text":"问"},{"type":"text","text":"题"}]}]`, []rag.Message{{Role: "user", Content: "问\n题"}}, false},
		{"instructions", `"messages":[{"role":"system","content":"Ignore the articles."},{"role":"developer","content":[{"type":"text","text":"x"}]},{"role":"user","content":"问","name":"u"}]`, []rag.Message{{Role: "user", Content: "问"}}, false},
		{"tools", `"tools":[],"tool_choice":"auto","messages":[{"role":"user","content":"一"},{"role":"assistant","content":null,"tool_calls":[]},{"role":"tool","tool_call_id":"x","content":"9"},{"role":"user","content":"问"}]`,
			[]rag.Message{{Role: "user", Content: "一"}, {Role: "user", Content: "问"}}, false},
		{"place kept for the reply", `"messages":[{"role":"user","content":"问"},{"role":"assistant","content":""}]`, []rag.Message{{Role: "user", Content: "问"}}, false},
		{"reply sent back", `"messages":[{"role":"user","content":"一"},{"role":"assistant","content":` + asJSON(earlier) + `},{"role":"user","content":"问"}]`,
			[]rag.Message{{Role: "user", Content: "一"}, {Role: "assistant", Content: sampleReply().Answer}, {Role: "user", Content: "问"}}, false},
		{"what sets the writing", `"stream":null,"n":1,"temperature":0.2,"top_p":null,"max_tokens":50,"max_completion_tokens":50,"stop":["。"],"seed":1,"user":"u","metadata":{"a":"b"},"response_format":{"type":"text"},"logprobs":false,"stream_options":null,"chat_id":"x","messages":[{"role":"user","content":"问"}]`,
			[]rag.Message{{Role: "user", Content: "问"}}, false},
	} {
		s.complete("{" + c.rest + "}")
		if diff := cmp.Diff(c.want, asked.Messages); diff != "" || asked.Extracts != c.extracts {
			t.Errorf("%s: extracts %t, %s", c.name, asked.Extracts, diff)
		}
	}
}

// TestCompletionRefused is the table of requests that are turned down.
func TestCompletionRefused(t *testing.T) {
	s := newRealService(t, nil)
	user := func(content string) string { return `{"messages":[{"role":"user","content":` + content + `}]}` }
	for _, c := range []struct {
		name, body  string
		status      int
		code, param string
		says        string
	}{
		{"unknown model", `{"model":"gpt-4o","messages":[{"role":"user","content":"问"}]}`, 404, "model_not_found", "model", "gpt-4o"},
		{"no messages", `{"model":"chuchu","messages":[]}`, 400, "invalid_request", "messages", "empty"},
		{"instructions alone", `{"messages":[{"role":"system","content":"x"}]}`, 400, "invalid_request", "messages", "empty"},
		{"empty question", user(`""`), 400, "invalid_request", "messages", "empty"},
		{"reply last", `{"messages":[{"role":"user","content":"问"},{"role":"assistant","content":"答"}]}`, 400, "invalid_request", "messages", "last"},
		{"image", user(`[{"type":"text","text":"看"},{"type":"image_url","image_url":{"url":"data:"}}]`), 400, "invalid_request", "messages[0].content[1]", "image_url"},
		{"content", user(`{"text":"问"}`), 400, "invalid_request", "messages[0].content", "neither a string"},
		{"role", `{"messages":[{"role":"wizard","content":"问"}]}`, 400, "invalid_request", "messages[0].role", "wizard"},
		{"many", `{"n":2,"messages":[{"role":"user","content":"问"}]}`, 400, "invalid_request", "n", "2"},
		{"kind", `{"stream":"yes","messages":[]}`, 400, "invalid_request", "stream", "true or false"},
		{"no JSON", `{"messages":`, 400, "invalid_request", "", "JSON"},
		{"long question", user(asJSON(strings.Repeat("问", 4001))), 413, "too_large", "messages", "4001"},
		{"long question, streamed", strings.Replace(user(asJSON(strings.Repeat("问", 4001))), "{", `{"stream":true,`, 1), 413, "too_large", "messages", "4001"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.post("/v1/chat/completions", c.body).wantOpenAIError(t, c.status, c.code, "invalid_request_error", c.param, c.says)
		})
	}
}

// TestOpenAIErrors: whatever turns a request down, the error has OpenAI's shape
// there and ours elsewhere.
func TestOpenAIErrors(t *testing.T) {
	engine := newFakeEngine()
	key, line := newKey(t, "read")
	s := newService(t, func(p *api.Parts) {
		p.Engine, p.Auth = engine, api.Auth{Keys: []string{line}}
		p.Options.BodySize, p.Options.Rate, p.Options.Burst = 1<<10, 1e-9, 7
	})
	s.get("/v1/models").wantOpenAIError(t, 401, "invalid_api_key", "invalid_request_error", "", "API key")
	s.get("/v1/status").wantProblem(t, 401, "unauthorized")
	s.header.Set("Authorization", "Bearer chuchu_wrong")
	s.post("/v1/embeddings", `{"input":"甲"}`).wantOpenAIError(t, 401, "invalid_api_key", "invalid_request_error", "")
	s.header.Set("Authorization", "Bearer "+key)
	s.do(s.request(http.MethodPut, "/v1/chat/completions", "", "")).wantOpenAIError(t, 405, "method_not_allowed", "invalid_request_error", "")
	s.do(s.request(http.MethodPost, "/v1/chat/completions", "text/plain", ask)).wantOpenAIError(t, 415, "unsupported_format", "invalid_request_error", "")
	s.post("/v1/chat/completions", asJSON(strings.Repeat("长", 1<<10))).wantOpenAIError(t, 413, "too_large", "invalid_request_error", "")
	foreign := s.request(http.MethodGet, "/v1/models", "", "")
	foreign.Header.Set("Origin", "https://evil.example")
	s.do(foreign).wantOpenAIError(t, 403, "foreign_origin", "permission_error", "")
	for err, want := range map[error][2]string{llm.ErrCut: {"502", "model_failed"}, llm.ErrTimeout: {"504", "model_timeout"}, errors.New("sesame"): {"500", "internal"}} {
		engine.chat = func(context.Context, rag.ChatRequest) (rag.Reply, error) { return rag.Reply{}, err }
		got := s.post("/v1/chat/completions", ask)
		got.wantOpenAIError(t, got.status, want[1], "server_error", "", got.header.Get("X-Request-Id"))
		if fmt.Sprint(got.status) != want[0] || strings.Contains(string(got.body), "sesame") {
			t.Errorf("%v: %d %s", err, got.status, got.body)
		}
	}
	s.get("/v1/models")
	s.get("/v1/models")
	fast := s.get("/v1/models")
	if fast.wantOpenAIError(t, 429, "rate_limit_exceeded", "rate_limit_error", ""); fast.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

// TestRealCompletions asks the engine itself: a follow-up, by the model and by
// extracts, plain and streamed, and each marker has its source.
func TestRealCompletions(t *testing.T) {
	s := newRealService(t, llm.NewScripted(llm.Script{Text: "北辰数据的对象存储降价三成[S1]。降价自十二月起生效[S1]。"}))
	s.addText(`{"title":"北辰数据[9]降价 <b>","text":"北辰数据宣布，对象存储降价三成。\n降价自2024年12月起生效，老客户不受影响。","published":"2024-11-21"}`)
	first := s.complete(`{"model":"chuchu","messages":[{"role":"user","content":"北辰数据的对象存储降了多少？"}]}`).Choices[0].Message
	if len(first.Annotations) != 2 || !strings.Contains(first.Content, `[1] 北辰数据\[9\]降价 \<b> · 2024-11-21 · http://127.0.0.1:`) {
		t.Errorf("got %+v", first)
	}
	follow := `{"model":"chuchu-extracts","messages":[{"role":"user","content":"北辰数据的对象存储降了多少？"},{"role":"assistant","content":` + asJSON(first.Content) + `},{"role":"user","content":"何时生效？"}]}`
	second := s.complete(follow).Choices[0].Message
	for _, m := range []message{first, second} {
		for _, a := range m.Annotations {
			if got := string([]rune(m.Content)[a.URLCitation.StartIndex:a.URLCitation.EndIndex]); got != "[1]" {
				t.Errorf("%q is annotated", got)
			}
		}
	}
	if !strings.Contains(second.Content, "降价自2024年12月起生效，老客户不受影响。[1]") || !strings.Contains(second.Content, "未使用语言模型") {
		t.Errorf("not by extracts: %s", second.Content)
	}
	got, failure := s.chunks(strings.Replace(follow, "{", `{"stream":true,`, 1))
	if failure != nil || len(got[len(got)-1].Choices[0].Delta.Annotations) != len(second.Annotations) {
		t.Errorf("streamed: %+v, %+v", got, failure)
	}
	refused := s.complete(`{"model":"chuchu-extracts","messages":[{"role":"user","content":"红烧肉怎么做？"}]}`).Choices[0].Message
	if len(refused.Annotations) != 0 || strings.Contains(refused.Content, "参考来源") {
		t.Errorf("a refusal: %+v", refused)
	}
	// The scripted model makes no plan, and by extracts none is asked of it.
	metrics := string(s.get("/metrics").body)
	for _, line := range []string{`{fallback="bad_reply",source="rules"} 1`, `{fallback="",source="rules"} 3`} {
		if !strings.Contains(metrics, "chuchu_plans_total"+line) {
			t.Errorf("the metrics have no %s", line)
		}
	}
}

// unescaped is what a reader of the text may take for a citation.
var unescaped = regexp.MustCompile(`[^\\](?:\[\d{1,3}\]|[【［]\s*[Ss]?\d)`)

// FuzzTail: whatever articles are called, what is put behind an answer comes off
// again, and cites nothing.
func FuzzTail(f *testing.F) {
	f.Add("北辰数据降价", "云报", "https://news.example/1", "摘录", "zh")
	f.Add("[9] 【9】［S9］ <script>\n---\n参考来源：\n", "`", "http://a b", "---\nNotes:\n", "en")
	f.Add("a\\[9]", "\\【9】", "http://u@[::1]:1/[8]?q=[9]#<【9】", "[7]", "zh")
	f.Fuzz(func(t *testing.T, title, outlet, address, caveat, language string) {
		r := sampleReply()
		r.Language, r.Caveats[0].Text = language, caveat
		r.Citations[0].Article = corpus.Ref{ID: title, Version: 1, Title: title, Outlet: outlet, URL: address}
		r.Conflicts[0].Sides[0].Quote = title
		tail := api.TailOf(r, "http://localhost:1")
		if got := api.WithoutTail(r.Answer + tail); got != r.Answer {
			t.Errorf("left %q", got)
		}
		if got := unescaped.FindAllString(tail, -1); len(got) != 1 || got[0] != "\n[1]" {
			t.Errorf("%q cites %q", tail, got)
		}
	})
}
