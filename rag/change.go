package rag

import (
	"cmp"
	"context"
	"regexp"
	"slices"

	"chuchu/corpus"
	"chuchu/rag/cite"
	"chuchu/rag/when"
)

// A Stated is a sentence as an article states it, or as one that rests on it does.
type Stated struct {
	Article corpus.Ref
	Text    string // without markers
	Before  string // the sentence before it in the article, empty for none
}

// What two statements share of what stands around their values for one to have taken
// the place of the other. Dates stand beside everything, so for these it is more. Thirty
// follow-ups on ten topics, over 53 articles on cloud computing that were cut in two at
// three dates, claimed no change with these, and one each without unlike and without
// sameFrame: neither was one.
const (
	changedNear     = .5
	changedWide     = .5
	changedDateNear = .7
	changedDateWide = .6
)

// passing are values that belong to a time: said of another time, they are others
// without anything having changed.
var passing = regexp.MustCompile(`(?i)营收|收入|利润|净利|毛利|盈利|亏损|融资|出货|销量|销售额|成交|流水|投资|投入|支出|罚款|收购|中标|裁|招|\b(?:revenue|sales|profit|income|earnings|loss|funding|raised|shipments?|invest\w*|spending|fined?|acquir\w*|layoffs?)\b`)

// momentary are the roles of such values.
var momentary = regexp.MustCompile(`\b(?:change|new|versus|from|if)\b`)

// Changes returns for each of the earlier sentences the number of the later one that
// states another value of the same thing at the same time, -1 where none does. What
// holds until it changes may be of any time; may says which two are to be compared.
// It is meant to miss some and to claim none that is no change.
func (e *Engine) Changes(ctx context.Context, earlier, later []Stated, may func(earlier, later int) bool) []int {
	a := asking{weigh: e.weigh(ctx)}
	newer := make([]*changeable, len(later))
	list := make([]int, len(earlier))
	for i, s := range earlier {
		list[i] = -1
		older := s.changeable()
		best := 0.0
		for j := range later {
			if !may(i, j) {
				continue
			}
			if newer[j] == nil {
				newer[j] = later[j].changeable()
			}
			if likeness := a.change(older, newer[j]); likeness > best {
				best, list[i] = likeness, j
			}
		}
	}
	return list
}

// A changeable is what of a sentence may change: what it states, and its clauses on who
// holds an office.
type changeable struct {
	statements []statement
	offices    [][]rune
}

func (s Stated) changeable() *changeable { return &changeable{s.statements(), officesIn(s.Text)} }

// statements returns what the sentence states.
func (s Stated) statements() []statement {
	whole := s.Before + s.Text
	at := cite.Span{Start: len([]rune(s.Before)), End: len([]rune(whole))}
	published := string(s.Article.Published)
	dates := when.Find(whole, published)
	before := when.Within(dates, 0, at.Start)
	list := sentenceStatements(&source{article: s.Article, text: s.Text}, cite.Span{End: at.End - at.Start}, s.Text, s.Before, when.Within(dates, at.Start, at.End))
	setting := cmp.Or(lastOf(before), lastOf(when.Find(s.Article.Title, published)))
	for i := range list {
		list[i].setting = setting
	}
	return list
}

// change returns how alike the likest two statements of two sentences are of which the
// one has taken the place of the other; 0: there are none.
func (a asking) change(older, newer *changeable) float64 {
	best := changedName(older.offices, newer.offices)
	for _, x := range older.statements {
		for _, y := range newer.statements {
			if a.unlike(x, y) {
				return 0
			}
			if !x.replacedBy(y) || a.repeatedIn(x, newer.statements) || a.repeatedIn(y, older.statements) {
				continue
			}
			near := min(a.held(x, y.near), a.held(y, x.near))
			wide := min(a.held(x, y.wide), a.held(y, x.wide))
			leastNear, leastWide := changedNear, changedWide
			if x.date != nil {
				leastNear, leastWide = changedDateNear, changedDateWide
			}
			if near >= leastNear && wide >= leastWide && sameWords(x, y) && sameFrame(x, y) {
				best = max(best, near+wide)
			}
		}
	}
	return best
}

// replacedBy reports whether two statements are of one kind and time and have other
// values.
func (x statement) replacedBy(y statement) bool {
	if (x.date == nil) != (y.date == nil) || x.roles != y.roles || (x.rate > 0) != (y.rate > 0) {
		return false
	}
	if x.date != nil {
		return x.differs(y) && x.datesEvent() && y.datesEvent() && daysBetween(x.date.From, y.date.From) < yearly
	}
	return x.differs(y) && x.likeSized(y) && x.ofOneTime(y)
}

// yearly is how many days lie between what comes again every year, about.
const yearly = 300

// event are the words of what has one date, which may be put off.
var event = regexp.MustCompile(`(?i)生效|上线|下线|截止|到期|开业|开幕|投产|投用|交付|启用|完工|竣工|开工|举行|召开|发布|推出|关停|停服|\b(?:effective|launch\w*|due|open\w*|deliver\w*|complet\w*|held|releas\w*|shut\w*)\b`)

// datesEvent reports whether a date is when something happens, and not what a quantity
// is of.
func (x statement) datesEvent() bool {
	left, right := clauseAt([]rune(x.source.text), x.value.Span)
	return event.MatchString(left+right) && len(quantitiesIn(x.source.text, when.Find(x.source.text, string(x.source.article.Published)))) == 0
}

// ofOneTime reports whether two quantities can be of one time, or hold until they
// change.
func (x statement) ofOneTime(y statement) bool {
	if meet, said := x.periodsMeet(y, during); said {
		return meet
	}
	return !momentary.MatchString(x.roles) && !passing.MatchString(x.source.text) && !passing.MatchString(y.source.text)
}

// during reports whether an article of a date tells of a period without naming it:
// it came out in it, or soon after.
func during(published corpus.Date, p when.Period) bool {
	first, _ := published.Bounds()
	return reportedIn(published, p) || first != "" && p.From != "" && first >= p.From && first <= p.To
}

// unlike reports whether two quantities are said of the same words and are so far from
// each other that the sentences are about two things: the goals of a firm, and of a part
// of it.
func (a asking) unlike(x, y statement) bool {
	return x.date == nil && y.date == nil && x.roles == y.roles && comparable(x.value, y.value) && !x.likeSized(y) &&
		min(a.share(x.near, y.wide), a.share(y.near, x.wide)) >= named
}

// repeatedIn reports whether one of the statements says what x says.
func (a asking) repeatedIn(x statement, list []statement) bool {
	return slices.ContainsFunc(list, func(y statement) bool {
		return (x.date == nil) == (y.date == nil) && (x.date != nil || comparable(x.value, y.value)) && !x.differs(y) && a.share(x.near, y.wide) >= named
	})
}

// sameWords reports whether what is written in Latin letters beside one value stands
// around the other: names of products and firms, which are short and carry the sense.
func sameWords(x, y statement) bool {
	lacks := func(one, other statement) bool {
		return slices.ContainsFunc(one.near, func(t string) bool { return t[0] < 0x80 && !slices.Contains(other.wide, t) })
	}
	return !lacks(x, y) && !lacks(y, x)
}

// neutral are words around a value that tell nothing of what it is of.
var neutral = regexp.MustCompile(`(?i)目前|现在|如今|当前|截至|已经|更正|修正|调整|下调|上调|降低|下降|降|提高|提升|上升|升|达到|达|共有|仅有|拥有|超过|超|约|近|为|是|有|共|将|已|了|至|到|的|在|于|只|仅|还|也|就|\b(?:now|currently|about|is|are|was|were|has|have|had|the|a|an|to|of|some|only|cut|raised|corrected)\b`)

// leastCommon is how many parts two frames have in common to be of one thing.
const leastCommon = 4

// sameFrame reports whether the clauses of two values are the same but for the values,
// neutral words, and what one has and the other has not. Where one has another word in
// the place of a word, it is of another thing: 华东的机房 and 华南的机房.
func sameFrame(x, y statement) bool {
	a, b := x.frame(), y.frame()
	if max(len(a), len(b)) > longestLie {
		return false
	}
	common := make([][]int, len(a)+1) // the most that a[i:] and b[j:] have in common
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if common[i][j] = max(common[i+1][j], common[i][j+1]); a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	if common[0][0] < leastCommon {
		return false
	}
	left, right := false, false // of a, of b, since they last had something in common
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j, left, right = i+1, j+1, false, false
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			i, left = i+1, true
		default:
			j, right = j+1, true
		}
		if left && right {
			return false
		}
	}
	return true
}

// frame returns what the clause of a value consists of, without values and neutral
// words: characters, and words in Latin letters. A value is one of these, wherever it
// stands. A clause that says little takes in those before it, and what something rose
// by is of all that.
func (x statement) frame() []string {
	runes := []rune(x.source.text)
	dates := when.Find(x.source.text, string(x.source.article.Published))
	bare := withoutValues(runes, quantitiesIn(x.source.text, dates), dates)
	bare[x.value.Span.Start] = '#'
	start, end := clauseBounds(bare, x.value.Span)
	for {
		parts := frameParts.FindAllString(neutral.ReplaceAllString(string(bare[start:end]), " "), -1)
		if start == 0 || len(parts) >= fewParts && !x.changes() {
			return parts
		}
		start, _ = clauseBounds(bare, cite.Span{Start: start - 1, End: start - 1})
	}
}

// fewParts are too few to tell what a value is of.
const fewParts = 8

var frameParts = regexp.MustCompile(`\p{Han}|[\p{L}\p{N}]+|#`)

// office are the words of clauses in which another name tells of a change.
var office = regexp.MustCompile(`(?i)出任|接任|担任|任命|接替|执掌|掌舵|负责人|总裁|董事长|首席|总经理|\b(?:CEO|CTO|CFO|COO|president|chair\w*|chief|appoint\w*|head of)\b`)

// changedName returns how alike two clauses are that differ in whom they name alone;
// 0: there are none.
func changedName(older, newer [][]rune) float64 {
	for _, x := range older {
		for _, y := range newer {
			if _, _, ok := namesIn(x, y); ok {
				return changedNear
			}
		}
	}
	return 0
}

// officesIn returns the clauses of a sentence that are on who holds an office.
func officesIn(text string) [][]rune {
	runes := []rune(text)
	var list [][]rune
	for start := 0; start < len(runes); {
		_, end := clauseBounds(runes, cite.Span{Start: start, End: start})
		if clause := runes[start:end]; len(clause) <= longestLie && office.MatchString(string(clause)) {
			list = append(list, clause)
		}
		start = end + 1
	}
	return list
}
