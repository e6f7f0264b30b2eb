// Package corpus holds the articles, their passages and the record: the one
// truth of chuchu, from which every index can be rebuilt.
//
// Start with Article and Passage for what is kept, with Record for how. The
// package imports nothing else of the project. It is the only one that speaks
// SQL; besides articles it keeps answers, briefings and jobs, as JSON in tables
// of their own, whose shape belongs to the packages that write them.
package corpus

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// An Article is one article as it is kept: clean text with what is known of it.
//
// All offsets into it, here and in every other package, are Unicode code points
// into Text, half-open.
type Article struct {
	ID        string
	Version   int // from 1; a changed Text makes the next one
	URL       string
	Title     string
	Outlet    string
	Author    string
	Language  string // "zh", "en", or empty when unknown
	Published Date
	Fetched   time.Time // when it was first taken in
	Updated   time.Time // when its text or metadata last changed
	Tags      []string
	Hash      string // hex SHA-256 of Text
	Text      string
	// Provenance says where the text came from, for people: the file's path as
	// given, its format, and the version of an outside program that read it.
	Provenance string
}

// A Ref is an article as replies name it.
type Ref struct {
	ID        string    `json:"id"`
	Version   int       `json:"version"`
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	Outlet    string    `json:"outlet"`
	Published Date      `json:"published"`
	Precision Precision `json:"precision"`
	State     string    `json:"state,omitempty"` // in stored answers and briefings: same, changed, deleted
}

// Ref returns how replies name the article.
func (a Article) Ref() Ref {
	return Ref{
		ID: a.ID, Version: a.Version, Title: a.Title, URL: a.URL, Outlet: a.Outlet,
		Published: a.Published, Precision: a.Published.Precision(),
	}
}

// A Passage is text[Start:End] of one version of an article, in code points.
//
// The passages of an article lie in order, cover its text, and start and end at
// the borders of sentences or paragraphs; neighbours may overlap by whole
// sentences.
type Passage struct {
	ID        string
	ArticleID string
	Version   int
	Ordinal   int // from 0
	Start     int
	End       int
	Heading   string // the headings above it, outermost first, joined by " > "
	Text      string // text[Start:End]
}

// PassageID names passage ordinal of a version of an article. The same text
// split by the same splitter gives the same ids.
func PassageID(articleID string, version, ordinal int) string {
	return fmt.Sprintf("%s.%d.%d", articleID, version, ordinal)
}

// splitPassageID is the reverse of PassageID; version 0 when id is none.
func splitPassageID(id string) (articleID string, version, ordinal int) {
	rest, last := cutLast(id)
	articleID, middle := cutLast(rest)
	version, err := strconv.Atoi(middle)
	if err != nil {
		return "", 0, 0
	}
	ordinal, err = strconv.Atoi(last)
	if err != nil || PassageID(articleID, version, ordinal) != id { // as with +1 or 01
		return "", 0, 0
	}
	return articleID, version, ordinal
}

// cutLast cuts s at its last point.
func cutLast(s string) (before, after string) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return "", ""
	}
	return s[:i], s[i+1:]
}

// A Filter narrows what is searched or listed. Empty fields do not narrow.
// From and To are days, YYYY-MM-DD, both inclusive; an article dated by month or
// year passes when its month or year overlaps them, an undated one does not.
type Filter struct {
	PublishedFrom string   `json:"published_from,omitempty"`
	PublishedTo   string   `json:"published_to,omitempty"`
	Outlets       []string `json:"outlets,omitempty"`
	ArticleIDs    []string `json:"article_ids,omitempty"`
	Tags          []string `json:"tags,omitempty"`
}

// Empty reports whether the filter lets everything through.
func (f Filter) Empty() bool {
	return f.PublishedFrom == "" && f.PublishedTo == "" && len(f.Outlets) == 0 && len(f.ArticleIDs) == 0 && len(f.Tags) == 0
}
