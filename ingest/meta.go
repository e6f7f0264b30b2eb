package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"chuchu/corpus"
)

// over returns m where it is set, else what is beneath; the tags of both.
func (m Meta) over(beneath Meta) Meta {
	for _, f := range []struct{ value, other *string }{
		{&m.ID, &beneath.ID}, {&m.Title, &beneath.Title}, {&m.URL, &beneath.URL}, {&m.Outlet, &beneath.Outlet},
		{&m.Author, &beneath.Author}, {(*string)(&m.Published), (*string)(&beneath.Published)}, {&m.Language, &beneath.Language},
	} {
		if *f.value == "" {
			*f.value = *f.other
		}
	}
	m.Tags = joinTags(m.Tags, beneath.Tags)
	return m
}

const mostTags = 200 // of an article; what has more lists words, not tags

func joinTags(lists ...[]string) []string {
	var out []string
	for _, list := range lists {
		for _, tag := range list {
			if tag = cleanLine(tag); tag != "" && len(out) < mostTags && !slices.Contains(out, tag) {
				out = append(out, tag)
			}
		}
	}
	return out
}

// own reports whether the metadata can be that of one article only.
func (m Meta) own() bool { return m.ID != "" || m.URL != "" || m.Title != "" }

const (
	maxYAML  = 64 << 10 // bytes of front matter or a sidecar
	maxFlows = 64       // brackets open at once in it
)

// checkYAML refuses what small YAML can do harm with: aliases, which multiply,
// and deep nesting.
func checkYAML(b []byte) error {
	if len(b) > maxYAML {
		return fmt.Errorf("the metadata is longer than %d bytes", maxYAML)
	}
	depth := 0
	for _, c := range b {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if depth > maxFlows {
			return errors.New("the metadata is nested too deep")
		}
	}
	file, err := parser.ParseBytes(b, 0)
	if err != nil {
		return yamlError(err)
	}
	for _, doc := range file.Docs {
		if doc.Body != nil && len(ast.Filter(ast.AliasType, doc.Body)) > 0 {
			return errors.New("the metadata has YAML aliases, which are not read; write the values out")
		}
	}
	return nil
}

// yamlError says an error of YAML on one line: "line 3: …".
func yamlError(err error) error {
	var e yaml.Error
	if !errors.As(err, &e) {
		return err
	}
	if t := e.GetToken(); t != nil && t.Position != nil {
		return fmt.Errorf("line %d: %s", t.Position.Line, e.GetMessage())
	}
	return errors.New(e.GetMessage())
}

// parseMeta reads a sidecar. An unknown key is an error that names the nearest.
func parseMeta(b []byte) (Meta, error) {
	var m Meta
	if err := checkYAML(b); err != nil {
		return Meta{}, err
	}
	err := yaml.UnmarshalWithOptions(b, &m, yaml.Strict())
	var unknown *yaml.UnknownFieldError
	switch {
	case errors.As(err, &unknown) && unknown.Token != nil:
		return Meta{}, fmt.Errorf("line %d: unknown key %q; did you mean %q?", unknown.Token.Position.Line, unknown.Token.Value, nearestKey(unknown.Token.Value))
	case err != nil:
		return Meta{}, yamlError(err)
	}
	if m.Published != "" {
		date, ok := readDate(string(m.Published))
		if !ok {
			return Meta{}, fmt.Errorf("published: %q is no date; want YYYY-MM-DD, YYYY-MM or YYYY", m.Published)
		}
		m.Published = date
	}
	if m.URL != "" && webURL(m.URL) == "" {
		return Meta{}, fmt.Errorf("url: %q is no address of a web page", m.URL)
	}
	return m, nil
}

// nearestKey returns the key of a sidecar that is the fewest changes away.
func nearestKey(key string) string {
	keys := []string{"id", "title", "url", "outlet", "author", "published", "language", "tags"}
	if field := fieldNamed(key); field != "" {
		return field
	}
	return slices.MinFunc(keys, func(a, b string) int { return editDistance(key, a) - editDistance(key, b) })
}

// editDistance is Levenshtein's, in code points.
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}

// fieldNamed returns the field of Meta that a source calls by a name, empty for
// names that say nothing of it.
func fieldNamed(name string) string {
	switch strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(name)) {
	case "id", "guid", "uuid":
		return "id"
	case "title", "headline", "标题":
		return "title"
	case "url", "link", "permalink", "canonicalurl", "source", "originalurl", "sourceurl", "链接", "网址":
		return "url"
	case "outlet", "site", "sitename", "publisher", "publication", "来源", "媒体":
		return "outlet"
	case "author", "authors", "byline", "作者":
		return "author"
	case "published", "date", "pubdate", "publishdate", "publisheddate", "datepublished", "publishedat", "publishtime", "日期", "发布时间":
		return "published"
	case "language", "lang":
		return "language"
	case "tags", "tag", "keywords", "categories", "category", "标签":
		return "tags"
	}
	return ""
}

// set puts what a source calls by a name into a field that is not set yet.
func (m *Meta) set(field string, values []string) {
	if len(values) == 0 {
		return
	}
	first := cleanLine(values[0])
	switch field {
	case "id":
		m.ID = cmp.Or(m.ID, first)
	case "title":
		m.Title = cmp.Or(m.Title, first)
	case "url":
		if address := webURL(values[0]); address != "" {
			m.URL = cmp.Or(m.URL, address)
		} else {
			m.Outlet = cmp.Or(m.Outlet, first) // "source: 雷峰网"
		}
	case "outlet":
		m.Outlet = cmp.Or(m.Outlet, first)
	case "author":
		m.Author = cmp.Or(m.Author, cleanLine(strings.Join(values, "、")))
	case "published":
		date, _ := readDate(first)
		m.Published = corpus.Date(cmp.Or(string(m.Published), string(date)))
	case "language":
		m.Language = cmp.Or(m.Language, first)
	case "tags":
		m.Tags = joinTags(m.Tags, values)
	}
}

// shanghai is where a moment without a day of its own is dated.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

var (
	moment = []string{
		time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05Z07:00",
		"Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04 -0700", "2 Jan 2006 15:04:05 -0700",
		"Mon, 2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04 MST", "2 Jan 2006 15:04:05 MST",
		"Mon, 02-Jan-06 15:04:05 MST", time.UnixDate, time.RubyDate, "2006-01-02T15:04Z07:00",
	}
	// localDate are the forms without a zone, which are dates where they were
	// written.
	localDate  = regexp.MustCompile(`^(\d{4})(?:\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s].*)?|月?)|年?)$`)
	compact    = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	zoneGlued  = regexp.MustCompile(`([+-]\d{4})\d+$`) // a zone with a number glued to it
	englishDay = []string{"January 2, 2006", "Jan 2, 2006", "2 January 2006", "2 Jan 2006", "Mon, 2 Jan 2006"}
)

// readDate reads a date in the forms that files and pages have. A moment with a
// zone is the day it was in Shanghai.
func readDate(s string) (corpus.Date, bool) {
	s = zoneGlued.ReplaceAllString(strings.TrimSpace(s), "$1")
	if strings.HasSuffix(s, " GMT") || strings.HasSuffix(s, " UTC") {
		s = s[:len(s)-3] + "+0000"
	}
	for _, layout := range moment {
		if t, err := time.Parse(layout, s); err == nil {
			return dayIn(t.In(shanghai))
		}
	}
	for _, layout := range englishDay {
		if t, err := time.Parse(layout, s); err == nil {
			return dayIn(t)
		}
	}
	m := localDate.FindStringSubmatch(s)
	if m == nil {
		m = compact.FindStringSubmatch(s)
	}
	if m == nil {
		return "", false
	}
	date := m[1]
	for _, part := range m[2:] {
		if part != "" {
			date += fmt.Sprintf("-%02s", part)
		}
	}
	d, err := corpus.ParseDate(date)
	if err != nil || d[0] == '0' {
		return "", false
	}
	return d, true
}

func dayIn(t time.Time) (corpus.Date, bool) {
	if t.Year() < 1000 || t.Year() > 9999 {
		return "", false
	}
	return corpus.Date(t.Format(time.DateOnly)), true
}
