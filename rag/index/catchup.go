package index

import (
	"context"
	"errors"
	"fmt"
	"time"

	"chuchu/corpus"
)

// batchPassages is how many passages are written at once: larger batches save
// little time, and searches wait for what a batch holds in memory to be written.
const batchPassages = 1000

// CatchUp brings the index level with the record: all changes after the number
// that it remembers. Concurrent calls wait for one another.
//
// An index that cannot be brought level, as after an older backup of the record
// was restored, is built anew, with a line that says why. When the disk is full the
// index goes on with what it had.
func (l *Local) CatchUp(ctx context.Context, r *corpus.Record) error {
	select {
	case l.catching <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-l.catching }()
	err := l.catchUp(ctx, r)
	var astray *astrayError
	if errors.As(err, &astray) {
		l.log.Warn("building the index by words anew", "reason", err)
		if err = l.remake(ctx); err == nil {
			err = l.catchUp(ctx, r)
		}
	}
	if unwritten := (*writeError)(nil); errors.As(err, &unwritten) {
		err = errors.Join(err, l.goBack(context.WithoutCancel(ctx), r))
	}
	if err != nil {
		return fmt.Errorf("bring the index level with the record: %w", err)
	}
	return nil
}

// An astrayError says why an index cannot be brought level.
type astrayError struct{ reason string }

func (e *astrayError) Error() string { return e.reason }

// A writeError says why a batch did not get into the index by words.
type writeError struct{ error }

func (e *writeError) Unwrap() error { return e.error }

func (l *Local) catchUp(ctx context.Context, r *corpus.Record) error {
	leave, err := l.enter()
	if err != nil {
		return err
	}
	defer leave()
	started := time.Now()
	end, err := r.Change(ctx)
	if err != nil {
		return err
	}
	if l.indexed > end {
		return &astrayError{fmt.Sprintf("it is at change %d, the record at %d", l.indexed, end)}
	}
	from := min(l.indexed, l.filled)
	articles, err := l.follow(ctx, r, from, end)
	if err != nil {
		return err
	}
	if articles > 0 && from == 0 {
		l.log.Debug("index is level with the record", "articles", articles, "passages", len(l.members.passages), "took", time.Since(started).Round(time.Millisecond))
	}
	return l.checkLevel(ctx)
}

// follow applies the changes from after one number to another, and returns how many
// they were.
func (l *Local) follow(ctx context.Context, r *corpus.Record, from, to int64) (n int, err error) {
	s, err := l.newStep()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for c, err := range r.ChangesSince(ctx, from) {
		if err != nil {
			return n, err
		}
		if c.Number > to {
			break
		}
		if err := s.take(ctx, c); err != nil {
			return n, err
		}
		n++
		if s.size < batchPassages {
			continue
		}
		if err := s.finish(ctx); err != nil {
			return n, err
		}
	}
	return n, s.finish(ctx)
}

// checkLevel compares what the parts of the index hold, and loads what the first
// search would pay for.
func (l *Local) checkLevel(ctx context.Context) (err error) {
	r, err := l.words.reader()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	indexed, err := r.DocCount()
	if err != nil {
		return err
	}
	if want := len(l.members.passages); int(indexed) != want {
		return &astrayError{fmt.Sprintf("it has %d passages, the record %d", indexed, want)}
	}
	_, err = l.statistics(ctx, r)
	return err
}

// remake makes an empty index in place of the one that is open.
func (l *Local) remake(ctx context.Context) error {
	l.life.Lock()
	defer l.life.Unlock()
	if l.closed {
		return errClosed
	}
	if err := l.words.close(); err != nil {
		return err
	}
	err := l.make(ctx)
	l.closed = err != nil
	return err
}

// goBack opens the index again as it is on disk, and fills memory as far as that
// goes. bleve closes a batch that it could not write, but keeps it in what it
// searches, where every search from then on would panic.
func (l *Local) goBack(ctx context.Context, r *corpus.Record) error {
	if err := l.reopen(ctx); err != nil {
		return err
	}
	leave, err := l.enter()
	if err != nil {
		return err
	}
	defer leave()
	_, err = l.follow(ctx, r, 0, l.indexed)
	return err
}

func (l *Local) reopen(ctx context.Context) error {
	l.life.Lock()
	defer l.life.Unlock()
	if l.closed {
		return errClosed
	}
	if err := l.words.close(); err != nil {
		l.log.Debug("closing the index by words that could not be written", "error", err)
	}
	err := l.open(ctx)
	l.closed = err != nil
	return err
}

// A step is a batch of changes on their way into the index.
type step struct {
	index   *Local
	level   bool       // members are what is in words
	reader  wordReader // the state before the batch
	words   *wordBatch
	changes []corpus.Change
	size    int // passages
}

func (l *Local) newStep() (*step, error) {
	s := &step{index: l, level: l.filled == l.indexed}
	return s, s.restart()
}

func (s *step) restart() (err error) {
	s.words, s.changes, s.size = newWordBatch(), nil, 0
	s.reader, err = s.index.words.reader()
	return err
}

func (s *step) close() error { return s.reader.Close() }

// take adds a change. Words that are there already are not written again: after a
// crash or a restart, and when only vectors changed.
func (s *step) take(ctx context.Context, c corpus.Change) error {
	l := s.index
	s.changes = append(s.changes, c)
	s.size += max(len(c.Passages), 1)
	if c.Number <= l.indexed || s.level && l.members.articles[c.Article.ID].sameWords(c) {
		return nil
	}
	indexed, err := s.reader.passagesOf(ctx, c.Article.ID)
	if err != nil {
		return err
	}
	s.words.add(indexed, c)
	return nil
}

// finish applies the changes, first to the words, which are on disk when it
// returns, then in memory, and makes room for the next.
func (s *step) finish(ctx context.Context) error {
	if len(s.changes) == 0 {
		return nil
	}
	l, number := s.index, s.changes[len(s.changes)-1].Number
	if number > l.indexed {
		if err := l.words.apply(s.words, number); err != nil {
			return &writeError{err}
		}
		l.indexed = number
	}
	if err := l.keep(context.WithoutCancel(ctx), s.changes); err != nil {
		return err
	}
	l.filled = number
	return errors.Join(s.close(), s.restart())
}

// keep applies changes to vectors and members.
func (l *Local) keep(ctx context.Context, changes []corpus.Change) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var removed []*passage
	for _, c := range changes {
		removed = append(removed, l.members.remove(c.Article.ID)...)
	}
	if len(removed) > 0 {
		l.members.clean()
	}
	if err := l.vectors.remove(ctx, removed); err != nil {
		return err
	}
	for _, c := range changes {
		if c.Deleted {
			continue
		}
		a := newArticle(c, l.dimension)
		if err := l.vectors.add(ctx, a.passages); err != nil {
			return err
		}
		l.members.add(a)
	}
	return nil
}
