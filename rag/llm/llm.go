// Package llm is the chat model: langchaingo behind one small interface, and a
// scripted model for tests.
package llm

import (
	"context"
	"errors"
	"iter"
)

// A Model writes text.
type Model interface {
	// Stream yields the reply as it is written. The last chunk of a whole reply
	// has Done set; a sequence that ends in any other way ends with an error:
	// ErrTimeout, ErrCut, ErrEmpty, *ProviderError, or ctx's own. It never ends
	// silently. Breaking off the loop ends the request to the server.
	Stream(ctx context.Context, r Request) iter.Seq2[Chunk, error]
	// Info says which model it is, for replies and records.
	Info() Info
}

// A Request is what the model is asked.
type Request struct {
	System    string
	Messages  []Message // ends with the user's
	MaxTokens int
	JSON      bool // the reply is to be one JSON object
}

// A Message is one turn.
type Message struct {
	Role    string `json:"role"` // user or assistant
	Content string `json:"content"`
}

// A Chunk is a piece of the reply. Reasoning never comes through.
type Chunk struct {
	Text  string
	Done  bool
	Usage Usage // with Done; zero when the server gives none
}

// Usage counts tokens.
type Usage struct {
	InputTokens  int `json:"input_tokens"`
	OutputTokens int `json:"output_tokens"`
}

// Info names a model.
type Info struct {
	Provider string `json:"provider"`
	Name     string `json:"name"`
}

var (
	// ErrTimeout: no first token, or silence, for longer than allowed.
	ErrTimeout = errors.New("the model did not answer in time")
	// ErrCut: the reply broke off, or ran into the length limit, before its end.
	ErrCut = errors.New("the model's reply was cut off")
	// ErrEmpty: a whole reply with no text.
	ErrEmpty = errors.New("the model's reply was empty")
)

// A ProviderError is what the server said. Message holds no secret.
type ProviderError struct {
	Status     int // HTTP status, 0 when it could not be reached
	Message    string
	RetryAfter int // seconds, 0 when not said
}

func (e *ProviderError) Error() string { return e.Message }

// Options choose and set the model.
type Options struct {
	Provider    string  `yaml:"provider"` // none, openai (any compatible server), ollama or anthropic
	Model       string  `yaml:"model"`
	URL         string  `yaml:"url"`         // of the server, empty for the provider's own
	APIKeyEnv   string  `yaml:"api_key_env"` // environment variable that holds the key
	Context     int     `yaml:"context"`     // tokens the model reads and writes in all
	MaxTokens   int     `yaml:"max_tokens"`  // tokens of an answer
	Temperature float64 `yaml:"temperature"`
	FirstToken  string  `yaml:"first_token"` // longest wait for the first token
	Silence     string  `yaml:"silence"`     // longest wait between tokens
	Concurrent  int     `yaml:"concurrent"`  // model calls at once
}

// Defaults are the options of no model.
func Defaults() Options {
	return Options{Provider: "none", Context: 16384, MaxTokens: 1024, FirstToken: "60s", Silence: "30s", Concurrent: 4}
}
