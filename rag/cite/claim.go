package cite

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A claim is what a sentence says, prepared for comparing.
type claim struct {
	text       string
	runes      []rune
	folded     folded
	whole      string // folded, with the list number
	terms      []claimTerm
	quantities []Quantity
}

// A claimTerm is one term of a claim, the first time it occurs.
type claimTerm struct {
	term
	weight float64 // share of the claim's, all together 1
	figure bool    // it holds a digit
}

// newClaim prepares a sentence: without markers, list numbers and emphasis.
func newClaim(sentence string, weight func(term string) float64) *claim {
	c := &claim{text: plain(sentence)}
	c.runes = []rune(c.text)
	c.folded = fold(c.runes)
	c.whole = fold([]rune(Strip(sentence))).text
	c.quantities = Quantities(c.text)
	seen := map[string]bool{}
	for _, t := range termsOf(c.folded) {
		if !seen[t.text] {
			seen[t.text] = true
			c.terms = append(c.terms, claimTerm{term: t, weight: 1, figure: strings.ContainsFunc(t.text, unicode.IsDigit)})
		}
	}
	c.weigh(weight)
	return c
}

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
	total += average * float64(len(c.terms)-known)
	for i := range c.terms {
		if c.terms[i].weight == 0 {
			c.terms[i].weight = average
		}
		c.terms[i].weight /= total
	}
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
