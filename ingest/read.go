package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Read tells the format of a source by its content, then by its name, and yields
// its articles. An error of type *Refusal costs one article or the rest of the
// source; any other error is not the source's fault.
//
// The drafts are whole: id, title, language and hash are filled in, and what
// s.Meta says has been put over what the source says of itself.
func Read(ctx context.Context, s Source, opt Options) iter.Seq2[Draft, error] {
	return func(yield func(Draft, error) bool) {
		r := &reading{Source: s, opt: opt.withDefaults()}
		drafts, done := r.open(ctx)
		defer done()
		for d, err := range oneForMeta(s, drafts) {
			if err == nil {
				d, err = r.finish(d)
			}
			if ctx.Err() != nil {
				err = ctx.Err()
			}
			if !yield(d, err) || ctx.Err() != nil {
				return
			}
		}
	}
}

var errNoArticle = errors.New("there is no article in it")

// A reading is one call of Read.
type reading struct {
	Source
	opt    Options
	format string // for provenance
}

const headBytes = 64 << 10 // of a source by which its format is told

// open returns the drafts of the source, and what closes it.
func (r *reading) open(ctx context.Context) (drafts iter.Seq2[Draft, error], done func()) {
	f, err := r.Open()
	if err != nil {
		return r.refused(errors.New(reasonOf(err))), func() {}
	}
	done = func() { f.Close() }
	b := bufio.NewReaderSize(f, headBytes)
	head, err := b.Peek(headBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return r.refused(errors.New(reasonOf(err))), done
	}
	return r.dispatch(ctx, b, head, err != nil), done
}

// dispatch chooses the format by the first bytes, which are all when complete.
func (r *reading) dispatch(ctx context.Context, b *bufio.Reader, head []byte, complete bool) iter.Seq2[Draft, error] {
	switch kind := binaryKind(head); kind {
	case "":
	case "PDF", "DOCX":
		r.format = kind
		whole, err := r.whole(b)
		if err != nil {
			return r.refused(err)
		}
		if kind == "PDF" {
			return readPDF(ctx, r.Source, whole, r.opt)
		}
		return readDOCX(ctx, r.Source, whole, r.opt)
	default:
		return r.refused(errors.New(kind))
	}
	if len(bytes.TrimSpace(head)) == 0 && complete {
		return r.refused(errors.New("the file is empty"))
	}
	if decoded, err := decoding(b, head, complete); err == nil && isJSON(decodedHead(head, complete), r.Name) {
		r.format = "JSON"
		return r.json(ctx, decoded)
	}
	whole, err := r.whole(b)
	if err != nil {
		return r.refused(err)
	}
	text, replaced, err := decode(whole)
	if err != nil {
		return r.refused(err)
	}
	return r.text(ctx, text, replaced)
}

func decodedHead(head []byte, complete bool) []byte {
	d, err := decoding(bytes.NewReader(head), head, complete)
	if err != nil {
		return nil
	}
	text, _ := io.ReadAll(d) // an encoding that a cut end breaks has given the rest
	return text
}

func (r *reading) refused(err error) iter.Seq2[Draft, error] {
	return func(yield func(Draft, error) bool) { yield(Draft{}, refuse(r.Name, err.Error())) }
}

// whole reads a source within the limit of size.
func (r *reading) whole(b *bufio.Reader) ([]byte, error) {
	tooLarge := fmt.Errorf("the file is larger than %d MB; split it, or give it as JSON Lines", r.opt.MaxFile>>20)
	if r.Size > int64(r.opt.MaxFile) {
		return nil, tooLarge
	}
	whole, err := io.ReadAll(io.LimitReader(b, int64(r.opt.MaxFile)+1))
	if err != nil {
		return nil, errors.New(reasonOf(err))
	}
	if len(whole) > r.opt.MaxFile {
		return nil, tooLarge
	}
	return whole, nil
}

// json yields the articles of a stream of JSON.
func (r *reading) json(ctx context.Context, decoded io.Reader) iter.Seq2[Draft, error] {
	return func(yield func(Draft, error) bool) {
		b := bufio.NewReaderSize(skipBOM(decoded), headBytes)
		place := 0
		for a, err := range jsonArticles(ctx, b, r.opt.MaxArticle*bytesPerRune) {
			var d Draft
			if err != nil {
				err = refuse(fmt.Sprintf("%s#%d", r.Name, place+1), err.Error())
			} else {
				d = a.draft(r.Meta)
			}
			d.Place = place
			place++
			if !yield(d, err) {
				return
			}
		}
		if place == 0 && ctx.Err() == nil {
			yield(Draft{}, refuse(r.Name, errNoArticle.Error()))
		}
	}
}

func skipBOM(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	if mark, _ := b.Peek(3); string(mark) == "\xEF\xBB\xBF" {
		_, _ = b.Discard(3)
	}
	return b
}

// text reads a source that is text and no JSON.
func (r *reading) text(ctx context.Context, text string, replaced int) iter.Seq2[Draft, error] {
	format, all, err := parseAny(text, r.Name)
	if err == nil && len(all) == 0 {
		err = errNoArticle
	}
	if err != nil {
		return r.refused(err)
	}
	r.format = format
	if replaced > 0 {
		r.format += fmt.Sprintf(", %d broken characters replaced", replaced)
	}
	return each(ctx, r.Source, all)
}

// parseAny tells the format of a text and parses it.
func parseAny(text, name string) (format string, all []article, err error) {
	text = unifyLineEnds(text)
	switch {
	case isFeed(text):
		all, err = parseFeed(text)
		return "feed", all, err
	case isDump(text):
		return "feed dump", parseDump(text), nil
	}
	meta, rest, found, err := cutFrontMatter(text)
	if err != nil {
		return "", nil, err
	}
	format, a, err := parseOne(rest, name, found)
	a.Meta = meta.over(a.Meta)
	return format, []article{a}, err
}

// parseOne parses a text that is one article. below says that front matter stood
// above it, so that HTML in it is the article's and not a site's.
func parseOne(text, name string, below bool) (format string, a article, err error) {
	switch {
	case isPage(text) && !below:
		a, err = parsePage(text)
		return "HTML", a, err
	case isHTML(text):
		a.blocks, err = parseFragment(text)
		return "HTML", a, err
	case isXML(text):
		return "", a, errors.New("it is XML, but neither an RSS nor an Atom feed")
	case isMarkdown(text) || below || hasEnding(name, ".md", ".markdown"):
		a.blocks, err = parseMarkdown(text)
		return "Markdown", a, err
	}
	a.blocks = parseText(text)
	return "text", a, nil
}

var (
	pageStart = regexp.MustCompile(`(?i)^(?:\s|<!--(?s:.*?)-->|<\?xml[^>]*>)*<(?:!doctype\s+html|html|head|body)[\s>]`)
	htmlStart = regexp.MustCompile(`(?i)^(?:\s|<!--(?s:.*?)-->)*<(?:div|p|article|section|main|h[1-6]|table|ul|ol|span|figure|blockquote|center|font|img|a|br|style|script|meta|title)[\s/>]`)
	htmlTags  = regexp.MustCompile(`(?i)</(?:p|div|h[1-6]|li|td|article|section|blockquote)>|<br\s*/?>`)
	xmlStart  = regexp.MustCompile(`^\s*<\?xml[\s?]`)
)

const leastTags = 3 // closing tags of HTML that begins with text

// isPage reports whether a text is a whole page, with what a site puts around an
// article.
func isPage(text string) bool { return pageStart.MatchString(text) }

func isHTML(text string) bool {
	return isPage(text) || htmlStart.MatchString(text) && (htmlTags.MatchString(text) || !isMarkdown(text)) ||
		len(htmlTags.FindAllStringIndex(text, leastTags)) >= leastTags && !isMarkdown(text)
}

func isXML(text string) bool { return xmlStart.MatchString(text) }

func hasEnding(name string, endings ...string) bool {
	return slices.Contains(endings, strings.ToLower(path.Ext(name)))
}

// binaryKind tells what is no text: "PDF", "DOCX" (which includes other archives),
// or why it is refused; empty for text.
func binaryKind(head []byte) string {
	switch {
	case isPDF(head):
		return "PDF"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "DOCX"
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		return "it is an old Office file; save it as DOCX and try again"
	case bytes.HasPrefix(head, []byte("{\\rtf")):
		return "it is RTF, which is not read; save it as DOCX and try again"
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return ""
	}
	controls := 0
	for _, c := range head {
		if c == 0 || c < ' ' && !strings.ContainsRune("\t\n\r\f\v\b\x1b", rune(c)) {
			controls++
		}
	}
	if bytes.IndexByte(head, 0) >= 0 || controls*20 > len(head) {
		return "it is no text (" + http.DetectContentType(head) + ")"
	}
	return ""
}

// isPDF reports whether a file is a PDF. Its header may have other bytes before
// it, but a text that speaks of one is a text.
func isPDF(head []byte) bool {
	at := bytes.Index(head[:min(len(head), 1024)], []byte("%PDF-"))
	return at >= 0 && (len(bytes.TrimSpace(head[:at])) == 0 || bytes.IndexByte(head, 0) >= 0 || bytes.Contains(head, []byte(" obj")) && !utf8.Valid(head[:wholeRunes(head)]))
}

// oneForMeta refuses several articles in a source whose metadata, an id, an
// address or a title, can be that of one only.
func oneForMeta(s Source, drafts iter.Seq2[Draft, error]) iter.Seq2[Draft, error] {
	if !s.Meta.own() {
		return drafts
	}
	return func(yield func(Draft, error) bool) {
		var first Draft
		n := 0
		for d, err := range drafts {
			if err != nil {
				if !yield(d, err) {
					return
				}
				continue
			}
			if n++; n > 1 {
				yield(Draft{}, refuse(s.Name, "it holds several articles, and the id, url or title given for it can be that of one only"))
				return
			}
			first = d
		}
		if n == 1 {
			yield(first, nil)
		}
	}
}

// finish puts what is known over what was read, and fills in what follows from it.
func (r *reading) finish(d Draft) (Draft, error) {
	a := &d.Article
	name := r.Name
	if d.Place > 0 {
		name = fmt.Sprintf("%s#%d", r.Name, d.Place+1)
	}
	switch n := utf8.RuneCountInString(a.Text); {
	case n == 0:
		return Draft{}, refuse(name, "there is no text in it")
	case n > r.opt.MaxArticle:
		return Draft{}, refuse(name, fmt.Sprintf("the article has %d characters; at most %d are taken", n, r.opt.MaxArticle))
	}
	own := Meta{
		ID: d.DeclaredID, Title: a.Title, URL: a.URL, Outlet: a.Outlet, Author: a.Author,
		Published: a.Published, Language: a.Language, Tags: a.Tags,
	}
	m := r.Meta.over(own)
	a.Title, a.Outlet, a.Author = cleanLine(m.Title), cleanLine(m.Outlet), cleanLine(m.Author)
	a.URL, a.Published, a.Tags = webURL(m.URL), m.Published, m.Tags
	a.Language = m.Language
	sum := sha256.Sum256([]byte(a.Text))
	a.Hash = hex.EncodeToString(sum[:])
	a.Provenance = cmp.Or(d.provenance, strings.TrimSuffix(r.Name+", "+cmp.Or(a.Provenance, r.format), ", "))
	d.DeclaredID = m.ID
	complete(&d, r.Name)
	return d, nil
}
