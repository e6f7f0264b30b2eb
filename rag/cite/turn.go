package cite

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// opposites are the words of ways that a thing can go, and of those that go against
// them.
var opposites = [][2]*regexp.Regexp{
	{
		regexp.MustCompile(`(?i)增长|上升|上涨|增加|提升|提高|扩大|回升|攀升|涨价|上调|调高|\b(?:rose|rises?|rising|grew|grows?|growing|growth|increas(?:e|ed|es|ing)|up)\b`),
		regexp.MustCompile(`(?i)下降|下滑|下跌|减少|降低|缩小|缩减|缩水|回落|降价|下调|调低|负增长|\b(?:fell|falls?|falling|declin(?:e|ed|es|ing)|decreas(?:e|ed|es|ing)|drop(?:s|ped|ping)?|down)\b`),
	},
	{regexp.MustCompile(`盈利|扭亏`), regexp.MustCompile(`亏损`)},
	{regexp.MustCompile(`高于|优于|领先|多于`), regexp.MustCompile(`低于|落后|不及|少于`)},
	{regexp.MustCompile(`加速|加快|提速|变快`), regexp.MustCompile(`放缓|减速|变慢|放慢`)},
	{regexp.MustCompile(`拉长|延长|扩大`), regexp.MustCompile(`缩短|压缩|缩小`)},
	{regexp.MustCompile(`提前`), regexp.MustCompile(`推迟|延后|延期`)},
	{regexp.MustCompile(`加入|入职`), regexp.MustCompile(`离职|离开`)},
	{regexp.MustCompile(`扩招|增员`), regexp.MustCompile(`裁员|裁撤|缩编`)},
}

var (
	// idioms are words in which a sign of negation denies nothing.
	idioms = regexp.MustCompile(`不仅|不但|不断|不同|不过|不少|不久|不止|不管|不论|不乏|不只|不光|不得不|不可避免|不容小觑|不可忽视|差不多|不锈钢|不动产|有没有|是不是|` +
		`未来|无论|无疑|无人|无线|无缝|无限|无锡|无服务器|并非易事|没落`)
	// denials are signs of negation with the words that may stand before what is denied.
	denials = regexp.MustCompile(`(?i)(?:未|没|不|无|否认|并非|拒绝)[有能会再是被曾对将可得要过]{0,2}|\b(?:not|never|no|cannot|denied|denies|neither|without)\b|n['’]t\b`)
	// conditions and hearsay before a statement, and rebuttals after it, take it back.
	conditions = regexp.MustCompile(`(?i)如果|假如|倘若|\b(?:if|whether)\b`)
	hearsay    = []string{"传言", "传闻", "据传", "rumour", "rumor"}
	rebuttals  = []string{"不实", "不属实", "谣言", "否认", "denied", "untrue"}
)

// turned reports whether the rest of the clauses around a span denies or doubts
// what the span says.
func (s *Source) turned(span Span) bool {
	before, after := s.around(span)
	return deniesIn(before) || conditions.MatchString(before) || firstOf(hearsay, before) != "" || firstOf(rebuttals, after) != ""
}

// firstOf returns the first of the words that stands in a text, empty when none
// does.
func firstOf(words []string, text string) string {
	for _, w := range words {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}

// signs are the characters that every denial in Chinese has one of.
const signs = "未没不无否非拒"

// deniesIn reports whether a text denies anything.
func deniesIn(text string) bool { return len(denialsAt(text)) > 0 }

// denialsAt returns where the signs of negation of a text stand, in bytes.
func denialsAt(text string) [][]int {
	if !strings.ContainsAny(text, signs) && !strings.ContainsAny(text, "nN") {
		return nil
	}
	return denials.FindAllStringIndex(idioms.ReplaceAllStringFunc(text, blanked), -1)
}

// blanked returns as many bytes as word has that stand for nothing.
func blanked(word string) string { return strings.Repeat("　", len(word)/len("　")) }

// A denied is what follows a sign of negation.
type denied struct {
	word string // the two Chinese characters after it
	text string // those, with the sign
	all  string // up to the end of the clause, among which the word denied may stand later
}

// deniedIn returns what a text denies in Chinese words.
func deniedIn(text string) []denied {
	var list []denied
	for _, at := range denialsAt(text) {
		all := text[at[1]:]
		if end := strings.IndexAny(all, "，。；！？,;!?\n"); end >= 0 {
			all = all[:end]
		}
		word, n := all, 0
		for i, r := range all {
			if n == 2 || !isHan(r) {
				word = all[:i]
				break
			}
			n++
		}
		if utf8.RuneCountInString(word) == 2 {
			list = append(list, denied{word, text[at[0]:at[1]] + word, all})
		}
	}
	return list
}

// turns returns where the claim goes one way and the clauses it rests on another.
func (c *claim) turns(e *evidence) []miss {
	if len(e.clauses) == 0 {
		return nil
	}
	source := strings.Join(e.clauses, "\n")
	list := c.opposed(e, source)
	for _, words := range [][]string{hearsay, rebuttals} {
		if word := firstOf(words, source); word != "" && firstOf(words, c.text) == "" {
			list = append(list, miss{why: Why{Kind: "direction", Source: word}})
		}
	}
	list = append(list, c.reversed(e)...)
	return append(list, c.denials(e, source)...)
}

// opposed returns the words of the claim whose opposites stand in the source in
// their place.
func (c *claim) opposed(e *evidence, source string) []miss {
	var list []miss
	for _, pair := range opposites {
		for i, ways := range [][2]*regexp.Regexp{pair, {pair[1], pair[0]}} {
			said := ways[0].FindStringIndex(c.text)
			if said == nil || ways[1].MatchString(c.text) || ways[0].MatchString(source) && !(i == 0 && strings.Contains(source, "负增长")) {
				continue
			}
			m := miss{why: Why{Kind: "direction", Claim: c.text[said[0]:said[1]]}}
			if c.placeOf(e, ways[1], spanAt(c.text, said), &m) {
				list = append(list, m)
			}
		}
	}
	return list
}

// placeOf finds the word of the spans that stands most like the words of the claim
// at said, and enters it into m; false where there is none.
func (c *claim) placeOf(e *evidence, word *regexp.Regexp, said Span, m *miss) bool {
	found := false
	for _, p := range e.places {
		for i, touched := range p.touched {
			if !touched {
				continue
			}
			clause := p.source.clauses[p.first+i].span
			text := string(p.source.runes[clause.Start:clause.End])
			for _, at := range word.FindAllStringIndex(text, -1) {
				place := spanAt(text, at)
				place = Span{clause.Start + place.Start, clause.Start + place.End}
				if beside := c.beside(said, p.source, place); !found || beside > m.sure {
					m.why.Source, m.sure, found = text[at[0]:at[1]], beside, true
				}
			}
		}
	}
	return found
}

// spanAt returns the code points of bytes [at[0], at[1]).
func spanAt(text string, at []int) Span {
	start := utf8.RuneCountInString(text[:at[0]])
	return Span{start, start + utf8.RuneCountInString(text[at[0]:at[1]])}
}

// denials returns what only one side denies: a word that one denies and the other
// has without denying it. A claim that denies something is not borne out by a
// source that denies nothing, in whatever words.
func (c *claim) denials(e *evidence, source string) []miss {
	said := c.stated()
	here, there := deniedIn(said), deniedIn(source)
	var list []miss
	for _, d := range here {
		if affirms(source, d.word, there) {
			list = append(list, miss{why: Why{"direction", d.text, d.word}, sure: c.denialBeside(e, d.word)})
		}
	}
	for _, d := range there {
		if affirms(said, d.word, here) && c.deniedThere(e, d) {
			list = append(list, miss{why: Why{"direction", d.word, d.text}, sure: c.denialBeside(e, d.word)})
		}
	}
	if at := denialsAt(said); len(list) == 0 && len(at) > 0 && !deniesIn(source) {
		list = append(list, miss{why: Why{Kind: "direction", Claim: strings.Trim(said[at[0][0]:at[0][1]], "　")}})
	}
	return list
}

// denialBeside returns how much of what stands around a word that only one side
// denies is the same in both.
func (c *claim) denialBeside(e *evidence, word string) float64 {
	at := strings.Index(c.text, word)
	if at < 0 || strings.ContainsAny(word, functional) {
		return 0
	}
	var m miss
	c.placeOf(e, regexp.MustCompile(regexp.QuoteMeta(word)), spanAt(c.text, []int{at, at + len(word)}), &m)
	return m.sure
}

// deniedThere reports whether the source denies a word of the claim where most of
// what stands around the word is: elsewhere it may say something else of it.
func (c *claim) deniedThere(e *evidence, d denied) bool {
	at := strings.Index(c.text, d.word)
	if at < 0 {
		return false
	}
	said := spanAt(c.text, []int{at, at + len(d.word)})
	var plain, negated miss
	word := regexp.QuoteMeta(d.word)
	c.placeOf(e, regexp.MustCompile(word), said, &plain)
	c.placeOf(e, regexp.MustCompile(regexp.QuoteMeta(d.text)), said, &negated)
	return negated.sure+besideNoise >= plain.sure
}

// affirms reports whether a text has the word and never denies it.
func affirms(text, word string, denies []denied) bool {
	return strings.Contains(text, word) &&
		!slices.ContainsFunc(denies, func(d denied) bool { return strings.Contains(d.all, word) })
}
