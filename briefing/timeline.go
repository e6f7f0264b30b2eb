package briefing

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"chuchu/rag/when"
)

// mostMoments is how many entries a timeline has at most.
var mostMoments = map[string]int{"short": 12, "standard": 20, "long": 30}

// happens are the words by which sentences tell of events.
var happens = regexp.MustCompile(`(?i)发布|推出|宣布|公布|成立|设立|组建|上任|履新|就任|出任|接任|接替|接手|担任|任命|升任|调任|加入|入职|离职|离任|卸任|离开|辞去|退休|跳槽|换帅|收购|并购|入股|投资|融资|上市|挂牌|退市|拆分|合并|重组|调整|降价|涨价|下调|上调|裁员|裁掉|裁撤|被裁|优化了|关停|关闭|停服|下线|停止|退出|终止|上线|开服|开通|开放|启用|启动|投产|落地|开工|建成|开业|交付|商用|签约|签署|签下|拿下|中标|达成|合作|牵手|联手|迁移|迁入|迁出|迁离|切换|下云|上云|宕机|故障|中断|泄露|处罚|罚款|起诉|诉讼|判决|召开|举办|举行|参加|更名|改名|升级|扩建|扩容|推迟|延期|突破|进入|进军|登陆|首次|第一次|扭亏|获得|获批|取消|叫停|实施|生效|改革|转型|曝光|爆发|\b(?:launch|announc|appoint|acquir|open|clos|cut|sign|merg|list|resign|step(?:ped)? down|join|left|leav|laid off|lay off|rais|releas|introduc|start|began|found|establish|suspend|postpon|delay|win|won|invest|split|rename|migrat|ban|fin)\w*`)

// notEvents are what stands after a date that names a text or a value, not a day on
// which something happened.
var notEvents = regexp.MustCompile(`(?i)^(?:的|底的|末的|大[^会]|《|(?:发布|公布|披露)的|到|至|每|数据|报告|财报|年报|业绩|一?季报|半年报|调研|统计|研究|预算|任务|目标|款|版|为一?周期)`)

var (
	// ends are the words after which a date only ends a period, or is only of what is
	// spoken of or was planned otherwise.
	ends  = regexp.MustCompile(`[到至](?:当年|次年|今年|去年)?$`)
	aside = regexp.MustCompile(`(?:[把使对]|原定于?|原计划|按照[“"]?)$`)
	// joined are what may stand between what happens and its date: 成立于2019年.
	joined = regexp.MustCompile(`^(?:于|到|至|在|了|自|from|in|on|until|to|\s)*$`)
)

// happensAfter is how many characters from a date the word stands that tells what
// happened. In Chinese one before it stands directly there.
const happensAfter = 40

// A dated moment is one that may stand in the timeline.
type dated struct {
	moment Moment
	from   kept
	score  float64
}

// timeline makes the timeline of those sentences of the sections that tell of an event
// and when it was, by date.
func (m *maker) timeline(ctx context.Context, b *Briefing) ([]Moment, error) {
	var all []dated
	for _, t := range m.kept(b) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		all = append(all, m.momentsOf(t)...)
	}
	slices.SortStableFunc(all, func(a, b dated) int { return cmp.Compare(b.score, a.score) })
	all = distinctMoments(all)
	all = all[:min(len(all), mostMoments[m.request.Length])]
	slices.SortStableFunc(all, func(a, b dated) int {
		x, y := a.moment, b.moment
		return cmp.Or(strings.Compare(x.Date, y.Date), cmp.Compare(a.from.sentence.Spans[0].Number, b.from.sentence.Spans[0].Number), cmp.Compare(a.from.sentence.Spans[0].Start, b.from.sentence.Spans[0].Start))
	})
	list := []Moment{}
	for _, d := range all {
		list = append(list, d.moment)
	}
	return list, nil
}

// distinctMoments drops those that tell of what a better one of the same time does.
func distinctMoments(all []dated) []dated {
	numbers := make(map[string]int)
	var single []dated
	var sets [][]int
	for _, d := range all {
		set := numbered(numbers, d.from.text)
		known := false
		for i, k := range single {
			known = known || k.moment.Date == d.moment.Date && shared(set, sets[i]) >= sameEvent*float64(min(len(set), len(sets[i])))
		}
		if !known {
			single, sets = append(single, d), append(sets, set)
		}
	}
	return single
}

// sameEvent is the share of the shorter sentence's terms that two sentences of one day
// have in common which tell of one event.
const sameEvent = .35

// exactness is what a moment counts by how exactly its day is known.
var exactness = map[string]float64{"day": 1, "month": .9, "year": .6}

// momentsOf returns the events of a sentence, at most two: the second where a clause of
// its own tells of it.
func (m *maker) momentsOf(t kept) []dated {
	const most = 2
	var list []dated
	about := 0.0
	for i, p := range t.dates {
		date, precision := momentOf(p)
		if date == "" || !t.tellsEvent(i, len(list) > 0 || precision == "year") || len(list) == most || len(list) > 0 && list[0].moment.Date == date {
			continue
		}
		if about == 0 {
			about = m.about(t.text)
		}
		list = append(list, dated{Moment{Date: date, Precision: precision, Sentence: t.sentence}, t, about * exactness[precision]})
	}
	return list
}

// tellsEvent reports whether something happens near the ith date of a sentence; alone,
// that it happens in the date's own clause, or in the next where that is the date alone.
func (t kept) tellsEvent(i int, alone bool) bool {
	p := t.dates[i]
	runes := []rune(t.text)
	start, end := max(0, p.Start-happensAfter), min(len(runes), p.End+happensAfter)
	if i > 0 {
		start = max(start, t.dates[i-1].End)
	}
	if i+1 < len(t.dates) {
		end = min(end, t.dates[i+1].Start)
	}
	before, after := string(runes[start:p.Start]), string(runes[p.End:end])
	if at := strings.LastIndexAny(before, clauseStops); at >= 0 {
		before = before[at:]
	}
	if after = strings.TrimLeft(after, "，, "); alone {
		if at := strings.IndexAny(after, clauseStops); at >= 0 {
			after = after[:at]
		}
	}
	at := lastOf(happens.FindAllStringIndex(before, -1))
	led := at != nil && (joined.MatchString(before[at[1]:]) || !isHan(t.text))
	if notEvents.MatchString(after) || aside.MatchString(before) || comparedWith(t.text, p) || i > 0 && !led && ends.MatchString(before) {
		return false
	}
	return led || happens.MatchString(after)
}

// momentOf returns the day that a period names, as exact as it is known: that of a
// quarter or of days around the end of a month is the year or the month it lies in.
// Both are empty of a period that names none.
func momentOf(p when.Period) (date, precision string) {
	if p.From == "" || p.Fiscal {
		return "", ""
	}
	switch {
	case strings.HasPrefix(p.Text, "半"), p.To == "" && strings.HasSuffix(p.Text, "来"), p.To == "" && p.Precision != when.Day && p.Precision != when.Month && p.Precision != when.Year:
		return "", ""
	case p.To == "":
		return cut(p.From, string(p.Precision))
	case p.From == p.To:
		return cut(p.From, "day")
	case p.From[:7] == p.To[:7]:
		return cut(p.From, "month")
	case p.From[:4] == p.To[:4]:
		return cut(p.From, "year")
	}
	return "", ""
}

// cut cuts a day to a precision.
func cut(day, precision string) (string, string) {
	return day[:map[string]int{"day": len("2006-01-02"), "month": len("2006-01"), "year": len("2006")}[precision]], precision
}
