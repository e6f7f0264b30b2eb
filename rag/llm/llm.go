// Package llm is the chat model: langchaingo behind one small interface, and a
// scripted model for tests.
//
// Read stream.go first: a request passes the gate, langchaingo puts it into the
// provider's form, and wire.go reads the raw reply underneath langchaingo, which
// does not tell a whole reply from a cut one. Each provider has a file. What is
// read goes through think.go, so reasoning never comes out.
//
// budget.go holds calls to what a request and a day may use, and meter.go tells
// what they used.
//
// The package does not cut prompts to the model's context: the caller knows what
// may be left out. Info.Room and EstimateTokens are for that. It asks again only
// where no reader waits much longer for it (chat.ask).
package llm

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
)

// A Model writes text. It is safe for concurrent use.
type Model interface {
	// Stream yields the reply as it is written. The last chunk of a whole reply
	// has Done set; a sequence that ends in any other way ends with an error:
	// ErrTimeout, ErrCut, ErrEmpty, *ProviderError (which is ErrContext where the
	// prompt was too long), *BudgetError, or ctx's own. It never ends silently.
	// Breaking off the loop ends the request to the server.
	Stream(ctx context.Context, r Request) iter.Seq2[Chunk, error]
	// Info says which model it is, for replies and records.
	Info() Info
}

// A Request is what the model is asked.
type Request struct {
	System    string
	Messages  []Message // ends with the user's
	MaxTokens int       // of the reply, 0: as Options say
	JSON      bool      // the reply is to be one JSON object; servers that cannot promise it are asked all the same
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
	Usage Usage // with Done or an error, as far as the server gave any
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
	// Room is how many tokens a prompt may have, system text and all messages, by
	// EstimateTokens; 0 when no limit is known.
	Room int `json:"-"`
}

var (
	// ErrTimeout: no first token, or silence, for longer than allowed.
	ErrTimeout = errors.New("the model did not answer in time")
	// ErrCut: the reply broke off, or ran into the length limit, before its end.
	ErrCut = errors.New("the model's reply was cut off")
	// ErrEmpty: a whole reply with no text.
	ErrEmpty = errors.New("the model's reply was empty")
	// ErrContext: the server refused a prompt that is longer than the model's
	// context. A shorter one may do. It comes as a *ProviderError.
	ErrContext = errors.New("the prompt is longer than the model's context")
)

// A ProviderError is what the server said. Message holds no secret.
type ProviderError struct {
	Status     int // HTTP status, 0 when it could not be reached, 200 when it failed after that
	Message    string
	RetryAfter int  // seconds, 0 when not said
	TooLong    bool // the error is ErrContext
}

// Is reports whether the error is ErrContext.
func (e *ProviderError) Is(target error) bool { return target == ErrContext && e.TooLong }

func (e *ProviderError) Error() string {
	switch e.Status {
	case 0:
		return e.Message
	case http.StatusOK:
		return "the model server broke off: " + e.Message
	}
	return fmt.Sprintf("the model server answered %d: %s", e.Status, e.Message)
}

// Text returns the whole reply. With an error it returns no text, however much
// had come: half a reply must not be taken for one. The usage is what is known of
// it, also with an error.
func Text(ctx context.Context, m Model, r Request) (string, Usage, error) {
	var text strings.Builder
	for chunk, err := range m.Stream(ctx, r) {
		if err != nil {
			return "", chunk.Usage, err
		}
		text.WriteString(chunk.Text)
		if chunk.Done {
			return text.String(), chunk.Usage, nil
		}
	}
	return "", Usage{}, ErrCut
}
