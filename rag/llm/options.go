package llm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"
)

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

	RequestTokens int `yaml:"request_tokens"` // one call may use, by estimate; 0 for no limit
	DayTokens     int `yaml:"day_tokens"`     // all calls of a day in UTC may use; 0 for no limit

	// Earlier is what was used before this start.
	Earlier Tally `yaml:"-"`
	// Keep is told what the day has used after each call, where there is a limit to
	// it. nil: a start begins the day anew.
	Keep func(context.Context, Tally) `yaml:"-"`
	// Observe is told of each call when it has ended, by the goroutine that made
	// it; nil: nobody is.
	Observe func(Call) `yaml:"-"`
}

// Defaults are the options of no model.
func Defaults() Options {
	return Options{Provider: "none", Context: 16384, MaxTokens: 1024, FirstToken: "60s", Silence: "30s", Concurrent: 4}
}

// variableName tells an environment variable's name from a key put in its place.
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// Validate names the key at fault and what it should be.
func (o Options) Validate() error {
	if !slices.Contains([]string{"none", "openai", "ollama", "anthropic"}, o.Provider) {
		return fmt.Errorf("provider: %q is none of none, openai, ollama, anthropic", o.Provider)
	}
	if o.Provider != "none" && o.Model == "" {
		return errors.New("model: name the model that " + o.Provider + " is to use")
	}
	if o.APIKeyEnv != "" && !variableName.MatchString(o.APIKeyEnv) {
		// The value is not repeated: it may be the key itself.
		return errors.New("api_key_env: name the environment variable that holds the key, not the key")
	}
	if err := validateURL(o.URL); err != nil {
		return fmt.Errorf("url: %w", err)
	}
	if err := o.validateNumbers(); err != nil {
		return err
	}
	for _, d := range []struct{ key, value string }{{"first_token", o.FirstToken}, {"silence", o.Silence}} {
		if _, err := positiveDuration(d.value); err != nil {
			return fmt.Errorf("%s: %w", d.key, err)
		}
	}
	return nil
}

func (o Options) validateNumbers() error {
	switch {
	case o.MaxTokens < 1:
		return fmt.Errorf("max_tokens: %d is no length for an answer", o.MaxTokens)
	case o.Context <= o.MaxTokens:
		return fmt.Errorf("context: %d tokens leave no room beside an answer of %d", o.Context, o.MaxTokens)
	case !(o.Temperature >= 0 && o.Temperature <= 2): // so put, NaN is refused too
		return fmt.Errorf("temperature: %g is not between 0 and 2", o.Temperature)
	case o.Concurrent < 1:
		return fmt.Errorf("concurrent: %d lets no call through", o.Concurrent)
	case o.RequestTokens != 0 && o.RequestTokens <= o.MaxTokens:
		return fmt.Errorf("request_tokens: %d leave no room beside an answer of %d; 0 for no limit", o.RequestTokens, o.MaxTokens)
	case o.DayTokens != 0 && o.DayTokens <= o.MaxTokens:
		return fmt.Errorf("day_tokens: %d do not do for one answer of %d; 0 for no limit", o.DayTokens, o.MaxTokens)
	}
	return nil
}

// contextMargin is the part of the context that a prompt leaves free, one in so
// many. For older models EstimateTokens counts up to 12 % too few over a whole
// Chinese prompt, and the server puts its template around each message.
const contextMargin = 8

// room returns the Room of Info.
func (o Options) room() int {
	most := o.Context - o.Context/contextMargin
	if o.RequestTokens > 0 {
		most = min(most, o.RequestTokens)
	}
	return max(1, most-o.MaxTokens)
}

func validateURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("give it as http://HOST:PORT/PATH or https://…")
	case u.User != nil:
		return errors.New("no user or password in it; the key belongs in the variable that api_key_env names")
	}
	return nil
}

func positiveDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is no duration like 30s or 2m", s)
	}
	return d, nil
}

// New returns the model that the options name, or nil for the provider none.
// getenv finds the key; the environment is not read in any other way. Nothing is
// sent before the first request.
func New(o Options, getenv func(string) string) (Model, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if o.Provider == "none" {
		return nil, nil
	}
	key, err := apiKey(o, getenv)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = o.Concurrent
	return newChat(o, key, transport)
}

// apiKey finds the key; a server that is not the provider's own may need none.
func apiKey(o Options, getenv func(string) string) (string, error) {
	if o.APIKeyEnv == "" {
		if o.URL == "" && o.Provider != "ollama" {
			return "", fmt.Errorf("api_key_env: %s needs a key; name the environment variable that holds it", o.Provider)
		}
		return "", nil
	}
	key := getenv(o.APIKeyEnv)
	if key == "" {
		return "", fmt.Errorf("api_key_env: the environment variable %s is empty", o.APIKeyEnv)
	}
	return key, nil
}
