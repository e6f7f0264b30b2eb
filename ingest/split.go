package ingest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"chuchu/corpus"
)

// SplitterVersion counts the changes of Split that make other passages.
const SplitterVersion = 1

// SplitFingerprint says what made the passages; it is kept with the record.
func SplitFingerprint(opt Options) string {
	opt = opt.withDefaults()
	return fmt.Sprintf("split-%d/%d/%d", SplitterVersion, opt.Target, opt.Max)
}

// withDefaults puts the default in the place of what is not set.
func (o Options) withDefaults() Options {
	d := Defaults()
	for _, f := range []struct {
		value  *int
		preset int
	}{{&o.Target, d.Target}, {&o.Max, d.Max}, {&o.MaxArticle, d.MaxArticle}, {&o.MaxFile, d.MaxFile}} {
		if *f.value <= 0 {
			*f.value = f.preset
		}
	}
	o.Target = min(o.Target, o.Max)
	return o
}

// Split cuts a text into passages of about opt.Target and at most opt.Max
// characters. They lie in order, without overlap, and together are the text.
// They end with a sentence or a paragraph; only a sentence longer than opt.Max
// is cut inside, at a clause if it has one. A heading stands with what follows
// it, and a passage goes past a heading of level 1 or 2 only where a section is
// shorter than half the target. A text of white space has no passages.
//
// Filled in are Ordinal, Start, End, Heading and Text. The time is linear in the
// length of the text.
func Split(text string, headings []Heading, opt Options) []corpus.Passage {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	s := splitter{text: []rune(text), opt: opt.withDefaults()}
	s.headings = sanitize(headings, len(s.text))
	s.units = s.findUnits()
	var ends []int
	for _, section := range s.sections() {
		ends = append(ends, s.bestCuts(section.first, section.last)...)
	}
	return s.passages(text, ends)
}

// sanitize returns the headings that lie in the text, in order, without overlap.
func sanitize(headings []Heading, length int) []Heading {
	var out []Heading
	last := 0
	for _, h := range headings {
		if h.Start >= last && h.Start < h.End && h.End <= length {
			out = append(out, h)
			last = h.End
		}
	}
	return out
}

// A border says what lies between two units; the better a place to cut, the lower.
type border int

const (
	atSection   border = iota // before a heading
	atParagraph               // a line end
	atSentence
	atClause
	inWord
	afterHeading // a heading is not left behind
)

// cutCosts are what a cut at a border costs, where a passage of no length, or
// of the maximal length, costs 1. They were set by looking at what becomes of
// news articles: paragraphs stay whole unless lengths would differ by half.
var cutCosts = [...]float64{atSection: 0, atParagraph: .05, atSentence: .2, atClause: .6, inWord: 1, afterHeading: 4}

// A unit is what is never cut: a sentence, or a piece of one that is too long.
type unit struct {
	start, end int
	border     border // before it
}

type splitter struct {
	text     []rune
	opt      Options
	headings []Heading
	units    []unit
}

// findUnits cuts the text into units.
func (s *splitter) findUnits() []unit {
	var units []unit
	start, next := 0, 0
	for _, end := range s.withHeadings(sentenceEnds(s.text)) {
		for next < len(s.headings) && s.headings[next].End <= start {
			next++
		}
		b := s.borderAt(start, next)
		for end-start > s.opt.Max {
			cut, inside := s.cutLong(start)
			units = append(units, unit{start, cut, b})
			start, b = cut, inside
		}
		units = append(units, unit{start, end, b})
		start = end
	}
	return units
}

// withHeadings adds the ends of headings, and where they start, to ascending ends.
func (s *splitter) withHeadings(ends []int) []int {
	if len(s.headings) == 0 {
		return ends
	}
	var out []int
	add := func(end int) {
		if end > 0 && (len(out) == 0 || end > out[len(out)-1]) {
			out = append(out, end)
		}
	}
	i := 0
	for _, h := range s.headings {
		end := pastSpace(s.text, h.End)
		for ; i < len(ends) && ends[i] < h.Start; i++ {
			add(ends[i])
		}
		add(h.Start)
		for ; i < len(ends) && ends[i] <= end; i++ {
		}
		add(end)
	}
	for ; i < len(ends); i++ {
		add(ends[i])
	}
	return out
}

// borderAt returns the border before the sentence at start; next is the first
// heading that does not end before it.
func (s *splitter) borderAt(start, next int) border {
	switch {
	case start == 0:
		return atSection
	case next > 0 && pastSpace(s.text, s.headings[next-1].End) >= start:
		return afterHeading
	case next < len(s.headings) && s.headings[next].Start == start:
		return atSection
	case strings.ContainsRune(string(s.text[spaceBefore(s.text, start):start]), '\n'):
		return atParagraph
	}
	return atSentence
}

func spaceBefore(text []rune, i int) int {
	for ; i > 0 && unicode.IsSpace(text[i-1]); i-- {
	}
	return i
}

// cutLong returns where to cut a sentence longer than the maximum: after the
// clause that ends nearest to the target, else between words, else hard.
func (s *splitter) cutLong(start int) (int, border) {
	best, kind := start+s.opt.Max, inWord
	least := start + (s.opt.Target+1)/2
	for i := start + s.opt.Max; i > least; i-- {
		k := s.insideBorder(i)
		if k < kind || k == kind && k == atClause && abs(i-start-s.opt.Target) < abs(best-start-s.opt.Target) {
			best, kind = i, k
		}
	}
	if kind == inWord {
		best = s.wordBorder(least, best)
	}
	return best, kind
}

func (s *splitter) insideBorder(i int) border {
	if strings.ContainsRune(clauses, s.text[i-1]) && !(unicode.IsDigit(at(s.text, i-2)) && unicode.IsDigit(at(s.text, i))) {
		return atClause
	}
	return inWord
}

// wordBorder returns the last place at or before i, and after least, that is
// not inside a Latin word, a number or a letter with its accents; i if there is none.
func (s *splitter) wordBorder(least, i int) int {
	for j := i; j > least; j-- {
		a, b := s.text[j-1], at(s.text, j)
		inWord := isLatin(a) && isLatin(b) || unicode.IsDigit(a) && unicode.IsDigit(b)
		if !inWord && !unicode.IsMark(b) && !unicode.IsSpace(b) {
			return j
		}
	}
	return i
}

func abs(n int) int { return max(n, -n) }

// A section is units[first:last], what is cut by itself.
type section struct{ first, last int }

// sections returns the parts between headings of level 1 and 2; a part shorter
// than half the target stands with the next, or at the end with the one before.
func (s *splitter) sections() []section {
	var out []section
	short := func(a section) bool {
		return s.units[a.last-1].end-s.units[a.first].start < s.opt.Target/2
	}
	first := 0
	for _, h := range s.headings {
		i := s.unitAt(first, h.Start)
		if h.Level > 2 || i == first || short(section{first, i}) {
			continue
		}
		out = append(out, section{first, i})
		first = i
	}
	rest := section{first, len(s.units)}
	if len(out) > 0 && short(rest) {
		out[len(out)-1].last = rest.last
		return out
	}
	return append(out, rest)
}

// unitAt returns the unit that starts at a place, counted from first.
func (s *splitter) unitAt(first, start int) int {
	lo, hi := first, len(s.units)
	for lo < hi {
		if mid := (lo + hi) / 2; s.units[mid].start < start {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// bestCuts divides units[first:last] where the sum of the costs of lengths and
// of cuts is least, and returns where the passages end, in characters. Passages
// are at most opt.Max long, so for each unit only a bounded number of others is
// looked at.
func (s *splitter) bestCuts(first, last int) []int {
	cost := make([]float64, last-first+1) // of the best division of the first i units
	from := make([]int, last-first+1)
	for i := 1; i <= last-first; i++ {
		end, best := s.units[first+i-1].end, -1.0
		for j := i - 1; j >= 0; j-- {
			u := s.units[first+j]
			if end-u.start > s.opt.Max {
				break
			}
			c := cost[j] + s.lengthCost(end-u.start)
			if j > 0 {
				c += cutCosts[u.border]
			}
			if best < 0 || c < best {
				best, from[i] = c, j
			}
		}
		cost[i] = best
	}
	var ends []int
	for i := last - first; i > 0; i = from[i] {
		ends = append(ends, s.units[first+i-1].end)
	}
	slices.Reverse(ends)
	return ends
}

// lengthCost is 0 at the target, 1 at length 0 and at the maximum, and grows
// with the square.
func (s *splitter) lengthCost(n int) float64 {
	off, span := float64(s.opt.Target-n), float64(s.opt.Target)
	if n > s.opt.Target {
		span = float64(s.opt.Max - s.opt.Target)
	}
	return off * off / (span * span)
}

// passages makes the passages that end at the ends.
func (s *splitter) passages(text string, ends []int) []corpus.Passage {
	out := make([]corpus.Passage, 0, len(ends))
	path := headingPath{splitter: s}
	start, from, count := 0, 0, 0
	emit := func(to int) {
		out = append(out, corpus.Passage{
			Ordinal: len(out), Start: start, End: count, Heading: path.at(start, count), Text: text[from:to],
		})
		start, from = count, to
	}
	for i := range text {
		if count == ends[len(out)] {
			emit(i)
		}
		count++
	}
	emit(len(text))
	return out
}

// A headingPath follows the headings above a place that only moves forward.
type headingPath struct {
	*splitter
	next  int
	above []Heading
}

// at returns the headings above the first character of text[start:end] that is
// not itself part of a heading.
func (p *headingPath) at(start, end int) string {
	for p.next < len(p.headings) && p.headings[p.next].Start <= start && p.headings[p.next].Start < end {
		h := p.headings[p.next]
		for len(p.above) > 0 && p.above[len(p.above)-1].Level >= h.Level {
			p.above = p.above[:len(p.above)-1]
		}
		p.above = append(p.above, h)
		p.next++
		start = max(start, pastSpace(p.text, h.End))
	}
	names := make([]string, len(p.above))
	for i, h := range p.above {
		names[i] = strings.Join(strings.Fields(string(p.text[h.Start:h.End])), " ")
	}
	return strings.Join(names, " > ")
}
