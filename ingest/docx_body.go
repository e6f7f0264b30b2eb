package ingest

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A docxBody reads the main part of a DOCX. Paragraphs stand inside one another
// where a text box is anchored in one, tables inside one another.
type docxBody struct {
	ctx    context.Context
	styles map[string]docxStyle
	most   int // characters

	blocks     []block
	title      string // of the paragraph in the style of titles
	paragraphs []*docxParagraph
	rows       []*docxRow
	length     int
	depth      int
	hidden     bool // the run is not shown
	raised     bool // the run stands above the line
	lowered    bool // the run stands below the line
}

type docxParagraph struct {
	text  strings.Builder
	style docxStyle
	rows  int // rows that were open when it began
}

type docxRow struct{ cells []string }

// docxLeftOut are the elements without text that is the author's last word:
// deletions, field codes, the second form of a drawing.
var docxLeftOut = map[string]bool{
	"del": true, "moveFrom": true, "delText": true, "instrText": true, "delInstrText": true,
	"Fallback": true, "sectPr": true, "pPrChange": true, "rPrChange": true,
}

func (d *docxBody) read(content []byte) error {
	decoder := xml.NewDecoder(bytes.NewReader(content))
	for n := 0; ; n++ {
		if n%1024 == 0 && d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return docxSyntax(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = d.start(decoder, t)
		case xml.EndElement:
			d.end(t.Name.Local)
		}
		if err != nil {
			return err
		}
	}
}

func (d *docxBody) start(decoder *xml.Decoder, t xml.StartElement) error {
	if docxLeftOut[t.Name.Local] {
		return d.skip(decoder)
	}
	if d.depth++; d.depth > docxDepth {
		return &docxError{fmt.Sprintf("the DOCX has elements %d deep inside one another", d.depth)}
	}
	switch t.Name.Local {
	case "p":
		d.paragraphs = append(d.paragraphs, &docxParagraph{rows: len(d.rows)})
	case "tr":
		d.rows = append(d.rows, &docxRow{})
	case "tc":
		if n := len(d.rows); n > 0 {
			d.rows[n-1].cells = append(d.rows[n-1].cells, "")
		}
	case "t":
		return d.text(decoder, t)
	case "vanish":
		d.hidden = !off(xmlAttribute(t, "val"))
	case "vertAlign":
		d.raised, d.lowered = xmlAttribute(t, "val") == "superscript", xmlAttribute(t, "val") == "subscript"
	}
	d.property(t)
	return nil
}

// property takes up what is empty: style, level, breaks.
func (d *docxBody) property(t xml.StartElement) {
	if len(d.paragraphs) == 0 {
		return
	}
	p := d.paragraphs[len(d.paragraphs)-1]
	switch t.Name.Local {
	case "pStyle":
		id := xmlAttribute(t, "val")
		style, known := d.styles[id]
		if !known {
			style = styleNamed(id)
		}
		p.style = style
	case "outlineLvl":
		if n, err := strconv.Atoi(xmlAttribute(t, "val")); err == nil && n >= 0 && n < 9 {
			p.style.level = n + 1
		}
	case "tab":
		p.text.WriteByte(' ')
	case "noBreakHyphen":
		p.text.WriteByte('-')
	case "br", "cr":
		if xmlAttribute(t, "type") != "page" {
			p.text.WriteByte('\n')
		}
	}
}

// skip passes over the element just begun; unlike Decoder.Skip it minds the depth.
func (d *docxBody) skip(decoder *xml.Decoder) error {
	for depth := 1; depth > 0; {
		token, err := decoder.Token()
		if err != nil {
			return docxSyntax(err)
		}
		switch token.(type) {
		case xml.StartElement:
			if depth++; depth > docxDepth {
				return &docxError{fmt.Sprintf("the DOCX has elements %d deep inside one another", depth)}
			}
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// text reads the characters of a run.
func (d *docxBody) text(decoder *xml.Decoder, t xml.StartElement) error {
	var s string
	if err := decoder.DecodeElement(&s, &t); err != nil {
		return docxSyntax(err)
	}
	d.depth--
	if d.hidden || len(d.paragraphs) == 0 {
		return nil
	}
	d.length += utf8.RuneCountInString(s)
	if d.length > d.most {
		return &docxError{fmt.Sprintf("the article has more than %d characters", d.most)}
	}
	if d.raised || d.lowered {
		s = moved(s, d.raised)
	}
	d.paragraphs[len(d.paragraphs)-1].text.WriteString(s)
	return nil
}

func (d *docxBody) end(name string) {
	d.depth--
	switch name {
	case "r", "pPr": // what pPr says is of the paragraph's mark alone
		d.hidden, d.raised, d.lowered = false, false, false
	case "p":
		d.endParagraph()
	case "tr":
		d.endRow()
	}
}

func (d *docxBody) endParagraph() {
	n := len(d.paragraphs)
	if n == 0 {
		return
	}
	p := d.paragraphs[n-1]
	d.paragraphs = d.paragraphs[:n-1]
	text := strings.TrimSpace(p.text.String())
	switch {
	case text == "" || p.style.contents:
	case p.rows > 0 && p.rows == len(d.rows) && len(d.rows[p.rows-1].cells) > 0:
		cells := d.rows[p.rows-1].cells
		cells[len(cells)-1] = strings.TrimSpace(cells[len(cells)-1] + " " + strings.Join(strings.Fields(text), " "))
	default:
		if p.style.title && d.title == "" {
			d.title = text
		}
		d.blocks = append(d.blocks, block{text: text, level: p.style.level})
	}
}

// endRow makes a block of a row; the rows of a table in a cell stay in the cell.
func (d *docxBody) endRow() {
	n := len(d.rows)
	if n == 0 {
		return
	}
	text := strings.TrimSpace(strings.Join(d.rows[n-1].cells, " | "))
	d.rows = d.rows[:n-1]
	if strings.Trim(text, " |") == "" {
		return
	}
	if n > 1 {
		if cells := d.rows[n-2].cells; len(cells) > 0 {
			cells[len(cells)-1] = strings.TrimSpace(cells[len(cells)-1] + " " + text)
			return
		}
	}
	d.blocks = append(d.blocks, block{text: text})
}

func xmlAttribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func off(val string) bool { return val == "0" || val == "false" || val == "off" }
