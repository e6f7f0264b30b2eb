// Package when finds dates and periods in Chinese and English text.
//
// Find reads all of them, for article text and for claims; Asked and Window read
// what a question asks about. Relative words (去年底, last quarter) count from a
// date that the caller gives: the article's own, or the day a question is asked.
//
// Inside, text passes three steps. An atom is one expression (atom.go and the
// chinese_, english_ and numeric_ files): a shape of some year, or days that are
// fixed already. Two atoms may be joined to a range, and words around them open or
// move an end (expression.go). Placing gives the year that is not said and makes
// days of it (place.go).
//
// What is no date is left alone: versions, prices, counts, telephone numbers,
// names of models. The rules prefer to miss a date to inventing one. Recurring
// times (每年3月) and lengths of time (三年间) are no periods.
package when

// A Precision is the unit of the calendar that a period's words name.
type Precision string

// The precisions. Range is whatever is no unit of the calendar: two joined by a
// word, the past three months, the end of a year, a season, a festival of several
// days. A period that is open at one end has the precision of what it starts or
// ends with.
const (
	Day     Precision = "day"
	Week    Precision = "week"
	Month   Precision = "month"
	Quarter Precision = "quarter"
	Half    Precision = "half"
	Year    Precision = "year"
	Decade  Precision = "decade"
	Range   Precision = "range"
)

// A Period is the days that some words of a text mean.
type Period struct {
	From      string // first day, YYYY-MM-DD, inclusive; empty for an open end
	To        string // last day, inclusive; empty for an open end
	Start     int    // the words are text[Start:End], in code points
	End       int
	Text      string
	Precision Precision
	// Relative: the words count from the date that was given to Find (去年, 3月5日),
	// so they mean other days elsewhere.
	Relative bool
	// Fiscal: the words name a company's fiscal year. Its months are not known
	// here: it is taken for the calendar year of the same number.
	Fiscal bool
	// Reported: the question says that the articles wanted are of these days (去年7月的
	// 报道, reports from last May). Only Asked and Window set it.
	Reported bool
	// Latest: the question asks for what is newest. Only Window sets it; From and
	// To are empty when the question names no period besides.
	Latest bool
}

// Find returns the periods of a text in order; they do not overlap. asOf is the
// date that relative words count from, as exact as it is known: "2024-11-21",
// "2024-11", "2024", or empty. Words that need it more exact (昨天 of an article
// dated by its month) are left out; so is everything relative when asOf is empty
// or no date.
//
// A date without a year has the year named last in its paragraph. Without one it
// is the asOf year's, or the year before's when it would lie more than three
// months ahead.
func Find(text, asOf string) []Period {
	r := newReader(text, asOf)
	r.ahead = newsAhead
	r.read()
	return r.list
}

// Within returns the periods of a text that lie in its code points [start, end), their
// places counted from start: those of a sentence.
func Within(periods []Period, start, end int) []Period {
	var list []Period
	for _, p := range periods {
		if p.Start >= start && p.End <= end {
			p.Start, p.End = p.Start-start, p.End-start
			list = append(list, p)
		}
	}
	return list
}
