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

	late bool // it did not reply in time
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
	dimension int         // 0 until the first reply
	earlier   Fingerprint // zero when there is none of this model
	recalled  bool        // dimension is that of earlier
	mute      bool        // the last query got no reply that could be used
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
	if f, ok := parseFingerprint(opt.Earlier); ok && f.Name == s.name && f.Version == servedVersion {
		s.earlier = f
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

// Query implements Embedder. An error is a *ServerError or ctx's. After a query
// that failed, the next are sent once only, until one succeeds: while a server is
// down nobody should wait for tries that lead nowhere.
func (s *served) Query(ctx context.Context, text string) ([]float32, error) {
	p := forQuery()
	if s.isMute() {
		p.tries = 1
	}
	vectors, err := s.persist(ctx, []string{s.prefix + text}, p)
	if ctx.Err() == nil {
		s.setMute(err != nil)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: embedding the query: %w", s.name, err)
	}
	return vectors[0], nil
}

// servedVersion is the version in the fingerprint: servers do not tell that of
// their weights.
const servedVersion = "1"

// Fingerprint implements Embedder. A dimension that is neither set nor known from
// an earlier reply is found by embedding a short text; of a server that is down,
// that of Options.Earlier is believed.
func (s *served) Fingerprint(ctx context.Context) (Fingerprint, error) {
	if s.knownDimension() == 0 {
		_, err := s.persist(ctx, []string{"出处"}, forStart())
		if failure := (*ServerError)(nil); errors.As(err, &failure) && failure.temporary() && s.recall() {
			return s.earlier, nil
		}
		if err != nil {
			return Fingerprint{}, fmt.Errorf("%s: asking for the dimension: %w", s.name, err)
		}
	}
	return Fingerprint{Name: s.name, Dimension: s.knownDimension(), Version: servedVersion}, nil
}

// recall takes the dimension of the earlier fingerprint; false when there is none.
func (s *served) recall() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.earlier.Dimension == 0 {
		return false
	}
	if s.dimension == 0 {
		s.dimension, s.recalled = s.earlier.Dimension, true
	}
	return s.dimension == s.earlier.Dimension
}

func (s *served) knownDimension() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dimension
}

func (s *served) isMute() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mute
}

func (s *served) setMute(mute bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mute = mute
}

// patience bounds the tries of a request and the time between them in all. A
// server that says in Retry-After that it needs longer is not waited for.
type patience struct {
	tries int
	wait  time.Duration
	each  time.Duration // of one try; 0: as configured
	late  bool          // what got no reply in time is tried again
}

// forPassages gives up a server that is down after some seven seconds, the others
// after about one. Somebody waits for a query: its one try takes as long as a
// model needs to be loaded, hardly more. At start nobody does.
func forPassages() patience { return patience{tries: 6, wait: 2 * time.Minute, late: true} }
func forQuery() patience    { return patience{tries: 3, wait: 5 * time.Second, each: 20 * time.Second} }
func forStart() patience    { return patience{tries: 3, wait: 5 * time.Second} }

// persist embeds one batch, again after errors that may pass.
func (s *served) persist(ctx context.Context, texts []string, p patience) ([][]float32, error) {
	pauses := backoff.NewExponentialBackOff() // from 0.5 s on, times 1.5, give or take half
	waited := time.Duration(0)
	timeout := min(s.timeout, cmp.Or(p.each, s.timeout))
	for try := 1; ; try++ {
		vectors, err := s.once(ctx, texts, timeout)
		var failure *ServerError
		if err == nil || !errors.As(err, &failure) || !failure.temporary() || try == p.tries || failure.late && !p.late {
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
func (s *served) once(ctx context.Context, texts []string, timeout time.Duration) ([][]float32, error) {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var x exchange
	// A copy, as a client may change its input.
	vectors, err := s.request(x.carriedBy(limited), slices.Clone(texts))
	if cause := ctx.Err(); err != nil && cause != nil {
		return nil, cause
	}
	if err != nil && limited.Err() != nil {
		return nil, &ServerError{late: true, Message: fmt.Sprintf("no reply within %v; see that the server is not overloaded, or set a longer timeout or a smaller batch", timeout)}
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
		if len(v) != want && s.recalled {
			return fmt.Errorf("vector %d has %d numbers, and those made before %d; start chuchu again, and all passages are embedded again", i+1, len(v), want)
		}
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
