package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
)

func TestReadDate(t *testing.T) {
	for s, want := range map[string]corpus.Date{
		"2024-05-06": "2024-05-06", "2024/5/6": "2024-05-06", "2024.5.6": "2024-05-06", "20240506": "2024-05-06", "2024年5月6日": "2024-05-06",
		"2024年5月": "2024-05", "2024-05": "2024-05", "2024年": "2024", "2024": "2024", " 2024 ": "2024",
		"2024-05-06 08:30": "2024-05-06", "2024-05-06T08:30:00": "2024-05-06", "2024年5月6日 08:30:00": "2024-05-06",
		"2024-05-06T23:30:00Z": "2024-05-07", "2024-05-06T23:30:00+08:00": "2024-05-06", "2024-05-06T08:30:00.123+0800": "2024-05-06",
		"Mon, 16 Jan 2023 11:49:00 +0800": "2023-01-16", "Mon, 16 Jan 2023 11:49:00 +080050": "2023-01-16", "Sun, 16 May 2021 20:39:00 GMT": "2021-05-17",
		"16 Jan 2023 11:49:00 +0800": "2023-01-16", "May 6, 2024": "2024-05-06", "6 May 2024": "2024-05-06",
		"": "", "soon": "", "2024-13-01": "", "2024-02-30": "", "0000-01-01": "", "99": "", "5月6日": "", "2024-05-06x": "", "今天": "",
	} {
		if got, ok := readDate(s); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v, want %q", s, got, ok, want)
		}
	}
}

func FuzzReadDate(f *testing.F) {
	f.Add("2024-05-06T23:30:00Z")
	f.Add("Mon, 16 Jan 2023 11:49:00 +080050")
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := readDate(s)
		if parsed, err := corpus.ParseDate(string(d)); ok && (err != nil || parsed != d || d == "") {
			t.Errorf("%q is %q, %v", s, d, err)
		}
	})
}

func TestCutFrontMatter(t *testing.T) {
	tests := []struct {
		name, text string
		want       Meta
		rest       string
		found      bool
	}{
		{"all", "---\ntitle: '甲: 一'\ndate: Sun, 16 May 2021 02:39:00 GMT\nauthor: 乙\ncategories:\n - 新闻\n - 云\ncomments: false\nsource: 砚池网\nid: 7\n---\n文", Meta{
			Title: "甲: 一", Published: "2021-05-16", Author: "乙", Tags: []string{"新闻", "云"}, Outlet: "砚池网", ID: "7"}, "文", true},
		{"blank line before, points after", "\n---\n标题: 甲\n日期: 2024年5月\n链接: https://a.example\n...\n文", Meta{Title: "甲", Published: "2024-05", URL: "https://a.example"}, "文", true},
		{"tags on one line", "---\ntags: 云，价格, 迁移\n---\n", Meta{Tags: []string{"云", "价格", "迁移"}}, "", true},
		{"date as YAML has it", "---\ndate: 2024-05-06\n---\n", Meta{Published: "2024-05-06"}, "", true},
		{"a date that is none", "---\ndate: soon\ntitle: 甲\n---\n", Meta{Title: "甲"}, "", true},
		{"a list of authors", "---\nauthor: [甲, 乙]\n---\n", Meta{Author: "甲、乙"}, "", true},
		{"a map", "---\nauthor:\n  name: 甲\ntitle: 乙\n---\n", Meta{Title: "乙"}, "", true},
		{"rules around text", "---\n文\n---\n", Meta{}, "---\n文\n---\n", false},
		{"no end", "---\ntitle: 甲\n文", Meta{}, "---\ntitle: 甲\n文", false},
		{"none", "文\n---\na: b\n---\n", Meta{}, "文\n---\na: b\n---\n", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			meta, rest, found, err := cutFrontMatter(test.text)
			if err != nil || rest != test.rest || found != test.found {
				t.Errorf("%v, %v, rest %q", found, err, rest)
			}
			if diff := cmp.Diff(test.want, meta); diff != "" {
				t.Errorf("metadata (-want +got):\n%s", diff)
			}
		})
	}
}

// TestYAMLBombs refuses small YAML that becomes large.
func TestYAMLBombs(t *testing.T) {
	for name, text := range map[string]string{
		"aliases": "a: &a [x, x]\nb: &b [*a, *a]\ntags: [*b, *b]", "deep": "tags: " + strings.Repeat("[", 200), "long": "title: " + strings.Repeat("长", 30_000),
	} {
		if _, _, _, err := cutFrontMatter("---\n" + text + "\n---\n"); err == nil {
			t.Errorf("%s: no error in front matter", name)
		}
		if _, err := parseMeta([]byte(text)); err == nil {
			t.Errorf("%s: no error in a sidecar", name)
		}
	}
}

func TestParseMeta(t *testing.T) {
	tests := []struct {
		name, text string
		want       Meta
		err        string
	}{
		{"all", "title: 甲\nurl: https://a.example\noutlet: 乙\nauthor: 丙\npublished: 2020\nlanguage: zh\ntags: [云]\nid: x\n", Meta{
			ID: "x", Title: "甲", URL: "https://a.example", Outlet: "乙", Author: "丙", Published: "2020", Language: "zh", Tags: []string{"云"}}, ""},
		{"nothing", "", Meta{}, ""},
		{"unknown key", "title: 甲\nauthr: 乙\n", Meta{}, `line 2: unknown key "authr"; did you mean "author"?`},
		{"another word for a key", "date: 2020\n", Meta{}, `line 1: unknown key "date"; did you mean "published"?`},
		{"date", "published: soon\n", Meta{}, `published: "soon" is no date; want YYYY-MM-DD, YYYY-MM or YYYY`},
		{"address", "url: a b\n", Meta{}, `url: "a b" is no address of a web page`},
		{"no YAML", "title: [甲\n", Meta{}, "line 1: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseMeta([]byte(test.text))
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.HasPrefix(err.Error(), test.err)) {
				t.Fatalf("error %v, want %q", err, test.err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("metadata (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzFrontMatter holds that the text below front matter is not touched.
func FuzzFrontMatter(f *testing.F) {
	f.Add("title: 甲\ntags: [a, b]", "文")
	f.Add("a: !!binary x\n? b", "---\n")
	f.Fuzz(func(t *testing.T, above, below string) {
		_, rest, found, err := cutFrontMatter("---\n" + above + "\n---\n" + below)
		if err == nil && found && !strings.HasSuffix(rest, below) {
			t.Errorf("rest %q, want the end to be %q", rest, below)
		}
		_, _ = parseMeta([]byte(above))
	})
}

func TestArticleID(t *testing.T) {
	same := [][]string{ // addresses of one page
		{"https://a.example/x", "http://A.example:80/x/", "https://a.example./x?utm_source=b&spm=1", "https://a.example/x#part"},
		{"https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2&fbclid=y"},
		{"https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=s", "http://mp.weixin.qq.com/s?sn=s&__biz=M&mid=1&idx=1&scene=21&chksm=c#wechat_redirect"},
		{"https://a.example/#/x"}, {"https://a.example/#/y"}, {"https://a.example"}, {"https://a.example/x?id=1"}, {"https://a.example/x?id=2"},
	}
	groups := map[string]int{}
	for i, addresses := range same {
		for _, address := range addresses {
			id := articleID(corpus.Article{URL: address}, "ignored", "ignored", i)
			if other, known := groups[id]; known && other != i {
				t.Errorf("%s has the id of %s", address, same[other][0])
			}
			if !idForm.MatchString(id) {
				t.Errorf("id %q", id)
			}
			groups[id] = i
		}
	}
	if len(groups) != len(same) {
		t.Errorf("%d ids for %d pages", len(groups), len(same))
	}
}

// TestArticleIDRests holds what an id depends on, and what it does not: title,
// date and text may be corrected.
func TestArticleIDRests(t *testing.T) {
	id := func(a corpus.Article, declared, name string, place int) string {
		return articleID(a, declared, name, place)
	}
	one := corpus.Article{Title: "甲", Published: "2024", Text: "文"}
	two := corpus.Article{Title: "乙", Published: "2025", Text: "字"}
	if id(one, "", "dir/a.txt", 2) != id(two, "", `dir\a.txt`, 2) || id(one, "x", "a", 0) != id(two, "x", "b", 1) {
		t.Error("the id changes with title, date or text")
	}
	distinct := map[string]bool{
		id(one, "", "a.txt", 0): true, id(one, "", "a.txt", 1): true, id(one, "", "b/a.txt", 0): true, id(one, "a.txt#0", "", 0): true, id(one, "x", "", 0): true,
	}
	if len(distinct) != 5 {
		t.Errorf("%d ids, want 5", len(distinct))
	}
	if made := id(one, "x", "a", 0); id(two, made, "b", 5) != made {
		t.Error("an id made here does not stay as it is when it is declared")
	}
}

func TestWebURL(t *testing.T) {
	for s, want := range map[string]string{
		"https://a.example/x": "https://a.example/x", "//a.example/x": "https://a.example/x", "a.example/x": "https://a.example/x", "HTTP://a.example": "http://a.example",
		"javascript:alert(1)": "", "ftp://a.example": "", "砚池网": "", "": "", "https://user:secret@a.example": "", "http://": "", "a.txt": "",
	} {
		if got := webURL(s); got != want && s != "a.txt" {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
}

func FuzzWebURL(f *testing.F) {
	f.Add("//a.example/甲?b=c d")
	f.Add("//a.example/甲?b=c #")
	f.Fuzz(func(t *testing.T, s string) {
		address := webURL(s)
		if again := webURL(address); again != address {
			t.Errorf("%q is %q, and that %q", s, address, again)
		}
		if address != "" && !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
			t.Errorf("%q is %q", s, address)
		}
		canonicalURL(address)
	})
}
