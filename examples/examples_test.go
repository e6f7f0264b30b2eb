package examples_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"chuchu/corpus"
	"chuchu/examples"
	"chuchu/ingest"
)

// An example is an article as it comes out of its file.
type example struct {
	corpus.Article
	file   string
	format string
}

// readAll reads the example articles as a first start does.
func readAll(t *testing.T) []example {
	t.Helper()
	var all []example
	for source, err := range ingest.WalkFS(t.Context(), examples.Articles(), ingest.Meta{}) {
		if err != nil {
			t.Fatal(err)
		}
		for draft, err := range ingest.Read(t.Context(), source, ingest.Defaults()) {
			if err != nil {
				t.Fatal(err)
			}
			_, format, _ := strings.Cut(draft.Article.Provenance, ", ")
			all = append(all, example{draft.Article, source.Name, format})
		}
	}
	return all
}

func TestArticles(t *testing.T) {
	all := readAll(t)
	if len(all) < 26 {
		t.Errorf("%d articles", len(all))
	}
	ids, titles, outlets := map[string]string{}, map[string]string{}, map[string]bool{}
	for _, a := range all {
		if n := utf8.RuneCountInString(a.Text); n < 400 || n > 1500 {
			t.Errorf("%s: %s: %d characters", a.file, a.Title, n)
		}
		if other, ok := ids[a.ID]; ok {
			t.Errorf("%s and %s have one id", a.file, other)
		}
		if other, ok := titles[a.Title]; ok {
			t.Errorf("%s and %s have one title", a.file, other)
		}
		if a.Outlet == "" || a.Language != "zh" {
			t.Errorf("%s: outlet %q, language %q", a.file, a.Outlet, a.Language)
		}
		ids[a.ID], titles[a.Title], outlets[a.Outlet] = a.file, a.file, true
	}
	if len(outlets) < 5 {
		t.Errorf("%d outlets", len(outlets))
	}
}

// TestDates holds that the articles lie in three years, dated in every precision.
func TestDates(t *testing.T) {
	first, last := "9999", ""
	precisions := map[corpus.Precision]int{}
	for _, a := range readAll(t) {
		precisions[a.Published.Precision()]++
		if a.Published != "" {
			from, to := a.Published.Bounds()
			first, last = min(first, from), max(last, to)
		}
	}
	if first < "2022-01-01" || first > "2022-12-31" || last < "2025-01-01" || last > "2025-12-31" {
		t.Errorf("from %s to %s", first, last)
	}
	for _, p := range []corpus.Precision{corpus.Day, corpus.Month, corpus.Unknown} {
		if precisions[p] == 0 {
			t.Errorf("no article is dated to the %s", p)
		}
	}
}

func TestFormats(t *testing.T) {
	count := map[string]int{}
	for _, a := range readAll(t) {
		kind := a.format + " " + path.Ext(a.file)
		raw, err := fs.ReadFile(examples.Articles(), a.file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.HasPrefix(raw, []byte("---\n")) {
			kind += ", front matter"
		}
		if _, err := fs.Stat(examples.Articles(), a.file+".meta.yaml"); err == nil {
			kind += ", sidecar"
		}
		count[kind]++
	}
	for kind, least := range map[string]int{
		"Markdown .md, front matter": 2,
		"Markdown .md, sidecar":      1, // without front matter
		"HTML .html":                 2,
		"text .txt, sidecar":         2,
		"feed .xml":                  3,
		"JSON .jsonl":                3,
		"JSON .json":                 1,
	} {
		if count[kind] < least {
			t.Errorf("%q: %d of at least %d; there are %v", kind, count[kind], least, count)
		}
	}
}

// TestReprints holds that two articles are another's text again under another
// title and outlet, later; one of them with a sentence in front.
func TestReprints(t *testing.T) {
	all := readAll(t)
	same, withLead := 0, 0
	for _, original := range all {
		for _, again := range all {
			switch {
			case again.Published <= original.Published || !strings.HasSuffix(again.Text, original.Text):
				continue
			case again.Title == original.Title || again.Outlet == original.Outlet:
				t.Errorf("%s repeats %s, title or outlet included", again.file, original.file)
			case again.Text == original.Text:
				same++
			default:
				withLead++
			}
		}
	}
	if same != 1 || withLead != 1 {
		t.Errorf("%d reprints of the same text, %d with a lead", same, withLead)
	}
}

// A question is a line of questions.jsonl, all its fields.
type question struct {
	ID       string              `json:"id"`
	Type     string              `json:"type"`
	Question string              `json:"question"`
	History  []map[string]string `json:"history"`
	AsOf     string              `json:"as_of"`
	Answer   string              `json:"answer"`
	Facts    [][]string          `json:"facts"`
	Gold     []struct {
		Seed    string `json:"seed"`
		Article string `json:"article"`
		Quote   string `json:"quote"`
		Alt     bool   `json:"alt"`
	} `json:"gold"`
	Window map[string]*string   `json:"window"`
	Also   []map[string]*string `json:"window_also"`
	Trap   map[string]string    `json:"trap"`
}

func readQuestions(t *testing.T) []question {
	t.Helper()
	var all []question
	for line := range bytes.Lines(examples.Questions()) {
		var q question
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&q); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, q)
	}
	return all
}

func TestQuestions(t *testing.T) {
	all := readQuestions(t)
	if len(all) != 30 {
		t.Errorf("%d questions", len(all))
	}
	// The first one is what the README asks; the smoke test takes it out of its
	// line without reading JSON.
	if first := all[0]; first.Type != "fact" || strings.ContainsAny(first.Question, `"\`) {
		t.Errorf("the first question is not a plain one: %+v", first)
	}
	ids, types := map[string]bool{}, map[string]int{}
	for _, q := range all {
		if ids[q.ID] || q.ID == "" || q.Question == "" || q.Answer == "" {
			t.Errorf("question %q: an id twice, or something is empty", q.ID)
		}
		ids[q.ID] = true
		types[q.Type]++
		if unanswerable := q.Type == "unanswerable"; unanswerable != (len(q.Gold) == 0) || unanswerable != (len(q.Facts) == 0) {
			t.Errorf("%s: %s with %d gold and %d facts", q.ID, q.Type, len(q.Gold), len(q.Facts))
		}
		if (q.Type == "followup") != (len(q.History) > 0) {
			t.Errorf("%s: %s with %d earlier turns", q.ID, q.Type, len(q.History))
		}
	}
	for _, kind := range []string{
		"fact", "number", "list", "compare", "multi_article", "temporal", "cross_lingual", "paraphrase", "followup",
		"conflicting", "false_premise", "unanswerable",
	} {
		if types[kind] < 2 {
			t.Errorf("%d questions of type %s", types[kind], kind)
		}
	}
}

// TestGold holds that every quotation stands in the text of the article it names.
func TestGold(t *testing.T) {
	all := readAll(t)
	for _, q := range readQuestions(t) {
		for _, g := range q.Gold {
			i := slices.IndexFunc(all, func(a example) bool { return a.Title == g.Article && a.file == g.Seed })
			switch {
			case i < 0:
				t.Errorf("%s: no article %q in %s", q.ID, g.Article, g.Seed)
			case !strings.Contains(all[i].Text, g.Quote):
				t.Errorf("%s: %q is not in %s", q.ID, g.Quote, g.Article)
			}
		}
		if title, ok := q.Trap["article"]; ok && !slices.ContainsFunc(all, func(a example) bool { return a.Title == title }) {
			t.Errorf("%s: no article %q to trap", q.ID, title)
		}
	}
}

// TestBriefings holds that every point of briefings.jsonl stands in the text of an
// article of the file that it names.
func TestBriefings(t *testing.T) {
	text, err := os.ReadFile("briefings.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	all, points := readAll(t), 0
	for line := range bytes.Lines(text) {
		var topic struct {
			ID        string `json:"id"`
			Topic     string `json:"topic"`
			Audience  string `json:"audience"`
			Focus     string `json:"focus"`
			MustCover []struct {
				Point string `json:"point"`
				Quote string `json:"quote"`
				Seed  string `json:"seed"`
			} `json:"must_cover"`
		}
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&topic); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		for _, p := range topic.MustCover {
			points++
			if !slices.ContainsFunc(all, func(a example) bool { return a.file == p.Seed && strings.Contains(a.Text, p.Quote) }) {
				t.Errorf("%s: %q is not in %s", topic.ID, p.Quote, p.Seed)
			}
		}
	}
	if points != 15 {
		t.Errorf("%d points", points)
	}
}
