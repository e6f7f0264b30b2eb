package eval

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldFact returns the form in which facts are compared: no spaces and no
// punctuation, but numbers never run together: "20、3" is not 203, and 2.5 stays.
func foldFact(s string) string {
	runes := joinThousands([]rune(percent(lower(norm.NFKC.String(s)))))
	var out []rune
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && isMark(runes[j]) {
			j++
		}
		if j == i {
			out = append(out, runes[i])
			i++
			continue
		}
		if len(out) > 0 && isDigit(out[len(out)-1]) && j < len(runes) && isDigit(runes[j]) {
			if j == i+1 && runes[i] == '.' {
				out = append(out, '.')
			} else {
				out = append(out, '~')
			}
		}
		i = j
	}
	return string(out)
}

// perCent is "per cent" or "percent" behind a digit.
var perCent = regexp.MustCompile(`(\p{Nd})[\s\v\x{1C}-\x{1F}\x{85}\p{Z}]*per[\s\v\x{1C}-\x{1F}\x{85}\p{Z}]?cent`)

// percent writes a percentage in words as "%".
func percent(s string) string {
	if !strings.Contains(s, "cent") {
		return s
	}
	var out strings.Builder
	from := 0
	for _, m := range perCent.FindAllStringSubmatchIndex(s, -1) {
		if next, _ := utf8.DecodeRuneInString(s[m[1]:]); isWord(next) {
			continue // "5 percentage points", not 5 %
		}
		out.WriteString(s[from:m[3]] + "%")
		from = m[1]
	}
	return out.String() + s[from:]
}

// joinThousands takes the commas out of "1,380".
func joinThousands(s []rune) []rune {
	digitAt := func(i int) bool { return i >= 0 && i < len(s) && unicode.Is(unicode.Nd, s[i]) }
	var out []rune
	for i, r := range s {
		if r == ',' && digitAt(i-1) && digitAt(i+1) && digitAt(i+2) && digitAt(i+3) && !digitAt(i+4) {
			continue
		}
		out = append(out, r)
	}
	return out
}

// isMark reports whether r is left out of facts: punctuation, space or a control,
// but not what belongs to a number.
func isMark(r rune) bool {
	return r == '~' || r == '`' || unicode.In(r, unicode.P, unicode.Z, unicode.C) && !strings.ContainsRune("%/‰", r)
}

// enclosed are the digits in circles and of old scripts that folding keeps.
var enclosed = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1369, Hi: 0x1371, Stride: 1}, {Lo: 0x19DA, Hi: 0x19DA, Stride: 1}, {Lo: 0x24F5, Hi: 0x24FD, Stride: 1},
		{Lo: 0x24FF, Hi: 0x24FF, Stride: 1}, {Lo: 0x2776, Hi: 0x277E, Stride: 1}, {Lo: 0x2780, Hi: 0x2788, Stride: 1},
		{Lo: 0x278A, Hi: 0x2792, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x10A40, Hi: 0x10A43, Stride: 1}, {Lo: 0x10E60, Hi: 0x10E68, Stride: 1}, {Lo: 0x11052, Hi: 0x1105A, Stride: 1},
	},
}

func isDigit(r rune) bool { return unicode.Is(unicode.Nd, r) || unicode.Is(enclosed, r) }

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// holdsFact reports whether a fact stands in a text, both in the form of foldFact.
// A number never stands inside a longer one: 2.5 is not in 12.5, nor 3 in 3.2.
func holdsFact(text, fact []rune) bool {
	if len(fact) == 0 {
		return false
	}
	for from := 0; ; {
		i := indexRunes(text[from:], fact)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(fact)
		if !(isDigit(fact[0]) && numberEnds(text[:start])) && !(isDigit(fact[len(fact)-1]) && numberGoesOn(text[end:])) {
			return true
		}
		from = start + 1
	}
}

// numberEnds reports whether a number ends at the end of s, its point included.
func numberEnds(s []rune) bool {
	n := len(s)
	return n > 0 && isDigit(s[n-1]) || n > 1 && s[n-1] == '.' && isDigit(s[n-2])
}

// numberGoesOn reports whether s begins with digits, or a point and digits.
func numberGoesOn(s []rune) bool {
	return len(s) > 0 && isDigit(s[0]) || len(s) > 1 && s[0] == '.' && isDigit(s[1])
}

// factsFound says of each group whether one of its alternatives stands in the
// answer, whose citation markers do not count.
func factsFound(answer string, groups [][]string) []bool {
	text := []rune(foldFact(stripMarkers(answer)))
	found := make([]bool, len(groups))
	for i, group := range groups {
		found[i] = slices.ContainsFunc(group, func(fact string) bool { return holdsFact(text, []rune(foldFact(fact))) })
	}
	return found
}
