package when

// An englishYear is a year as English writes it after a month or a quarter.
type englishYear struct {
	year     int // 0 when it is not known
	end      int
	relative bool
	fiscal   bool
}

// englishYear reads the year at i, which of, in or a comma may come before: 2024,
// '24, of last year, FY25.
func (r *reader) englishYear(i int) (englishYear, bool) {
	at := r.pastBlanks(i)
	at = r.pastBlanks(r.pastAny(at, ",", "of", "in", "-", "the"))
	at = r.pastBlanks(r.pastAny(at, "the"))
	if y, ok := r.fiscalYear(at); ok {
		return y, true
	}
	if offset, end := r.pastStep(at, []step{{"last year", -1}, {"the previous year", -1}, {"previous year", -1},
		{"this year", 0}, {"the current year", 0}, {"next year", 1}, {"year before last", -2}}); end > at {
		y := englishYear{end: end, relative: true}
		if r.asOf.knowsYear() {
			y.year = r.asOf.from.year() + offset
		}
		return y, true
	}
	year, end, ok := r.yearFigures(at)
	return englishYear{year: year, end: end}, ok && !(r.has(i, ",") && r.counts(end))
}

// yearFigures reads 2024 or '24.
func (r *reader) yearFigures(i int) (year, end int, ok bool) {
	if r.at(i) == '\'' {
		n, digits, end := r.number(i + 1)
		return century(n), end, digits == 2 && isDigit(r.at(i+1)) && r.endsFigure(end)
	}
	n, digits, end := r.number(i)
	return n, end, digits == 4 && isDigit(r.at(i)) && plausibleYear(n) && (r.endsFigure(end) || r.at(end) == '-' && !isDigit(r.at(end+1)) && !isLatin(r.at(end+1)))
}

// fiscalYear reads FY24, FY2024, fiscal 2024, fiscal year 2024.
func (r *reader) fiscalYear(i int) (englishYear, bool) {
	end := i
	switch {
	case r.has(i, "fy"):
		end = r.pastBlanks(i + 2)
	default:
		end = r.pastAny(i, "fiscal year", "financial year", "fiscal")
	}
	if end == i {
		return englishYear{}, false
	}
	end = r.pastBlanks(end)
	end = r.pastAny(end, "'")
	n, digits, last := r.number(end)
	if digits == 2 {
		n, digits = century(n), 4
	}
	// FY24Q3: the quarter may follow at once.
	ok := digits == 4 && isDigit(r.at(end)) && plausibleYear(n) && (r.endsFigure(last) || oneOf(r.at(last), "qh"))
	return englishYear{year: n, end: last, fiscal: true}, ok
}

// withYear gives an atom the year that follows it, when one does.
func (r *reader) withYear(a atom) atom {
	a.part = true
	if y, ok := r.englishYear(a.end); ok {
		a.year, a.end, a.lost = y.year, y.end, y.year == 0
		a.relative, a.fiscal = y.relative, a.fiscal || y.fiscal
	}
	return a
}

// englishFiscal reads a fiscal year, with the part that follows it (FY24 Q3), or
// the part before it (fiscal Q1 2025).
func (r *reader) englishFiscal(i int) (atom, bool) {
	if y, ok := r.fiscalYear(i); ok {
		a, found := r.englishQuarter(r.pastBlanks(r.pastAny(r.pastBlanks(y.end), "-", "'s")))
		if !found {
			a = atom{end: y.end, shape: wholeYear, precision: Year}
		}
		a.year, a.fiscal, a.part = y.year, true, true
		return a, true
	}
	next := r.pastBlanks(r.past(i, "fiscal"))
	a, ok := r.englishQuarter(next)
	if next == i || !ok {
		return atom{}, false
	}
	a = r.withYear(a)
	a.fiscal = true
	return a, a.year != 0
}

// englishQuarter reads a quarter or a half without its year: Q3, H1.
func (r *reader) englishQuarter(i int) (atom, bool) {
	if a, ok := r.quarterTail(i); ok && r.at(i) == 'q' {
		return a, true
	}
	if a, ok := r.halfTail(i); ok && r.at(i) == 'h' {
		return a, true
	}
	return atom{}, false
}

// quarterAlone reads Q3 or H1 with the year after it. A half needs the year: H1 is
// a name, too.
func (r *reader) quarterAlone(i int) (atom, bool) {
	joint := oneOf(r.at(i-1), "-./") && !(r.at(i-1) == '-' && isDigit(r.at(i-2))) // Q1-Q3 is a range, T-Q3 a name
	a, ok := r.englishQuarter(i)
	if !ok || joint {
		return atom{}, false
	}
	half := r.at(i) == 'h'
	if r.at(a.end) == '-' && isLatin(r.at(a.end+1)) && r.at(a.end+1) != 'q' {
		return atom{}, false
	}
	a = r.withYear(a)
	return a, a.year != 0 || a.lost || !half
}

// quarterBeforeYear reads 3Q24 and 1H2024.
func (r *reader) quarterBeforeYear(i int) (atom, bool) {
	n, unit := int(r.at(i)-'0'), r.at(i+1)
	if n < 1 || n > 4 || unit != 'q' && !(unit == 'h' && n <= 2) || r.inFigure(i) {
		return atom{}, false
	}
	at := r.pastBlanks(i + 2)
	at = r.pastAny(at, "fy", "'")
	year, digits, end := r.number(at)
	if digits == 2 {
		year = century(year)
	}
	a := atom{end: end, year: year, part: true, shape: quartersShape(n, n), precision: Quarter}
	if unit == 'h' {
		a.shape, a.precision = halfShape(n), Half
	}
	return a, isDigit(r.at(at)) && digits%2 == 0 && plausibleYear(year) && r.endsFigure(end)
}

// englishBareYear reads a year that stands alone. In English a number of four
// figures is a year only where the words around it say so.
func (r *reader) englishBareYear(i int) (atom, bool) {
	year, end, ok := r.yearFigures(i)
	if !ok {
		return r.englishDecade(i)
	}
	if r.at(i) == '\'' && (isLatin(r.at(i-1)) || isDigit(r.at(i-1))) || r.at(i) != '\'' && r.inFigure(i) || r.counts(end) {
		return atom{}, false
	}
	return atom{end: end, shape: wholeYear, year: year, precision: Year}, r.yearExpected(i, end, year)
}

// englishDecade reads 1990s and 2010s.
func (r *reader) englishDecade(i int) (atom, bool) {
	year, digits, end := r.number(i)
	if digits != 4 || !plausibleYear(year) || year%10 != 0 || r.inFigure(i) || !r.has(end, "s") || isLatin(r.at(end+1)) {
		return atom{}, false
	}
	return fixed(i, end+1, years(year, year+9), Decade), true
}

// yearExpected reports whether the words before the figures [start, end) lead one
// to expect a year, or brackets stand around them. After some of them a number may
// stand as well; then a round one is none.
func (r *reader) yearExpected(start, end, year int) bool {
	if oneOf(r.at(start-1), "([") && oneOf(r.at(end), ")]") {
		return true
	}
	if start == 0 || isHan(r.at(start-1)) {
		return false
	}
	if r.beforeAny(start, "in", "since", "before", "during", "between", "throughout", "circa", "year", "'s", "mid", "mid-", "prior to", "as of",
		"calendar", "annual", "until", "till") < start {
		return true
	}
	return year%100 != 0 && r.beforeAny(start, "after", "by", "of", "for", "from", "to", "and", "through", "around", "the", "s'", "its", "their") < start
}

// counts reports whether the word at i is what the number before it counts.
func (r *reader) counts(i int) bool {
	word, _ := r.word(r.pastBlanks(i))
	switch word {
	case "people", "users", "employees", "customers", "clients", "companies", "firms", "partners", "units", "times", "yuan", "rmb", "dollars", "usd",
		"million", "billion", "thousand", "percent", "stores", "servers", "nodes", "machines", "gpus", "cores", "tokens", "words", "cards", "chips",
		"hours", "days", "weeks", "months", "years", "jobs", "staff", "workers", "members", "students", "models", "projects", "orders", "cities",
		"countries", "mb", "gb", "tb", "ms", "mw", "km", "meters", "metres", "points", "seats", "rows", "items", "developers", "enterprises":
		return true
	}
	return false
}
