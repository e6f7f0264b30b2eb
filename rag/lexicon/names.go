package lexicon

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostProbes is how many spellings of the names in a query are looked for in the
// collection. A name of two takes up to some hundreds, one of three as many again
// for each first character that is found.
const mostProbes = 2000

// longestSyllable is shuang, chuang, zhuang.
const longestSyllable = 6

// A nameSearch looks for names in the collection by their pinyin.
type nameSearch struct {
	names     lines
	frequency func(term string) float64
	probes    int // how many spellings may still be looked for
}

// find returns the names of the collection that are spelt so: two or three
// capitalised words of pinyin, the surname first or last ("Liang Yan", "Chu
// Ruisong", "Ruisong Chu", "Li Xiao Mang").
func (s *nameSearch) find(words []string) []string {
	for _, word := range words {
		if first, _ := utf8.DecodeRuneInString(word); !unicode.IsUpper(first) {
			return nil
		}
	}
	last := len(words) - 1
	if names := s.spelt(words[0], strings.Join(words[1:], "")); len(names) > 0 {
		return names
	}
	return s.spelt(words[last], strings.Join(words[:last], ""))
}

// spelt returns the names with a surname and a given name of one or two
// syllables.
func (s *nameSearch) spelt(surname, given string) []string {
	surnames, _ := s.characters(strings.ToLower(surname))
	if len(surnames) == 0 {
		return nil
	}
	var names []string
	for _, syllables := range s.syllables(strings.ToLower(given)) {
		for _, name := range surnames {
			names = append(names, s.complete(name, syllables)...)
		}
	}
	return names
}

// complete returns the names of the collection that begin with name and go on
// with the syllables.
func (s *nameSearch) complete(name string, syllables []string) []string {
	if len(syllables) == 0 {
		return []string{name}
	}
	var names []string
	_, characters := s.characters(syllables[0])
	for _, c := range characters {
		longer := name + string(c)
		if s.probes == 0 {
			break
		}
		s.probes--
		if s.frequency(longer) > 0 {
			names = append(names, s.complete(longer, syllables[1:])...)
		}
	}
	return names
}

// characters returns the surnames of a spelling, and the characters of given
// names that are read so. ü may be written v, yu or u.
func (s *nameSearch) characters(syllable string) (surnames []string, given string) {
	if rest, ok := strings.CutSuffix(syllable, "yu"); ok && (rest == "l" || rest == "n") {
		syllable = rest + "v"
	}
	line := s.names.find(strings.ReplaceAll(syllable, "ü", "v"))
	family, given, _ := strings.Cut(line, "\t")
	return strings.Fields(family), given
}

// syllables returns the ways to read a given name as one or two syllables.
func (s *nameSearch) syllables(given string) [][]string {
	var ways [][]string
	if _, one := s.characters(given); one != "" {
		ways = append(ways, []string{given})
	}
	for i := range given {
		if i == 0 || i > longestSyllable || len(given)-i > longestSyllable {
			continue
		}
		_, first := s.characters(given[:i])
		_, second := s.characters(strings.TrimPrefix(given[i:], "'"))
		if first != "" && second != "" {
			ways = append(ways, []string{given[:i], strings.TrimPrefix(given[i:], "'")})
		}
	}
	return ways
}
