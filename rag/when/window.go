package when

import (
	"slices"
	"strings"
)

// Window returns the one period that a question asks about, and false where it
// names none. It is a period of publication: the days from which an article may
// help, which callers prefer and need not insist on.
//
// It reaches from the first day of the periods that Asked returns to the last,
// open where one of them is; Text joins their words, Start and End enclose them.
// Latest says that the question asks for what is newest (最新, latest); with no
// other period both ends are open.
//
// A fiscal year of a company whose months are not known (2024财年) may have begun
// in the year before: the window begins there.
func Window(question, asOf string) (Period, bool) {
	periods := Asked(question, asOf)
	newest, isNewest := latest(question)
	if len(periods) == 0 {
		return newest, isNewest
	}
	w := periods[0]
	w.Latest = isNewest
	texts := make([]string, 0, len(periods))
	for i, p := range periods {
		if p.Fiscal {
			p.From = yearBefore(p.From)
		}
		if i == 0 {
			w.From = p.From
		} else {
			w.Precision = Range
		}
		w.From, w.To = earliest(w.From, p.From), last(w.To, p.To)
		w.End = p.End
		w.Relative, w.Fiscal, w.Reported = w.Relative || p.Relative, w.Fiscal || p.Fiscal, w.Reported || p.Reported
		texts = append(texts, p.Text)
	}
	separator := ", "
	if strings.ContainsFunc(question, isHan) {
		separator = "、"
	}
	w.Text = strings.Join(texts, separator)
	return w, true
}

// earliest returns the earlier of two first days, of which an open one is.
func earliest(a, b string) string { return min(a, b) }

// last returns the later of two last days, of which an open one is.
func last(a, b string) string {
	if a == "" || b == "" {
		return ""
	}
	return max(a, b)
}

// yearBefore returns the first of January of the year before a day's.
func yearBefore(from string) string {
	if from == "" {
		return ""
	}
	return monthOf(newAnchor(from).from.year()-1, 1).first().String()
}

// Asked returns the periods that a question asks about, in order: those of its
// periods that say when the articles wanted were written, where it has such
// (2023年3月和4月的两篇报道), else all. Left out are
//
//   - what something is measured against (比去年, 与2022年相比, 去年同期);
//   - relative periods that begin after asOf, for nothing is written there yet, and
//     those that only say until now;
//   - a fiscal period beside the calendar's: 2024年二季度(2025财年第一财季);
//   - years that name a model or a version (2024年款).
//
// Dates without a year are taken for past.
func Asked(question, asOf string) []Period {
	r := newReader(question, asOf)
	r.read()
	periods := without(r.list, r.aside)
	if reported := r.reported(periods); len(reported) > 0 {
		return reported
	}
	return without(periods, func(p Period) bool { return p.Fiscal && r.restates(p, periods) })
}

// without returns the periods that leave does not hold for, as a new list.
func without(periods []Period, leave func(Period) bool) []Period {
	return slices.DeleteFunc(slices.Clone(periods), leave)
}

// aside reports whether a question does not ask about a period.
func (r *reader) aside(p Period) bool {
	if p.Relative && r.asOf.knowsYear() && p.From > r.asOf.to.String() {
		return true
	}
	if p.From == "" && p.Relative && p.To >= r.asOf.to.String() {
		return true // 直到今天
	}
	next := r.pastBlanks(p.End)
	if r.pastAny(next, "同期", "款", "版", "型号", "同比") > next {
		return true
	}
	if r.done = 0; r.compared(p.Start) {
		return true
	}
	if r.beforeAny(p.Start, "和", "与", "跟", "同") < p.Start {
		return r.pastAny(next, "相比", "比较", "比") > next && !r.listed(p.Start)
	}
	return false
}

// listed reports whether the word before i joins what follows to another period,
// as in 2023年和2022年相比.
func (r *reader) listed(i int) bool {
	return slices.ContainsFunc(r.list, func(p Period) bool { return p.End < i && i-p.End <= 3 })
}

// restates reports whether a fiscal period stands beside one of the calendar that
// means the same, in brackets or outside of them.
func (r *reader) restates(fiscal Period, all []Period) bool {
	return slices.ContainsFunc(all, func(p Period) bool {
		if p.Fiscal {
			return false
		}
		i, j := min(fiscal.End, p.End), max(fiscal.Start, p.Start)
		return j-i <= restatementGap && strings.Contains(r.between(i, j), "(")
	})
}

// restatementGap is how many code points may stand between two wordings of one
// period.
const restatementGap = 10

// between returns the folded text from i to j, empty when there is none.
func (r *reader) between(i, j int) string {
	if i >= j {
		return ""
	}
	return string(r.fold[i:j])
}

// reportWords say that something was written.
var reportWords = []string{"报道", "文章", "评论", "新闻", "消息", "传闻", "传出", "爆料", "披露", "获悉", "撰文", "发文", "稿", "那篇", "几篇",
	"两篇", "这篇", "一篇", "文中", "report", "article", "news", "coverage", "publish", "stories", "wrote", "written", "cited", "according to"}

// Code points in which a report's word is looked for after a period and, in
// English, before it: reports from late 2023, as cited in April 2023.
const (
	reportAfter  = 12
	reportBefore = 24
)

// reported returns the periods that say when something was written. Those in a
// list go together.
func (r *reader) reported(periods []Period) []Period {
	var out []Period
	for i := 0; i < len(periods); {
		j := i + 1
		for j < len(periods) && r.joint(periods[j-1].End, periods[j].Start) {
			j++
		}
		if r.tied(periods[i].Start, periods[j-1].End, bounds(periods, i, j, len(r.fold))) {
			for _, p := range periods[i:j] {
				p.Reported = true
				out = append(out, p)
			}
		}
		i = j
	}
	return out
}

// bounds returns where the periods around periods[i:j] leave off: text beyond
// belongs to them.
func bounds(periods []Period, i, j, length int) [2]int {
	b := [2]int{0, length}
	if i > 0 {
		b[0] = periods[i-1].End
	}
	if j < len(periods) {
		b[1] = periods[j].Start
	}
	return b
}

// joint reports whether only a word of a list stands between i and j.
func (r *reader) joint(i, j int) bool {
	at := r.pastBlanks(i)
	return r.pastBlanks(r.pastAny(at, "和", "与", "及", "、", "以及", "and", ",", "or", "或")) == j
}

// tied reports whether a report's word belongs to the period [start, end), in the
// same clause and nearer than the periods around it.
func (r *reader) tied(start, end int, within [2]int) bool {
	after := r.between(end, min(within[1], end+reportAfter))
	stops := ";?!。\n"
	if !isHan(r.at(end - 1)) {
		stops += ","
	}
	if i := strings.IndexAny(after, stops); i >= 0 {
		after = after[:i]
	}
	before := r.between(max(within[0], start-reportBefore), start)
	if i := strings.LastIndexAny(before, ",;?!。\n"); i >= 0 {
		before = before[i:]
	}
	english := start < len(r.fold) && !isHan(r.at(start-1))
	return slices.ContainsFunc(reportWords, func(w string) bool {
		return strings.Contains(after, w) || english && strings.Contains(before, w)
	})
}

// latest finds the words that ask for what is newest.
func latest(question string) (Period, bool) {
	r := newReader(question, "")
	for i, c := range r.fold {
		end := i
		switch c {
		case '最':
			end = r.pastAny(i, "最新", "最近")
		case '近':
			end = r.pastAny(i, "近期", "近日", "近况")
		case 'l', 'm', 'n', 'r':
			if !isLatin(r.at(i - 1)) {
				end = r.pastAny(i, "latest", "most recently", "most recent", "newest", "recently")
			}
		}
		if end > i && !r.otherwise(end) {
			return Period{Start: i, End: end, Text: string(r.text[i:end]), Precision: Range, Relative: true, Latest: true}, true
		}
	}
	return Period{}, false
}

// otherwise reports whether what follows gives the words for what is newest another
// meaning: a version of a thing, a length of time (最近三年).
func (r *reader) otherwise(i int) bool {
	next := r.pastBlanks(i)
	if r.pastAny(next, "版", "一代", "款", "version", "release") > next {
		return true
	}
	_, ok := r.length(next)
	return ok
}
