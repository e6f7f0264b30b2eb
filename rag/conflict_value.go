package rag

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"chuchu/rag/cite"
	"chuchu/rag/when"
)

// quantitiesIn returns the quantities of a text but for the parts of its dates.
func quantitiesIn(text string, dates []when.Period) []cite.Quantity {
	var list []cite.Quantity
	for _, q := range cite.Quantities(text) {
		if !inDate(q.Span, dates) {
			list = append(list, counted(q))
		}
	}
	for _, q := range severalIn(text) {
		if !slices.ContainsFunc(list, func(o cite.Quantity) bool { return o.Span.Start < q.Span.End && q.Span.Start < o.Span.End }) {
			list = append(list, q)
		}
	}
	slices.SortFunc(list, func(a, b cite.Quantity) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return list
}

func inDate(span cite.Span, dates []when.Period) bool {
	return slices.ContainsFunc(dates, func(p when.Period) bool { return span.Start < p.End && p.Start < span.End })
}

// counted gives people one unit: they are counted in several words, and 一千号员工
// are no day.
func counted(q cite.Quantity) cite.Quantity {
	if q.Unit == "名" || q.Unit == "位" || q.Unit == "日" && strings.HasSuffix(q.Text, "号") && q.Value > 31 {
		q.Unit = "人"
	}
	return q
}

// several are amounts of which only the scale is said.
var several = regexp.MustCompile(`[几数上]个?([十百千]?)个?([万亿])`)

// severalIn returns the amounts of several: between two and ten of the scale.
func severalIn(text string) []cite.Quantity {
	var list []cite.Quantity
	for _, at := range several.FindAllStringSubmatchIndex(text, -1) {
		scale := powers[text[at[2]:at[3]]] * powers[text[at[4]:at[5]]]
		start := utf8.RuneCountInString(text[:at[0]])
		word := text[at[0]:at[1]]
		list = append(list, cite.Quantity{
			Value: scale, Low: scale, High: 10 * scale, Text: word,
			Span: cite.Span{Start: start, End: start + utf8.RuneCountInString(word)},
		})
	}
	return list
}

// powers are the scales of several.
var powers = map[string]float64{"": 1, "十": 10, "百": 100, "千": 1e3, "万": 1e4, "亿": 1e8}

// currencies are those of which one is worth less than currencyBand of any other.
// What has no unit may be in any of them where it is as large as money is.
var currencies = []string{"元", "美元", "港元", "欧元", "英镑"}

const (
	currencyBand = 10
	surelyMoney  = 1e8
)

func isMoney(q cite.Quantity) bool {
	return slices.Contains(currencies, q.Unit) || q.Unit == "" && q.Low >= surelyMoney
}

// comparable reports whether two quantities can be held against each other.
func comparable(a, b cite.Quantity) bool {
	return a.Unit == b.Unit && a.Unit != "" || isMoney(a) && isMoney(b)
}

// apart reports whether two comparable quantities cannot be the same: as the rules
// for claims have it, and by what their words allow where these are loose.
func apart(a, b cite.Quantity) bool {
	if a.Unit != b.Unit { // money of two currencies
		b.Low, b.High, b.Unit = b.Low/currencyBand, b.High*currencyBand, a.Unit
		return disjoint(a, b)
	}
	loose := func(q cite.Quantity) bool { return q.Low < q.High }
	if loose(a) && loose(b) {
		return disjoint(a, b)
	}
	differ := cite.Compare(a, b) == cite.Differs && cite.Compare(b, a) == cite.Differs
	return differ && disjoint(a, b)
}

// disjoint reports whether no number is in both; the upper end of a loose quantity
// belongs to what is above it (近千人, 一千多人).
func disjoint(a, b cite.Quantity) bool { return a.High <= b.Low || b.High <= a.Low }

// rateSlack is the share by which amounts may differ that are counted by different
// times: a month is no twelfth of a year.
const rateSlack = .1

// overTime returns what a quantity counted by a time is in so many days.
func overTime(q cite.Quantity, by, days float64) cite.Quantity {
	q.Value *= days / by
	q.Low, q.High = q.Low*days/by*(1-rateSlack), q.High*days/by*(1+rateSlack)
	return q
}
