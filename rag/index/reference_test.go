package index_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chuchu/corpus"
	"chuchu/rag/index"
)

// idf is that of a term in n of all passages, as Lucene has it.
func idf(n, all int) float64 {
	return math.Log1p((float64(all) - float64(n) + .5) / (float64(n) + .5))
}

// A reference is what the index should find, worked out from the record alone.
type reference struct {
	passages []referencePassage
	average  float64
	in       map[string]int // term → passages it stands in
}

type referencePassage struct {
	id      string
	article corpus.Article
	counts  map[string]float64 // occurrences in headings and text
	titles  map[string]float64 // and in the title
	length  float64
	vector  []float32
}

func counts(terms []string) map[string]float64 {
	m := map[string]float64{}
	for _, t := range terms {
		m[t]++
	}
	return m
}

func newReference(t *testing.T, r *corpus.Record) *reference {
	t.Helper()
	ref := &reference{in: map[string]int{}}
	total := 0.0
	for c, err := range r.ChangesSince(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range c.Passages {
			title, text := index.Terms(c.Article.Title), append(index.Terms(p.Heading), index.Terms(p.Text)...)
			q := referencePassage{id: p.ID, article: c.Article, counts: counts(text), titles: counts(title),
				length: float64(len(title) + len(text)), vector: c.Vectors[i]}
			total += q.length
			for term := range counts(append(title, text...)) {
				ref.in[term]++
			}
			ref.passages = append(ref.passages, q)
		}
	}
	ref.average = total / float64(len(ref.passages))
	return ref
}

func (r *reference) lexical(p referencePassage, q index.Query, title float64) (score float64) {
	for _, text := range q.Text {
		for term := range counts(index.Terms(text.Text)) {
			if r.in[term] == 0 {
				continue
			}
			tf := p.counts[term] + title*p.titles[term]
			score += text.Weight * idf(r.in[term], len(r.passages)) * r.saturated(p, tf)
		}
	}
	for _, g := range q.Groups {
		in := 0
		for _, other := range r.passages {
			if r.holds(other, g) {
				in++
			}
		}
		if tf := r.occurrences(p, g, title); tf > 0 {
			score += g.Weight * idf(in, len(r.passages)) * r.saturated(p, tf)
		}
	}
	return score
}

func (r *reference) saturated(p referencePassage, tf float64) float64 {
	return tf * 2.2 / (tf + 1.2*(.25+.75*p.length/r.average))
}

// occurrences is how often the alternatives of a group stand in a passage.
func (r *reference) occurrences(p referencePassage, g index.Group, title float64) (tf float64) {
	for _, alternative := range g.Alternatives {
		least := math.Inf(1)
		for term := range counts(index.Terms(alternative)) {
			n := 0.0
			if p.counts[term]+p.titles[term] > 0 {
				n = p.counts[term] + title*p.titles[term]
			}
			least = min(least, n)
		}
		if !math.IsInf(least, 1) {
			tf += least
		}
	}
	return tf
}

// holds reports whether all terms of one of the group's alternatives stand in a
// passage or its title.
func (r *reference) holds(p referencePassage, g index.Group) bool {
	return r.occurrences(p, g, 1) > 0
}

func cosine(a, b []float32) float64 {
	if len(a) != len(b) {
		return 0
	}
	var ab, aa, bb float64
	for i := range a {
		ab += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

func passes(a corpus.Article, f corpus.Filter) bool {
	first, last := a.Published.Bounds()
	in := func(list []string, of ...string) bool {
		return len(list) == 0 || slices.ContainsFunc(of, func(s string) bool { return slices.Contains(list, s) })
	}
	return (f.PublishedFrom == "" || first != "" && last >= f.PublishedFrom) &&
		(f.PublishedTo == "" || first != "" && first <= f.PublishedTo) &&
		in(f.Outlets, a.Outlet) && in(f.ArticleIDs, a.ID) && in(f.Tags, a.Tags...)
}

// threshold returns the k-th greatest score, and what is below every score when
// there are no more than k.
func threshold(scores []float64, k int) float64 {
	if len(scores) <= k {
		return math.Inf(-1)
	}
	slices.Sort(scores)
	return scores[len(scores)-k]
}

// check holds hits against the reference. Scores may differ in their last digits,
// so it leaves open what lies within them of the last place of a list.
func (r *reference) check(t *testing.T, q index.Query, title float64, hits []index.Hit) {
	t.Helper()
	const close = 1e-6
	found := map[string]index.Hit{}
	for _, h := range hits {
		found[h.PassageID] = h
	}
	if !slices.IsSortedFunc(hits, func(a, b index.Hit) int { return strings.Compare(a.PassageID, b.PassageID) }) || len(found) != len(hits) {
		t.Errorf("not in the order of ids: %q", idsOf(hits))
	}
	lists := []wanted{r.wanted(q, title, q.Filter, q.K)}
	if q.Within != nil {
		lists = append(lists, r.wanted(q, title, q.Within.Filter, q.Within.K))
	}
	for _, p := range r.passages {
		s, v := r.lexical(p, q, title), cosine(q.Vector, p.vector)
		in := func(slack float64) bool {
			return slices.ContainsFunc(lists, func(w wanted) bool {
				return passes(p.article, w.filter) && (s > 0 && s >= w.lastLexical+slack ||
					q.Vector != nil && p.vector != nil && v >= w.lastVector+slack)
			})
		}
		h, ok := found[p.id]
		switch delete(found, p.id); {
		case ok && !in(-close):
			t.Errorf("%s must not be found (lexical %g, vector %g) by %+v", p.id, s, v, lists)
		case !ok && in(close):
			t.Errorf("%s is missing (lexical %g, vector %g) of %+v", p.id, s, v, lists)
		case ok && (math.Abs(h.Lexical-s) > close*(1+s) || math.Abs(h.Vector-v) > close):
			t.Errorf("%+v, want lexical %g, vector %g", h, s, v)
		}
	}
	for id := range found {
		t.Errorf("%s is not in the record", id)
	}
}

// wanted are the last scores that two lists of a query reach.
type wanted struct {
	filter                  corpus.Filter
	lastLexical, lastVector float64
}

func (r *reference) wanted(q index.Query, title float64, f corpus.Filter, k int) wanted {
	var lexical, vector []float64
	for _, p := range r.passages {
		if !passes(p.article, f) {
			continue
		}
		if s := r.lexical(p, q, title); s > 0 {
			lexical = append(lexical, s)
		}
		if q.Vector != nil && p.vector != nil {
			vector = append(vector, cosine(q.Vector, p.vector))
		}
	}
	return wanted{f, threshold(lexical, k), threshold(vector, k)}
}

// A mutator changes a record at random.
type mutator struct {
	*rand.Rand
	record *corpus.Record
}

func pick[T any](m *mutator, list ...T) T { return list[m.IntN(len(list))] }

func (m *mutator) text(most int) string {
	const characters = "云计算数据中心价格涨跌甲乙丙丁。。，,aB1２.5\n\n"
	runes := []rune(characters)
	var b strings.Builder
	for range 1 + m.IntN(most) {
		b.WriteRune(runes[m.IntN(len(runes))])
	}
	return b.String()
}

func (m *mutator) vector() []float32 {
	if m.IntN(5) == 0 {
		return nil
	}
	v := make([]float32, dimension)
	for i := range v {
		v[i] = float32(m.NormFloat64())
	}
	return v
}

func (m *mutator) entry() corpus.Entry {
	e := entry(fmt.Sprint("a", m.IntN(30)), m.text(8), m.text(80), nil)
	for i := range e.Vectors {
		e.Vectors[i] = m.vector()
		e.Passages[i].Heading = pick(m, "", "", m.text(6))
	}
	e.Article.Published = corpus.Date(pick(m, "", "2023", "2024", "2023-05", "2024-02", "2024-02-10", "2023-12-31"))
	e.Article.Outlet = pick(m, "", "甲报", "乙报")
	e.Article.Tags = pick(m, nil, []string{"x"}, []string{"x", "y"}, []string{"y"})
	return e
}

// change makes one change.
func (m *mutator) change(ctx context.Context) error {
	id := fmt.Sprint("a", m.IntN(30))
	a, err := m.record.Article(ctx, id)
	if err != nil || m.IntN(3) == 0 {
		_, _, err := m.record.Put(ctx, m.entry())
		return err
	}
	switch m.IntN(6) {
	case 0:
		return m.record.Delete(ctx, id)
	case 1: // metadata alone
		a.Title, a.Outlet = m.text(8), pick(m, "甲报", "丙报")
		_, _, err = m.record.Put(ctx, corpus.Entry{Article: a})
		return err
	case 2: // one passage of the whole
		whole := corpus.Passage{End: len([]rune(a.Text)), Heading: m.text(8)}
		return m.record.Resplit(ctx, id, []corpus.Passage{whole}, [][]float32{m.vector()})
	case 3:
		return m.record.SetVectors(ctx, []string{corpus.PassageID(id, a.Version, 0)}, [][]float32{{1, 2, 3, 4}})
	case 4:
		if m.IntN(4) == 0 {
			return m.record.DropVectors(ctx)
		}
	}
	_, _, err = m.record.Put(ctx, m.entry())
	return err
}

func (m *mutator) query() index.Query {
	q := index.Query{K: 1 + m.IntN(12)}
	for range m.IntN(3) {
		q.Text = append(q.Text, index.WeightedText{Text: m.text(20), Weight: pick(m, 1, .5, 0, 2)})
	}
	for range m.IntN(3) {
		q.Groups = append(q.Groups, index.Group{Weight: pick(m, 1, .7), Alternatives: []string{m.text(2), m.text(3), m.text(1)}[:m.IntN(4)]})
	}
	q.Vector = m.vector()
	if m.IntN(3) == 0 {
		q.Within = &index.Within{K: 1 + m.IntN(4), Filter: corpus.Filter{PublishedFrom: pick(m, "2023-06-01", "2024-02-10")}}
	}
	if m.IntN(2) == 0 {
		q.Filter = corpus.Filter{
			PublishedFrom: pick(m, "", "2023-06-01", "2024-02-10"), PublishedTo: pick(m, "", "2023-12-31", "2024-02-09"),
			Outlets: pick(m, nil, []string{"甲报"}, []string{"乙报", "丙报"}), Tags: pick(m, nil, nil, []string{"x"}),
			ArticleIDs: pick(m, nil, nil, []string{"a1", "a2", "a3", "a4", "a5"}),
		}
	}
	return q
}

// TestSearchEqualsReference makes random changes, catches up after some of them,
// opens anew after others, and holds every answer against the reference.
func TestSearchEqualsReference(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			dir := t.TempDir()
			record := openRecord(t, dir)
			m := &mutator{rand.New(rand.NewPCG(seed, 1)), record}
			options := index.Options{Title: pick(m, 0, 1, 1, 2.5)}
			local := openWith(t, filepath.Join(dir, "index"), dimension, options)
			for range 8 {
				for range 1 + m.IntN(15) {
					if err := m.change(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if m.IntN(4) == 0 {
					closeLocal(t, local)
					local = openWith(t, filepath.Join(dir, "index"), dimension, options)
				}
				catchUp(t, local, record)
				ref := newReference(t, record)
				for range 20 {
					q := m.query()
					ref.check(t, q, options.Title, search(t, local, q))
				}
				if t.Failed() {
					t.FailNow()
				}
			}
		})
	}
}
