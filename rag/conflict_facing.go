package rag

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"chuchu/corpus"
	"chuchu/rag/when"
)

// reported finds more passages for a question that asks whether articles agree: of
// each time it names articles of, else of any.
func (e *Engine) reported(ctx context.Context, w *writing, a asking) []*source {
	filters := []corpus.Filter{w.reply.Plan.Filter}
	if wanted := w.reply.Plan.Window; wanted != nil && wanted.Strict {
		filters[0] = narrow(filters[0], *wanted)
	} else if len(a.reports) > 1 {
		filters = nil
		for _, p := range a.reports {
			filters = append(filters, narrow(w.reply.Plan.Filter, Window{From: day(p.From), To: day(p.To)}))
		}
	}
	var list []*source
	for _, f := range filters {
		q, err := e.planByRules(ctx, SearchRequest{Query: a.search(), AsOf: w.reply.AsOf, Filter: f, Window: WindowOption{Mode: "off"}, History: w.history})
		if err != nil {
			continue // of a question that is all about articles nothing may be left
		}
		found, err := e.retrieve(ctx, q, reportedPassages)
		if err != nil {
			e.Log.Warn("finding more passages to compare failed", "answer", w.reply.ID, "error", err)
			break
		}
		for _, c := range found {
			s := newSource(c)
			if !slices.ContainsFunc(w.sources, func(o *source) bool { return o.holds(c) }) {
				list = append(list, s)
			}
		}
	}
	return list
}

// reportedPassages are how many passages are looked through for each time.
const reportedPassages = 20

func day(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// facing returns what stands face to face where the question itself asks whether
// articles agree: of each time it names, or each article, the statement that answers
// it best.
func (a asking) facing(list []statement) []rift {
	best := make(map[string]statement)
	for _, st := range list {
		side, ok := a.side(st)
		if other, taken := best[side]; ok && a.mayStand(st) && (!taken || a.fit(st) > a.fit(other)) {
			best[side] = st
		}
	}
	var sides []statement
	for _, st := range best {
		sides = append(sides, st)
	}
	slices.SortFunc(sides, func(x, y statement) int {
		return cmp.Or(cmp.Compare(a.fit(y), a.fit(x)), strings.Compare(x.source.article.ID, y.source.article.ID))
	})
	if len(sides) < 2 {
		return nil
	}
	x, y := sides[0], sides[1]
	if a.fit(y) < facingFit || !x.faces(y) || !x.differs(y) {
		return nil
	}
	r := rift{a: x, b: y, score: a.fit(x) + a.fit(y)}
	for _, side := range []statement{x, y} {
		if again, ok := a.again(side, list); ok {
			r.again = append(r.again, again)
		}
	}
	return []rift{r}
}

// mayStand reports whether a statement can stand for its side: it says how something
// is, not how it was, is meant to be or would be, and of the time that is asked of.
func (a asking) mayStand(st statement) bool {
	if slices.ContainsFunc(strings.Fields(st.roles), func(r string) bool { return r == "plan" || r == "from" || r == "if" }) {
		return false
	}
	return st.date != nil || len(a.periods) == 0 || slices.ContainsFunc(a.periods, func(p when.Period) bool {
		if st.period == nil {
			_, last := st.source.article.Published.Bounds()
			return last == "" || last >= p.From
		}
		both, _ := overlap(p, *st.period)
		return both > 0
	})
}

// faces reports whether what two statements say can be held against each other,
// the question having said what they are of.
func (x statement) faces(y statement) bool {
	if x.source.article.ID == y.source.article.ID || x.changes() != y.changes() || (x.rate > 0) != (y.rate > 0) {
		return false
	}
	if x.period == nil || y.period == nil {
		return true
	}
	both, _ := overlap(*x.period, *y.period)
	return both > 0
}

func (x statement) changes() bool { return strings.Contains(x.roles, "change") }

// side names the time that the question asks articles of and that the statement's
// article is of, or the article where it asks of no times; false: of none.
func (a asking) side(st statement) (string, bool) {
	if len(a.reports) < 2 {
		return st.source.article.ID, true
	}
	first, last := st.source.article.Published.Bounds()
	for _, p := range a.reports {
		if first != "" && last >= p.From && (p.To == "" || first <= p.To) {
			return p.From, true
		}
	}
	return "", false
}

// again returns where the article of a side says the same once more, best of several.
func (a asking) again(side statement, list []statement) (best statement, ok bool) {
	for _, st := range list {
		same := st.source.article.ID == side.source.article.ID && st.sentence != side.sentence && st.place() != side.place() && st.says(side)
		if same && a.mayStand(st) && a.fit(st) >= facingFit && (!ok || a.fit(st) > a.fit(best)) {
			best, ok = st, true
		}
	}
	return best, ok
}

// place is where the sentence of a statement stands in its article.
func (x statement) place() int { return x.source.start + x.sentence.Start }

// says reports whether two statements have one value.
func (x statement) says(y statement) bool {
	if x.date != nil || y.date != nil {
		return x.date != nil && y.date != nil && x.date.From == y.date.From && x.date.To == y.date.To
	}
	return x.value.Unit == y.value.Unit && x.value.Low == y.value.Low && x.value.High == y.value.High && x.rate == y.rate && x.falls == y.falls
}
