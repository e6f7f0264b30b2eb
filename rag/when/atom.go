package when

// An atom is a period as one expression names it, before the words around it are
// taken in. Either it is days already, or a shape of a year, which may be said
// (year) or not (0).
type atom struct {
	start, end int
	shape      shape // nil: the days are fixed
	year       int   // of the shape, 0 when it is not said
	days       span
	precision  Precision
	// lost: the words are a period, but what they count from is not known.
	lost     bool
	relative bool
	fiscal   bool
	feast    bool // a festival: what comes before it is a month, not all of the past
	weekday  bool // a day of the week alone, which after another is of the same week
	ending   bool // the end of something: 年底前 lasts until then
	// part: more than a year alone is named, so that the year holds for what
	// follows in the paragraph.
	part bool
}

// fixed is an atom of days that are known.
func fixed(start, end int, days span, p Precision) atom {
	return atom{start: start, end: end, days: days, precision: p}
}

// relativeTo is an atom of days that count from asOf; known says whether asOf is
// exact enough.
func relativeTo(start, end int, known bool, days span, p Precision) atom {
	a := fixed(start, end, days, p)
	a.lost, a.relative = !known, true
	return a
}

// in returns the days of the atom in a year.
func (a atom) in(year int) (span, bool) {
	if a.shape == nil {
		return a.days, true
	}
	return a.shape(year)
}

// yearless reports whether the year is still to be found.
func (a atom) yearless() bool { return a.shape != nil && a.year == 0 && !a.lost }

// atom reads the atom that begins at i.
func (r *reader) atom(i int) (atom, bool) {
	c := r.at(i)
	switch {
	case isDigit(c):
		return r.first(i, (*reader).numericDate, (*reader).englishDayMonth, (*reader).englishCount, (*reader).quarterBeforeYear,
			(*reader).chineseDecade, (*reader).chineseYear, (*reader).chineseAgo, (*reader).chineseYearless, (*reader).yearRange, (*reader).englishBareYear)
	case c == '\'':
		return r.first(i, (*reader).englishBareYear)
	case isLatin(c):
		if isLatin(r.at(i-1)) || isDigit(r.at(i-1)) || r.at(i-1) == '_' {
			return atom{}, false
		}
		return r.english(i)
	case !startsChinese(c):
		return atom{}, false
	}
	return r.first(i, (*reader).chineseDecade, (*reader).chineseYear, (*reader).chineseAgo, (*reader).chineseYearless, (*reader).chineseDay, (*reader).chineseWeek,
		(*reader).chineseMonth, (*reader).chineseQuarter, (*reader).chineseSpan)
}

// first returns what the first of the rules that applies reads at i.
func (r *reader) first(i int, rules ...func(*reader, int) (atom, bool)) (atom, bool) {
	for _, rule := range rules {
		if a, ok := rule(r, i); ok {
			a.start = i
			return a, true
		}
	}
	return atom{}, false
}

// startsChinese reports whether an expression may begin with c. Nearly all of a
// text is passed over by it.
func startsChinese(c rune) bool {
	switch c {
	case '〇', '零', '一', '二', '两', '三', '四', '五', '六', '七', '八', '九', '十', '半',
		'今', '去', '前', '明', '大', '后', '本', '上', '下', '次', '翌', '同', '当', '这', '昨', '近', '最', '过', '未', '接',
		'年', '月', '第', '首', '头', '春', '除', '元', '清', '端', '中', '国', '圣', '双', '光', '黑', '劳', '周', '星', '礼':
		return true
	}
	return false
}
