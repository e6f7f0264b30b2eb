package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"net/url"
	"path"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"chuchu/ingest"
	"chuchu/rag"
)

const (
	mostParts = 10_000   // of an upload
	formSize  = 64 << 10 // bytes of a part of JSON
	nameRunes = 500      // characters of a file's name
)

// addFiles takes the files of an upload, which is read into memory before
// anything of it goes in: a broken upload changes nothing.
func (s *Server) addFiles(c echo.Context) error {
	form, err := c.Request().MultipartReader()
	if err != nil {
		return refuse(codeInvalid, "the upload has no proper boundary")
	}
	var meta ingest.Meta
	u := upload{room: s.Options.UploadSize, beside: "meta", into: &meta}
	if err := u.read(form); err != nil {
		var large *tooLarge
		if errors.As(err, &large) {
			skip(c.Request().Body, s.Options.UploadSize)
		}
		return err
	}
	skip(c.Request().Body, formSize) // what may stand behind the last part
	if err := s.unhurried(c); err != nil {
		return err
	}
	if err := u.check(meta); err != nil {
		return err
	}
	if len(u.sources) == 0 && u.over {
		return &unfinished{u.refused, &tooLarge{"the upload", s.Options.UploadSize}}
	}
	return s.takeIn(c, u.refused, func(ctx context.Context, report func(ingest.Result)) error {
		return s.Ingester.Ingest(ctx, u.each(meta), report)
	})
}

// An upload is the parts of a form: files, and one of JSON beside them.
type upload struct {
	room    int    // bytes that may still be kept
	beside  string // the name of the part of JSON
	into    any    // what that is decoded into, a pointer to a struct
	skipped int    // bytes that were not kept
	sources []ingest.Source
	refused []ingest.Result // parts that cannot be files
	over    bool            // one did not fit into the room
}

// read reads all parts. What is wrong with one file costs that file alone.
func (u *upload) read(form *multipart.Reader) error {
	limit := u.room
	for n := 0; ; n++ {
		part, err := form.NextRawPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return refuse(codeInvalid, "the upload did not come in whole")
		case n == mostParts:
			return refuse(codeTooLarge, fmt.Sprintf("the upload has more than %d parts", mostParts))
		}
		switch part.FormName() {
		case "files":
			err = u.readFile(part, n, limit)
		case u.beside:
			err = u.readJSON(part)
		default:
			err = unknownName("part", quotable(part.FormName()), part.FormName(), []string{"files", u.beside})
		}
		if err != nil {
			return err
		}
	}
}

// readFile keeps a file, or names it among the refused. A file that does not fit
// is passed over, up to three times the limit in all.
func (u *upload) readFile(part *multipart.Part, n, limit int) error {
	name := fileName(part)
	content, err := io.ReadAll(io.LimitReader(part, int64(u.room)+1))
	if err != nil {
		return refuse(codeInvalid, "the upload did not come in whole")
	}
	if len(content) > u.room {
		u.over = true
		rest, err := io.Copy(io.Discard, io.LimitReader(part, int64(3*limit-u.skipped)+1))
		if err != nil {
			return refuse(codeInvalid, "the upload did not come in whole")
		}
		if u.skipped += int(rest); u.skipped > 3*limit {
			return &tooLarge{"the upload", limit}
		}
		u.refuse(name, fmt.Sprintf("it does not fit into the %s of an upload; send it by itself, or its articles one by one", size(limit)))
		return nil
	}
	u.room -= len(content)
	if name == "" {
		u.refuse(fmt.Sprintf("part %d", n+1), "it has no file name")
		return nil
	}
	u.sources = append(u.sources, bytesSource(name, content))
	return nil
}

func (u *upload) refuse(name, reason string) {
	u.refused = append(u.refused, ingest.Refused(name, errors.New(reason)))
}

// readJSON reads the part of JSON.
func (u *upload) readJSON(part *multipart.Part) error {
	b, err := io.ReadAll(io.LimitReader(part, formSize+1))
	switch {
	case err != nil:
		return refuse(codeInvalid, "the upload did not come in whole")
	case len(b) > formSize:
		return &tooLarge{u.beside, formSize}
	}
	if err := decodeJSON(b, u.into); err != nil {
		return within(u.beside, err)
	}
	return nil
}

// isWebAddress reports whether s names a web page, with its scheme or without:
// ingest puts https before it.
func isWebAddress(s string) bool {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	return err == nil && strings.Contains(u.Host, ".") && (u.Scheme == "http" || u.Scheme == "https")
}

// within says in which part a refusal is meant.
func within(part string, err error) error {
	if r := (*refusal)(nil); errors.As(err, &r) {
		return &refusal{code: r.code, detail: part + ": " + r.detail}
	}
	if input := (*rag.InputError)(nil); errors.As(err, &input) {
		return &rag.InputError{Field: part + "." + input.Field, Reason: input.Reason}
	}
	return err
}

// check refuses what makes no sense as a whole.
func (u *upload) check(meta ingest.Meta) error {
	files := len(u.sources) + len(u.refused)
	switch {
	case meta.URL != "" && !isWebAddress(meta.URL):
		return &rag.InputError{Field: "meta.url", Reason: quoteShort(meta.URL) + " is no address of a web page"}
	case files == 0:
		return &rag.InputError{Field: "files", Reason: "there is no file in the upload"}
	case files > 1 && (meta.ID != "" || meta.URL != "" || meta.Title != ""):
		return &rag.InputError{Field: "meta", Reason: "id, url and title can be those of one file, and there are several"}
	}
	return nil
}

// each yields the files with what is known of them.
func (u *upload) each(meta ingest.Meta) iter.Seq2[ingest.Source, error] {
	return func(yield func(ingest.Source, error) bool) {
		for _, source := range u.sources {
			source.Meta = meta
			if !yield(source, nil) {
				return
			}
		}
	}
}

// fileName returns the name that a client gave a file, as a relative path that
// leads nowhere outside; the id of an article may be made from it. No file of this
// machine is ever opened by it.
func fileName(part *multipart.Part) string {
	_, parameters, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return ""
	}
	name := strings.Map(func(r rune) rune {
		switch {
		case r == '\\':
			return '/'
		case unicode.IsControl(r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(parameters["filename"], ""))
	if name = strings.TrimPrefix(path.Clean("/"+name), "/"); name == "" {
		return ""
	}
	if runes := []rune(name); len(runes) > nameRunes {
		name = string(runes[len(runes)-nameRunes:]) // the end tells the format
	}
	return name
}
