package eval

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A Change is a figure that was changed in a text.
type Change struct {
	At  int    // where it stands, in code points of the changed text
	Was string // with the character after it, which is most often its unit
	Now string
}

// ChangeFigure changes one number or date of a sentence into another: a year by one
// to three, a month or a day into another, the first digit of any other number. It
// takes a figure and a change that fit, in an order that r draws; ok is false when
// there is none. Figures within words, names, formulas, ranges, ordinals and versions
// are left alone, and one behind 超过 or before 以上 only grows (不到, 以内: shrinks),
// as the changed sentence could be true otherwise.
func ChangeFigure(sentence string, r *rand.Rand, fits func(was, now string) bool) (changed string, c Change, ok bool) {
	text := []rune(sentence)
	figures := figuresIn(text)
	r.Shuffle(len(figures), func(i, j int) { figures[i], figures[j] = figures[j], figures[i] })
	for _, f := range figures {
		was, unit := string(text[f.start:f.end]), unitAfter(text, f.end)
		others := otherFigures(text, f)
		r.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
		for _, now := range others {
			if fits(was+unit, now+unit) {
				return string(text[:f.start]) + now + string(text[f.end:]), Change{f.start, was + unit, now + unit}, true
			}
		}
	}
	return "", Change{}, false
}

// seeded returns a source of chance that is the same for the same key.
func seeded(key string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(key))
	return rand.New(rand.NewPCG(h.Sum64(), 0))
}

// unitAfter returns the character that says what a number counts, empty when there
// is none.
func unitAfter(text []rune, end int) string {
	if end < len(text) && (unicode.Is(unicode.Han, text[end]) || text[end] == '%') {
		return string(text[end])
	}
	return ""
}

// figuresIn finds the numbers of a text that can be changed.
func figuresIn(text []rune) []region {
	var found []region
	chinese := languageOf(string(text)) == "zh"
	for i := 0; i < len(text); i++ {
		if !asciiDigit(text, i) {
			continue
		}
		start := i
		for asciiDigit(text, i) || (at(text, i) == '.' || at(text, i) == ',') && asciiDigit(text, i+1) {
			i++
		}
		if !bound(at(text, start-1), at(text, i)) && !inRange(text, start, i) && !(chinese && named(text, start)) {
			found = append(found, region{start, i})
		}
	}
	return found
}

// at returns a character of a text, 0 outside it.
func at(text []rune, i int) rune {
	if i < 0 || i >= len(text) {
		return 0
	}
	return text[i]
}

func asciiDigit(text []rune, i int) bool { return at(text, i) >= '0' && at(text, i) <= '9' }

// bound reports whether a number is part of something else: a word (H100), a formula
// (N+2), a fraction, an ordinal.
func bound(before, after rune) bool {
	part := func(r rune) bool { return latin(r) || r == '/' || r == '_' }
	return part(before) || part(after) || after == '版' || before != 0 && strings.ContainsRune("+.第:", before)
}

func latin(r rune) bool { return r < unicode.MaxASCII && unicode.IsLetter(r) }

// named reports whether a number stands behind a Latin word, as one of a name does in
// a Chinese sentence.
func named(text []rune, start int) bool {
	return at(text, start-1) == ' ' && latin(at(text, start-2))
}

const dashes = "-–—~～至到"

// inRange reports whether a number is an end of a range such as 10-20 or 15亿到20亿.
func inRange(text []rune, start, end int) bool {
	for i := end; i < end+2; i++ { // at once, or behind a unit
		if isDash(at(text, i)) && asciiDigit(text, i+1) {
			return true
		}
	}
	return isDash(at(text, start-1)) && (asciiDigit(text, start-2) || asciiDigit(text, start-3))
}

func isDash(r rune) bool { return r != 0 && strings.ContainsRune(dashes, r) }

// otherFigures returns what a number could be changed into.
func otherFigures(text []rune, f region) []string {
	was := string(text[f.start:f.end])
	n, err := strconv.Atoi(was)
	unit := at(text, f.end)
	switch {
	case err == nil && len(was) == 4 && n >= 1900 && n < 2100 && (unit == '年' || unit == '财' || !unicode.Is(unicode.Han, unit)):
		return numbersAround(n, 3, 1900, 2100)
	case err == nil && unit == '月' && n >= 1 && n <= 12:
		return numbersAround(n, 12, 1, 12)
	case err == nil && (unit == '日' || unit == '号') && n >= 1 && n <= 31:
		return numbersAround(n, 28, 1, 28)
	}
	grows, shrinks := direction(text, f)
	var others []string
	for d := '1'; d <= '9'; d++ {
		first := rune(was[0])
		if d != first && (d > first || !grows) && (d < first || !shrinks) {
			others = append(others, string(d)+was[1:])
		}
	}
	return others
}

// numbersAround returns the numbers within reach of n, but n.
func numbersAround(n, reach, least, most int) []string {
	var all []string
	for k := max(least, n-reach); k <= min(most, n+reach); k++ {
		if k != n {
			all = append(all, strconv.Itoa(k))
		}
	}
	return all
}

// direction says whether a number may only grow, or only shrink, for the sentence to
// become false.
func direction(text []rune, f region) (grows, shrinks bool) {
	before, after := string(text[max(0, f.start-4):f.start]), string(text[f.end:min(len(text), f.end+4)])
	says := func(s string, words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
	}
	shrinks = says(before, "不足", "不到", "低于", "小于", "少于", "至多", "不超过") || says(after, "以下", "以内")
	grows = !shrinks && (says(before, "超", "逾", "至少", "高于", "大于", "突破") || says(after, "以上", "多", "余"))
	return grows, shrinks
}

// sentencesOf parts a text behind the marks that end sentences; joined, the parts
// are the text.
func sentencesOf(text string) []string {
	var parts []string
	runes := []rune(text)
	from := 0
	for i := 0; i < len(runes); i++ {
		if !endsSentence(runes, i) {
			continue
		}
		for i+1 < len(runes) && (strings.ContainsRune("”’」』）)\"'", runes[i+1]) || endsSentence(runes, i+1) || unicode.IsSpace(runes[i+1])) {
			i++
		}
		parts = append(parts, string(runes[from:i+1]))
		from = i + 1
	}
	if from < len(runes) {
		parts = append(parts, string(runes[from:]))
	}
	return parts
}

// endsSentence reports whether a character ends a sentence. A full stop does at the
// end of a text and before a space, not in 2.5.
func endsSentence(text []rune, i int) bool {
	switch text[i] {
	case '。', '！', '？', '!', '?', '\n':
		return true
	case '.':
		return i+1 == len(text) || unicode.IsSpace(text[i+1])
	}
	return false
}

// citing puts a marker into every sentence, before the marks that end it.
func citing(text, marker string) string {
	var out strings.Builder
	for _, s := range sentencesOf(text) {
		body := strings.TrimRightFunc(s, func(r rune) bool {
			return unicode.IsSpace(r) || strings.ContainsRune("。！？!?.”’」』\"'", r)
		})
		if body == "" {
			out.WriteString(s)
			continue
		}
		out.WriteString(body + marker + s[len(body):])
	}
	return out.String()
}
