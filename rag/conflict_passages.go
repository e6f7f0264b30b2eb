package rag

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"chuchu/corpus"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// Passages that were found for a topic hold many more pairs of statements than the
// sources of an answer, and no question says which of them matter. So more is asked of
// two that are to be a disagreement, and dates are left out: articles tell of many days
// in like words. Of the constructed pairs of the tests these bounds find 13 of 21 and no
// false one; over 17 topics of a real collection, 100 to 300 passages each, none false.
const (
	passagesOwn   = .5 // share of what stands around each value that stands in the other's sentence, too
	passagesAlike = 2  // ratio of two values
	passagesApart = 60 // days between articles that do not say what time their values are of
)

// A Disputed value is one that an article states.
type Disputed struct {
	Article corpus.Ref
	Span    Span   // of its sentence, in the article
	Value   string // as it is written there
}

// A Disagreement is two statements of one thing in two articles that cannot both be
// right; that of the newer article is last, where it is known which is newer.
type Disagreement struct {
	Sides [2]Disputed
	alike float64 // but for the values
	rift  rift
}

// Conflict shows a disagreement as answers show theirs. topic says what it is about;
// words picks the text for the reader's language.
func (d Disagreement) Conflict(topic string, words func(zh, en string) string) Conflict {
	c := Conflict{About: about(words, topic, d.rift.a, d.rift.b)}
	for _, side := range d.Sides {
		c.Sides = append(c.Sides, Side{Article: side.Article, Quote: *side.Span.Quote, Span: side.Span})
	}
	return c
}

// Disagreements returns what passages disagree about, by rules, the statements first
// that are most alike but for their values. One side of each is in a sentence that
// chosen reports true of, given its article and where it stands there. Prints of one
// text do not disagree.
func (e *Engine) Disagreements(ctx context.Context, passages []Result, chosen func(article string, start, end int) bool) ([]Disagreement, error) {
	a := asking{weigh: e.weigh(ctx)}
	own, all, err := passageStatements(ctx, passages, chosen)
	if err != nil {
		return nil, err
	}
	var list []Disagreement
	for _, x := range own {
		for _, y := range all {
			if alike, ok := a.disagree(x, y); ok && !a.settled(x, y, all) {
				list = append(list, disagreement(rift{a: x, b: y}, alike))
			}
		}
	}
	slices.SortStableFunc(list, func(x, y Disagreement) int {
		return cmp.Or(cmp.Compare(y.alike, x.alike), strings.Compare(x.Sides[0].Article.ID, y.Sides[0].Article.ID), cmp.Compare(x.Sides[0].Span.Start, y.Sides[0].Span.Start))
	})
	return e.ofSeveralTexts(ctx, list)
}

// passageStatements returns the statements of quantities in passages, each once, and apart those of
// the chosen sentences.
func passageStatements(ctx context.Context, passages []Result, chosen func(article string, start, end int) bool) (own, all []statement, err error) {
	type place struct {
		article string
		start   int
	}
	seen := make(map[place]bool)
	for _, r := range passages {
		if ctx.Err() != nil {
			return nil, nil, context.Cause(ctx)
		}
		s := newSource(candidateOf(r))
		for _, st := range statementsIn(s, func(sentence, _ string) bool { return !isRow(sentence) }) {
			p := place{r.Article.ID, st.place() + st.value.Span.Start}
			if st.date != nil || st.value.Unit == "" || isDuration(st.value) || seen[p] {
				continue
			}
			seen[p] = true
			if all = append(all, st); chosen(r.Article.ID, st.place(), s.start+st.sentence.End) {
				own = append(own, st)
			}
		}
	}
	return own, all, nil
}

// candidateOf is a passage without what stands around it.
func candidateOf(r Result) candidate {
	r.Context = nil
	return candidate{Result: r, pieces: []corpus.Passage{{ID: r.Passage.ID, Start: r.Passage.Start, End: r.Passage.End}}}
}

// isRow reports whether a sentence is the row of a table, whose head says what its
// values are of.
func isRow(sentence string) bool { return strings.Contains(sentence, " | ") }

// isDuration reports whether a quantity is a length of time, of which texts tell many.
func isDuration(q cite.Quantity) bool {
	return slices.Contains([]string{"年", "月", "日", "个月", "天", "周", "季度"}, q.Unit)
}

// disagree reports whether two statements of passages disagree, and how alike they are
// but for that.
func (a asking) disagree(x, y statement) (alike float64, ok bool) {
	if x.value.Unit != y.value.Unit || !x.sameThing(y) || !x.saysTime(y) || !x.differs(y) || !x.sameNames(y) || !y.sameNames(x) {
		return 0, false
	}
	p, q := x.amounts(y)
	if max(p.Value, q.Value) > passagesAlike*min(p.Value, q.Value) {
		return 0, false
	}
	if x.opensOtherwise(y) && y.opensOtherwise(x) {
		return 0, false
	}
	alike = min(a.share(x.near, y.around), a.share(y.near, x.around))
	return alike, alike >= passagesOwn && min(a.held(x, y.near), a.held(y, x.near)) >= named
}

// saysTime reports whether one of two statements says what time it is of, or both
// articles came out at about the same.
func (x statement) saysTime(y statement) bool {
	if cmp.Or(x.period, x.setting, y.period, y.setting) != nil {
		return true
	}
	first, _ := x.source.article.Published.Bounds()
	other, _ := y.source.article.Published.Bounds()
	return first != "" && other != "" && daysBetween(first, other) <= passagesApart
}

// nameTerm is a term that is likely to be of a name: a word in Latin letters, or the end
// of the name of a cloud.
var nameTerm = regexp.MustCompile(`^[a-z][a-z0-9]+$|^[^上下公有私混务的用业]云$`)

// sameNames reports whether the names around the value of x stand around that of y,
// too, or in the sentence before it or the title.
func (x statement) sameNames(y statement) bool {
	return !slices.ContainsFunc(x.near, func(t string) bool { return nameTerm.MatchString(t) && !slices.Contains(y.wide, t) })
}

// opensOtherwise reports whether the text around the value of x begins with a word, but
// for times, that stands nowhere around that of y: 政务客户占 and 游戏客户占.
func (x statement) opensOtherwise(y statement) bool {
	i := slices.IndexFunc(x.near, func(t string) bool { return !strings.Contains(t, "年") })
	return i >= 0 && !slices.Contains(y.wide, x.near[i])
}

// disagreement makes a disagreement of a rift.
func disagreement(r rift, alike float64) Disagreement {
	if isNewer(r.a.source.article, r.b.source.article) {
		r.a, r.b = r.b, r.a
	}
	d := Disagreement{alike: alike, rift: r}
	for i, st := range []statement{r.a, r.b} {
		d.Sides[i] = Disputed{Article: st.source.article, Span: st.source.span(st.sentence), Value: st.value.Text}
	}
	return d
}

// ofSeveralTexts drops the disagreements between prints of one text.
func (e *Engine) ofSeveralTexts(ctx context.Context, list []Disagreement) ([]Disagreement, error) {
	var ids []string
	for _, d := range list {
		for _, side := range d.Sides {
			if !slices.Contains(ids, side.Article.ID) {
				ids = append(ids, side.Article.ID)
			}
		}
	}
	families, err := e.Record.Families(ctx, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(d Disagreement) bool {
		first, ok := families[d.Sides[0].Article.ID]
		second, also := families[d.Sides[1].Article.ID]
		return ok && also && first == second
	}), nil
}

// DisagreementsByModel asks the model once what passages disagree about, as far as it
// concerns a topic, judgements and reasons included. language is that of the words
// about it, zh or en. A failure is logged, and nothing is found.
func (e *Engine) DisagreementsByModel(ctx context.Context, topic, language string, passages []Result) ([]Conflict, llm.Usage) {
	w := &writing{question: topic, reply: Reply{Mode: "model", Language: language}}
	var found []candidate
	for _, r := range passages {
		found = append(found, candidateOf(r))
	}
	w.setSources(sourcesOf(found))
	list := e.conflictsByModel(ctx, w)
	return list, w.reply.Usage
}
