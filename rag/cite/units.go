package cite

import "strings"

// A unitName is one way of writing a unit or a scale.
type unitName struct {
	name   string // folded
	unit   string // canonical
	factor float64
}

// currencyStarts are the first characters of currencySigns.
const currencyStarts = "$¥€£uhcreg人"

// In each table what begins like another entry and is longer comes first.
var (
	scales = []unitName{
		{name: "万亿", factor: 1e12}, {name: "百亿", factor: 1e10}, {name: "千亿", factor: 1e11}, {name: "千万", factor: 1e7}, {name: "百万", factor: 1e6},
		{name: "十亿", factor: 1e9}, {name: "十万", factor: 1e5}, {name: "亿", factor: 1e8}, {name: "万", factor: 1e4}, {name: "千", factor: 1e3},
		{name: "trillion", factor: 1e12}, {name: "billion", factor: 1e9}, {name: "million", factor: 1e6}, {name: "thousand", factor: 1e3},
		{name: "tn", factor: 1e12}, {name: "bn", factor: 1e9}, {name: "mn", factor: 1e6}, {name: "b", factor: 1e9}, {name: "m", factor: 1e6}, {name: "k", factor: 1e3},
	}
	currencySigns = []unitName{
		{name: "us$", unit: "美元"}, {name: "hk$", unit: "港元"}, {name: "$", unit: "美元"}, {name: "usd", unit: "美元"},
		{name: "cny", unit: "元"}, {name: "rmb", unit: "元"}, {name: "¥", unit: "元"}, {name: "人民币", unit: "元"},
		{name: "€", unit: "欧元"}, {name: "eur", unit: "欧元"}, {name: "£", unit: "英镑"}, {name: "gbp", unit: "英镑"},
	}
	units = append([]unitName{
		{name: "个百分点", unit: "百分点"}, {name: "百分点", unit: "百分点"}, {name: "percentage points", unit: "百分点"}, {name: "percentage point", unit: "百分点"}, {name: "pp", unit: "百分点"},
		{name: "percent", unit: "%"}, {name: "per cent", unit: "%"}, {name: "%", unit: "%"},
		{name: "成", unit: "成"}, {name: "倍", unit: "倍"}, {name: "times", unit: "倍"}, {name: "x", unit: "倍"}, {name: "折", unit: "折"},
		{name: "元人民币", unit: "元"}, {name: "人民币", unit: "元"}, {name: "元", unit: "元"}, {name: "yuan", unit: "元"}, {name: "rmb", unit: "元"}, {name: "cny", unit: "元"},
		{name: "美元", unit: "美元"}, {name: "美金", unit: "美元"}, {name: "dollars", unit: "美元"}, {name: "usd", unit: "美元"},
		{name: "港元", unit: "港元"}, {name: "港币", unit: "港元"}, {name: "欧元", unit: "欧元"}, {name: "euros", unit: "欧元"}, {name: "日元", unit: "日元"}, {name: "英镑", unit: "英镑"},
		{name: "个季度", unit: "季度"}, {name: "季度", unit: "季度"}, {name: "个月", unit: "个月"}, {name: "年", unit: "年"}, {name: "月", unit: "月"}, {name: "日", unit: "日"}, {name: "号", unit: "日"},
		{name: "个", unit: "个"}, {name: "小时", unit: "小时"}, {name: "分钟", unit: "分钟"}, {name: "毫秒", unit: "毫秒"},
	}, asWritten("家 名 人 位 款 项 台 座 次 天 周 件 套 颗 张 卡 秒 岁 条 种 类 层 核 吨 平方米 公里 米 度 gpu gb tb pb mw gw kw kwh")...)
)

// asWritten makes units that have one form.
func asWritten(names string) []unitName {
	var list []unitName
	for _, name := range strings.Fields(names) {
		list = append(list, unitName{name: name, unit: name})
	}
	return list
}

func isCurrency(unit string) bool {
	return strings.HasSuffix(unit, "元") || unit == "英镑"
}

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
// 三千亿, 二〇二四. end is at where there is none.
func chineseNumber(text []rune, at int) (value float64, end int) {
	var n numeralSum
	for end = at; end < len(text); end++ {
		if d := chineseDigit(text[end]); d >= 0 {
			n.digit(float64(d))
			continue
		}
		power := powerOf(text[end])
		if power == 0 {
			break
		}
		n.power(power)
	}
	return n.value(), end
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
}

func (n *numeralSum) digit(d float64) {
	n.digits, n.pending = n.digits*10+d, true // 二〇二四
}

func (n *numeralSum) power(p float64) {
	if !n.pending && p < 1e4 {
		n.digits = 1 // 十五
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
	n.digits, n.pending = 0, false
}

func (n *numeralSum) value() float64 { return n.total + n.section + n.digits }
