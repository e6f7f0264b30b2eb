package lexicon_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chuchu/rag/lexicon"

	"github.com/google/go-cmp/cmp"
)

func TestParseGlossary(t *testing.T) {
	got, err := lexicon.ParseGlossary([]byte("# names\n信创: Xinchuang\n阿里云: [Alibaba Cloud, Aliyun]\n360: [奇虎]\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"信创": {"Xinchuang"}, "阿里云": {"Alibaba Cloud", "Aliyun"}, "360": {"奇虎"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, err := lexicon.ParseGlossary(nil); err != nil || len(got) != 0 {
		t.Errorf("of an empty file: %v, %v", got, err)
	}
}

func TestReadGlossaryErrors(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ name, text, want string }{
		{"no mapping", "- 信创\n- 云\n", ":1:1: a glossary is a mapping"},
		{"one name", "信创\n", ":1:1: a glossary is a mapping"},
		{"alternatives that are a mapping", "云: cloud\n信创:\n  en: Xinchuang\n", ":3:5: the alternatives of \"信创\" must be names"},
		{"a list in the list", "信创: [a, [b]]\n", ":1:9: the alternatives of \"信创\" must be names"},
		{"no alternatives", "信创:\n云: cloud\n", ":1:4: the alternatives of \"信创\" must be names"},
		{"an alias", "信创: &a [b]\n云: *a\n", ":1:5: the alternatives of \"信创\" must be names"},
		{"an empty mapping", "云: cloud\n信创: {}\n", ":2:5: "},
		{"broken", "云: cloud\n信创: [Xinchuang\n", ":2:5: "},
		{"broken far down", strings.Repeat("# \n", 10) + manyLines(1234) + "信创: 'x\n", ":1245:5: "},
		{"a term twice", "信创: a\n信创: b\n", ":2:1: "},
		{"a term twice, far apart", manyLines(1000) + "t7: b\n", ":1001:1: \"t7\" stands here for the second time"},
	} {
		file := filepath.Join(dir, "glossary.yaml")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := lexicon.ReadGlossary(file)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: error %v, want one with %q and the file", c.name, err, c.want)
		}
	}
	if _, err := lexicon.ReadGlossary(filepath.Join(dir, "none.yaml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a file: %v", err)
	}
}

// manyLines returns n terms, one a line.
func manyLines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "t%d: a\n", i)
	}
	return b.String()
}

// TestParseInParts reads a glossary that is parsed in parts, with everything that
// may stand in the first column.
func TestParseInParts(t *testing.T) {
	text := "\ufeff%YAML 1.2\n---\n# first\n"
	for i := range 1700 {
		text += fmt.Sprintf("t%d:\n- a%d\n\n# more\n- \"b: %d\"\n", i, i, i)
	}
	got, err := lexicon.ParseGlossary([]byte(text + "...\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1700 {
		t.Errorf("%d terms", len(got))
	}
	if diff := cmp.Diff([]string{"a1600", "b: 1600"}, got["t1600"]); diff != "" {
		t.Error(diff)
	}
}

func TestNewErrors(t *testing.T) {
	for _, c := range []struct {
		name  string
		terms map[string][]string
		want  string
	}{
		{"no alternatives", map[string][]string{"云": {"cloud"}, "信创": {}}, `glossary: "信创" has no alternatives`},
		{"an empty term", map[string][]string{"": {"cloud"}}, `the term "" has neither`},
		{"a term of punctuation", map[string][]string{"——": {"dash"}}, `the term "——" has neither`},
		{"an empty alternative", map[string][]string{"云": {"cloud", ""}}, `the alternative "" of "云" has neither`},
	} {
		_, err := lexicon.New(c.terms)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

// TestCycle has entries that point at one another: what a term's others find in
// turn is not followed.
func TestCycle(t *testing.T) {
	l := newLexicon(t, map[string][]string{"甲云": {"乙云"}, "乙云": {"丙云"}, "丙云": {"甲云"}, "丁云": {"丁云"}})
	for query, want := range map[string][]string{
		"甲云": {"甲云", "丙云", "乙云"},
		"乙云": {"乙云", "丙云", "甲云"},
	} {
		e, err := l.Expand(query, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := e.Groups[0].Alternatives
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	if e, err := l.Expand("丁云", nil); err != nil || len(e.Groups) != 0 || e.Rest != "丁云" {
		t.Errorf("a term that is its own alternative: %+v, %v", e, err)
	}
}

// manyTerms returns a glossary of n terms, all of which share one alternative.
func manyTerms(n int) map[string][]string {
	terms := make(map[string][]string, n)
	for i := range n {
		terms[fmt.Sprintf("第%d号公司", i)] = []string{fmt.Sprintf("Company %d", i), "公司"}
	}
	return terms
}

func TestManyTerms(t *testing.T) {
	l := newLexicon(t, manyTerms(100_000))
	for _, query := range []string{"第77号公司的收入", "How did Company 77 do?"} {
		e, err := l.Expand(query, holding("第77号公司 Company_77"))
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Groups) == 0 || len(e.Groups[0].Alternatives) != 2 {
			t.Errorf("%s: %+v", query, e)
		}
	}
	query := strings.Repeat("公司", 2000)
	e, err := l.Expand(query, func(string) float64 { return 1 })
	if err != nil {
		t.Fatal(err)
	}
	checkExpansion(t, query, e)
}

func TestExampleGlossary(t *testing.T) {
	terms, err := lexicon.ReadGlossary("../../examples/glossary.yaml")
	if err != nil {
		t.Fatal(err)
	}
	e, err := newLexicon(t, terms).Expand("Did Lichuan Cloud follow Alibaba Cloud's price cut?", holding("栎川云 阿里云 降价"))
	if err != nil {
		t.Fatal(err)
	}
	want := "glossary Lichuan Cloud: 栎川云\nglossary Alibaba Cloud's: 阿里云\nglossary price cut: 降价\n"
	if diff := cmp.Diff(want, show(e)); diff != "" {
		t.Error(diff)
	}
}

func FuzzParseGlossary(f *testing.F) {
	for _, text := range []string{"", "信创: [Xinchuang]", "a: b", "- a", "a: {b: c}", "a: &x [b]\nc: *x", "? a\n: b", "{", "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		terms, err := lexicon.ParseGlossary([]byte(text))
		if err != nil {
			return
		}
		l, err := lexicon.New(terms)
		if err != nil {
			return
		}
		for term := range terms {
			e, err := l.Expand(term, nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(e.Groups) > 100 {
				t.Errorf("%d groups", len(e.Groups))
			}
		}
	})
}

func BenchmarkGlossary(b *testing.B) {
	terms := manyTerms(100_000)
	b.Run("load 100,000", func(b *testing.B) {
		for b.Loop() {
			newLexicon(b, terms)
		}
	})
	b.Run("parse 100,000", func(b *testing.B) {
		var text strings.Builder
		for term, alternatives := range terms {
			fmt.Fprintf(&text, "%s: [%s]\n", term, strings.Join(alternatives, ", "))
		}
		for b.Loop() {
			if _, err := lexicon.ParseGlossary([]byte(text.String())); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("look up in 100,000", func(b *testing.B) {
		l := newLexicon(b, terms)
		for b.Loop() {
			if _, err := l.Expand("第77号公司去年的收入比第99999号公司高多少？", nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestNames(t *testing.T) {
	l := newLexicon(t, cloudTerms)
	for word, want := range map[string]bool{"阿里云": true, "阿里雲": true, "Volcano": true, "火山": true, "银行": false, "阿里": false, "": false} {
		if l.Names(word) != want {
			t.Errorf("%q: %v", word, !want)
		}
	}
}
