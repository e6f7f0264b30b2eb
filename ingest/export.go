package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"chuchu/corpus"
)

// An exportLine is an article as JSON Lines hold it. Canonical says that nothing
// is to be taken out of the text when it is read again, and that headings and
// provenance are those of the text.
type exportLine struct {
	ID         string      `json:"id"`
	URL        string      `json:"url,omitempty"`
	Title      string      `json:"title"`
	Outlet     string      `json:"outlet,omitempty"`
	Author     string      `json:"author,omitempty"`
	Language   string      `json:"language,omitempty"`
	Published  corpus.Date `json:"published"`
	Tags       []string    `json:"tags,omitempty"`
	Provenance string      `json:"provenance,omitempty"`
	Canonical  bool        `json:"canonical"`
	Headings   []Heading   `json:"headings,omitempty"`
	Text       string      `json:"text"`
}

// WriteLine writes a whole draft as one line of JSON, which Read reads back to the
// same article, with the same headings.
func WriteLine(w io.Writer, d Draft) error {
	a := d.Article
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	err := e.Encode(exportLine{
		ID: a.ID, URL: a.URL, Title: a.Title, Outlet: a.Outlet, Author: a.Author, Language: a.Language,
		Published: a.Published, Tags: a.Tags, Provenance: a.Provenance, Canonical: true, Headings: d.Headings, Text: a.Text,
	})
	if err != nil {
		return fmt.Errorf("write article %s: %w", a.ID, err)
	}
	return nil
}

// Export writes every article of the record by WriteLine, with the headings that
// its passages stand under.
func Export(ctx context.Context, r *corpus.Record, w io.Writer) error {
	for a, err := range r.All(ctx) {
		if err != nil {
			return err
		}
		passages, err := r.Passages(ctx, a.ID)
		if errors.Is(err, corpus.ErrGone) {
			continue // deleted since
		}
		if err != nil {
			return err
		}
		if err := WriteLine(w, Draft{Article: a, Headings: headingsOf(a.Text, passages)}); err != nil {
			return err
		}
	}
	return nil
}

// exported is what a line of an export says of a text besides its metadata.
type exported struct {
	headings   []Heading
	provenance string
}

// setExported reads what only an export says.
func (a *article) setExported(fields map[string]json.RawMessage) error {
	canonical := false
	if raw, ok := fields["canonical"]; ok {
		if err := json.Unmarshal(raw, &canonical); err != nil {
			return errors.New("canonical is neither true nor false")
		}
	}
	if !canonical {
		return nil
	}
	a.exported = &exported{}
	if raw, ok := fields["headings"]; ok {
		if err := json.Unmarshal(raw, &a.exported.headings); err != nil {
			return errors.New("headings are no list of {start, end, level}")
		}
	}
	if raw, ok := fields["provenance"]; ok {
		if err := json.Unmarshal(raw, &a.exported.provenance); err != nil {
			return errors.New("provenance is no string")
		}
	}
	return nil
}

const provenanceRunes = 500 // a name of a file and what read it

// onto puts it back on the draft of the text. Headings that are no places in it
// are left out: somebody edited the text.
func (e *exported) onto(d Draft) Draft {
	if headingsFit(e.headings, d.Article.Text) {
		d.Headings = e.headings
	}
	d.provenance = cut(cleanLine(e.provenance), provenanceRunes)
	return d
}

// headingsFit reports whether headings are lines of the text, in order.
func headingsFit(headings []Heading, text string) bool {
	if len(headings) == 0 {
		return true
	}
	characters := []rune(text)
	at := 0
	for _, h := range headings {
		if h.Level < 1 || h.Start < at || h.End <= h.Start || h.End > len(characters) ||
			h.Start > 0 && characters[h.Start-1] != '\n' || h.End < len(characters) && characters[h.End] != '\n' ||
			slices.Contains(characters[h.Start:h.End], '\n') {
			return false
		}
		at = h.End
	}
	return true
}
