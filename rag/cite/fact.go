package cite

import (
	"regexp"
	"slices"
	"sort"
	"strings"

	"chuchu/rag/when"
)

// A fact is a quantity or a date that a claim states.
type fact struct {
	span     Span
	text     string
	quantity Quantity
	period   when.Period // of a date with its year
	dated    bool        // it is a period
	reported bool        // the date of a report, not of what it tells
	name     bool        // it is neither, but a name
	quote    bool        // nor that, but a quotation
}

// A related is something in a source of the kind of a fact.
type related struct {
	relation  Relation
	span      Span
	text      string
	precision when.Precision // of a date
}

// bears reports whether it bears the fact out.
func (r related) bears() bool { return r.relation == Same || r.relation == Consistent }

// reportWords, after a date, make it that of the report.
var reportWords = regexp.MustCompile(`^(?:的|,|，)?[^，。；,;]{0,6}?(?:报道|文章|一文|消息|评论|撰文|发文|刊文|稿件|披露)`)

// factsOf returns the dates and the quantities of a text. Parts of a date are no facts
// of their own, but for those of one that does not name its year: what year that is, a
// claim alone does not tell.
func factsOf(text string, runes []rune) []fact {
	var list []fact
	periods := slices.DeleteFunc(when.Find(text, ""), func(p when.Period) bool { return len(when.Find(p.Text, "")) == 0 })
	for _, p := range periods {
		span := Span{p.Start, p.End}
		list = append(list, fact{span: span, text: p.Text, period: p, dated: true, reported: reportWords.MatchString(string(runes[p.End:min(len(runes), p.End+12)]))})
	}
	for _, q := range quantitiesOf(runes) {
		if !inPeriod(q.Span, periods) {
			list = append(list, fact{span: q.Span, text: q.Text, quantity: q})
		}
	}
	return list
}

// inPeriod reports whether a span touches one of the periods, which are in order.
func inPeriod(s Span, periods []when.Period) bool {
	i := sort.Search(len(periods), func(i int) bool { return periods[i].End > s.Start })
	return i < len(periods) && periods[i].Start < s.End
}

// kind is the kind of a Why about the fact.
func (f fact) kind() string {
	if f.dated || f.quantity.date() {
		return "date"
	}
	return "number"
}

// relatedIn returns what a span has of the kind of the fact.
func (c *claim) relatedIn(f fact, p *evidencePlace) []related {
	if f.quote {
		return c.quotesIn(f, p)
	}
	if !f.name {
		return f.in(p.source)
	}
	var list []related
	for _, name := range c.namesIn(p) {
		r := related{relation: Differs, span: name, text: p.source.text(name)}
		if strings.EqualFold(r.text, f.text) {
			r.relation = Same
		}
		list = append(list, r)
	}
	return list
}

// quotesIn returns where the quotations of the claim stand in a span.
func (c *claim) quotesIn(f fact, p *evidencePlace) []related {
	var list []related
	for _, text := range c.quotations() {
		i := p.source.folded.find(text, p.source.folded.byteAt(p.span.Start))
		if i < 0 {
			continue
		}
		r := related{relation: Differs, span: p.source.folded.span(i, i+len(text)), text: text}
		if fold([]rune(f.text)).text == text {
			r.relation = Same
		}
		list = append(list, r)
	}
	return list
}

// in returns what the source has of the kind of the quantity or date.
func (f fact) in(s *Source) []related {
	var list []related
	if f.dated {
		for _, p := range s.periods {
			if r := comparePeriods(f.period, p); r != NotComparable {
				list = append(list, related{r, Span{p.Start, p.End}, p.Text, p.Precision})
			}
		}
		return list
	}
	for i, q := range s.quantities {
		if s.dated[i] && !f.quantity.date() {
			continue
		}
		if r := Compare(f.quantity, q); r != NotComparable {
			list = append(list, related{relation: r, span: q.Span, text: q.Text})
		}
	}
	return list
}

// comparePeriods tells how the date of a claim stands to one of its source. A month
// is borne out by a day of it, not the other way round.
func comparePeriods(claim, source when.Period) Relation {
	from, to := source.From, open(source.To)
	switch {
	case claim.Fiscal != source.Fiscal:
	case claim.From == from && open(claim.To) == to:
		return Same
	case claim.From == "" || claim.To == "": // since 2018 is not since 2019, and all of what came later lies in it
		if (claim.From == "") == (from == "") && (claim.To == "") == (source.To == "") {
			return Differs
		}
	case claim.From <= from && to <= open(claim.To):
		return Consistent
	case open(claim.To) < from || to < claim.From:
		if source.Relative && !countable(source.Precision) {
			return NotComparable
		}
		return Differs
	}
	return NotComparable
}

// countable reports whether a relative period of the precision is what its words
// say: 本季度 in a report on figures is mostly the one before.
func countable(p when.Precision) bool { return p == when.Year || p == when.Month || p == when.Day }

// open returns the last day of a period, after all others when it has none.
func open(to string) string {
	if to == "" {
		return "9999-12-31"
	}
	return to
}

// published returns how the publication of the source stands to the date of a claim.
func (s *Source) publishedIn(claim when.Period) Relation {
	if s.published == "" {
		return NotComparable
	}
	first, last := s.published, s.published
	if n := len("2006-01-02") - len(s.published); n > 0 && n <= len("-01-02") {
		first += "-01-01"[len("-01-02")-n:]
		last += "-12-31"[len("-01-02")-n:]
	}
	switch {
	case claim.From <= first && last <= open(claim.To), claim.From <= last && first <= open(claim.To):
		return Consistent
	}
	return Differs
}

// The distances, in code points, within which words count as beside a fact.
const (
	besideReach = 24
	besideHalf  = 6 // at which a word counts half
	// otherSide is what a word counts that stands before the fact here and after it
	// there.
	otherSide = .7
	// otherClause is what a word counts that stands in another clause than the fact.
	otherClause = .5
)

// beside returns how much of what stands around a span of the claim, the nearer
// the more, stands around a place of the source in the same way: 0 to 1.
func (c *claim) beside(span Span, s *Source, place Span) float64 {
	total, got := 0.0, 0.0
	add := func(item Span, weight float64, there func(yield func(Span) bool)) {
		apart, after := item.from(span)
		if apart > besideReach || item.touches(span) {
			return
		}
		weight *= besideHalf / float64(besideHalf+apart)
		total += weight
		best := 0.0
		for at := range there {
			distance, side := at.from(place)
			if distance > besideReach || at.touches(place) {
				continue
			}
			like := besideHalf / float64(besideHalf+max(distance-apart, apart-distance))
			if side != after {
				like *= otherSide
			}
			best = max(best, like)
		}
		got += weight * best
	}
	clause := c.clauseAt(span)
	from := sort.Search(len(c.terms), func(i int) bool { return c.terms[i].span.End+besideReach >= span.Start })
	for _, t := range c.terms[from:] {
		if t.span.Start > span.End+besideReach {
			break
		}
		weight := t.beside
		if t.clause != clause {
			weight *= otherClause
		}
		add(t.span, weight, func(yield func(Span) bool) {
			for _, at := range s.place[t.text] {
				if !yield(Span{int(at), int(at) + t.span.End - t.span.Start}) {
					return
				}
			}
		})
	}
	for i, f := range c.facts {
		add(f.span, c.factWeight(), slices.Values(c.borne(s)[i]))
	}
	if total == 0 {
		return 0
	}
	return got / total
}

// factWeight is what a fact counts as something that stands beside another: as much
// as two terms.
func (c *claim) factWeight() float64 { return 2 / float64(max(len(c.terms), 1)) }

// borne returns for each fact where the source bears it out.
func (c *claim) borne(s *Source) [][]Span {
	if list, ok := c.bearing[s]; ok {
		return list
	}
	list := make([][]Span, len(c.facts))
	for i, f := range c.facts {
		for _, r := range f.in(s) {
			if r.bears() {
				list[i] = append(list[i], r.span)
			}
		}
	}
	c.bearing[s] = list
	return list
}

// from returns how many code points lie between two spans, and whether s comes after.
func (s Span) from(other Span) (apart int, after bool) {
	if s.Start >= other.End {
		return s.Start - other.End, true
	}
	return max(0, other.Start-s.End), false
}

// figuresIn returns the numbers in digits of a folded text, without signs.
func figuresIn(folded string) []string {
	return strings.FieldsFunc(folded, func(r rune) bool { return !isDigit(r) && r != '.' })
}
