//go:build browser

package browser

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// A model is a server of chat completions that says what a test tells it to, when it
// tells it to. Plans and judgements, which are asked for as JSON, it does not give.
type model struct {
	*httptest.Server
	pieces chan string   // each is sent at once; closing it ends the reply
	left   chan struct{} // gets a value when the program breaks a reply off
	failed atomic.Int64  // requests for JSON
}

func newModel(t testing.TB) *model {
	m := &model{pieces: make(chan string), left: make(chan struct{}, 1)}
	m.Server = httptest.NewServer(http.HandlerFunc(m.reply))
	t.Cleanup(m.Close)
	return m
}

// config is that of a program which asks the model.
func (m *model) config() string {
	return fmt.Sprintf("llm:\n  provider: openai\n  url: %s/v1\n  model: test\n", m.URL)
}

func (m *model) reply(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || strings.Contains(string(body), "response_format") {
		m.failed.Add(1)
		http.Error(w, `{"error":{"message":"no JSON here"}}`, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	for {
		select {
		case piece, more := <-m.pieces:
			if !more {
				fmt.Fprint(w, `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n")
				return
			}
			fmt.Fprintf(w, `data: {"choices":[{"index":0,"delta":{"role":"assistant","content":%s}}]}`+"\n\n", quoted(piece))
			_ = flush.Flush()
		case <-r.Context().Done():
			m.left <- struct{}{}
			return
		}
	}
}

// say sends the pieces and ends the reply.
func (m *model) say(pieces ...string) {
	for _, piece := range pieces {
		m.pieces <- piece
	}
	close(m.pieces)
}
