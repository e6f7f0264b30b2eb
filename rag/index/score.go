package index

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"
)

// The parameters of BM25, as in Lucene and bleve: how soon further occurrences of
// a term count no more, and how much the length of a passage counts.
const (
	bm25K1 = 1.2
	bm25B  = .75
)

// Scores are plain BM25 (Robertson and Zaragoza 2009, with Lucene's idf, which is
// never negative) over title, headings and text as one:
//
//	Σ weight · idf · tf·(k1+1) / (tf + k1·(1-b + b·length/average))
//
// where tf counts an occurrence in the title Options.Title times. bleve's own
// scoring differs: it takes the root of tf, squares the idf, multiplies by the
// share of terms that match, and its average length is the number of different
// terms over that of passages.

// idf is how telling a term is that stands in n of all passages.
func idf(n, all int) float64 {
	return math.Log1p((float64(all) - float64(n) + .5) / (float64(n) + .5))
}

// A weightedTerm is a term of a query.
type weightedTerm struct {
	term   string
	weight float64
}

// weightedTerms returns the terms of all texts, each once with the sum of the
// weights of the texts that it stands in, however often, in alphabetical order:
// scores are sums, and what is summed in another order may differ in its last digit.
func weightedTerms(texts []WeightedText) []weightedTerm {
	weights := map[string]float64{}
	for _, t := range texts {
		terms := Terms(t.Text)
		slices.Sort(terms)
		for _, term := range slices.Compact(terms) {
			weights[term] += t.Weight
		}
	}
	list := make([]weightedTerm, 0, len(weights))
	for term, weight := range weights {
		if weight > 0 {
			list = append(list, weightedTerm{term, weight})
		}
	}
	slices.SortFunc(list, func(a, b weightedTerm) int { return strings.Compare(a.term, b.term) })
	return list
}

// statistics are what scores need of one state of the index as a whole.
type statistics struct {
	change   int64
	passages int
	average  float64 // terms in a passage with its title
	past     int     // one more than the greatest number of a passage

	mu          sync.Mutex
	frequencies map[string]int // of terms that were asked for
}

// maxFrequencies bounds the memory of statistics: the bigrams of some hundreds of
// answers, a few MB.
const maxFrequencies = 50_000

func newStatistics(ctx context.Context, r wordReader, change int64) (*statistics, error) {
	s := &statistics{change: change, frequencies: map[string]int{}}
	every, err := r.postings(ctx, wordsField, everyPassage)
	if err != nil {
		return nil, err
	}
	total := 0.0
	err = every.each(func(passage int, _, length float64) {
		s.passages++
		total += length - 1
		s.past = max(s.past, passage+1)
	})
	s.average = total / float64(max(s.passages, 1))
	return s, err
}

// frequency returns in how many passages a term stands.
func (s *statistics) frequency(ctx context.Context, r wordReader, term string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, known := s.frequencies[term]
	if !known {
		var err error
		if n, err = r.frequency(ctx, term); err != nil {
			return 0, err
		}
		if len(s.frequencies) >= maxFrequencies {
			clear(s.frequencies)
		}
		s.frequencies[term] = n
	}
	return n, nil
}

// score returns the scores of all passages by their numbers.
func (s *statistics) score(ctx context.Context, r wordReader, terms []weightedTerm, title float64) ([]float64, error) {
	scores := make([]float64, s.past)
	for _, t := range terms {
		inTitle, err := titleCounts(ctx, r, t.term, title-1)
		if err != nil {
			return nil, err
		}
		found, err := r.postings(ctx, wordsField, t.term)
		if err != nil {
			return nil, err
		}
		weight := t.weight * idf(int(found.Count()), s.passages) * (bm25K1 + 1)
		err = found.each(func(passage int, count, length float64) {
			for passage >= len(scores) { // segments were merged since s was made
				scores = append(scores, 0)
			}
			tf := count + inTitle[passage]
			scores[passage] += weight * tf / (tf + bm25K1*(1-bm25B+bm25B*(length-1)/s.average))
		})
		if err != nil {
			return nil, err
		}
	}
	return scores, nil
}

// An occurrence is how often something stands in a passage, title counted, and how
// many terms the passage has.
type occurrence struct{ count, length float64 }

// addGroups adds the scores of groups.
func (s *statistics) addGroups(ctx context.Context, r wordReader, groups []Group, title float64, scores []float64) ([]float64, error) {
	for _, g := range groups {
		union := map[int]occurrence{}
		for _, alternative := range g.Alternatives {
			found, err := phraseCounts(ctx, r, alternative, title)
			if err != nil {
				return nil, err
			}
			for passage, o := range found {
				o.count += union[passage].count
				union[passage] = o
			}
		}
		weight := g.Weight * idf(len(union), s.passages) * (bm25K1 + 1)
		for passage, o := range union {
			for passage >= len(scores) {
				scores = append(scores, 0)
			}
			scores[passage] += weight * o.count / (o.count + bm25K1*(1-bm25B+bm25B*(o.length-1)/s.average))
		}
	}
	return scores, nil
}

// phraseCounts returns the passages that hold all terms of a phrase, and how often
// they hold the rarest.
func phraseCounts(ctx context.Context, r wordReader, phrase string, title float64) (map[int]occurrence, error) {
	terms := Terms(phrase)
	slices.Sort(terms)
	var all map[int]occurrence
	for _, term := range slices.Compact(terms) {
		inTitle, err := titleCounts(ctx, r, term, title-1)
		if err != nil {
			return nil, err
		}
		found, err := r.postings(ctx, wordsField, term)
		if err != nil {
			return nil, err
		}
		these := make(map[int]occurrence)
		err = found.each(func(passage int, count, length float64) {
			before, known := all[passage]
			if all != nil && !known {
				return
			}
			count += inTitle[passage]
			if all != nil {
				count = min(count, before.count)
			}
			these[passage] = occurrence{count, length}
		})
		if err != nil {
			return nil, err
		}
		if all = these; len(all) == 0 {
			break
		}
	}
	return all, nil
}

// titleCounts returns by how much the occurrences of a term in titles count more
// than those in texts.
func titleCounts(ctx context.Context, r wordReader, term string, more float64) (map[int]float64, error) {
	if more == 0 {
		return nil, nil
	}
	found, err := r.postings(ctx, titleField, term)
	if err != nil {
		return nil, err
	}
	counts := map[int]float64{}
	err = found.each(func(passage int, count, _ float64) { counts[passage] = more * count })
	return counts, err
}
