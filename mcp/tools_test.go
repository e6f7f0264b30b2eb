package mcp_test

import (
	"slices"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"chuchu/corpus"
	"chuchu/rag"
)

// An article of a result, as a client reads it.
type articleRef struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Title   string `json:"title"`
}

func TestTools(t *testing.T) {
	c := connect(t, newHeld(t).parts(), nil)
	list, err := c.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
		if tool.InputSchema == nil || tool.OutputSchema == nil || !strings.Contains(tool.Description, "never instructions") {
			t.Errorf("%s is not described whole", tool.Name)
		}
		if tool.Annotations.ReadOnlyHint == (tool.Name == "brief") {
			t.Errorf("%s: read only is %v", tool.Name, tool.Annotations.ReadOnlyHint)
		}
	}
	slices.Sort(names)
	if want := []string{"ask", "brief", "check", "get_article", "search"}; !slices.Equal(names, want) {
		t.Errorf("tools %v, want %v", names, want)
	}
	if got := c.InitializeResult(); got.ServerInfo.Name != "chuchu" || !strings.Contains(got.Instructions, "never an instruction") {
		t.Errorf("introduced as %+v", got)
	}
}

// TestOutputsAreAsDescribed lets the SDK's schemas judge results of every tool, with all
// that may be null being so: an undated article, no window, no refusal.
func TestOutputsAreAsDescribed(t *testing.T) {
	h := newHeld(t, append(others(), prices())...)
	c := connect(t, h.parts(), nil)
	list, err := c.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	schemas := map[string]*sdk.Tool{}
	for _, tool := range list.Tools {
		schemas[tool.Name] = tool
	}
	all, err := h.List(t.Context(), corpus.ListQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []struct {
		tool      string
		arguments map[string]any
	}{
		{"search", map[string]any{"query": "松涛科技 陆明远"}},
		{"search", map[string]any{"query": "2024年11月 对象存储降价"}},
		{"ask", map[string]any{"question": "北辰数据的对象存储降了多少？"}},
		{"ask", map[string]any{"question": "How do I bake sourdough bread?"}},
		{"check", map[string]any{"text": "北辰数据的对象存储降价五成。松涛科技宣布，陆明远接任首席执行官。"}},
		{"brief", map[string]any{"topic": "北辰数据", "length": "short"}},
		{"get_article", map[string]any{"id": all.Articles[0].ID}},
	} {
		result := c.try(e.tool, e.arguments)
		if result.IsError {
			t.Errorf("%s: %s", e.tool, textOf(result))
			continue
		}
		checkSchema(t, e.tool, schemas[e.tool].OutputSchema, result.StructuredContent)
	}
}

func TestSearch(t *testing.T) {
	c := connect(t, newHeld(t, append(others(), prices())...).parts(), nil)
	var out struct {
		Results []struct {
			Number     int
			Article    articleRef
			Start, End int
			Text       string
		}
	}
	text := c.call("search", map[string]any{"query": "对象存储降价", "published_to": "2024-12-31", "limit": 5}, &out)
	if len(out.Results) != 1 || out.Results[0].Article.Title != "北辰数据降价" {
		t.Fatalf("found %+v", out.Results)
	}
	r := out.Results[0]
	if !sameRunes(prices().Text, r.Start, r.End, r.Text) {
		t.Errorf("%d-%d is not %q", r.Start, r.End, r.Text)
	}
	for _, want := range []string{"[1] 北辰数据降价 · 云报 · 2024-11-21", r.Article.ID, "https://news.example/1", "> 😀𠮷北辰数据宣布"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q: %s", want, text)
		}
	}
	if text := c.call("search", map[string]any{"query": "对象存储降价", "outlets": []string{"无此报"}}, &out); !strings.Contains(text, "没有找到") {
		t.Errorf("nothing found reads %q", text)
	}
}

func TestAsk(t *testing.T) {
	h := newHeld(t, append(others(), prices())...)
	c := connect(t, h.parts(), nil)
	var out struct {
		ID, Status, Mode, Answer string
		Sentences                []rag.Sentence
		Citations                []rag.Citation
		Refusal                  *rag.Refusal
	}
	text := c.call("ask", map[string]any{"question": "北辰数据的对象存储降了多少？"}, &out)
	if out.Status != "answered" || out.Mode != "extracts" || len(out.Sentences) == 0 || len(out.Citations) == 0 {
		t.Fatalf("%+v", out)
	}
	for _, citation := range out.Citations {
		a, err := h.Article(t.Context(), citation.Article.ID, citation.Article.Version)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range citation.Spans {
			if !sameRunes(a.Text, s.Start, s.End, *s.Quote) {
				t.Errorf("%d-%d of %s is not %q", s.Start, s.End, a.ID, *s.Quote)
			}
			if !strings.Contains(text, "> "+strings.ReplaceAll(*s.Quote, "\n", "\n> ")) {
				t.Errorf("the text does not quote %q: %s", *s.Quote, text)
			}
		}
	}
	if !strings.HasPrefix(text, out.Answer) || !strings.Contains(text, out.ID) {
		t.Errorf("the text is %s", text)
	}
	first := out.ID
	c.call("ask", map[string]any{"question": "从什么时候起？", "previous_id": first}, &out)
	stored, err := h.Stored(t.Context(), out.ID)
	if err != nil || stored.PreviousID != first {
		t.Errorf("the follow-up is kept as %+v, %v", stored.PreviousID, err)
	}
	text = c.call("ask", map[string]any{"question": "How do I bake sourdough bread?"}, &out)
	if out.Status != "refused" || out.Refusal == nil || !strings.Contains(text, "does not answer") {
		t.Errorf("off topic: %s, %s", out.Status, text)
	}
}

func TestCheck(t *testing.T) {
	c := connect(t, newHeld(t, append(others(), prices())...).parts(), nil)
	var out rag.CheckReply
	text := c.call("check", map[string]any{"text": "北辰数据在南屏开出新机房，投资2.8亿元。松涛科技宣布，陆明远接任首席执行官。"}, &out)
	if len(out.Sentences) != 2 || out.Sentences[0].Verdict != "contradicted" || out.Sentences[1].Verdict != "quoted" {
		t.Errorf("%+v", out.Sentences)
	}
	for _, want := range []string{"2个论断", "contradicted", "“2.8亿元”，原文为“2.4亿元”", "> 北辰数据在南屏开出新机房，投资2.4亿元。", "[1] "} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q: %s", want, text)
		}
	}
}

func TestGetArticle(t *testing.T) {
	h := newHeld(t)
	old := h.put(prices())[0]
	changed := prices()
	changed.Text = strings.Repeat("北辰数据把对象存储的价格又降了一成。\n", 2000)
	h.put(changed)
	c := connect(t, h.parts(), nil)
	type part struct {
		Article            articleRef
		Length, Start, End int
		Next               *int
		Text               string
		URI                string
	}
	var out part
	text := c.call("get_article", map[string]any{"id": old.ID, "version": 1, "start": 1, "end": 6}, &out)
	if out.Text != "𠮷北辰数据" || out.Next == nil || *out.Next != 6 || out.Length != len([]rune(prices().Text)) || out.Article.Version != 1 {
		t.Errorf("a part: %+v", out)
	}
	if out.URI != "chuchu://articles/"+old.ID+"?version=1" || !strings.HasSuffix(text, "\n\n"+out.Text) {
		t.Errorf("%s, %q", out.URI, text)
	}
	read := ""
	for start := 0; ; start = *out.Next {
		out = part{}
		c.call("get_article", map[string]any{"id": old.ID, "start": start}, &out)
		if read += out.Text; out.Next == nil {
			break
		}
		if out.End-out.Start != 20_000 {
			t.Fatalf("a part of %d characters", out.End-out.Start)
		}
	}
	if a, err := h.Article(t.Context(), old.ID, 0); err != nil || read != a.Text || out.Article.Version != 2 {
		t.Errorf("the parts of version %d are not the text, %v", out.Article.Version, err)
	}
}

func TestEmptyArticleParts(t *testing.T) {
	h := newHeld(t)
	id := h.put(prices())[0].ID
	gone := h.put(others()[0])[0].ID
	if err := h.record.Delete(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	c := connect(t, h.parts(), nil)
	for _, e := range []struct {
		arguments map[string]any
		want      string
	}{
		{map[string]any{}, "id: it is empty"},
		{map[string]any{"id": "a_none"}, `no article "a_none"`},
		{map[string]any{"id": id, "version": 7}, "no such version"},
		{map[string]any{"id": id, "version": -1}, "count from 1"},
		{map[string]any{"id": gone}, "was deleted"},
		{map[string]any{"id": id, "start": 9, "end": 9}, "end: 9 is not behind start, 9"},
		{map[string]any{"id": id, "start": 1000}, "there are none behind 1000"},
		{map[string]any{"id": id, "start": -1}, "count from 0"},
	} {
		c.wantError("get_article", e.arguments, e.want)
	}
}
