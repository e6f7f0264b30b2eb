package when

// monthTail reads months of a year, with the days or the part that is named: 3月,
// 1-3月, 11月21日, 3月5日到8日, 10月下旬, 12月底.
func (r *reader) monthTail(i int) (atom, bool) {
	n := r.monthNumbers(i)
	unit := r.pastBlanks(n.end)
	if n.end == i || n.digits > 2 || r.at(unit) != '月' || n.first < 1 || n.last > monthsPerYear || r.monthly(unit+1) || r.monthByMonth(i, unit) {
		return atom{}, false
	}
	end := r.pastAny(unit+1, "份")
	if n.first != n.last {
		return atom{end: end, shape: monthsShape(n.first, n.last), precision: Range}, true
	}
	if first, last, dayEnd := r.daysOfMonth(end); dayEnd > end {
		a := atom{end: dayEnd, shape: daysShape(n.first, first, last), precision: Day}
		if first != last {
			a.precision = Range
		}
		return a, true
	}
	if p, partsEnd := r.chinesePart(r.pastBlanks(end), "月"); p != whole {
		return atom{end: partsEnd, shape: partOfMonthShape(n.first, p), precision: Range, ending: p == partEnd}, true
	}
	return atom{end: end, shape: monthsShape(n.first, n.first), precision: Month}, true
}

// monthNumbers is numbers, where 三四月 are two.
func (r *reader) monthNumbers(i int) numbers {
	n := r.numbers(i)
	if a, b := chineseDigit(r.at(i)), chineseDigit(r.at(i+1)); a > 0 && b == a+1 && n.end == i+2 {
		n.first, n.last, n.digits = a, b, 1
	}
	return n
}

// monthly reports whether 月 before i is part of another word: 4月活 is GPT-4's
// monthly users, 3月薪 a salary.
func (r *reader) monthly(i int) bool {
	return oneOf(r.at(i), "均薪租费供嫂亮饼球票结销流") || r.at(i) == '活' && r.at(i+1) != '动'
}

// monthByMonth reports whether 一月 is of 一月比一月: a month, not January.
func (r *reader) monthByMonth(i, unit int) bool {
	return r.at(i) == '一' && (r.has(unit+1, "比一月") || r.before(i, "一月比") < i)
}

// daysOfMonth reads one day of a month or several: 21日, 5日到8日, 1-7日. end is i
// where there is none.
func (r *reader) daysOfMonth(i int) (first, last, end int) {
	n := r.numbers(r.pastBlanks(i))
	end = r.pastDay(n.end)
	if n.digits == 0 || n.digits > 2 || end == n.end || n.first < 1 || n.last > 31 {
		return 0, 0, i
	}
	connector := r.pastBlanks(end)
	next := r.pastAny(connector, "到", "至", "~", "——", "—", "-")
	if next == connector || n.first != n.last {
		return n.first, n.last, end
	}
	m, _, afterNumber := r.number(r.pastBlanks(next))
	if after := r.pastDay(afterNumber); after > afterNumber && m > n.first && m <= 31 {
		return n.first, m, after
	}
	return n.first, n.last, end
}

// pastDay goes past the word for a day of the month.
func (r *reader) pastDay(i int) int { return r.pastAnyAfterBlank(i, "日", "号") }

// pastAnyAfterBlank is pastAny, where blanks may come first.
func (r *reader) pastAnyAfterBlank(i int, words ...string) int {
	next := r.pastBlanks(i)
	if end := r.pastAny(next, words...); end > next {
		return end
	}
	return i
}

// chinesePart reads the beginning, middle or end of what unit (月, 年, or empty)
// stands for, which may be said again: 12月底, 12月月底. whole where there is none.
func (r *reader) chinesePart(i int, unit string) (p part, end int) {
	again := r.past(i, unit)
	if unit == "月" {
		for _, w := range []struct {
			text string
			part part
		}{{"上旬", firstTen}, {"中旬", secondTen}, {"下旬", partEnd}, {"上中旬", firstTwenty}, {"中下旬", lastTwenty}} {
			if end := r.past(i, w.text); end > i {
				return w.part, end
			}
		}
	}
	c, after := r.at(again), r.at(again+1)
	switch {
	case c == '初' && !oneOf(after, "创步级始衷次学中心审赛选代恋版一二三"):
		return partBegin, again + 1
	case (c == '底' || c == '末') && !oneOf(after, "层气座部线牌盘色细稿片端位日尾价"):
		return partEnd, again + 1
	case c == '中' && (again > i || !oneOf(after, notAfterMiddle)):
		return partMiddle, again + 1
	case unit == "年" && (r.has(again, "伊始")):
		return partBegin, again + 2
	case unit == "年" && again > i && (c == '终' || c == '尾'):
		return partEnd, again + 1
	}
	return whole, i
}

// notAfterMiddle are runes that with 中 before them make another word: 2024年中国.
const notAfterMiddle = "国央东心文关小标信移兴科型部西层介美英日俄欧韩印药医间秋等华外的方石银高"

// partTail reads the beginning, middle or end of a year after the year.
func (r *reader) partTail(i int) (atom, bool) {
	p, end := r.chinesePart(i, "年")
	return atom{end: end, shape: partOfYearShape(p), precision: Range, ending: p == partEnd}, p != whole
}

// dotTail reads a day written 2·29.
func (r *reader) dotTail(i int) (atom, bool) {
	m, _, end := r.number(i)
	if end == i || r.at(end) != '·' || !isDigit(r.at(i)) || !isDigit(r.at(end+1)) {
		return atom{}, false
	}
	d, _, last := r.number(end + 1)
	if last == end+1 || m < 1 || m > monthsPerYear || d < 1 || d > 31 || oneOf(r.at(last), ".·%") || isDigit(r.at(last)) {
		return atom{}, false
	}
	return atom{end: last, shape: daysShape(m, d, d), precision: Day}, true
}

// festivalTail reads a festival after a year.
func (r *reader) festivalTail(i int) (atom, bool) {
	_, a, ok := r.festival(i)
	return a, ok
}

// festival reads a festival.
func (r *reader) festival(i int) (festival, atom, bool) {
	if !oneOf(r.at(i), festivalStarts) {
		return festival{}, atom{}, false
	}
	for _, f := range festivals {
		end := r.pastAny(i, f.names...)
		if end == i || isDigit(r.at(end)) && isDigit(r.at(end-1)) {
			continue
		}
		a := atom{end: end, shape: f.shape(), precision: Day, feast: true}
		if f.days > 1 {
			a.precision = Range
		}
		return f, a, true
	}
	return festival{}, atom{}, false
}

// chineseYearless reads a part of a year whose year is not said.
func (r *reader) chineseYearless(i int) (atom, bool) {
	if r.inFigure(i) {
		return atom{}, false
	}
	a, ok := r.partAlone(i)
	a.lost = a.lost || r.recurring(i)
	return a, ok
}

// partAlone reads a part of a year.
func (r *reader) partAlone(i int) (atom, bool) {
	if f, a, ok := r.festival(i); ok {
		return a, !f.loose || r.dated(i, a.end)
	}
	if a, ok := r.first(i, (*reader).monthTail, (*reader).halfTail, (*reader).dotTail); ok {
		a.part = true
		return a, true
	}
	if a, ok := r.quarterTail(i); ok {
		return a, !a.fiscal
	}
	if a, ok := r.firstMonthsTail(i); ok {
		return a, r.at(a.end-1) == '度'
	}
	return r.yearPartAlone(i)
}

// yearPartAlone reads 年初, 年底 and the like without a year.
func (r *reader) yearPartAlone(i int) (atom, bool) {
	if r.at(i) != '年' || isDigit(r.at(i-1)) || isNumeral(r.at(i-1)) || oneOf(r.at(i-1), "几多近历青少成半每数百千万学新周常财") {
		return atom{}, false
	}
	if r.at(i+1) == '内' && r.asOf.knowsYear() {
		return atom{end: i + 2, shape: wholeYear, year: r.asOf.from.year(), relative: true, precision: Year}, true
	}
	if r.at(i+1) == '终' || r.at(i+1) == '尾' {
		return atom{}, false // 年终奖, 年终聚会: of any year
	}
	return r.partTail(i)
}

// recurring reports whether the words before i make what follows one of many: 每年
// 3月, 某年春节.
func (r *reader) recurring(i int) bool {
	return r.beforeAny(i, "每年的", "每年", "每", "某年", "历年", "往年", "逐年", "某", "每一", "任一", "各") < i
}

// dated reports whether the words around a loose name of a festival make it one:
// the holiday's words after it or a preposition before it.
func (r *reader) dated(start, end int) bool {
	if r.at(end-1) == '节' {
		return true
	}
	next := r.pastAny(end, "期间", "假期", "小长假", "长假", "黄金周", "大促", "购物节", "档", "前夕", "前后", "之前", "之后", "前", "后",
		"当天")
	return next > end && !oneOf(r.at(next), "沿端台续路") || oneOf(r.at(start-1), "在到于从自过逢至距")
}
