package briefing

import (
	"context"
	"slices"

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
	c := &comparison{maker: m, editions: newEditions(m.Engine.Record), versions: make(map[string]int), numbers: make(map[string]int), told: make(map[string]bool)}
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
	Sentence                // of a section
	finding    *finding     // that is in none; nil of a sentence
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
	cited          []corpus.Ref    // by the earlier one, by number, with what has become of each
	newer          []*statement    // the later ones, and what was found besides of what is new
	changes        []int           // of each of the earlier, the number of the newer one that changed it, -1 for none
	told           map[string]bool // the keys of what was told as changed or corrected
	versions       map[string]int  // of articles, when the earlier one was made
	numbers        map[string]int  // of terms
	news           *News
}

// read makes statements of the sections of both briefings.
func (c *comparison) read(ctx context.Context, b *Briefing) error {
	cited := func(n int) corpus.Ref { return c.previous.Citations[n-1].Article }
	c.earlier = statementsOf(c.previous, cited, c.numbers)
	c.later = statementsOf(b, c.ledger.article, c.numbers)
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
		c.told[keyOf(cite.Strip(now.Text))] = true
	case stands && c.changes[i] >= 0:
		n.Changed = append(n.Changed, Change{Was: x.text, Now: c.sentence(c.changes[i])})
		c.told[c.newer[c.changes[i]].key] = true
	case x.said:
		n.Unchanged++
	case stands:
		n.Unmentioned++
	default:
		n.Withdrawn = append(n.Withdrawn, Withdrawn{Text: x.text, Why: c.whyWithdrawn(x)})
	}
	return nil
}

// addNew adds what is new since and was not told of yet.
func (c *comparison) addNew() {
	for _, y := range c.later {
		if y.fresh && !y.said && !c.told[y.key] {
			c.news.New = append(c.news.New, y.Sentence)
		}
	}
}
