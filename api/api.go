// Package api is the HTTP interface, by echo: search, cited answers (whole or as a
// stream of events), stored answers, briefings, and the articles themselves.
// docs/api.md describes it to people, openapi.yaml to programs.
//
// Start with routes, the list of the endpoints; each has a file of its own. A
// request passes guard.go (its id, host and origin), limit.go and auth.go before
// it gets there, and decode.go reads its body. errors.go is the only place that
// makes a status of an error, stream.go writes events, serve.go starts and stops;
// room.go serves the reading room, package web.
package api

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"chuchu/briefing"
	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/rag"
)

// Engine is what the endpoints need of *rag.Engine.
type Engine interface {
	// Search finds passages.
	Search(ctx context.Context, r rag.SearchRequest) (rag.SearchReply, error)
	// Chat returns a whole answer.
	Chat(ctx context.Context, r rag.ChatRequest) (rag.Reply, error)
	// Answer yields the events of an answer, done or error last. An error before
	// the first event is yielded as such, one after it is an error event.
	// Breaking off the loop leaves the answer, which goes on for a while.
	Answer(ctx context.Context, r rag.ChatRequest) iter.Seq2[rag.Event, error]
	// Check holds every sentence of a text against the collection.
	Check(ctx context.Context, r rag.CheckRequest) (rag.CheckReply, error)
	// Follow yields the events of an answer after the first n, while it is written
	// and later. rag.ErrEnded where there are none, *rag.InputError where there are
	// not even n, corpus.ErrNotFound.
	Follow(ctx context.Context, id string, n int) (iter.Seq2[rag.Event, error], error)
	// Cancel ends an answer that is being written. rag.ErrEnded, corpus.ErrNotFound.
	Cancel(ctx context.Context, id string) error
	// Stored returns an answer that is kept. rag.ErrRunning, corpus.ErrNotFound.
	Stored(ctx context.Context, id string) (rag.StoredReply, error)
	// Recheck judges a stored answer again. rag.ErrRunning, corpus.ErrNotFound.
	Recheck(ctx context.Context, id string) (rag.RecheckReply, error)
}

// Desk is what the endpoints need of *briefing.Desk; the methods keep its contract.
type Desk interface {
	Order(ctx context.Context, r briefing.Request) (briefing.Briefing, error)
	Get(ctx context.Context, id string) (briefing.Briefing, error)
	List(ctx context.Context, limit int, cursor string) (list []briefing.Listed, total int, next string, err error)
	Follow(ctx context.Context, id string, n int) (iter.Seq2[rag.Event, error], error)
	Cancel(ctx context.Context, id string) error
	Delete(ctx context.Context, id string) error
	Recheck(ctx context.Context, id string) (rag.RecheckReply, error)
	Tally() briefing.Tally
}

// Ingester is what the endpoints need of *ingest.Ingester; the methods keep its
// contract.
type Ingester interface {
	Put(ctx context.Context, drafts []ingest.Draft, report func(ingest.Result)) error
	Ingest(ctx context.Context, sources iter.Seq2[ingest.Source, error], report func(ingest.Result)) error
}

// Embedder is what the endpoints need of embed.Embedder; the methods keep its
// contract.
type Embedder interface {
	Passages(ctx context.Context, texts []string) ([][]float32, error)
	Query(ctx context.Context, text string) ([]float32, error)
}

// Parts are what a Server works with.
type Parts struct {
	Engine   Engine
	Desk     Desk
	Embedder Embedder
	Ingester Ingester
	Record   *corpus.Record
	// CatchUp brings the indexes level with the record; nil where nothing follows it.
	CatchUp func(context.Context) error
	// Status says what is connected and what is there.
	Status func(context.Context) (Status, error)
	// Doctor checks what is connected and what is there; offline, it does not speak to
	// embedder and model. It returns soon after its context has ended.
	Doctor func(ctx context.Context, offline bool) []Finding
	// MCP answers a request to /mcp, which has passed guard, limits and keys; writes
	// says whether its caller may have briefings made. nil: there is no /mcp.
	MCP     func(w http.ResponseWriter, r *http.Request, writes bool)
	Options Options
	Auth    Auth
	Ingest  ingest.Options // as the ingester has them; zero: its defaults
	Listen  string         // the address that is served, which decides what Host a request may have
	Log     *slog.Logger
}

// A Server answers requests: it is an http.Handler, and Serve runs it on a
// listener. It is safe for concurrent use.
type Server struct {
	Parts
	echo    *echo.Echo
	hosts   hosts
	keys    keyring
	limiter *limiter
	metrics *metrics
	// What the doctor found last, with and without speaking to other servers.
	wholeCheckups, offlineCheckups checkups

	stopping atomic.Bool // from the moment Serve is told to stop

	grace    time.Duration // how long running answers may go on then
	patience time.Duration // longest wait for a client to take what is written
	idle     time.Duration // a stream that is silent for longer gets a comment line
}

// New returns a server of the parts. Options and Auth must be valid.
func New(p Parts) *Server {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	if p.CatchUp == nil {
		p.CatchUp = func(context.Context) error { return nil }
	}
	s := &Server{
		Parts:    p,
		echo:     echo.New(),
		hosts:    hosts{listen: p.Listen, allowed: p.Options.Hosts, keyed: len(p.Auth.Keys) > 0},
		keys:     p.Auth.keyring(),
		limiter:  newLimiter(p.Options.Rate, p.Options.Burst),
		metrics:  newMetrics(p.Desk),
		grace:    p.Options.grace(),
		patience: writeTimeout,
		idle:     15 * time.Second,
	}
	s.wholeCheckups.examine = func(ctx context.Context) []Finding { return s.Doctor(ctx, false) }
	s.offlineCheckups.examine = func(ctx context.Context) []Finding { return s.Doctor(ctx, true) }
	s.echo.HTTPErrorHandler = func(err error, c echo.Context) { s.fail(c, err) }
	s.echo.Use(s.observe, s.guard)
	for _, r := range s.routes() {
		s.echo.Add(r.method, r.path, r.handler, s.admit(r))
		if r.method == http.MethodGet {
			s.echo.Add(http.MethodHead, r.path, r.handler, s.admit(r)) // net/http keeps the body back
		}
	}
	s.addRoom()
	return s
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// A route is an endpoint and what a key must allow to reach it.
type route struct {
	method, path string
	needs        role
	handler      echo.HandlerFunc
}

func (s *Server) routes() []route {
	metricsRole := reads
	if s.Options.OpenMetrics {
		metricsRole = open
	}
	routes := []route{
		{http.MethodPost, "/v1/search", reads, s.search},
		{http.MethodPost, "/v1/chat", reads, s.chat},
		{http.MethodPost, "/v1/check", reads, s.check},
		{http.MethodPost, pathCompletions, reads, s.complete},
		{http.MethodGet, pathModels, reads, s.listModels},
		{http.MethodGet, pathModel, reads, s.getModel},
		{http.MethodPost, pathEmbeddings, reads, s.embed},
		{http.MethodGet, "/v1/answers", reads, s.listAnswers},
		{http.MethodGet, "/v1/answers/:id", reads, s.getAnswer},
		{http.MethodGet, "/v1/answers/:id/events", reads, s.followAnswer},
		{http.MethodPost, "/v1/answers/:id/cancel", reads, s.cancelAnswer},
		{http.MethodPost, "/v1/answers/:id/recheck", reads, s.recheckAnswer},
		{http.MethodDelete, "/v1/answers/:id", writes, s.deleteAnswer},
		{http.MethodPost, pathBriefings, writes, s.orderBriefing},
		{http.MethodGet, pathBriefings, reads, s.listBriefings},
		{http.MethodGet, pathBriefings + "/:id", reads, s.getBriefing},
		{http.MethodGet, pathBriefings + "/:id/events", reads, s.followBriefing},
		{http.MethodPost, pathBriefings + "/:id/cancel", writes, s.cancelBriefing},
		{http.MethodPost, pathBriefings + "/:id/recheck", reads, s.recheckBriefing},
		{http.MethodDelete, pathBriefings + "/:id", writes, s.deleteBriefing},
		{http.MethodGet, "/v1/articles", reads, s.listArticles},
		{http.MethodPost, "/v1/articles", writes, s.addArticles},
		{http.MethodGet, "/v1/articles/:id", reads, s.getArticle},
		{http.MethodDelete, "/v1/articles/:id", writes, s.deleteArticle},
		{http.MethodGet, "/v1/articles.jsonl", reads, s.exportArticles},
		{http.MethodGet, "/v1/status", reads, s.getStatus},
		{http.MethodGet, "/v1/doctor", reads, s.getDoctor},
		{http.MethodGet, "/metrics", metricsRole, s.getMetrics},
		{http.MethodGet, "/healthz", open, s.getHealth},
		{http.MethodGet, "/readyz", open, s.getReadiness},
		{http.MethodGet, "/openapi.yaml", open, s.getOpenAPI},
	}
	if s.MCP != nil {
		routes = append(routes, route{http.MethodPost, pathMCP, reads, s.speakMCP})
	}
	return routes
}
