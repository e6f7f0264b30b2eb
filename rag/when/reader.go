package when

import (
	"strings"
	"unicode"
)

// A reader reads the periods of text.
type reader struct {
	text []rune
	fold []rune // text in the form that words are compared in, rune by rune
	asOf anchor
	// ahead is how many days after asOf a date without a year may lie.
	ahead day

	done  int // end of the period read last; nothing before it is read again
	named int // the year named last in this paragraph, 0 for none
	list  []Period
}

func newReader(text, asOf string) *reader {
	r := &reader{text: []rune(text), asOf: newAnchor(asOf)}
	r.fold = make([]rune, len(r.text))
	for i, c := range r.text {
		r.fold[i] = folded(c)
	}
	return r
}

// folded is the simplified, half-width, lower-case form of c. Only the traditional
// characters that words of time are written with are known.
func folded(c rune) rune {
	switch {
	case c >= 'A' && c <= 'Z':
		return c + 'a' - 'A'
	case c < 0x80:
		return c
	case c >= 0x4e00 && c <= 0x9fff:
		return simplified(c)
	case c >= 0xff01 && c <= 0xff5e:
		return folded(c - 0xfee0)
	case c == '　' || c == '\u00a0':
		return ' '
	case c == '’' || c == '‘' || c == 'ʼ':
		return '\''
	case c == '–' || c == '‐' || c == '‑' || c == '−':
		return '-'
	case c == '•' || c == '・' || c == '‧':
		return '·'
	case c == '○' || c == 'Ｏ':
		return '〇'
	}
	return unicode.ToLower(c)
}

func simplified(c rune) rune {
	switch c {
	case '個':
		return '个'
	case '這':
		return '这'
	case '週':
		return '周'
	case '後':
		return '后'
	case '來':
		return '来'
	case '節':
		return '节'
	case '國':
		return '国'
	case '慶':
		return '庆'
	case '聖':
		return '圣'
	case '誕':
		return '诞'
	case '雙':
		return '双'
	case '兩':
		return '两'
	case '號':
		return '号'
	case '開':
		return '开'
	case '報':
		return '报'
	case '導':
		return '道'
	case '間':
		return '间'
	case '從':
		return '从'
	case '財':
		return '财'
	case '內':
		return '内'
	case '過':
		return '过'
	case '於':
		return '于'
	case '舊':
		return '旧'
	case '較':
		return '较'
	case '與':
		return '与'
	case '長':
		return '长'
	case '聞':
		return '闻'
	case '傳':
		return '传'
	}
	return c
}

// at returns the folded rune at i, 0 outside the text.
func (r *reader) at(i int) rune {
	if i < 0 || i >= len(r.fold) {
		return 0
	}
	return r.fold[i]
}

// has reports whether s stands at i.
func (r *reader) has(i int, s string) bool {
	for _, c := range s {
		if i < 0 || i >= len(r.fold) || r.fold[i] != c {
			return false
		}
		i++
	}
	return true
}

// past returns where s ends when it stands at i, else i. What ends in a Latin
// letter must end with its word.
func (r *reader) past(i int, s string) int {
	if s == "" || !r.has(i, s) {
		return i
	}
	end := i + len([]rune(s))
	if isLatin(r.fold[end-1]) && isLatin(r.at(end)) {
		return i
	}
	return end
}

// pastAny returns where the first of the words that stands at i ends, else i.
func (r *reader) pastAny(i int, words ...string) int {
	for _, w := range words {
		if end := r.past(i, w); end > i {
			return end
		}
	}
	return i
}

// pastBlanks returns the place of the first rune from i that is no blank. Lines
// are not crossed.
func (r *reader) pastBlanks(i int) int {
	for r.at(i) == ' ' || r.at(i) == '\t' {
		i++
	}
	return i
}

// before returns where s begins when it stands directly before i, but for blanks,
// and after what was read already; else i. What begins with a Latin letter must
// begin its word.
func (r *reader) before(i int, s string) int {
	end := i
	for end > r.done && (r.at(end-1) == ' ' || r.at(end-1) == '\t') {
		end--
	}
	runes := []rune(s)
	start := end - len(runes)
	if start < r.done || !r.has(start, s) {
		return i
	}
	if isLatin(runes[0]) && (isLatin(r.at(start-1)) || isLatin(runes[len(runes)-1]) && end == i) {
		return i
	}
	return start
}

func (r *reader) beforeAny(i int, words ...string) int {
	for _, w := range words {
		if start := r.before(i, w); start < i {
			return start
		}
	}
	return i
}

// word returns the Latin letters at i and where they end.
func (r *reader) word(i int) (word string, end int) {
	for end = i; isLatin(r.at(end)); end++ {
	}
	return string(r.fold[i:end]), end
}

// oneOf reports whether c is one of the runes of set; never for 0, which stands
// for what is outside the text.
func oneOf(c rune, set string) bool { return c != 0 && strings.ContainsRune(set, c) }

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

func isLatin(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 0xc0 && c < 0x250
}

func isHan(c rune) bool { return c >= 0x4e00 && c <= 0x9fff || c == '〇' }

// number reads up to four digits, or a Chinese numeral below a hundred or digit by
// digit (二〇二四). digits is how many were written, 2 for a numeral with 十; end is
// i where there is none.
func (r *reader) number(i int) (n, digits, end int) {
	for end = i; isDigit(r.at(end)); end++ {
		n = n*10 + int(r.at(end)-'0')
		if digits++; digits > 4 {
			return 0, 0, i
		}
	}
	if digits > 0 {
		return n, digits, end
	}
	return r.numeral(i)
}

func (r *reader) numeral(i int) (n, digits, end int) {
	for end = i; chineseDigit(r.at(end)) >= 0; end++ {
		n = n*10 + chineseDigit(r.at(end))
		if digits++; digits > 4 {
			return 0, 0, i
		}
	}
	if r.at(end) != '十' {
		return n, digits, end
	}
	if digits > 1 {
		return 0, 0, i
	}
	end++
	n = max(n, 1) * 10
	if d := chineseDigit(r.at(end)); d > 0 {
		n += d
		end++
	}
	return n, 2, end
}

// chineseDigit returns the value of a Chinese digit, -1 for other runes.
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

func isNumeral(c rune) bool { return c == '十' || chineseDigit(c) >= 0 }

// A numbers is one number, or two that share the unit after them: 3, 1-3, 三到五,
// 8、9.
type numbers struct {
	first, last int
	digits      int // of the first
	end         int
}

// numbers reads one number or two; end is i where there is none. Of a list (8、9)
// the numbers must follow one another, so that nothing lies between.
func (r *reader) numbers(i int) numbers {
	n, digits, end := r.number(i)
	one := numbers{n, n, digits, end}
	if end == i {
		return one
	}
	next := r.pastBlanks(end)
	connector := r.pastAny(next, "到", "至", "~", "——", "—", "-", "、", "和", "及", "与")
	if connector == next {
		return one
	}
	list := oneOf(r.at(next), "、和及与")
	m, _, last := r.number(r.pastBlanks(connector))
	if last == r.pastBlanks(connector) || m <= n || list && m != n+1 {
		return one
	}
	return numbers{n, m, digits, last}
}

// inFigure reports whether what comes before i makes the number at i part of a
// longer number, a version, a code or a price: 1.3月, 12,024, v2024, GPT-4, $20.
func (r *reader) inFigure(i int) bool {
	before := r.at(i - 1)
	switch {
	case before == '.' || before == '-' || before == '/' || before == ':':
		return isDigit(r.at(i-2)) || isLatin(r.at(i-2))
	case before == ',':
		return isDigit(r.at(i-2)) && isDigit(r.at(i)) && isDigit(r.at(i+1)) && isDigit(r.at(i+2)) && !isDigit(r.at(i+3))
	case isNumeral(before) || oneOf(before, "百千万亿几数"):
		return isNumeral(r.at(i))
	}
	return isDigit(before) || isLatin(before) || oneOf(before, "_#$¥€£@=&+%")
}
