package rag

import (
	"slices"
	"strings"
	"unicode"

	"chuchu/rag/cite"
	"chuchu/rag/when"
)

// surnames are those of most Chinese people: four fifths have one of them.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁于余叶蒋杜苏魏程吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤储季容俞施华"

const (
	leastFrame = 8   // code points that two clauses share around two names
	frameShare = .6  // of the longer clause
	longestLie = 300 // code points of a clause that is looked at
)

// A naming is a clause that may name someone.
type naming struct {
	statement
	clause []rune
}

// nameRifts returns the clauses of the sources that are the same but for whom they
// name.
func (a asking) nameRifts(sources []*source) []rift {
	if a.kind != "name" {
		return nil
	}
	var list []naming
	for _, s := range sources {
		list = append(list, a.namings(s)...)
	}
	var rifts []rift
	for i, x := range list {
		for _, y := range list[i+1:] {
			if x.source.article.ID == y.source.article.ID || !x.sameTime(y.statement) {
				continue
			}
			if one, other, ok := namesIn(x.clause, y.clause); ok {
				x.value.Text, y.value.Text = one, other
				rifts = append(rifts, rift{a: x.statement, b: y.statement, score: a.fit(x.statement) + a.fit(y.statement)})
			}
		}
	}
	return rifts
}

// namings returns the clauses of a source that are about what was asked.
func (a asking) namings(s *source) []naming {
	runes := []rune(s.text)
	dates := when.Find(s.text, string(s.article.Published))
	var list []naming
	for _, at := range cite.Sentences(s.text) {
		sentence := runes[at.Start:at.End]
		inside := when.Within(dates, at.Start, at.End)
		for start := 0; start < len(sentence); {
			_, end := clauseBounds(sentence, cite.Span{Start: start, End: start})
			clause := sentence[start:end]
			start = end + 1
			terms := contentTerms(string(clause))
			if len(clause) < leastFrame || len(clause) > longestLie || a.cover(terms) < answeringOwn {
				continue
			}
			st := statement{source: s, sentence: at, near: terms, around: terms, wide: terms}
			if len(inside) > 0 {
				st.period = &inside[0]
			}
			list = append(list, naming{st, clause})
		}
	}
	return list
}

// namesIn returns the names in which two clauses differ, false where they differ in
// anything else.
func namesIn(x, y []rune) (one, other string, ok bool) {
	start, end := 0, 0
	for start < min(len(x), len(y)) && x[start] == y[start] {
		start++
	}
	for end < min(len(x), len(y))-start && x[len(x)-1-end] == y[len(y)-1-end] {
		end++
	}
	if start+end < leastFrame || float64(start+end) < frameShare*float64(max(len(x), len(y))) {
		return "", "", false
	}
	// A surname in common belongs to the name, and so may a first character of it.
	for first := max(0, start-2); first <= start; first++ {
		one, other = string(x[first:len(x)-end]), string(y[first:len(y)-end])
		if one != other && isPerson(one) && isPerson(other) {
			return one, other, true
		}
	}
	return "", "", false
}

// isPerson reports whether a text may be the name of someone: a surname with one or
// two characters, or capitalised Latin words.
func isPerson(text string) bool {
	runes := []rune(strings.TrimSpace(text))
	if len(runes) < 2 {
		return false
	}
	if unicode.Is(unicode.Han, runes[0]) {
		return len(runes) <= 3 && strings.ContainsRune(surnames, runes[0]) &&
			!slices.ContainsFunc(runes, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
	}
	for _, word := range strings.Fields(text) {
		letters := []rune(word)
		if !unicode.IsUpper(letters[0]) || slices.ContainsFunc(letters, func(r rune) bool { return !unicode.Is(unicode.Latin, r) && r != '.' && r != '-' }) {
			return false
		}
	}
	return true
}
