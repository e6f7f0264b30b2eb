package cite

import (
	"math"
	"strings"
	"unicode/utf8"
)

// A bound is what the words around a number make of it.
type bound int

const (
	exact   bound = iota
	about         // 约, 左右
	near          // 近: a little less
	above         // 超
	atLeast       // 至少
	below         // 不到
	atMost        // 至多
	between       // two numbers
	more          // digits left open: 20多, 十几, 出头
)

// How far from its number, as a share of it, a loose word reaches.
const (
	aboutReach = .06
	nearReach  = .12
	beyond     = .1 // 出头
)

// A boundWord is a word that bounds the number beside it.
type boundWord struct {
	word  string
	bound bound
}

// Of the words in each list that end (begin) alike, the longer comes first.
var (
	boundsBefore = []boundWord{
		{"不超过", atMost}, {"不高于", atMost}, {"不多于", atMost}, {"至多", atMost}, {"最多", atMost}, {"at most", atMost}, {"no more than", atMost},
		{"不低于", atLeast}, {"不少于", atLeast}, {"不小于", atLeast}, {"至少", atLeast}, {"起码", atLeast}, {"at least", atLeast},
		{"超过", above}, {"高于", above}, {"大于", above}, {"多于", above}, {"突破", above}, {"超", above}, {"逾", above}, {"过", above},
		{"more than", above}, {"over", above}, {"above", above}, {"exceeding", above}, {"exceeds", above}, {"exceeded", above},
		{"不到", below}, {"不足", below}, {"低于", below}, {"少于", below}, {"小于", below}, {"没有达到", below}, {"没达到", below}, {"未达到", below}, {"未能达到", below}, {"没到", below}, {"未达", below}, {"未到", below}, {"不满", below},
		{"less than", below}, {"fewer than", below}, {"under", below}, {"below", below},
		{"接近", near}, {"将近", near}, {"近", near}, {"nearly", near}, {"almost", near}, {"close to", near},
		{"大约", about}, {"大概", about}, {"约为", about}, {"约合", about}, {"约", about}, {"around", about}, {"about", about}, {"roughly", about}, {"approximately", about}, {"some", about},
	}
	boundsAfter = []boundWord{
		{"及以上", atLeast}, {"以上", atLeast}, {"or more", atLeast}, {"及以下", atMost}, {"以下", below}, {"以内", atMost}, {"之内", atMost},
		{"左右", about}, {"上下", about}, {"or so", about}, {"出头", more}, {"开外", above}, {"多", more}, {"余", more},
	}
)

// notBefore are the characters before a bound of one character that make it part of
// another word: 最近3年, 合约5年, 通过3家.
const notBefore = "最附靠亲临贴契合签预节条制通经超度不错难"

// add appends the quantity that stands at [start, end), with the words beside it
// that bound it.
func (r *quantityReader) add(n number, start, end int, unit string) {
	b, start := r.boundBefore(start, unit)
	if n.high > n.low {
		b = more
		if n.ranged {
			b = between
		}
	}
	if b == exact {
		b, end = r.boundAfter(end)
		if b == more {
			n.high = n.low + min(n.zeros, n.low)
			if r.narrow[end-1] == '头' {
				n.high = n.low * (1 + beyond)
			}
		}
	}
	q := Quantity{
		Value: n.low, Low: n.low, High: n.high, Unit: unit, Text: string(r.text[start:end]), Span: Span{start, end},
		step: n.step, zeros: n.zeros, bound: b,
	}
	if start > 0 && r.narrow[start-1] == '第' && !q.date() {
		q.ordinal = true
		q.Span.Start--
		q.Text = "第" + q.Text
	}
	switch b {
	case about:
		q.Low, q.High = q.Low*(1-aboutReach), q.High*(1+aboutReach)
	case near:
		q.Low *= 1 - nearReach
	case above, atLeast:
		q.High = math.Inf(1)
	case below, atMost:
		q.Low = 0
	}
	r.list = append(r.list, q)
	r.at = end
}

// boundBefore returns the bound that a word before start makes, and where the
// word begins.
func (r *quantityReader) boundBefore(start int, unit string) (bound, int) {
	at := start
	for at > 0 && (r.narrow[at-1] == ' ' || r.narrow[at-1] == '了') {
		at--
	}
	if at == 0 {
		return exact, start
	}
	last := r.narrow[at-1]
	for _, w := range boundsBefore {
		c, _ := utf8.DecodeLastRuneInString(w.word)
		if c != last {
			continue
		}
		begins := at - utf8.RuneCountInString(w.word)
		if begins < r.done() || !r.has(begins, w.word) {
			continue
		}
		before := rune(0)
		if begins > 0 {
			before = r.narrow[begins-1]
		}
		single := begins == at-1
		switch {
		case single && before != 0 && strings.ContainsRune(notBefore, before), isLatinLetter(last) && isLatinLetter(before):
			return exact, start
		case w.word == "近" && (unit == "年" || unit == "个月" || unit == "天" || unit == "周" || unit == "日"):
			return exact, start // the past three years
		}
		return w.bound, begins
	}
	return exact, start
}

// done returns where the quantity read last ends.
func (r *quantityReader) done() int {
	if len(r.list) == 0 {
		return 0
	}
	return r.list[len(r.list)-1].Span.End
}

// boundAfter returns the bound that a word at end makes, and where it ends.
func (r *quantityReader) boundAfter(end int) (bound, int) {
	if end >= len(r.narrow) {
		return exact, end
	}
	at := r.blank(end)
	for _, w := range boundsAfter {
		if r.has(at, w.word) {
			return w.bound, at + utf8.RuneCountInString(w.word)
		}
	}
	return exact, end
}

// ranged adds the range that a number begins, and reports whether it does: 10%-15%,
// 15-20亿元, 三到五家. From 3亿 to 5亿 is a way, and no range.
func (r *quantityReader) ranged(n number, start, end int, unit string) bool {
	at := r.connector(end, start)
	if at == end || at >= len(r.narrow) || n.high > n.low {
		return false
	}
	last, lastUnit, lastEnd := r.numberAt(at)
	if lastEnd == at || unit != "" && unit != lastUnit || lastUnit == "" && last.factor == 1 || lastUnit == "年" && last.low >= leastYear || lastUnit == "月" || lastUnit == "日" {
		return false
	}
	if unit == "" && n.factor < last.factor {
		n = n.times(last.factor / n.factor)
	}
	if n.low >= last.low && !isDash(r.narrow[r.blank(end)]) || n.low == last.low {
		return false
	}
	last.low, last.high, last.ranged = min(n.low, last.low), max(n.low, last.high), true
	r.add(last, start, lastEnd, lastUnit)
	return true
}

// numberAt reads a number in digits or characters with its unit.
func (r *quantityReader) numberAt(at int) (n number, unit string, end int) {
	switch c := r.narrow[at]; {
	case isDigit(c):
		n = r.decimal(at)
	case chineseDigit(c) >= 0 || c == '十':
		n = chineseNumber(r.narrow, at)
	default:
		return n, "", at
	}
	if n.high > n.low || r.inWord(at, n.end) {
		return n, "", at
	}
	return r.finish(n)
}

// connector returns where what joins two numbers to a range ends, at where there
// is nothing such.
func (r *quantityReader) connector(at, start int) int {
	next := r.blank(at)
	switch {
	case next >= len(r.narrow):
		return at
	case strings.ContainsRune("-~–—～", r.narrow[next]):
		next++
		if next < len(r.narrow) && r.narrow[next] == '—' {
			next++
		}
		return r.blank(next)
	case r.narrow[next] == '到' || r.narrow[next] == '至':
		for i := max(0, start-wayBefore); i < start; i++ {
			if strings.ContainsRune("从由自", r.narrow[i]) {
				return at
			}
		}
		return r.blank(next + 1)
	}
	return at
}

// wayBefore is how many code points before a number a word may stand that makes of
// it the beginning of a way.
const wayBefore = 10
