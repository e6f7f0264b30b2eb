package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/ingest"
)

// told returns a report and what it was told, as "name status: reason".
func told() (report func(ingest.Result), lines *[]string) {
	lines = new([]string)
	return func(r ingest.Result) {
		line := r.Name + " " + r.Status
		if r.Reason != "" {
			line += ": " + r.Reason
		}
		*lines = append(*lines, line)
	}, lines
}

// mixed are files of which some cannot be read: each costs itself alone.
func mixed() map[string]string {
	return map[string]string{
		"a.md":         "# 甲\n\n" + textOf(1),
		"b.txt":        "",
		"c.html":       "\x7fELF\x00\x00",
		"d.jsonl":      `{"title":"丁","text":"` + textOf(2) + "\"}\nbroken\n" + `{"title":"己","text":"` + textOf(3) + `"}`,
		"e.xml":        "<rss><channel><title>空</title></channel></rss>",
		"f.docx":       "PK\x03\x04",
		"g.md":         "---\nid: same\n---\n" + textOf(4),
		"h.md":         "---\nid: same\n---\n" + textOf(5),
		"i.md":         "---\nid: same\n---\n" + textOf(4),
		"j.txt":        strings.Repeat("长", 2001),
		"k/again.md":   "# 甲\n\n" + textOf(1),
		"l.txt":        textOf(6),
		"m broken.txt": strings.Repeat("价格\xff\xfe", 100),
	}
}

func TestIngestMixed(t *testing.T) {
	record := openRecord(t)
	g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}, Options: ingest.Options{MaxArticle: 2000}})
	want := []string{
		"a.md added",
		"b.txt refused: the file is empty",
		"c.html refused: it is no text (application/octet-stream)",
		"d.jsonl#1 added",
		"d.jsonl#2 refused: line 2: it is no JSON object: invalid character 'b' looking for beginning of value",
		"d.jsonl#3 added",
		"e.xml refused: the feed has no items",
		"f.docx refused: the DOCX is damaged: zip: not a valid zip file",
		"g.md added",
		"h.md refused: it has the id of g.md (ID), but another text",
		"i.md unchanged",
		"j.txt refused: the article has 2001 characters; at most 2000 are taken",
		"k/again.md added",
		"l.txt added",
		"m broken.txt refused: it is not UTF-8, UTF-16, GB18030 or Big5 text, or is damaged; save it as UTF-8 and try again",
	}
	for _, dry := range []bool{true, false} {
		report, lines := told()
		run := g.Ingest
		if dry {
			run = g.DryRun
		}
		if err := run(t.Context(), files(mixed()), report); err != nil {
			t.Fatal(err)
		}
		for i, line := range *lines {
			if before, rest, ok := strings.Cut(line, "(a_"); ok {
				(*lines)[i] = before + "(ID" + rest[16:]
			}
		}
		if dry { // nothing is put, so nothing is there already
			(*lines)[10] = strings.Replace((*lines)[10], "added", "unchanged", 1)
		}
		if diff := cmp.Diff(want, *lines); diff != "" {
			t.Errorf("dry run %v (-want +got):\n%s", dry, diff)
		}
		if c := counts(t, record); dry && c.Articles != 0 || !dry && c.Articles != 6 {
			t.Errorf("dry run %v: %d articles are in the record", dry, c.Articles)
		}
	}
}

// TestIngestCorrected ingests a file of several articles again after one of them
// was corrected: only that one is updated, in its text and in its metadata.
func TestIngestCorrected(t *testing.T) {
	record := openRecord(t)
	g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}})
	lines := func(texts ...string) map[string]string {
		var file strings.Builder
		for i, text := range texts {
			fmt.Fprintf(&file, `{"title":"题%d","url":"https://a.example/%d","published":"2024-05-0%d","text":"%s"}`+"\n", i, i, i+1, text)
		}
		return map[string]string{"a.jsonl": file.String()}
	}
	steps := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"first", lines(textOf(0), textOf(1), textOf(2)), []string{"a.jsonl#1 added", "a.jsonl#2 added", "a.jsonl#3 added"}},
		{"the same", lines(textOf(0), textOf(1), textOf(2)), []string{"a.jsonl#1 unchanged", "a.jsonl#2 unchanged", "a.jsonl#3 unchanged"}},
		{"a text", lines(textOf(0), textOf(1)+"更正。", textOf(2)), []string{"a.jsonl#1 unchanged", "a.jsonl#2 updated", "a.jsonl#3 unchanged"}},
		{"another file name", map[string]string{"b.jsonl": lines(textOf(0))["a.jsonl"]}, []string{"b.jsonl unchanged"}},
	}
	for _, step := range steps {
		report, got := told()
		if err := g.Ingest(t.Context(), files(step.files), report); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, *got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
	for a, err := range record.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{true: 2, false: 1}[a.Title == "题1"]; a.Version != want {
			t.Errorf("%s has version %d, want %d", a.Title, a.Version, want)
		}
	}
}

// TestDryRunPassages shows the passages that ingest would make.
func TestDryRunPassages(t *testing.T) {
	g := ingest.New(ingest.Parts{Embedder: &fakeEmbedder{}})
	var got []ingest.Result
	err := g.DryRun(t.Context(), files(map[string]string{"a.md": "# 甲\n\n## 一节\n\n" + textOf(1)}), func(r ingest.Result) { got = append(got, r) })
	if err != nil || len(got) != 1 || len(got[0].Passages) < 2 || got[0].Passages[1].Heading != "一节" || got[0].Article.Title != "甲" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestPutRaw puts what no reader has cleaned, as a caller may send it.
func TestPutRaw(t *testing.T) {
	record := openRecord(t)
	g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}})
	report, lines := told()
	list := []ingest.Draft{
		{Article: corpus.Article{Title: " 甲\n乙 ", Text: "第一段。\r\n\r\n第二\u200b段。\x00 \n", Language: "zh-CN"}, Headings: []ingest.Heading{{Start: 0, End: 4, Level: 1}}},
		{Article: corpus.Article{Title: "丙", Text: "文。", URL: "javascript:alert(1)"}},
		{Article: corpus.Article{Title: "丁", Text: "文。", Published: "soon"}},
	}
	if err := g.Put(t.Context(), list, report); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"甲 乙 added",
		`丙 refused: url: "javascript:alert(1)" is no address of a web page`,
		`丁 refused: published: "soon" is no date: want YYYY-MM-DD, YYYY-MM or YYYY`,
	}
	if diff := cmp.Diff(want, *lines); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	for a, err := range record.All(t.Context()) {
		if err != nil || a.Text != "第一段。\n第二段。" || a.Language != "zh" {
			t.Errorf("%q, %q, %v", a.Text, a.Language, err)
		}
	}
}
