package briefing

import (
	"context"
	"errors"
	"slices"

	"chuchu/corpus"
	"chuchu/rag"
)

// isFresh reports whether a place was not in the collection when the earlier briefing
// was made: its article has come since, or has been written anew there.
func (c *comparison) isFresh(ctx context.Context, r restsOn) (bool, error) {
	if slices.ContainsFunc(c.previous.Citations, func(p Citation) bool {
		return p.Article.ID == r.article.ID && p.Article.Version >= r.article.Version
	}) {
		return false, nil // whatever the clocks say
	}
	versions, err := c.Engine.Record.Versions(ctx, r.article.ID)
	if errors.Is(err, corpus.ErrGone) || errors.Is(err, corpus.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	then := 0
	for _, v := range versions {
		if !v.Updated.After(c.previous.Created) {
			then = v.Version
		}
	}
	if then == 0 || then >= r.article.Version {
		return then == 0, nil
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

// findChanges finds the later sentences that give another value for what an earlier
// one says.
func (c *comparison) findChanges(ctx context.Context) error {
	earlier, err := c.stated(ctx, c.earlier)
	if err != nil {
		return err
	}
	later, err := c.stated(ctx, c.later)
	if err != nil {
		return err
	}
	c.changes = c.Engine.Changes(ctx, earlier, later, func(i, j int) bool { return !c.later[j].said && c.earlier[i].olderThan(c.later[j]) })
	for i, j := range c.changes {
		if j < 0 {
			continue
		}
		both, err := c.standBoth(ctx, c.earlier[i], c.later[j])
		if err != nil {
			return err
		}
		if both {
			c.changes[i] = -1
		}
	}
	return nil
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
