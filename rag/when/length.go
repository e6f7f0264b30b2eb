package when

// A length is a length of time: so many of a unit.
type length struct {
	n    int
	unit Precision
	end  int // of its words
	// rough: the words are 两三年, n the larger number.
	rough bool
}

// known reports whether asOf is exact enough to count from.
func (l length) known(asOf anchor) bool {
	switch l.unit {
	case Year, Decade:
		return asOf.knowsYear()
	case Month, Quarter:
		return asOf.knowsMonth()
	}
	return asOf.knowsDay()
}

// moved returns d moved by the length, back when sign is -1.
func (l length) moved(d day, sign int) day {
	switch n := sign * l.n; l.unit {
	case Day:
		return d + day(n)
	case Week:
		return d + day(7*n)
	case Month:
		return d.addMonths(n)
	case Quarter:
		return d.addMonths(3 * n)
	case Decade:
		return d.addMonths(10 * monthsPerYear * n)
	default:
		return d.addMonths(monthsPerYear * n)
	}
}

// from returns the days of the length that end with asOf (sign -1) or begin with
// it: the past three months of 15 November begin on 15 August.
func (l length) from(asOf anchor, sign int) span {
	if sign < 0 {
		return span{l.moved(asOf.from, sign), asOf.to}
	}
	return span{asOf.from, l.moved(asOf.to, sign)}
}

// ago returns the unit of the calendar that lies the length before asOf: three
// months ago is a month.
func (l length) ago(asOf anchor) (span, Precision) {
	d := l.moved(asOf.from, -1)
	switch l.unit {
	case Day:
		return span{d, d}, Day
	case Week:
		d -= day(d.weekday())
		return span{d, d + 6}, Week
	case Month:
		return months(d.month(), d.month()), Month
	case Quarter:
		first := d.month() - month((d.month().ofYear()-1)%3)
		return months(first, first+2), Quarter
	}
	return years(d.year(), d.year()), Year
}
