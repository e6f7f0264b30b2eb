package llm

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A dialect is how a provider's stream is read, and how a plain stream is written
// so that langchaingo reads it right.
type dialect struct {
	read  func(line []byte) event   // what a line of the server says
	begin string                    // what langchaingo must see first
	text  func(piece string) []byte // a piece of text
	end   string                    // the end of a whole reply
	ask   func(body map[string]any) // nil, or changes the request where langchaingo cannot
	// bearer: langchaingo knows of no key for this provider; with ask alone.
	bearer bool
}

// An event is what one line of a stream says.
type event struct {
	text    string
	token   bool   // a token came, shown or not
	stop    string // why the model stopped
	last    bool   // nothing comes after it
	usage   Usage
	failure *ProviderError
}

// maxLine bounds a line of a stream. langchaingo's own bound is 64 KB.
const maxLine = 4 << 20

// maxPiece is the longest text, in bytes, that goes to langchaingo at once: as
// JSON it stays under its bound.
const maxPiece = 8 << 10

// A reply is one answer of a server, as it came. It is the transport langchaingo
// sends by: it keeps status, errors, the reason for stopping and the usage, which
// langchaingo drops, and passes the text on in lines that it cannot misread.
type reply struct {
	transport http.RoundTripper
	dialect   dialect
	key       string
	alive     func()
	sent      time.Time

	mu      sync.Mutex    // langchaingo may read from a goroutine of its own
	begun   bool          // the server took the request
	first   time.Duration // from sent to the first token
	heard   int           // tokens that came, by estimate
	stop    string
	last    bool
	usage   Usage
	failure *ProviderError
}

// RoundTrip sends the request. A refusal is an error here, so that langchaingo
// need not understand it.
func (r *reply) RoundTrip(request *http.Request) (*http.Response, error) {
	request, err := r.ask(request)
	if err != nil {
		return nil, err
	}
	response, err := r.transport.RoundTrip(request)
	if err != nil {
		if request.Context().Err() != nil {
			return nil, err
		}
		return nil, r.fail(unreachable(request.URL.Host, err))
	}
	if refusal := refused(response, r.key); refusal != nil {
		return nil, errors.Join(r.fail(refusal), response.Body.Close())
	}
	r.mu.Lock()
	r.begun = true
	r.mu.Unlock()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(make([]byte, 0, 4<<10), maxLine)
	response.Body = &plainStream{reply: r, body: response.Body, lines: lines, ready: []byte(r.dialect.begin)}
	response.Header.Del("Content-Length")
	response.ContentLength = -1
	return response, nil
}

// ask changes the request as the dialect wants it.
func (r *reply) ask(request *http.Request) (*http.Request, error) {
	if r.dialect.ask == nil {
		return request, nil
	}
	body := make(map[string]any)
	err := json.NewDecoder(request.Body).Decode(&body)
	if err = errors.Join(err, request.Body.Close()); err != nil {
		return nil, fmt.Errorf("reading the request to the model: %w", err)
	}
	r.dialect.ask(body)
	changed, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("writing the request to the model: %w", err)
	}
	request = request.Clone(request.Context())
	// With GetBody, net/http asks again by itself when a connection that was kept
	// open turns out to be closed, as after a restart of the server.
	request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(changed)), nil }
	request.Body, _ = request.GetBody()
	request.ContentLength = int64(len(changed))
	if r.dialect.bearer && r.key != "" {
		request.Header.Set("Authorization", "Bearer "+r.key)
	}
	return request, nil
}

// refused returns the error of a reply that is no stream, nil of one that is.
func refused(response *http.Response, key string) *ProviderError {
	media, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case response.StatusCode != http.StatusOK:
		return serverError(response, key)
	case err == nil && media == "text/html":
		return &ProviderError{Status: response.StatusCode, Message: "it sent a web page, not a reply; check the URL, which often ends in /v1"}
	}
	return nil
}

func (r *reply) fail(err *ProviderError) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure == nil {
		r.failure = err
	}
	return err
}

// note keeps what an event says beside its text.
func (r *reply) note(e event) {
	if e.failure != nil {
		e.failure.Message = tidy(e.failure.Message, r.key)
		_ = r.fail(e.failure)
	}
	if e.token {
		r.alive()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.token {
		r.heard += max(1, EstimateTokens(e.text)) // reasoning comes without its text
		if r.first == 0 {
			r.first = time.Since(r.sent)
		}
	}
	if e.stop != "" {
		r.stop = e.stop
	}
	r.last = r.last || e.last
	r.usage.InputTokens = max(r.usage.InputTokens, e.usage.InputTokens)
	r.usage.OutputTokens = max(r.usage.OutputTokens, e.usage.OutputTokens)
}

// wholeStops are the reasons to stop of a model that had said all, in the words
// of the servers known.
var wholeStops = []string{"stop", "eos", "eos_token", "end", "end_turn", "stop_sequence", "tool_calls", "function_call", "tool_use"}

// lengthStops are the reasons to stop of a model that had no room left.
var lengthStops = []string{"length", "max_tokens", "model_length", "model_context_window_exceeded"}

// verdict says how the request ended: nil after a whole reply. ctx is the
// request's, parent the caller's, err what langchaingo made of it, which counts
// only where nothing else is known.
func (r *reply) verdict(ctx, parent context.Context, err error) (Usage, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	whole := r.last && r.stop == "" || slices.Contains(wholeStops, r.stop)
	switch {
	case errors.Is(err, errStop):
		return r.usage, errStop
	case r.failure != nil:
		return r.usage, r.failure
	case whole:
		return r.usage, nil
	case slices.Contains(lengthStops, r.stop):
		return r.usage, fmt.Errorf("%w: it reached max_tokens or the end of its context", ErrCut)
	case r.stop != "":
		return r.usage, fmt.Errorf("%w: it stopped for %q", ErrCut, r.stop)
	case parent.Err() != nil:
		return r.usage, parent.Err()
	case context.Cause(ctx) == ErrTimeout:
		return r.usage, ErrTimeout
	case !r.begun && err != nil:
		return r.usage, &ProviderError{Message: tidy(err.Error(), r.key)}
	}
	return r.usage, ErrCut
}

// A plainStream is the body langchaingo reads.
type plainStream struct {
	reply *reply
	body  io.ReadCloser
	lines *bufio.Scanner
	ready []byte
	ended bool
}

func (s *plainStream) Read(p []byte) (int, error) {
	for len(s.ready) == 0 && !s.ended {
		s.next()
	}
	if len(s.ready) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.ready)
	s.ready = s.ready[n:]
	return n, nil
}

// next reads one line of the server's. A body that breaks off is the end as far as
// langchaingo is concerned; the verdict knows better.
func (s *plainStream) next() {
	if !s.lines.Scan() {
		s.ended = true
		return
	}
	e := s.reply.dialect.read(bytes.TrimSpace(s.lines.Bytes()))
	s.reply.note(e)
	for text := e.text; text != ""; {
		n := cutBefore(text, maxPiece)
		s.ready = append(s.ready, s.reply.dialect.text(text[:n])...)
		text = text[n:]
	}
	if e.last || e.failure != nil {
		s.ended = true
		s.ready = append(s.ready, s.reply.dialect.end...)
	}
}

func (s *plainStream) Close() error { return s.body.Close() }
