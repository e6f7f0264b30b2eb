package briefing

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"sync"
)

//go:embed document.html
var htmlPage string

var htmlTemplate = sync.OnceValues(func() (*template.Template, error) {
	return template.New("document").Parse(htmlPage)
})

// WriteHTML writes a briefing, as Desk.Get returns it, as a page that needs nothing
// else: no script, no request. A number leads to the quotation that its sentence rests
// on, and that back to the sentence.
//
// The error is that of w.
func WriteHTML(w io.Writer, b Briefing) error {
	page, err := htmlTemplate()
	if err == nil {
		err = page.Execute(w, compose(&b))
	}
	if err != nil {
		return fmt.Errorf("write briefing as HTML: %w", err)
	}
	return nil
}
