package briefing

import (
	"context"
	"errors"
	"slices"
	"strings"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/cite"
)

// news says what has changed since the briefing that this one follows up: each
// sentence of that one's sections is told of or counted, once. Nil where it follows up
// none.
func (m *maker) news(ctx context.Context, b *Briefing) (*News, error) {
	if m.previous == nil {
		return nil, nil
	}
	c := &comparison{maker: m, editions: newEditions(m.Engine.Record), told: make(map[int]bool)}
	c.news = &News{New: []Sentence{}, Changed: []Change{}, Corrected: []Change{}, Withdrawn: []Withdrawn{}}
	if err := c.read(ctx, b); err != nil {
		return nil, err
	}
	if err := c.findChanges(ctx); err != nil {
		return nil, err
	}
	for i := range c.earlier {
		if err := c.account(ctx, i); err != nil {
			return nil, err
		}
	}
	c.addNew()
	n := c.news
	n.Material = len(n.New)+len(n.Changed)+len(n.Corrected)+len(n.Withdrawn) > 0
	return n, nil
}

// A statement is a sentence of either briefing, ready to be compared.
type statement struct {
	Sentence
	text       string       // without its markers
	articles   []corpus.Ref // that it cites, in the versions it cites
	rests      []restsOn
	key        string
	terms      []int // by number, sorted
	quantities []cite.Quantity
	fresh      bool   // of the later one: from an article, or a passage of one, that is new since
	said       bool   // the other briefing says it, too
	now        string // of the earlier one: the verdict in the collection as it is
}

// restsOn is a place that a sentence rests on.
type restsOn struct {
	article    corpus.Ref
	start, end int
}

// A comparison is an earlier briefing beside the one that follows it up.
type comparison struct {
	*maker
	editions       *editions
	earlier, later []*statement
	cited          []corpus.Ref // by the earlier one, by number, with what has become of each
	changes        []int        // the number of the later one that changed each of the earlier, -1 for none
	told           map[int]bool
	news           *News
}

// read makes statements of the sections of both briefings.
func (c *comparison) read(ctx context.Context, b *Briefing) error {
	numbers := make(map[string]int)
	cited := func(n int) corpus.Ref { return c.previous.Citations[n-1].Article }
	c.earlier = statementsOf(c.previous, cited, numbers)
	c.later = statementsOf(b, c.ledger.article, numbers)
	for _, x := range c.earlier {
		for _, y := range c.later {
			if x.says(y) {
				x.said, y.said = true, true
			}
		}
	}
	for _, y := range c.later {
		for _, r := range y.rests {
			fresh, err := c.isFresh(ctx, r)
			if err != nil {
				return err
			}
			y.fresh = y.fresh || fresh
		}
	}
	var judged []rag.JudgedSentence
	for _, x := range c.earlier {
		judged = append(judged, x.judged(""))
	}
	reply, err := c.Engine.RecheckSentences(ctx, judged, articlesOf(c.previous))
	if err != nil {
		return err
	}
	c.cited = reply.Articles
	for i, s := range reply.Sentences {
		c.earlier[i].now = s.Now
	}
	return nil
}

// statementsOf returns the sentences of a briefing's sections that claim something.
func statementsOf(b *Briefing, cited func(number int) corpus.Ref, numbers map[string]int) []*statement {
	var list []*statement
	for _, section := range b.Sections {
		for _, s := range section.Sentences {
			if s.Verdict == string(cite.None) || len(s.Citations) == 0 {
				continue
			}
			text := cite.Strip(s.Text)
			x := &statement{Sentence: s, text: text, key: keyOf(text), terms: numbered(numbers, text), quantities: cite.Quantities(text)}
			for _, n := range s.Citations {
				x.articles = append(x.articles, cited(n))
			}
			for _, span := range s.Spans {
				x.rests = append(x.rests, restsOn{cited(span.Number), span.Start, span.End})
			}
			list = append(list, x)
		}
	}
	return list
}

// articlesOf returns the articles that a briefing cites, by number.
func articlesOf(b *Briefing) []corpus.Ref {
	list := make([]corpus.Ref, len(b.Citations))
	for i, c := range b.Citations {
		list[i] = c.Article
	}
	return list
}

// borneOut reports whether articles as they are now, in whatever version, bear out a
// sentence.
func (c *comparison) borneOut(ctx context.Context, x *statement, articles []corpus.Ref) (bool, error) {
	if len(articles) == 0 {
		return false, nil
	}
	s, now := rag.JudgedSentence{Text: x.Text, Judge: "rules"}, slices.Clone(articles)
	for i := range now {
		now[i].Version = 0
		s.Citations = append(s.Citations, i+1)
	}
	reply, err := c.Engine.RecheckSentences(ctx, []rag.JudgedSentence{s}, now)
	return err == nil && holds(reply.Sentences[0].Now), err
}

// holds reports whether a verdict lets a sentence stand in a briefing.
func holds(verdict string) bool {
	return verdict == string(cite.Quoted) || verdict == string(cite.Supported)
}

// says reports whether two sentences say the same: in the same words, or by the same
// values and most of the words.
func (x *statement) says(y *statement) bool {
	if x.key == y.key {
		return true
	}
	if !x.sharesPlace(y) && !repeatsOther(x.terms, y.terms) {
		return false
	}
	return agree(x.quantities, y.quantities) && !contradicts(x.text, y.text)
}

// sharesPlace reports whether two sentences rest on one place of one version.
func (x *statement) sharesPlace(y *statement) bool {
	return slices.ContainsFunc(x.rests, func(a restsOn) bool {
		return slices.ContainsFunc(y.rests, func(b restsOn) bool {
			both := min(a.end, b.end) - max(a.start, b.start)
			return a.article.ID == b.article.ID && a.article.Version == b.article.Version && 2*both >= min(a.end-a.start, b.end-b.start)
		})
	})
}

// agree reports whether every quantity of the text with fewer stands in the other.
func agree(a, b []cite.Quantity) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return !slices.ContainsFunc(a, func(q cite.Quantity) bool { return !meets(q, b) })
}

// meets reports whether one of the quantities bears q out, or q it.
func meets(q cite.Quantity, list []cite.Quantity) bool {
	bears := func(r cite.Relation) bool { return r == cite.Same || r == cite.Consistent }
	return slices.ContainsFunc(list, func(o cite.Quantity) bool { return bears(cite.Compare(q, o)) || bears(cite.Compare(o, q)) })
}

func contradicts(claim, text string) bool {
	return cite.Judge(claim, []*cite.Source{cite.NewSource(text, "")}, nil).Verdict == cite.Contradicted
}

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

// account puts an earlier sentence where it belongs.
func (c *comparison) account(ctx context.Context, i int) error {
	x, n := c.earlier[i], c.news
	now, reworded, err := c.correction(ctx, i)
	if err != nil {
		return err
	}
	stands := holds(x.now) || x.now == x.Verdict || reworded
	if !stands && now == nil {
		if stands, err = c.inPrints(ctx, x); err != nil {
			return err
		}
	}
	switch {
	case now != nil:
		n.Corrected = append(n.Corrected, Change{Was: x.text, Now: *now})
	case stands && c.changes[i] >= 0:
		n.Changed = append(n.Changed, Change{Was: x.text, Now: c.later[c.changes[i]].Sentence})
		c.told[c.changes[i]] = true
	case x.said:
		n.Unchanged++
	case stands:
		n.Unmentioned++
	default:
		n.Withdrawn = append(n.Withdrawn, Withdrawn{Text: x.text, Why: c.whyWithdrawn(x)})
	}
	return nil
}

// correction returns the sentence that an article of an earlier one has in its place
// now, where that says otherwise; nil where none does. reworded: it says the same in
// other words.
func (c *comparison) correction(ctx context.Context, i int) (now *Sentence, reworded bool, err error) {
	x := c.earlier[i]
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
			if !otherwise(x, p.was, newer.text(p.now), holds(x.now)) {
				reworded = true
				continue
			}
			s, err := c.quoteEdition(ctx, newer, p.now)
			return &s, false, err
		}
	}
	return nil, reworded, nil
}

// A replacement is a sentence that an article had, and the number of the one that it
// has in its place.
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
			if now := older.replaced(i, newer); now >= 0 {
				list = append(list, replacement{older.text(i), now})
			}
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

// addNew adds what is new since and was not told of yet.
func (c *comparison) addNew() {
	corrected := make(map[string]bool)
	for _, change := range c.news.Corrected {
		corrected[keyOf(cite.Strip(change.Now.Text))] = true
	}
	for j, y := range c.later {
		if y.fresh && !y.said && !c.told[j] && !corrected[y.key] {
			c.news.New = append(c.news.New, y.Sentence)
		}
	}
}
