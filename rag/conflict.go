package rag

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"chuchu/corpus"
	"chuchu/rag/cite"
	"chuchu/rag/when"
)

// These were set on the constructed pairs of the tests, and held against the passages
// found for real questions: the parallel ones may be a fifth lower or higher.
const (
	parallel     = .5  // share of what two clauses say that both articles must say
	named        = .4  // of what both clauses must say themselves
	mostLost     = .1  // of the question that may stand around one value alone
	answering    = .45 // of the question that a sentence with those around it must hold
	answeringOwn = .25 // of the question that the sentence itself must hold
	facingAll    = .2  // what the question's own words must hold where it asks whether articles agree
	facingFit    = .4  // of a statement that stands for its side then
	likeSize     = 10  // larger ratios tell of different measures, seldom of a disagreement
	mostApart    = 200 // days between articles that do not say what time their values are of
	mostShown    = 3   // conflicts of an answer
)

// A rift is two statements that disagree.
type rift struct {
	a, b  statement
	score float64     // how much both are about what was asked
	again []statement // where one of their articles says the same once more
}

// findConflicts puts what the sources disagree about into the reply, once the text
// is written: by rules, and by the model where there is one. Only what concerns the
// question counts. What fails in it is logged and leaves the answer as it is.
func (e *Engine) findConflicts(ctx context.Context, w *writing) error {
	if w.reply.Status == "refused" {
		return nil
	}
	a := w.asking()
	sources := w.sources
	if a.compares {
		sources = append(slices.Clone(sources), e.reported(ctx, w, a)...)
	}
	if !severalArticles(sources) {
		return nil
	}
	for _, r := range e.kept(ctx, a.rifts(sources)) {
		w.reply.Conflicts = append(w.reply.Conflicts, w.conflict(r))
	}
	w.reply.Conflicts = append(w.reply.Conflicts, e.conflictsByModel(ctx, w)...)
	if len(w.reply.Conflicts) == 0 {
		return nil
	}
	return w.caveat("conflict", w.words(
		"所收文章对这个问题的说法不一致，各方说法及日期列在后面；较新的说法不一定更准确。",
		"The articles disagree about this; what each says is listed with its date. The newer one is not for that reason right."))
}

func severalArticles(sources []*source) bool {
	return slices.ContainsFunc(sources, func(s *source) bool { return s.article.ID != sources[0].article.ID })
}

// rifts returns the statements of the sources that disagree, those that are most
// about the question first.
func (a asking) rifts(sources []*source) []rift {
	var list []statement
	for _, s := range sources {
		list = append(list, statementsIn(s, a.concerns)...)
	}
	list = slices.DeleteFunc(list, func(st statement) bool { return !a.wants(st) })
	var rifts []rift
	for i, x := range list {
		for _, y := range list[i+1:] {
			if x.sameThing(y) && x.differs(y) && x.likeSized(y) && a.parallel(x, y) && !a.settled(x, y, list) {
				rifts = append(rifts, rift{a: x, b: y, score: a.fit(x) + a.fit(y)})
			}
		}
	}
	if a.compares && a.kind != "" && a.kind != "name" {
		rifts = append(rifts, a.facing(list)...)
	}
	rifts = append(rifts, a.nameRifts(sources)...)
	slices.SortStableFunc(rifts, func(r, s rift) int { return cmp.Compare(s.score, r.score) })
	return rifts
}

// sameThing reports whether two statements can be of the same attribute at the same
// time, each in an article of its own.
func (x statement) sameThing(y statement) bool {
	if x.source.article.ID == y.source.article.ID || (x.date == nil) != (y.date == nil) || x.roles != y.roles {
		return false
	}
	return x.date != nil || (x.rate > 0) == (y.rate > 0) && x.sameTime(y)
}

// sameTime reports whether two quantities are of one time: the periods they name
// must be about the same; where one names none, its article must have come out when
// the other's period was over; where neither does, both within mostApart days.
func (x statement) sameTime(y statement) bool {
	if meet, said := x.periodsMeet(y, reportedIn); said {
		return meet
	}
	xFirst, _ := x.source.article.Published.Bounds()
	yFirst, _ := y.source.article.Published.Bounds()
	if xFirst == "" || yFirst == "" {
		return xFirst == yFirst
	}
	return daysBetween(xFirst, yFirst) <= mostApart
}

// periodsMeet reports whether the periods that two quantities name are about the same,
// or, where one names none, whether its article may tell of the other's by tells; said
// is false where neither names one.
func (x statement) periodsMeet(y statement, tells func(published corpus.Date, p when.Period) bool) (meet, said bool) {
	xPeriod, yPeriod := cmp.Or(x.period, x.setting), cmp.Or(y.period, y.setting)
	switch {
	case xPeriod != nil && yPeriod != nil:
		both, either := overlap(*xPeriod, *yPeriod)
		return 2*both > either, true
	case xPeriod != nil:
		return tells(y.source.article.Published, *xPeriod), true
	case yPeriod != nil:
		return tells(x.source.article.Published, *yPeriod), true
	}
	return false, false
}

// Days around the end of a period in which articles tell of it without naming it.
const (
	reportedBefore = 10
	reportedAfter  = 120
)

// reportedIn reports whether an article of a date may tell of a period without
// naming it.
func reportedIn(published corpus.Date, p when.Period) bool {
	first, last := published.Bounds()
	if first == "" || p.To == "" {
		return false
	}
	return last >= later(p.To, -reportedBefore) && first <= later(p.To, reportedAfter)
}

// overlap returns how many days two periods share, and how many they cover; a
// period that is open at an end shares none.
func overlap(a, b when.Period) (both, either int) {
	if a.From == "" || a.To == "" || b.From == "" || b.To == "" {
		return 0, 1
	}
	from, to := max(a.From, b.From), min(a.To, b.To)
	if from <= to {
		both = daysBetween(from, to) + 1
	}
	return both, daysBetween(min(a.From, b.From), max(a.To, b.To)) + 1
}

// daysBetween returns how many days lie between two, either first.
func daysBetween(a, b string) int {
	first, errA := time.Parse(time.DateOnly, a)
	second, errB := time.Parse(time.DateOnly, b)
	if errA != nil || errB != nil {
		return 0
	}
	return int(second.Sub(first).Abs().Hours()) / 24
}

// differs reports whether two statements cannot both be right.
func (x statement) differs(y statement) bool {
	if x.date != nil {
		return x.date.To < y.date.From || y.date.To < x.date.From
	}
	a, b := x.amounts(y)
	return comparable(x.value, y.value) && (x.falls != y.falls || apart(a, b))
}

// amounts returns the quantities of both, over the same time where they are counted
// by different ones.
func (x statement) amounts(y statement) (a, b cite.Quantity) {
	a, b = x.value, y.value
	if x.rate != y.rate && x.rate > 0 && y.rate > 0 {
		b = overTime(b, y.rate, x.rate)
	}
	return a, b
}

// likeSized reports whether two values are near enough to be of one thing.
func (x statement) likeSized(y statement) bool {
	a, b := x.amounts(y)
	return x.date != nil || max(a.Value, b.Value) <= likeSize*min(a.Value, b.Value)
}

// parallel reports whether two statements say the same of the same but for the
// value: what stands around the one stands in the other's article, too, and much of
// it around the other value itself; and what the question asks of, in both or in
// neither.
func (a asking) parallel(x, y statement) bool {
	return min(a.held(x, y.wide), a.held(y, x.wide)) >= parallel && min(a.held(x, y.near), a.held(y, x.near)) >= named &&
		a.lost(x, y)+a.lost(y, x) <= mostLost
}

// held returns the share of what stands around a value that is in terms: of its
// clause and of more than that, both counting alike.
func (a asking) held(st statement, terms []string) float64 {
	return (a.share(st.clause, terms) + a.share(st.near, terms)) / 2
}

// lost returns the share of the question that stands around the value of x and
// nowhere near that of y.
func (a asking) lost(x, y statement) float64 {
	return a.cover(slices.DeleteFunc(slices.Clone(x.near), func(t string) bool { return slices.Contains(y.wide, t) }))
}

// share returns the share of what terms weigh that is in others, too.
func (a asking) share(terms, others []string) float64 {
	weights := a.weigh(terms)
	sum, held := 0.0, 0.0
	for _, t := range terms {
		weight := max(weights[t], leastWeight)
		sum += weight
		if slices.Contains(others, t) {
			held += weight
		}
	}
	if sum == 0 {
		return 0
	}
	return held / sum
}

// leastWeight is what a term weighs that the collection does not know.
const leastWeight = .1

// settled reports whether one of the articles states what the other does, too: then
// they do not disagree, they tell of several things.
func (a asking) settled(x, y statement, list []statement) bool {
	agrees := func(one statement, article string) bool {
		return slices.ContainsFunc(list, func(z statement) bool {
			return z.source.article.ID == article && (z.date == nil) == (one.date == nil) && (one.date != nil || comparable(z.value, one.value)) && !z.differs(one) &&
				a.share(one.near, z.wide) >= named
		})
	}
	return agrees(x, y.source.article.ID) || agrees(y, x.source.article.ID)
}

// kept returns the first rifts, one for two articles, without those of one family:
// reprints that differ are one article printed twice.
func (e *Engine) kept(ctx context.Context, rifts []rift) []rift {
	var kept []rift
	for _, r := range rifts {
		ids := []string{r.a.source.article.ID, r.b.source.article.ID}
		slices.Sort(ids)
		if len(kept) == mostShown || slices.ContainsFunc(kept, func(k rift) bool { return k.between(ids) }) {
			continue
		}
		families, err := e.Record.Families(ctx, ids)
		if err != nil {
			e.Log.Warn("looking up reprints failed", "error", err)
			return nil
		}
		first, ok := families[ids[0]]
		if second, also := families[ids[1]]; ok && also && first == second {
			continue
		}
		kept = append(kept, r)
	}
	return kept
}

func (r rift) between(ids []string) bool {
	return slices.Contains(ids, r.a.source.article.ID) && slices.Contains(ids, r.b.source.article.ID)
}

// conflict shows a rift, the newer article last.
func (w *writing) conflict(r rift) Conflict {
	if isNewer(r.a.source.article, r.b.source.article) {
		r.a, r.b = r.b, r.a
	}
	c := Conflict{About: about(w.words, w.topic(), r.a, r.b)}
	for _, st := range append([]statement{r.a, r.b}, r.again...) {
		c.Sides = append(c.Sides, w.side(st.source, st.sentence))
	}
	return c
}

// about says what two statements are of, what each says, and which is newer.
func about(words func(zh, en string) string, topic string, a, b statement) string {
	said := func(st statement) string {
		var from []string
		for _, s := range []string{st.source.article.Outlet, string(st.source.article.Published)} {
			if s != "" {
				from = append(from, s)
			}
		}
		if len(from) == 0 {
			return st.value.Text
		}
		return st.value.Text + words("（"+strings.Join(from, "，")+"）", " ("+strings.Join(from, ", ")+")")
	}
	text := fmt.Sprintf(words("%s：一说%s，一说%s", "%s: one says %s, another %s"), topic, said(a), said(b))
	return text + newer(words, a.source.article, b.source.article)
}

// isNewer reports whether one article is newer than another, as far as is known.
func isNewer(a, b corpus.Ref) bool {
	first, _ := a.Published.Bounds()
	_, last := b.Published.Bounds()
	return last != "" && first > last
}

// newer ends a sentence about two articles, the newer last, with which that is.
func newer(words func(zh, en string) string, older, newer corpus.Ref) string {
	if isNewer(newer, older) {
		return words("；后者较新，但未必更准确。", "; the latter is newer, which does not make it right.")
	}
	return words("。", ".")
}

// side is what one source says at a place.
func (w *writing) side(s *source, at cite.Span) Side {
	span := s.span(at)
	side := Side{Article: s.article, Quote: *span.Quote, Span: span}
	if n, ok := w.numbers[s.article.ID]; ok {
		side.Citation = &n
	}
	return side
}

// topic is what the question is about, in its own words.
func (w *writing) topic() string {
	topic := strings.TrimSpace(w.question)
	if i := strings.IndexAny(topic, "？?。"); i > 0 {
		topic = topic[:i]
	}
	if short := firstChars(topic, topicChars); short != topic {
		topic = short + "…"
	}
	return "“" + topic + "”"
}

// topicChars is how many characters of the question are shown.
const topicChars = 60
