package briefing

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"chuchu/rag/cite"
	"chuchu/rag/when"
)

// mostFigures is how many rows the table of key figures has at most.
var mostFigures = map[string]int{"short": 8, "standard": 12, "long": 20}

const (
	figuresOfOne = 3  // of one sentence
	fewPeople    = 10 // of a count: fewer say little
	fewCounted   = 30
	muchMoney    = 1e8
)

// A candidate is a figure that may stand in the table.
type candidate struct {
	figure   Figure
	from     kept
	quantity cite.Quantity
	score    float64
}

// figures makes the table of key figures of the sentences of the sections: the most
// telling ones, in reading order.
func (m *maker) figures(ctx context.Context, b *Briefing) ([]Figure, error) {
	var all []candidate
	for _, t := range m.kept(b) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		all = append(all, m.figuresOf(t)...)
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(all[j].score, all[i].score) })
	var chosen []int
	for _, i := range order {
		if len(chosen) == mostFigures[m.request.Length] {
			break
		}
		if !slices.ContainsFunc(chosen, func(j int) bool { return all[i].repeats(all[j]) }) {
			chosen = append(chosen, i)
		}
	}
	slices.Sort(chosen)
	list := []Figure{}
	for _, i := range chosen {
		list = append(list, all[i].figure)
	}
	return list, nil
}

// figuresOf returns the figures of a sentence, the most telling ones where it has many.
func (m *maker) figuresOf(t kept) []candidate {
	var list []candidate
	names := namer{kept: t}
	about := m.about(t.text)
	for i, q := range t.quantities {
		worth := worthOf(q)
		if inDate(q, t.dates) {
			continue
		}
		what := names.whatOf(i)
		if what == "" || worth == 0 || isFormer(t.text, q) {
			continue
		}
		value, unit := parted(q.Text)
		date := t.dateOf(q)
		score := worth * about
		if date == "" {
			score *= notDated
		}
		list = append(list, candidate{
			figure: Figure{What: what, Value: value, Unit: unit, Date: date, Sentence: t.sentence, Others: []OtherFigure{}},
			from:   t, quantity: q, score: score,
		})
	}
	if len(list) > figuresOfOne {
		least := slices.SortedStableFunc(slices.Values(list), func(a, b candidate) int { return cmp.Compare(b.score, a.score) })[figuresOfOne-1].score
		list = slices.DeleteFunc(list, func(c candidate) bool { return c.score < least })
	}
	return list
}

// notDated is what a figure counts of which nothing says when it was so.
const notDated = .7

// repeats reports whether a figure says what another does.
func (c candidate) repeats(other candidate) bool {
	a, b := c.quantity, other.quantity
	if a.Unit != b.Unit || a.Low != b.Low || a.High != b.High {
		return false
	}
	return c.figure.What == other.figure.What || c.figure.Date == other.figure.Date || a.Text == b.Text && sharesWord(c.figure.What, other.figure.What)
}

func sharesWord(a, b string) bool {
	terms := cite.Terms(b)
	return slices.ContainsFunc(cite.Terms(a), func(t string) bool { return slices.Contains(terms, t) })
}

var (
	counts   = regexp.MustCompile(`^(?:家|名|人|位|款|台|颗|张|卡|套|件|所|个|平方米|吨|gpu|gb|tb|pb|mw|gw|kw|kwh|项|笔|座|核)$`)
	formerly = regexp.MustCompile(`(?i)(?:从|由|自|原先|原来|原本|此前|之前|过去|最初|起初|\bfrom)[^，,；;到至]{0,12}$`)
)

// worthOf is how much a quantity tells by its unit, 0 for nothing.
func worthOf(q cite.Quantity) float64 {
	switch {
	case isCurrency(q.Unit), q.Unit == "" && q.Low >= muchMoney:
		return 1
	case q.Unit == "%":
		return .9
	case q.Unit == "百分点":
		return .8
	case (q.Unit == "人" || q.Unit == "名") && q.Value >= fewPeople:
		return .8
	case q.Unit == "倍" && strings.HasSuffix(q.Text, "倍"), q.Unit == "折":
		return .6
	case counts.MatchString(q.Unit) && !strings.HasSuffix(q.Text, "大") && q.Value >= fewCounted:
		return .5
	}
	return 0
}

func isCurrency(unit string) bool { return strings.HasSuffix(unit, "元") || unit == "英镑" }

// isFormer reports whether a quantity is what something was before it changed: 从47家
// 增加到112家.
func isFormer(text string, q cite.Quantity) bool {
	return formerly.MatchString(string([]rune(text)[:q.Span.Start]))
}

// parted parts a quantity, as it is written, into its value, with the words that bound
// it, and its unit: 超过265.49 and 亿元. Put together again, with a blank between them where
// there was one, they are what was written.
func parted(text string) (value, unit string) {
	at := numeral.FindStringIndex(text)
	if at == nil { // half, a third
		return text, ""
	}
	value, unit = text[:at[1]], strings.TrimSpace(text[at[1]:])
	return strings.TrimPrefix(value, "人民币"), unit
}

// numeral finds a text up to the end of its last number.
var numeral = regexp.MustCompile(`^(?:.*\d[多余几]?|.*[零〇一二两三四五六七八九十百千半](?:[万亿]?[多余几半])?)`)

// dateOf returns what time a quantity is of: by its sentence, else by the sentence
// before it, else by the title; that of the article where the sentence tells of the
// present.
func (t kept) dateOf(q cite.Quantity) string {
	published := string(t.article.Published)
	var own *when.Period
	for i, p := range t.dates {
		if comparedWith(t.text, p) {
			continue
		}
		if (p.End <= q.Span.Start || own == nil && len(t.dates) == 1) && !(own != nil && pointsBack.MatchString(p.Text) && !own.Relative) {
			own = &t.dates[i]
		}
	}
	switch {
	case own != nil:
		return dateText(*own)
	case now.MatchString(clauseBefore(t.text, q)):
		return published
	}
	for _, text := range []string{t.before(), t.article.Title} {
		if list := when.Find(text, published); len(list) > 0 {
			return dateText(list[len(list)-1])
		}
	}
	if present.MatchString(t.text) {
		return published
	}
	return ""
}

var (
	now     = regexp.MustCompile(`(?i)目前|截至发稿|如今|现在|现有|\b(?:now|currently)\b`)
	present = regexp.MustCompile(`(?i)目前|截至发稿|如今|现在|现有|日前|近日|近期|今日|最新|宣布|发布|公布|推出|获悉|\b(?:now|currently|today|announced|recently)\b`)
	// pointsBack are words for a time that was named before.
	pointsBack = regexp.MustCompile(`^(?:本季度?|当季度?|该季度?|本财季|本年度?|本月|同期)`)
	measures   = regexp.MustCompile(`(?i)(?:比|较|相较于?|对比|相比于?|与|跟|同比|than|from|versus|compared (?:to|with))\s*$`)
)

// clauseBefore is the clause before a quantity.
func clauseBefore(text string, q cite.Quantity) string {
	before := string([]rune(text)[:q.Span.Start])
	return before[strings.LastIndexAny(before, clauseStops)+1:]
}

// comparedWith reports whether a period is only what something is measured against.
func comparedWith(text string, p when.Period) bool {
	runes := []rune(text)
	after := string(runes[p.End:])
	return measures.MatchString(string(runes[:p.Start])) || strings.HasPrefix(after, "相比") || strings.HasPrefix(after, "同期")
}

// dateText writes a period as the unit of the calendar that it is, else as the one it
// lies in; empty where that would say too much or nothing.
func dateText(p when.Period) string {
	if p.From == "" || p.To == "" || p.Fiscal {
		return ""
	}
	year, month := p.From[:4], p.From[:7]
	switch p.Precision {
	case when.Day:
		return p.From
	case when.Quarter:
		return year + "-Q" + map[string]string{"01": "1", "04": "2", "07": "3", "10": "4"}[p.From[5:7]]
	case when.Half:
		return year + "-H" + map[string]string{"01": "1", "07": "2"}[p.From[5:7]]
	}
	switch {
	case p.From == p.To:
		return p.From
	case month == p.To[:7]:
		return month
	case year == p.To[:4]:
		return year
	}
	return ""
}
