package when

// Days that a date without a year may lie after asOf in a text that tells news:
// what is announced for the months ahead carries no year, what is past carries one
// when it is longer ago. Festivals of the next year are meant when they are near.
const (
	newsAhead  day = 92
	feastAhead day = 45
)

// leapYears is how many years back a date may lie that not every year has.
const leapYears = 8

// read fills the list.
func (r *reader) read() {
	for i := 0; i < len(r.fold); {
		c := r.fold[i]
		if c == '\n' {
			r.named = 0
		}
		if !isDigit(c) && !isLatin(c) && c != '\'' && !startsChinese(c) {
			i++
			continue
		}
		e, ok := r.expression(i)
		if !ok {
			i = r.pastWord(i)
			continue
		}
		r.add(e)
		i, r.done = e.end, e.end
	}
}

// pastWord returns the end of the Latin word or the number at i, which holds no
// period; of anything else the next place.
func (r *reader) pastWord(i int) int {
	end := i + 1
	switch {
	case isLatin(r.fold[i]):
		for isLatin(r.at(end)) {
			end++
		}
	case isDigit(r.fold[i]):
		for isDigit(r.at(end)) {
			end++
		}
	}
	return end
}

// add appends the period of an expression when its days are known.
func (r *reader) add(e expression) {
	s, counted, ok := r.days(e)
	r.name(e)
	if !ok || s.from > s.to {
		return
	}
	p := Period{
		From: s.from.String(), To: s.to.String(),
		Start: e.start, End: e.end, Text: string(r.text[e.start:e.end]),
		Precision: e.first.precision,
		Relative:  counted || e.first.relative || e.last.relative,
		Fiscal:    e.first.fiscal || e.last.fiscal,
	}
	if e.joined || e.modifier == nearby || e.first.feast && e.modifier != plain {
		p.Precision = Range
	}
	r.list = append(r.list, p)
}

// name keeps the year that an expression names for what follows without one. Not
// so a year that something is compared with (较2022年), a fiscal year, and one that
// is still to come: what is planned for it is told in passing.
func (r *reader) name(e expression) {
	a := e.last
	if a.year == 0 && !a.lost {
		a = e.first
	}
	if a.lost {
		if a.relative {
			r.named = 0
		}
		return
	}
	future := r.asOf.knowsYear() && a.year > r.asOf.to.year()
	if a.year != 0 && !a.fiscal && !future && (a.part || !r.compared(e.start)) {
		r.named = a.year
	}
}

// days returns the days of an expression; counted says that its year was counted
// from asOf. It is false where the year cannot be known, where no such day is in
// the calendar, and for a range that ends before it begins.
func (r *reader) days(e expression) (s span, counted, ok bool) {
	if e.first.lost || e.last.lost || e.modifier == elsewhere {
		return span{}, false, false
	}
	if first, last, ok := e.years(r.named); ok {
		s, ok = e.in(first, last)
		return s, false, ok
	}
	if year := r.borrowed(e); year != 0 {
		s, ok = e.in(year, year)
		return s, false, ok
	}
	s, ok = r.nearest(e)
	return s, true, ok
}

// years returns the years of both atoms as far as the text says them; named is
// the one that holds for what has none. A range may go over the end of a year.
func (e expression) years(named int) (first, last int, ok bool) {
	first, last = e.first.year, e.last.year
	switch {
	case e.first.yearless() && e.joined && last != 0:
		first = last
		if s, ok := e.first.in(last); ok {
			if t, ok := e.last.in(last); ok && s.from > t.to {
				first--
			}
		}
	case e.first.yearless():
		first = named
	}
	if e.last.yearless() {
		last = first
		if first == 0 && e.first.shape == nil {
			last = e.first.days.from.year()
		}
		if e.joined && last != 0 {
			last = e.wrapped(first, last)
		}
	}
	return first, last, (first != 0 || e.first.shape == nil) && (last != 0 || e.last.shape == nil)
}

// wrapped returns last, or the year after it when the range would end before it
// begins: 11月至2月.
func (e expression) wrapped(first, last int) int {
	s, ok := e.first.in(first)
	t, exists := e.last.in(last)
	if ok && exists && t.to < s.from {
		return last + 1
	}
	return last
}

// borrowed returns the year of what is listed after an English atom without one:
// in March and April 2024.
func (r *reader) borrowed(e expression) int {
	if e.joined || !e.first.yearless() || isHan(r.at(e.first.end)) {
		return 0
	}
	next := r.pastAny(r.pastBlanks(e.first.end), "and", "or", "&", ",")
	if next == r.pastBlanks(e.first.end) {
		return 0
	}
	a, ok := r.atom(r.pastBlanks(next))
	if !ok || a.lost || a.shape == nil || !a.part {
		return 0
	}
	return a.year
}

// nearest returns the days in the latest year in which they begin no later than
// r.ahead days after asOf.
func (r *reader) nearest(e expression) (span, bool) {
	if !r.asOf.knowsYear() {
		return span{}, false
	}
	now := r.asOf.to
	for year := now.year() + 1; year >= now.year()-leapYears; year-- {
		s, ok := e.in(year, e.wrapped(year, year))
		if !ok {
			continue
		}
		if begin, ahead := r.begins(e, s, year); begin <= now+ahead {
			return s, true
		}
	}
	return span{}, false
}

// begins returns the day that decides whether an expression may mean the year in
// which it has the days s, and how long after asOf that may be.
func (r *reader) begins(e expression, s span, year int) (begin, ahead day) {
	begin, ahead = s.from, r.ahead
	if begin == openPast {
		begin = s.to
	}
	if year <= r.asOf.to.year() || ahead == 0 {
		return begin, ahead
	}
	if !e.first.feast {
		return begin, 0
	}
	if feast, ok := e.first.in(year); ok { // what comes before it is not nearer
		begin = feast.from
	}
	return begin, feastAhead
}

// in returns the days of an expression whose atoms lie in these years.
func (e expression) in(first, last int) (span, bool) {
	s, ok := e.first.in(first)
	if !ok {
		return s, false
	}
	if e.joined {
		t, ok := e.last.in(last)
		if !ok || t.to < s.from {
			return s, false
		}
		s.to = t.to
	}
	return e.modified(s), true
}

// modified returns what the modifier makes of the days.
func (e expression) modified(s span) span {
	switch e.modifier {
	case since:
		s.to = openFuture
	case till:
		s.from = openPast
	case earlier:
		switch {
		case e.first.ending:
			s.from = openPast
		case e.first.feast:
			s = span{s.from.addMonths(-1), s.from - 1}
		default:
			s = span{openPast, s.from - 1}
		}
	case later:
		if e.first.feast {
			return span{s.to + 1, s.to.addMonths(1)}
		}
		s = span{s.to + 1, openFuture}
	case nearby:
		around := e.first.precision.around()
		s = span{s.from - around, s.to + around}
	}
	return s
}

// around is how many days before and after a period count as about it: half of
// its own length, a week for a day.
func (p Precision) around() day {
	switch p {
	case Month:
		return 15
	case Quarter:
		return 45
	case Half:
		return 91
	case Year:
		return 183
	case Decade:
		return 5 * 365
	}
	return 7
}

// compared reports whether the period that starts at i is what something is
// measured against (比去年): it is not what the text speaks of.
func (r *reader) compared(i int) bool {
	return r.beforeAny(i, "比", "较", "相较于", "相比于", "than", "compared to", "compared with", "versus", "vs") < i
}
