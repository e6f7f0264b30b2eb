package when

// A head is the year at the beginning of a Chinese date: 2024年, 2023-2024年, 24年,
// 二〇二四年, 去年, or 2024 alone.
type head struct {
	first, last int // equal for one year; 0 when it is not known
	end         int
	marked      bool // it can stand alone
	bare        bool // without 年: only some words may follow
	relative    bool
}

// chineseYear reads a year with what is named of it.
func (r *reader) chineseYear(i int) (atom, bool) {
	h, ok := r.head(i)
	if !ok {
		return atom{}, false
	}
	if h.first != h.last {
		return r.yearsTail(h)
	}
	if a, ok := r.tail(r.pastLink(h.end), h.bare); ok {
		a.year, a.lost, a.relative, a.part = h.first, h.first == 0, h.relative, true
		return a, true
	}
	if !h.marked {
		return atom{}, false
	}
	end := r.pastAny(r.pastBlanks(h.end), "全年度", "全年", "度", "一整年", "年内", "内", "间")
	if end == r.pastBlanks(h.end) {
		end = h.end
	}
	return atom{end: end, shape: wholeYear, year: h.first, lost: h.first == 0, relative: h.relative, precision: Year}, true
}

// chineseDecade reads 90年代, 九十年代, 2010年代.
func (r *reader) chineseDecade(i int) (atom, bool) {
	year, digits, end := r.number(i)
	if digits == 2 {
		year = decade(year)
	}
	last := r.past(end, "年代")
	ok := end > i && last > end && digits%2 == 0 && year%10 == 0 && plausibleYear(year) && !r.inFigure(i)
	return fixed(i, last, years(year, year+9), Decade), ok
}

// yearsTail is a head of two years (2023-2024年).
func (r *reader) yearsTail(h head) (atom, bool) {
	end := r.pastAny(h.end, "财年", "财政年度")
	if !h.marked && end == h.end {
		return atom{}, false
	}
	a := fixed(0, end, years(h.first, h.last), Range)
	a.fiscal = end > h.end
	return a, true
}

// pastLink goes past what may stand between a year and its part: blanks, 的, an
// opening quotation mark, a dash (2024-Q3).
func (r *reader) pastLink(i int) int {
	i = r.pastBlanks(i)
	i = r.pastAny(i, "的", "“", "「", "\"", "-", "/")
	return r.pastBlanks(i)
}

func (r *reader) head(i int) (head, bool) {
	if isDigit(r.at(i)) || chineseDigit(r.at(i)) >= 0 {
		return r.headInFigures(i)
	}
	return r.headInWords(i)
}

func (r *reader) headInFigures(i int) (head, bool) {
	n := r.numbers(i)
	if n.end == i || r.inFigure(i) && !(n.digits == 4 && isLatin(r.at(i-1)) && !r.version(i)) {
		return head{}, false
	}
	unit := r.pastBlanks(n.end)
	marked := r.at(unit) == '年' && !r.has(unit, "年历史") && !r.has(unit, "年的历史")
	switch {
	case n.digits == 4 && plausibleYear(n.first) && plausibleYear(n.last):
		h := head{first: n.first, last: n.last, end: n.end, marked: marked, bare: !marked}
		if marked {
			h.end = unit + 1
		}
		return h, true
	case n.digits == 2 && n.first == n.last && n.end == i+2 && r.at(i+1) != '十' && r.at(i) != '十':
		h := head{first: century(n.first), end: n.end}
		h.last, h.bare = h.first, r.at(unit) != '年'
		if !h.bare {
			h.end = unit + 1
		}
		return h, !h.bare || r.has(n.end, "财年")
	}
	return head{}, false
}

// version reports whether the letters before the number at i mark a version.
func (r *reader) version(i int) bool { return r.at(i-1) == 'v' && !isLatin(r.at(i-2)) }

// century returns the year that two digits stand for.
func century(n int) int {
	if n < 50 {
		return 2000 + n
	}
	return 1900 + n
}

// decade returns the first year of the decade that two digits stand for: the 20s
// are those of this century, the 30s of the last.
func decade(n int) int {
	if n <= 20 {
		return 2000 + n
	}
	return 1900 + n
}

func (r *reader) headInWords(i int) (head, bool) {
	for _, w := range []struct {
		text   string
		offset int
		notBy  string // runes that make another word of it when they come before
	}{
		{"大前年", -3, ""}, {"前年", -2, "目此之以先当提N"}, {"去年", -1, "过除"},
		{"上一年度", -1, ""}, {"上年度", -1, ""}, {"上一年", -1, "以本际"}, {"上年", -1, "以晚早线网"},
		{"今年", 0, "如"}, {"本年度", 0, "成资版"}, {"本年", 0, "成资版基日"},
		{"明年", 1, "说表证声阐"}, {"后年", 2, "之今以最然岁"},
	} {
		end := r.past(i, w.text)
		if end == i {
			continue
		}
		if oneOf(r.at(i-1), w.notBy) || oneOf(r.at(end), "纪轻龄薪货糕代") || isDigit(r.at(i-1)) {
			return head{}, false
		}
		h := head{end: end, marked: true, relative: true}
		if r.asOf.knowsYear() {
			h.first = r.asOf.from.year() + w.offset
			h.last = h.first
		}
		return h, true
	}
	return r.headBefore(i)
}

// headBefore reads a year that counts from the one named last: 同年8月, 次年3月.
func (r *reader) headBefore(i int) (head, bool) {
	offset := 0
	end := r.pastAny(i, "同年", "当年")
	if end == i {
		end, offset = r.pastAny(i, "次年", "翌年"), 1
	}
	if end == i || r.named == 0 {
		return head{}, false
	}
	return head{first: r.named + offset, last: r.named + offset, end: end}, true
}

// tail reads a part of a year that stands after the year. bare says that the year
// came without 年.
func (r *reader) tail(i int, bare bool) (atom, bool) {
	a, ok := r.first(i, (*reader).fiscalTail, (*reader).festivalTail, (*reader).quarterTail, (*reader).halfTail, (*reader).firstMonthsTail,
		(*reader).seasonTail, (*reader).allYearTail)
	if ok || bare {
		return a, ok
	}
	return r.first(i, (*reader).monthTail, (*reader).partTail, (*reader).dotTail)
}

// fiscalTail reads 财年 with the part of it that is named.
func (r *reader) fiscalTail(i int) (atom, bool) {
	end := r.pastAny(i, "财年", "财政年度", "会计年度")
	if end == i {
		return atom{}, false
	}
	next := r.pastLink(end)
	if a, ok := r.first(next, (*reader).quarterTail, (*reader).halfTail, (*reader).firstMonthsTail); ok {
		a.fiscal = true
		return a, true
	}
	return atom{end: end, shape: wholeYear, precision: Year, fiscal: true}, true
}

// allYearTail reads 全年.
func (r *reader) allYearTail(i int) (atom, bool) {
	end := r.pastAny(i, "全年度", "全年")
	return atom{end: end, shape: wholeYear, precision: Year}, end > i
}

// seasonTail reads 春 to 冬. A season named by one character must end its word:
// 秋招 is none. A winter lasts until the end of February.
func (r *reader) seasonTail(i int) (atom, bool) {
	n := -1
	for season, c := range "春夏秋冬" {
		if r.at(i) == c {
			n = season / len("春")
		}
	}
	if n < 0 {
		return atom{}, false
	}
	end := r.pastAny(i+1, "天", "季", "日")
	if end == i+1 && isHan(r.at(end)) && !oneOf(r.at(end), "的前后以和与及至到起") {
		return atom{}, false
	}
	return atom{end: end, shape: monthsShape(3+3*n, 5+3*n), precision: Range}, true
}

// halfTail reads half a year.
func (r *reader) halfTail(i int) (atom, bool) {
	for n, words := range [][]string{{"上半年", "前半年", "h1"}, {"下半年", "后半年", "h2"}} {
		if end := r.pastAny(i, words...); end > i && !isDigit(r.at(end)) && !isLatin(r.at(end)) {
			return atom{end: r.pastAny(end, "度"), shape: halfShape(n + 1), precision: Half}, true
		}
	}
	return atom{}, false
}

// firstMonthsTail reads 前三季度, 前11个月.
func (r *reader) firstMonthsTail(i int) (atom, bool) {
	begin := r.pastAny(i, "前", "头")
	n, _, end := r.number(begin)
	if begin == i || end == begin || n < 2 || n > monthsPerYear {
		return atom{}, false
	}
	end = r.pastAny(end, "个")
	if last := r.pastAny(end, "季度", "财季"); last > end && n <= 4 {
		return atom{end: last, shape: quartersShape(1, n), precision: Range}, true
	}
	last := r.past(end, "月")
	return atom{end: last, shape: monthsShape(1, n), precision: Range}, last > end && r.at(end-1) == '个'
}

// quarterTail reads a quarter: 一季度, 第三季度, 第二、三季度, 首季度, Q3, 三季报.
func (r *reader) quarterTail(i int) (atom, bool) {
	if r.at(i) == 'q' {
		n := r.numbers(i + 1)
		ok := n.digits == 1 && n.first >= 1 && n.last <= 4 && !isLatin(r.at(n.end)) && !isDigit(r.at(n.end)) && isDigit(r.at(i+1))
		return r.quarters(n, n.end), ok
	}
	begin := r.pastAny(i, "第")
	n := r.numbers(begin)
	if first := r.pastAny(i, "首个", "首"); first > i {
		n = numbers{first: 1, last: 1, end: first}
	}
	unit := r.pastAny(r.pastBlanks(n.end), "季度", "财季", "季报")
	if n.end == begin || unit == r.pastBlanks(n.end) || n.first < 1 || n.last > 4 {
		return atom{}, false
	}
	a := r.quarters(n, unit)
	a.fiscal = r.has(unit-2, "财季")
	if p, end := r.chinesePart(unit, ""); p != whole && n.first == n.last {
		a.shape, a.end, a.precision, a.ending = partOfQuarterShape(n.first, p), end, Range, p == partEnd
	}
	return a, true
}

func (r *reader) quarters(n numbers, end int) atom {
	a := atom{end: end, shape: quartersShape(n.first, n.last), precision: Quarter}
	if n.first != n.last {
		a.precision = Range
	}
	return a
}
