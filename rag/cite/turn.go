package cite

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The words of the two directions a quantity can go.
var (
	upward   = regexp.MustCompile(`(?i)增长|上升|上涨|增加|提升|提高|扩大|回升|攀升|涨价|盈利|\b(?:rose|rises?|rising|grew|grows?|growing|growth|increas(?:e|ed|es|ing)|up)\b`)
	downward = regexp.MustCompile(`(?i)下降|下滑|下跌|减少|降低|缩小|回落|缩减|降价|亏损|\b(?:fell|falls?|falling|declin(?:e|ed|es|ing)|decreas(?:e|ed|es|ing)|drop(?:s|ped|ping)?|down)\b`)
)

var (
	// idioms are words in which a sign of negation denies nothing.
	idioms = regexp.MustCompile(`不仅|不但|不断|不同|不过|不少|不久|不止|不管|不论|不乏|不只|不光|不得不|不可避免|不容小觑|不可忽视|差不多|不锈钢|不动产|有没有|是不是|` +
		`未来|无论|无疑|无人|无线|无缝|无限|无锡|无服务器|并非易事|没落`)
	// denials are signs of negation with the words that may stand before what is denied.
	denials = regexp.MustCompile(`(?i)(?:未|没|不|无|否认|并非|拒绝)[有能会再是被曾对将可得要过]{0,2}|\b(?:not|never|no|cannot|denied|denies|neither|without)\b|n['’]t\b`)
	// conditions and hearsay before a statement, and rebuttals after it, take it back.
	conditions = regexp.MustCompile(`(?i)如果|假如|倘若|\b(?:if|whether)\b`)
	hearsay    = regexp.MustCompile(`(?i)传言|传闻|据传|\brumou?r(?:s|ed)?\b`)
	rebuttals  = regexp.MustCompile(`(?i)不实|不属实|谣言|否认|\b(?:denied|untrue|false)\b`)
)

// turned reports whether the rest of the clauses around a span denies or doubts
// what the span says.
func (s *Source) turned(span Span) bool {
	first, last := s.clausesAt(span)
	before := string(s.runes[min(s.clauses[first].span.Start, span.Start):span.Start])
	after := string(s.runes[span.End:max(span.End, s.clauses[last].span.End)])
	return deniesIn(before) || conditions.MatchString(before) || hearsay.MatchString(before) || rebuttals.MatchString(after)
}

func deniesIn(text string) bool { return denials.MatchString(idioms.ReplaceAllString(text, "　")) }

// A denied is what follows a sign of negation.
type denied struct {
	word string // the two Chinese characters after it
	text string // those, with the sign
	all  string // up to six characters, among which the word denied may stand later
}

// deniedIn returns what a text denies in Chinese words.
func deniedIn(text string) []denied {
	var list []denied
	text = idioms.ReplaceAllString(text, "　")
	for _, at := range denials.FindAllStringIndex(text, -1) {
		n := 0
		rest := text[at[1]:]
		for _, r := range rest {
			if !unicode.Is(unicode.Han, r) || n == 6*len("未") {
				break
			}
			n += utf8.RuneLen(r)
		}
		if two := 2 * len("未"); n >= two {
			list = append(list, denied{rest[:two], text[at[0] : at[1]+two], rest[:n]})
		}
	}
	return list
}

// turns returns where the claim goes one way and the clauses it rests on another.
func (c *claim) turns(e *evidence) []Why {
	source := strings.Join(e.clauses, "\n")
	if source == "" {
		return nil
	}
	var list []Why
	for _, ways := range [][2]*regexp.Regexp{{upward, downward}, {downward, upward}} {
		said := ways[0].FindString(c.text)
		if said == "" || ways[1].MatchString(c.text) || ways[0].MatchString(source) {
			continue
		}
		if turned := ways[1].FindString(source); turned != "" {
			list = append(list, Why{Kind: "direction", Claim: said, Source: turned})
		}
	}
	for _, takenBack := range []*regexp.Regexp{hearsay, rebuttals} {
		if word := takenBack.FindString(source); word != "" && !takenBack.MatchString(c.text) {
			list = append(list, Why{Kind: "direction", Source: word})
		}
	}
	return append(list, c.denials(source)...)
}

// denials returns what only one side denies: a word that one denies and the other
// has without denying it. A claim that denies something is not borne out by a
// source that denies nothing, in whatever words.
func (c *claim) denials(source string) []Why {
	here, there := deniedIn(c.text), deniedIn(source)
	var list []Why
	for _, d := range here {
		if affirms(source, d.word, there) {
			list = append(list, Why{Kind: "direction", Claim: d.text, Source: d.word})
		}
	}
	for _, d := range there {
		if affirms(c.text, d.word, here) && strings.Count(source, d.word) == 1 {
			list = append(list, Why{Kind: "direction", Claim: d.word, Source: d.text})
		}
	}
	if len(list) == 0 && deniesIn(c.text) && !deniesIn(source) {
		list = append(list, Why{Kind: "direction", Claim: denials.FindString(idioms.ReplaceAllString(c.text, "　"))})
	}
	return list
}

// affirms reports whether a text has the word and never denies it.
func affirms(text, word string, denies []denied) bool {
	return strings.Contains(text, word) &&
		!slices.ContainsFunc(denies, func(d denied) bool { return strings.Contains(d.all, word) })
}
