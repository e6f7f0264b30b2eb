package corpus_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
)

// dated puts articles by id with their dates.
func dated(t *testing.T, r *corpus.Record, dates map[string]corpus.Date) {
	t.Helper()
	for id, date := range dates {
		e := entry(id, "文。")
		e.Article.Published = date
		put(t, r, e)
	}
}

func list(t *testing.T, r *corpus.Record, q corpus.ListQuery) corpus.List {
	t.Helper()
	l, err := r.Articles(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func idsOf(refs []corpus.Ref) (ids []string) {
	for _, ref := range refs {
		ids = append(ids, ref.ID)
	}
	return ids
}

func TestArticlesInOrder(t *testing.T) {
	r := open(t, t.TempDir())
	dated(t, r, map[string]corpus.Date{
		"day21b": "2024-11-21", "day21a": "2024-11-21", "day1": "2024-11-01", "month": "2024-11", "earlier": "2024-10-31",
		"year": "2024", "before": "2023-12-31", "undated": "", "gone": "2024-11-05",
	})
	remove(t, r, "gone")
	got := list(t, r, corpus.ListQuery{})
	want := []string{"day21a", "day21b", "day1", "month", "earlier", "year", "before", "undated"}
	if diff := cmp.Diff(want, idsOf(got.Articles)); diff != "" {
		t.Error(diff)
	}
	months := map[string]int{"2024-11": 4, "2024-10": 1, "2023-12": 1}
	if diff := cmp.Diff(months, got.Months); diff != "" || got.Total != len(want) || got.Next != "" {
		t.Errorf("%stotal %d, next %q", diff, got.Total, got.Next)
	}
}

// TestArticlesByPages pages through, while articles come and go on pages that were
// shown already.
func TestArticlesByPages(t *testing.T) {
	r := open(t, t.TempDir())
	dates := map[string]corpus.Date{}
	for i := range 25 {
		dates[fmt.Sprintf("%02d", i)] = []corpus.Date{"2024-11-21", "2024-11", "2024", ""}[i/7]
	}
	dated(t, r, dates)
	var got []string
	q := corpus.ListQuery{Limit: 4}
	for pages := 0; pages < 10; pages++ {
		page := list(t, r, q)
		got = append(got, idsOf(page.Articles)...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
		if len(page.Articles) != 4 {
			t.Errorf("page %d has %d articles", pages, len(page.Articles))
		}
		dated(t, r, map[string]corpus.Date{fmt.Sprint("new", pages): "2025-01-01"})
	}
	var want []string
	for i := range 25 {
		want = append(want, fmt.Sprintf("%02d", i))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestArticlesLimits(t *testing.T) {
	r := open(t, t.TempDir())
	var entries []corpus.Entry
	for i := range 1100 {
		entries = append(entries, corpus.Entry{Article: corpus.Article{ID: fmt.Sprintf("%04d", i), Text: "文。"}})
	}
	if _, err := r.PutAll(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]int{0: 50, -1: 50, 1: 1, 1000: 1000, 5000: 1000} {
		if got := list(t, r, corpus.ListQuery{Limit: limit}); len(got.Articles) != want || got.Total != 1100 || got.Next == "" {
			t.Errorf("limit %d gives %d of %d, next %q", limit, len(got.Articles), got.Total, got.Next)
		}
	}
}

func TestCursorOfNoList(t *testing.T) {
	r := open(t, t.TempDir())
	for _, cursor := range []string{"x", "W10", "WyJhIl0", "WzEsMl0", "eyJhIjoxfQ", "中文"} {
		if _, err := r.Articles(t.Context(), corpus.ListQuery{Cursor: cursor}); !errors.Is(err, corpus.ErrCursor) {
			t.Errorf("articles after %q: error %v", cursor, err)
		}
		if _, _, _, err := r.Answers(t.Context(), 0, cursor); !errors.Is(err, corpus.ErrCursor) {
			t.Errorf("answers after %q: error %v", cursor, err)
		}
	}
	// A cursor of the articles is none of the answers.
	dated(t, r, map[string]corpus.Date{"a": "2024", "b": "2023"})
	next := list(t, r, corpus.ListQuery{Limit: 1}).Next
	if _, _, _, err := r.Answers(t.Context(), 0, next+"x"); !errors.Is(err, corpus.ErrCursor) {
		t.Errorf("error %v", err)
	}
}

func TestArticlesFiltered(t *testing.T) {
	r := open(t, t.TempDir())
	for _, a := range []corpus.Article{
		{ID: "day", Title: "阿里云涨价 50%", Published: "2024-03-15", Outlet: "甲报", Tags: []string{"云", "快讯"}},
		{ID: "month", Title: "Cloud_价格", Published: "2024-03", Outlet: "乙报", Tags: []string{"云"}},
		{ID: "undated", Title: `反斜\杠`, Outlet: "丙报", Tags: []string{"快讯"}},
		{ID: "year", Title: "年报", Published: "2024", Outlet: "甲报"},
	} {
		a.Text = "文。"
		put(t, r, corpus.Entry{Article: a})
	}
	for _, c := range []struct {
		name string
		q    corpus.ListQuery
		want []string
	}{
		{"all", corpus.ListQuery{}, []string{"day", "month", "year", "undated"}},
		{"from the day", corpus.ListQuery{Filter: corpus.Filter{PublishedFrom: "2024-03-15"}}, []string{"day", "month", "year"}},
		{"from the next day", corpus.ListQuery{Filter: corpus.Filter{PublishedFrom: "2024-03-16"}}, []string{"month", "year"}},
		{"from the next month", corpus.ListQuery{Filter: corpus.Filter{PublishedFrom: "2024-04-01"}}, []string{"year"}},
		{"from the next year", corpus.ListQuery{Filter: corpus.Filter{PublishedFrom: "2025-01-01"}}, nil},
		{"to the day", corpus.ListQuery{Filter: corpus.Filter{PublishedTo: "2024-03-15"}}, []string{"day", "month", "year"}},
		{"to the day before", corpus.ListQuery{Filter: corpus.Filter{PublishedTo: "2024-03-14"}}, []string{"month", "year"}},
		{"to the month before", corpus.ListQuery{Filter: corpus.Filter{PublishedTo: "2024-02-29"}}, []string{"year"}},
		{"to the year before", corpus.ListQuery{Filter: corpus.Filter{PublishedTo: "2023-12-31"}}, nil},
		{"another day of the month", corpus.ListQuery{Filter: corpus.Filter{PublishedFrom: "2024-03-01", PublishedTo: "2024-03-01"}}, []string{"month", "year"}},
		{"outlets", corpus.ListQuery{Filter: corpus.Filter{Outlets: []string{"甲报", "丙报"}}}, []string{"day", "year", "undated"}},
		{"tags", corpus.ListQuery{Filter: corpus.Filter{Tags: []string{"云", "无"}}}, []string{"day", "month"}},
		{"ids", corpus.ListQuery{Filter: corpus.Filter{ArticleIDs: []string{"year", "nowhere"}}}, []string{"year"}},
		{"together", corpus.ListQuery{Filter: corpus.Filter{Tags: []string{"快讯"}, Outlets: []string{"甲报"}}, Text: "云"}, []string{"day"}},
		{"title", corpus.ListQuery{Text: "云"}, []string{"day"}},
		{"title in another case", corpus.ListQuery{Text: "cLOUD"}, []string{"month"}},
		{"percent is no wildcard", corpus.ListQuery{Text: "5%"}, nil},
		{"percent", corpus.ListQuery{Text: "50%"}, []string{"day"}},
		{"underscore", corpus.ListQuery{Text: "_"}, []string{"month"}},
		{"backslash", corpus.ListQuery{Text: `\`}, []string{"undated"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := list(t, r, c.q)
			if diff := cmp.Diff(c.want, idsOf(got.Articles)); diff != "" || got.Total != len(c.want) {
				t.Errorf("%stotal %d", diff, got.Total)
			}
			c.q.Limit = 1
			var paged []string
			for {
				page := list(t, r, c.q)
				paged = append(paged, idsOf(page.Articles)...)
				if c.q.Cursor = page.Next; c.q.Cursor == "" {
					break
				}
			}
			if diff := cmp.Diff(c.want, paged); diff != "" {
				t.Error("page by page:", diff)
			}
		})
	}
}

func TestFilterEmpty(t *testing.T) {
	if !(corpus.Filter{}).Empty() || !(corpus.Filter{Tags: []string{}}).Empty() {
		t.Error("an empty filter is not empty")
	}
	for _, f := range []corpus.Filter{{PublishedFrom: "2024-01-01"}, {PublishedTo: "2024-01-01"}, {Outlets: []string{"报"}}, {ArticleIDs: []string{"a"}}, {Tags: []string{"云"}}} {
		if f.Empty() {
			t.Errorf("%+v is empty", f)
		}
	}
}
