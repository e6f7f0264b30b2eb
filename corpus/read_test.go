package corpus_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
)

func TestUnknownIDs(t *testing.T) {
	r := open(t, t.TempDir())
	ctx := t.Context()
	put(t, r, entry("a", "文。"))
	_, article := r.Article(ctx, "b")
	_, version := r.ArticleVersion(ctx, "a", 2)
	_, versions := r.Versions(ctx, "b")
	_, passages := r.Passages(ctx, "b")
	_, text := r.Text(ctx, "b", 0, 0, 1)
	_, textOf := r.Text(ctx, "a", 7, 0, 1)
	for name, err := range map[string]error{
		"Article": article, "ArticleVersion": version, "Versions": versions, "Passages": passages, "Text": text, "Text of a version": textOf,
	} {
		if !errors.Is(err, corpus.ErrNotFound) {
			t.Errorf("%s: error %v, want ErrNotFound", name, err)
		}
	}
}

func TestText(t *testing.T) {
	r := open(t, t.TempDir())
	put(t, r, entry("a", "甲a𠀀\n乙。"))
	for _, c := range []struct {
		start, end int
		want       string
	}{
		{0, 6, "甲a𠀀\n乙。"}, {0, 1, "甲"}, {1, 3, "a𠀀"}, {2, 5, "𠀀\n乙"}, {5, 6, "。"},
		{-5, 2, "甲a"}, {4, 100, "乙。"}, {3, 3, ""}, {4, 2, ""}, {6, 9, ""}, {-2, -1, ""}, {100, 200, ""},
	} {
		got, err := r.Text(t.Context(), "a", 0, c.start, c.end)
		if err != nil || got != c.want {
			t.Errorf("[%d,%d) is %q, want %q, error %v", c.start, c.end, got, c.want, err)
		}
	}
}

func TestRefs(t *testing.T) {
	r := open(t, t.TempDir())
	e := entry("a", "文。")
	e.Article.URL, e.Article.Outlet, e.Article.Published = "https://a.example", "报", "2024-11"
	put(t, r, e)
	put(t, r, entry("gone", "文。"))
	put(t, r, entry("b", "文。"))
	put(t, r, entry("b", "改。"))
	remove(t, r, "gone")
	got, err := r.Refs(t.Context(), []string{"b", "a", "nowhere", "gone", "a"})
	want := map[string]corpus.Ref{
		"a": {ID: "a", Version: 1, Title: "题目a", URL: "https://a.example", Outlet: "报", Published: "2024-11", Precision: corpus.Month},
		"b": {ID: "b", Version: 2, Title: "题目b", Precision: corpus.Unknown},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err := r.Refs(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("no ids: %v, error %v", got, err)
	}
}

func TestPassagesByID(t *testing.T) {
	r := open(t, t.TempDir())
	put(t, r, entry("a.b", "一。\n二。"))
	put(t, r, entry("c", "三。"))
	ids := []string{"c.1.0", "a.b.1.1", "c.1.0", "a.b.1.0"}
	got, err := r.PassagesByID(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, p := range got {
		found = append(found, p.ID)
	}
	if diff := cmp.Diff(ids, found); diff != "" {
		t.Error(diff)
	}
	for _, id := range []string{"", ".", "..", "c", "c.1", "c.1.1", "c.2.0", "c.1.0.", "c.1.-1", "c.01.0", "c.+1.0", "c.1.0 ", "C.1.0", "c.x.0", "c.1.99999999999999999999"} {
		if got, err := r.PassagesByID(t.Context(), []string{id}); err != nil || len(got) != 0 {
			t.Errorf("%q gives %v, error %v", id, got, err)
		}
	}
}

func TestAll(t *testing.T) {
	r := open(t, t.TempDir())
	for _, id := range []string{"c", "a", "b", "gone"} {
		e := entry(id, "文"+id+"。")
		e.Article.Tags = []string{"x", id}
		put(t, r, e)
	}
	put(t, r, entry("b", "新版。"))
	remove(t, r, "gone")
	var got []string
	for a, err := range r.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		want, err := r.Article(t.Context(), a.ID)
		if diff := cmp.Diff(want, a); diff != "" || err != nil {
			t.Error(diff, err)
		}
		got = append(got, a.ID)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, got); diff != "" {
		t.Error(diff)
	}
	for range r.All(t.Context()) {
		break
	}
	put(t, r, entry("later", "文。")) // nothing is held
}

// TestPassagesAreTheText puts random texts with random passages and reads them
// back: a passage is text[start:end] in code points, and all of it is there.
func TestPassagesAreTheText(t *testing.T) {
	r := open(t, t.TempDir())
	random := rand.New(rand.NewPCG(9, 10))
	alphabet := []rune("云a𠀀\n，。é'\"%_\\\u3000😀")
	for n := range 60 {
		runes := make([]rune, 1+random.IntN(200))
		for i := range runes {
			runes[i] = alphabet[random.IntN(len(alphabet))]
		}
		e := corpus.Entry{Article: corpus.Article{ID: fmt.Sprint("a", n%20), Text: string(runes)}}
		for start := 0; start < len(runes); {
			end := min(start+1+random.IntN(40), len(runes))
			e.Passages = append(e.Passages, corpus.Passage{Ordinal: len(e.Passages), Start: start, End: end})
			start = end
			if end < len(runes) {
				start = max(end-random.IntN(5), e.Passages[len(e.Passages)-1].Start+1)
			}
		}
		put(t, r, e)
		a, err := r.Article(t.Context(), e.Article.ID)
		if err != nil || a.Text != string(runes) {
			t.Fatalf("%q came back as %q, error %v", string(runes), a.Text, err)
		}
		passages, err := r.Passages(t.Context(), a.ID)
		if err != nil || len(passages) != len(e.Passages) {
			t.Fatalf("%d passages, want %d, error %v", len(passages), len(e.Passages), err)
		}
		for i, p := range passages {
			text, err := r.Text(t.Context(), a.ID, a.Version, p.Start, p.End)
			if want := string(runes[p.Start:p.End]); err != nil || text != want || p.Text != want || p.Ordinal != i {
				t.Errorf("passage %+v: Text gives %q, want %q, error %v", p, text, want, err)
			}
			if p.ID != corpus.PassageID(a.ID, a.Version, i) {
				t.Errorf("passage %d has the id %q", i, p.ID)
			}
		}
	}
}

// TestLongText takes a text of the greatest length through the record.
func TestLongText(t *testing.T) {
	r := open(t, t.TempDir())
	text := strings.Repeat("云计算的一行。\n", 250_000)
	put(t, r, corpus.Entry{Article: corpus.Article{ID: "a", Text: text}})
	a, err := r.Article(t.Context(), "a")
	if err != nil || a.Text != text {
		t.Errorf("%d bytes came back, want %d, error %v", len(a.Text), len(text), err)
	}
	n := utf8.RuneCountInString(text)
	if got, err := r.Text(t.Context(), "a", 1, n-2, n); err != nil || got != "。\n" {
		t.Errorf("its end is %q, error %v", got, err)
	}
}
