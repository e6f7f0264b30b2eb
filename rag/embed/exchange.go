package embed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// An exchange is what really happened on the wire: langchaingo's clients make
// plain text of status and header, or nothing.
type exchange struct {
	status  int
	failure *ServerError
}

type exchangeKey struct{}

func (x *exchange) carriedBy(ctx context.Context) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// maxReply bounds a reply: 2,048 vectors of 4,096 numbers are some 100 MB of JSON.
const maxReply = 256 << 20

// wire is an http.RoundTripper that reads replies whole, writes down in the
// exchange how they went, and alone handles the key.
type wire struct {
	key string // empty: none is sent
}

// client does not follow redirects: they would carry the key to another host, and
// turn a POST into a GET.
func client(key string) *http.Client {
	return &http.Client{
		Transport:     wire{key},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (w wire) RoundTrip(request *http.Request) (*http.Response, error) {
	x, ok := request.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		x = new(exchange)
	}
	request = request.Clone(request.Context())
	request.Header.Del("Authorization")
	request.Header.Del("OpenAI-Organization") // langchaingo takes it from the environment
	if w.key != "" {
		request.Header.Set("Authorization", "Bearer "+w.key)
	}
	reply, body, err := fetch(request)
	if err != nil {
		x.failure = &ServerError{Message: fmt.Sprintf("no reply from %s: %v; see that the server runs and url is right", request.URL.Host, err)}
		return nil, err
	}
	x.status = reply.StatusCode
	if reply.StatusCode != http.StatusOK {
		x.failure = &ServerError{
			Status:     reply.StatusCode,
			Message:    explain(reply.StatusCode, request.URL.Host, []byte(w.redact(string(body)))),
			RetryAfter: retryAfter(reply.Header.Get("Retry-After"), time.Now()),
		}
	}
	reply.Body = io.NopCloser(bytes.NewReader(body))
	return reply, nil
}

// fetch reads the reply to its end, so that a broken connection is seen here.
func fetch(request *http.Request) (*http.Response, []byte, error) {
	reply, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(reply.Body, maxReply+1))
	if err != nil {
		return nil, nil, fmt.Errorf("it broke off: %w", err)
	}
	if len(body) > maxReply {
		return nil, nil, errors.New("it is larger than 256 MB")
	}
	return reply, body, nil
}

// redact takes the key out of what a server sent back; before it is cut, so that
// no part of the key stays.
func (w wire) redact(s string) string {
	if w.key == "" {
		return s
	}
	return strings.ReplaceAll(s, w.key, "[key]")
}

// explain says what a status means, what the server said, and what to do.
func explain(status int, host string, body []byte) string {
	var advice string
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		advice = "; see that the key in api_key_env is right"
	case http.StatusNotFound:
		advice = "; see that model and url are right, and that the model is pulled"
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		advice = "; set url to where it points"
	}
	said := serverSaid(body)
	if said != "" {
		said = ": " + said
	}
	return fmt.Sprintf("%s replied %d %s%s%s", host, status, http.StatusText(status), said, advice)
}

// serverSaid finds the message of an error in the forms that servers use.
func serverSaid(body []byte) string {
	var flat struct {
		Error   string
		Message string
	}
	var nested struct{ Error struct{ Message string } }
	var said string
	if json.Unmarshal(body, &flat) == nil {
		said = flat.Error + flat.Message
	} else if json.Unmarshal(body, &nested) == nil {
		said = nested.Error.Message
	} else if utf8.Valid(body) {
		said = string(body)
	}
	return cut(strings.Join(strings.Fields(said), " "), 300)
}

func cut(s string, runes int) string {
	for i := range s {
		if runes == 0 {
			return s[:i] + "…"
		}
		runes--
	}
	return s
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3); 0 when there is neither.
func retryAfter(header string, now time.Time) int {
	if seconds, err := strconv.Atoi(header); err == nil {
		return max(seconds, 0)
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(int(at.Sub(now).Seconds()+0.999), 0)
	}
	return 0
}
