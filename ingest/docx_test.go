package ingest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// docx writes an archive of parts.
func docx(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range parts {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const body = `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>%s</w:body></w:document>`

// word is a DOCX with the content, and the styles that Word and WPS write.
func word(t testing.TB, content string) []byte {
	return docx(t, map[string]string{
		"word/document.xml": fmt.Sprintf(body, content),
		"word/styles.xml": `<w:styles xmlns:w="x">
			<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
			<w:style w:type="paragraph" w:styleId="a5"><w:name w:val="标题 2"/></w:style>
			<w:style w:type="paragraph" w:styleId="own"><w:name w:val="小节"/><w:basedOn w:val="a5"/></w:style>
			<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/></w:style>
			<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
		</w:styles>`,
		"docProps/core.xml": `<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title></dc:title><dc:creator>沈既白</dc:creator><dcterms:created>2024-01-01T00:00:00Z</dcterms:created></cp:coreProperties>`,
	})
}

func para(style, text string) string {
	if style != "" {
		style = `<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`
	}
	return `<w:p>` + style + `<w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
}

func TestReadDOCXFromLibreOffice(t *testing.T) {
	d, err := readOne(t, readDOCX, testFile(t, "libreoffice.docx"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkObserved(t, d)
	if d.Article.Author != "沈既白" || d.Article.Provenance != "DOCX" {
		t.Errorf("author %q, provenance %q", d.Article.Author, d.Article.Provenance)
	}
}

func TestReadDOCX(t *testing.T) {
	cell := func(s string) string { return `<w:tc>` + para("", s) + `</w:tc>` }
	box := `<w:txbxContent>` + para("", "文本框里的话。") + `</w:txbxContent>`
	tests := []struct{ name, content, want string }{
		{"headings by style", para("1", "一章") + para("a5", "一节") + para("own", "二节") + para("Heading3", "小节") + para("", "正文。"),
			"# 一章\n## 一节\n## 二节\n### 小节\n正文。"},
		{"heading by outline level", `<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>节</w:t></w:r></w:p>` + para("", "文。"), "## 节\n文。"},
		{"runs, tabs, breaks", `<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:br w:type="page"/></w:r><w:r><w:t>丁</w:t></w:r></w:p>`, "甲 乙\n丙丁"},
		{"revisions", `<w:p><w:r><w:t>收入</w:t></w:r><w:del><w:r><w:delText>下降</w:delText></w:r></w:del><w:ins><w:r><w:t>增长</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>了</w:t></w:r></w:moveFrom></w:p>`, "收入增长"},
		{"fields and notes", `<w:p><w:r><w:instrText>PAGEREF x</w:instrText><w:t>见上文</w:t><w:footnoteReference w:id="2"/></w:r></w:p>`, "见上文"},
		{"hidden text", `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>忽略</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>看得见</w:t></w:r></w:p>`, "看得见"},
		{"powers", `<w:p><w:r><w:t>10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>4</w:t></w:r><w:r><w:t>，CO</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t>2</w:t></w:r><w:r><w:t>2吨</w:t></w:r></w:p>`, "10⁴，CO₂2吨"},
		{"table", `<w:tbl><w:tr>` + cell("厂商") + cell("价格") + `</w:tr><w:tr>` + cell("星槎云") + `<w:tc>` + para("", "9.6") + para("", "元") + `</w:tc></w:tr></w:tbl>`,
			"厂商 | 价格\n星槎云 | 9.6 元"},
		{"table in a table", `<w:tbl><w:tr>` + cell("外") + `<w:tc><w:tbl><w:tr>` + cell("内") + cell("里") + `</w:tr></w:tbl></w:tc></w:tr></w:tbl>`, "外 | 内 | 里"},
		{"text box once", `<w:p><w:r><w:t>正文</w:t><mc:AlternateContent><mc:Choice>` + box + `</mc:Choice><mc:Fallback>` + box + `</mc:Fallback></mc:AlternateContent></w:r></w:p>`,
			"文本框里的话。\n正文"},
		{"table of contents", para("TOC1", "一章 3") + para("1", "一章") + para("", "文。"), "# 一章\n文。"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := readOne(t, readDOCX, word(t, para("a3", "算力观察")+test.content), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, withMarks(d)); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

// withMarks is the text with # before headings.
func withMarks(d Draft) string {
	text, at := []rune(d.Article.Text), 0
	var out strings.Builder
	for _, h := range d.Headings {
		out.WriteString(string(text[at:h.Start]) + strings.Repeat("#", h.Level) + " ")
		at = h.Start
	}
	return out.String() + string(text[at:])
}

func TestReadDOCXTitle(t *testing.T) {
	d, err := readOne(t, readDOCX, word(t, para("a3", "算力观察")+para("", "文。")), Options{})
	if err != nil || d.Article.Title != "算力观察" || d.Article.Author != "沈既白" || d.Article.Published != "" {
		t.Errorf("%+v, %v", d.Article, err)
	}
}

func TestReadDOCXRefuses(t *testing.T) {
	whole := word(t, para("", "文。"))
	many := map[string]string{}
	for i := range 10_001 {
		many[fmt.Sprint(i)] = ""
	}
	tests := []struct {
		name   string
		b      []byte
		reason string
	}{
		{"zip bomb", word(t, strings.Repeat(" ", 20<<20)), "zip bomb"},
		{"many files", docx(t, many), "10001 files"},
		{"truncated", whole[:len(whole)-40], "damaged"},
		{"broken content", word(t, "<w:p><w:r>"), "damaged"},
		{"old Word document", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest"), "save it as DOCX"},
		{"spreadsheet", docx(t, map[string]string{"xl/workbook.xml": "<x/>"}), "no DOCX"},
		{"no text", word(t, para("", " ")), "no text"},
		{"deep", word(t, strings.Repeat("<w:x>", 600)+strings.Repeat("</w:x>", 600)), "deep"},
		{"deep in what is left out", word(t, "<w:del>"+strings.Repeat("<w:x>", 600)+strings.Repeat("</w:x>", 600)+"</w:del>"), "deep"},
		{"long", word(t, para("", strings.Repeat("长", 3000))), "more than 2000 characters"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := readOne(t, readDOCX, test.b, Options{MaxArticle: 2000})
			var refusal *Refusal
			if !errors.As(err, &refusal) || !strings.Contains(refusal.Reason, test.reason) {
				t.Errorf("error %v, want %q; text %.40q", err, test.reason, d.Article.Text)
			}
		})
	}
}

// TestReadDOCXLyingSize is a part that unpacks to more than the archive says.
func TestReadDOCXLyingSize(t *testing.T) {
	b := word(t, strings.Repeat(" ", 20<<20))
	for i := range len(b) - 28 { // the unpacked size of every entry of the directory
		if bytes.HasPrefix(b[i:], []byte("PK\x01\x02")) {
			copy(b[i+24:i+28], []byte{0, 1, 0, 0})
		}
	}
	_, err := readOne(t, readDOCX, b, Options{})
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		t.Errorf("error %v, want a refusal", err)
	}
}

func FuzzReadDOCX(f *testing.F) {
	f.Add(`<w:p><w:r><w:t>文</w:t></w:r></w:p>`)
	f.Add(`<w:tbl><w:tr><w:tc><w:p><w:r><w:t>格</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`)
	f.Add(`<w:tc/><w:t>x</w:t><w:p><w:tr/></w:p>`)
	f.Fuzz(func(t *testing.T, content string) {
		d, err := readOne(t, readDOCX, word(t, content), Options{})
		if err == nil && d.Article.Text != clean(d.Article.Text) {
			t.Errorf("text %q is not clean", d.Article.Text)
		}
		for _, h := range d.Headings {
			if h.Start < 0 || h.End <= h.Start || h.End > utf8.RuneCountInString(d.Article.Text) {
				t.Errorf("heading %+v in %q", h, d.Article.Text)
			}
		}
	})
}
