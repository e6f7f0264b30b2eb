package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"chuchu/ingest"
	"chuchu/rag"
)

// addArticles answers POST /v1/articles: one article as JSON, or files.
func (s *Server) addArticles(c echo.Context) error {
	kind, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	switch {
	case err == nil && kind == "multipart/form-data":
		return s.addFiles(c)
	case err == nil && kind == "application/json":
		return s.addArticle(c)
	}
	return refuse(codeUnsupported, "send one article with Content-Type: application/json, or files with multipart/form-data")
}

// An offeredArticle is one article as JSON. Pointers tell an empty text from none.
type offeredArticle struct {
	Title     string   `json:"title"`
	Text      *string  `json:"text"`
	HTML      *string  `json:"html"`
	Markdown  *string  `json:"markdown"`
	ID        string   `json:"id"`
	URL       string   `json:"url"`
	Outlet    string   `json:"outlet"`
	Author    string   `json:"author"`
	Published string   `json:"published"`
	Tags      []string `json:"tags"`
}

// addArticle takes one article. It is read as a JSON file is, so that both give
// the same text.
func (s *Server) addArticle(c echo.Context) error {
	body, err := s.readJSON(c)
	if err != nil {
		return err
	}
	var a offeredArticle
	if err := decodeJSON(body, &a); err != nil {
		return err
	}
	texts := slices.DeleteFunc([]*string{a.Text, a.HTML, a.Markdown}, func(s *string) bool { return s == nil })
	if len(texts) != 1 {
		return &rag.InputError{Field: "text", Reason: fmt.Sprintf("an article has one of text, html and markdown, not %d", len(texts))}
	}
	ctx := c.Request().Context()
	source := bytesSource("article.json", body)
	var drafts []ingest.Draft
	for d, err := range ingest.Read(ctx, source, s.Ingest) {
		if refused := (*ingest.Refusal)(nil); errors.As(err, &refused) {
			return s.replyAdded(c, []ingest.Result{ingest.Refused(cmp.Or(a.Title, "article"), err)}, nil)
		}
		if err != nil {
			return err
		}
		if d.DeclaredID == "" && d.Article.URL == "" {
			d.Article.ID = "" // made from the name of a file that there is none of
		}
		d.Article.Provenance = "sent as JSON"
		drafts = append(drafts, d)
	}
	return s.takeIn(c, nil, func(ctx context.Context, report func(ingest.Result)) error {
		return s.Ingester.Put(ctx, drafts, report)
	})
}

// bytesSource is a source that is in memory already. Its name is never a path on
// this machine.
func bytesSource(name string, content []byte) ingest.Source {
	return ingest.Source{
		Name: name, Size: int64(len(content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
	}
}

// takeIn runs an ingest and replies with what became of each article. results are
// those of parts that were refused before.
func (s *Server) takeIn(c echo.Context, results []ingest.Result, put func(context.Context, func(ingest.Result)) error) error {
	err := put(c.Request().Context(), func(r ingest.Result) { results = append(results, r) })
	return s.replyAdded(c, results, err)
}

// An addedReply says what became of the articles.
type addedReply struct {
	Results []ingest.Result `json:"results"`
	Caveats []rag.Caveat    `json:"caveats,omitempty"`
}

// replyAdded replies 201 when all were added, 200 when some of it was taken or
// there already, and a problem when nothing was accepted.
func (s *Server) replyAdded(c echo.Context, results []ingest.Result, err error) error {
	reply := addedReply{Results: results}
	var bare *ingest.EmbedError
	switch {
	case errors.As(err, &bare):
		s.Log.Warn("articles went in without vectors", "request_id", requestID(c), "error", err)
		reply.Caveats = []rag.Caveat{{Code: "not_embedded", Text: "The embedder failed: these articles are found by their words alone until it is taken up again, at the next start."}}
	case err != nil:
		return &unfinished{results, err}
	}
	count := map[string]int{}
	for _, r := range results {
		count[r.Status]++
	}
	switch len(results) {
	case count["added"]:
		return s.reply(c, http.StatusCreated, reply)
	case count["refused"]:
		return &unfinished{results, refuse(codeRefused, "nothing in it could be taken; results say why")}
	}
	return s.reply(c, http.StatusOK, reply)
}
