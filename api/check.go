package api

import (
	"errors"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"chuchu/ingest"
	"chuchu/rag"
)

// A checkedFile is the reply to an upload: with the text that was read of the file,
// which its sentences count in.
type checkedFile struct {
	Text string `json:"text"`
	rag.CheckReply
}

// check answers POST /v1/check: the text in a JSON body, or one file of an upload.
func (s *Server) check(c echo.Context) error {
	var r rag.CheckRequest
	var err error
	kind, _, _ := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	uploaded := kind == "multipart/form-data"
	if uploaded {
		r, err = s.uploadedText(c)
	} else {
		err = s.decode(c, &r)
	}
	if err != nil {
		return err
	}
	reply, err := s.Engine.Check(c.Request().Context(), r)
	if err != nil {
		return err
	}
	if uploaded {
		return s.reply(c, http.StatusOK, checkedFile{r.Text, reply})
	}
	return s.reply(c, http.StatusOK, reply)
}

// uploadedText returns the request of an upload, its text that of the one file, as
// ingest reads it.
func (s *Server) uploadedText(c echo.Context) (r rag.CheckRequest, err error) {
	form, err := c.Request().MultipartReader()
	if err != nil {
		return r, refuse(codeInvalid, "the upload has no proper boundary")
	}
	u := upload{room: s.Options.UploadSize, beside: "request", into: &r}
	if err := u.read(form); err != nil {
		return r, err
	}
	if err := s.unhurried(c); err != nil {
		return r, err
	}
	switch {
	case u.over:
		return r, &tooLarge{"the upload", s.Options.UploadSize}
	case r.Text != "":
		return r, &rag.InputError{Field: "request.text", Reason: "the text is that of the file; leave it out"}
	case len(u.sources)+len(u.refused) != 1:
		return r, &rag.InputError{Field: "files", Reason: "give one file, the text that is to be checked"}
	case len(u.refused) == 1:
		return r, &rag.InputError{Field: "files", Reason: u.refused[0].Reason}
	}
	draft, err := ingest.ReadOne(c.Request().Context(), u.sources[0], s.Ingest)
	if refused := (*ingest.Refusal)(nil); errors.As(err, &refused) {
		return r, refuse(codeRefused, refused.Error())
	}
	r.Text = draft.Article.Text
	return r, err
}
