package cite

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Quantity is a number with its unit, as a text states it.
type Quantity struct {
	Value float64 // in Unit: 265.49亿元 is 26549000000 元, 两成 is 20 %; of a range the lower end
	Low   float64 // the least that the words allow: 0 for 不到20%
	High  float64 // the most that they allow: +Inf for 超20%; Low and High are Value where nothing loosens it
	Unit  string  // %, 百分点, 倍, 折, a currency (元, 美元 …), a part of a date (年, 月, 日, 季度), a classifier as written (家), or empty
	Text  string  // as it stands in the text, with the words that bound it
	Span  Span    // of the text

	step  float64 // one of the last place written, in Unit
	zeros float64 // one of the last place that is not nought, in Unit
	bound bound
	// ordinal: it is a place in a row (第三家), which is no count
	ordinal bool
}

// date reports whether the quantity is part of a date.
func (q Quantity) date() bool {
	switch q.Unit {
	case "年":
		return q.Value >= leastYear
	case "月", "日", "季度":
		return true
	}
	return false
}

// leastYear parts years of the calendar from lengths of time.
const leastYear = 1000

// Quantities returns the quantities of a text in order. Numerals in Chinese
// characters count where a unit that is seldom anything else follows (两成、三倍、
// 百分之二十、十五家), digits everywhere but inside Latin words and versions (H100,
// v2.0.1). A range (10%-15%, 三到五家) is one quantity, and so is a number that
// leaves digits open (十几家, 三四百万).
func Quantities(text string) []Quantity { return quantitiesOf([]rune(text)) }

func quantitiesOf(text []rune) []Quantity {
	r := quantityReader{text: text, narrow: make([]rune, len(text))}
	for i, c := range text {
		r.narrow[i] = narrowed(c)
	}
	for r.at < len(r.text) {
		if !r.read() {
			r.at++
		}
	}
	return r.list
}

// narrowed is the half-width, lower-case form of c, where that is one rune.
func narrowed(c rune) rune {
	switch {
	case c >= 0x4e00 && c <= 0x9fff:
		return c
	case c >= 0xff01 && c <= 0xff5e:
		c -= 0xfee0
	case c == '　' || c == 0xa0:
		return ' '
	case c == '￥':
		return '¥'
	}
	return unicode.ToLower(c)
}

// A quantityReader reads quantities from text, which narrow is the folded form of.
type quantityReader struct {
	text, narrow []rune
	at           int
	list         []Quantity
}

// A number is a number as it was read, without its unit.
type number struct {
	low, high   float64 // differ where digits are left open
	step, zeros float64 // as in Quantity
	factor      float64 // what the words after the digits multiply them by
	ranged      bool    // low and high were both written
	start, end  int
}

func (n number) times(factor float64) number {
	n.low, n.high, n.step, n.zeros, n.factor = n.low*factor, n.high*factor, n.step*factor, n.zeros*factor, n.factor*factor
	return n
}

// read reads the quantity that begins at r.at, if one does, and goes past it.
func (r *quantityReader) read() bool {
	start := r.at
	c := r.narrow[start]
	switch {
	case isDigit(c):
		return r.digits(start, start, "")
	case c < utf8.RuneSelf && !strings.ContainsRune(currencyStarts, c) && !(c >= 'a' && c <= 'z'):
		return false
	case chineseDigit(c) >= 0 || strings.ContainsRune("十百千几数半", c):
		return r.numeral(start)
	case strings.ContainsRune(currencyStarts, c):
		if unit, at := r.currencyBefore(start); at < len(r.narrow) && isDigit(r.narrow[at]) {
			return r.digits(start, at, unit)
		}
	}
	return c >= 'a' && c <= 'z' && r.fractionInWords(start)
}

// fractionInWords reads an English fraction: half, a third, two thirds.
func (r *quantityReader) fractionInWords(start int) bool {
	if start > 0 && isLatinLetter(r.narrow[start-1]) {
		return false
	}
	u, end := r.match(start, shares)
	if end == start {
		return false
	}
	r.add(share(u.factor), start, end, "%")
	return true
}

// digits reads a number in digits at at; what comes before it begins at start.
func (r *quantityReader) digits(start, at int, unit string) bool {
	n := r.decimal(at)
	r.at = n.end
	if r.inWord(start, n.end) {
		for r.at < len(r.narrow) && (isDigit(r.narrow[r.at]) || isPoint(r.narrow[r.at])) {
			r.at++
		}
		return true
	}
	if share, ok := r.fraction(n); ok {
		r.add(share, start, share.end, "%")
		return true
	}
	n, own, end := r.finish(n)
	if own == "" || unit != "" && !isCurrency(own) {
		own = unit
		if unit != "" {
			end = n.end
		}
	}
	if !r.ranged(n, start, end, own) {
		r.add(n, start, end, own)
	}
	return true
}

// A share of so many hundredths that is told in words or as a fraction is no more
// exact than some hundredths.
func share(hundredths float64) number {
	return number{low: hundredths, high: hundredths, step: 5, zeros: 5, factor: 1}
}

// fraction reads a fraction in digits as hundredths: 1/10.
func (r *quantityReader) fraction(n number) (number, bool) {
	if n.end+1 >= len(r.narrow) || r.narrow[n.end] != '/' || n.start > 0 && r.narrow[n.start-1] == '/' {
		return n, false
	}
	below := r.decimal(n.end + 1)
	goesOn := below.end < len(r.narrow) && (r.narrow[below.end] == '/' || isLatinLetter(r.narrow[below.end]))
	if below.end == n.end+1 || goesOn || n.low == 0 || below.low <= n.low || below.low > 100 {
		return n, false
	}
	f := share(100 * n.low / below.low)
	f.end = below.end
	return f, true
}

// decimal reads digits with points and commas of thousands.
func (r *quantityReader) decimal(at int) number {
	digits := make([]byte, 0, 16)
	point, places, noughts := false, 0, 0
	end := at
	for ; end < len(r.narrow); end++ {
		c := r.narrow[end]
		if c == '.' && !point && digitsFrom(r.narrow, end+1) > 0 {
			digits, point = append(digits, '.'), true
			continue
		}
		if c == ',' && !point && digitsFrom(r.narrow, end+1) == 3 {
			continue
		}
		if !isDigit(c) {
			break
		}
		digits = append(digits, byte(c))
		if noughts++; c != '0' {
			noughts = 0
		}
		if point {
			places++
		}
	}
	value, _ := strconv.ParseFloat(string(digits), 64)
	step := math.Pow10(-places)
	return number{low: value, high: value, step: step, zeros: step * math.Pow10(noughts), factor: 1, start: at, end: end}
}

// inWord reports whether the digits of [start, end) are part of a name, a version
// or an address: a Latin letter or a point comes directly before, or more points.
func (r *quantityReader) inWord(start, end int) bool {
	if start > 0 {
		before := r.narrow[start-1]
		joint := before == '.' || before == '-' || before == '_' || before == '+'
		if isLatinLetter(before) || joint && start > 1 && (isLatinLetter(r.narrow[start-2]) || before == '.' && isDigit(r.narrow[start-2])) {
			return true
		}
	}
	return end+1 < len(r.narrow) && r.narrow[end] == '.' && isDigit(r.narrow[end+1])
}

func isLatinLetter(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 0x80 && c < 0x4e00 && unicode.Is(unicode.Latin, c)
}

// numeral reads a number in Chinese characters.
func (r *quantityReader) numeral(start int) bool {
	if r.has(start, "百分之") {
		n := chineseNumber(r.narrow, start+3)
		if n.end > start+3 {
			n.step, n.zeros = 1, 1
			r.add(n, start, n.end, "%")
		}
		return n.end > start+3
	}
	if end := r.half(start); end > start {
		r.add(share(50), start, end, "%")
		return true
	}
	n := chineseNumber(r.narrow, start)
	if n.end == start {
		return false
	}
	if r.has(n.end, "分之") {
		if above := chineseNumber(r.narrow, n.end+2); above.end > n.end+2 && n.low > above.low {
			r.add(share(100*above.low/n.low), start, above.end, "%")
			return true
		}
	}
	bare := n.end
	n, unit, end := r.finish(n)
	if r.ranged(n, start, end, unit) {
		return true
	}
	if n.factor < 1e4 && !safeAfterNumeral(unit, n.low, r.text[start]) {
		r.at = bare
		return true
	}
	r.add(n, start, end, unit)
	return true
}

// half returns where a half that begins at start ends: 一半, 近半, 过半, 减半.
func (r *quantityReader) half(start int) int {
	switch {
	case r.has(start, "一半"), r.has(start, "半数"):
		return start + 2
	case r.has(start, "半") && start > 0 && strings.ContainsRune("近过减", r.narrow[start-1]):
		return start + 1
	}
	return start
}

// safeAfterNumeral reports whether a numeral before the unit is a number: 一家 and
// 一年 are more often words than counts.
func safeAfterNumeral(unit string, value float64, first rune) bool {
	switch unit {
	case "":
		return false
	case "%", "百分点", "倍", "折", "元", "美元", "港元", "欧元", "日元", "英镑", "季度":
		return true
	}
	return value > 1 && first != '数'
}

// finish reads what follows the number: scale, then unit. end is after the unit.
func (r *quantityReader) finish(n number) (scaled number, unit string, end int) {
	n = r.opened(n)
	factor, end := r.scale(n.end)
	n = n.times(factor)
	n.end = end
	n = r.opened(n)
	if r.has(n.end, "个亿") { // 3个亿
		n = n.times(1e8)
		n.end += 2
		return n, "", n.end
	}
	unit, end = r.unit(n.end)
	if unit == "成" {
		n, end = r.ofTenths(n.times(10), end)
		return n, "%", end
	}
	return n, unit, end
}

// ofTenths reads the digit of 九成三, 93 %, and the half of 七成半.
func (r *quantityReader) ofTenths(n number, end int) (number, int) {
	if end >= len(r.narrow) || n.low < n.high || end+1 < len(r.narrow) && strings.ContainsRune("个家名位人台款成十百千万亿年月日天", r.narrow[end+1]) {
		return n, end
	}
	more := chineseDigit(r.narrow[end])
	if r.narrow[end] == '半' {
		more = 5
	}
	if more <= 0 {
		return n, end
	}
	n.low, n.high = n.low+float64(more), n.high+float64(more)
	n.step, n.zeros = 1, 1
	return n, end + 1
}

// opened goes past a word that leaves the digits after the last one open: 20多家,
// 十余家, 6亿多美元.
func (r *quantityReader) opened(n number) number {
	if n.end < len(r.narrow) && n.high == n.low && strings.ContainsRune("多余几", r.narrow[n.end]) {
		n.high = n.low + n.zeros
		n.end++
	}
	return n
}

// has reports whether the folded text has s at code point at.
func (r *quantityReader) has(at int, s string) bool {
	for _, c := range s {
		if at < 0 || at >= len(r.narrow) || r.narrow[at] != c {
			return false
		}
		at++
	}
	return true
}

// blank goes past one blank, which may stand between a number and its unit.
func (r *quantityReader) blank(at int) int {
	if at < len(r.narrow) && r.narrow[at] == ' ' {
		return at + 1
	}
	return at
}

// match returns the first entry of table that stands at at, or after one blank,
// and where it ends. An entry in letters must end with its word.
func (r *quantityReader) match(at int, table []unitName) (unitName, int) {
	for i, from := range []int{at, r.blank(at)} {
		if i == 1 && from == at || from >= len(r.narrow) {
			break
		}
		first := r.narrow[from]
		for _, u := range table {
			if c, _ := utf8.DecodeRuneInString(u.name); c != first || !r.has(from, u.name) {
				continue
			}
			end := from + utf8.RuneCountInString(u.name)
			if !(end < len(r.narrow) && isLatinLetter(r.narrow[end]) && isLatinLetter(r.narrow[end-1])) {
				return u, end
			}
		}
	}
	return unitName{}, at
}

func (r *quantityReader) scale(at int) (factor float64, end int) {
	factor = 1
	for range 2 { // 万亿, 百万
		u, after := r.match(at, scales)
		if after == at {
			break
		}
		factor, at = factor*u.factor, after
	}
	return factor, at
}

// unit returns the unit at at in its canonical form, empty when there is none, and
// where it ends.
func (r *quantityReader) unit(at int) (unit string, end int) {
	u, end := r.match(at, units)
	return u.unit, end
}

func (r *quantityReader) currencyBefore(at int) (unit string, end int) {
	if at > 0 && isLatinLetter(r.narrow[at-1]) {
		return "", at
	}
	u, end := r.match(at, currencySigns)
	if end == at {
		return "", at
	}
	return u.unit, r.blank(end)
}
