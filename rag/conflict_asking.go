package rag

import (
	"regexp"
	"slices"
	"strings"

	"chuchu/rag/when"
)

// An asking is what a question asks of sources that may disagree.
type asking struct {
	core     string        // the question without what it says of articles
	kind     string        // of the answer wanted: quantity, date or name; empty: any
	units    []string      // that a quantity wanted may have; none: any
	growth   bool          // it asks how much something changed
	compares bool          // it asks itself whether articles agree
	reports  []when.Period // the times that it asks for articles of
	periods  []when.Period // the times that it asks of
	keys     []key
	weight   float64 // of all keys
	weigh    weights
}

// A key is a word of the question, or a dictionary's words for it: any of its forms
// will do.
type key struct {
	forms  [][]string // each the terms that make it up
	weight float64
}

var (
	// agreement are the words by which a question asks whether articles agree; those
	// in comparing ask it only where it names articles.
	agreement = regexp.MustCompile(`(?i)(?:前后|相互|彼此)?(?:说法|写法|口径|数据|数字|给的数)?(?:是否|是不是)?(?:一致|一样|相同|互相矛盾|自相矛盾|矛盾|有出入|出入|对得上|对不上|吻合)[吗么]?|\b(?:agree|disagree|consistent|inconsistent|contradict\w*|conflict\w*|discrepanc\w*)\b`)
	comparing = regexp.MustCompile(`(?i)[各又]?(?:自|是|都)?怎么说(?:的)?|(?:说法|看法|评价|表述|解释)?有(?:何|什么)?(?:不同|差异|区别|分歧)|(?:说法|看法|评价)(?:有何|有什么)?不同|说法|\bdiffer\w*\b|\b(?:what|how) do\b.*\bsay\b`)
	articles  = regexp.MustCompile(`(?i)(?:的)?[两三四几多]?[篇家]?(?:报道|文章|媒体)(?:里|中|各自|分别|各)?|[两三几]篇|\b(?:the )?(?:two |several )?(?:articles?|reports?|sources?)\b`)

	asksPeople  = regexp.MustCompile(`(?i)多少(?:名|个|位)?(?:人|员工)|几[十百千]?个?人|人数|人员规模|\bhow many (?:people|employees|staff|workers)\b|\bheadcount\b`)
	asksGrowth  = regexp.MustCompile(`(?i)增速|增长率|增幅|涨幅|降幅|(?:增长|下滑|下降|上涨)了?多少|\bgrowth\b|\bhow (?:much|fast) did\b.*\b(?:grow|fall|rise|drop)\b`)
	askingWords = regexp.MustCompile(`(?i)到底|究竟|多少|多大|多高|大约|大概|分别|什么时候|何时|哪一?年|什么|怎么|如何|是不是|是否|增速|增长率|增幅|占比|比例|\b(?:how|much|many|when|what|which|who|did|does|do|was|were|is|are|the|a|an|of|in|to|for)\b`)
)

// asking reads the question.
func (w *writing) asking() asking {
	a := asking{weigh: w.verifier.weigh, core: string(withoutValues([]rune(w.question), nil, when.Find(w.question, w.reply.AsOf)))}
	ofArticles := articles.MatchString(w.question)
	a.compares = agreement.MatchString(w.question) || ofArticles && comparing.MatchString(w.question)
	a.periods = slices.DeleteFunc(when.Asked(w.question, w.reply.AsOf), func(p when.Period) bool { return p.Reported })
	if a.compares {
		a.reports = slices.DeleteFunc(when.Asked(w.question, w.reply.AsOf), func(p when.Period) bool { return !p.Reported })
		for _, words := range []*regexp.Regexp{agreement, comparing, articles} {
			a.core = words.ReplaceAllString(a.core, " ")
		}
	}
	a.readKind()
	a.addKeys(w)
	return a
}

// readKind reads what kind of answer is wanted, and in which units.
func (a *asking) readKind() {
	a.growth = asksGrowth.MatchString(a.core)
	every := false // units will do
	for _, x := range askedOf(strings.TrimSpace(a.core)) {
		kind, units := "quantity", []string(nil)
		switch x.detail {
		case dateDetail:
			kind = "date"
		case personDetail:
			kind = "name"
		case amountDetail:
			units = append([]string{""}, currencies...)
		case shareDetail:
			units = []string{"%", "百分点"}
		case numberDetail:
			if x.unit == "人" || x.unit == "名" || x.unit == "位" || asksPeople.MatchString(a.core) {
				units = []string{"人"}
			} else {
				every = true
			}
		case durationDetail:
			every = true
		default:
			continue
		}
		if a.kind == "" {
			a.kind = kind
		}
		a.units = append(a.units, units...)
	}
	if every {
		a.units = nil
	}
}

// peopleWords are the words beside a number of people; a question for one seldom
// has the same.
var peopleWords = [][]string{{"员工"}, {"人员"}, {"团队"}, {"人数"}, {"规模"}, {"雇员"}}

// likelyForms of a dictionary's words are looked at for how telling they are.
const likelyForms = 3

// addKeys adds the words of the question that stand in the collection.
func (a *asking) addKeys(w *writing) {
	terms := contentTerms(askingWords.ReplaceAllString(a.core, " "))
	weights := a.weigh(terms)
	for _, t := range terms {
		a.keys = append(a.keys, key{[][]string{{t}}, weights[t]})
	}
	for _, g := range w.groups {
		var forms [][]string
		for _, alternative := range g.Alternatives {
			forms = append(forms, contentTerms(alternative))
		}
		a.keys = append(a.keys, key{forms, g.Weight * a.mostTelling(forms[:min(likelyForms, len(forms))])})
	}
	if slices.Contains(a.units, "人") {
		a.keys = append(a.keys, key{peopleWords, a.mostTelling(peopleWords)})
	}
	for _, k := range a.keys {
		a.weight += k.weight
	}
}

// mostTelling returns what the most telling of the terms weighs.
func (a *asking) mostTelling(forms [][]string) float64 {
	most := 0.0
	for _, form := range forms {
		weights := a.weigh(form)
		for _, t := range form {
			most = max(most, weights[t])
		}
	}
	return most
}

// cover returns the share of the question that terms hold.
func (a asking) cover(terms []string) float64 {
	if a.weight == 0 {
		return 0
	}
	held := make(map[string]bool, len(terms))
	for _, t := range terms {
		held[t] = true
	}
	sum := 0.0
	for _, k := range a.keys {
		if slices.ContainsFunc(k.forms, func(form []string) bool {
			return !slices.ContainsFunc(form, func(t string) bool { return !held[t] })
		}) {
			sum += k.weight
		}
	}
	return sum / a.weight
}

// concerns reports whether a sentence is about what was asked, by itself and with
// the sentence before it.
func (a asking) concerns(sentence, before string) bool {
	terms := contentTerms(sentence)
	own, all := a.cover(terms), a.cover(append(terms, contentTerms(before)...))
	if a.compares {
		return all >= facingAll
	}
	return own >= answeringOwn && all >= answering
}

// wants reports whether a statement is of the kind that the question wants.
func (a asking) wants(st statement) bool {
	switch {
	case st.date != nil:
		return a.kind == "date"
	case a.kind == "date" || a.kind == "name":
		return false
	}
	if a.growth && !st.changes() {
		return false
	}
	return len(a.units) == 0 || slices.Contains(a.units, st.value.Unit)
}

// fit is how much a statement is about what was asked: its clause, its sentence and
// what stands around them count alike.
func (a asking) fit(st statement) float64 {
	return a.cover(st.near) + a.cover(st.around) + a.cover(st.wide)
}

// search is what more passages are searched for by.
func (a asking) search() string {
	text := a.core
	if slices.Contains(a.units, "人") {
		for _, form := range peopleWords {
			text += " " + strings.Join(form, "")
		}
	}
	return text
}
