package briefing

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"chuchu/rag/cite"
)

// What a figure is of is told by a noun that is counted or measured, which stands
// before it in its clause (云业务收入为), or after it (的市场份额), with what stands before
// that noun back to a word that no name of a thing has in it.
var (
	measured = regexp.MustCompile(`(?i)(?:营业收入|总额|总量|总数|数量|额度|资金|体量|销售额|营业额|收入|营收|流水|净利润|利润|毛利率|毛利|EBITA|净亏损|亏损|占比|份额|比例|比重|增长率|增长|增速|增幅|涨幅|下滑|下降|下跌|降幅|减少|增加|提升|降价|涨价|让利|价格|定价|单价|报价|均价|成交价|折扣|返佣|返点|佣金|利率|成本|费用|开支|支出|预算|投入|投资|融资|估值|市值|金额|订单|合同|中标|采购|客户|用户|商户|开发者|员工|人员|人数|人手|雇员|销售|研发|工程师|团队|裁员|优化|裁撤|招聘|扩招|离职|规模|市场|赔偿|补偿|奖金|薪资|工资|年薪|业绩|目标|任务|服务器|机房|机柜|数据中心|可用区|节点|算力|显卡|芯片|集群|产能|容量|带宽|利用率|负载|参数|调用量|用量|存储|代理商|经销商|合作伙伴|门店|销量|出货量|交付|签约|应收|负债|现金流|资产|回款|缺口|贡献|营销|奖励|补贴|节省|节约|能耗|电价|租金|时延|延迟|效率|性能)+|\b(?:revenues?|sales|profits?|loss(?:es)?|income|earnings|margins?|share|growth|prices?|discounts?|customers?|users?|clients?|employees|staff|people|headcount|jobs|layoffs?|investments?|capex|spending|costs?|budget|market|orders?|contracts?|valuation|servers?|capacity|chips?|GPUs?|utili[sz]ation|commission)\b`)
	// changed are those that tell how something has changed, and not what.
	changed = regexp.MustCompile(`(?i)^(?:同比|占|降|涨|环比|较上年|比上年|年均|复合|逆势|整体|总体|平均|最高|大幅|猛|暴|激|共|合计|净|总|的|了|度|的是)*(?:增长率|增长|增速|增幅|涨幅|下滑|下降|下跌|降幅|减少|增加|提升|占比|份额|比例|比重|降价|涨价|毛利率|目标|growth)?$`)

	// covers are words with a stop in them that is none there.
	covers = regexp.MustCompile(`华为|端到端|时长|时代|时间|实时|小时|可用区|有效|主要|重要|要求|要素|可靠|认可|许可|花旗|有限|拥有|所有|国有|私有|公有|自有|存在|在线|对手|对象|针对|应对|从业|参与|以太|以色列|自由|并购|合并|并发|当地|当当|其他|使用|大使|了解|成都|返还|还款|就业|成就|供给|转让|等级|同等|该类|各地|各类|和平|及时|普及|以及|与会|被告|着力|比亚迪|比例|占比|同比|环比|比重|过程|通过|超算|超级|近期|共享|公共|共有云`)
	// stops are the words that no name of a thing has in it.
	stops = regexp.MustCompile(`(?i)[他她它]的|这次|此次|本次|他们|她们|我们|你们|咱们|当年|当时|当天|率先|或将|进行|开展|创造|陷入|派出|携|要|刚刚|刚|仍|力争|提出|建一个|每年|接近|负责|掌管|涉及|主导|帮助|制定|定下|设定|超过|超出|超|达到|达成|实现|宣布|公布|显示|表示|声称|认为|透露|指出|获悉|了解|发现|预计|计划|估计|估算|测算|使得|使|让|把|将|被|对|向|从|由|在|以及|以|与|和|及|跟|为|是|有|已经|已|了|着|也|都|还|又|再|就|只|仅|则|而|但|且|并|其中|其|该|这|那|此|每|各|等|当|随着|通过|根据|按照|目前|如今|现在|累计|总共|共计|共|大约|约|带来|贡献|给|拿下|签下|节省|节约|花费|投了|拿到|拿走|同意|服务了|预估|可能|能够|可以|可|必须|需要|花|高价|开出|连接|不过|不到|至少|至多|最多|近|逾|比|到|至|称|说|的时候|时|后|前|因为|因|若|如果|如|\b(?:the|a|an|of|its|their|his|her|our|in|on|by|to|for|and|that|which|said|says|reported|reports|announced|with|from|was|were|is|are|has|had|have|at|as|about|around|over|nearly|up|than|will|would|more|about)\b|[“”"‘’《》「」\[\]]`)

	// leading is what a noun phrase does not begin with, trailing what only leads to a figure.
	leading  = regexp.MustCompile(`^(?:[\s的了着过]|\d{4}年(?:第?[一二三四1-4]季度|[上下]半年|底|初|\d+月(?:\d+日)?)?|同时|此外|另外|其余|整个|但是|但|而|不过|尤其|特别|眼下|目前|如今|当年|去年|今年|全年|本季度|未来|一年|业内|\d+年[间内来]?|一[家个支笔]|第一[家个支笔])+`)
	trailing = regexp.MustCompile(`(?i)(?:为|达到|达成|达|是|有|仅|只|高达|多达|约|超|突破|实现|录得|至|到|了|的|在|分别|共|已经|已|将|预计|可以|近|直接|大幅|就|便|也|还|更|又|以|用|则|从|由|最初|增加|提高|提升|上升|升|增|降低|下降|降|减少|减|缩减|缩水|扩大|扩|涨|跌|着|过|完成|取得|获得|出|多|额外|[\s:：“”"]|\b(?:was|were|is|are|of|by|at|reached|hit|to|rose|fell|grew|stood|came|totall?ed|about|around|nearly|over|for|in)\b)+$`)
	// rises ends a text with how something changed, without leadsToChange.
	rises         = regexp.MustCompile(`(?i)(?:同比|环比|年均|大幅|猛|暴|逆势|平均)*(?:增长|增加|提升|提高|上升|上涨|下滑|下降|下跌|减少|降低|降价|涨价|缩水|回落|\b(?:rose|fell|grew|up|down|dropped|increased|decreased))(?:了|超|约|近|达|到|为|至|by|to|\s)*$`)
	leadsToChange = regexp.MustCompile(`(?i)(?:了|超|约|近|达|到|为|至|\bby|\bto|\s)+$`)
	// changeEnd is the change at the end of what a figure is of.
	changeEnd = regexp.MustCompile(`(?i)(?:同比|环比|平均|最高)*(?:增长率|增长|增速|增幅|涨幅|降幅|占比|占)+的?$`)
	// pointer are the stops that say that what follows is of something named before.
	pointer = regexp.MustCompile(`^(?:其中|其|该|这|那|此|这次|此次|本次|他们|她们|我们)$`)
	// than is what something is measured against.
	than = regexp.MustCompile(`[比较][^比较]*$`)
	// tells are the stops after one who only tells of something, or is one of several.
	tells = regexp.MustCompile(`(?i)^(?:显示|表示|声称|认为|透露|指出|获悉|了解|发现|称|说|和|与|及|said|says|reported|reports|and)$`)
	// pollster are those who count what is not theirs.
	pollster = regexp.MustCompile(`研究院|研究中心|咨询|机构|报告|通报|调研|Gartner|IDC|Synergy`)
	// measuredEnds is what is measured, at the end of a text; counted also what is a share.
	measuredEnds = regexp.MustCompile(`(?:的|占|平均|最高|` + measured.String() + `)+$`)
	counted      = regexp.MustCompile(`占|` + measured.String())
	// reaches ends what leads to a figure that something came to, however it changed.
	reaches = regexp.MustCompile(`(?i)(?:(?:^|[^达])[到至]|\bto)\s*$`)
	// distributes are the words by which several values are of several things.
	distributes = regexp.MustCompile(`分别|依次|\brespectively\b`)
	// done is a text that ends with a verb which tells what is done with the figure.
	done = regexp.MustCompile(`^(.*)(贡献[了着]?|投入[了着]?|节省[了]?|节约[了]?)$`)

	// isOf begins what stands after a figure and says what it is of.
	isOf = regexp.MustCompile(`(?i)^(?:的|\s*(?:in|of|for)\s+)`)
	// pronoun begins a text that names nobody.
	pronoun = regexp.MustCompile(`(?i)^(?:他|她|它|我|你|您|咱|谁|其|该|这|那|此|很多|不少|许多|一些|有些|部分|如此|双方|对方|自己|大家|本季|本财|当季|上半年|下半年|全年|今年|去年|最终|目前|如今|后来|因此|所以|例如|比如|截至|另|结合|根据|据|随着|排除|包括|虽然|尽管|由于|不仅|they|it|he|she|we|this|that)`)
	// whoWord shows that a phrase names someone; a subject may also name a kind of thing.
	whoWord = regexp.MustCompile(`[A-Z][A-Za-z0-9]+|\p{Han}[^型用有共务上下合私公端边混\P{Han}]云|集团|公司|科技|阿里|腾讯|华为|百度|字节|京东|电信|移动|联通|微软|谷歌|亚马逊`)
	whoKind = regexp.MustCompile(`(?:[云司团信科技行业门商网讯]|数据|软件|智能|游戏|资本|事业部|市场|产品|平台|中国|大学|医院|项目|团队)$`)
)

// clauseStops part clauses for this; a comma among digits parts nothing.
const clauseStops = "，,；;。！？!?：:\n（）()、"

const (
	mostWhat  = 18 // characters of what a figure is of
	mostWho   = 12
	mostAll   = 22 // of it and whose it is
	fewWhat   = 4  // of a noun that says too little by itself
	muchWhat  = 6  // of one that says enough, whosever it is
	mostAfter = 8  // characters after a figure that say what it is of
)

// A clause is the clause that a quantity stands in.
type clause struct {
	left  string // of the quantity, from the clause's start or the number before it
	right string
	head  string // the sentence up to the quantity
}

// clauseOf parts a text around its ith quantity.
func (t kept) clauseOf(i int) clause {
	runes := []rune(t.text)
	q := t.quantities[i].Span
	parts := func(at int) bool {
		among := runes[at] == ',' && at > 0 && at+1 < len(runes) && unicode.IsDigit(runes[at-1]) && unicode.IsDigit(runes[at+1])
		return strings.ContainsRune(clauseStops, runes[at]) && !among
	}
	start, end := q.Start, q.End
	for start > 0 && !parts(start-1) {
		start--
	}
	for end < len(runes) && !parts(end) {
		end++
	}
	for _, other := range t.quantities {
		if other.Span.End <= q.Start && other.Span.End > start && !inDate(other, t.dates) && !isLength(other) {
			start = other.Span.End
		}
		if other.Span.Start >= q.End && other.Span.Start < end {
			end = other.Span.Start
		}
	}
	return clause{left: t.undated(start, q.Start), right: string(runes[q.End:end]), head: string(runes[:q.Start])}
}

// isLength reports whether a quantity is a length of time.
func isLength(q cite.Quantity) bool {
	return q.Unit == "年" || q.Unit == "个月" || q.Unit == "天" || q.Unit == "周" || q.Unit == "季度"
}

// undated returns the text of [start, end) after its last date, or where nothing is
// left there, before it.
func (t kept) undated(start, end int) string {
	runes := []rune(t.text)
	for _, p := range t.dates {
		if p.Start < start || p.End > end {
			continue
		}
		if trimEnd(string(runes[p.End:end])) == "" {
			end = p.Start
			break
		}
		start = p.End
	}
	return string(runes[start:end])
}

// trimEnd takes from the end of a text what only leads to the figure after it.
func trimEnd(s string) string { return trailing.ReplaceAllString(s, "") }

// nounAt returns the noun phrase that ends a text, from after the last word that none
// has in it; back says that this word is one that points back to whose it is.
func nounAt(text string) (noun string, back bool) {
	start := 0
	for _, at := range stops.FindAllStringIndex(masked(text), -1) {
		start, back = at[1], pointer.MatchString(text[at[0]:at[1]])
	}
	return leading.ReplaceAllString(text[start:], ""), back
}

// masked blanks the words in which a stop is none.
func masked(text string) string {
	return covers.ReplaceAllStringFunc(text, func(w string) string { return strings.Repeat("\x00", len(w)) })
}

// A namer finds what the quantities of a sentence are of, one after the other.
type namer struct {
	kept
	base string // what the last quantity was of, without how it changed
}

// whatOf returns what the ith quantity of a sentence is of, in the words of the
// sentence and of what stands before it, and in brackets which of many it is (最高); empty where these do not tell it shortly.
func (n *namer) whatOf(i int) string {
	c := n.clauseOf(i)
	if distributes.MatchString(c.left) || strings.Contains(c.head, "分别") {
		return ""
	}
	noun, change, back, ok := c.noun(n.quantities[i])
	if !ok {
		return ""
	}
	who := n.owner(c, noun, back)
	switch {
	case who == "" && !n.saysEnough(noun, back):
		return ""
	case who != "" && strings.HasSuffix(who, noun):
		noun = who
	case who != "" && !strings.Contains(noun, who):
		noun = who + strings.TrimPrefix(noun, "的")
	}
	if !changed.MatchString(noun) {
		n.base = changeEnd.ReplaceAllString(noun, "")
	}
	what := strings.TrimSpace(strings.TrimPrefix(noun+change, "的"))
	if utf8.RuneCountInString(what) < 2 || tooLong(what, mostAll) {
		return ""
	}
	if at := lastOf(ofMany.FindAllStringIndex(c.left, -1)); at != nil && utf8.RuneCountInString(c.left[at[1]:]) <= mostAfter && !strings.Contains(what, c.left[at[0]:at[1]]) {
		what += "（" + c.left[at[0]:at[1]] + "）"
	}
	return what
}

// ofMany are words shortly before a figure without which it is another one: 最高降价50%
// is no price cut by 50 %.
var ofMany = regexp.MustCompile(`最高|最低|最多|最少|平均|累计|合计`)

// saysEnough reports whether a noun can stand without whose it is.
func (n *namer) saysEnough(noun string, back bool) bool {
	size := utf8.RuneCountInString(noun)
	switch {
	case changed.MatchString(noun):
		return false
	case back:
		return size >= muchWhat
	}
	return size >= fewWhat || whoWord.MatchString(noun)
}

// owner returns whose a noun is where it does not say so itself.
func (n *namer) owner(c clause, noun string, back bool) string {
	switch {
	case n.base != "" && (changed.MatchString(noun) || strings.HasPrefix(noun, "占")):
		return n.base
	case whoWord.MatchString(noun) && !back:
		return ""
	}
	if who := nearestSubject(c.head, noun == ""); who != "" {
		return who
	}
	switch {
	case changed.MatchString(noun), !back && utf8.RuneCountInString(noun) >= fewWhat:
		return ""
	case n.base != "":
		return measuredEnds.ReplaceAllString(n.base, "")
	}
	return subject(n.before(), false)
}

// tooLong reports whether a text has more than so many characters, of which a word in
// Latin letters takes more.
func tooLong(text string, most int) bool {
	if !isHan(text) {
		most *= 3
	}
	return utf8.RuneCountInString(text) > most
}

// noun returns the noun phrase that the quantity of a clause is of, empty where it is
// that of the quantity before it, and how it changed where the quantity is by how much
// it did; not ok where none is found.
func (c clause) noun(q cite.Quantity) (noun, change string, back, ok bool) {
	left, level := c.left, false
	if at := rises.FindStringIndex(left); at != nil && !strings.HasPrefix(c.right, "的") && q.Unit != "人" {
		change, left = leadsToChange.ReplaceAllString(left[at[0]:], ""), left[:at[0]]
		if level = reaches.MatchString(c.left) && !strings.Contains(change, "比"); level {
			change = ""
		}
		if at := than.FindStringIndex(masked(left)); at != nil {
			left = left[:at[0]]
		}
	}
	if right := after(c.right, q); right != "" && change == "" && !level && !measuredEnd(left) {
		noun, back = nounBefore(left)
		return noun + right, "", back || noun == "", true
	}
	if at := lastOf(measured.FindAllStringIndex(left, -1)); at != nil {
		if rest := left[at[1]:]; trimEnd(rest) == "" || change != "" && utf8.RuneCountInString(rest) <= 4 {
			noun, back = nounAt(left[:at[0]])
			noun += left[at[0]:at[1]]
			if q.Unit == "%" && change == "" && strings.HasPrefix(rest, "的") {
				noun += "的"
			}
		}
	} else if change != "" || level {
		noun, back = nounAt(trimEnd(left))
	}
	return noun, change, back, !tooLong(noun, mostWhat) && (noun != "" || change != "" || level)
}

// nounBefore returns the noun phrase before a quantity whose own noun stands after it,
// with the verb that tells what is done with that: 海燕云贡献了 of 20%的营收.
func nounBefore(left string) (noun string, back bool) {
	verb := ""
	if at := done.FindStringSubmatch(left); at != nil {
		left, verb = at[1], at[2]
	}
	if noun, back = nounAt(trimEnd(left)); noun == "" || tooLong(noun, mostWho) {
		return "", back
	}
	return noun + verb, back
}

// measuredEnd reports whether a text ends with what is measured: 毛利率不足一成的项目.
func measuredEnd(left string) bool {
	at := lastOf(measured.FindAllStringIndex(left, -1))
	return at != nil && at[1] == len(strings.TrimSpace(left))
}

func lastOf(list [][]int) []int {
	if len(list) == 0 {
		return nil
	}
	return list[len(list)-1]
}

// after returns what stands after a quantity and says what it is of: 的市场份额, or after
// what is counted by pieces, the noun: 台服务器.
func after(right string, q cite.Quantity) string {
	at := isOf.FindStringIndex(right)
	from := 0
	if at != nil {
		from = at[1]
	} else if q.Unit == "%" || isCurrency(q.Unit) || q.Unit == "" {
		return ""
	}
	found := measured.FindStringIndex(right[from:])
	if found == nil || at == nil && changed.MatchString(right[from+found[0]:from+found[1]]) || utf8.RuneCountInString(right[from:from+found[0]]) > mostAfter || stops.MatchString(right[from:from+found[0]]) {
		return ""
	}
	return right[:from+found[1]]
}

// nearestSubject returns the subject of the last clause of a text that has one.
func nearestSubject(text string, whole bool) string {
	clauses := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(clauseStops, r) })
	for i := len(clauses) - 1; i >= 0; i-- {
		if who := subject(clauses[i], whole); who != "" {
			return who
		}
	}
	return ""
}

// subject returns the noun phrase that begins a text, where it may name someone or
// something that figures are of: whose they are, or the whole of what they are of.
func subject(text string, whole bool) string {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r != '、' && strings.ContainsRune(clauseStops, r) }) {
		part = leading.ReplaceAllString(part, "")
		if pronoun.MatchString(part) || pollster.MatchString(part) {
			continue
		}
		if at := stops.FindStringIndex(masked(part)); at != nil {
			if tells.MatchString(part[at[0]:at[1]]) {
				continue
			}
			part = part[:at[0]]
		}
		if whole {
			part = changeEnd.ReplaceAllString(part, "")
		} else if at := counted.FindStringIndex(part); at != nil {
			part = part[:at[0]]
		}
		if list := cite.Quantities(part); len(list) > 0 {
			part = string([]rune(part)[:list[0].Span.Start])
		}
		part = strings.TrimSpace(part)
		if n := utf8.RuneCountInString(part); n >= 2 && n <= mostWho && (whoWord.MatchString(part) || whoKind.MatchString(part)) && !strings.ContainsAny(part, "的、") {
			return part
		}
	}
	return ""
}
