package llm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"
)

// A Script is one reply of the scripted model, a line of its file.
type Script struct {
	// Match: the reply is for requests in whose system text or messages this
	// stands; empty for any.
	Match string `json:"match,omitempty"`
	// For: "json" for requests for a JSON object, "text" for the others; empty
	// for both.
	For string `json:"for,omitempty"`
	// Text of the reply, as the server would send it: reasoning tags are taken
	// out of it as ever.
	Text string `json:"text,omitempty"`
	// Chunk is how many characters come at once, 4 when 0.
	Chunk int `json:"chunk,omitempty"`
	// Fail is how the reply goes wrong, after After chunks: "timeout", "cut",
	// "panic", "hang" (until the context ends), "context" (ErrContext), "budget" (a
	// *BudgetError with the RetryAfter below), or "error", which is a *ProviderError
	// of the three fields below. A Text without anything to see fails as empty by
	// itself.
	Fail       string `json:"fail,omitempty"`
	After      int    `json:"after,omitempty"`
	Status     int    `json:"status,omitempty"`
	Message    string `json:"message,omitempty"`
	RetryAfter int    `json:"retry_after,omitempty"`
	Usage      Usage  `json:"usage,omitzero"`
	// Wait, when not nil, is received from before each chunk, Done and failure
	// included; a closed channel waits no longer. This is how a test makes a slow
	// model without a clock.
	Wait <-chan struct{} `json:"-"`
}

// A Scripted model plays back replies. A request gets the first reply that fits
// it and has not been played; when all that fit have, the last of them again. A
// request that none fits fails with a *ProviderError.
type Scripted struct {
	Room int // of its Info; to be set before it is used

	mu       sync.Mutex
	script   []Script
	played   []bool
	requests []Request
}

// NewScripted returns a model that plays the replies.
func NewScripted(script ...Script) *Scripted {
	return &Scripted{script: script, played: make([]bool, len(script))}
}

// ReadScript reads replies from JSON Lines. Unknown fields are errors, which
// name the line.
func ReadScript(r io.Reader) ([]Script, error) {
	var script []Script
	lines := json.NewDecoder(r)
	lines.DisallowUnknownFields()
	for {
		var s Script
		err := lines.Decode(&s)
		if errors.Is(err, io.EOF) {
			return script, nil
		}
		if err == nil && !slices.Contains([]string{"", "timeout", "cut", "panic", "hang", "context", "budget", "error"}, s.Fail) {
			err = fmt.Errorf("fail: %q is no way to fail", s.Fail)
		}
		if err != nil {
			return nil, fmt.Errorf("reply %d of the script: %w", len(script)+1, err)
		}
		script = append(script, s)
	}
}

// Info names the scripted model.
func (m *Scripted) Info() Info { return Info{Provider: "scripted", Name: "scripted", Room: m.Room} }

// Requests returns what the model was asked so far, in order.
func (m *Scripted) Requests() []Request {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.requests)
}

// Stream plays the reply that fits r.
func (m *Scripted) Stream(ctx context.Context, r Request) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		out := newOutput(yield, false)
		s, err := m.take(r)
		if err == nil {
			err = s.play(ctx, out)
		}
		out.finish(s.Usage, err)
	}
}

func (m *Scripted) take(r Request) (Script, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests = append(m.requests, r)
	last := -1
	for i, s := range m.script {
		if !s.fits(r) {
			continue
		}
		last = i
		if !m.played[i] {
			break
		}
	}
	if last < 0 {
		return Script{}, &ProviderError{Status: 404, Message: "no reply in the script fits the request"}
	}
	m.played[last] = true
	return m.script[last], nil
}

func (s Script) fits(r Request) bool {
	if s.For == "json" && !r.JSON || s.For == "text" && r.JSON {
		return false
	}
	return strings.Contains(r.System, s.Match) || slices.ContainsFunc(r.Messages, func(m Message) bool {
		return strings.Contains(m.Content, s.Match)
	})
}

func (s Script) play(ctx context.Context, out *output) error {
	chunks := slices.Collect(slices.Chunk([]rune(s.Text), max(1, cmp.Or(s.Chunk, 4))))
	if s.Fail != "" {
		chunks = chunks[:min(s.After, len(chunks))]
	}
	for _, chunk := range chunks {
		if err := s.wait(ctx); err != nil {
			return err
		}
		if err := out.text(string(chunk)); err != nil {
			return err
		}
	}
	if err := s.wait(ctx); err != nil {
		return err
	}
	return s.failure(ctx)
}

func (s Script) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil || s.Wait == nil {
		return err
	}
	select {
	case <-s.Wait:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s Script) failure(ctx context.Context) error {
	switch s.Fail {
	case "timeout":
		return ErrTimeout
	case "cut":
		return ErrCut
	case "context":
		return &ProviderError{Status: 400, Message: "the prompt is too long", TooLong: true}
	case "budget":
		return &BudgetError{RetryAfter: s.RetryAfter}
	case "error":
		return &ProviderError{Status: s.Status, Message: s.Message, RetryAfter: s.RetryAfter}
	case "panic":
		panic("the scripted model panics")
	case "hang":
		<-ctx.Done()
		return ctx.Err()
	}
	return nil
}
