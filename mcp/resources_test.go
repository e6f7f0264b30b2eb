package mcp_test

import (
	"fmt"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"chuchu/corpus"
)

func TestListResources(t *testing.T) {
	h := newHeld(t)
	const n = 230
	var articles []corpus.Article
	for i := range n {
		articles = append(articles, corpus.Article{
			Title: fmt.Sprintf("第%d篇", i), URL: fmt.Sprintf("https://news.example/%d", i), Outlet: "云报", Published: "2024-11",
			Language: "zh", Text: fmt.Sprintf("第%d篇说的是第%d件事。", i, i*i),
		})
	}
	h.put(articles...)
	c := connect(t, h.parts(), nil)
	seen, pages, cursor := map[string]bool{}, 0, ""
	for {
		list, err := c.ListResources(t.Context(), &sdk.ListResourcesParams{Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list.Resources {
			seen[r.URI] = true
			if r.Title == "" || r.Description != "云报 · 2024-11" || r.MIMEType != "text/plain" {
				t.Fatalf("listed as %+v", r)
			}
		}
		pages++
		if cursor = list.NextCursor; cursor == "" {
			break
		}
	}
	if len(seen) != n || pages != 3 {
		t.Errorf("%d resources on %d pages", len(seen), pages)
	}
	if _, err := c.ListResources(t.Context(), &sdk.ListResourcesParams{Cursor: "no cursor"}); err == nil {
		t.Error("a cursor that no list gave out was taken")
	}
	templates, err := c.ListResourceTemplates(t.Context(), nil)
	if err != nil || len(templates.ResourceTemplates) != 1 || templates.ResourceTemplates[0].URITemplate != "chuchu://articles/{id}{?version}" {
		t.Errorf("templates %+v, %v", templates, err)
	}
}

func TestReadResource(t *testing.T) {
	h := newHeld(t)
	id := h.put(prices())[0].ID
	changed := prices()
	changed.Text = "北辰数据更正：降价一成。"
	h.put(changed)
	gone := h.put(others()[0])[0].ID
	if err := h.record.Delete(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	c := connect(t, h.parts(), nil)
	for uri, want := range map[string]string{
		"chuchu://articles/" + id:                prices().Text,
		"chuchu://articles/" + id + "?version=1": prices().Text,
		"chuchu://articles/" + id + "?version=2": changed.Text,
	} {
		if uri == "chuchu://articles/"+id {
			want = changed.Text
		}
		got, err := c.ReadResource(t.Context(), &sdk.ReadResourceParams{URI: uri})
		if err != nil || len(got.Contents) != 1 || got.Contents[0].Text != want || got.Contents[0].URI != uri {
			t.Errorf("%s: %+v, %v", uri, got, err)
		}
	}
	for _, uri := range []string{
		"chuchu://articles/a_none", "chuchu://articles/" + id + "?version=3", "chuchu://articles/" + id + "?version=x", "chuchu://articles/" + gone,
		"chuchu://articles/../lock", "chuchu://other/" + id, "file:///etc/passwd", "chuchu://articles/",
	} {
		if got, err := c.ReadResource(t.Context(), &sdk.ReadResourceParams{URI: uri}); err == nil {
			t.Errorf("%s is read: %+v", uri, got.Contents[0])
		}
	}
}
