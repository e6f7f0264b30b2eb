package ingest_test

import (
	"bytes"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"chuchu/corpus"
	"chuchu/examples"
	"chuchu/ingest"
)

// TestExport takes the examples in, exports them, and takes the export in: the
// articles are the same, and so are the passages with their headings.
func TestExport(t *testing.T) {
	put := func(sources func(yield func(ingest.Source, error) bool)) *corpus.Record {
		record := openRecord(t)
		g := ingest.New(ingest.Parts{Record: record, Embedder: &fakeEmbedder{}})
		err := g.Ingest(t.Context(), sources, func(r ingest.Result) {
			if r.Status != "added" {
				t.Errorf("%s: %s %s", r.Name, r.Status, r.Reason)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return record
	}
	export := func(record *corpus.Record) string {
		var file bytes.Buffer
		if err := ingest.Export(t.Context(), record, &file); err != nil {
			t.Fatal(err)
		}
		return file.String()
	}
	first := put(ingest.WalkFS(t.Context(), examples.Articles(), ingest.Meta{Tags: []string{"甲", "乙"}}))
	file := export(first)
	again := put(func(yield func(ingest.Source, error) bool) {
		yield(ingest.Source{Name: "export.jsonl", Size: int64(len(file)), Open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader([]byte(file))), nil
		}}, nil)
	})
	if export(again) != file {
		t.Error("the export of the export is another")
	}
	headed := 0
	for a, err := range first.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		b, err := again.Article(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, b, cmpopts.IgnoreFields(corpus.Article{}, "Fetched", "Updated")); diff != "" {
			t.Errorf("article %s (-first +again):\n%s", a.ID, diff)
		}
		if diff := cmp.Diff(passagesOf(t, first, a.ID), passagesOf(t, again, a.ID)); diff != "" {
			t.Errorf("passages of %s (-first +again):\n%s", a.ID, diff)
		}
		if slices.ContainsFunc(passagesOf(t, first, a.ID), func(p corpus.Passage) bool { return p.Heading != "" }) {
			headed++
		}
	}
	if headed < 3 {
		t.Errorf("only %d articles with headings", headed)
	}
}

func passagesOf(t *testing.T, r *corpus.Record, id string) []corpus.Passage {
	t.Helper()
	list, err := r.Passages(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestExportLine reads lines that somebody wrote by hand or edited.
func TestExportLine(t *testing.T) {
	for line, want := range map[string]string{
		`{"id":"x","canonical":true,"text":"头\n一。\n尾\n二。","headings":[{"start":0,"end":1,"level":1},{"start":5,"end":6,"level":2}],"provenance":"a.md, Markdown"}`: "2 a.md, Markdown",
		`{"id":"x","canonical":true,"text":"头\n一。","headings":[{"start":0,"end":2,"level":1}]}`:                                                                    "0 e.jsonl, JSON",
		`{"id":"x","canonical":true,"text":"头\n一。","headings":[{"start":0,"end":99,"level":1}]}`:                                                                   "0 e.jsonl, JSON",
		`{"id":"x","canonical":true,"text":"头\n一。","headings":[{"start":2,"end":4,"level":1},{"start":0,"end":1,"level":1}]}`:                                      "0 e.jsonl, JSON",
		`{"id":"x","canonical":true,"text":"头\n一。","headings":[{"start":-1,"end":1,"level":1}]}`:                                                                   "0 e.jsonl, JSON",
		`{"id":"x","text":"头\n一。","headings":[{"start":0,"end":1,"level":1}],"provenance":"a.md"}`:                                                                 "0 e.jsonl, JSON",
		`{"id":"x","canonical":true,"text":"一。","headings":"x"}`:                                                                                                   "e.jsonl#1: line 1: headings are no list of {start, end, level}",
		`{"id":"x","canonical":true,"text":"一。","provenance":1}`:                                                                                                   "e.jsonl#1: line 1: provenance is no string",
		`{"id":"x","canonical":"yes","text":"一。"}`:                                                                                                                 "e.jsonl#1: line 1: canonical is neither true nor false",
	} {
		source := ingest.Source{Name: "e.jsonl", Size: -1, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte(line))), nil }}
		for d, err := range ingest.Read(t.Context(), source, ingest.Defaults()) {
			got := string(rune('0'+len(d.Headings))) + " " + d.Article.Provenance
			if err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("%s: got %q, want %q", line, got, want)
			}
		}
	}
}
