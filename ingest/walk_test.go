package ingest

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// tree writes files into a directory of the test's own.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// walked is what a walk yields, as "name title" or "name: reason".
func walked(t *testing.T, paths []string, meta Meta) []string {
	t.Helper()
	var got []string
	for s, err := range Walk(t.Context(), paths, meta) {
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		got = append(got, strings.TrimSpace(s.Name+" "+s.Meta.Title))
	}
	return got
}

func TestWalk(t *testing.T) {
	root := tree(t, map[string]string{
		"b.md": "文", "a/c.txt": "文", "a/d/e.html": "文", ".git/config": "x", ".hidden": "x",
		"b.md.meta.yaml": "title: 旁边的题", "a/c.meta.yaml": "title: 另一种", "a/gone.meta.yaml": "title: 没有", "a/d/bad.txt": "文", "a/d/bad.txt.meta.yaml": "titel: 错",
	})
	want := []string{
		"a/c.txt 另一种",
		`a/d/bad.txt: bad.txt.meta.yaml: line 1: unknown key "titel"; did you mean "title"?`,
		"a/d/e.html",
		"a/gone.meta.yaml: it is the metadata of a file that is not there",
		"b.md 旁边的题",
	}
	if diff := cmp.Diff(want, walked(t, []string{root}, Meta{})); diff != "" {
		t.Errorf("walk (-want +got):\n%s", diff)
	}
	missing := filepath.Join(root, "missing")
	got := walked(t, []string{filepath.Join(root, "a", "c.txt"), missing, filepath.Join(root, ".hidden")}, Meta{Title: "给的题"})
	if diff := cmp.Diff([]string{"c.txt 给的题", missing + ": there is no such file", ".hidden 给的题"}, got); diff != "" {
		t.Errorf("files given themselves (-want +got):\n%s", diff)
	}
}

func TestWalkLinks(t *testing.T) {
	root := tree(t, map[string]string{"a/b.txt": "文"})
	for link, target := range map[string]string{"file.txt": "a/b.txt", "dir": "a", "loop": ".", "broken.txt": "gone"} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Skip(err)
		}
	}
	want := []string{
		"a/b.txt", "broken.txt: there is no such file", "dir: it is a link to a directory, not a file with a text", "file.txt", "loop: it is a link to a directory, not a file with a text",
	}
	if diff := cmp.Diff(want, walked(t, []string{root}, Meta{})); diff != "" {
		t.Errorf("walk (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"b.txt"}, walked(t, []string{filepath.Join(root, "dir")}, Meta{})); diff != "" {
		t.Errorf("a link that was given (-want +got):\n%s", diff)
	}
}

// A forbidding file system does not let its directories and files be read whose
// name says so; the permissions of a real one do not hold for root.
type forbidding struct{ fstest.MapFS }

func (f forbidding) Open(name string) (fs.File, error) {
	if strings.Contains(name, "secret") && !strings.HasSuffix(name, sidecarEnd) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return f.MapFS.Open(name)
}

func (f forbidding) ReadDir(name string) ([]fs.DirEntry, error) {
	if strings.Contains(name, "secret") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return f.MapFS.ReadDir(name)
}

// TestWalkForbidden names a directory and a file without permission, and goes on
// with the others.
func TestWalkForbidden(t *testing.T) {
	root := forbidding{fstest.MapFS{
		"a.txt": {Data: []byte(prose)}, "secret/b.txt": {Data: []byte(prose)}, "c.secret.txt": {Data: []byte(prose)}, "d.txt": {Data: []byte(prose)},
	}}
	var got []string
	walkFS(t.Context(), root, "given", Meta{}, func(s Source, err error) bool {
		if err != nil {
			got = append(got, s.Name+"! "+err.Error())
			return true
		}
		drafts, refusals := readSource(t, s, Options{})
		got = append(got, refusals...)
		for _, d := range drafts {
			got = append(got, d.Article.Provenance)
		}
		return true
	})
	want := []string{"a.txt, text", "c.secret.txt: it may not be read: permission denied", "d.txt, text", "secret! secret: it may not be read: permission denied"}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("walk (-want +got):\n%s", diff)
	}
	names := map[string]bool{}
	for s := range WalkFS(t.Context(), root, Meta{}) {
		names[s.Name] = true
	}
	if len(names) != 4 {
		t.Errorf("names %v", names)
	}
	got = nil
	walkFS(t.Context(), forbiddenRoot{}, "given", Meta{}, func(s Source, err error) bool {
		got = append(got, fmt.Sprint(s.Name, " ", err))
		return true
	})
	if diff := cmp.Diff([]string{"given given: it may not be read: permission denied"}, got); diff != "" {
		t.Errorf("a root without permission (-want +got):\n%s", diff)
	}
}

type forbiddenRoot struct{}

func (forbiddenRoot) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

func TestWalkCancelled(t *testing.T) {
	root := tree(t, map[string]string{"a.txt": "文", "b.txt": "文", "c.txt": "文"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for range Walk(ctx, []string{root, root}, Meta{}) {
		n++
		cancel()
	}
	if n != 1 {
		t.Errorf("%d files after it was cancelled", n)
	}
}

// TestReadSidecarIsMetadata reads a file with its sidecar: what flags say wins over
// it, and it over front matter.
func TestReadSidecarIsMetadata(t *testing.T) {
	root := tree(t, map[string]string{
		"a.md": "---\ntitle: 文中的题\nauthor: 文中的人\noutlet: 文中的媒体\n---\n" + prose, "a.md.meta.yaml": "title: 旁边的题\nauthor: 旁边的人\npublished: 2020\n",
	})
	for s, err := range Walk(t.Context(), []string{root}, Meta{Title: "给的题"}) {
		if err != nil {
			t.Fatal(err)
		}
		drafts, _ := readSource(t, s, Options{})
		a := drafts[0].Article
		got := []string{a.Title, a.Author, a.Outlet, string(a.Published)}
		if diff := cmp.Diff([]string{"给的题", "旁边的人", "文中的媒体", "2020"}, got); diff != "" {
			t.Errorf("title, author, outlet, date (-want +got):\n%s", diff)
		}
	}
}
