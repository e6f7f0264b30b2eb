package api

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"chuchu/briefing"
)

// giveOutBriefing replies with a briefing as a document.
func (s *Server) giveOutBriefing(c echo.Context, id, extension string) error {
	formats := briefing.Formats()
	at := slices.IndexFunc(formats, func(f briefing.Format) bool { return f.Extension == extension })
	if at < 0 {
		return refuse(codeNotFound, "a briefing is given out as "+endings(formats)+", not as "+quoteShort("."+extension))
	}
	b, err := s.Desk.Get(c.Request().Context(), id)
	if err != nil {
		return err
	}
	if b.Status != briefing.Done {
		return &briefing.StateError{Status: b.Status}
	}
	b.Room = s.baseOf(c)
	var document bytes.Buffer
	if err := formats[at].Write(&document, b); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, disposition(b.Title, id, extension))
	if extension == "html" { // it is to be read with its styles; links in it lead anywhere, nothing is loaded
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	}
	return s.write(c, http.StatusOK, formats[at].ContentType, document.Bytes())
}

func endings(formats []briefing.Format) string {
	var list []string
	for _, f := range formats {
		list = append(list, "."+f.Extension)
	}
	return strings.Join(list, ", ")
}

// disposition names the file of a document after its title, RFC 6266; who cannot read
// that finds the id. A page is shown, other files are saved.
func disposition(title, id, extension string) string {
	kind := "attachment"
	if extension == "html" {
		kind = "inline"
	}
	return fmt.Sprintf(`%s; filename="%s.%s"; filename*=UTF-8''%s.%s`, kind, id, extension, percentEncoded(documentName(title, id)), extension)
}

// longestDocumentName is in bytes: with the ending it stays below the 255 that file
// systems take.
const longestDocumentName = 240

// documentName makes a file's name of a title: without what some system does not take
// in names.
func documentName(title, otherwise string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || !unicode.IsGraphic(r) {
			return ' '
		}
		return r
	}, title)
	name = strings.Join(strings.Fields(name), " ")
	for len(name) > longestDocumentName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name = strings.Trim(name, " ."); name == "" {
		return otherwise
	}
	return name
}

// percentEncoded encodes a value of a header parameter, RFC 8187.
func percentEncoded(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c < 0x80 && (c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
