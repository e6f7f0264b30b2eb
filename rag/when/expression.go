package when

// A modifier is what the words around a period make of it.
type modifier int

const (
	plain     modifier = iota
	since              // from its first day on
	till               // until its last day
	earlier            // until the day before it
	later              // from the day after it on
	nearby             // some days before and after it, too
	elsewhere          // another time, which is not read: the week after it
)

// An expression is one atom, or two joined to a range, with its modifier.
type expression struct {
	start, end  int
	first, last atom
	joined      bool
	modifier    modifier
}

// expression reads the expression whose atom begins at i. It may start before i.
func (r *reader) expression(i int) (expression, bool) {
	first, ok := r.atom(i)
	if !ok {
		return expression{}, false
	}
	e := r.alone(first)
	if last, ok := r.partner(first); ok {
		joined := expression{first: first, last: last, joined: true}
		joined.start = r.beforeAny(first.start, "between", "from", "从", "自")
		joined.end = r.pastAny(last.end, "之间", "期间")
		if _, _, ok := r.days(joined); ok || first.lost || last.lost {
			return joined, true
		}
	}
	return e, true
}

// alone returns the expression of one atom with the words around it.
func (r *reader) alone(a atom) expression {
	e := expression{start: a.start, end: a.end, first: a, last: a}
	r.prefix(&e)
	r.suffix(&e)
	return e
}

// partner reads the atom that a word for a range joins to first.
func (r *reader) partner(first atom) (atom, bool) {
	at := r.pastBlanks(first.end)
	next := r.pastAny(at, "到", "至", "~", "——", "—", "-", "to", "through", "thru", "until", "till")
	inBetween := false // 2022年和2024年之间
	if next == at && r.before(first.start, "between") < first.start {
		next = r.past(at, "and")
	} else if next == at {
		next = r.pastAny(at, "和", "与")
		inBetween = true
	}
	if next == at {
		return atom{}, false
	}
	last, ok := r.atom(r.pastBlanks(next))
	if !ok || inBetween && r.past(last.end, "之间") == last.end {
		return atom{}, false
	}
	if last.weekday && first.shape == nil {
		last.days = sameWeek(first.days, last.days)
		last.lost = last.lost || first.weekday // 周一至周五: of every week
	}
	return last, true
}

// sameWeek moves last by weeks so that it lies in the seven days from first on.
func sameWeek(first, last span) span {
	d := first.from + ((last.from-first.from)%7+7)%7
	return span{d, d}
}

// prefixes are the words before a period that open or move an end of it.
var prefixes = []struct {
	modifier modifier
	words    []string
}{
	{since, []string{"自从", "ever since", "since", "starting in", "starting from", "starting", "beginning in"}},
	{earlier, []string{"早于", "prior to", "earlier than", "ahead of", "run-up to", "leading up to", "before"}},
	{till, []string{"截至", "截止到", "截止至", "截止", "直到", "直至", "as of", "as at", "up to", "until", "till", "through", "by"}},
	{later, []string{"晚于", "following", "later than", "after"}},
	{nearby, []string{"around", "circa"}},
}

// openings are the words after a period that make it a beginning when 从 or from
// comes before.
var openings = []string{"起", "开始", "以来", "onwards", "onward", "on", "至今", "到现在", "到今天"}

// prefix takes in the words before an atom.
func (r *reader) prefix(e *expression) {
	at := r.before(e.start, "the")
	for _, p := range prefixes {
		start := r.beforeAny(at, p.words...)
		if start == at {
			continue
		}
		e.start, e.modifier = start, p.modifier
		if !e.first.feast && r.beforeAny(start, "day", "days", "week", "weeks", "month", "months", "year", "years") < start {
			e.modifier = elsewhere
		}
		return
	}
	start := r.beforeAny(at, "自", "从", "from")
	if start == at {
		return
	}
	next := r.pastBlanks(e.end)
	if end := r.pastAny(next, openings...); end > next {
		e.start, e.end, e.modifier = start, end, since
		return
	}
	if r.at(start) == '自' && !oneOf(r.at(start-1), "来各独亲出源") {
		e.start, e.modifier = start, since
	}
}

// suffixes are the words after a period that open or move an end of it.
var suffixes = []struct {
	modifier modifier
	words    []string
}{
	{nearby, []string{"前后", "左右"}},
	{since, []string{"开始以来", "以来", "至今", "迄今", "到现在", "到今天", "onwards", "onward", "and after", "and later", "or later", "to date"}},
	{earlier, []string{"之前", "以前", "前夕", "and before", "and earlier", "or earlier"}},
	{later, []string{"之后", "以后", "过后"}},
}

// suffix takes in the words after an atom.
func (r *reader) suffix(e *expression) {
	next := r.pastBlanks(e.end)
	for _, s := range suffixes {
		if end := r.pastAny(next, s.words...); end > next {
			e.end, e.modifier = end, s.modifier
			return
		}
	}
	switch c, after := r.at(next), r.at(next+1); {
	case c == '前' && !oneOf(after, "三两二四五六九十台端沿景者提所往任来段言线列进述置"):
		e.end, e.modifier = next+1, earlier
	case c == '后' && !oneOf(after, "来续期台端面者方代裔勤盾果备天年门卫排"):
		e.end, e.modifier = next+1, later
	case c == '起' && !oneOf(after, "来初码家步诉草伏点飞到义用底源因身火"):
		e.end, e.modifier = next+1, since
	case r.has(next, "开始") && (r.at(next+2) == ',' || next+2 == len(r.fold)):
		e.end, e.modifier = next+2, since
	case e.modifier == till:
		e.end = r.pastAny(e.end, "为止")
	default:
		e.end = r.pastAny(e.end, "期间")
	}
}
