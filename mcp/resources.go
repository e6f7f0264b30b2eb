package mcp

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"chuchu/corpus"
)

// Articles as resources: chuchu://articles/ID is the text of the newest version, with
// ?version=N that of another.
const (
	articleScheme   = "chuchu"
	articleHost     = "articles"
	articleTemplate = articleScheme + "://" + articleHost + "/{id}{?version}"
	textType        = "text/plain"
)

// listedAtOnce is how many articles a page of the list has.
const listedAtOnce = 100

// articleURI names an article; version 0 is the newest.
func articleURI(id string, version int) string {
	u := url.URL{Scheme: articleScheme, Host: articleHost, Path: "/" + id}
	if version > 0 {
		u.RawQuery = "version=" + strconv.Itoa(version)
	}
	return u.String()
}

// parseArticleURI is the reverse of articleURI.
func parseArticleURI(uri string) (id string, version int, ok bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != articleScheme || u.Host != articleHost {
		return "", 0, false
	}
	id = strings.TrimPrefix(u.Path, "/")
	if wanted := u.Query().Get("version"); wanted != "" {
		if version, err = strconv.Atoi(wanted); err != nil || version < 1 {
			return "", 0, false
		}
	}
	return id, version, id != "" && !strings.Contains(id, "/")
}

// addResources adds the template, and lists the articles themselves in place of the
// SDK's list, which would have to hold them all.
func (s *Server) addResources() {
	s.sdk.AddResourceTemplate(&sdk.ResourceTemplate{
		Name: "article", Title: "Article 文章", URITemplate: articleTemplate, MIMEType: textType,
		Description: "The text of an article, the newest version or the one named. Offsets of citations count its Unicode code points." + quotedOnly,
	}, s.readResource)
	s.sdk.AddReceivingMiddleware(func(next sdk.MethodHandler) sdk.MethodHandler {
		return func(ctx context.Context, method string, r sdk.Request) (sdk.Result, error) {
			if method != "resources/list" {
				return next(ctx, method, r)
			}
			cursor := ""
			if p, ok := r.GetParams().(*sdk.ListResourcesParams); ok && p != nil {
				cursor = p.Cursor
			}
			return s.listResources(ctx, cursor)
		}
	})
}

func (s *Server) listResources(ctx context.Context, cursor string) (sdk.Result, error) {
	ctx, _, stop := untilGone(ctx)
	defer stop()
	opened, err := s.Open(ctx)
	if err != nil {
		return nil, s.protocolError(err)
	}
	defer opened.Close()
	list, err := opened.List(ctx, corpus.ListQuery{Limit: listedAtOnce, Cursor: cursor})
	if err != nil {
		return nil, s.protocolError(err)
	}
	result := &sdk.ListResourcesResult{Resources: []*sdk.Resource{}, NextCursor: list.Next}
	result.CacheScope = "private"
	for _, a := range list.Articles {
		description := []string{}
		for _, part := range []string{a.Outlet, string(a.Published)} {
			if part != "" {
				description = append(description, part)
			}
		}
		result.Resources = append(result.Resources, &sdk.Resource{
			URI: articleURI(a.ID, 0), Name: a.ID, Title: oneLine(a.Title), Description: strings.Join(description, " · "), MIMEType: textType,
		})
	}
	return result, nil
}

func (s *Server) readResource(ctx context.Context, r *sdk.ReadResourceRequest) (*sdk.ReadResourceResult, error) {
	id, version, ok := parseArticleURI(r.Params.URI)
	if !ok {
		return nil, sdk.ResourceNotFoundError(r.Params.URI)
	}
	ctx, _, stop := untilGone(ctx)
	defer stop()
	opened, err := s.Open(ctx)
	if err != nil {
		return nil, s.protocolError(err)
	}
	defer opened.Close()
	a, err := opened.Article(ctx, id, version)
	switch {
	case errors.Is(err, corpus.ErrNotFound), errors.Is(err, corpus.ErrGone):
		return nil, sdk.ResourceNotFoundError(r.Params.URI)
	case err != nil:
		return nil, s.protocolError(err)
	}
	result := &sdk.ReadResourceResult{Contents: []*sdk.ResourceContents{{URI: r.Params.URI, MIMEType: textType, Text: a.Text}}}
	result.CacheScope = "private"
	return result, nil
}

// protocolError is an error of what is no tool.
func (s *Server) protocolError(err error) error {
	if errors.Is(err, corpus.ErrCursor) {
		return &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: "cursor: no list gave it out; leave it out to start at the first page"}
	}
	text := s.Explain(err)
	if text == "" {
		s.Log.Error("articles could not be read", "error", err)
	}
	return &jsonrpc.Error{Code: jsonrpc.CodeInternalError, Message: cmp.Or(text, "something failed here; chuchu's log has the cause")}
}
