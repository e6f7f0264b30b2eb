package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"chuchu/corpus"
)

func TestReadJSON(t *testing.T) {
	tests := []struct {
		name, file, text string
		want, refusals   []string // titles, and reasons without the file's name
	}{
		{"object", "a.json", `{"title":"甲","text":"文。"}`, []string{"甲"}, nil},
		{"object over lines", "a.json", "{\n  \"title\": \"甲\",\n  \"text\": \"文。\"\n}\n", []string{"甲"}, nil},
		{"array", "a.json", `[{"title":"甲","text":"文。"}, {"title":"乙","text":"文]},{。"}]`, []string{"甲", "乙"}, nil},
		{"array over lines", "a.json", "[\n{\"title\":\"甲\",\n\"text\":\"文。\"},\n{\"title\":\"乙\",\"text\":\"\\\"文\\\\\"}\n]\n", []string{"甲", "乙"}, nil},
		{"lines", "a.jsonl", "{\"title\":\"甲\",\"text\":\"文。\"}\n\n{\"title\":\"乙\",\"text\":\"文。\"}\r\n", []string{"甲", "乙"}, nil},
		{"objects one after the other", "a.json", "{\n\"title\":\"甲\",\"text\":\"文。\"}\n{\"title\":\"乙\",\"text\":\"文。\"}", []string{"甲", "乙"}, nil},
		{"byte order mark", "a.jsonl", "\ufeff{\"title\":\"甲\",\"text\":\"文。\"}", []string{"甲"}, nil},
		{"kinds of text", "a.jsonl", `{"title":"甲","html":"<p>文</p>"}` + "\n" + `{"markdown":"# 乙\n\n文"}` + "\n" + `{"title":"丙","content":"文。"}`, []string{"甲", "乙", "丙"}, nil},
		{"broken line", "a.jsonl", "{\"title\":\"甲\",\"text\":\"文。\"}\n{\"title\":\n{\"title\":\"丙\",\"text\":\"文。\"}", []string{"甲", "丙"},
			[]string{"#2: line 2: it is no JSON object: unexpected end of JSON input"}},
		{"no object", "a.json", `[1, "甲", {"title":"乙","text":"文。"}]`, []string{"乙"}, []string{
			"#1: line 1: it is no JSON object: json: cannot unmarshal number into Go value of type map[string]json.RawMessage",
			"#2: line 1: it is no JSON object: json: cannot unmarshal string into Go value of type map[string]json.RawMessage"}},
		{"cut array", "a.json", `[{"title":"甲","text":"文。"},`, []string{"甲"}, []string{"#2: line 1: the array is cut off"}},
		{"no text", "a.jsonl", `{"title":"甲"}`, nil, []string{"#1: line 1: it has 0 of text, html and markdown; one is wanted"}},
		{"two texts", "a.jsonl", `{"text":"文","html":"<p>文"}`, nil, []string{"#1: line 1: it has 2 of text, html and markdown; one is wanted"}},
		{"text that is none", "a.jsonl", `{"text":["文"]}`, nil, []string{"#1: line 1: text is no string"}},
		{"wrong date", "a.jsonl", `{"text":"文","published":"soon"}`, nil, []string{`#1: line 1: published: "soon" is no date; want YYYY-MM-DD, YYYY-MM or YYYY`}},
		{"wrong address", "a.jsonl", `{"text":"文","url":"javascript:x"}`, nil, []string{`#1: line 1: url: "javascript:x" is no address of a web page`}},
		{"wrong type", "a.jsonl", `{"text":"文","title":{"zh":"甲"}}`, nil, []string{"#1: line 1: title is neither a string nor a list of strings"}},
		{"empty text", "a.jsonl", `{"title":"甲","text":" "}`, nil, []string{": there is no text in it"}},
		{"long article", "a.jsonl", `{"text":"` + strings.Repeat("长", 101) + `"}`, nil, []string{": the article has 101 characters; at most 100 are taken"}},
		{"very long article", "a.jsonl", `{"text":"` + strings.Repeat("长", 100_000) + "\"}\n" + `{"title":"乙","text":"文。"}`, []string{"乙"},
			[]string{"#1: line 1: it is longer than 800 bytes, which no article may be"}},
		{"no JSON", "a.jsonl", "甲\n乙\n", nil, []string{
			"#1: line 1: it is no JSON object: invalid character 'ç' looking for beginning of value",
			"#2: line 2: it is no JSON object: invalid character 'ä' looking for beginning of value"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			drafts, refusals := readSource(t, sourceOf(test.file, []byte(test.text)), Options{MaxArticle: 100})
			var titles []string
			for _, d := range drafts {
				checkDraft(t, d)
				titles = append(titles, d.Article.Title)
			}
			for i := range refusals {
				refusals[i] = strings.TrimPrefix(refusals[i], test.file)
			}
			if diff := cmp.Diff(test.want, titles); diff != "" {
				t.Errorf("titles (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.refusals, refusals); diff != "" {
				t.Errorf("refusals (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadJSONFields(t *testing.T) {
	line := `{"id":7,"title":" 甲 ","text":"文。","url":"www.a.example/x","outlet":"砚池网","authors":["祝余","白栖"],"published":"2024年5月6日","tags":"云","keywords":["价格"],"lang":"zh-Hans","other":{"a":1},"date":"2020","tag":null}`
	a := readText(t, "a.jsonl", line).Article
	want := corpus.Article{
		ID: hashID("url", "www.a.example/x"), Hash: a.Hash, Title: "甲", Text: "文。", URL: "https://www.a.example/x", Outlet: "砚池网", Author: "祝余、白栖",
		Published: "2024-05-06", Tags: []string{"云", "价格"}, Language: "zh", Provenance: "a.jsonl, JSON",
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("article (-want +got):\n%s", diff)
	}
}

// A long is a stream of JSON Lines that is made as it is read.
type long struct {
	line []byte
	left int // bytes
	at   int
}

func (l *long) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, l.line[l.at:])
	l.at = (l.at + n) % len(l.line)
	l.left -= n
	return n, nil
}

// TestReadLongJSONLines reads a file that is larger than what may be held of it.
func TestReadLongJSONLines(t *testing.T) {
	line := []byte(`{"title":"甲","text":"` + strings.Repeat("文。", 5000) + "\"}\n")
	const lines = 400 // 12 MB
	source := Source{Name: "long.jsonl", Size: -1, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(&long{line: line, left: lines * len(line)}), nil
	}}
	n := 0
	for _, err := range Read(t.Context(), source, Options{MaxFile: 1 << 20}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != lines {
		t.Errorf("%d articles, want %d", n, lines)
	}
}

// TestExportReadsBack puts articles of any content through an export and Read.
func TestExportReadsBack(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	pieces := []string{"星槎云", "。", "\n", "[1]", "参考资料", "<p>", "**", "&amp;", "\"", "\\", "1. 甲", "a b", "\U00020bb7", "é", "# ", "作者：陆听澜", "云脉新闻云脉新闻", "}", "{", "\u3000", "//a.example", "---", "²"}
	word := func(n int) string {
		var s strings.Builder
		for range n {
			s.WriteString(pieces[r.IntN(len(pieces))])
		}
		return s.String()
	}
	var want []corpus.Article
	var file bytes.Buffer
	for i := range 300 {
		a := corpus.Article{
			Title: cleanLine(word(r.IntN(4))), Outlet: cleanLine(word(r.IntN(3))), Author: cleanLine(word(r.IntN(3))),
			Text: clean("文" + word(1+r.IntN(60))), Published: []corpus.Date{"", "2024", "2024-05", "2024-05-06"}[r.IntN(4)],
			URL: webURL([]string{"", "https://a.example/甲?b=c d&e", "http://a.example/%7Ex#y"}[r.IntN(3)]),
		}
		a.Tags = joinTags(nil, []string{word(1), word(2)})
		d := Draft{Article: a, DeclaredID: []string{"", fmt.Sprint(i)}[r.IntN(2)], Place: i}
		complete(&d, "there.jsonl")
		want = append(want, d.Article)
		if err := WriteLine(&file, d); err != nil {
			t.Fatal(err)
		}
	}
	drafts, refusals := readSource(t, sourceOf("export.jsonl", file.Bytes()), Options{})
	var got []corpus.Article
	for _, d := range drafts {
		checkDraft(t, d)
		got = append(got, d.Article)
	}
	if len(refusals) > 0 {
		t.Errorf("refusals %q", refusals)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(corpus.Article{}, "Hash", "Provenance"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("articles (-want +got):\n%s", diff)
	}
}

// TestRealExport puts the real articles through an export, and again.
func TestRealExport(t *testing.T) {
	var file bytes.Buffer
	all := realArticles(t)
	for _, d := range all {
		if err := WriteLine(&file, d); err != nil {
			t.Fatal(err)
		}
	}
	again, refusals := readSource(t, sourceOf("export.jsonl", file.Bytes()), Options{})
	if len(again) != len(all) || len(refusals) > 0 {
		t.Fatalf("%d articles of %d, refusals %q", len(again), len(all), refusals)
	}
	for i, d := range again {
		if diff := cmp.Diff(all[i].Article, d.Article, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("article %d (-first +again):\n%s", i, diff)
		}
		if diff := cmp.Diff(all[i].Headings, d.Headings, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("headings of article %d (-first +again):\n%s", i, diff)
		}
	}
}

// FuzzJSONValues holds that a stream of sound values comes out as it was put in,
// in lines and in an array, and that any other ends.
func FuzzJSONValues(f *testing.F) {
	f.Add(`{"a":"]},{"}`, `[1,{"b":"\"\\"}]`)
	f.Add(`"x`, `}]`)
	f.Fuzz(func(t *testing.T, one, two string) {
		var want []string
		for _, s := range []string{one, two} {
			if b := compactObject(s); b != "" {
				want = append(want, b)
			}
		}
		for _, stream := range []string{strings.Join(want, "\n"), "[" + strings.Join(want, ",\n") + "]", "[" + strings.Join(want, " , ") + " ]\n"} {
			var got []string
			for v, err := range jsonValues(newReader(stream), 1<<20) {
				if err == nil {
					got = append(got, strings.TrimSpace(string(v.bytes)))
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("values of %q (-want +got):\n%s", stream, diff)
			}
		}
		for range jsonValues(newReader(one+two), 100) {
		}
	})
}

// compactObject is a JSON object on one line, empty for what is none.
func compactObject(s string) string {
	var fields map[string]any
	var out bytes.Buffer
	if json.Unmarshal([]byte(s), &fields) != nil || fields == nil || json.Compact(&out, []byte(s)) != nil {
		return ""
	}
	return out.String()
}

func newReader(s string) *bufio.Reader { return bufio.NewReader(strings.NewReader(s)) }
