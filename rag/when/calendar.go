package when

import (
	"math"
	"time"
)

// A day counts the days since 1 January 1970.
type day int

// The days of open ends.
const (
	openPast   day = math.MinInt32
	openFuture day = math.MaxInt32
)

const secondsPerDay = 24 * 60 * 60

// dayOf returns a day of the calendar; ok is false for one that is in none, as
// 30 February.
func dayOf(year, month, dayOfMonth int) (d day, ok bool) {
	t := time.Date(year, time.Month(month), dayOfMonth, 0, 0, 0, 0, time.UTC)
	return day(t.Unix() / secondsPerDay), t.Year() == year && int(t.Month()) == month && t.Day() == dayOfMonth
}

func (d day) time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// String returns YYYY-MM-DD, empty for an open end.
func (d day) String() string {
	if d == openPast || d == openFuture {
		return ""
	}
	return d.time().Format(time.DateOnly)
}

func (d day) year() int { return d.time().Year() }

// weekday counts from Monday, 0.
func (d day) weekday() int { return (int(d.time().Weekday()) + 6) % 7 }

func (d day) month() month {
	t := d.time()
	return monthOf(t.Year(), int(t.Month()))
}

// addMonths moves a day by months. The 31st becomes the last day of a shorter
// month.
func (d day) addMonths(n int) day {
	within := d - d.month().first()
	to := d.month() + month(n)
	return min(to.first()+within, to.last())
}

// A month counts the months since January of the year 0.
type month int

const monthsPerYear = 12

func monthOf(year, monthOfYear int) month { return month(year*monthsPerYear + monthOfYear - 1) }

func (m month) year() int { return int(m) / monthsPerYear }

func (m month) ofYear() int { return int(m)%monthsPerYear + 1 }

func (m month) first() day {
	d, _ := dayOf(m.year(), m.ofYear(), 1)
	return d
}

func (m month) last() day { return (m + 1).first() - 1 }

// A span is the days from from to to, both inclusive.
type span struct{ from, to day }

func months(first, last month) span { return span{first.first(), last.last()} }

func years(first, last int) span { return months(monthOf(first, 1), monthOf(last, monthsPerYear)) }

// An anchor is the date that relative words count from, as exact as it is known.
type anchor struct {
	span
	precision Precision // Day, Month, Year, or empty when nothing is known
}

// newAnchor reads YYYY-MM-DD, YYYY-MM or YYYY; anything else is unknown.
func newAnchor(s string) anchor {
	for _, form := range []struct {
		layout    string
		precision Precision
	}{{time.DateOnly, Day}, {"2006-01", Month}, {"2006", Year}} {
		t, err := time.Parse(form.layout, s)
		if err != nil || !plausibleYear(t.Year()) {
			continue
		}
		first := day(t.Unix() / secondsPerDay)
		switch form.precision {
		case Month:
			return anchor{months(first.month(), first.month()), Month}
		case Year:
			return anchor{years(t.Year(), t.Year()), Year}
		}
		return anchor{span{first, first}, Day}
	}
	return anchor{}
}

// plausibleYear reports whether four digits may name the year of something that
// articles speak of.
func plausibleYear(year int) bool { return year >= 1900 && year <= 2099 }

func (a anchor) knowsYear() bool { return a.precision != "" }

func (a anchor) knowsMonth() bool { return a.precision == Month || a.precision == Day }

func (a anchor) knowsDay() bool { return a.precision == Day }
