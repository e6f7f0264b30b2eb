package index

import (
	"slices"

	"chuchu/corpus"
)

// An article is what filters need of an article, in memory, with its passages.
type article struct {
	id       string
	version  int
	title    string
	outlet   string
	tags     []string
	first    string // the days it may be of, YYYY-MM-DD, both empty when unknown
	last     string
	passages []*passage
}

// A passage is a passage with its vector.
type passage struct {
	id      string
	article *article
	start   int
	end     int
	heading string
	vector  []float32 // of unit length, shared with chromem; nil while there is none
}

// newArticle makes an article of a change, with the vectors that fit.
func newArticle(c corpus.Change, dimension int) *article {
	a := &article{
		id: c.Article.ID, version: c.Article.Version, title: c.Article.Title, outlet: c.Article.Outlet, tags: c.Article.Tags,
		passages: make([]*passage, len(c.Passages)),
	}
	a.first, a.last = c.Article.Published.Bounds()
	for i, p := range c.Passages {
		a.passages[i] = &passage{id: p.ID, article: a, start: p.Start, end: p.End, heading: p.Heading, vector: unit(c.Vectors[i], dimension)}
	}
	return a
}

// sameWords reports whether the article's terms are those of the change: the text
// of a version never changes, so its passages do when their borders or headings do.
func (a *article) sameWords(c corpus.Change) bool {
	if a == nil || c.Deleted || a.version != c.Article.Version || a.title != c.Article.Title {
		return false
	}
	return slices.EqualFunc(a.passages, c.Passages, func(p *passage, q corpus.Passage) bool {
		return p.id == q.ID && p.start == q.Start && p.end == q.End && p.heading == q.Heading
	})
}

// passes reports whether a filter lets the article through, as the record reads
// filters.
func (a *article) passes(f corpus.Filter) bool {
	return (f.PublishedFrom == "" || a.last >= f.PublishedFrom) &&
		(f.PublishedTo == "" || a.first != "" && a.first <= f.PublishedTo) &&
		(len(f.Outlets) == 0 || slices.Contains(f.Outlets, a.outlet)) &&
		(len(f.ArticleIDs) == 0 || slices.Contains(f.ArticleIDs, a.id)) &&
		(len(f.Tags) == 0 || slices.ContainsFunc(a.tags, func(tag string) bool { return slices.Contains(f.Tags, tag) }))
}

// members are the articles and passages that are in both indexes.
type members struct {
	articles map[string]*article // by id
	passages map[string]*passage // by id
	// order is the passages as they came, so that going over their vectors goes
	// through memory from one end to the other. What is in it never changes; it is
	// replaced or appended to.
	order []*passage
}

func newMembers() members {
	return members{articles: map[string]*article{}, passages: map[string]*passage{}}
}

// add adds an article.
func (m *members) add(a *article) {
	m.articles[a.id] = a
	for _, p := range a.passages {
		m.passages[p.id] = p
	}
	m.order = append(m.order, a.passages...)
}

// remove removes an article, if it is there, and returns its passages; clean must
// follow.
func (m *members) remove(id string) []*passage {
	a := m.articles[id]
	if a == nil {
		return nil
	}
	delete(m.articles, id)
	for _, p := range a.passages {
		delete(m.passages, p.id)
	}
	return a.passages
}

// clean takes what was removed out of the order, before anything is added.
func (m *members) clean() {
	kept := make([]*passage, 0, len(m.passages))
	for _, p := range m.order {
		if m.articles[p.article.id] == p.article {
			kept = append(kept, p)
		}
	}
	m.order = kept
}
