package cite

import (
	"slices"
	"strings"
	"unicode"
)

// offices are Latin words that are no names.
var offices = setOf("ceo", "cto", "cfo", "coo", "cmo", "cio", "vp", "svp", "gm", "hr", "pr", "it", "ai", "kpi", "okr", "roi", "ipo", "app", "top", "ka", "gdp", "api", "n")

// missedNames returns the names that no span has, and those that stand in the place
// of another.
func (c *claim) missedNames(e *evidence) []miss {
	var list []miss
	m := c.matching(c.names, e)
	for i, name := range c.names {
		other := m.other(i)
		switch {
		case m.best[i] != nil && other == nil, m.best[i] != nil && m.owner(i, other) < 0:
			continue
		case m.best[i] != nil:
			list = append(list, miss{why: Why{"name", name.text, other.text}, sure: other.beside - m.best[i].beside})
			continue
		case e.names(name.text):
			continue
		}
		missed := miss{why: Why{Kind: "name", Claim: name.text}, name: name.span}
		if other != nil {
			missed.why.Source, missed.sure = other.text, other.beside
		}
		if !strings.ContainsFunc(name.text, unicode.IsLetter) {
			missed.why.Kind = "number"
		}
		list = append(list, missed)
	}
	return list
}

// namesOf returns the names of the claim: words in Latin letters, figures that are no
// quantities, and the names of the collection.
func (c *claim) namesOf() []fact {
	var list []fact
	chinese := mostlyHan(c.runes)
	for _, t := range c.terms {
		word := c.runes[t.span.Start:t.span.End]
		if !slices.ContainsFunc(word, isLatinOrDigit) || offices[t.text] {
			continue
		}
		named := slices.ContainsFunc(word, func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) })
		if chinese || named && t.span.Start > 0 {
			list = append(list, fact{span: t.span, text: string(word), name: true})
		}
	}
	if c.known == nil {
		return list
	}
	for _, name := range knownIn(c.runes, Span{0, len(c.runes)}, c.known) {
		list = append(list, fact{span: name, text: string(c.runes[name.Start:name.End]), name: true})
	}
	return list
}

// namesBefore is how many code points before a span a name may stand that the span
// goes on about.
const namesBefore = 200

// names reports whether a name stands in a span or shortly before it.
func (e *evidence) names(name string) bool {
	folded := fold([]rune(name)).text
	return slices.ContainsFunc(e.places, func(p *evidencePlace) bool {
		around := p.source.folded.within(Span{max(0, p.span.Start-namesBefore), p.span.End})
		return strings.Contains(around, folded)
	})
}

// namesIn returns where names stand in a span, in order.
func (c *claim) namesIn(p *evidencePlace) []Span {
	if p.names != nil {
		return p.names
	}
	p.names = []Span{}
	for _, w := range p.source.words {
		if p.span.holds(w) {
			p.names = append(p.names, w)
		}
	}
	if c.known != nil {
		p.names = append(p.names, knownIn(p.source.runes, p.span, c.known)...)
	}
	return p.names
}

func isLatinOrDigit(r rune) bool { return isDigit(r) || unicode.Is(unicode.Latin, r) }

// Names in Chinese characters have so many.
const (
	shortestName = 2
	longestName  = 6
)

// knownIn returns the known names within a span of a text, the longest at each place,
// without overlap.
func knownIn(text []rune, within Span, known func(string) bool) []Span {
	var list []Span
	for i := within.Start; i < within.End; {
		next := i + 1
		for n := shortestName; isHan(text[i]) && n <= longestName && i+n <= within.End && isHan(text[i+n-1]); n++ {
			if known(string(text[i : i+n])) {
				next = i + n
			}
		}
		if next > i+1 {
			list = append(list, Span{i, next})
		}
		i = next
	}
	return list
}

// mostlyHan reports whether a text has more Chinese characters than words in Latin
// letters: an English sentence may name somebody in characters.
func mostlyHan(text []rune) bool {
	han, words := 0, 0
	inWord := false
	for _, r := range text {
		latin := isLatinLetter(r)
		switch {
		case isHan(r):
			han++
		case latin && !inWord:
			words++
		}
		inWord = latin
	}
	return han > words
}
