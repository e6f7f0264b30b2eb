// Package embed turns texts into vectors.
//
// The default, Static, is in the binary and needs nothing; Ollama and OpenAI
// speak to servers. All of them stand behind Embedder.
package embed

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
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

// parseFingerprint reads what String wrote; a name may have slashes, the rest has
// none.
func parseFingerprint(s string) (f Fingerprint, ok bool) {
	parts := strings.Split(s, "/")
	n := len(parts)
	if n < 3 {
		return f, false
	}
	dimension, err := strconv.Atoi(parts[n-2])
	return Fingerprint{Name: strings.Join(parts[:n-2], "/"), Dimension: dimension, Version: parts[n-1]}, err == nil && dimension > 0
}

// Options choose and set the embedder.
type Options struct {
	Provider  string `yaml:"provider"`    // static, ollama or openai
	Model     string `yaml:"model"`       // of a served embedder
	URL       string `yaml:"url"`         // of its server, empty for the provider's own
	APIKeyEnv string `yaml:"api_key_env"` // environment variable that holds the key
	Dimension int    `yaml:"dimension"`   // 0: as the server gives it; else asked for, by openai, and checked
	Batch     int    `yaml:"batch"`       // texts a request; ollama takes one at a time
	Timeout   string `yaml:"timeout"`     // of one request, a Go duration
	// QueryPrefix stands before a question, never before a passage; bge models
	// of version 1.5 and e5 models want one.
	QueryPrefix string `yaml:"query_prefix"`
	// Earlier is the fingerprint of what made the vectors that are there, empty
	// for none. While the server is down, what this says of the same model is
	// believed, so that a start need not fail.
	Earlier string `yaml:"-"`
}

// Defaults are the options of the embedder that needs nothing.
func Defaults() Options {
	return Options{Provider: "static", Batch: 64, Timeout: "60s"}
}

// maxBatch is the most inputs that OpenAI takes in a request.
const maxBatch = 2048

// Validate says which key is wrong and what it may be.
func (o Options) Validate() error {
	switch o.Provider {
	case "static":
		return nil
	case "ollama", "openai":
		return o.validateServed()
	default:
		return fmt.Errorf("provider: %q is none of static, ollama, openai", o.Provider)
	}
}

func (o Options) validateServed() error {
	if o.Model == "" {
		return fmt.Errorf("model: name the embedding model of the %s server, for example %s", o.Provider, exampleModel(o.Provider))
	}
	if o.URL != "" {
		if err := validateURL(o.URL); err != nil {
			return fmt.Errorf("url: %w", err)
		}
	}
	if o.Dimension < 0 {
		return fmt.Errorf("dimension: %d is negative; 0 takes what the server gives", o.Dimension)
	}
	if o.Batch < 1 || o.Batch > maxBatch {
		return fmt.Errorf("batch: %d is not between 1 and %d", o.Batch, maxBatch)
	}
	if d, err := time.ParseDuration(o.Timeout); err != nil || d <= 0 {
		return fmt.Errorf("timeout: %q is no duration like 60s", o.Timeout)
	}
	return nil
}

func exampleModel(provider string) string {
	if provider == "ollama" {
		return "bge-m3"
	}
	return "text-embedding-3-small"
}

// validateURL keeps what it refuses out of its message: a password may be in it.
func validateURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("not a server's address like http://127.0.0.1:11434")
	}
	if u.User != nil || u.RawQuery != "" {
		return errors.New("has a password or query in it; give the key by api_key_env")
	}
	return nil
}

// New returns the embedder that the options choose. It does not speak to a
// server yet.
func New(opt Options) (Embedder, error) {
	if err := opt.Validate(); err != nil {
		return nil, fmt.Errorf("embedder: %w", err)
	}
	if opt.Provider == "static" {
		return NewStatic()
	}
	key, err := apiKey(opt.APIKeyEnv)
	if err != nil {
		return nil, fmt.Errorf("embedder: %w", err)
	}
	s, err := newServed(opt, key)
	if err != nil {
		return nil, fmt.Errorf("embedder: %w", err)
	}
	return s, nil
}

func apiKey(variable string) (string, error) {
	if variable == "" {
		return "", nil
	}
	key := os.Getenv(variable)
	if key == "" {
		return "", fmt.Errorf("api_key_env: the environment variable %s is not set; set it to the server's key", variable)
	}
	return key, nil
}
