package when

// chineseDay reads a day that counts from asOf.
func (r *reader) chineseDay(i int) (atom, bool) {
	for _, w := range []struct {
		text   string
		offset day
		notBy  string // runes that make another word of it when they come before …
		notTo  string // … or after
	}{
		{"大前天", -3, "", ""}, {"前天", -2, "之以目此年月日期当", "翼猫津河气"},
		{"昨天", -1, "", "翼"}, {"昨日", -1, "", ""}, {"昨晚", -1, "", ""}, {"昨夜", -1, "", ""},
		{"今天", 0, "如当", "翼猫津"}, {"今日", 0, "如", "头资"}, {"今早", 0, "", ""}, {"今晨", 0, "", ""}, {"今晚", 0, "", ""},
		{"明天", 1, "说表证声阐", "翼猫系"}, {"明日", 1, "说表证声阐", "方之"}, {"后天", 2, "之以然此今最先年月日", "翼猫津河气性"},
	} {
		end := r.past(i, w.text)
		if end == i || oneOf(r.at(i-1), w.notBy) || oneOf(r.at(end), w.notTo) {
			continue
		}
		d := r.asOf.from + w.offset
		return relativeTo(i, end, r.asOf.knowsDay(), span{d, d}, Day), true
	}
	return atom{}, false
}

// A step says how many units before or after asOf's a word is.
type step struct {
	text   string
	offset int
}

// pastStep returns the first of the steps that stands at i and where it ends, i
// where none does.
func (r *reader) pastStep(i int, steps []step) (offset, end int) {
	for _, s := range steps {
		if end := r.past(i, s.text); end > i {
			return s.offset, end
		}
	}
	return 0, i
}

// beside lists the words for the unit before, of and after asOf.
var beside = []step{{"上上个", -2}, {"上上", -2}, {"上一个", -1}, {"上个", -1}, {"上一", -1}, {"上", -1},
	{"本", 0}, {"这一个", 0}, {"这个", 0}, {"这一", 0}, {"这", 0}, {"下下个", 2}, {"下下", 2}, {"下一个", 1}, {"下个", 1}, {"下一", 1}, {"下", 1}}

// besideTraps are runes that with 上, 下 or 本 after them make another word: 网上,
// 以下, 基本.
const besideTraps = "以晚早线网路市会之身马地天基成资版文样剧课日楼旗门乡手名账"

// chineseWeek reads a week, or a day of one: 上周, 本周五, 上周末, 周三.
func (r *reader) chineseWeek(i int) (atom, bool) {
	offset, begin := r.pastStep(i, beside)
	unit := r.pastAny(begin, "周", "星期", "礼拜")
	if unit == begin || oneOf(r.at(unit), "年期边转刊报围遭") {
		return atom{}, false
	}
	if begin > i && begin-i == 1 && oneOf(r.at(i-1), besideTraps) {
		return atom{}, false
	}
	monday := r.asOf.from - day(r.asOf.from.weekday()) + day(7*offset)
	n := r.chineseWeekday(unit)
	switch {
	case begin == i && n < 0, begin == i && (isDigit(r.at(i-1)) || isNumeral(r.at(i-1)) || oneOf(r.at(i-1), "每隔单双逐个半两")):
		return atom{}, false
	case begin == i:
		d := r.asOf.from - day((r.asOf.from.weekday()-n+7)%7)
		a := relativeTo(i, unit+1, r.asOf.knowsDay(), span{d, d}, Day)
		a.weekday = true
		return a, true
	case n >= 0:
		d := monday + day(n)
		return relativeTo(i, unit+1, r.asOf.knowsDay(), span{d, d}, Day), true
	case r.at(unit) == '末':
		return relativeTo(i, unit+1, r.asOf.knowsDay(), span{monday + 5, monday + 6}, Range), true
	}
	return relativeTo(i, unit, r.asOf.knowsDay(), span{monday, monday + 6}, Week), true
}

// chineseWeekday returns the day of the week that the rune at i stands for, from
// Monday, 0; -1 for none.
func (r *reader) chineseWeekday(i int) int {
	if n := chineseDigit(r.at(i)); n >= 1 && n <= 6 && !isNumeral(r.at(i+1)) {
		return n - 1
	}
	if (r.at(i) == '日' || r.at(i) == '天') && !oneOf(r.at(i+1), "均活常") {
		return 6
	}
	return -1
}

// chineseMonth reads a month that counts from asOf, with its day or part: 上个月,
// 本月21日, 上月底, 月初.
func (r *reader) chineseMonth(i int) (atom, bool) {
	offset, begin := r.pastStep(i, beside)
	unit := r.past(begin, "月")
	if unit == begin || r.monthly(unit) || begin > i && begin-i == 1 && oneOf(r.at(i-1), besideTraps) {
		return atom{}, false
	}
	m := r.asOf.from.month() + month(offset)
	if begin == i {
		return r.monthPartAlone(i, m)
	}
	known := r.asOf.knowsMonth()
	if first, last, end := r.daysOfMonth(unit); end > unit {
		s, ok := daysShape(m.ofYear(), first, last)(m.year())
		return relativeTo(i, end, known && ok, s, Day), true
	}
	if p, end := r.chinesePart(unit, "月"); p != whole {
		a := relativeTo(i, end, known, p.ofMonth(m), Range)
		a.ending = p == partEnd
		return a, true
	}
	return relativeTo(i, r.pastAny(unit, "份"), known, months(m, m), Month), true
}

// monthPartAlone reads 月初, 月底 of asOf's month m.
func (r *reader) monthPartAlone(i int, m month) (atom, bool) {
	if isDigit(r.at(i-1)) || isNumeral(r.at(i-1)) || oneOf(r.at(i-1), "个每当同次几多岁半") || r.at(i+1) == '中' {
		return atom{}, false
	}
	p, end := r.chinesePart(i, "月")
	if p == whole || end < i+2 || r.at(i+1) == '月' {
		return atom{}, false
	}
	a := relativeTo(i, end, r.asOf.knowsMonth(), p.ofMonth(m), Range)
	a.ending = p == partEnd
	return a, true
}

// chineseQuarter reads a quarter or a fiscal year that counts from asOf.
func (r *reader) chineseQuarter(i int) (atom, bool) {
	offset, begin := r.pastStep(i, beside)
	if begin == i || begin-i == 1 && oneOf(r.at(i-1), besideTraps) {
		return atom{}, false
	}
	if end := r.pastAny(begin, "季度", "财季"); end > begin {
		first := r.asOf.from.month() + month(3*offset)
		first -= (first % monthsPerYear) % 3
		a := relativeTo(i, end, r.asOf.knowsMonth(), months(first, first+2), Quarter)
		a.fiscal = r.has(begin, "财季")
		return a, true
	}
	if end := r.past(begin, "财年"); end > begin {
		a := atom{end: end, shape: wholeYear, year: r.asOf.from.year() + offset, lost: !r.asOf.knowsYear(), relative: true, fiscal: true, precision: Year}
		return a, true
	}
	return atom{}, false
}

// The words before a length of time that ends or begins with asOf.
var (
	untilNow = []string{"最近的", "最近这", "最近", "过去的", "过去这", "过去", "近"}
	fromNow  = []string{"未来的", "未来", "今后", "接下来的", "接下来"}
)

// chineseSpan reads a length of time that ends or begins with asOf: 近三个月, 过去两
// 年, 未来半年.
func (r *reader) chineseSpan(i int) (atom, bool) {
	sign := -1
	begin := r.pastAny(i, untilNow...)
	if begin == i {
		sign, begin = 1, r.pastAny(i, fromNow...)
	}
	if begin == i || begin == i+1 && oneOf(r.at(i-1), "最附接将靠临邻远") || oneOf(r.at(i-1), "只已经才又就刚") {
		return atom{}, false
	}
	begin = r.pastBlanks(begin)
	l, ok := r.length(begin)
	if !ok {
		return atom{}, false
	}
	end := r.pastAny(l.end, "以来", "来", "之内", "以内", "内", "间", "里")
	if end == l.end && r.at(i) == '近' && r.nearly(i, l) {
		return atom{}, false
	}
	return relativeTo(i, end, l.known(r.asOf), l.from(r.asOf, sign), Range), true
}

// mostYears is how many years 近 is taken to look back over; more are rather a
// length (近20年的经验).
const mostYears = 5

// nearly reports whether 近 at i means nearly, as in 耗时近一年, and not the time
// that ends today.
func (r *reader) nearly(i int, l length) bool {
	before := i - 1
	for r.at(before) == ' ' {
		before--
	}
	return oneOf(r.at(before), "过时了有用晃达历费花约") || l.unit == Year && l.n > mostYears
}

// chineseAgo reads what begins with a length of time: 三个月前, 半年前, 一年来.
func (r *reader) chineseAgo(i int) (atom, bool) {
	l, ok := r.length(i)
	if !ok || r.inFigure(i) || oneOf(r.at(i-1), "大小多第满近每") {
		return atom{}, false
	}
	next := r.pastBlanks(l.end)
	if end := r.pastAny(next, "以来", "来"); end > next && !oneOf(r.at(end), "自到说看临源") {
		return relativeTo(i, end, l.known(r.asOf), l.from(r.asOf, -1), Range), true
	}
	end := r.pastAny(next, "之前", "以前", "前")
	if end == next || l.rough || oneOf(r.at(end), "后沿端台景者提所往任两二三四五六七八九十") || r.at(l.end-1) == '日' {
		return atom{}, false
	}
	s, p := l.ago(r.asOf)
	return relativeTo(i, end, l.known(r.asOf), s, p), true
}

// length reads a number with a unit of time: 三个月, 7天, 半年, 一个季度. 两三年 are
// three at the most.
func (r *reader) length(i int) (length, bool) {
	if end := r.past(i, "半年"); end > i {
		return length{n: 6, unit: Month, end: end}, true
	}
	if end := r.past(i, "半个月"); end > i {
		return length{n: 2, unit: Week, end: end}, true
	}
	n, _, end := r.number(i)
	if end == i || n < 1 {
		return length{}, false
	}
	rough := end == i+2 && chineseDigit(r.at(i)) > 0 && chineseDigit(r.at(i+1)) > 0
	if rough {
		n %= 10
	}
	end = r.pastBlanks(end)
	for _, u := range []struct {
		text string
		unit Precision
		most int
	}{
		{"个月", Month, 60}, {"个季度", Quarter, 12}, {"季度", Quarter, 12}, {"个星期", Week, 60}, {"星期", Week, 60}, {"周", Week, 60},
		{"个财年", Year, 30}, {"年", Year, 99}, {"天", Day, 400}, {"日", Day, 400},
	} {
		if after := r.past(end, u.text); after > end {
			return length{n: n, unit: u.unit, end: after, rough: rough}, n <= u.most && r.at(after) != '代' && !r.has(after, "度")
		}
	}
	return length{}, false
}
