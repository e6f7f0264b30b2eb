package briefing

import (
	"context"
	"errors"
	"slices"

	"chuchu/corpus"
	"chuchu/rag"
)

// Which version of an article there was when the earlier briefing was made, where it is
// none of its versions.
const (
	notYet  = 0
	nowGone = -1
)

// then returns the version that an article had in the collection when the earlier
// briefing was made.
func (c *comparison) then(ctx context.Context, id string) (version int, err error) {
	if version, known := c.versions[id]; known {
		return version, nil
	}
	defer func() { c.versions[id] = version }()
	list, err := c.Engine.Record.Versions(ctx, id)
	if errors.Is(err, corpus.ErrGone) || errors.Is(err, corpus.ErrNotFound) {
		return nowGone, nil
	}
	if err != nil {
		return nowGone, err
	}
	for _, v := range list {
		if !v.Updated.After(c.previous.Created) {
			version = v.Version
		}
	}
	for _, p := range c.previous.Citations { // whatever the clocks say
		if p.Article.ID == id {
			version = max(version, p.Article.Version)
		}
	}
	return version, nil
}

// isFresh reports whether a place was not in the collection when the earlier briefing
// was made: its article has come since, or has been written anew there.
func (c *comparison) isFresh(ctx context.Context, r restsOn) (bool, error) {
	then, err := c.then(ctx, r.article.ID)
	switch {
	case err != nil, then == nowGone, then >= r.article.Version:
		return false, err
	case then == notYet:
		return true, nil
	}
	return c.added(ctx, r, then)
}

// added reports whether an article has a sentence at a place that an earlier version
// did not have.
func (c *comparison) added(ctx context.Context, r restsOn, version int) (bool, error) {
	older, err := c.editions.of(ctx, r.article.ID, version)
	if err != nil || older == nil {
		return false, err
	}
	now, err := c.editions.of(ctx, r.article.ID, r.article.Version)
	if err != nil || now == nil {
		return false, err
	}
	return slices.ContainsFunc(now.touched(r.start, r.end), func(i int) bool { return !slices.Contains(older.keys, now.keys[i]) }), nil
}

// likeEnough is how much of the terms of the shorter of two sentences the other has for
// them to be compared at all.
const likeEnough = .4

// findChanges finds what gives another value for what an earlier sentence says: in the
// sections, which may have left it out as something said before, and in all that was
// found of what is new.
func (c *comparison) findChanges(ctx context.Context) error {
	c.newer = slices.Clone(c.later)
	if err := c.addFindings(ctx); err != nil {
		return err
	}
	earlier, err := c.stated(ctx, c.earlier)
	if err != nil {
		return err
	}
	newer, err := c.stated(ctx, c.newer)
	if err != nil {
		return err
	}
	c.changes = c.Engine.Changes(ctx, earlier, newer, func(i, j int) bool {
		x, y := c.earlier[i], c.newer[j]
		return !y.said && shared(x.terms, y.terms) >= likeEnough*float64(min(len(x.terms), len(y.terms))) && x.olderThan(y)
	})
	for i, j := range c.changes {
		if j < 0 {
			continue
		}
		stays, err := c.standBoth(ctx, c.earlier[i], c.newer[j])
		if err != nil {
			return err
		}
		if stays || !stands(c.newer[j].text) {
			c.changes[i] = -1
		}
	}
	return ctx.Err()
}

// addFindings adds what was found of articles that are new since and is in no section.
func (c *comparison) addFindings(ctx context.Context) error {
	known := make(map[string]bool)
	for _, x := range slices.Concat(c.earlier, c.later) {
		known[x.key] = true
	}
	for _, f := range c.survey.findings {
		r := restsOn{f.article, f.start, f.end}
		fresh, err := c.isFresh(ctx, r)
		if err != nil {
			return err
		}
		key := keyOf(f.text)
		if !fresh || known[key] || !rag.Quotable(f.text) {
			continue
		}
		known[key] = true
		y := &statement{finding: f, text: f.text, articles: []corpus.Ref{f.article}, rests: []restsOn{r}, key: key, terms: numbered(c.numbers, f.text), quantities: f.quantities, fresh: true}
		y.said = slices.ContainsFunc(c.earlier, y.says)
		c.newer = append(c.newer, y)
	}
	return nil
}

// sentence returns one of what is newer as a sentence.
func (c *comparison) sentence(j int) Sentence {
	if y := c.newer[j]; y.finding != nil {
		return c.quote(y.finding)
	}
	return c.newer[j].Sentence
}

// standBoth reports whether the articles of one of two sentences say the other as well:
// then nothing has changed.
func (c *comparison) standBoth(ctx context.Context, x, y *statement) (bool, error) {
	stands, err := c.borneOut(ctx, x, y.articles)
	if err != nil || stands {
		return stands, err
	}
	return c.borneOut(ctx, y, x.articles)
}

// stated returns the sentences as what their first articles state.
func (c *comparison) stated(ctx context.Context, list []*statement) ([]rag.Stated, error) {
	stated := make([]rag.Stated, len(list))
	for i, x := range list {
		stated[i] = rag.Stated{Article: x.articles[0], Text: x.text}
		if len(x.rests) == 0 {
			continue
		}
		r := x.rests[0]
		d, err := c.editions.of(ctx, r.article.ID, r.article.Version)
		if err != nil {
			return nil, err
		}
		if stated[i].Article = r.article; d != nil {
			stated[i].Before = d.before(r.start)
		}
	}
	return stated, nil
}

// olderThan reports whether y is from another article that is newer: by its date, or
// new in the collection and of no earlier date.
func (x *statement) olderThan(y *statement) bool {
	return slices.ContainsFunc(y.articles, func(b corpus.Ref) bool {
		newest, known := "", true
		for _, a := range x.articles {
			if a.ID == b.ID {
				return false
			}
			first, _ := a.Published.Bounds()
			newest, known = max(newest, first), known && first != ""
		}
		first, _ := b.Published.Bounds()
		return known && first > newest || y.fresh && (first == "" || first >= newest)
	})
}
