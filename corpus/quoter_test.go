package corpus_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
)

// TestQuoter quotes a version that is no longer the newest, and none of what is
// deleted, also where the article came back.
func TestQuoter(t *testing.T) {
	r := open(t, t.TempDir())
	put(t, r, entry("a", "霁石云推迟了海外节点。"))
	put(t, r, entry("a", "霁石云开放了海外节点。"))
	put(t, r, entry("b", "栎川云没有。"))
	first := corpus.Ref{ID: "a", Version: 1}
	quote := func(a corpus.Ref, start, end int) string {
		t.Helper()
		s, err := corpus.NewQuoter(r).Quote(t.Context(), a, start, end)
		if err != nil {
			t.Fatal(err)
		}
		if s == nil {
			return "nothing"
		}
		return *s
	}
	for _, want := range []string{"推迟了", "nothing", "nothing"} {
		if got := quote(first, 3, 6); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if want == "推迟了" {
			remove(t, r, "a")
		} else {
			put(t, r, entry("a", "霁石云推迟了海外节点。"))
		}
	}
	if got := quote(corpus.Ref{ID: "none", Version: 1}, 0, 1); got != "nothing" {
		t.Errorf("of an unknown article %q", got)
	}
}

func TestSetStates(t *testing.T) {
	r := open(t, t.TempDir())
	for _, id := range []string{"same", "changed", "deleted"} {
		put(t, r, entry(id, "文。"))
	}
	put(t, r, entry("changed", "文又改了。"))
	remove(t, r, "deleted")
	var refs []*corpus.Ref
	var want, got []string
	for _, id := range []string{"deleted", "same", "changed", "same"} {
		refs, want = append(refs, &corpus.Ref{ID: id, Version: 1}), append(want, id)
	}
	if err := r.SetStates(t.Context(), refs); err != nil {
		t.Fatal(err)
	}
	for _, ref := range refs {
		got = append(got, ref.State)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
