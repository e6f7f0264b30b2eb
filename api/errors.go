package api

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"chuchu/briefing"
	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/rag"
)

// The codes by which programs tell errors apart, as docs/api.md lists them.
const (
	codeInvalid       = "invalid_request"
	codeUnknownField  = "unknown_field"
	codeUnauthorized  = "unauthorized"
	codeForbidden     = "forbidden"
	codeForeignOrigin = "foreign_origin"
	codeNotFound      = "not_found"
	codeNoModel       = "model_not_found" // as OpenAI names it; only its endpoints have models
	codeMethod        = "method_not_allowed"
	codeConflict      = "conflict"
	codeCancelled     = "cancelled"
	codeGone          = "gone"
	codeTooLarge      = "too_large"
	codeUnsupported   = "unsupported_format"
	codeRefused       = "refused"
	codeRateLimited   = "rate_limited"
	codeBudget        = "budget_exceeded"
	codeInternal      = "internal"
	codeModelFailed   = "model_failed"
	codeEmbedder      = "embedder_failed"
	codeUnavailable   = "unavailable"
	codeModelTimeout  = "model_timeout"
)

// statusOf returns the status that goes with a code.
func statusOf(code string) int {
	switch code {
	case codeInvalid, codeUnknownField:
		return http.StatusBadRequest
	case codeUnauthorized:
		return http.StatusUnauthorized
	case codeForbidden, codeForeignOrigin:
		return http.StatusForbidden
	case codeNotFound, codeNoModel:
		return http.StatusNotFound
	case codeMethod:
		return http.StatusMethodNotAllowed
	case codeConflict, codeCancelled:
		return http.StatusConflict
	case codeGone:
		return http.StatusGone
	case codeTooLarge:
		return http.StatusRequestEntityTooLarge
	case codeUnsupported:
		return http.StatusUnsupportedMediaType
	case codeRefused:
		return http.StatusUnprocessableEntity
	case codeRateLimited, codeBudget:
		return http.StatusTooManyRequests
	case codeModelFailed, codeEmbedder:
		return http.StatusBadGateway
	case codeUnavailable:
		return http.StatusServiceUnavailable
	case codeModelTimeout:
		return http.StatusGatewayTimeout
	}
	return http.StatusInternalServerError
}

// A refusal is a request that this package turns down by itself.
type refusal struct {
	code       string
	detail     string
	retryAfter int // seconds, 0 when not said
}

func (r *refusal) Error() string { return r.detail }

func refuse(code, detail string) error { return &refusal{code: code, detail: detail} }

func tooFast(wait time.Duration) error {
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	return &refusal{codeRateLimited, fmt.Sprintf("too many requests at once; try again in %d s", seconds), seconds}
}

// A tooLarge is a body over its limit, in bytes.
type tooLarge struct {
	what  string
	limit int
}

func (e *tooLarge) Error() string {
	return fmt.Sprintf("%s is larger than %s", e.what, size(e.limit))
}

// size says a number of bytes, in megabytes where it is whole ones.
func size(bytes int) string {
	if bytes >= 1<<20 && bytes%(1<<20) == 0 {
		return fmt.Sprintf("%d MB", bytes>>20)
	}
	return fmt.Sprintf("%d bytes", bytes)
}

// An unfinished ingest failed with what had become of the articles before that.
type unfinished struct {
	results []ingest.Result
	err     error
}

func (e *unfinished) Error() string { return e.err.Error() }

func (e *unfinished) Unwrap() error { return e.err }

// errStopping is the cause of the contexts of requests that the end of the server
// cut off.
var errStopping = errors.New("the server is stopping")

// A problem is an error reply, RFC 9457, and the data of an error event.
type problem struct {
	Type      string          `json:"type"`
	Title     string          `json:"title"`
	Status    int             `json:"status"`
	Detail    string          `json:"detail"`
	Code      string          `json:"code"`
	RequestID string          `json:"request_id"`
	Results   []ingest.Result `json:"results,omitempty"` // of an ingest

	retryAfter int
	field      string // of the request that is wrong, where one is
}

// problemOf says what a stranger may know of an error: a code and what to do about
// it. The request's context tells a client that left from a server that stops.
func problemOf(ctx context.Context, err error) problem {
	code, detail := explain(ctx, err)
	p := problem{Type: "about:blank", Code: code, Detail: detail, Status: statusOf(code)}
	p.Title = http.StatusText(p.Status)
	if r := (*refusal)(nil); errors.As(err, &r) {
		p.retryAfter = r.retryAfter
	}
	// A budget knows when it is new; no other error is asked about it here.
	if spent := (interface{ Wait() time.Duration })(nil); p.Code == codeBudget && errors.As(err, &spent) {
		p.retryAfter = int(spent.Wait() / time.Second)
	}
	if u := (*unfinished)(nil); errors.As(err, &u) {
		p.Results = u.results
	}
	if input := (*rag.InputError)(nil); errors.As(err, &input) {
		p.field = input.Field
	}
	return p
}

// Explain returns what a stranger may know of an error that a briefing has failed with,
// for no request but those that ask for it later.
func Explain(err error) briefing.Problem {
	p := problemOf(context.Background(), err) // no request's context has ended
	if p.Code == codeInternal {
		p.Detail = "something failed here; the server's log has the cause under the briefing's id"
	}
	return briefing.Problem{Type: p.Type, Title: p.Title, Status: p.Status, Detail: p.Detail, Code: p.Code}
}

// explain chooses the code of an error and the words for it. What is not known to
// be safe is not said.
func explain(ctx context.Context, err error) (code, detail string) {
	var (
		turnedDown *refusal
		large      *tooLarge
		input      *rag.InputError
		routing    *echo.HTTPError
		state      *briefing.StateError
		failed     *briefing.FailedError
	)
	if code, ok := rag.Failure(err); ok && ctx.Err() == nil {
		return code, err.Error() // the packages of models and embedders keep secrets out of their errors
	}
	switch {
	case errors.Is(err, errStopping), errors.Is(err, rag.ErrClosed), errors.Is(context.Cause(ctx), errStopping):
		return codeUnavailable, "the server is stopping; ask again when it is back"
	case errors.As(err, &turnedDown):
		return turnedDown.code, turnedDown.detail
	case errors.As(err, &large):
		return codeTooLarge, large.Error()
	case errors.As(err, &input) && input.TooLarge:
		return codeTooLarge, input.Error()
	case errors.As(err, &input):
		return codeInvalid, input.Error()
	case errors.As(err, &routing):
		return explainRouting(routing)
	case errors.As(err, &failed):
		return failed.Problem.Code, failed.Problem.Detail
	case errors.As(err, &state):
		return codeConflict, explainState(state.Status)
	case errors.Is(err, rag.ErrCancelled):
		return codeCancelled, err.Error()
	case errors.Is(err, rag.ErrEnded):
		return codeConflict, "it has ended already"
	case errors.Is(err, rag.ErrRunning):
		return codeConflict, "the answer is still being written; /v1/answers/{id}/events follows it, /v1/answers/{id}/cancel ends it"
	}
	return explainRecord(err)
}

// explainState says how a briefing is, and what can be done about it.
func explainState(s briefing.Status) string {
	switch s {
	case briefing.Queued, briefing.Running:
		return "the briefing is " + string(s) + "; /v1/briefings/{id}/events follows it, /v1/briefings/{id}/cancel ends it"
	case briefing.Done:
		return "the briefing is done already"
	case briefing.Failed:
		return "the briefing has failed; /v1/briefings/{id} says why"
	}
	return "the briefing was " + string(s) + "; /v1/briefings/{id} says more"
}

func explainRouting(err *echo.HTTPError) (code, detail string) {
	switch err.Code {
	case http.StatusNotFound:
		return codeNotFound, "there is no such endpoint; /openapi.yaml lists them"
	case http.StatusMethodNotAllowed:
		return codeMethod, "this endpoint does not take that method; see the header Allow"
	}
	return codeInternal, internalDetail
}

func explainRecord(err error) (code, detail string) {
	switch {
	case errors.Is(err, corpus.ErrNotFound):
		return codeNotFound, "there is no article, version, answer or briefing of that name"
	case errors.Is(err, corpus.ErrGone):
		return codeGone, "the article was deleted"
	case errors.Is(err, corpus.ErrCursor):
		return codeInvalid, "cursor: no list gave it out; leave it out to start at the first page"
	case errors.Is(err, corpus.ErrDiskFull):
		// Not the caller's fault, and the same request succeeds once there is room:
		// 503 says both. 507 would too, but few clients know to try it again.
		return codeUnavailable, "the server's disk is full; what is not among the results was not kept; try again when there is room"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return codeUnavailable, "the request was given up before it was done"
	}
	return codeInternal, internalDetail
}

const internalDetail = "something failed here; the server's log has the cause under this request_id"

// requestID returns the id that guard gave the request.
func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// fail replies with the problem of err, unless a reply has begun, and logs it.
func (s *Server) fail(c echo.Context, err error) {
	p := problemOf(c.Request().Context(), err)
	p.RequestID = requestID(c)
	s.logCause(c, p, err)
	if c.Response().Committed {
		return
	}
	h := c.Response().Header()
	if p.retryAfter > 0 {
		h.Set(echo.HeaderRetryAfter, strconv.Itoa(p.retryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set(echo.HeaderWWWAuthenticate, `Bearer realm="chuchu"`)
	}
	var body any = p
	contentType := "application/problem+json"
	if speaksOpenAI(c) {
		body, contentType = openAIErrorOf(p), echo.MIMEApplicationJSON
	}
	if err := s.send(c, p.Status, contentType, body); err != nil {
		s.Log.Debug("a problem did not reach its reader", "request_id", p.RequestID, "error", err)
	}
}

// logCause logs what the reply does not say.
func (s *Server) logCause(c echo.Context, p problem, err error) {
	switch {
	case c.Request().Context().Err() != nil, errors.Is(err, errNotTaken):
		s.Log.Debug("request ended early", "request_id", p.RequestID, "error", err)
	case p.Status >= http.StatusInternalServerError:
		s.Log.Error("request failed", "request_id", p.RequestID, "code", p.Code, "error", err)
	}
}
