package rag

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chuchu/rag/cite"
	"chuchu/rag/index"
)

// A detail is a kind of answer that a question asks for.
type detail string

const (
	amountDetail   detail = "amount"   // of money
	numberDetail   detail = "number"   // of anything else
	shareDetail    detail = "share"    // or a rate
	dateDetail     detail = "date"     // or a time
	durationDetail detail = "duration" // a length of time
	personDetail   detail = "person"
	companyDetail  detail = "company"
	listDetail     detail = "list"
	reasonDetail   detail = "reason"
	mannerDetail   detail = "manner"
	yesNoDetail    detail = "yes_no"
	otherDetail    detail = "other"
)

// detailNames are what readers call the kinds that extracts are searched for.
var detailNames = map[detail]struct{ zh, en string }{
	amountDetail:   {"金额", "amount"},
	numberDetail:   {"数目", "number"},
	shareDetail:    {"比例", "share or rate"},
	dateDetail:     {"时间", "date"},
	durationDetail: {"时长", "length of time"},
	personDetail:   {"人", "person"},
	companyDetail:  {"公司或机构", "company"},
	reasonDetail:   {"原因", "reason"},
}

// An asked is one thing that a question asks for.
type asked struct {
	detail  detail
	unit    string // that a number is asked in; empty for any
	focus   string // what the detail is of: 设计寿命 in 登陆站的海缆设计寿命是多少年
	subject string // what the question says before that
}

type detailWords struct {
	detail detail
	words  *regexp.Regexp
}

var (
	chineseAsking = regexp.MustCompile(`什么时候|什么时间|何时|哪一?[年天]|哪个月|几月|几号|` +
		`多久|多长时间|几个?[年月天周]|多少个?[年月天周]|百分之几|几成|几折|` +
		`多少|多高|多大|多快|几[个家次名倍种款项位台座间人]|` +
		`谁|哪[几两]?位|何人|哪[一几两]?家|哪个(?:公司|厂商|机构|企业|平台)|` +
		`为什么|为何|怎么|怎样|如何|哪[几些两三四五六七八九十\d]?|什么|吗|是否|有没有|是不是`)
	// someYears are words that only look like those.
	someYears = regexp.MustCompile(`[这前近后头][几些][年个天月]`)
	// chineseDetails say what the words ask for: the first that matches.
	chineseDetails = []detailWords{
		{dateDetail, regexp.MustCompile(`^(?:什么时|何时|哪一?[年天]|哪个月|几月|几号)`)},
		{durationDetail, regexp.MustCompile(`^(?:多久|多长|几个?[年月天周]|多少个?[年月天周])`)},
		{shareDetail, regexp.MustCompile(`^(?:百分之几|几成|几折)`)},
		{numberDetail, regexp.MustCompile(`^[多几]`)},
		{personDetail, regexp.MustCompile(`^(?:谁|何人|哪[几两]?位)`)},
		{companyDetail, regexp.MustCompile(`^(?:哪[一几两]?家|哪个.)`)},
		{reasonDetail, regexp.MustCompile(`^为`)},
		{mannerDetail, regexp.MustCompile(`^[怎如]`)},
		{listDetail, regexp.MustCompile(`^哪.`)},
		{yesNoDetail, regexp.MustCompile(`^[吗是有]`)},
	}
	// englishDetails are looked for one after the other; each takes its words away.
	englishDetails = []detailWords{
		{shareDetail, regexp.MustCompile(`(?i)\b(?:what|which) (?:share|percentage|proportion|percent|fraction)s?\b`)},
		{durationDetail, regexp.MustCompile(`(?i)\bhow (?:long|many (?:years|months|weeks|days|hours|minutes))\b`)},
		{amountDetail, regexp.MustCompile(`(?i)\bhow much (?:money|cash|funding)\b|\b(?:what|which) (?:amount|price|revenue|sum)\b`)},
		{numberDetail, regexp.MustCompile(`(?i)\bhow (?:many|much|large|big|high|fast)\b`)},
		{dateDetail, regexp.MustCompile(`(?i)^when\b|, when\b|\bsince when\b|\b(?:what|which) (?:date|day|month|year|quarter)\b`)},
		{companyDetail, regexp.MustCompile(`(?i)\b(?:which|what) (?:company|companies|bank|firm|vendor|provider|supplier)s?\b`)},
		{personDetail, regexp.MustCompile(`(?i)\bwho(?:se|m)?\b`)},
		{reasonDetail, regexp.MustCompile(`(?i)\bwhy\b`)},
		{listDetail, regexp.MustCompile(`(?i)\bwhich\b|\bwhat are\b`)},
		{mannerDetail, regexp.MustCompile(`(?i)\bhow\b`)},
		{yesNoDetail, regexp.MustCompile(`(?i)^(?:is|are|was|were|do|does|did|has|have|had|can|will)\b`)},
	}
)

// askedOf returns what a question asks for, in its order, at least one thing. In an
// English question no focus is read: the articles have other words for it.
func askedOf(question string) (list []asked) {
	if languageOf(question) == "zh" && chineseAsking.MatchString(question) {
		list = askedInChinese(question)
	} else {
		for _, d := range englishDetails {
			if d.words.MatchString(question) {
				list = append(list, asked{detail: d.detail})
				question = d.words.ReplaceAllString(question, " ")
			}
		}
	}
	if len(list) == 0 {
		list = []asked{{detail: otherDetail}}
	}
	return list
}

// clauseEnds part what asks from what does not, and from what else is asked.
const clauseEnds = "，,；;。？?！!：:\n"

func askedInChinese(question string) (list []asked) {
	before := ""
	for _, clause := range strings.FieldsFunc(question, func(r rune) bool { return strings.ContainsRune(clauseEnds, r) }) {
		plain := someYears.ReplaceAllString(clause, "")
		if at := chineseAsking.FindStringIndex(plain); at != nil {
			c := askingClause{before: before, head: plain[:at[0]], word: plain[at[0]:at[1]], tail: plain[at[1]:]}
			list = append(list, c.asked())
		}
		before += clause + " "
	}
	return list
}

// An askingClause is a clause around the word that asks, and the clauses before it.
type askingClause struct{ before, head, word, tail string }

var (
	money      = regexp.MustCompile(`^[万亿]{0,2}(?:元|钱|美元|美金|块|港元|欧元)`)
	moneyFocus = regexp.MustCompile(`金额|投资|造价|价格|单价|电价|费用|收入|营收|利润|预算|估值|成本|总价|对价|罚款|赔偿|补偿金|年薪|薪酬|奖金|融资|出资|花费|开支|市值`)
	moneyVerb  = regexp.MustCompile(`[付投融赔罚亏赚省扣挣]$`)
	shareFocus = regexp.MustCompile(`占比|比例|比重|百分比|份额|增速|增幅|涨幅|降幅|增长率|[^效功汇]率$|同比|环比`)
	countUnit  = regexp.MustCompile(`^[万亿]{0,2}(?:家|名|人|位|台|座|次|款|项|件|套|毫秒|秒|分钟|小时|公里|米|度|吨|倍|个)`)
	category   = regexp.MustCompile(`^(?:公司|企业|厂商|机构|工厂|银行|平台|媒体|供应商)`)
	// fillers say nothing of what is asked for, or only of when.
	fillers = regexp.MustCompile(`\d{4}年|\d{1,2}月|第?[一二三四1-4]季度|[上下]半年|[去今前全]年|大约|大概|具体|一共|总共|合计|分别|到底|究竟|最后|最近|各自|表示|[是为有达到约各共从被会要的了过在和与把将由说称这那]`)
)

// asked reads what the clause asks for, and of what.
func (c askingClause) asked() asked {
	a := asked{detail: otherDetail}
	for _, d := range chineseDetails {
		if d.words.MatchString(c.word) {
			a.detail = d.detail
			break
		}
	}
	if chineseAsking.MatchString(c.tail) { // 从多少降到多少
		c.tail = ""
	}
	a.focus, a.subject = c.inHead()
	switch a.detail {
	case numberDetail:
		c.number(&a)
	case dateDetail, personDetail:
		c.behind(&a, c.tail)
	case companyDetail:
		c.behind(&a, category.ReplaceAllString(c.tail, ""))
	case reasonDetail:
		a.focus, a.subject = "", c.before+c.head+c.tail
	}
	return a
}

// inHead returns the last word before the one that asks, and what stands before it.
func (c askingClause) inHead() (focus, subject string) {
	head := strings.TrimRight(c.head, "了下过掉")
	if verb := moneyVerb.FindString(head); verb != "" {
		return verb, c.before + strings.TrimSuffix(head, verb)
	}
	for rest := c.head; ; {
		i := strings.LastIndex(rest, "的")
		if i < 0 {
			break
		}
		if words := wordsIn(c.head[i+len("的"):]); len(words) > 0 {
			return words[len(words)-1], c.before + c.head[:i]
		}
		rest = rest[:i]
	}
	words := wordsIn(c.head)
	if len(words) == 0 {
		return "", c.before
	}
	last := words[len(words)-1]
	return last, c.before + c.head[:strings.LastIndex(c.head, last)]
}

// behind takes the first word behind the one that asks for the focus, if there is
// one.
func (c askingClause) behind(a *asked, tail string) {
	if words := wordsIn(tail); len(words) > 0 && utf8.RuneCountInString(words[0]) > 1 {
		a.focus, a.subject = words[0], c.before+c.head
	}
}

// number tells amounts and shares from other numbers, and finds the unit.
func (c askingClause) number(a *asked) {
	switch unit := countUnit.FindString(c.tail); {
	case money.MatchString(c.tail):
		a.detail = amountDetail
		c.behind(a, money.ReplaceAllString(c.tail, ""))
	case shareFocus.MatchString(c.tail) || shareFocus.MatchString(a.focus):
		a.detail = shareDetail
	case unit != "":
		a.unit = strings.TrimLeft(unit, "万亿")
		c.behind(a, strings.TrimPrefix(c.tail, unit))
	case moneyFocus.MatchString(c.tail):
		a.detail = amountDetail
		c.behind(a, c.tail)
	case moneyFocus.MatchString(a.focus) || moneyVerb.MatchString(a.focus):
		a.detail = amountDetail
	default:
		c.behind(a, strings.TrimLeft(c.tail, "万亿"))
	}
}

// wordsIn returns the pieces of a text between the fillers.
func wordsIn(s string) []string { return strings.Fields(fillers.ReplaceAllString(s, " ")) }

// mayHold reports whether a sentence holds what may be the detail. Names cannot be
// told by rules, nor reasons: there every sentence may.
func (a asked) mayHold(sentence string) bool {
	switch a.detail {
	case personDetail, companyDetail, reasonDetail:
		return true
	}
	runes := []rune(sentence)
	return slices.ContainsFunc(cite.Quantities(sentence), func(q cite.Quantity) bool {
		return a.mayBe(q, string(runes[q.Span.End:min(len(runes), q.Span.End+1)]))
	})
}

// figure reports whether what is asked for is a figure or a date.
func (a asked) figure() bool {
	return slices.Contains([]detail{amountDetail, numberDetail, shareDetail, dateDetail, durationDetail}, a.detail)
}

// ambiguous begin units that cite does not know behind a great number: 6.2亿千瓦时.
const ambiguous = "千瓦词条参用"

// mayBe reports whether a quantity is of the kind; next is the character behind it.
func (a asked) mayBe(q cite.Quantity, next string) bool {
	day := slices.Contains([]string{"月", "日", "季度"}, q.Unit) || q.Unit == "年" && q.Value > 1000
	switch a.detail {
	case amountDetail:
		bare := q.Unit == "" && q.Value >= 1e4 && (next == "" || !strings.Contains(ambiguous, next))
		return bare || strings.HasSuffix(q.Unit, "元") || q.Unit == "英镑"
	case shareDetail:
		return slices.Contains([]string{"%", "百分点", "倍", "折"}, q.Unit)
	case durationDetail:
		return slices.Contains([]string{"年", "个月", "天", "周", "小时", "分钟", "秒", "毫秒", "季度"}, q.Unit) && q.Value < 1000
	case dateDetail:
		return day
	}
	return !day && (q.Unit == a.unit || !strings.HasSuffix(a.unit, "秒") || strings.HasSuffix(q.Unit, "秒"))
}

// ofFocus returns how much of the focus stands in a text, by its characters: 省 in
// 节省, 中标 in 中了标.
func (a asked) ofFocus(text string) float64 {
	all, held := 0, 0
	for _, r := range a.focus {
		if unicode.IsLetter(r) {
			all++
			if strings.ContainsRune(text, r) {
				held++
			}
		}
	}
	if all == 0 {
		return 1
	}
	return float64(held) / float64(all)
}

// What a sentence must hold of what is asked for. Set on the questions beside the
// checkout and every other one of examples/nearmiss.jsonl; docs/decisions.md has
// what they do to the rest.
const (
	focusHeld     = .6 // of the characters of the focus
	subjectBeside = .1 // of the subject's words, by idf, it and the sentence before it
	subjectTitled = .4 // the same with the title of its article
)

// missingDetail returns the first thing that the question asks for when the extracts
// hold nothing of the kind beside the subject, neither that nor anything else that
// is asked. It says no more than that: a sentence that holds an amount of the right
// name may still be another's.
func (e *Engine) missingDetail(ctx context.Context, w *writing, chosen []extract) (missing asked, yes bool, err error) {
	for _, a := range askedOf(w.question) {
		if _, searched := detailNames[a.detail]; !searched {
			continue
		}
		found, err := e.holdsAsked(ctx, a, w, chosen)
		if err != nil || found {
			return asked{}, false, err
		}
		if !yes {
			missing, yes = a, true
		}
	}
	return missing, yes, nil
}

// reported are words of a subject that stand in no article, for they tell which
// articles are meant.
var reported = regexp.MustCompile(`[^，,。 ]{0,6}的?(?:报道|文章|消息)(?:里|中|说|称|过|指出)*|[上这本去今前](?:个?月|周|年|季度)[初底]?|\d{4}年(?:\d{1,2}月)?[初底末]?`)

// holdsAsked reports whether one of the extracts holds what is asked for. The subject
// of a follow-up stands in earlier turns; there it is not looked for.
func (e *Engine) holdsAsked(ctx context.Context, a asked, w *writing, chosen []extract) (bool, error) {
	subject, err := e.wordingOf(ctx, reported.ReplaceAllString(a.subject, " "), "")
	if err != nil {
		return false, err
	}
	named := len(w.history) == 0 && strings.TrimSpace(a.subject) != ""
	return slices.ContainsFunc(chosen, func(x extract) bool {
		switch {
		case !a.mayHold(x.text):
			return false
		case len(w.history) > 0:
			return true
		case a.ofFocus(x.text) < focusHeld:
			return false
		}
		beside := x.before() + "\n" + x.text
		return !named || subject.covers(termSet(beside)) >= subjectBeside ||
			subject.covers(termSet(x.source.article.Title+"\n"+beside)) >= subjectTitled
	}), nil
}

// before returns the sentence before the extract, empty where it is the first.
func (x extract) before() string {
	runes := []rune(x.source.text)
	before := ""
	for _, at := range cite.Sentences(x.source.text) {
		if at.End > x.place.Start {
			break
		}
		before = string(runes[at.Start:at.End])
	}
	return before
}

func termSet(text string) map[string]bool {
	set := make(map[string]bool)
	for _, t := range index.Terms(text) {
		set[t] = true
	}
	return set
}

// tellNearest says of an answer of extracts what it is: the sentences that come
// nearest, and whether they hold what is asked for.
func (e *Engine) tellNearest(ctx context.Context, w *writing, chosen []extract) error {
	missing, yes, err := e.missingDetail(ctx, w, chosen)
	if err != nil {
		return err
	}
	if !yes {
		return w.caveat("nearest_statements", w.words(
			"未使用语言模型：以上是所收文章中最接近问题的原句，不一定正好回答所问的细节。",
			"No language model was used: these are the sentences of the articles that come nearest to the question, in their own words; they may not hold the very detail asked for."))
	}
	name, of := detailNames[missing.detail], ""
	if missing.focus != "" {
		of = w.words("（"+missing.focus+"）", " ("+missing.focus+")")
	}
	w.reply.Status = "partial"
	return w.caveat("detail_not_found", w.words(
		"问题问的是"+name.zh+of+"。以上是所收文章中最接近问题的原句，其中没有找到所问的"+name.zh+"。未使用语言模型。",
		"The question asks for the "+name.en+of+". These are the sentences of the articles that come nearest to it; the "+name.en+" asked for was not found in them. No language model was used."))
}
