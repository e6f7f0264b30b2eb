// Package embed turns texts into vectors.
//
// The default, Static, is in the binary and needs nothing; Ollama and OpenAI
// speak to servers. All of them stand behind Embedder.
package embed

import (
	"context"
	"fmt"
)

// An Embedder turns texts into vectors of unit length.
type Embedder interface {
	// Passages returns one vector for each text, in order, or an error; never
	// fewer, never of another dimension than Fingerprint says. It ends when ctx
	// is cancelled.
	Passages(ctx context.Context, texts []string) ([][]float32, error)
	// Query returns the vector to search with; some models want other words
	// around a question than around a passage.
	Query(ctx context.Context, text string) ([]float32, error)
	// Fingerprint says what made the vectors; vectors of different fingerprints
	// cannot be compared. A served model may be asked for its dimension.
	Fingerprint(ctx context.Context) (Fingerprint, error)
}

// A Fingerprint names what makes vectors.
type Fingerprint struct {
	Name      string // provider and model
	Dimension int
	Version   string // of the weights or the way of weighting
}

// String is the form that is kept with the record.
func (f Fingerprint) String() string {
	return fmt.Sprintf("%s/%d/%s", f.Name, f.Dimension, f.Version)
}

// Options choose and set the embedder.
type Options struct {
	Provider  string `yaml:"provider"`    // static, ollama or openai
	Model     string `yaml:"model"`       // of a served embedder
	URL       string `yaml:"url"`         // of its server, empty for the provider's own
	APIKeyEnv string `yaml:"api_key_env"` // environment variable that holds the key
	Dimension int    `yaml:"dimension"`   // 0: as the server gives it
	Batch     int    `yaml:"batch"`       // texts a request
	Timeout   string `yaml:"timeout"`     // of one request, a Go duration
}

// Defaults are the options of the embedder that needs nothing.
func Defaults() Options {
	return Options{Provider: "static", Batch: 64, Timeout: "60s"}
}
