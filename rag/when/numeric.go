package when

// numericDate reads a date in figures: 2024-11-21, 2024/11/21, 2024.11.21, 2024-11,
// and 21/11/2024 where day and month cannot be taken for each other. Two figures
// with a point are a number.
func (r *reader) numericDate(i int) (atom, bool) {
	if r.inFigure(i) {
		return atom{}, false
	}
	n, digits, end := r.number(i)
	separator := r.at(end)
	if separator != '-' && separator != '/' && separator != '.' || !isDigit(r.at(end+1)) {
		return atom{}, false
	}
	if digits != 4 {
		return r.dayFirstDate(n, end)
	}
	m, monthDigits, end := r.number(end + 1)
	if !plausibleYear(n) || m < 1 || m > monthsPerYear || monthDigits > 2 {
		return atom{}, false
	}
	if r.at(end) == separator && isDigit(r.at(end+1)) {
		d, dayDigits, last := r.number(end + 1)
		day, ok := dayOf(n, m, d)
		return datedAtom(n, last, span{day, day}, Day), ok && dayDigits <= 2 && r.endsFigure(last)
	}
	if separator == '.' || monthDigits != 2 || !r.endsFigure(end) || r.at(end) == separator || r.at(end) == '年' {
		return atom{}, false
	}
	return datedAtom(n, end, months(monthOf(n, m), monthOf(n, m)), Month), true
}

// datedAtom is an atom of known days that names a year.
func datedAtom(year, end int, days span, p Precision) atom {
	return atom{end: end, shape: func(int) (span, bool) { return days, true }, year: year, precision: p, part: true}
}

// dayFirstDate reads 21/11/2024 or 11/21/2024; n ends at end.
func (r *reader) dayFirstDate(n, end int) (atom, bool) {
	separator := r.at(end)
	m, _, next := r.number(end + 1)
	if n > 31 || r.at(next) != separator || !isDigit(r.at(next+1)) {
		return atom{}, false
	}
	year, digits, last := r.number(next + 1)
	if digits != 4 || !plausibleYear(year) || !r.endsFigure(last) || r.counts(last) {
		return atom{}, false
	}
	if m > monthsPerYear {
		n, m = m, n
	}
	if n <= monthsPerYear && n != m {
		return atom{}, false // either may be the month
	}
	d, ok := dayOf(year, m, n)
	return datedAtom(year, last, span{d, d}, Day), ok
}

// endsFigure reports whether nothing at i makes the figures before it part of a
// longer number, a version or a quantity. A time of day may follow a date.
func (r *reader) endsFigure(i int) bool {
	c, after := r.at(i), r.at(i+1)
	switch {
	case c == 't' || c == 'z':
		return c == 't' && isDigit(after)
	case c == '.' || c == '-' || c == '/' || c == ',' || c == ':':
		return !isDigit(after) && !(c == '-' && isLatin(after))
	}
	return !isDigit(c) && !isLatin(c) && !oneOf(c, "%_万亿元个家名台人位条款项倍美港套件号页字次")
}

// yearRange reads two years without 年: 2023-2024, 2023到2024, 2023/24.
func (r *reader) yearRange(i int) (atom, bool) {
	if r.inFigure(i) {
		return atom{}, false
	}
	n, digits, end := r.number(i)
	if digits != 4 || !isDigit(r.at(i)) || n < 1990 || n > 2049 {
		return atom{}, false
	}
	next := r.pastAny(r.pastBlanks(end), "到", "至", "~", "——", "—", "-", "/")
	m, lastDigits, last := r.number(r.pastBlanks(next))
	if next == r.pastBlanks(end) || !r.endsFigure(last) || r.counts(last) {
		return atom{}, false
	}
	if lastDigits == 2 && oneOf(r.at(end), "-/") && m == (n+1)%100 {
		m, lastDigits = n+1, 4
	}
	if lastDigits != 4 || m <= n || m > 2049 {
		return atom{}, false
	}
	return fixed(i, last, years(n, m), Range), true
}
