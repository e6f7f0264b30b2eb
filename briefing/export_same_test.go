package briefing

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"

	"chuchu/corpus"
	"chuchu/rag"
)

// A readBack is what a reader finds in a file: the body of the document and its
// references, each as text without white space, with ⟨3⟩ for a number that leads to
// reference 3.
type readBack struct {
	Body       string
	Headings   []string
	References []string // entry and quotations, in order
}

// TestSameInAllFormats reads the three files back: they say the same, under the same
// numbers, and it is what the briefing says.
func TestSameInAllFormats(t *testing.T) {
	briefings := map[string]Briefing{
		"zh": readBriefing(t, "zh"), "en": readBriefing(t, "en"), "hostile": filledWith(hostileTexts()...), "large": large(), "empty": {ID: "brf_1", Status: Done, Topic: "空"},
		"refused": {
			ID: "brf_2", Status: Refused, Topic: "<b>天气</b>", Refusal: &Refusal{
				Reason: "off_topic", Text: "没有这方面的文章。", Searched: []string{"天*气*"}, Nearest: []corpus.Ref{{ID: "a", Title: "[云]", URL: "https://www.example.com/_a_", Outlet: "某报"}},
			},
		},
		"failed":    {ID: "brf_3", Status: Failed, Topic: "云", Language: "en", Problem: &Problem{Title: "Model failed", Detail: "the model at <host> gave no answer"}},
		"queued":    {ID: "brf_4", Status: Queued, Topic: "云", Created: readBriefing(t, "zh").Created},
		"cancelled": {ID: "brf_5", Status: Cancelled, Topic: "云"},
	}
	for name, b := range briefings {
		t.Run(name, func(t *testing.T) {
			checkSame(t, b)
		})
	}
}

// checkSame writes a briefing in all formats, and holds what is read back of them
// against each other and the briefing.
func checkSame(t *testing.T, b Briefing) {
	t.Helper()
	md, page, word := readMarkdown(t, written(t, Formats()[0], b)), readHTML(t, written(t, Formats()[1], b)), readWord(t, written(t, Formats()[2], b))
	if diff := cmp.Diff(page, md); diff != "" {
		t.Errorf("Markdown differs from HTML (-HTML +Markdown):\n%s", diff)
	}
	if diff := cmp.Diff(page, word); diff != "" {
		t.Errorf("DOCX differs from HTML (-HTML +DOCX):\n%s", diff)
	}
	for s := range b.sentences() {
		if want := expected(s.Text); !strings.Contains(page.Body, want) && !inFigures(&b, s) {
			t.Errorf("not in the document: %s", want)
		}
	}
	for _, text := range otherTexts(&b) {
		if want := squeezed(clean(text)); !strings.Contains(page.Body, want) {
			t.Errorf("not in the document: %s", want)
		}
	}
	if len(page.References) != len(b.Citations) {
		t.Errorf("%d references for %d citations", len(page.References), len(b.Citations))
	}
}

// otherTexts are what a briefing says besides its sentences and references.
func otherTexts(b *Briefing) []string {
	texts := append([]string{b.Title}, b.Gaps...)
	for _, section := range b.Sections {
		texts = append(texts, section.Heading)
	}
	for _, d := range b.Dropped {
		texts = append(texts, d.Text)
	}
	for _, caveat := range b.Caveats {
		texts = append(texts, caveat.Text)
	}
	for _, f := range b.Figures {
		texts = append(texts, f.What, f.Value)
	}
	for _, conflict := range b.Conflicts {
		texts = append(texts, conflict.About)
		for _, side := range conflict.Sides {
			texts = append(texts, side.Quote)
		}
	}
	if b.News != nil {
		for _, change := range append(b.News.Changed, b.News.Corrected...) {
			texts = append(texts, change.Was)
		}
		for _, w := range b.News.Withdrawn {
			texts = append(texts, w.Text, w.Why)
		}
	}
	return texts
}

// FuzzSameInAllFormats puts any text wherever text can stand.
func FuzzSameInAllFormats(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkSame(t, filledWith(text)) })
}

// inFigures reports whether a sentence is one of the table of figures, where its
// numbers stand and its words do not.
func inFigures(b *Briefing, s *Sentence) bool {
	return slices.ContainsFunc(b.Figures, func(f Figure) bool { return f.Sentence.Text == s.Text })
}

// expected is how a sentence is read back.
func expected(sentence string) string {
	marker, marked := regexp.MustCompile(`(^|[^\\])\[(\d+)\]`), clean(sentence)
	for range 2 { // markers that touch share a character
		marked = marker.ReplaceAllString(marked, "$1⟨$2⟩")
	}
	return squeezed(strings.NewReplacer(`\[`, `[`, `\]`, `]`).Replace(marked))
}

// squeezed takes white space out.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// hostileTexts mean something to readers of Markdown, HTML or XML.
func hostileTexts() []string {
	return []string{
		"# no heading", "1. no list", "1) no list", "(a) no list", "- no list", "+ no list", "> no quotation", "***", "---", "===", "| no | table |", ": no definition", "% no title",
		"*no* _emphasis_ **at** __all__ ~~or~~ ~this~ ^that^", "`code` ``` and ~~~", "<script>alert(1)</script> <b>&lt;&amp;&#42;", "[a](https://evil.example) ![b](x) [^1] [^9]: <https://x.example>",
		`back\slash \* \\ at the end \`, "$x$ and $$y$$", "www.example.com https://example.com/a_b_c a@example.com :smile: -- ... {.class}", "{{.}} {% x %} ${y}",
		"\u202eright to left\u202c and \x00\x07\x1b nothing \ufffe\uffff", "line\nends\r\nand\ttabs\u2028here", "]]> <!-- no comment --> <?php ?>", "😀👩‍👩‍👧 𠮷 é", "!", "\\", "~", "\xff\xfe", "i. roman", "#5 @name C#",
	}
}

// filledWith is a briefing in which texts stand wherever they can.
func filledWith(texts ...string) Briefing {
	first := texts[0]
	b := Briefing{ID: "brf_h", Status: Done, Topic: first, Title: strings.Join(texts, " "), Language: "zh", Mode: "extracts", Request: Request{Audience: first, Focus: first}}
	b.Citations = []Citation{
		{Number: 1, Article: corpus.Ref{ID: "a", Title: strings.Join(texts, " "), URL: "https://example.com/a|b?<c>&d=\"e\"'(f)*_`[g]", Outlet: first}},
		{Number: 2, Article: corpus.Ref{ID: "b", Title: first, URL: "javascript:alert(1)"}},
	}
	sentence := func(text string, n int) Sentence {
		return Sentence{Text: text, Citations: []int{n}, Verdict: "quoted", Spans: []rag.NumberSpan{{Number: n, Span: rag.Span{Start: n, End: n + 1}}}}
	}
	for _, text := range texts {
		literal := strings.TrimRight(strings.NewReplacer("[", `\[`, "]", `\]`).Replace(text), `\`) // a marker after a backslash is none
		b.Summary = append(b.Summary, sentence(literal+"[1]", 1))
		b.Sections = append(b.Sections, Section{Heading: text, Sentences: []Sentence{sentence(literal+"[1]", 1), sentence(literal+"[2]。", 2)}})
		b.Timeline = append(b.Timeline, Moment{Date: "2024", Precision: "year", Sentence: sentence(literal+"[1][2]", 1)})
		b.Figures = append(b.Figures, Figure{What: text, Value: "1", Unit: text, Sentence: sentence(literal+"[1]", 1)})
		b.Gaps = append(b.Gaps, text)
		b.Dropped = append(b.Dropped, Dropped{Text: text, Verdict: "weak", Why: []rag.Why{{Kind: "name", Claim: text, Source: text}}})
		b.Caveats = append(b.Caveats, Caveat{Text: text})
		b.Conflicts = append(b.Conflicts, Conflict{About: text, Sides: []rag.Side{{Article: b.Citations[0].Article, Quote: text}}})
		b.Citations[0].Spans = append(b.Citations[0].Spans, CitedSpan{Span: rag.Span{Quote: &text}})
	}
	b.News = &News{Material: true, New: []Sentence{sentence("[1]", 1)}, Changed: []Change{{Was: first, Now: sentence("x[2]", 2)}}, Withdrawn: []Withdrawn{{Text: first, Why: first}}}
	b.References = references(&b, "gbt7714", nil)
	return b
}

// large has forty sections and one very long sentence.
func large() Briefing {
	b := Briefing{ID: "brf_l", Status: Done, Topic: "长", Language: "zh", Mode: "model"}
	for i := range 40 {
		section := Section{Heading: fmt.Sprintf("第 %d 节", i+1)}
		for j := range 12 {
			section.Sentences = append(section.Sentences, Sentence{Text: fmt.Sprintf("第 %d 节的第 %d 句[%d]。", i+1, j+1, i+1), Citations: []int{i + 1}})
		}
		b.Sections = append(b.Sections, section)
		b.Citations = append(b.Citations, Citation{Number: i + 1, Article: corpus.Ref{ID: strconv.Itoa(i), Title: "题"}})
	}
	b.Sections[0].Sentences = append(b.Sections[0].Sentences, Sentence{Text: strings.Repeat("很长", 50_000) + "[1]。", Citations: []int{1}})
	b.References = references(&b, "plain", nil)
	return b
}

func readMarkdown(t *testing.T, source []byte) (got readBack) {
	t.Helper()
	parser := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote)).Parser()
	doc := parser.Parse(text.NewReader(source))
	var body strings.Builder
	var read func(n ast.Node, out *strings.Builder)
	read = func(n ast.Node, out *strings.Builder) {
		switch n := n.(type) {
		case *ast.Text:
			out.Write(unescaped(n.Value(source)))
		case *ast.String:
			out.Write(n.Value)
		case *ast.AutoLink:
			out.Write(n.Label(source))
		case *extast.FootnoteLink:
			fmt.Fprintf(out, "⟨%d⟩", n.Index)
		case *extast.FootnoteBacklink:
		case *ast.RawHTML, *ast.HTMLBlock, *ast.CodeBlock, *ast.FencedCodeBlock, *ast.CodeSpan, *ast.Blockquote, *ast.Image, *ast.ThematicBreak, *extast.Strikethrough:
			t.Errorf("%s in the Markdown, which has none", n.Kind())
		}
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			read(c, out)
		}
	}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if list, ok := n.(*extast.FootnoteList); ok {
			for note := list.FirstChild(); note != nil; note = note.NextSibling() {
				var entry strings.Builder
				read(note, &entry)
				got.References = append(got.References, squeezed(entry.String()))
			}
			continue
		}
		from := body.Len()
		read(n, &body)
		if _, ok := n.(*ast.Heading); ok {
			got.Headings = append(got.Headings, squeezed(body.String()[from:]))
		}
	}
	got.Body = squeezed(body.String())
	return got
}

var backslashed = regexp.MustCompile("\\\\([!-/:-@\\[-`{-~])")

func unescaped(source []byte) []byte { return backslashed.ReplaceAll(source, []byte("$1")) }

func readHTML(t *testing.T, source []byte) (got readBack) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	ids, targets := make(map[string]bool), []string(nil)
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("two elements have the id %s", a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
				targets = append(targets, a.Val[1:])
			case a.Key == "href" && !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "https://"):
				t.Errorf("a link to %s", a.Val)
			case a.Key == "src" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("%s=%q in a page without requests and scripts", a.Key, a.Val)
			}
		}
		if slices.Contains([]string{"script", "img", "iframe", "link", "object", "form"}, n.Data) && n.Type == html.ElementNode {
			t.Errorf("a <%s> in the page", n.Data)
		}
	}
	for _, target := range targets {
		if !ids[target] {
			t.Errorf("a link to #%s, which is not there", target)
		}
	}
	var body strings.Builder
	var read func(n *html.Node, out *strings.Builder)
	read = func(n *html.Node, out *strings.Builder) {
		from := out.Len()
		switch {
		case n.Type == html.TextNode:
			out.WriteString(n.Data)
		case n.Data == "sup":
			number := n.FirstChild.FirstChild.Data
			if target := attribute(n.FirstChild, "href"); !strings.HasPrefix(target+"-", "#ref-"+strings.Trim(number, "[]")+"-") && !strings.HasPrefix(target, "#q-"+strings.Trim(number, "[]")+"-") {
				t.Errorf("%s leads to %s", number, target)
			}
			out.WriteString(strings.NewReplacer("[", "⟨", "]", "⟩").Replace(number))
			return
		case n.Data == "head", attribute(n, "class") == "back", attribute(n, "class") == "number":
			return
		case strings.HasPrefix(attribute(n, "id"), "ref-"):
			out = new(strings.Builder)
			defer func() { got.References = append(got.References, squeezed(out.String())) }()
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			read(c, out)
		}
		if n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			got.Headings = append(got.Headings, squeezed(out.String()[from:]))
		}
	}
	read(doc, &body)
	got.Body = squeezed(body.String())
	return got
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func readWord(t *testing.T, source []byte) readBack {
	t.Helper()
	for _, member := range []string{"[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/_rels/document.xml.rels", "word/styles.xml", "word/settings.xml", "word/numbering.xml", "word/footer1.xml"} {
		wellFormed(t, member, zipped(t, source, member))
	}
	w := wordReader{t: t, styles: string(zipped(t, source, "word/styles.xml")), bookmarks: make(map[string]bool)}
	decoder := xml.NewDecoder(bytes.NewReader(zipped(t, source, "word/document.xml")))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			w.begin(token)
		case xml.CharData:
			w.text(string(token))
		case xml.EndElement:
			w.end(token.Name.Local)
		}
	}
	for _, a := range w.anchors {
		if !w.bookmarks[a] {
			t.Errorf("a link to the bookmark %s, which is not there", a)
		}
	}
	return w.got
}

// A wordReader reads the main part of a Word file.
type wordReader struct {
	t         *testing.T
	styles    string // the part that defines them
	bookmarks map[string]bool
	anchors   []string // bookmarks that links lead to
	got       readBack

	paragraph     strings.Builder
	style, anchor string // of the paragraph, of the link
	inText        bool
}

func (w *wordReader) begin(e xml.StartElement) {
	switch e.Name.Local {
	case "p":
		w.paragraph.Reset()
		w.style, w.anchor = "", ""
	case "pStyle", "rStyle", "tblStyle":
		name := attributeOf(e, "val")
		if !strings.Contains(w.styles, `w:styleId="`+name+`"`) {
			w.t.Errorf("no style %s", name)
		}
		if e.Name.Local == "pStyle" {
			w.style = name
		}
	case "bookmarkStart":
		name := attributeOf(e, "name")
		if w.bookmarks[name] {
			w.t.Errorf("two bookmarks %s", name)
		}
		w.bookmarks[name] = true
	case "hyperlink":
		if w.anchor = attributeOf(e, "anchor"); w.anchor != "" {
			w.anchors = append(w.anchors, w.anchor)
		}
	case "t":
		w.inText = true
	}
}

func (w *wordReader) text(said string) {
	if !w.inText {
		return
	}
	if number, ok := strings.CutPrefix(w.anchor, "ref_"); ok {
		if said != "["+number+"]" {
			w.t.Errorf("%s leads to %s", said, w.anchor)
		}
		said = "⟨" + number + "⟩"
	}
	w.paragraph.WriteString(said)
}

var entryNumber = regexp.MustCompile(`^\[\d+\]`)

func (w *wordReader) end(element string) {
	switch element {
	case "t":
		w.inText = false
	case "hyperlink":
		w.anchor = ""
	case "p":
		said, references := squeezed(w.paragraph.String()), &w.got.References
		switch w.style {
		case "ReferenceEntry":
			*references = append(*references, entryNumber.ReplaceAllString(said, ""))
		case "ReferenceQuotation":
			(*references)[len(*references)-1] += said
		case "Title", "Heading1", "Heading2":
			w.got.Headings = append(w.got.Headings, said)
			fallthrough
		default:
			w.got.Body += said
		}
	}
}

func attributeOf(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func wellFormed(t *testing.T, name string, source []byte) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(source))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// TestQuotationsOpen holds the links that open quotations in the reading room.
func TestQuotationsOpen(t *testing.T) {
	e := newCollection(t, papers()...).engine(t, nil)
	b := madeOf(t, e, Request{Topic: "海燕云", Length: "short"})
	for _, format := range Formats() {
		for room, want := range map[string]bool{"": false, "http://127.0.0.1:8080": true} {
			b.Room = room
			var file bytes.Buffer
			if err := format.Write(&file, *b); err != nil {
				t.Fatal(err)
			}
			written := file.String()
			if format.Extension == "docx" {
				written = string(zipped(t, file.Bytes(), "word/_rels/document.xml.rels"))
			}
			for _, c := range b.Citations {
				for _, span := range c.Spans {
					link := fmt.Sprintf("/articles/%s?version=%d#c=%d-%d", c.Article.ID, c.Article.Version, span.Start, span.End)
					if strings.Contains(written, room+link) != want {
						t.Errorf("%s: %s%s is there: %v", format.Extension, room, link, !want)
					}
				}
			}
		}
	}
}
