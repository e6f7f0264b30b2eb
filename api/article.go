package api

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"chuchu/corpus"
)

// A fullArticle is an article with its text and all that belongs to it.
type fullArticle struct {
	corpus.Ref
	Author   string           `json:"author"`
	Language string           `json:"language"`
	Fetched  time.Time        `json:"fetched"`
	Updated  time.Time        `json:"updated"`
	Tags     []string         `json:"tags"`
	Hash     string           `json:"hash"`
	Text     string           `json:"text"`
	Versions []corpus.Version `json:"versions"`
	Passages []listedPassage  `json:"passages"` // of the newest version; of an older one none are kept
	Family   []corpus.Ref     `json:"family"`
	CitedBy  []corpus.Citer   `json:"cited_by"` // the newest
	// CitedByTotal is how many there are, with those that CitedBy has no room for.
	CitedByTotal int `json:"cited_by_total"`
}

// A listedPassage is where a passage stands in the article's text.
type listedPassage struct {
	ID      string `json:"id"`
	Ordinal int    `json:"ordinal"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Heading string `json:"heading"`
}

// getArticle answers GET /v1/articles/{id}.
func (s *Server) getArticle(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	q, err := parametersOf(c, "version")
	if err != nil {
		return err
	}
	version := q.whole("version", math.MaxInt32)
	if q.err != nil {
		return q.err
	}
	full, err := s.readArticle(c.Request().Context(), id, version)
	if err != nil {
		return err
	}
	return s.reply(c, http.StatusOK, full)
}

func (s *Server) readArticle(ctx context.Context, id string, version int) (fullArticle, error) {
	a, err := s.Record.ArticleVersion(ctx, id, version)
	if err != nil {
		return fullArticle{}, err
	}
	versions, err := s.Record.Versions(ctx, id)
	if err != nil {
		return fullArticle{}, err
	}
	passages, err := s.Record.Passages(ctx, id)
	if err != nil {
		return fullArticle{}, err
	}
	citers, cited, err := s.Record.Citing(ctx, id)
	if err != nil {
		return fullArticle{}, err
	}
	family, err := s.Record.Family(ctx, id)
	if err != nil {
		return fullArticle{}, err
	}
	full := fullArticle{
		Ref: a.Ref(), Author: a.Author, Language: a.Language, Fetched: a.Fetched, Updated: a.Updated,
		Tags: append([]string{}, a.Tags...), Hash: a.Hash, Text: a.Text, Versions: versions,
		Passages: []listedPassage{}, Family: append([]corpus.Ref{}, family...), CitedBy: append([]corpus.Citer{}, citers...), CitedByTotal: cited,
	}
	for _, p := range passages {
		if p.Version == a.Version { // another one was asked for, or has come meanwhile
			full.Passages = append(full.Passages, listedPassage{p.ID, p.Ordinal, p.Start, p.End, p.Heading})
		}
	}
	return full, nil
}

// deleteArticle answers DELETE /v1/articles/{id}. The record is the truth: once it
// has erased the article the article is gone, and an index that fails now is
// brought level with it later.
func (s *Server) deleteArticle(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	ctx := context.WithoutCancel(c.Request().Context()) // half a deletion is none
	if err := s.Record.Delete(ctx, id); err != nil {
		return err
	}
	if err := s.CatchUp(ctx); err != nil {
		s.Log.Error("indexes behind after a deletion", "article", id, "request_id", requestID(c), "error", err)
	}
	return s.replyNothing(c)
}
