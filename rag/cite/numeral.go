package cite

// chineseDigit returns the value of a digit in Chinese characters, -1 for others.
func chineseDigit(c rune) int {
	switch c {
	case '〇', '零':
		return 0
	case '一':
		return 1
	case '二', '两':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	}
	return -1
}

// chineseNumber reads a number in Chinese characters from text[at:]: 二十, 一百零五,
// 三千亿, 二〇二四, and those that leave digits open: 十几, 几百万, 三四百. end is at
// where there is none.
func chineseNumber(text []rune, at int) number {
	s := numeralSum{step: 1}
	end := at
	for ; end < len(text); end++ {
		if d := chineseDigit(text[end]); d >= 0 {
			s.digit(float64(d))
			continue
		}
		if text[end] == '几' || text[end] == '数' && end == at {
			if !s.some(end, text) {
				break
			}
			continue
		}
		power := powerOf(text[end])
		if power == 0 {
			break
		}
		s.power(power)
	}
	if s.open && !s.powered { // 几 alone says no number
		return number{start: at, end: at}
	}
	return number{low: s.value(), high: s.value() + s.spread, step: s.step, zeros: s.step, factor: max(s.step, 1), start: at, end: end}
}

func powerOf(c rune) float64 {
	switch c {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	case '万':
		return 1e4
	case '亿':
		return 1e8
	}
	return 0
}

// A numeralSum adds up a numeral: total of what is before 万 and 亿, section below
// that, and the digits not yet multiplied.
type numeralSum struct {
	total, section, digits float64
	pending                bool
	spread                 float64 // how much more it may be: 三四百 is 300 to 400
	step                   float64 // the power of the digit read last
	run                    int     // digits side by side, read one by one: 二〇二四
	open, powered          bool    // 几 came; a power came
}

func (n *numeralSum) digit(d float64) {
	if n.run == 1 && d == n.digits+1 && n.digits > 0 { // 三四
		n.spread, n.pending = 1, true
		n.run, n.step = 2, 1
		return
	}
	if n.spread > 0 && n.run == 2 { // 三四五: digits after all
		n.digits, n.spread = n.digits*10+n.digits+1, 0
	}
	n.digits, n.pending = n.digits*10+d, true // 二〇二四
	n.run++
	n.step = 1
}

// some takes 几 or 数, and reports whether it belongs to a number: before a power
// (几百, 数千), or after 十 (十几).
func (n *numeralSum) some(at int, text []rune) bool {
	before := n.powered && n.step == 10 && !n.pending
	after := !n.powered && !n.pending && at+1 < len(text) && powerOf(text[at+1]) > 0
	if !before && !after {
		return false
	}
	n.open, n.step = true, 1
	n.digits, n.pending, n.spread = 1, true, 8
	if after {
		n.digits, n.spread = 2, 7
	}
	return true
}

func (n *numeralSum) power(p float64) {
	if !n.pending && p < 1e4 {
		n.digits = 1 // 十五
	}
	n.spread *= p
	if n.step *= p; p < 1e4 {
		n.step = p
	}
	switch {
	case p < 1e4:
		n.section += n.digits * p
	case p == 1e8: // 万亿: all before it counts
		n.total = (n.total + n.section + n.digits) * p
		n.section = 0
	default:
		n.total += (n.section + n.digits) * p
		n.section = 0
	}
	n.digits, n.pending, n.run, n.powered = 0, false, 0, true
}

func (n *numeralSum) value() float64 { return n.total + n.section + n.digits }
