package when

// A shape is a part of a year that every year has; ok is false for a year that
// has not, as with 29 February.
type shape func(year int) (s span, ok bool)

// monthsShape is from one month of a year to another; the last may be past 12, for
// a winter.
func monthsShape(first, last int) shape {
	return func(year int) (span, bool) {
		return months(monthOf(year, first), monthOf(year, last)), true
	}
}

func wholeYear(year int) (span, bool) { return years(year, year), true }

func quartersShape(first, last int) shape { return monthsShape(first*3-2, last*3) }

func halfShape(n int) shape { return monthsShape(n*6-5, n*6) }

// daysShape is from one day of a month to another of the same month.
func daysShape(monthOfYear, first, last int) shape {
	return func(year int) (span, bool) {
		from, ok := dayOf(year, monthOfYear, first)
		to, exists := dayOf(year, monthOfYear, last)
		return span{from, to}, ok && exists
	}
}

// A part is a piece of a month or a year that has a name of its own.
type part int

const (
	whole part = iota
	partBegin
	partMiddle
	partEnd
	firstTen  // 上旬
	secondTen // 中旬
	firstTwenty
	lastTwenty // 中下旬
)

// ofMonth returns the days of a part of a month, by tens as 上旬, 中旬, 下旬 are.
func (p part) ofMonth(m month) span {
	first := m.first()
	switch p {
	case partBegin, firstTen:
		return span{first, first + 9}
	case partMiddle, secondTen:
		return span{first + 10, first + 19}
	case partEnd:
		return span{first + 20, m.last()}
	case firstTwenty:
		return span{first, first + 19}
	case lastTwenty:
		return span{first + 10, m.last()}
	}
	return months(m, m)
}

func partOfMonthShape(monthOfYear int, p part) shape {
	return func(year int) (span, bool) { return p.ofMonth(monthOf(year, monthOfYear)), true }
}

// partOfYearShape is the beginning, the middle or the end of a year in Chinese.
// 年初 lasts until after the Spring Festival in usage; 年底 is December.
func partOfYearShape(p part) shape {
	switch p {
	case partBegin:
		return monthsShape(1, 2)
	case partMiddle:
		return monthsShape(6, 7)
	case partEnd:
		return monthsShape(12, 12)
	}
	return wholeYear
}

// partOfQuarterShape is a month of a quarter.
func partOfQuarterShape(quarter int, p part) shape {
	n := quarter*3 - 2
	switch p {
	case partMiddle:
		n++
	case partEnd:
		n += 2
	}
	return monthsShape(n, n)
}
