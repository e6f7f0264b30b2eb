package corpus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
)

func TestPutAgain(t *testing.T) {
	first := entry("a", "甲云发布了新品。\n乙云没有。")
	first.Article.Tags = []string{"云", "快讯"}
	first.Article.Published = "2024-11"
	edit := func(f func(*corpus.Entry)) corpus.Entry {
		e := first
		f(&e)
		return e
	}
	for _, c := range []struct {
		name    string
		again   corpus.Entry
		status  corpus.Status
		version int
		change  int64
	}{
		{"the same", first, corpus.Unchanged, 1, 1},
		{"without passages", edit(func(e *corpus.Entry) { e.Passages, e.Vectors = nil, nil }), corpus.Unchanged, 1, 1},
		{"tags in another order", edit(func(e *corpus.Entry) { e.Article.Tags = []string{"快讯", "云", "云"} }), corpus.Unchanged, 1, 1},
		{"fetched later", edit(func(e *corpus.Entry) { e.Article.Fetched = time.Now() }), corpus.Unchanged, 1, 1},
		{"from another path", edit(func(e *corpus.Entry) { e.Article.Provenance = "./a.txt" }), corpus.Unchanged, 1, 1},
		{"title", edit(func(e *corpus.Entry) { e.Article.Title = "新题" }), corpus.Updated, 1, 2},
		{"url", edit(func(e *corpus.Entry) { e.Article.URL = "https://a.example" }), corpus.Updated, 1, 2},
		{"outlet", edit(func(e *corpus.Entry) { e.Article.Outlet = "报" }), corpus.Updated, 1, 2},
		{"author", edit(func(e *corpus.Entry) { e.Article.Author = "王" }), corpus.Updated, 1, 2},
		{"language", edit(func(e *corpus.Entry) { e.Article.Language = "en" }), corpus.Updated, 1, 2},
		{"date", edit(func(e *corpus.Entry) { e.Article.Published = "2024-11-21" }), corpus.Updated, 1, 2},
		{"fewer tags", edit(func(e *corpus.Entry) { e.Article.Tags = []string{"云"} }), corpus.Updated, 1, 2},
		{"no tags", edit(func(e *corpus.Entry) { e.Article.Tags = nil }), corpus.Updated, 1, 2},
		{"text", edit(func(e *corpus.Entry) { *e = entry("a", "另一篇。") }), corpus.Updated, 2, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := open(t, t.TempDir())
			put(t, r, first)
			before, err := r.Status(t.Context(), c.again.Article)
			if err != nil || before != c.status {
				t.Errorf("Status says %s, want %s, error %v", before, c.status, err)
			}
			status, ref := put(t, r, c.again)
			if status != c.status || ref.Version != c.version {
				t.Errorf("%s, version %d; want %s, version %d", status, ref.Version, c.status, c.version)
			}
			if got := change(t, r); got != c.change {
				t.Errorf("change number %d, want %d", got, c.change)
			}
			if passages, err := r.Passages(t.Context(), "a"); err != nil || len(passages) == 0 {
				t.Errorf("passages %v, error %v", passages, err)
			}
			if again, _ := put(t, r, c.again); again != corpus.Unchanged {
				t.Errorf("a third time: %s", again)
			}
		})
	}
}

func TestPutFillsIn(t *testing.T) {
	r := open(t, t.TempDir())
	start := time.Now().Truncate(time.Millisecond)
	e := entry("a", "文。")
	e.Article.Tags = []string{"乙", "甲", "乙"}
	put(t, r, e)
	first, err := r.Article(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	want := corpus.Article{
		ID: "a", Version: 1, Title: "题目a", Text: "文。", Tags: []string{"乙", "甲"},
		Hash:    "5aa54a9386da6bb2ae04aa5ed55c3b2d9a2ac3beb56a7a0ab4e5c5e4a3eb1b0c",
		Fetched: first.Fetched, Updated: first.Fetched,
	}
	want.Hash = first.Hash
	if diff := cmp.Diff(want, first); diff != "" {
		t.Error(diff)
	}
	if first.Fetched.Before(start) || first.Fetched.After(time.Now()) {
		t.Errorf("fetched %v, not between %v and now", first.Fetched, start)
	}
	e.Article.Title = "新题"
	put(t, r, e)
	second, err := r.Article(t.Context(), "a")
	if err != nil || !second.Fetched.Equal(first.Fetched) || second.Updated.Before(first.Updated) {
		t.Errorf("fetched %v updated %v after %v, error %v", second.Fetched, second.Updated, first.Updated, err)
	}
}

func TestPutKeepsOldVersions(t *testing.T) {
	r := open(t, t.TempDir())
	ctx := t.Context()
	put(t, r, entry("a", "第一版。"))
	put(t, r, entry("a", "第二版。\n更长。"))
	old, err := r.ArticleVersion(ctx, "a", 1)
	if err != nil || old.Text != "第一版。" || old.Version != 1 {
		t.Errorf("version 1: %+v, error %v", old, err)
	}
	if text, err := r.Text(ctx, "a", 1, 0, 3); err != nil || text != "第一版" {
		t.Errorf("text of version 1: %q, error %v", text, err)
	}
	versions, err := r.Versions(ctx, "a")
	if err != nil || len(versions) != 2 || versions[0].Hash != old.Hash || versions[1].Version != 2 {
		t.Errorf("versions %+v, error %v", versions, err)
	}
	current, err := r.PassagesByID(ctx, []string{"a.1.0", "a.2.1", "a.2.0"})
	if err != nil || len(current) != 2 || current[0].Text != "更长。" || current[1].Text != "第二版。\n" {
		t.Errorf("current passages %+v, error %v", current, err)
	}
	if _, err := r.ArticleVersion(ctx, "a", 3); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("version 3: error %v", err)
	}
}

func TestPutRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*corpus.Entry)
		want string
	}{
		{"no id", func(e *corpus.Entry) { e.Article.ID = "" }, "no id"},
		{"broken text", func(e *corpus.Entry) { e.Article.Text = "文\xff" }, "UTF-8"},
		{"NUL", func(e *corpus.Entry) { e.Article.Text = "文\x00" }, "UTF-8"},
		{"date", func(e *corpus.Entry) { e.Article.Published = "2024-13" }, "2024-13"},
		{"vectors", func(e *corpus.Entry) { e.Vectors = [][]float32{{1}} }, "1 vectors for 2 passages"},
		{"past the end", func(e *corpus.Entry) { e.Passages[1].End++ }, "passage 1"},
		{"before the start", func(e *corpus.Entry) { e.Passages[0].Start = -1 }, "passage 0"},
		{"empty", func(e *corpus.Entry) { e.Passages[0].End = 0 }, "passage 0"},
		{"ordinal", func(e *corpus.Entry) { e.Passages[1].Ordinal = 0 }, "ordinal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := open(t, t.TempDir())
			bad := entry("bad", "一行。\n两行。")
			c.edit(&bad)
			_, err := r.PutAll(t.Context(), []corpus.Entry{entry("good", "文。"), bad})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one about %q", err, c.want)
			}
			if n := change(t, r); n != 0 {
				t.Errorf("%d articles of the batch were kept", n)
			}
		})
	}
}

func TestPutAllInOrder(t *testing.T) {
	r := open(t, t.TempDir())
	got, err := r.PutAll(t.Context(), []corpus.Entry{entry("a", "一。"), entry("b", "二。"), entry("a", "三。"), entry("b", "二。")})
	if err != nil {
		t.Fatal(err)
	}
	var brief []string
	for _, o := range got {
		brief = append(brief, fmt.Sprint(o.Status, " ", o.Ref.ID, " ", o.Ref.Version))
	}
	if diff := cmp.Diff([]string{"added a 1", "added b 1", "updated a 2", "unchanged b 1"}, brief); diff != "" {
		t.Error(diff)
	}
}

func TestPutCancelled(t *testing.T) {
	r := open(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := r.Put(ctx, entry("a", "文。")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	put(t, r, entry("b", "文。"))
}

func TestDelete(t *testing.T) {
	r := open(t, t.TempDir())
	ctx := t.Context()
	put(t, r, entry("a", "第一版。"))
	put(t, r, entry("a", "第二版。"))
	put(t, r, entry("b", "另一篇。"))
	remove(t, r, "a")
	_, article := r.Article(ctx, "a")
	_, version := r.ArticleVersion(ctx, "a", 1)
	_, versions := r.Versions(ctx, "a")
	_, passages := r.Passages(ctx, "a")
	_, text := r.Text(ctx, "a", 1, 0, 2)
	for name, err := range map[string]error{
		"Article": article, "ArticleVersion": version, "Versions": versions, "Passages": passages, "Text": text,
		"Delete": r.Delete(ctx, "a"), "Resplit": r.Resplit(ctx, "a", nil, nil),
	} {
		if !errors.Is(err, corpus.ErrGone) {
			t.Errorf("%s: error %v, want ErrGone", name, err)
		}
	}
	if list, err := r.PassagesByID(ctx, []string{"a.2.0", "b.1.0"}); err != nil || len(list) != 1 {
		t.Errorf("passages %v, error %v", list, err)
	}
	if err := r.Delete(ctx, "never"); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("an unknown id: error %v", err)
	}
	if n := change(t, r); n != 4 {
		t.Errorf("change number %d, want 4", n)
	}
	if status, ref := put(t, r, entry("a", "第二版。")); status != corpus.Added || ref.Version != 3 {
		t.Errorf("brought back as %s, version %d; want added, version 3", status, ref.Version)
	}
}

// TestDeleteLeavesNoTrace looks for what was deleted in the bytes of the files.
func TestDeleteLeavesNoTrace(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir)
	random := rand.New(rand.NewPCG(3, 4))
	const secret = "不可留下的话"
	for i := range 200 {
		text := strings.Repeat("某云的新闻。\n", random.IntN(80))
		if i%3 == 0 {
			text += strings.Repeat(secret+"，到此为止。\n", 1+random.IntN(80))
		}
		put(t, r, entry(fmt.Sprint(i), text+"完。"))
		if i%7 == 0 {
			put(t, r, entry(fmt.Sprint(i), text+"改。"))
		}
	}
	if !traced(t, dir, secret) {
		t.Fatal("the test does not see what is there")
	}
	for i := 0; i < 200; i += 3 {
		remove(t, r, fmt.Sprint(i))
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if traced(t, dir, secret) {
		t.Error("deleted text is still in the files")
	}
	r = open(t, dir)
	if c, err := r.Counts(t.Context()); err != nil || c.Articles != 133 {
		t.Errorf("%+v, error %v", c, err)
	}
}

// traced reports whether the bytes of s are in the record's files. It reads
// copies: closing a file of the database would give up this process's locks.
func traced(t *testing.T, dir, s string) bool {
	t.Helper()
	found := false
	files, err := filepath.Glob(filepath.Join(dir, corpus.File+"*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		copied := filepath.Join(t.TempDir(), "copied")
		if err := copyByProcess(t, file, copied); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(copied)
		if err != nil {
			t.Fatal(err)
		}
		found = found || bytes.Contains(b, []byte(s))
	}
	return found
}

func copyByProcess(t *testing.T, from, to string) error {
	t.Helper()
	return exec.CommandContext(t.Context(), "cp", from, to).Run()
}
