package briefing

import (
	"archive/zip"
	"embed"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// docxParts are the parts of a Word file that are the same in all of them.
//
//go:embed docx/*.xml
var docxParts embed.FS

// WriteDOCX writes a briefing, as Desk.Get returns it, as a Word file: headings by
// style, tables with a header row, numbers that lead to the reference list and, from
// there, back to where they are first used. It is written without a library: the one
// for Word files at hand knows neither bookmarks nor links within a document.
//
// The error is that of w.
func WriteDOCX(w io.Writer, b Briefing) error {
	d := docx{links: make(map[string]int)}
	d.write(compose(&b))
	if err := d.pack(w, &b); err != nil {
		return fmt.Errorf("write briefing as DOCX: %w", err)
	}
	return nil
}

// docx writes a document as WordprocessingML.
type docx struct {
	body      strings.Builder
	title     string
	language  string
	links     map[string]int // relationship ids of addresses
	addresses []string       // in the order of their ids
	bookmarks int
}

// firstLink is the id of the first address; those before are of the package's parts.
const firstLink = 10

// pack writes the package.
func (d *docx) pack(w io.Writer, b *Briefing) error {
	z := zip.NewWriter(w)
	parts := []struct{ name, file, text string }{
		{name: "[Content_Types].xml", file: "content_types.xml"},
		{name: "_rels/.rels", file: "rels.xml"},
		{name: "docProps/core.xml", text: d.core(b.Created)},
		{name: "word/document.xml", text: d.document()},
		{name: "word/_rels/document.xml.rels", text: d.relationships()},
		{name: "word/styles.xml", file: "styles.xml"},
		{name: "word/settings.xml", file: "settings.xml"},
		{name: "word/numbering.xml", file: "numbering.xml"},
		{name: "word/footer1.xml", file: "footer.xml"},
	}
	for _, p := range parts {
		text := []byte(p.text)
		if p.file != "" {
			var err error
			if text, err = docxParts.ReadFile("docx/" + p.file); err != nil {
				return err
			}
		}
		out, err := z.Create(p.name)
		if err != nil {
			return err
		}
		if _, err := out.Write(text); err != nil {
			return err
		}
	}
	return z.Close()
}

func (d *docx) core(created time.Time) string {
	day := ""
	if !created.IsZero() {
		at := created.UTC().Format("2006-01-02T15:04:05Z")
		day = `<dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + at + `</dcterms:modified>`
	}
	return xml.Header + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + escaped(d.title) + `</dc:title><dc:creator>chuchu</dc:creator><dc:language>` + d.language + `</dc:language>` + day + `</cp:coreProperties>`
}

// document is the main part. A4, 25 mm of margin, the number of the page below.
func (d *docx) document() string {
	return xml.Header + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"` +
		` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>` + d.body.String() +
		`<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:pgSz w:w="11906" w:h="16838"/>` +
		`<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>` +
		`</w:body></w:document>`
}

func (d *docx) relationships() string {
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	var out strings.Builder
	out.WriteString(xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i, part := range []string{"styles", "settings", "numbering", "footer"} {
		target := part
		if part == "footer" {
			target = "footer1"
		}
		fmt.Fprintf(&out, `<Relationship Id="rId%d" Type="%s" Target="%s.xml"/>`, i+1, office+part, target)
	}
	for i, address := range d.addresses {
		fmt.Fprintf(&out, `<Relationship Id="rId%d" Type="%shyperlink" Target="%s" TargetMode="External"/>`, firstLink+i, office, escaped(address))
	}
	out.WriteString(`</Relationships>`)
	return out.String()
}

// escaped makes text safe in elements and attributes.
func escaped(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a Builder takes everything
	return out.String()
}

func (d *docx) write(doc *document) {
	d.title, d.language = doc.Title, doc.Language
	if doc.English() {
		d.language = "en-US"
	}
	d.paragraph("Title", []run{{Text: doc.Title}})
	if doc.Meta != "" {
		d.paragraph("Subtitle", []run{{Text: doc.Meta}})
	}
	for _, b := range doc.Blocks {
		switch {
		case b.Level > 0:
			d.paragraph("Heading"+strconv.Itoa(b.Level-1), []run{{Text: b.Heading}})
		case b.Text != nil:
			d.paragraph("", b.Text)
		case b.Note != nil:
			d.paragraph("BriefingNote", b.Note)
		case b.Table != nil:
			d.table(b.Table)
		}
		for _, item := range b.List {
			d.paragraph("ListBullet", item)
		}
	}
	if doc.RefHeading == "" {
		return
	}
	d.paragraph("Heading1", []run{{Text: doc.RefHeading}})
	for _, r := range doc.References {
		d.reference(r)
	}
}

func (d *docx) paragraph(style string, runs []run) {
	d.beginParagraph(style)
	d.runs(runs)
	d.body.WriteString(`</w:p>`)
}

func (d *docx) beginParagraph(style string) {
	d.body.WriteString(`<w:p>`)
	if style != "" {
		d.body.WriteString(`<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	}
}

func (d *docx) runs(runs []run) {
	for _, r := range runs {
		switch {
		case r.Cite > 0:
			d.citation(r)
		case r.URL != "":
			d.body.WriteString(`<w:hyperlink r:id="rId` + strconv.Itoa(d.link(r.URL)) + `" w:history="1">`)
			d.text("Hyperlink", r.Text)
			d.body.WriteString(`</w:hyperlink>`)
		case r.Strong:
			d.text("Strong", r.Text)
		case r.Soft:
			d.text("SourceNote", r.Text)
		default:
			d.text("", r.Text)
		}
	}
}

// text writes a run with a style of characters.
func (d *docx) text(style, text string) {
	d.body.WriteString(`<w:r>`)
	if style != "" {
		d.body.WriteString(`<w:rPr><w:rStyle w:val="` + style + `"/></w:rPr>`)
	}
	d.body.WriteString(`<w:t xml:space="preserve">` + escaped(text) + `</w:t></w:r>`)
}

// link returns the relationship id of an address.
func (d *docx) link(address string) int {
	id, known := d.links[address]
	if !known {
		id = firstLink + len(d.addresses)
		d.links[address] = id
		d.addresses = append(d.addresses, address)
	}
	return id
}

// citation writes a number that leads to its reference; the first of each is where
// the reference leads back to.
func (d *docx) citation(r run) {
	write := func() { d.anchored("ref_"+r.Text, "CitationNumber", "["+r.Text+"]") }
	if r.Use > 1 {
		write()
		return
	}
	d.bookmarked("cite_"+r.Text, write)
}

// anchored writes a link to a bookmark.
func (d *docx) anchored(bookmark, style, text string) {
	d.body.WriteString(`<w:hyperlink w:anchor="` + bookmark + `" w:history="1">`)
	d.text(style, text)
	d.body.WriteString(`</w:hyperlink>`)
}

// bookmarked puts a bookmark around what write writes.
func (d *docx) bookmarked(name string, write func()) {
	id := strconv.Itoa(d.bookmarks)
	d.bookmarks++
	d.body.WriteString(`<w:bookmarkStart w:id="` + id + `" w:name="` + name + `"/>`)
	write()
	d.body.WriteString(`<w:bookmarkEnd w:id="` + id + `"/>`)
}

func (d *docx) reference(r reference) {
	number := strconv.Itoa(r.Number)
	d.beginParagraph("ReferenceEntry")
	d.bookmarked("ref_"+number, func() {
		if r.Cited {
			d.anchored("cite_"+number, "ReferenceNumber", "["+number+"]")
		} else {
			d.text("", "["+number+"]")
		}
	})
	d.body.WriteString(`<w:r><w:tab/></w:r>`)
	d.runs(r.Text)
	if r.State != "" {
		d.text("", " "+r.State)
	}
	d.body.WriteString(`</w:p>`)
	for _, q := range r.Quotes {
		d.paragraph("ReferenceQuotation", q.runs())
	}
}

// textWidth is that of the page between its margins, in twentieths of a point.
const textWidth = 11906 - 2*1418

func (d *docx) table(t *table) {
	widths := columnWidths(t)
	d.body.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="BriefingTable"/><w:tblW w:w="` + strconv.Itoa(textWidth) + `" w:type="dxa"/>` +
		`<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr><w:tblGrid>`)
	for _, width := range widths {
		d.body.WriteString(`<w:gridCol w:w="` + strconv.Itoa(width) + `"/>`)
	}
	d.body.WriteString(`</w:tblGrid>`)
	head := make([]cell, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = cell{{Text: c.Name, Strong: true}}
	}
	d.row(`<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`, widths, head)
	for _, row := range t.Rows {
		d.row(`<w:trPr><w:cantSplit/></w:trPr>`, widths, row)
	}
	d.body.WriteString(`</w:tbl>`)
	d.paragraph("BriefingNote", nil) // tables that touch would become one
}

func (d *docx) row(properties string, widths []int, cells []cell) {
	d.body.WriteString(`<w:tr>` + properties)
	for i, c := range cells {
		d.body.WriteString(`<w:tc><w:tcPr><w:tcW w:w="` + strconv.Itoa(widths[i]) + `" w:type="dxa"/></w:tcPr>`)
		d.paragraph("TableText", c)
		d.body.WriteString(`</w:tc>`)
	}
	d.body.WriteString(`</w:tr>`)
}

// Widths of columns.
const (
	halfEm     = 130 // of a character half as wide as a Chinese one, in twentieths of a point, with room for wider fonts
	cellMargin = 220
	needMost   = 24 // half ems: a column that needs no more gets what it needs
	wideMost   = 72 // what is longer takes more lines, not more width
)

// columnWidths gives narrow columns and short ones what they need, and shares the rest
// of the page out among the others by what they hold.
func columnWidths(t *table) []int {
	widths, shares, total, rest := make([]int, len(t.Columns)), make([]int, len(t.Columns)), 0, textWidth
	last := 0 // takes the rest where all are short
	for i, c := range t.Columns {
		need := halfEms(c.Name)
		for _, row := range t.Rows {
			need = max(need, halfEms(shown(row[i])))
		}
		if !c.Narrow {
			last = i
		}
		if c.Narrow || need <= needMost {
			widths[i] = min(need, needMost)*halfEm + cellMargin
			rest -= widths[i]
		} else {
			shares[i] = min(need, wideMost)
			total += shares[i]
		}
	}
	if total == 0 {
		shares[last], total = 1, 1
	}
	for i, share := range shares {
		widths[i] += rest * share / total
	}
	return widths
}

// shown is what a cell shows; a number is small, and has brackets.
func shown(c cell) string {
	text := textOf(c)
	for _, r := range c {
		if r.Cite > 0 {
			text += " " + r.Text
		}
	}
	return text
}

// halfEms is how wide a text is.
func halfEms(text string) (n int) {
	for _, r := range text {
		if n++; isWide(r) {
			n++
		}
	}
	return n
}
