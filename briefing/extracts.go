package briefing

import (
	"context"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chuchu/rag"
	"chuchu/rag/cite"
)

// bodyChars is how many characters the sections of a briefing have at most.
var bodyChars = map[string]int{"short": 1200, "standard": 2500, "long": 6000}

// These choose the sentences of extracts. docs/decisions.md has the measurements; most
// may be a third lower or higher.
const (
	topicShare   = .6  // of a sentence's weight that its words of the topic make
	themeShare   = .3  // and those of its theme
	titleShare   = .3  // and the topic's words in its article's title
	ownTitle     = .5  // and what the words of its own article's title add to all this
	ownLead      = .3  // and that it stands among the first of its article, where news says what matters
	besideTopic  = .4  // what counts what is found for a part of the topic and has no word of the topic around it
	leastShare   = .1  // what a sentence of a found passage has without any
	fromPassage  = .2  // of these is what the best sentence of its passage has
	longPower    = .5  // long sentences hold more by being long
	repeated     = .6  // what of a sentence's weight goes where all its words stood before
	samePassage  = .95 // what a further sentence of a passage counts
	sameTheme    = .98 // and of a theme
	argued       = .3  // of the room is for what says most about the topic, figures or not
	arguedPower  = .5  // of what informs, in that
	repeats      = .6  // of a sentence's words that an earlier one has: then it says the same
	ofOtherTimes = .6  // what a sentence counts whose article is of other times than the request speaks of
	leansBack    = .6  // what a sentence counts that leaves its subject to the one before
)

// A feature is something by which a sentence shows that it tells facts, or that it does
// not.
type feature struct {
	weight float64
	words  *regexp.Regexp
}

// features were fitted, roughly, to what questions are asked about: 258 quotations that
// answer them among 5,178 sentences of their articles.
var features = []feature{
	{.6, regexp.MustCompile(`\d`)},
	{.5, regexp.MustCompile(`\d[\d.]*\s*%|百分之|[一二三四五六七八九]成|翻[倍番]|\d+倍|\d+/\d+`)},
	{.5, regexp.MustCompile(`\d[\d.,]*\s*[多余]?\s*(?:万|亿|百万|千万)?\s*(?:元|美元|美金|港元|欧元|英镑)|[几数十百千]+个?亿|(?i)\$\s?\d|\d\s?(?:million|billion)`)},
	{.3, regexp.MustCompile(`\d[\d.,]*\s*[多余]?\s*[万亿]?\s*(?:人|家|款|个|台|张|颗|卡|年|月|项|名|倍|折)`)},
	{.2, regexp.MustCompile(`\d+\s*月`)},
	{.4, regexp.MustCompile(`宣布|发布|推出|成立|上线|收购|任命|接任|接替|出任|卸任|离职|裁员|降价|涨价|签约|中标|投资|关停|迁移|下线|启动|调整|合并|拆分|上市|合作|(?i)\b(?:announc|launch|acquir|appoint|cut|sign|invest|clos)\w*`)},
	{.25, regexp.MustCompile(`因为|由于|原因|导致|源于|从而|使得|因此|意味着|得益于|背后|(?i)\b(?:because|due to|therefore|led to)\b`)},
	{.3, regexp.MustCompile(`增长|下滑|下降|减少|提升|猛增|亏损|盈利|扭亏|首次|突破|降至|达到|超过|放缓|增速|(?i)\b(?:rose|fell|grew|growth|decline|record|first)\b`)},
	{.15, regexp.MustCompile(`表示|认为|告诉|透露|坦言|指出|据了解|据悉|获悉`)},
	{.3, regexp.MustCompile(`[一二三四五六七八九十两几\d](?:大[红问优痛难趋挑误战板核]|[个]|点|种|类|步|阶段)`)},
	{.3, regexp.MustCompile(`更重要的是|关键|核心|根本|本质|最大的|主要|一方面|另一方面|值得注意|总的来说|综上`)},
	{-1.2, regexp.MustCompile(`[：:]$`)},
	{-1.2, regexp.MustCompile(`[？?]`)},
	{-.3, regexp.MustCompile(`^[“"「]?(?:他|她|它|这|那|该|其|此)`)},
	{-.2, regexp.MustCompile(`我们|咱|你`)},
	{-.5, regexp.MustCompile(`^[“"「][^”"」]{0,30}[”"」]?$`)},                           // a short remark of somebody
	{-1.5, regexp.MustCompile(`^[^，,]{0,24}(?:告诉[^，,。]{0,8}|表示|坦言|说|道|认为|指出)[。.]$`)}, // who said what stands before it
	{-.8, regexp.MustCompile(`[^。！？!?.；;”"』」）)…]$|^[（(]`)},
	{-1, regexp.MustCompile(`相关文章|此前报道|详见|参见|公众号|原标题|拭目以待|可想而知|不言而喻|众所周知|要知道|深入报道|敬请期待|欢迎|评选|征集|(?i)\b(?:stay tuned|remains to be seen)\b`)},
}

const (
	informsLeast = -1.8 // of a sentence with no feature
	perName      = .1   // for each word in Latin letters, names most often
	mostNames    = 3
	fewChars     = 18 // a shorter sentence says little
	tooFew       = -1.6
)

var latinWord = regexp.MustCompile(`[A-Za-z][A-Za-z0-9]+`)

// informs returns how much a sentence tells, whatever it is about: figures, names,
// decisions, causes. It lies between 0 and 1.
func informs(text string) float64 {
	z := informsLeast
	for _, f := range features {
		if f.words.MatchString(text) {
			z += f.weight
		}
	}
	if isHan(text) {
		names := latinWord.FindAllString(text, -1)
		slices.Sort(names)
		z += perName * float64(min(mostNames, len(slices.Compact(names))))
	}
	if len([]rune(text)) < fewChars {
		z += tooFew
	}
	return 1 / (1 + math.Exp(-z))
}

// numberedHeading is how headings begin that have a number, which rag.Quotable lets
// pass.
var numberedHeading = regexp.MustCompile(`^(?:\d+(?:\.\d+)*[、.．)） ]|[（(]?[一二三四五六七八九十]+[、.．)）]|第[一二三四五六七八九十\d]+[章节部])`)

// isNumberedHeading reports whether a line looks like such a one: it has no final mark.
func isNumberedHeading(line string) bool {
	last, _ := utf8.DecodeLastRuneInString(line)
	return !unicode.IsPunct(last) && utf8.RuneCountInString(line) <= 2*rag.MaxHeading && numberedHeading.MatchString(line)
}

func isHan(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// A weighed finding is one that may be chosen.
type weighed struct {
	*finding
	about   float64 // how much it is about the topic and its theme
	terms   []int   // its terms, by number
	weights []float64
	total   float64 // of weights
	chosen  bool
}

// worth is what a finding counts by itself; power says how much what informs does.
func (w *weighed) worth(power float64) float64 {
	return math.Pow(w.says, power) * w.about / math.Pow(float64(20+w.chars()), longPower)
}

// weigh gives every finding its theme and its score, and returns those that can stand
// by themselves.
func (m *maker) weigh(ctx context.Context) ([]*weighed, error) {
	s := &m.survey
	values, numbers, err := m.termWeights(ctx)
	if err != nil {
		return nil, err
	}
	about, onTopic := m.relevance(), m.onTopic()
	var list []*weighed
	for i, f := range s.findings {
		f.theme, f.likeness, f.says = about[i].theme, about[i].likeness, informs(f.text)
		if rag.LeansBack(f.text) {
			f.says *= leansBack
		}
		w := &weighed{finding: f, about: about[i].share * best(s.scores[f.passage]) * (1 + ownTitle*f.ofTitle(values, numbers))}
		if on := onTopic[f.passage]; s.named(f.theme) {
			w.about *= besideTopic + (1-besideTopic)*on
		} else {
			w.about *= on * on
		}
		if f.start < leadChars {
			w.about *= 1 + ownLead
		}
		if s.outside(f.article) {
			w.about *= ofOtherTimes
		}
		f.score = w.worth(1)
		if !f.quotable || f.theme == noTheme && len(m.request.Sections) > 0 {
			continue
		}
		for _, t := range f.terms {
			n := numbers[t]
			w.terms, w.weights = append(w.terms, n), append(w.weights, values[n])
			w.total += values[n]
		}
		list = append(list, w)
	}
	return list, nil
}

// leadChars is how far what an article says first reaches.
const leadChars = 300

// ofTitle returns the share of its article's title that a finding holds, by weight.
func (f *finding) ofTitle(values []float64, numbers map[string]int) float64 {
	all, held := 0.0, 0.0
	for _, t := range cite.Terms(f.article.Title) {
		n, known := numbers[t]
		if !known {
			continue
		}
		all += values[n]
		if slices.Contains(f.terms, t) {
			held += values[n]
		}
	}
	if all == 0 {
		return 0
	}
	return held / all
}

// termWeights numbers the terms of all findings, and returns how telling each is.
func (m *maker) termWeights(ctx context.Context) ([]float64, map[string]int, error) {
	numbers := make(map[string]int)
	var terms []string
	for _, f := range m.survey.findings {
		for _, t := range f.terms {
			if _, known := numbers[t]; !known {
				numbers[t] = len(terms)
				terms = append(terms, t)
			}
		}
	}
	values, err := m.Engine.Index.Weights(ctx, terms)
	return values, numbers, err
}

// choose picks the sentences of extracts one after the other, the one that adds most to
// those that are chosen, while there is room. Most of it is for what informs, the rest
// for what is most about the topic.
func choose(list []*weighed, chars int) []*finding {
	c := chooser{list: list, seen: make(map[int]bool), passages: make(map[string]int), themes: make(map[int]int)}
	c.fill(int((1-argued)*float64(chars)), 1)
	c.fill(chars, arguedPower)
	return c.chosen
}

// A chooser is a choice while it is made.
type chooser struct {
	list     []*weighed
	chosen   []*finding
	said     []said
	used     int // characters
	seen     map[int]bool
	passages map[string]int
	themes   map[int]int
}

// fill chooses until so many characters are used. power says how much counts what
// informs.
func (c *chooser) fill(chars int, power float64) {
	base := make([]float64, len(c.list))
	for i, w := range c.list {
		base[i] = w.worth(power)
	}
	for {
		next, most := -1, 0.0
		for i, w := range c.list {
			if w.chosen || c.used+w.chars() > chars || base[i] <= most {
				continue
			}
			if v := base[i] * c.adds(w); v > most {
				next, most = i, v
			}
		}
		if next < 0 {
			return
		}
		c.take(c.list[next])
	}
}

// adds returns what share of its weight a sentence has beside the chosen ones.
func (c *chooser) adds(w *weighed) float64 {
	stood := 0.0
	for i, t := range w.terms {
		if c.seen[t] {
			stood += w.weights[i]
		}
	}
	if w.total > 0 {
		stood /= w.total
	}
	return (1 - repeated*stood) * math.Pow(samePassage, float64(c.passages[w.passage])) * math.Pow(sameTheme, float64(c.themes[w.theme]))
}

// take chooses a sentence, unless it says what another has said.
func (c *chooser) take(w *weighed) {
	w.chosen = true
	now := said{w.text, slices.Sorted(slices.Values(w.terms)), w.quantities}
	if slices.ContainsFunc(c.said, now.repeats) {
		return
	}
	c.chosen, c.said = append(c.chosen, w.finding), append(c.said, now)
	c.used += w.chars()
	c.passages[w.passage]++
	c.themes[w.theme]++
	for _, t := range w.terms {
		c.seen[t] = true
	}
}

// shared counts what two sorted lists have in common.
func shared(a, b []int) float64 {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			n, i, j = n+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return float64(n)
}

// quote makes a sentence of a finding: it is its own source, and where it stands is
// known.
func (m *maker) quote(f *finding) Sentence {
	n := m.ledger.number(f.article)
	return Sentence{
		Text: cite.Escape(f.text) + marker(n), Citations: []int{n}, Verdict: string(cite.Quoted), Judge: "rules",
		Spans: []rag.NumberSpan{{Number: n, Span: rag.Span{PassageID: f.passage, Start: f.start, End: f.end, Quote: new(f.text)}}},
	}
}

// extractSection writes a section of extracts. They are checked as what a model writes
// is; what the rules do not find where it stands is dropped.
func (m *maker) extractSection(_ context.Context, _ *Briefing, p plannedSection) (Section, []Dropped, error) {
	section := Section{Heading: p.heading, Sentences: []Sentence{}}
	var dropped []Dropped
	for _, f := range p.findings {
		s := m.quote(f)
		j := cite.Judge(s.Text, []*cite.Source{cite.NewSource(f.text, string(f.article.Published))}, nil)
		if s.Verdict = string(j.Verdict); !holds(s.Verdict) {
			dropped = append(dropped, Dropped{Text: f.text, Verdict: s.Verdict, Why: []rag.Why{}})
			continue
		}
		section.Sentences = append(section.Sentences, s)
	}
	return section, dropped, nil
}
