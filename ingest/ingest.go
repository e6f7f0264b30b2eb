// Package ingest turns files into articles in the record.
//
// Walk (walk.go) finds files. Read (read.go) tells a file's format by its content
// and yields its articles; one file a format does the work. Split (split.go) cuts
// an article into passages, and Ingester (ingester.go, pipeline.go) puts articles,
// passages and vectors into the record. docs/formats.md says what is read and what
// is made of it.
package ingest

import (
	"chuchu/corpus"
)

// A Draft is an article as a file gives it, before it is put into the record.
type Draft struct {
	Article corpus.Article // ID is empty when neither URL nor DeclaredID is known yet
	// DeclaredID is an id that the source gives the article (front matter, JSON
	// "id").
	DeclaredID string
	// Place is the article's place in its file, from 0.
	Place int
	// Headings are the borders between the sections of Article.Text.
	Headings []Heading
	// provenance is that of a line of an export, which keeps it.
	provenance string
}

// A Heading is a line of the text that heads what follows.
type Heading struct {
	Start int `json:"start"` // code points into the text
	End   int `json:"end"`
	Level int `json:"level"` // 1 is the outermost
}

// A Refusal says why a file, or one article of it, was not taken.
type Refusal struct {
	Name   string
	Reason string
}

func (r *Refusal) Error() string { return r.Name + ": " + r.Reason }
