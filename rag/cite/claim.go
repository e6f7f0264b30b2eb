package cite

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A claim is what a sentence says, prepared for comparing.
type claim struct {
	text     string
	runes    []rune
	folded   folded
	whole    string // folded, with the list number
	terms    []claimTerm
	clauses  int
	clauseOf []int32 // the clause of each code point
	facts    []fact
	untold   bool // it has more facts than are compared
	names    []fact
	asides   []Span // what states nothing of the world, or only what is denied
	foiled   []fact // facts in them

	known    func(word string) bool // Names, nil without
	searched bool                   // Searched
	alone    bool                   // Alone

	bearing map[*Source][][]Span // what borne found
}

// A claimTerm is one term of a claim outside of its facts, the first time it occurs.
type claimTerm struct {
	term
	weight float64 // share of the claim's, all together 1
	beside float64 // what it says of the figure it stands by: of grammar never much, however rare the pair
	figure bool    // it holds a digit
	clause int
}

// newClaim prepares a sentence: without markers, list numbers and emphasis.
func newClaim(sentence string, weight func(term string) float64, options ...Option) *claim {
	c := &claim{text: plain(sentence), bearing: map[*Source][][]Span{}}
	for _, o := range options {
		o(c)
	}
	c.runes = []rune(c.text)
	c.folded = fold(c.runes)
	c.whole = fold([]rune(Strip(sentence))).text
	c.facts = factsOf(c.text, c.runes)
	c.asides = asidesOf(c.text)
	c.facts = slices.DeleteFunc(c.facts, func(f fact) bool {
		aside := slices.ContainsFunc(c.asides, f.span.touches)
		if aside {
			c.foiled = append(c.foiled, f)
		}
		return aside
	})
	c.untold = len(c.facts) > mostFacts
	c.facts = c.facts[:min(len(c.facts), mostFacts)]
	c.cut()
	c.takeTerms()
	c.weigh(weight)
	c.names = c.namesOf()
	c.names = c.names[:min(len(c.names), mostFacts)]
	return c
}

// mostFacts is how many facts of a claim are compared; a sentence of more is a table,
// and is never called supported. It bounds what a sentence costs.
const mostFacts = 32

// takeTerms takes the terms that state something: not those of facts, asides and of
// who reports it.
func (c *claim) takeTerms() {
	out := append(spansOf(attributions, c.text), c.asides...)
	seen := map[string]bool{}
	for _, t := range termsOf(c.folded) {
		if seen[t.text] || c.inFact(t.span) || slices.ContainsFunc(out, t.span.touches) {
			continue
		}
		seen[t.text] = true
		c.terms = append(c.terms, claimTerm{term: t, weight: 1, clause: c.clauseAt(t.span), figure: strings.ContainsFunc(t.text, unicode.IsDigit)})
	}
}

// cut numbers the clauses.
func (c *claim) cut() {
	c.clauseOf = make([]int32, len(c.runes))
	for i := range c.runes {
		c.clauseOf[i] = int32(c.clauses)
		if endsClause(c.runes, i) {
			c.clauses++
		}
	}
	c.clauses++
}

// clauseAt returns the number of the clause in which a span begins.
func (c *claim) clauseAt(s Span) int { return int(c.clauseOf[s.Start]) }

func (c *claim) inFact(s Span) bool {
	return slices.ContainsFunc(c.facts, func(f fact) bool { return f.span.touches(s) })
}

// functional are characters that mostly make grammar: a pair with one of them says
// less of the subject than one without.
const functional = "的了是在为由与和及并也都就将把从对等其而但则这那有被让使向于以之又还再才却可能会要所一个们来去上下里中到后前时年月日"

// formal are pairs that order what is said, and say nothing of it.
var formal = setOf("依次", "分别", "其中", "例如", "比如", "包括", "主要", "目前", "以及", "因此", "同时", "此外", "另外", "其他", "相关", "方面", "进行", "通过", "需要", "已经", "成为", "表示", "称为", "即可", "均为", "各自", "共计", "总计", "合计")

// functionalWeight is what a term with such a character counts.
const functionalWeight = .3

// weigh sets the weights. A term that the collection does not know counts as an
// average one: at the seams between a writer's own words there are many.
func (c *claim) weigh(weight func(term string) float64) {
	total, known := 0.0, 0
	for i := range c.terms {
		if weight != nil {
			c.terms[i].weight = max(0, weight(c.terms[i].text))
		}
		if c.terms[i].weight > 0 {
			total += c.terms[i].weight
			known++
		}
	}
	average := 1.0
	if known > 0 {
		average = total / float64(known)
	}
	total = 0
	for i := range c.terms {
		if c.terms[i].weight == 0 {
			c.terms[i].weight = average
		}
		if formal[c.terms[i].text] || strings.ContainsAny(c.terms[i].text, functional) {
			c.terms[i].weight *= functionalWeight
			c.terms[i].beside = min(c.terms[i].weight, functionalWeight*average)
		} else {
			c.terms[i].beside = c.terms[i].weight
		}
		total += c.terms[i].weight
	}
	for i := range c.terms {
		c.terms[i].weight /= total
		c.terms[i].beside /= total
	}
}

var (
	// frames are words before a statement that answer a question instead of saying
	// something of the world.
	frames = regexp.MustCompile(`^(?:(?:前提|说法|题设|问题的前提)(?:本身)?(?:并)?(?:不成立|有误|不准确|错误|不对|不实)|(?:说法|口径|两者|报道)?(?:并)?不(?:一致|相同|同)|对不上|不是|并非如此|否|是的|对|没有|会|不会|可以)[：:，,。；;]`)
	// foils say what is not so before what is: 并非2019年,而是2015年.
	foils = regexp.MustCompile(`(?:并非|并不是|不是)[^。；;]{1,30}?[，,]?而是`)
	// attributions say who reports something.
	attributions = regexp.MustCompile(`(?:据|根据|按)?(?:[\p{Han}A-Za-z0-9]{1,4}(?:网|报|社|周刊))?(?:的|该|这篇|另一篇|两篇)?(?:报道|文章|一文)(?:中|里)?(?:则|还|又|也)?(?:援引)?(?:称|说|指出|提到|认为|显示)?其?`)
)

// asidesOf returns the spans of a sentence that state nothing.
func asidesOf(text string) []Span { return append(spansOf(frames, text), spansOf(foils, text)...) }

// spansOf returns where an expression matches, in code points.
func spansOf(e *regexp.Regexp, text string) []Span {
	var list []Span
	for _, at := range e.FindAllStringIndex(text, -1) {
		list = append(list, spanAt(text, at))
	}
	return list
}

// stated returns the text without its asides and facts.
func (c *claim) stated() string {
	if len(c.asides) == 0 && len(c.facts) == 0 {
		return c.text
	}
	runes := slices.Clone(c.runes)
	blank := func(s Span) {
		for i := s.Start; i < s.End; i++ {
			runes[i] = '　'
		}
	}
	for _, s := range c.asides {
		blank(s)
	}
	for _, f := range c.facts {
		blank(f.span)
	}
	return string(runes)
}

var (
	// lineMarks are the Markdown marks of headings, list items, quotations and rows.
	lineMarks = regexp.MustCompile(`^(?:#{1,6}\s|[-*+>]\s|[•·|])\s*`)
	// numbered is a list number, and after it the blank that parts it from a number.
	numbered = regexp.MustCompile(`^(?:[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]\s*|(?:\d{1,2}[.、)）．]|[一二三四五六七八九十]{1,3}、)(\s*))`)
)

// plain returns what a sentence claims, without the marks and the number of a list
// item or a heading and without emphasis.
func plain(sentence string) string {
	s := strings.ReplaceAll(Strip(sentence), "**", "")
	for {
		rest := s[len(lineMarks.FindString(s)):]
		rest = strings.TrimFunc(rest[listNumber(rest):], isSpace)
		if rest == s {
			return s
		}
		s = rest
	}
}

// listNumber returns how many bytes of s are a list number; in 10、11月 and
// 一、二线城市 there is none.
func listNumber(s string) int {
	at := numbered.FindStringSubmatchIndex(s)
	if at == nil {
		return 0
	}
	next, _ := utf8.DecodeRuneInString(s[at[1]:])
	tight := at[2] >= 0 && at[2] == at[3]
	if tight && (isDigit(next) || chineseDigit(next) >= 0) {
		return 0
	}
	return at[1]
}

// leastVerbatim is how many bytes of folded text count as a quotation: six Chinese
// characters. Shorter ones stand nearly everywhere.
const leastVerbatim = 18

// verbatim finds where the whole claim stands in the source, with the marks that
// belong to it; with its list number where the source has that too.
func (c *claim) verbatim(source *Source) (Span, bool) {
	if len(c.folded.text) < leastVerbatim {
		return Span{}, false
	}
	if span, ok := source.run(c.whole); ok {
		return span, true
	}
	return source.run(c.folded.text)
}

// run finds a folded text in the source, where nothing around it in its clause
// turns its meaning.
func (s *Source) run(needle string) (Span, bool) {
	for from := 0; from < len(s.folded.text); {
		i := s.folded.find(needle, from)
		if i < 0 {
			break
		}
		span := s.folded.span(i, i+len(needle))
		if !s.turned(span) {
			return s.withMarks(span), true
		}
		_, size := utf8.DecodeRuneInString(s.folded.text[i:])
		from = i + size
	}
	return Span{}, false
}

// withMarks takes in the marks around a span that folding dropped: the final
// punctuation after it, and what closes or opens in it.
func (s *Source) withMarks(span Span) Span {
	if span.Start > 0 && s.balance(span, closerOf(s.runes[span.Start-1])) < 0 {
		span.Start--
	}
	for span.End < len(s.runes) {
		next := s.runes[span.End]
		stops := strings.ContainsRune(finals, next) || isPoint(next) && digitsFrom(s.runes, span.End+1) == 0
		if !stops && s.balance(span, next) <= 0 {
			break
		}
		span.End++
	}
	return span
}

// balance returns how many more brackets or quotation marks open than close in
// the span, of the kind that closer closes; 0 when it closes nothing.
func (s *Source) balance(span Span, closer rune) int {
	n := 0
	for _, r := range s.runes[span.Start:span.End] {
		switch {
		case closer == 0:
			return 0
		case r == closer:
			n--
		case closerOf(r) == closer:
			n++
		}
	}
	return n
}

// closerOf returns the mark that closes what r opens, 0 where r opens nothing or
// opens and closes alike.
func closerOf(r rune) rune {
	switch r {
	case '“':
		return '”'
	case '‘':
		return '’'
	case '「':
		return '」'
	case '『':
		return '』'
	case '《':
		return '》'
	case '（':
		return '）'
	case '(':
		return ')'
	}
	return closing(r)
}
