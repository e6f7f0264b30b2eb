package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
)

// sourceOf is a source of bytes.
func sourceOf(name string, b []byte) Source {
	return Source{Name: name, Size: int64(len(b)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b)), nil
	}}
}

// readSource returns what a source yields; refusals as "name: reason".
func readSource(t testing.TB, s Source, opt Options) (drafts []Draft, refusals []string) {
	t.Helper()
	for d, err := range Read(t.Context(), s, opt) {
		var refusal *Refusal
		switch {
		case errors.As(err, &refusal):
			refusals = append(refusals, refusal.Error())
		case err != nil:
			t.Fatalf("error %v is no refusal", err)
		default:
			drafts = append(drafts, d)
		}
	}
	return drafts, refusals
}

// readText reads what must be one article.
func readText(t testing.TB, name, text string) Draft {
	t.Helper()
	drafts, refusals := readSource(t, sourceOf(name, []byte(text)), Options{})
	if len(drafts) != 1 || len(refusals) != 0 {
		t.Fatalf("%d articles and %q, want one article", len(drafts), refusals)
	}
	return drafts[0]
}

// checkDraft holds a draft to what Read promises of it.
func checkDraft(t testing.TB, d Draft) {
	t.Helper()
	a := d.Article
	if a.Text != clean(a.Text) || strings.TrimSpace(a.Text) == "" {
		t.Errorf("text %.80q is empty or not clean", a.Text)
	}
	if a.Title == "" || a.Title != cleanLine(a.Title) {
		t.Errorf("title %q", a.Title)
	}
	if !idForm.MatchString(a.ID) {
		t.Errorf("id %q", a.ID)
	}
	if sum := sha256.Sum256([]byte(a.Text)); a.Hash != hex.EncodeToString(sum[:]) {
		t.Errorf("hash %q is not that of the text", a.Hash)
	}
	if _, err := corpus.ParseDate(string(a.Published)); err != nil {
		t.Error(err)
	}
	if a.URL != "" && webURL(a.URL) != a.URL {
		t.Errorf("url %q", a.URL)
	}
	if a.Language != "" && a.Language != "zh" && a.Language != "en" {
		t.Errorf("language %q", a.Language)
	}
	runes, last := []rune(a.Text), 0
	for _, h := range d.Headings {
		if h.Start < last || h.End <= h.Start || h.End > len(runes) || h.Level < 1 {
			t.Fatalf("heading %+v after %d in a text of %d", h, last, len(runes))
		}
		if strings.ContainsRune(string(runes[h.Start:h.End]), '\n') || h.Start > 0 && runes[h.Start-1] != '\n' {
			t.Errorf("heading %q is no line", string(runes[h.Start:h.End]))
		}
		last = h.End
	}
	checkSplit(t, a.Text, Split(a.Text, d.Headings, Defaults()), Defaults())
}

const prose = "星槎云的标准实例由每小时十二元降到九元，降幅为四分之一。远岫云随后跟进。"

// TestReadFormats tells formats by content, whatever the name says.
func TestReadFormats(t *testing.T) {
	tests := []struct{ name, file, text, format string }{
		{"text", "a.txt", "标题在这里\n" + prose, "text"},
		{"text named HTML", "a.html", "标题在这里\n" + prose, "text"},
		{"text that speaks of PDF", "a.txt", "文件头 %PDF-1.7 是什么\n" + prose, "text"},
		{"Markdown by content", "a.txt", "# 标题在这里\n\n" + prose, "Markdown"},
		{"Markdown by name", "a.md", "标题在这里\n\n" + prose, "Markdown"},
		{"Markdown by front matter", "a", "---\ntitle: 标题在这里\n---\n" + prose, "Markdown"},
		{"page", "a.txt", "<!DOCTYPE html><html><head><title>标题在这里</title></head><body><p>" + strings.Repeat(prose, 5) + "</p></body></html>", "HTML"},
		{"fragment", "a.txt", "<h1>标题在这里</h1><p>" + prose + "</p>", "HTML"},
		{"HTML below front matter", "a.md", "---\ntitle: 标题在这里\n---\n\n<div>\n<p>" + prose + "</p></div>", "HTML"},
		{"feed", "a.txt", "<?xml version=\"1.0\"?><rss><channel><item><title>标题在这里</title><description>" + prose + "</description></item></channel></rss>", "feed"},
		{"JSON object", "a.txt", `{"title":"标题在这里","text":"` + prose + `"}`, "JSON"},
		{"JSON array", "a.txt", `[{"title":"标题在这里","text":"` + prose + `"}]`, "JSON"},
		{"text that begins like JSON", "a.txt", "{标题在这里}\n" + prose, "text"},
		{"feed dump", "a.md", "标题在这里 //a.example/1.html\n\n" + prose + "\n]]>\n云 //a.example/1.html#comments Mon, 03 Feb 2025 22:05:26 +0800\n", "feed dump"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := readText(t, test.file, test.text)
			checkDraft(t, d)
			if want := test.file + ", " + test.format; d.Article.Provenance != want {
				t.Errorf("provenance %q, want %q", d.Article.Provenance, want)
			}
			if !strings.Contains(d.Article.Title, "标题在这里") && !strings.Contains(d.Article.Title, "是什么") || !strings.Contains(d.Article.Text, prose) {
				t.Errorf("title %q, text %q", d.Article.Title, d.Article.Text)
			}
		})
	}
}

// TestReadRefuses is bad input: each is named, with what to do about it.
func TestReadRefuses(t *testing.T) {
	deep := strings.Repeat("<div>", 5000) + prose
	tests := []struct {
		name, file string
		b          string
		want       string
	}{
		{"empty", "a.txt", "", "a.txt: the file is empty"},
		{"blank", "a.md", " \n\u00a0\t\n", "a.md: the file is empty"},
		{"binary named HTML", "a.html", "\x7fELF\x02\x01\x01\x00\x00\x00", "a.html: it is no text (application/octet-stream)"},
		{"image", "a.md", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a.md: it is no text (image/png)"},
		{"broken UTF-8", "a.txt", strings.Repeat("价格\xff\xfe\xfd ", 100), "a.txt: it is not UTF-8, UTF-16, GB18030 or Big5 text, or is damaged; save it as UTF-8 and try again"},
		{"old Office file", "a.doc", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "a.doc: it is an old Office file; save it as DOCX and try again"},
		{"RTF", "a.rtf", `{\rtf1\ansi}`, "a.rtf: it is RTF, which is not read; save it as DOCX and try again"},
		{"archive", "a.docx", "PK\x03\x04rest", "a.docx: the DOCX is damaged: zip: not a valid zip file"},
		{"deep HTML", "a.html", deep, "a.html: its HTML is nested deeper than 512 elements"},
		{"deep page", "a.html", "<!doctype html><html><body>" + deep, "a.html: its HTML is nested deeper than 512 elements"},
		{"deep Markdown", "a.md", strings.Repeat("> ", 200) + prose, "a.md: its Markdown is nested deeper than 100"},
		{"many links", "a.md", strings.Repeat("[a](", 20_000), "a.md: its Markdown has a paragraph of more than 10000 links"},
		{"many elements", "a.html", "<p>" + strings.Repeat("<b></b>", 300_001) + "</p>", "a.html: its HTML has more than 300000 elements"},
		{"feed without items", "a.xml", "<rss><channel><title>空</title></channel></rss>", "a.xml: the feed has no items"},
		{"deep feed", "a.xml", "<rss><channel>" + strings.Repeat("<a>", 300), "a.xml: the feed's XML is nested deeper than 200 elements"},
		{"cut feed", "a.xml", "<rss><channel><item><title>标", "a.xml: the feed is damaged: XML syntax error on line 1: unexpected EOF"},
		{"XML that is no feed", "a.xml", "<?xml version=\"1.0\"?><note>文</note>", "a.xml: it is XML, but neither an RSS nor an Atom feed"},
		{"page without text", "a.html", "<html><body><script>x</script></body></html>", "a.html: there is no text in it"},
		{"broken front matter", "a.md", "---\ntitle: a\n  b: [c\n---\n" + prose, "a.md: its front matter is no YAML: line 2: "},
		{"empty array", "a.json", "[]", "a.json: there is no article in it"},
		{"front matter alone", "a.md", "---\ntitle: 标题\n---\n", "a.md: there is no text in it"},
		{"long article", "a.txt", strings.Repeat("长", 3001), "a.txt: the article has 3001 characters; at most 3000 are taken"},
		{"large file", "a.txt", strings.Repeat("a", 3<<20+1), "a.txt: the file is larger than 3 MB; split it, or give it as JSON Lines"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			drafts, refusals := readSource(t, sourceOf(test.file, []byte(test.b)), Options{MaxArticle: 3000, MaxFile: 3 << 20})
			if len(drafts) != 0 || len(refusals) != 1 || !strings.HasPrefix(refusals[0], test.want) {
				t.Errorf("%d articles, refusals %.300q, want %q", len(drafts), refusals, test.want)
			}
		})
	}
}

// endless is a file that never ends.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	e.read += len(p)
	return len(p), nil
}

// TestReadHuge is a file of 200 MB that is one article: no more of it is read than
// tells that it is too large, and nothing when its size is known.
func TestReadHuge(t *testing.T) {
	for _, size := range []int64{-1, 200 << 20} {
		e := &endless{}
		source := Source{Name: "huge.txt", Size: size, Open: func() (io.ReadCloser, error) { return io.NopCloser(e), nil }}
		drafts, refusals := readSource(t, source, Options{MaxFile: 1 << 20})
		want := []string{"huge.txt: the file is larger than 1 MB; split it, or give it as JSON Lines"}
		if diff := cmp.Diff(want, refusals); diff != "" || len(drafts) != 0 {
			t.Errorf("refusals (-want +got):\n%s", diff)
		}
		if e.read > 4<<20 {
			t.Errorf("%d bytes were read", e.read)
		}
	}
}

func TestReadFails(t *testing.T) {
	tests := []struct {
		name string
		open func() (io.ReadCloser, error)
		want string
	}{
		{"no permission", func() (io.ReadCloser, error) {
			return nil, &fs.PathError{Op: "open", Path: "/secret/a.txt", Err: fs.ErrPermission}
		}, "a.txt: it may not be read: permission denied"},
		{"gone", func() (io.ReadCloser, error) { return nil, fs.ErrNotExist }, "a.txt: there is no such file"},
		{"disk", func() (io.ReadCloser, error) {
			return io.NopCloser(iotest.ErrReader(errors.New("input/output error"))), nil
		}, "a.txt: input/output error"},
		{"disk, later", func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader(strings.Repeat(prose, 2000)), iotest.ErrReader(errors.New("input/output error")))), nil
		}, "a.txt: input/output error"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, refusals := readSource(t, Source{Name: "a.txt", Size: -1, Open: test.open}, Options{})
			if diff := cmp.Diff([]string{test.want}, refusals); diff != "" {
				t.Errorf("refusals (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadMeta(t *testing.T) {
	source := sourceOf("a.md", []byte("---\ntitle: 文中的题\nauthor: 文中的人\ndate: 2024-01-02\ntags: [云, 价格]\nlang: zh-CN\n---\n"+prose))
	source.Meta = Meta{Title: "给的题", Published: "2023-05", Outlet: "给的媒体", Tags: []string{"价格", "自家"}}
	drafts, _ := readSource(t, source, Options{})
	a := drafts[0].Article
	want := corpus.Article{
		ID: a.ID, Hash: a.Hash, Text: prose, Title: "给的题", Author: "文中的人", Outlet: "给的媒体",
		Published: "2023-05", Language: "zh", Tags: []string{"价格", "自家", "云"}, Provenance: "a.md, Markdown",
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("article (-want +got):\n%s", diff)
	}
}

// TestReadMetaOfSeveral refuses what can be said of one article only.
func TestReadMetaOfSeveral(t *testing.T) {
	lines := `{"text":"` + prose + `甲"}` + "\n" + `{"text":"` + prose + `乙"}` + "\n"
	source := sourceOf("a.jsonl", []byte(lines))
	source.Meta = Meta{Title: "一个题"}
	drafts, refusals := readSource(t, source, Options{})
	if len(drafts) != 0 || len(refusals) != 1 || !strings.Contains(refusals[0], "several articles") {
		t.Errorf("%d articles, refusals %q", len(drafts), refusals)
	}
	source.Meta = Meta{Outlet: "砚池网"}
	drafts, refusals = readSource(t, source, Options{})
	if len(drafts) != 2 || drafts[1].Article.Outlet != "砚池网" || len(refusals) != 0 {
		t.Errorf("%d articles, refusals %q", len(drafts), refusals)
	}
}

// FuzzRead holds Read, on any bytes under any name, to its promises.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"标题\n" + prose, "# 题\n\n" + prose, "---\ntitle: a\n---\n<p>b</p>", "<html><body><p>" + prose, "{\"text\":\"a\"}\n{}", "[{\"html\":\"<p>a\"},",
		"<rss><channel><item><title>a</title><description>b</description></item></channel></rss>",
		"<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>a</title><content type=\"html\">&lt;p&gt;b</content></entry></feed>",
		"a //b.example/c\nd\n]]>\ne //b.example/c#comments Mon, 03 Feb 2025 22:05:26 +080050", "\xff\xfea\x00\n\x00", "PK\x03\x04", "\xc4\xe3\xba\xc3\xa3\xac",
		"正文[1]。\n参考资料\n[1] 甲\n[2] 乙\n", "<table><tr><td>a<td><table><tr><td>b", "![a](b) **《c》**d[^1]\n\n[^1]: e",
	} {
		f.Add("a.md", []byte(seed))
		f.Add("a", []byte(seed))
	}
	f.Add("a", []byte("\n]]>\n //0#comments 0000"))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		if bytes.Contains(b[:min(len(b), 1024)], []byte("%PDF-")) {
			t.Skip("PDF is another program's work")
		}
		drafts, refusals := readSource(t, sourceOf(name, b), Options{MaxArticle: 10_000, MaxFile: 1 << 20})
		for _, d := range drafts {
			checkDraft(t, d)
			if n := utf8.RuneCountInString(d.Article.Text); n > 10_000 {
				t.Errorf("an article of %d characters", n)
			}
		}
		for _, r := range refusals {
			if !strings.HasPrefix(r, name) || strings.HasSuffix(r, ": ") {
				t.Errorf("refusal %q does not name %q and a reason", r, name)
			}
		}
		if len(drafts)+len(refusals) == 0 {
			t.Error("neither an article nor a refusal")
		}
	})
}
