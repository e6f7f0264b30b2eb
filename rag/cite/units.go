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
		{name: "个人", unit: "人"}, {name: "多人", unit: "人"}, {name: "个", unit: "个"}, {name: "大", unit: "个"},
		{name: "小时", unit: "小时"}, {name: "分钟", unit: "分钟"}, {name: "毫秒", unit: "毫秒"}, {name: "秒钟", unit: "秒"}, {name: "employees", unit: "人"}, {name: "people", unit: "人"},
	}, asWritten("家 名 人 位 款 项 台 座 次 天 周 件 套 颗 张 卡 秒 岁 条 种 类 层 核 吨 平方米 公里 米 期 届 代 所 部 站 点 篇 起 笔 门 节 席 gpu gb tb pb mw gw kw kwh")...)
	shares = []unitName{
		{name: "two thirds", factor: 200. / 3}, {name: "two-thirds", factor: 200. / 3}, {name: "three quarters", factor: 75}, {name: "three-quarters", factor: 75},
		{name: "a third", factor: 100. / 3}, {name: "one third", factor: 100. / 3}, {name: "a quarter of", factor: 25}, {name: "one quarter of", factor: 25},
		{name: "half", factor: 50}, {name: "a fifth", factor: 20}, {name: "one fifth", factor: 20}, {name: "a tenth", factor: 10}, {name: "one tenth", factor: 10},
	}
	// dimensions are units that can be told in one another: in the first of each.
	dimensions = []unitName{
		{name: "毫秒", unit: "秒", factor: 1e-3}, {name: "秒", unit: "秒", factor: 1}, {name: "分钟", unit: "秒", factor: 60}, {name: "小时", unit: "秒", factor: 3600},
		{name: "天", unit: "秒", factor: 86400}, {name: "周", unit: "秒", factor: 7 * 86400},
		{name: "个月", unit: "个月", factor: 1}, {name: "年", unit: "个月", factor: 12},
		{name: "gb", unit: "gb", factor: 1}, {name: "tb", unit: "gb", factor: 1e3}, {name: "pb", unit: "gb", factor: 1e6},
		{name: "kw", unit: "kw", factor: 1}, {name: "mw", unit: "kw", factor: 1e3}, {name: "gw", unit: "kw", factor: 1e6},
		{name: "米", unit: "米", factor: 1}, {name: "公里", unit: "米", factor: 1e3},
		{name: "人", unit: "人", factor: 1}, {name: "名", unit: "人", factor: 1}, {name: "位", unit: "人", factor: 1},
	}
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
