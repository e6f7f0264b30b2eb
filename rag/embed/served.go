package embed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// A ServerError is what an embedding server did wrong. Message holds no secret.
type ServerError struct {
	Status     int // HTTP status of its reply, 0 when there was none
	Message    string
	RetryAfter int // seconds, 0 when not said
}

func (e *ServerError) Error() string { return e.Message }

// temporary says whether the same request may succeed later.
func (e *ServerError) temporary() bool {
	return e.Status == 0 || e.Status == 429 || e.Status >= 500 && e.Status != 501
}

// served embeds by a server: in batches, trying again what may succeed later, and
// taking no reply on trust.
type served struct {
	name    string // provider and model
	prefix  string // of queries
	batch   int
	timeout time.Duration // of one request
	// request is a client of langchaingo's. Its errors tell only of replies with
	// status 200; the exchange that ctx carries tells of all others.
	request func(ctx context.Context, texts []string) ([][]float32, error)
	sleep   func(ctx context.Context, d time.Duration) error

	mu        sync.Mutex
	dimension int // 0 until the first reply
}

func newServed(opt Options, key string) (*served, error) {
	timeout, err := time.ParseDuration(opt.Timeout)
	if err != nil {
		return nil, fmt.Errorf("timeout: %w", err)
	}
	s := &served{
		name:      opt.Provider + "/" + opt.Model,
		prefix:    opt.QueryPrefix,
		batch:     opt.Batch,
		timeout:   timeout,
		sleep:     sleep,
		dimension: opt.Dimension,
	}
	if opt.Provider == "ollama" {
		s.batch = 1
		s.request, err = ollamaRequest(opt, key)
	} else {
		s.request, err = openaiRequest(opt, key)
	}
	return s, err
}

// Passages implements Embedder. An error is a *ServerError or ctx's.
func (s *served) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, 0, len(texts))
	for batch := range slices.Chunk(texts, s.batch) {
		embedded, err := s.persist(ctx, batch, forPassages())
		if err != nil {
			return nil, fmt.Errorf("%s: embedding texts %d to %d of %d: %w", s.name, len(vectors)+1, len(vectors)+len(batch), len(texts), err)
		}
		vectors = append(vectors, embedded...)
	}
	return vectors, nil
}

// Query implements Embedder. An error is a *ServerError or ctx's.
func (s *served) Query(ctx context.Context, text string) ([]float32, error) {
	vectors, err := s.persist(ctx, []string{s.prefix + text}, forQuery())
	if err != nil {
		return nil, fmt.Errorf("%s: embedding the query: %w", s.name, err)
	}
	return vectors[0], nil
}

// Fingerprint implements Embedder. A dimension that is neither set nor known from
// an earlier reply is found by embedding a short text.
func (s *served) Fingerprint(ctx context.Context) (Fingerprint, error) {
	if s.knownDimension() == 0 {
		if _, err := s.persist(ctx, []string{"出处"}, forQuery()); err != nil {
			return Fingerprint{}, fmt.Errorf("%s: asking for the dimension: %w", s.name, err)
		}
	}
	return Fingerprint{Name: s.name, Dimension: s.knownDimension(), Version: "1"}, nil
}

func (s *served) knownDimension() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dimension
}

// patience bounds the tries of a request and the time between them in all. A
// server that says in Retry-After that it needs longer is not waited for.
type patience struct {
	tries int
	wait  time.Duration
}

// forPassages gives up a server that is down after some seven seconds, forQuery
// after about one: somebody waits for a query.
func forPassages() patience { return patience{tries: 6, wait: 2 * time.Minute} }
func forQuery() patience    { return patience{tries: 3, wait: 5 * time.Second} }

// persist embeds one batch, again after errors that may pass.
func (s *served) persist(ctx context.Context, texts []string, p patience) ([][]float32, error) {
	pauses := backoff.NewExponentialBackOff() // from 0.5 s on, times 1.5, give or take half
	waited := time.Duration(0)
	for try := 1; ; try++ {
		vectors, err := s.once(ctx, texts)
		var failure *ServerError
		if err == nil || !errors.As(err, &failure) || !failure.temporary() || try == p.tries {
			return vectors, err
		}
		pause := max(pauses.NextBackOff(), time.Duration(failure.RetryAfter)*time.Second)
		if waited += pause; waited > p.wait {
			return nil, err
		}
		if err := s.sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

// once sends one request and checks its reply.
func (s *served) once(ctx context.Context, texts []string) ([][]float32, error) {
	limited, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	var x exchange
	// A copy, as a client may change its input.
	vectors, err := s.request(x.carriedBy(limited), slices.Clone(texts))
	if cause := ctx.Err(); err != nil && cause != nil {
		return nil, cause
	}
	if err != nil && limited.Err() != nil {
		return nil, &ServerError{Message: fmt.Sprintf("no reply within %v; see that the server is not overloaded, or set a longer timeout or a smaller batch", s.timeout)}
	}
	if err != nil {
		return nil, cmp.Or(x.failure, &ServerError{Status: x.status, Message: fmt.Sprintf("the reply is not in the form of the provider's embeddings (%v); see that url and provider are right", err)})
	}
	if err := s.check(vectors, len(texts)); err != nil {
		return nil, &ServerError{Status: x.status, Message: err.Error()}
	}
	return vectors, nil
}

// check brings vectors to unit length, or says what is wrong with them. The first
// ones fix the dimension where it is not set.
func (s *served) check(vectors [][]float32, texts int) error {
	if len(vectors) != texts {
		return fmt.Errorf("the reply has %d vectors for %d texts", len(vectors), texts)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	want := cmp.Or(s.dimension, len(vectors[0]))
	for i, v := range vectors {
		if len(v) != want {
			return fmt.Errorf("vector %d has %d numbers, not %d; set dimension to what the model gives, or to 0", i+1, len(v), want)
		}
		if !normalize(v) {
			return fmt.Errorf("vector %d is zero or not of numbers; the model is not made for embeddings, or failed", i+1)
		}
	}
	s.dimension = want
	return nil
}

// normalize brings v to unit length; false when it has none.
func normalize(v []float32) bool {
	squares := 0.0
	for _, x := range v {
		squares += float64(x) * float64(x)
	}
	length := math.Sqrt(squares)
	if length == 0 || math.IsNaN(length) || math.IsInf(length, 0) {
		return false
	}
	for i, x := range v {
		v[i] = float32(float64(x) / length)
	}
	return true
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
