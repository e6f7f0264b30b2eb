package api

import (
	"errors"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"chuchu/ingest"
	"chuchu/rag"
)

// check answers POST /v1/check: the text in a JSON body, or one file of an upload.
func (s *Server) check(c echo.Context) error {
	var r rag.CheckRequest
	var err error
	if kind, _, _ := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType)); kind == "multipart/form-data" {
		r.Text, err = s.uploadedText(c)
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
	return s.reply(c, http.StatusOK, reply)
}

// uploadedText returns the text of the one file of an upload, as ingest reads it.
func (s *Server) uploadedText(c echo.Context) (string, error) {
	form, err := c.Request().MultipartReader()
	if err != nil {
		return "", refuse(codeInvalid, "the upload has no proper boundary")
	}
	u := upload{room: s.Options.UploadSize}
	if err := u.read(form); err != nil {
		return "", err
	}
	if err := s.unhurried(c); err != nil {
		return "", err
	}
	switch {
	case u.over:
		return "", &tooLarge{"the upload", s.Options.UploadSize}
	case len(u.sources)+len(u.refused) != 1:
		return "", &rag.InputError{Field: "files", Reason: "give one file, the text that is to be checked"}
	case len(u.refused) == 1:
		return "", &rag.InputError{Field: "files", Reason: u.refused[0].Reason}
	}
	draft, err := ingest.ReadOne(c.Request().Context(), u.sources[0], s.Ingest)
	if refused := (*ingest.Refusal)(nil); errors.As(err, &refused) {
		return "", refuse(codeRefused, refused.Error())
	}
	return draft.Article.Text, err
}
