package briefing

import (
	"context"
	"slices"
	"strings"

	"chuchu/corpus"
	"chuchu/rag/cite"
)

// correction returns the sentence that an article of an earlier one has in its place
// now, where that says otherwise; nil where none does. reworded: it says the same in
// other words.
func (c *comparison) correction(ctx context.Context, i int) (now *Sentence, reworded bool, err error) {
	x, gone := c.earlier[i], false
	for _, a := range x.articles {
		newer, err := c.editions.of(ctx, a.ID, 0)
		if err != nil {
			return nil, false, err
		}
		if newer == nil || newer.article.Version == a.Version {
			continue
		}
		older, err := c.editions.of(ctx, a.ID, a.Version)
		if err != nil {
			return nil, false, err
		}
		for _, p := range x.replacements(a, older, newer) {
			switch {
			case p.now < 0:
				gone = true
			case otherwise(x, p.was, newer.text(p.now), holds(x.now)):
				s, err := c.quoteEdition(ctx, newer, p.now)
				return &s, false, err
			default:
				reworded = true
			}
		}
	}
	return nil, reworded && !gone, nil
}

// A replacement is a sentence that an article had, and the number of the one that it
// has in its place, -1 for none.
type replacement struct {
	was string
	now int
}

// replacements returns those of what a sentence rests on in an article that are not
// there any more. Of an older version that was erased the sentence itself is known.
func (x *statement) replacements(a corpus.Ref, older, newer *edition) []replacement {
	if older == nil {
		if now := newer.likest(x.text, nil, -1, -1); now >= 0 && !slices.Contains(newer.keys, x.key) {
			return []replacement{{x.text, now}}
		}
		return nil
	}
	var list []replacement
	for _, r := range x.rests {
		if r.article.ID != a.ID {
			continue
		}
		for _, i := range older.touched(r.start, r.end) {
			if slices.Contains(newer.keys, older.keys[i]) {
				continue
			}
			list = append(list, replacement{older.text(i), older.replaced(i, newer)})
		}
	}
	return list
}

// otherwise reports whether what an article has in the place of a sentence says other
// than x, which rested on that and by the rules holds still or not.
func otherwise(x *statement, was, now string, holding bool) bool {
	before, after := cite.Quantities(was), cite.Quantities(now)
	for _, q := range x.quantities {
		if meets(q, before) && !meets(q, after) && slices.ContainsFunc(after, func(o cite.Quantity) bool {
			return cite.Compare(q, o) == cite.Differs && !meets(o, before)
		}) {
			return true
		}
	}
	verdict := cite.Judge(x.text, []*cite.Source{cite.NewSource(now, "")}, nil).Verdict
	switch {
	case verdict == cite.Contradicted:
		return true
	case holding, holds(string(verdict)):
		return false
	}
	return len(x.quantities) == 0 || !agree(x.quantities, after) || likeness(cite.Terms(x.text), cite.Terms(now)) < likeAtAll
}

// inPrints reports whether another print of what a sentence cites is there that bears
// it out.
func (c *comparison) inPrints(ctx context.Context, x *statement) (bool, error) {
	var prints []corpus.Ref
	for _, n := range x.Citations {
		prints = append(prints, c.previous.Citations[n-1].Prints...)
	}
	return c.borneOut(ctx, x, prints)
}

// whyWithdrawn says what has become of the articles of a sentence that nothing bears
// out now.
func (c *comparison) whyWithdrawn(x *statement) string {
	var deleted, changed []string
	for _, n := range x.Citations {
		a := c.cited[n-1]
		title := c.words("《"+a.Title+"》", "“"+a.Title+"”")
		switch a.State {
		case "deleted":
			deleted = append(deleted, title)
		case "changed":
			changed = append(changed, title)
		}
	}
	comma := c.words("、", ", ")
	var why []string
	if len(deleted) > 0 {
		list := strings.Join(deleted, comma)
		why = append(why, c.words("所引文章"+list+"已被删除", list+" was deleted"))
	}
	if len(changed) > 0 {
		list := strings.Join(changed, comma)
		why = append(why, c.words(list+"的现行版本不再这样说", list+" no longer says so"))
	}
	return strings.Join(why, c.words("，", ", and ")) + c.words("。", ".")
}
