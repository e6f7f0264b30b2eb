// Package dateparser stands in the place of github.com/markusmobius/go-dateparser, by a
// replace in go.mod. go-htmldate, which go-trafilatura brings along, asks that for dates
// in the text of a page; ingest reads dates itself and has the search turned off
// (page_text.go), so that nothing here is ever called. The real one makes tables of two
// hundred languages before main begins: a quarter of a second of every start, and 78 MB.
//
// It has what go-htmldate names, by the same names.
package dateparser

import (
	"errors"
	"time"
)

// ParserType is a way of reading a date.
type ParserType uint8

// The ways that go-htmldate asks for.
const (
	CustomFormat ParserType = iota
	AbsoluteTime
)

// PreferredDateSource says which of two dates is meant.
type PreferredDateSource uint8

// Past is the earlier one.
const Past PreferredDateSource = 1

// Configuration says how to read.
type Configuration struct {
	PreferredDateSource PreferredDateSource
	StrictParsing       bool
}

// A Parser reads dates.
type Parser struct{ ParserTypes []ParserType }

// A Date is what was read.
type Date struct{ Time time.Time }

// Parse reads nothing.
func (*Parser) Parse(*Configuration, string, ...string) (Date, error) {
	return Date{}, errors.New("dateparser: dates are not read here")
}
