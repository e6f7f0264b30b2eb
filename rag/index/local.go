package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Local is bleve on disk, for words, and chromem-go in memory, for vectors. It is
// safe for concurrent use.
//
// bleve remembers across restarts how far it had come; vectors and what filters
// need live in memory, so that the first CatchUp reads the whole record for them.
// Until it has returned, Search finds only what it has reached.
type Local struct {
	dir       string
	dimension int
	options   Options
	log       *slog.Logger

	catching chan struct{} // held by the CatchUp that runs
	indexed  int64         // the last change in words; only for the CatchUp that runs
	filled   int64         // the last change in vectors and members; never above indexed

	life    sync.RWMutex // held for writing while words and vectors are exchanged or closed
	closed  bool
	words   *words
	vectors *vectors

	mu      sync.RWMutex // guards what follows
	members members
	stats   *statistics // of the state last searched
}

// Options of OpenLocal.
type Options struct {
	Title float64      `yaml:"title"` // how often a word in the title counts, one in the text counting once
	Log   *slog.Logger `yaml:"-"`     // nil: nothing is logged
}

// Defaults are the options as measured in docs/decisions.md.
func Defaults() Options { return Options{Title: 1} }

// Validate names the key at fault and what it should be.
func (o Options) Validate() error {
	if !(o.Title >= 0 && o.Title <= 100) { // so put, NaN is refused too
		return fmt.Errorf("title: %g is not between 0 and 100", o.Title)
	}
	return nil
}

// Names in the directory of an index.
const (
	wordsName   = "words"
	mappingName = "mapping"
)

// mapping names what shapes the files on disk: the terms, the fields, bleve's
// format. When one of them changes, so does the mapping, and every index is built
// anew.
const mapping = "terms 2, fields 2, bleve 2.6\n"

// ErrNone is returned by Check where there is no index.
var ErrNone = errors.New("there is no index")

// Check says whether there is an index in dir that this program can go on with;
// nil when there is. Nothing is opened, so it may be called beside the program
// that has the index open. ErrNone when there is none.
func Check(dir string) error {
	made, err := os.ReadFile(filepath.Join(dir, mappingName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w in %s", ErrNone, dir)
	case err != nil:
		return fmt.Errorf("the index in %s cannot be read: %w", dir, err)
	case string(made) != mapping:
		return fmt.Errorf("the index in %s was made for %q, this program makes it for %q",
			dir, strings.TrimSpace(string(made[:min(len(made), 80)])), strings.TrimSpace(mapping))
	}
	if _, err := os.Stat(filepath.Join(dir, wordsName)); err != nil {
		return fmt.Errorf("the index in %s is not whole: %w", dir, err)
	}
	return nil
}

// OpenLocal opens the index in dir, or makes it when it is not there, was made
// for another mapping, or is damaged. dimension is the embedder's. The caller
// holds the data directory's lock.
func OpenLocal(ctx context.Context, dir string, dimension int, opt Options) (*Local, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l := &Local{dir: dir, dimension: dimension, options: opt, log: opt.Log, catching: make(chan struct{}, 1)}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	err := Check(dir)
	if err == nil {
		err = l.open(ctx)
	}
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, errInUse) || ctx.Err() != nil:
		return nil, err
	case !errors.Is(err, ErrNone):
		l.log.Warn("building the index by words anew", "reason", err)
	}
	if err := l.make(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// open opens what is there.
func (l *Local) open(ctx context.Context) (err error) {
	if l.words, err = openWords(ctx, filepath.Join(l.dir, wordsName)); err != nil {
		return err
	}
	if l.indexed, err = l.words.change(); err != nil {
		return errors.Join(err, l.words.close())
	}
	l.filled, l.members, l.stats = 0, newMembers(), nil
	l.vectors, err = newVectors(l.dimension)
	return err
}

// make removes what is there and makes an empty index. The mapping is written
// last: what a crash leaves unfinished is made again.
func (l *Local) make(ctx context.Context) error {
	err := errors.Join(
		os.RemoveAll(filepath.Join(l.dir, mappingName)),
		os.RemoveAll(filepath.Join(l.dir, wordsName)),
		os.MkdirAll(l.dir, 0o700))
	if err == nil {
		err = l.open(ctx)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(l.dir, mappingName), []byte(mapping), 0o600)
	}
	if err != nil {
		return fmt.Errorf("make the index: %w", err)
	}
	return nil
}

// errClosed is returned by methods that are called after Close.
var errClosed = errors.New("the index is closed")

// enter keeps words and vectors in place until leave is called.
func (l *Local) enter() (leave func(), err error) {
	l.life.RLock()
	if l.closed {
		l.life.RUnlock()
		return nil, errClosed
	}
	return l.life.RUnlock, nil
}

// Counts of what is in the index, for status and doctor.
type Counts struct {
	Passages int   `json:"passages"`
	Vectors  int   `json:"vectors"`
	Change   int64 `json:"change"`
}

// Counts returns what is in the index.
func (l *Local) Counts(context.Context) (c Counts, err error) {
	leave, err := l.enter()
	if err != nil {
		return Counts{}, err
	}
	defer leave()
	r, err := l.words.reader()
	if err != nil {
		return Counts{}, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	passages, err := r.DocCount()
	if err != nil {
		return Counts{}, err
	}
	change, err := r.change()
	return Counts{Passages: int(passages), Vectors: l.vectors.collection.Count(), Change: change}, err
}

// Close ends its use, after what runs. A second call does nothing.
func (l *Local) Close() error {
	l.life.Lock()
	defer l.life.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	return l.words.close()
}
