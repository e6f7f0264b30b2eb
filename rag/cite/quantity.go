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
	Value float64 // in Unit: 265.49亿元 is 26549000000 元, 两成 is 20 %
	Unit  string  // %, 百分点, 倍, 折, a currency (元, 美元 …), a part of a date (年, 月, 日, 季度), a classifier as written (家), or empty
	Text  string  // as it stands in the text
	Span  Span    // of the text
}

// date reports whether the quantity is part of a date, or a length of time.
func (q Quantity) date() bool {
	switch q.Unit {
	case "年", "月", "日", "季度":
		return true
	}
	return false
}

// same reports whether two quantities are the same. A number without a unit is
// the same as one whose unit a reader may leave out.
func (q Quantity) same(other Quantity) bool {
	if math.Abs(q.Value-other.Value) > 1e-9*math.Abs(q.Value) {
		return false
	}
	if q.Unit == other.Unit {
		return true
	}
	return q.Unit == "" && other.mayStandBare() || other.Unit == "" && q.mayStandBare()
}

func (q Quantity) mayStandBare() bool {
	return q.Unit != "%" && q.Unit != "百分点" && q.Unit != "倍" && q.Unit != "折"
}

// Quantities returns the quantities of a text in order. Numerals in Chinese
// characters count where a unit that is seldom anything else follows (两成、三倍、
// 百分之二十、十五家), digits everywhere but inside Latin words and versions (H100,
// v2.0.1).
func Quantities(text string) []Quantity {
	r := quantityReader{text: []rune(text)}
	r.narrow = make([]rune, len(r.text))
	for i, c := range r.text {
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

// read reads the quantity that begins at r.at, if one does, and goes past it.
func (r *quantityReader) read() bool {
	start := r.at
	switch c := r.narrow[start]; {
	case isDigit(c):
		return r.digits(start, start, "")
	case chineseDigit(c) >= 0 || c == '十' || c == '百' || c == '千':
		return r.numeral(start)
	case strings.ContainsRune(currencyStarts, c):
		unit, at := r.currencyBefore(start)
		return at < len(r.narrow) && isDigit(r.narrow[at]) && r.digits(start, at, unit)
	}
	return false
}

// digits reads a number in digits at at; what comes before it begins at start.
func (r *quantityReader) digits(start, at int, unit string) bool {
	value, end := r.decimal(at)
	r.at = end
	if r.inWord(start, end) {
		for r.at < len(r.narrow) && (isDigit(r.narrow[r.at]) || isPoint(r.narrow[r.at])) {
			r.at++
		}
		return true
	}
	r.finish(start, end, value, unit)
	return true
}

// decimal reads digits with points and commas of thousands.
func (r *quantityReader) decimal(at int) (value float64, end int) {
	digits := make([]byte, 0, 16)
	point := false
	for end = at; end < len(r.narrow); end++ {
		switch c := r.narrow[end]; {
		case isDigit(c):
			digits = append(digits, byte(c))
		case c == '.' && !point && digitsFrom(r.narrow, end+1) > 0:
			digits, point = append(digits, '.'), true
		case c == ',' && !point && digitsFrom(r.narrow, end+1) == 3:
		default:
			value, _ = strconv.ParseFloat(string(digits), 64)
			return value, end
		}
	}
	value, _ = strconv.ParseFloat(string(digits), 64)
	return value, end
}

// inWord reports whether the digits of [start, end) are part of a name, a version
// or an address: a Latin letter or a point comes directly before, or more points.
func (r *quantityReader) inWord(start, end int) bool {
	if start > 0 {
		before := r.narrow[start-1]
		joint := before == '.' || before == '-' || before == '_'
		if isLatinLetter(before) || joint && start > 1 && (isLatinLetter(r.narrow[start-2]) || before == '.' && isDigit(r.narrow[start-2])) {
			return true
		}
	}
	return end+1 < len(r.narrow) && r.narrow[end] == '.' && isDigit(r.narrow[end+1])
}

func isLatinLetter(c rune) bool { return c >= 'a' && c <= 'z' || unicode.Is(unicode.Latin, c) }

// numeral reads a number in Chinese characters.
func (r *quantityReader) numeral(start int) bool {
	if r.has(start, "百分之") {
		value, end := chineseNumber(r.narrow, start+3)
		if end == start+3 {
			return false
		}
		r.add(start, end, value, "%")
		return true
	}
	value, end := chineseNumber(r.narrow, start)
	if end == start {
		return false
	}
	unit, after := r.unit(r.more(end))
	if !safeAfterNumeral(unit, value) {
		r.at = end
		return true
	}
	value, unit = percent(value, unit)
	r.add(start, after, value, unit)
	return true
}

// safeAfterNumeral reports whether a numeral before the unit is a number: 一家 and
// 一年 are more often words than counts.
func safeAfterNumeral(unit string, value float64) bool {
	switch unit {
	case "":
		return false
	case "%", "百分点", "倍", "成", "折", "元", "美元", "港元", "欧元", "日元", "英镑", "季度":
		return true
	}
	return value != 1 && value != 0
}

// finish reads what follows the number: scale, then unit. before is the currency
// that came before the number.
func (r *quantityReader) finish(start, end int, value float64, before string) {
	factor, end := r.scale(end)
	unit, after := r.unit(r.more(end))
	switch {
	case unit == "":
		unit, after = before, end
	case before != "" && !isCurrency(unit):
		unit, after = before, end
	}
	value, unit = percent(value*factor, unit)
	r.add(start, after, value, unit)
}

// percent makes tenths (成) hundredths.
func percent(value float64, unit string) (float64, string) {
	if unit == "成" {
		return value * 10, "%"
	}
	return value, unit
}

func (r *quantityReader) add(start, end int, value float64, unit string) {
	r.list = append(r.list, Quantity{Value: value, Unit: unit, Text: string(r.text[start:end]), Span: Span{start, end}})
	r.at = end
}

// has reports whether the folded text has s at code point at.
func (r *quantityReader) has(at int, s string) bool {
	for _, c := range s {
		if at >= len(r.narrow) || r.narrow[at] != c {
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

// more goes past a word that makes the number a lower bound: 20多家, 十余家.
func (r *quantityReader) more(at int) int {
	if at < len(r.narrow) && strings.ContainsRune("多余来", r.narrow[at]) {
		return at + 1
	}
	return at
}

// match returns the first entry of table that stands at at, or after one blank,
// and where it ends. An entry in letters must end with its word.
func (r *quantityReader) match(at int, table []unitName) (unitName, int) {
	for _, from := range []int{at, r.blank(at)} {
		for _, u := range table {
			end := from + utf8.RuneCountInString(u.name)
			if r.has(from, u.name) && !(end < len(r.narrow) && isLatinLetter(r.narrow[end]) && isLatinLetter(r.narrow[end-1])) {
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
