package index

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// defaultK is how many of each list are found unless the query says otherwise.
const defaultK = 100

// Search implements Index.
func (l *Local) Search(ctx context.Context, q Query) ([]Hit, error) {
	leave, err := l.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	if q.K <= 0 {
		q.K = defaultK
	}
	if q.Vector != nil && len(q.Vector) != l.dimension {
		return nil, fmt.Errorf("the query's vector has %d dimensions, the index %d", len(q.Vector), l.dimension)
	}
	vector := unit(q.Vector, l.dimension)
	near := make(chan nearest, 1)
	go func() { near <- l.nearest(ctx, vector, q) }()
	hits, err := l.union(ctx, q, vector, near)
	if err != nil {
		return nil, fmt.Errorf("search the index: %w", err)
	}
	return hits, nil
}

// nearest is what the search by vector found, in no order.
type nearest struct {
	list []ranked
	err  error
}

// lists are the filters of a query with how many are wanted of each.
func (q Query) lists() []Within {
	lists := []Within{{q.Filter, q.K}}
	if q.Within != nil && q.Within.K > 0 {
		lists = append(lists, *q.Within)
	}
	return lists
}

// nearest finds the passages that are nearest and pass each filter; none to a
// query without a vector or direction.
func (l *Local) nearest(ctx context.Context, vector []float32, q Query) (n nearest) {
	if vector == nil {
		return nearest{}
	}
	l.mu.RLock()
	passages := l.members.order
	l.mu.RUnlock()
	for _, w := range q.lists() {
		list, err := among(ctx, passages, w.Filter, vector, w.K)
		if err != nil {
			return nearest{err: err}
		}
		n.list = append(n.list, list...)
	}
	return n
}

// union joins the best by words with the nearest.
func (l *Local) union(ctx context.Context, q Query, vector []float32, near <-chan nearest) (hits []Hit, err error) {
	byWords, err := l.scoreWords(ctx, q)
	byVector := <-near // whatever happened, so that nothing is left running
	if err = errors.Join(err, byVector.err); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, byWords.reader.Close()) }()
	l.mu.RLock()
	defer l.mu.RUnlock()
	scores := map[string]float64{}
	for _, w := range q.lists() {
		lexical, err := l.bestByWords(byWords, w)
		if err != nil {
			return nil, err
		}
		for _, r := range lexical {
			scores[r.id] = r.score
		}
	}
	for _, r := range byVector.list {
		if _, known := scores[r.id]; !known {
			if scores[r.id], err = byWords.of(r.id); err != nil {
				return nil, err
			}
		}
	}
	for id, score := range scores {
		p := l.members.passages[id]
		if p == nil {
			continue // removed while the vectors were gone over
		}
		h := Hit{PassageID: id, ArticleID: p.article.id, Lexical: score}
		if vector != nil && p.vector != nil {
			h.Vector = dot(vector, p.vector)
		}
		hits = append(hits, h)
	}
	slices.SortFunc(hits, func(a, b Hit) int { return strings.Compare(a.PassageID, b.PassageID) })
	return hits, nil
}

// lexicalScores are the scores by words of one state of the index.
type lexicalScores struct {
	reader wordReader
	scores []float64 // by number
}

// scoreWords scores all passages by the words of the query.
func (l *Local) scoreWords(ctx context.Context, q Query) (*lexicalScores, error) {
	r, err := l.words.reader()
	if err != nil {
		return nil, err
	}
	s, err := l.statistics(ctx, r)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	scores, err := s.score(ctx, r, weightedTerms(q.Text), l.options.Title)
	if err == nil {
		scores, err = s.addGroups(ctx, r, q.Groups, l.options.Title, scores)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return &lexicalScores{r, scores}, nil
}

// of returns the score of a passage.
func (s *lexicalScores) of(id string) (float64, error) {
	n, ok, err := s.reader.numberOf(id)
	if err != nil || !ok || n >= len(s.scores) {
		return 0, err
	}
	return s.scores[n], nil
}

// bestByWords returns the best passages by words that pass the filter. Only of
// those that can be among the best is the id looked up. What the members do not
// have, or not yet, is passed over.
func (l *Local) bestByWords(s *lexicalScores, w Within) ([]ranked, error) {
	b := &best{k: w.K}
	for n, score := range s.scores {
		if score <= 0 || !b.admits(score) {
			continue
		}
		id, err := s.reader.idOf(n)
		if err != nil {
			return nil, err
		}
		if p := l.members.passages[id]; p != nil && p.article.passes(w.Filter) {
			b.offer(ranked{id, score})
		}
	}
	return b.list, nil
}

// statistics returns those of the reader's state. They stay until the next change.
func (l *Local) statistics(ctx context.Context, r wordReader) (*statistics, error) {
	change, err := r.change()
	if err != nil {
		return nil, err
	}
	l.mu.RLock()
	s := l.stats
	l.mu.RUnlock()
	if s != nil && s.change == change {
		return s, nil
	}
	if s, err = newStatistics(ctx, r, change); err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.stats = s
	l.mu.Unlock()
	return s, nil
}

// Weights implements Index.
func (l *Local) Weights(ctx context.Context, terms []string) ([]float64, error) {
	frequencies, passages, err := l.frequencies(ctx, terms)
	if err != nil {
		return nil, err
	}
	weights := make([]float64, len(terms))
	for i, n := range frequencies {
		if n > 0 {
			weights[i] = idf(n, passages)
		}
	}
	return weights, nil
}

// Frequencies implements Index.
func (l *Local) Frequencies(ctx context.Context, terms []string) ([]int, error) {
	frequencies, _, err := l.frequencies(ctx, terms)
	return frequencies, err
}

// frequencies returns in how many passages each term stands, of how many.
func (l *Local) frequencies(ctx context.Context, terms []string) (list []int, passages int, err error) {
	leave, err := l.enter()
	if err != nil {
		return nil, 0, err
	}
	defer leave()
	r, err := l.words.reader()
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	s, err := l.statistics(ctx, r)
	if err != nil {
		return nil, 0, err
	}
	list = make([]int, len(terms))
	for i, term := range terms {
		if list[i], err = s.frequency(ctx, r, fold(term)); err != nil {
			return nil, 0, fmt.Errorf("look up term %q: %w", term, err)
		}
	}
	return list, s.passages, nil
}
