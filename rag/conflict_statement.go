package rag

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"chuchu/rag/cite"
	"chuchu/rag/index"
	"chuchu/rag/when"
)

// A statement is one quantity or date that a sentence states, with what tells of
// what it is.
type statement struct {
	source   *source
	sentence cite.Span     // of the source
	value    cite.Quantity // the quantity, or the words of the date
	falls    bool          // the quantity is what something fell by
	date     *when.Period  // the value where it is a date; nil for a quantity
	period   *when.Period  // what the quantity is of, by its sentence; nil where that does not say
	setting  *when.Period  // what it is of by the sentence before, else by the title; nil where neither says
	roles    string        // see rolesOf
	rate     float64       // days that the quantity is counted by, 0 for none
	clause   []string      // terms of its clause
	near     []string      // terms of that, and of clauses next to it where that says little
	around   []string      // terms of the sentence
	wide     []string      // terms of that, the sentence before it and the title
}

// A role is a way in which a quantity can be of something: two quantities of
// different roles are no disagreement. A pattern that ends with $ is held against the
// clause before the number, any other against all of the clause.
type role struct {
	name    string
	pattern *regexp.Regexp
}

// What something rose or fell by has the role change, whichever it did: that is what
// sources may disagree about.
var (
	fromWord = regexp.MustCompile(`(?i)(?:从|由|自|原先|原来|原本|此前|之前|过去|曾经|曾|最初|起初|\bfrom)[^，,；;到至]{0,12}$`)
	upWord   = regexp.MustCompile(`(?i)(?:增长|增加|上升|上涨|增幅|涨幅|提升|提高|扩大|多赚|\b(?:up|rose|grew|growth of|increase(?:d)?(?: by| of)?))(?:了|约|近|超过|超|逾|不到|幅度|率)*(?:为|达|达到|是|有)?\s*$`)
	downWord = regexp.MustCompile(`(?i)(?:下降|下滑|下跌|减少|降幅|跌幅|降低|缩水|回落|降价|亏损|\b(?:down|fell|dropped|decline(?:d)?(?: by| of)?|decrease(?:d)?(?: by| of)?|loss of))(?:了|约|近|超过|超|逾|不到|幅度|率)*(?:为|达|达到|是|有)?\s*$`)
	// directions are the words of both, which may differ where the rest is the same.
	directions = regexp.MustCompile(`(?i)增长|增加|上升|上涨|增幅|涨幅|提升|提高|下降|下滑|下跌|减少|降幅|跌幅|降低|回落|\b(?:up|rose|grew|growth|increased?|down|fell|dropped|declined?|decreased?)\b`)
	roles      = []role{
		{"plan", regexp.MustCompile(`(?i)目标|预计|计划|预期|预测|有望|拟|力争|指引|KPI|打算|希望|规划|承诺|\b(?:target|plan|plans|planned|expect|expects|expected|forecast|aims?|will|would)\b`)},
		{"from", fromWord},
		{"top", regexp.MustCompile(`(?i)最高|最大|最多|高达|峰值|顶峰|上限|\b(?:up to|at most|peak|highest|maximum)\b`)},
		{"least", regexp.MustCompile(`(?i)最低|最小|最少|低至|起价|起步|下限|\b(?:as low as|lowest|minimum)\b`)},
		{"mean", regexp.MustCompile(`(?i)平均|均价|人均|\baverage\b`)},
		{"sum", regexp.MustCompile(`(?i)累计|总共|合计|一共|共计|\b(?:total|cumulative)\b`)},
		{"new", regexp.MustCompile(`(?i)新增|净增|增量|追加|\b(?:additional|new)\b`)},
		{"part", regexp.MustCompile(`其中|之一|分别|各`)},
		{"if", regexp.MustCompile(`(?i)如果|假如|假设|一旦|若|即便|\bif\b`)},
		{"versus", regexp.MustCompile(`(?i)同比|环比|较上|比上|year[- ]on[- ]year|year over year|\bsequential`)},
		{"abroad", regexp.MustCompile(`(?i)海外|出海|国际|境外|\boverseas\b`)},
		{"world", regexp.MustCompile(`(?i)全球|世界|\b(?:global|worldwide)\b`)},
	}
	rates = []struct {
		days    float64
		pattern *regexp.Regexp
	}{
		{365, regexp.MustCompile(`(?i)每年|年均|每一年|\b(?:a|per|each|every) year\b|\bannual(?:ly)?\b`)},
		{30.4, regexp.MustCompile(`(?i)每个?月|月均|\b(?:a|per|each|every) month\b|\bmonthly\b`)},
		{7, regexp.MustCompile(`(?i)每周|每星期|周均|\b(?:a|per|each|every) week\b|\bweekly\b`)},
		{1, regexp.MustCompile(`(?i)每天|每日|日均|\b(?:a|per|each|every) day\b|\bdaily\b`)},
	}
)

// clauseMarks part clauses.
const clauseMarks = "，,；;。！？!?：:\n（）()"

// clauseBounds returns where the clause around a place in a sentence starts and
// ends.
func clauseBounds(sentence []rune, at cite.Span) (start, end int) {
	start, end = at.Start, min(at.End, len(sentence))
	for start > 0 && !strings.ContainsRune(clauseMarks, sentence[start-1]) {
		start--
	}
	for end < len(sentence) && !strings.ContainsRune(clauseMarks, sentence[end]) {
		end++
	}
	return start, end
}

// clauseAt returns that clause before and after the place.
func clauseAt(sentence []rune, at cite.Span) (before, after string) {
	start, end := clauseBounds(sentence, at)
	return string(sentence[start:at.Start]), string(sentence[at.End:end])
}

// rolesOf returns the roles of a quantity between two halves of its clause.
func rolesOf(before, after string) string {
	var list []string
	for _, r := range roles {
		if r.pattern.MatchString(before) || !strings.HasSuffix(r.pattern.String(), "$") && r.pattern.MatchString(after) {
			list = append(list, r.name)
		}
	}
	if upWord.MatchString(before) || downWord.MatchString(before) || strings.HasPrefix(after, "的增") || strings.HasPrefix(after, "的降") || strings.HasPrefix(after, "的跌") {
		list = append(list, "change")
	}
	return strings.Join(list, " ")
}

// rateOf returns the days that a quantity is counted by, 0 where it does not say.
func rateOf(clause string) float64 {
	for _, r := range rates {
		if r.pattern.MatchString(clause) {
			return r.days
		}
	}
	return 0
}

// statementsIn returns the statements of those sentences of a source that wanted
// lets through, given the sentence and the one before it.
func statementsIn(s *source, wanted func(sentence, before string) bool) []statement {
	runes := []rune(s.text)
	sentences := cite.Sentences(s.text)
	text := func(i int) string {
		if i < 0 {
			return ""
		}
		return string(runes[sentences[i].Start:sentences[i].End])
	}
	var chosen []int
	for i := range sentences {
		if mayState(text(i)) && wanted(text(i), text(i-1)) {
			chosen = append(chosen, i)
		}
	}
	if len(chosen) == 0 {
		return nil // finding the dates costs more than all this
	}
	dates := when.Find(s.text, string(s.article.Published))
	title := lastOf(when.Find(s.article.Title, string(s.article.Published)))
	var list []statement
	for _, i := range chosen {
		setting := title
		if i > 0 {
			setting = cmp.Or(lastOf(when.Within(dates, sentences[i-1].Start, sentences[i-1].End)), title)
		}
		for _, st := range sentenceStatements(s, sentences[i], text(i), text(i-1), when.Within(dates, sentences[i].Start, sentences[i].End)) {
			st.setting = setting
			list = append(list, st)
		}
	}
	return list
}

// mayState reports whether a sentence can state a quantity or a date at all.
func mayState(sentence string) bool {
	return strings.ContainsAny(sentence, "0123456789０１２３４５６７８９一二三四五六七八九十百千万亿两几数半年月日号春夏秋冬") || latinMonth.MatchString(sentence)
}

// latinMonth finds what dates and numbers in English have in words.
var latinMonth = regexp.MustCompile(`(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|half|third|quarter|two|three|four|five|six|seven|eight|nine|ten|year|month|week)`)

// lastOf returns the last of some periods, nil of none.
func lastOf(periods []when.Period) *when.Period {
	if len(periods) == 0 {
		return nil
	}
	return &periods[len(periods)-1]
}

// sentenceStatements returns the statements of one sentence.
func sentenceStatements(s *source, at cite.Span, text, before string, dates []when.Period) []statement {
	quantities := quantitiesIn(text, dates)
	runes := []rune(text)
	bare := withoutValues(runes, quantities, dates)
	around := contentTerms(string(bare))
	var list []statement
	add := func(v cite.Quantity, date *when.Period) {
		left, right := clauseAt(runes, v.Span)
		st := statement{
			source: s, sentence: at, value: v, date: date, roles: rolesOf(left, right), rate: rateOf(left + right),
			around: around, wide: distinct(append(contentTerms(before+"\n"+s.article.Title), around...)),
		}
		st.clause, st.near = nearTerms(bare, v.Span, date != nil, st.changes())
		if date == nil {
			st.period = periodOf(v.Span, dates)
			st.falls = downWord.MatchString(left)
		}
		list = append(list, st)
	}
	for _, v := range quantities {
		add(v, nil)
	}
	for i, p := range dates {
		if p.From != "" && p.To != "" {
			add(cite.Quantity{Text: p.Text, Span: cite.Span{Start: p.Start, End: p.End}}, &dates[i])
		}
	}
	return list
}

// fewTerms are too few to tell what a clause is about.
const fewTerms = 4

// nearTerms returns the terms of the clause around a place in a sentence, which has
// its values blanked, and those with what is next to it: a clause that says little
// takes in those before it, that of a date those after it first; a change is of what
// the sentence is about so far.
func nearTerms(bare []rune, at cite.Span, date, change bool) (clause, near []string) {
	start, end := clauseBounds(bare, at)
	terms := func() []string {
		text := string(bare[start:end])
		if change {
			text = directions.ReplaceAllString(text, " ")
		}
		return contentTerms(text)
	}
	clause, near = terms(), terms()
	for date && len(near) < fewTerms && end < len(bare) {
		_, end = clauseBounds(bare, cite.Span{Start: end + 1, End: end + 1})
		near = terms()
	}
	for (change || len(near) < fewTerms) && start > 0 {
		start, _ = clauseBounds(bare, cite.Span{Start: start - 1, End: start - 1})
		near = terms()
	}
	return clause, near
}

// withoutValues blanks the quantities and dates of a sentence.
func withoutValues(runes []rune, quantities []cite.Quantity, dates []when.Period) []rune {
	bare := slices.Clone(runes)
	blank := func(start, end int) {
		for i := start; i < end; i++ {
			bare[i] = ' '
		}
	}
	for _, v := range quantities {
		blank(v.Span.Start, v.Span.End)
	}
	for _, p := range dates {
		blank(p.Start, p.End)
	}
	return bare
}

// periodOf returns the period that a quantity is of: the last before it in its
// sentence, else the only one after it.
func periodOf(at cite.Span, dates []when.Period) *when.Period {
	var last *when.Period
	for i := range dates {
		if dates[i].End <= at.Start {
			last = &dates[i]
		}
	}
	if last == nil && len(dates) == 1 {
		return &dates[0]
	}
	return last
}

// particles tell nothing of what a text is about, and join with what stands beside
// them to terms that are rare and mean nothing (收为, 房于).
const particles = "为于的了是在达有已将就也"

// contentTerms returns the terms of a text, each once, without those that a
// particle makes.
func contentTerms(text string) []string {
	return slices.DeleteFunc(distinct(index.Terms(text)), func(term string) bool {
		return term != "华为" && strings.ContainsAny(term, particles)
	})
}
