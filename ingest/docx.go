package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"
)

const (
	docxEntries = 10_000   // files in a DOCX at most
	docxPart    = 64 << 20 // bytes a part of it unpacks to at most
	docxRatio   = 200      // times its size a large part unpacks to at most; text reaches 30
	docxLarge   = 4 << 20  // bytes from which the ratio counts
	docxDepth   = 512      // elements inside one another
)

// A docxError is a fault of the file.
type docxError struct{ reason string }

func (e *docxError) Error() string { return e.reason }

// readDOCX yields the one article of a DOCX: its paragraphs, headings by style
// or outline level, the rows of its tables with their cells joined by " | ", the
// text of its text boxes. What was deleted under revision, hidden text, tables of
// contents, headers, footers, notes and comments are left out. The dates in the
// file are those of writing, not of publication, and are not taken.
func readDOCX(ctx context.Context, s Source, b []byte, opt Options) iter.Seq2[Draft, error] {
	return func(yield func(Draft, error) bool) {
		d, err := docxDraft(ctx, b, s.Meta, opt.withDefaults())
		if why := (*docxError)(nil); errors.As(err, &why) {
			err = &Refusal{Name: s.Name, Reason: why.reason}
		}
		yield(d, err)
	}
}

func docxDraft(ctx context.Context, b []byte, meta Meta, opt Options) (Draft, error) {
	archive, err := openDOCX(b)
	if err != nil {
		return Draft{}, err
	}
	main, err := archive.mainPart()
	if err != nil {
		return Draft{}, err
	}
	styles, err := archive.styles(path.Join(path.Dir(main), "styles.xml"))
	if err != nil {
		return Draft{}, err
	}
	content, err := archive.part(main)
	if err != nil {
		return Draft{}, err
	}
	body := docxBody{ctx: ctx, styles: styles, most: opt.MaxArticle}
	if err := body.read(content); err != nil {
		return Draft{}, err
	}
	if len(body.blocks) == 0 {
		return Draft{}, &docxError{"the DOCX has no text"}
	}
	found := article{blocks: body.blocks}
	found.Title, found.Author = archive.core()
	if found.Title == "" {
		found.Title = cleanLine(body.title)
	}
	d := found.draft(meta)
	d.Article.Provenance = "DOCX"
	return d, nil
}

// A docxArchive is the zip archive of a DOCX.
type docxArchive map[string]*zip.File

func openDOCX(b []byte) (docxArchive, error) {
	if bytes.HasPrefix(b, []byte("\xD0\xCF\x11\xE0")) {
		return nil, &docxError{"it is an old Word document or an encrypted one; save it as DOCX without a password and try again"}
	}
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, &docxError{"the DOCX is damaged: " + err.Error()}
	}
	if len(r.File) > docxEntries {
		return nil, &docxError{fmt.Sprintf("the DOCX holds %d files, more than %d", len(r.File), docxEntries)}
	}
	archive := docxArchive{}
	for _, f := range r.File {
		archive[strings.TrimPrefix(f.Name, "/")] = f
	}
	return archive, nil
}

// part unpacks a part, empty when there is none.
func (a docxArchive) part(name string) ([]byte, error) {
	f := a[name]
	if f == nil {
		return nil, nil
	}
	tooLarge := &docxError{fmt.Sprintf("%s in the DOCX unpacks to more than text can: it may be a zip bomb", name)}
	if f.UncompressedSize64 > docxPart || f.UncompressedSize64 > docxLarge && f.UncompressedSize64/docxRatio > f.CompressedSize64 {
		return nil, tooLarge
	}
	r, err := f.Open()
	if err != nil {
		return nil, &docxError{"the DOCX is damaged: " + err.Error()}
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, docxPart+1))
	if err != nil {
		return nil, &docxError{fmt.Sprintf("the DOCX is damaged: %s: %v", name, err)}
	}
	if len(b) > docxPart {
		return nil, tooLarge
	}
	return b, nil
}

// mainPart returns the name of the part with the text.
func (a docxArchive) mainPart() (string, error) {
	b, err := a.part("_rels/.rels")
	if err != nil {
		return "", err
	}
	var relations struct {
		Relationship []struct {
			Type   string `xml:",attr"`
			Target string `xml:",attr"`
		}
	}
	if len(b) > 0 {
		if err := xml.Unmarshal(b, &relations); err != nil {
			return "", docxSyntax(err)
		}
	}
	name := "word/document.xml"
	for _, r := range relations.Relationship {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			name = strings.TrimPrefix(r.Target, "/")
		}
	}
	if a[name] == nil || a["xl/workbook.xml"] != nil || a["ppt/presentation.xml"] != nil {
		return "", &docxError{"it is a zip archive, but no DOCX; unpack it or save it as DOCX"}
	}
	return name, nil
}

// core returns title and author from the document's properties.
func (a docxArchive) core() (title, author string) {
	b, err := a.part("docProps/core.xml")
	if err != nil {
		return "", ""
	}
	var p struct {
		Title   string `xml:"title"`
		Creator string `xml:"creator"`
	}
	if xml.Unmarshal(b, &p) != nil {
		return "", ""
	}
	author = cleanLine(p.Creator)
	if author == "python-docx" {
		author = ""
	}
	return sensibleTitle(cleanLine(p.Title)), author
}

func docxSyntax(err error) error { return &docxError{"the DOCX is damaged: " + err.Error()} }

// A docxStyle is what a paragraph style says of structure.
type docxStyle struct {
	level    int  // of a heading, 0 for none
	title    bool // the document's title
	contents bool // a line of a table of contents
}

// styles reads the paragraph styles, by id.
func (a docxArchive) styles(name string) (map[string]docxStyle, error) {
	b, err := a.part(name)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	type value struct {
		Val string `xml:"val,attr"`
	}
	var sheet struct {
		Style []struct {
			ID      string `xml:"styleId,attr"`
			Name    value  `xml:"name"`
			BasedOn value  `xml:"basedOn"`
			Outline *struct {
				Val int `xml:"val,attr"`
			} `xml:"pPr>outlineLvl"`
		} `xml:"style"`
	}
	if err := xml.Unmarshal(b, &sheet); err != nil {
		return nil, docxSyntax(err)
	}
	styles, base := map[string]docxStyle{}, map[string]string{}
	for _, s := range sheet.Style {
		style := styleNamed(s.Name.Val)
		if s.Outline != nil && s.Outline.Val < 9 && !style.contents {
			style.level = s.Outline.Val + 1
		}
		styles[s.ID], base[s.ID] = style, s.BasedOn.Val
	}
	for id, style := range styles {
		for parent, n := base[id], 0; style == (docxStyle{}) && parent != "" && n < 10; parent, n = base[parent], n+1 {
			style = styles[parent]
		}
		styles[id] = style
	}
	return styles, nil
}

// styleNamed tells a style by its name or id, in English or Chinese.
func styleNamed(name string) docxStyle {
	name = strings.ToLower(strings.ReplaceAll(name, " ", ""))
	for _, heading := range []string{"heading", "标题", "標題"} {
		if n, ok := strings.CutPrefix(name, heading); ok && len(n) == 1 && n[0] >= '1' && n[0] <= '9' {
			return docxStyle{level: int(n[0] - '0')}
		}
	}
	if name == "title" || name == "标题" || name == "標題" {
		return docxStyle{level: 1, title: true}
	}
	return docxStyle{contents: strings.HasPrefix(name, "toc") || strings.HasPrefix(name, "目录") || strings.HasPrefix(name, "contents")}
}
