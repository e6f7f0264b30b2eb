package rag

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"chuchu/corpus"
	"chuchu/rag/cite"
	"chuchu/rag/index"
	"chuchu/rag/when"
)

func resultsOf(found []candidate) []Result {
	results := make([]Result, len(found))
	for i, c := range found {
		results[i] = c.Result
	}
	return results
}

// listLength is how many of each list, by words and by vectors, are fused.
const listLength = 100

// windowLength is how many of each list within the window are added.
const windowLength = 30

// A candidate is a passage found, with the passages that its context lies in:
// itself and, where there are any, its neighbours, in the order of the text.
type candidate struct {
	Result
	pieces []corpus.Passage
}

// retrieve finds the best passages for a query, each with its scores and the text
// around it.
func (e *Engine) retrieve(ctx context.Context, q query, limit int) ([]candidate, error) {
	vector, err := e.vector(ctx, q.dense)
	if err != nil {
		return nil, err
	}
	hits, err := e.search(ctx, q, vector)
	if err != nil {
		return nil, err
	}
	refs, err := e.Record.Refs(ctx, articlesOf(hits))
	if err != nil {
		return nil, err
	}
	ranked, err := e.spread(ctx, e.fuse(hits, refs, q), refs)
	if err != nil {
		return nil, err
	}
	// Some more than wanted are read: an article that changed this moment has no
	// passages under the old ids any more.
	wanted := limit
	if e.Reranker != nil {
		wanted = max(limit, e.Options.Rerank.Top)
	}
	found, err := e.read(ctx, ranked[:min(len(ranked), wanted+10)], refs)
	if err != nil {
		return nil, err
	}
	if found, err = e.rerank(ctx, q.plan.Standalone, found); err != nil {
		return nil, err
	}
	found = found[:min(len(found), limit)]
	for i := range found {
		found[i].Rank = i + 1
	}
	if err := e.addDuplicates(ctx, found); err != nil {
		return nil, err
	}
	return found, e.addContext(ctx, found)
}

// search asks the index. Where there is a window it asks for the best within it,
// too: that is to be considered, however many others say the words more often.
func (e *Engine) search(ctx context.Context, q query, vector []float32) ([]index.Hit, error) {
	ask := index.Query{Text: q.texts, Groups: q.groups, Vector: vector, Filter: q.filter, K: listLength}
	if w := q.plan.Window; w != nil && !w.Strict {
		ask.Within = &index.Within{Filter: narrow(q.filter, *w), K: windowLength}
	}
	return e.Index.Search(ctx, ask)
}

// vector is the mean of the texts' vectors, which points where most of them do.
func (e *Engine) vector(ctx context.Context, texts []string) ([]float32, error) {
	var mean []float32
	for _, text := range texts {
		v, err := e.Embedder.Query(ctx, text)
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, &EmbedderError{err}
		}
		if mean == nil {
			mean = make([]float32, len(v))
		}
		for i, x := range v {
			mean[i] += x / float32(len(texts))
		}
	}
	return mean, nil
}

func articlesOf(hits []index.Hit) []string {
	ids := make([]string, 0, len(hits))
	for _, h := range hits {
		ids = append(ids, h.ArticleID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// A scored is a hit with its place in the fused order.
type scored struct {
	index.Hit
	score  float64
	scores Scores
}

// fuse orders hits by the weighted sum of both scores: the lexical one over the
// best, the cosine scaled from the least to the best of the list. Rank fusion of
// a strong and a weak list did worse on every set it was tried on.
func (e *Engine) fuse(hits []index.Hit, refs map[string]corpus.Ref, q query) []scored {
	best, low, high := 0.0, 1.0, -1.0
	for _, h := range hits {
		best, low, high = max(best, h.Lexical), min(low, h.Vector), max(high, h.Vector)
	}
	age := datesOf(hits, refs, relevant*best)
	out := make([]scored, 0, len(hits))
	for _, h := range hits {
		ref, live := refs[h.ArticleID]
		if !live {
			continue // deleted since the index was asked
		}
		s := Scores{Window: e.windowScore(ref.Published, q)}
		if q.latest && best > 0 && h.Lexical >= relevant*best {
			s.Window += e.Options.Window * age.of(ref.Published)
		}
		if best > 0 {
			s.Lexical = h.Lexical / best
		}
		if high > low {
			s.Vector = (h.Vector - low) / (high - low)
		}
		score := (e.Options.Lexical*s.Lexical+e.Options.Vector*s.Vector)/(e.Options.Lexical+e.Options.Vector) + s.Window
		out = append(out, scored{h, score, s})
	}
	slices.SortFunc(out, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.PassageID, b.PassageID))
	})
	return out
}

// relevant is the share of the best lexical score from which an article is taken to
// be about what is asked, where the newest is asked for.
const relevant = .4

// dates are the days of articles, in order, each once.
type dates []string

func datesOf(hits []index.Hit, refs map[string]corpus.Ref, least float64) dates {
	var d dates
	for _, h := range hits {
		if _, last := refs[h.ArticleID].Published.Bounds(); last != "" && h.Lexical >= least {
			d = append(d, last)
		}
	}
	slices.Sort(d)
	return slices.Compact(d)
}

// of returns 1 for the newest date, 0 for the oldest and none.
func (d dates) of(published corpus.Date) float64 {
	_, last := published.Bounds()
	at, found := slices.BinarySearch(d, last)
	if !found || len(d) < 2 {
		return 0
	}
	return float64(at) / float64(len(d)-1)
}

// strongWindow is how many times the boost counts for days that the question ties
// its articles to (去年7月的报道) or tells from the day it is asked (上周).
const strongWindow = 3

// windowScore is what an article gets for lying in the window; undated ones get
// nothing.
func (e *Engine) windowScore(published corpus.Date, q query) float64 {
	first, last := published.Bounds()
	if q.plan.Window == nil || first == "" {
		return 0
	}
	within := func(from, to string) bool { return last >= from && (to == "" || first <= to) }
	if len(q.asked) == 0 { // the caller's, or a model's
		if within(orEmpty(q.plan.Window.From), orEmpty(q.plan.Window.To)) {
			return strongWindow * e.Options.Window
		}
		return 0
	}
	best := 0.0
	for _, p := range q.asked {
		factor, to := 1.0, p.To
		switch {
		case p.Reported:
			factor = strongWindow
		case p.Precision == when.Quarter || p.Precision == when.Half || p.Precision == when.Year:
			to = later(p.To, toldAfter)
		case p.Relative:
			factor = strongWindow
		}
		if within(p.From, to) {
			best = max(best, factor*e.Options.Window)
		}
	}
	return best
}

// toldAfter is how many days after a quarter, half or year articles still tell of
// it: results come out within two months and a half.
const toldAfter = 75

// later returns a day so many days later; an open end stays open.
func later(day string, days int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, days).Format(time.DateOnly)
}

func orEmpty(day *string) string {
	if day == nil {
		return ""
	}
	return *day
}

// read reads the passages of scored hits.
func (e *Engine) read(ctx context.Context, ranked []scored, refs map[string]corpus.Ref) ([]candidate, error) {
	ids := make([]string, len(ranked))
	byID := make(map[string]scored, len(ranked))
	for i, s := range ranked {
		ids[i], byID[s.PassageID] = s.PassageID, s
	}
	passages, err := e.Record.PassagesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	found := make([]candidate, 0, len(passages))
	for _, p := range passages {
		s := byID[p.ID]
		found = append(found, candidate{
			Result: Result{
				Score: s.score, Article: refs[p.ArticleID], Passage: shown(p),
				Duplicates: []corpus.Ref{}, Scores: &s.scores,
			},
			pieces: []corpus.Passage{p},
		})
	}
	return found, nil
}

func shown(p corpus.Passage) Passage {
	return Passage{ID: p.ID, Start: p.Start, End: p.End, Heading: p.Heading, Text: p.Text}
}

// contextChars is how much text is shown on each side of a passage, cut at the
// border of a sentence.
const contextChars = 200

// addContext puts the text around each passage beside it.
func (e *Engine) addContext(ctx context.Context, found []candidate) error {
	var ids []string
	for _, c := range found {
		before, after := neighbours(c.pieces[0])
		ids = append(ids, before, after)
	}
	passages, err := e.Record.PassagesByID(ctx, ids)
	if err != nil {
		return err
	}
	byID := make(map[string]corpus.Passage, len(passages))
	for _, p := range passages {
		byID[p.ID] = p
	}
	for i := range found {
		found[i].widen(byID)
	}
	return nil
}

// neighbours returns the ids of the passages before and after; at the ends of an
// article one of them names nothing.
func neighbours(p corpus.Passage) (before, after string) {
	return corpus.PassageID(p.ArticleID, p.Version, p.Ordinal-1), corpus.PassageID(p.ArticleID, p.Version, p.Ordinal+1)
}

// widen joins a passage with the last sentences of the one before it and the
// first of the one after it.
func (c *candidate) widen(byID map[string]corpus.Passage) {
	p := c.pieces[0]
	wide := Context{Start: p.Start, End: p.End, Text: p.Text}
	before, after := neighbours(p)
	if b, ok := byID[before]; ok {
		text := lastSentences(textBetween(b, b.Start, min(b.End, p.Start)))
		wide.Start -= utf8.RuneCountInString(text)
		wide.Text = text + wide.Text
		c.pieces = append([]corpus.Passage{b}, c.pieces...)
	}
	if a, ok := byID[after]; ok {
		text := firstSentences(textBetween(a, max(a.Start, p.End), a.End))
		wide.End += utf8.RuneCountInString(text)
		wide.Text += text
		c.pieces = append(c.pieces, a)
	}
	if wide.Start < p.Start || wide.End > p.End {
		c.Context = &wide
	}
}

// textBetween returns text[start:end] of the article, of which p holds that part.
func textBetween(p corpus.Passage, start, end int) string {
	if start >= end {
		return ""
	}
	return string([]rune(p.Text)[start-p.Start : end-p.Start])
}

// lastSentences returns the end of a text from the border of a sentence on, about
// contextChars long.
func lastSentences(text string) string {
	runes := []rune(text)
	start := len(runes)
	for _, s := range slices.Backward(cite.Sentences(text)) {
		if len(runes)-s.Start > contextChars && start < len(runes) || len(runes)-s.Start > 2*contextChars {
			break
		}
		start = s.Start
	}
	return string(runes[start:])
}

// firstSentences returns the beginning of a text up to the border of a sentence.
func firstSentences(text string) string {
	end := 0
	for _, s := range cite.Sentences(text) {
		if s.End > contextChars && end > 0 || s.End > 2*contextChars {
			break
		}
		end = s.End
	}
	return string([]rune(text)[:end])
}
