package when

// english reads the atom that begins with the Latin word at i.
func (r *reader) english(i int) (atom, bool) {
	if !oneOf(r.fold[i], "abcdefhjlmnopqstwy") { // no word of these rules begins with another
		return atom{}, false
	}
	return r.first(i, (*reader).englishDay, (*reader).quarterAlone, (*reader).englishFiscal, (*reader).englishYearEnd, (*reader).englishPart, (*reader).englishBeside,
		(*reader).englishRolling, (*reader).englishMonth, (*reader).englishOrdinal, (*reader).englishFestival, (*reader).englishSeasonOfYear,
		(*reader).englishWeekday, (*reader).englishAgo)
}

// englishDay reads a day that counts from asOf, and the year to date.
func (r *reader) englishDay(i int) (atom, bool) {
	offset, end := r.pastStep(i, []step{{"the day before yesterday", -2}, {"day before yesterday", -2}, {"yesterday", -1}, {"today", 0},
		{"the day after tomorrow", 2}, {"tomorrow", 1}})
	if end > i {
		d := r.asOf.from + day(offset)
		return relativeTo(i, end, r.asOf.knowsDay(), span{d, d}, Day), true
	}
	if end := r.pastAny(i, "ytd", "year to date", "year-to-date"); end > i {
		return relativeTo(i, end, r.asOf.knowsDay(), span{monthOf(r.asOf.from.year(), 1).first(), r.asOf.to}, Range), true
	}
	return atom{}, false
}

// englishFestival reads a festival with the year after it. One before it is read
// as in Chinese.
func (r *reader) englishFestival(i int) (atom, bool) {
	f, a, ok := r.festival(i)
	if !ok || f.loose {
		return atom{}, false
	}
	return r.withYear(a), true
}

// besideEnglish lists the words for the unit before, of and after asOf.
var besideEnglish = []step{{"last", -1}, {"previous", -1}, {"this", 0}, {"current", 0}, {"next", 1}, {"coming", 1}}

// englishBeside reads last week, this year, last October, next Monday.
func (r *reader) englishBeside(i int) (atom, bool) {
	offset, end := r.pastStep(i, besideEnglish)
	unit := r.pastBlanks(end)
	if end == i || unit == end {
		return atom{}, false
	}
	if a, ok := r.besideUnit(unit, offset); ok {
		return a, true
	}
	if m, monthEnd := r.englishMonthName(unit); m != 0 {
		if r.text[unit] < 'A' || r.text[unit] > 'Z' {
			return atom{}, false
		}
		return r.besideShape(monthEnd, monthsShape(m, m), Month, offset), true
	}
	if n, seasonEnd := r.englishSeason(unit); n >= 0 && !r.has(seasonEnd, " festival") {
		return r.besideShape(seasonEnd, seasonShape(n), Range, offset), true
	}
	if _, a, ok := r.festival(unit); ok {
		return r.besideShape(a.end, a.shape, a.precision, offset), true
	}
	return r.besideWeekday(unit, offset)
}

// besideUnit reads the unit of the calendar at i, offset of them from asOf's.
func (r *reader) besideUnit(i, offset int) (atom, bool) {
	now := r.asOf.from
	word, end := r.word(i)
	switch word {
	case "week":
		monday := now - day(now.weekday()) + day(7*offset)
		return relativeTo(i, end, r.asOf.knowsDay(), span{monday, monday + 6}, Week), true
	case "weekend":
		monday := now - day(now.weekday()) + day(7*offset)
		return relativeTo(i, end, r.asOf.knowsDay(), span{monday + 5, monday + 6}, Range), true
	case "month":
		m := now.month() + month(offset)
		return relativeTo(i, end, r.asOf.knowsMonth(), months(m, m), Month), true
	case "quarter":
		if y, ok := r.englishYear(end); ok && offset == -1 && r.has(end, " of") { // the last quarter of 2024
			return atom{end: y.end, shape: quartersShape(4, 4), year: y.year, lost: y.year == 0, relative: y.relative, fiscal: y.fiscal, part: true, precision: Quarter}, true
		}
		first := now.month() + month(3*offset)
		first -= month((first.ofYear() - 1) % 3)
		return relativeTo(i, end, r.asOf.knowsMonth(), months(first, first+2), Quarter), true
	case "year":
		a := r.partOfItsYear(end)
		a.year, a.lost, a.relative = now.year()+offset, !r.asOf.knowsYear(), true
		return a, true
	case "decade":
		first := now.year() - now.year()%10 + 10*offset
		return relativeTo(i, end, r.asOf.knowsYear(), years(first, first+9), Decade), true
	}
	return atom{}, false
}

// partOfItsYear reads what follows a year's word at end, as in last year's third
// quarter; without that it is the whole year.
func (r *reader) partOfItsYear(end int) atom {
	next := r.past(end, "'s ")
	if next > end {
		if a, ok := r.first(next, (*reader).quarterAlone, (*reader).englishOrdinal, (*reader).englishMonth); ok && a.yearless() {
			return a
		}
	}
	return atom{end: end, shape: wholeYear, precision: Year}
}

// besideShape places a month, a season or a festival that last, this or next comes
// before: last is the latest that is over, next the first that has not begun.
func (r *reader) besideShape(end int, s shape, p Precision, offset int) atom {
	now := r.asOf
	a := relativeTo(0, end, now.knowsMonth(), span{}, p)
	for n := range 2 * leapYears {
		year := now.from.year() + leapYears/2 - n
		if offset > 0 {
			year = now.from.year() - 1 + n
		}
		days, ok := s(year)
		if ok && (offset < 0 && days.to < now.from || offset == 0 && year == now.from.year() || offset > 0 && days.from > now.to) {
			a.days = days
			return a
		}
	}
	a.lost = true
	return a
}

// weekdayNamed returns the day of the week that a word names, from Monday, 0; -1
// for none.
func weekdayNamed(word string) int {
	switch word {
	case "monday":
		return 0
	case "tuesday":
		return 1
	case "wednesday":
		return 2
	case "thursday":
		return 3
	case "friday":
		return 4
	case "saturday":
		return 5
	case "sunday":
		return 6
	}
	return -1
}

// besideWeekday reads last Friday, which is the one before asOf; this Friday is
// the one of its week.
func (r *reader) besideWeekday(i, offset int) (atom, bool) {
	word, end := r.word(i)
	n := weekdayNamed(word)
	if n < 0 {
		return atom{}, false
	}
	now := r.asOf.from
	d := now - day(now.weekday()) + day(n)
	switch {
	case offset < 0 && d >= now:
		d -= 7
	case offset > 0 && d <= now:
		d += 7
	}
	return relativeTo(i, end, r.asOf.knowsDay(), span{d, d}, Day), true
}

// englishWeekday reads a day of the week after on: the latest one.
func (r *reader) englishWeekday(i int) (atom, bool) {
	word, end := r.word(i)
	n := weekdayNamed(word)
	if n < 0 || r.before(i, "on") == i {
		return atom{}, false
	}
	now := r.asOf.from
	d := now - day((now.weekday()-n+7)%7)
	return relativeTo(i, end, r.asOf.knowsDay(), span{d, d}, Day), true
}

// englishRolling reads the past three months, the last 30 days, the next two
// years.
func (r *reader) englishRolling(i int) (atom, bool) {
	sign := -1
	end := r.pastAny(i, "past", "last", "previous", "preceding")
	if end == i {
		sign, end = 1, r.pastAny(i, "next", "coming")
	}
	next := r.pastBlanks(end)
	next = r.pastBlanks(r.pastAny(next, "roughly", "about", "around"))
	if end == i || next == end {
		return atom{}, false
	}
	l, ok := r.englishLength(next)
	return relativeTo(i, l.end, l.known(r.asOf), l.from(r.asOf, sign), Range), ok
}

// englishLength reads three months, 30 days, year.
func (r *reader) englishLength(i int) (length, bool) {
	n, end := 1, i
	if m, digits, last := r.number(i); digits > 0 && isDigit(r.at(i)) {
		n, end = m, last
	} else if m, last := r.englishNumber(i); m > 0 {
		n, end = m, last
	}
	unit, last := r.word(r.pastBlanks(r.pastAny(end, "-")))
	l := length{n: n, end: last}
	most := 0
	switch unit {
	case "day", "days":
		l.unit, most = Day, 400
	case "week", "weeks":
		l.unit, most = Week, 60
	case "month", "months":
		l.unit, most = Month, 60
	case "quarter", "quarters":
		l.unit, most = Quarter, 12
	case "year", "years":
		l.unit, most = Year, 99
	case "decade", "decades":
		l.unit, most = Decade, 9
	}
	return l, n >= 1 && n <= most
}

// englishNumber reads a number in words up to twelve; 0 for none.
func (r *reader) englishNumber(i int) (n, end int) {
	word, end := r.word(i)
	switch word {
	case "a", "an", "one":
		return 1, end
	case "two":
		return 2, end
	case "three":
		return 3, end
	case "four":
		return 4, end
	case "five":
		return 5, end
	case "six":
		return 6, end
	case "seven":
		return 7, end
	case "eight":
		return 8, end
	case "nine":
		return 9, end
	case "ten":
		return 10, end
	case "eleven":
		return 11, end
	case "twelve":
		return 12, end
	}
	return 0, i
}

// englishAgo reads three months ago, a year ago.
func (r *reader) englishAgo(i int) (atom, bool) {
	n, numberEnd := r.englishNumber(i)
	if n == 0 {
		return atom{}, false
	}
	return r.ago(i, numberEnd)
}

// englishCount reads 3 months ago.
func (r *reader) englishCount(i int) (atom, bool) {
	_, digits, end := r.number(i)
	if digits == 0 || digits > 3 || !isDigit(r.at(i)) || r.inFigure(i) || r.at(end) != ' ' {
		return atom{}, false
	}
	return r.ago(i, end)
}

func (r *reader) ago(i, numberEnd int) (atom, bool) {
	l, ok := r.englishLength(i)
	if !ok || l.end <= numberEnd || l.unit == Decade {
		return atom{}, false
	}
	next := r.pastBlanks(l.end)
	end := r.pastAny(next, "ago", "earlier")
	if end == next || r.has(next, "earlier") {
		return atom{}, false
	}
	s, p := l.ago(r.asOf)
	return relativeTo(i, end, l.known(r.asOf), s, p), true
}

// englishParts lists the words for a part of what follows. early 2024 is a quarter
// of the year or a third of a month, the beginning of 2024 a month of it.
var englishParts = []struct {
	text   string
	part   part
	narrow bool
}{
	{"early in", partBegin, false}, {"early", partBegin, false}, {"beginning of", partBegin, true}, {"start of", partBegin, true},
	{"middle of", partMiddle, false}, {"mid", partMiddle, false}, {"late in", partEnd, false}, {"late", partEnd, false}, {"end of", partEnd, true},
	{"close of", partEnd, true}, {"later", whole, false}, {"earlier", whole, false},
}

// englishPart reads early 2024, mid-March, the end of last year, earlier this
// month.
func (r *reader) englishPart(i int) (atom, bool) {
	for _, w := range englishParts {
		end := r.past(i, w.text)
		if end == i {
			continue
		}
		next := r.pastBlanks(r.pastAny(end, "-"))
		unit := r.pastBlanks(r.past(next, "the"))
		if next == end {
			return atom{}, false
		}
		if a, ok := r.englishPartOf(unit, w.part, w.narrow); ok || unit == next {
			return a, ok
		}
		a, ok := r.besideUnit(unit, 0) // the end of the year
		return r.narrowed(a, w.part, w.narrow), ok
	}
	return atom{}, false
}

// englishPartOf reads the year, month, week or season at i and takes a part of it.
func (r *reader) englishPartOf(i int, p part, narrow bool) (atom, bool) {
	if m, end := r.englishMonthName(i); m != 0 {
		a := r.withYear(atom{end: end, shape: partOfMonthShape(m, p), precision: Range, ending: p == partEnd})
		return a, a.year != 0 || a.lost || r.text[i] >= 'A' && r.text[i] <= 'Z'
	}
	if y, ok := r.englishYear(i); ok && !r.counts(y.end) {
		return atom{end: y.end, shape: englishYearPart(p, narrow), year: y.year, lost: y.year == 0, relative: y.relative, fiscal: y.fiscal,
			part: true, precision: Range, ending: p == partEnd}, true
	}
	if a, ok := r.first(i, (*reader).quarterAlone, (*reader).englishOrdinal); ok && a.precision == Quarter {
		whole := a.shape
		a.shape = func(year int) (span, bool) {
			s, ok := whole(year)
			return partOfThree(s, p), ok
		}
		a.precision, a.ending = Range, p == partEnd
		return a, true
	}
	a, ok := r.englishBeside(i)
	if ok && a.precision == Day {
		return atom{}, false
	}
	return r.narrowed(a, p, narrow), ok
}

// englishYearEnd reads year-end, with the year after it when one does.
func (r *reader) englishYearEnd(i int) (atom, bool) {
	end := r.pastAny(i, "year-end", "year end")
	return r.withYear(atom{end: end, shape: monthsShape(12, 12), precision: Range, ending: true}), end > i
}

// narrowed returns a part of the week, month, quarter or year that an atom is.
func (r *reader) narrowed(a atom, p part, narrow bool) atom {
	switch a.precision {
	case Month:
		a.days = p.ofMonth(a.days.from.month())
	case Quarter:
		a.days = partOfThree(a.days, p)
	case Year:
		a.shape, a.part = englishYearPart(p, narrow), true
	}
	a.precision, a.ending = Range, p == partEnd
	return a
}

// partOfThree is the first, second or third of three months.
func partOfThree(s span, p part) span {
	first := s.from.month()
	switch p {
	case partBegin:
		return months(first, first)
	case partMiddle:
		return months(first+1, first+1)
	case partEnd:
		return months(first+2, first+2)
	}
	return s
}

// englishYearPart is a part of a year: three months wide for early and late, four
// for mid, one for the beginning and the end.
func englishYearPart(p part, narrow bool) shape {
	switch {
	case p == partBegin && narrow:
		return monthsShape(1, 1)
	case p == partEnd && narrow:
		return monthsShape(12, 12)
	case p == partBegin:
		return monthsShape(1, 3)
	case p == partEnd:
		return monthsShape(10, 12)
	case p == partMiddle:
		return monthsShape(5, 8)
	}
	return wholeYear
}
