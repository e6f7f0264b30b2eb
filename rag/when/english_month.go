package when

// englishMonthName returns the month that the word at i names, 0 for none, and
// where it ends, with the point of an abbreviation.
func (r *reader) englishMonthName(i int) (monthOfYear, end int) {
	if isLatin(r.at(i - 1)) {
		return 0, i
	}
	word, end := r.word(i)
	if monthOfYear = monthNamed(word); monthOfYear == 0 {
		return 0, i
	}
	if len(word) <= len("sept") && word != "may" && word != "june" && word != "july" && r.at(end) == '.' {
		end++
	}
	return monthOfYear, end
}

func monthNamed(word string) int {
	switch word {
	case "january", "jan":
		return 1
	case "february", "feb":
		return 2
	case "march", "mar":
		return 3
	case "april", "apr":
		return 4
	case "may":
		return 5
	case "june", "jun":
		return 6
	case "july", "jul":
		return 7
	case "august", "aug":
		return 8
	case "september", "sept", "sep":
		return 9
	case "october", "oct":
		return 10
	case "november", "nov":
		return 11
	case "december", "dec":
		return 12
	}
	return 0
}

// englishMonth reads a month with its day and year: March 2024, March 5, 2024, Mar.
// 5-8. Without day and year, words around it must say that it is a month.
func (r *reader) englishMonth(i int) (atom, bool) {
	m, end := r.englishMonthName(i)
	if m == 0 {
		return atom{}, false
	}
	if n, dayEnd := r.englishDays(end); dayEnd > end {
		a := atom{end: dayEnd, shape: daysShape(m, n.first, n.last), precision: Day}
		if n.first != n.last {
			a.precision = Range
		}
		return r.withYear(a), true
	}
	a := r.withYear(atom{end: end, shape: monthsShape(m, m), precision: Month})
	return a, a.year != 0 || a.lost || r.monthExpected(i, end)
}

// englishDays reads the days of a month in English: 5, 5th, 5-8; not the first
// figures of a year.
func (r *reader) englishDays(i int) (n numbers, end int) {
	at := r.pastBlanks(i)
	at = r.pastBlanks(r.past(at, "the"))
	n = r.numbers(at)
	if !isDigit(r.at(at)) || n.digits > 2 || n.first < 1 || n.last > 31 {
		return numbers{}, i
	}
	end = n.end
	if ordinal := r.pastAny(end, "st", "nd", "rd", "th"); ordinal > end {
		end = ordinal
	} else if !r.endsFigure(end) || r.counts(end) {
		return numbers{}, i
	}
	return n, end
}

// monthExpected reports whether the words around a month's name say that it is
// one: may and march are verbs, May a person, too.
func (r *reader) monthExpected(start, end int) bool {
	if r.text[start] < 'A' || r.text[start] > 'Z' {
		return false
	}
	if r.beforeAny(start, "in", "since", "until", "till", "by", "during", "of", "from", "between", "before", "after", "through", "early", "mid", "mid-",
		"late", "this", "to", "and", "around", "-", "as of") < start {
		return true
	}
	next := r.pastBlanks(end)
	joint := r.pastAny(next, "to", "and", "or", "through", "-", "—", "&")
	m, _ := r.englishMonthName(r.pastBlanks(joint))
	return joint > next && m != 0
}

// englishDayMonth reads 5 March 2024, the 5th of March, 5-8 March.
func (r *reader) englishDayMonth(i int) (atom, bool) {
	if r.inFigure(i) {
		return atom{}, false
	}
	n := r.numbers(i)
	if n.end == i || n.digits > 2 || n.first < 1 || n.last > 31 {
		return atom{}, false
	}
	end := r.pastBlanks(r.pastAny(n.end, "st", "nd", "rd", "th"))
	end = r.pastBlanks(r.past(end, "of"))
	m, last := r.englishMonthName(end)
	if m == 0 || end == n.end || r.text[end] < 'A' || r.text[end] > 'Z' {
		return atom{}, false
	}
	a := atom{end: last, shape: daysShape(m, n.first, n.last), precision: Day}
	if n.first != n.last {
		a.precision = Range
	}
	return r.withYear(a), true
}

// englishSeason returns the season that stands at i, from spring, 0; -1 for none.
func (r *reader) englishSeason(i int) (season, end int) {
	for n, names := range [][]string{{"spring"}, {"summer"}, {"autumn", "fall"}, {"winter"}} {
		if end := r.pastAny(i, names...); end > i {
			return n, end
		}
	}
	return -1, i
}

func seasonShape(n int) shape { return monthsShape(3+3*n, 5+3*n) }

// englishSeasonOfYear reads summer 2023, winter of last year.
func (r *reader) englishSeasonOfYear(i int) (atom, bool) {
	n, end := r.englishSeason(i)
	if n < 0 {
		return atom{}, false
	}
	a := r.withYear(atom{end: end, shape: seasonShape(n), precision: Range})
	return a, a.year != 0 || a.lost
}

// ordinal reads first to fourth and last; 0 for none.
func (r *reader) ordinal(i int) (n, end int) {
	for n, names := range [][]string{{"first", "1st"}, {"second", "2nd"}, {"third", "3rd"}, {"fourth", "4th", "final"}} {
		if end := r.pastAny(i, names...); end > i {
			return n + 1, end
		}
	}
	return 0, i
}

// englishOrdinal reads the third quarter of 2024, the first half of last year, the
// first nine months of 2024.
func (r *reader) englishOrdinal(i int) (atom, bool) {
	n, end := r.ordinal(i)
	if n == 0 {
		return atom{}, false
	}
	begin := r.pastBlanks(r.pastAny(end, "-", "fiscal"))
	begin = r.pastBlanks(r.pastAny(begin, "fiscal"))
	if last := r.pastAny(begin, "quarter"); last > begin {
		a := r.withYear(atom{end: last, shape: quartersShape(n, n), precision: Quarter, fiscal: r.has(begin-7, "fiscal ")})
		return a, a.year != 0 || a.lost || !a.fiscal
	}
	if last := r.past(begin, "half"); last > begin && n <= 2 {
		ofTheYear := r.past(last, " of the year")
		a := r.withYear(atom{end: ofTheYear, shape: halfShape(n), precision: Half})
		return a, a.year != 0 || a.lost || ofTheYear > last
	}
	if n == 1 {
		l, ok := r.englishLength(begin)
		if first := l.n; ok && (l.unit == Month || l.unit == Quarter) {
			if l.unit == Quarter {
				first *= 3
			}
			a := r.withYear(atom{end: l.end, shape: monthsShape(1, first), precision: Range})
			return a, first <= monthsPerYear && (a.year != 0 || a.lost)
		}
	}
	return atom{}, false
}
