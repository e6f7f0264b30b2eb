package llm

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxErrorBody bounds what is read of an error reply, in bytes.
const maxErrorBody = 64 << 10

// maxMessage bounds a server's error message, in code points.
const maxMessage = 300

// serverError makes an error of a reply that is not 200.
func serverError(response *http.Response, key string) *ProviderError {
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBody)) // as far as it came
	said := saidOf(body)
	if location, err := response.Location(); err == nil && response.StatusCode < 400 {
		said.message = "it redirects to " + location.Host + "; if that is the right server, configure its URL"
	}
	message := cmp.Or(said.message, said.kind, http.StatusText(response.StatusCode), "it gave no reason")
	return &ProviderError{
		Status:     response.StatusCode,
		Message:    tidy(message, key),
		RetryAfter: retryAfter(response.Header),
		TooLong:    said.tooLong(),
	}
}

// A said is what a server says of an error.
type said struct {
	message string
	kind    string // what it calls it: type and code
}

// saidOf finds the words in the forms that servers use: {"error":{"message": …}},
// {"error": …}, {"message": …}, {"detail": …}; also plain text.
func saidOf(body []byte) said {
	var forms struct {
		Error, Message, Detail json.RawMessage
	}
	if json.Unmarshal(body, &forms) != nil {
		if text := strings.TrimSpace(string(body)); !strings.HasPrefix(text, "<") {
			return said{message: text}
		}
		return said{}
	}
	for _, raw := range []json.RawMessage{forms.Error, forms.Message, forms.Detail} {
		if s := words(raw); s != (said{}) {
			return s
		}
	}
	return said{}
}

// streamError makes an error of one that comes inside a stream, nil of none. Its
// status is the server's code where that is a number, else 200.
func streamError(raw json.RawMessage) *ProviderError {
	s := words(raw)
	if s == (said{}) {
		return nil
	}
	e := &ProviderError{Status: http.StatusOK, Message: cmp.Or(s.message, s.kind), TooLong: s.tooLong()}
	var object struct {
		Code int `json:"code"`
	}
	if json.Unmarshal(raw, &object) == nil && object.Code >= 400 && object.Code < 600 {
		e.Status = object.Code
	}
	return e
}

// words reads an error that is a string or an object.
func words(raw json.RawMessage) said {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return said{message: text}
	}
	var object struct {
		Message, Type string
		Code          any
	}
	if json.Unmarshal(raw, &object) != nil {
		return said{}
	}
	code, _ := object.Code.(string)
	return said{message: object.Message, kind: strings.TrimSpace(object.Type + " " + code)}
}

// contextSigns tell a prompt that is longer than the model's context: the name the
// server gives the error, where it has one, else what stands in its message.
var contextSigns = []string{
	"exceed_context_size_error",       // llama.cpp, type
	"context_length_exceeded",         // OpenAI, code
	"maximum context length",          // vLLM, DeepSeek
	"exceeds the context length",      // Ollama
	"prompt is too long",              // Anthropic
	"exceeded model token limit",      // Kimi
	"range of input length should be", // Qwen
	"prompt exceeds max length",       // GLM
}

func (s said) tooLong() bool {
	all := strings.ToLower(s.kind + " " + s.message)
	return slices.ContainsFunc(contextSigns, func(sign string) bool { return strings.Contains(all, sign) })
}

// retryAfter reads seconds or an HTTP date (RFC 9110, 10.2.3), against the
// server's own clock where it shows it.
func retryAfter(header http.Header) int {
	value := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil {
		return max(0, seconds)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(0, int(at.Sub(now).Round(time.Second).Seconds()))
}

// unreachable says in plain words why a server could not be reached. The words of
// net/http may show the whole URL.
func unreachable(host string, err error) *ProviderError {
	reason := err
	if wrapped := new(url.Error); errors.As(err, &wrapped) {
		reason = wrapped.Err
	}
	var lookup *net.DNSError
	var system *os.SyscallError
	switch {
	case errors.As(err, &lookup):
		reason = errors.New("no such host")
	case errors.As(err, &system):
		reason = system.Err
	}
	return &ProviderError{Message: fmt.Sprintf("the model server %s cannot be reached: %v", host, reason)}
}

// tidy makes one short line of a server's words, with the key struck out.
func tidy(s, key string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(redact(s, key), ""))
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > maxMessage {
		s = string([]rune(s)[:maxMessage]) + "…"
	}
	return s
}

func redact(s, key string) string {
	if key == "" {
		return s
	}
	return strings.ReplaceAll(s, key, "***")
}

// cutBefore returns the largest n up to limit, in bytes, at which s can be cut
// without parting a code point.
func cutBefore(s string, limit int) int {
	if len(s) <= limit {
		return len(s)
	}
	for limit > 1 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return limit
}
