package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"chuchu/corpus"
)

// An articleList is a page of articles.
type articleList struct {
	Articles []corpus.Ref   `json:"articles"`
	Total    int            `json:"total"`
	Next     *string        `json:"next"`
	Months   map[string]int `json:"months"`
}

// listArticles answers GET /v1/articles, newest publication first.
func (s *Server) listArticles(c echo.Context) error {
	q, err := parametersOf(c, "limit", "cursor", "q", "outlet", "from", "to", "tag")
	if err != nil {
		return err
	}
	query := corpus.ListQuery{
		Text: q.one("q"), Limit: q.whole("limit", mostListed), Cursor: q.one("cursor"),
		Filter: corpus.Filter{PublishedFrom: q.day("from"), PublishedTo: q.day("to"), Outlets: q.all("outlet"), Tags: q.all("tag")},
	}
	if f := query.Filter; f.PublishedFrom != "" && f.PublishedTo != "" && f.PublishedFrom > f.PublishedTo {
		q.wrong("to", "it is before from")
	}
	if q.err != nil {
		return q.err
	}
	list, err := s.Record.Articles(c.Request().Context(), query)
	if err != nil {
		return err
	}
	reply := articleList{list.Articles, list.Total, orNull(list.Next), list.Months}
	if reply.Articles == nil {
		reply.Articles = []corpus.Ref{}
	}
	if reply.Months == nil {
		reply.Months = map[string]int{}
	}
	return s.reply(c, http.StatusOK, reply)
}
