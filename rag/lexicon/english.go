package lexicon

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// A token is a word of a text in letters and digits, or one Chinese character.
type token struct {
	start, end int    // bytes of the text
	at         int    // code points of the text before it
	key        string // the word's stem; the character folded
	han        bool
	parted     bool // what stands before it is no part of the same phrase
}

// tokens returns the tokens of a text.
func tokens(text string) []token {
	var list []token
	folded := []rune(Fold(text)) // by word, too; code point by code point that of text
	parted := true
	for i, at := 0, 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		t := token{start: i, at: at, parted: parted}
		switch {
		case unicode.Is(unicode.Han, r):
			t.key, t.han, parted = string(folded[at]), true, false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			size = wordLength(text[i:])
			t.key, parted = stem(normal(text[i:i+size])), false
		default:
			parted = parted || r != ' ' && r != '-' && r != '/'
		}
		if t.end = i + size; t.key != "" {
			list = append(list, t)
		}
		at += countRunes(text[i:t.end])
		i = t.end
	}
	return list
}

// wordLength returns how many bytes belong to the word that a text begins with:
// letters and digits, between two of them also & . and an apostrophe; + as in C++.
func wordLength(text string) int {
	end := 0
	for i, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			return end
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '+':
			end = i + utf8.RuneLen(r)
		case end < i || r != '&' && r != '.' && r != '\'' && r != '’':
			return end
		}
	}
	return end
}

// normal brings a word's letters into one width and form.
func normal(word string) string { return strings.ReplaceAll(norm.NFKC.String(word), "’", "'") }

func possessor(word string) string { return strings.TrimSuffix(word, "'s") }

// stem returns the key of a word, as tools/cedict/english.py makes it: its Porter2
// stem; abbreviations and what is not of the letters a to z alone stay as they
// are, in lower case.
func stem(word string) string {
	word = regular(possessor(word))
	lower := strings.ToLower(word)
	if isAbbreviation(strings.TrimSuffix(word, "s")) {
		return strings.TrimSuffix(lower, "s")
	}
	if isAbbreviation(word) || strings.ContainsFunc(lower, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return lower
	}
	return english.Stem(lower, true)
}

// longestAbbreviation is in letters: longer ones in capitals are rather headlines.
const longestAbbreviation = 4

// isAbbreviation reports whether a word is of capital letters, as AWS and R&D.
func isAbbreviation(word string) bool {
	n := countRunes(word)
	return n > 1 && n <= longestAbbreviation && strings.ContainsFunc(word, unicode.IsUpper) && strings.ToUpper(word) == word
}

// light returns a word without the endings of plural, past and -ing, and without
// e or y at the end, as tools/cedict/english.py makes it: it tells customer from
// custom, which have the same stem.
func light(word string) string {
	word = withoutPlural(strings.ToLower(regular(possessor(word))))
	for _, ending := range []string{"ing", "ed"} {
		rest, ok := strings.CutSuffix(word, ending)
		if ok && len(rest) > 2 && strings.ContainsAny(rest, "aeiouy") {
			word = withoutDouble(rest)
			break
		}
	}
	return strings.TrimSuffix(strings.TrimSuffix(word, "e"), "y")
}

func withoutPlural(word string) string {
	if rest, ok := strings.CutSuffix(word, "ies"); ok && len(word) > 4 {
		return rest + "y"
	}
	if rest, ok := strings.CutSuffix(word, "es"); ok {
		for _, ending := range []string{"ss", "sh", "ch", "x", "z"} {
			if strings.HasSuffix(rest, ending) {
				return rest
			}
		}
	}
	rest, ok := strings.CutSuffix(word, "s")
	if ok && rest != "" && !strings.ContainsAny(rest[len(rest)-1:], "sui") {
		return rest
	}
	return word
}

// withoutDouble returns a word without the second of two equal letters at its end,
// but for l, s and z, which are double by themselves.
func withoutDouble(word string) string {
	last := word[len(word)-1]
	if last == word[len(word)-2] && last != 'l' && last != 's' && last != 'z' {
		return word[:len(word)-1]
	}
	return word
}

// Words in stemmed form, each between blanks.
const (
	// leftOut are those that phrases are put together without; the dictionary's
	// are, too (tools/cedict/english.py).
	leftOut = " a an the of to is are was were be been being am sb sth one's one etc esp also "
	// grammar are those that no phrase begins or ends with in running text.
	grammar = " this that these those there here it it he she they them their his her him we us our you your i me my " +
		"who whom whose what which when where whi why how whether if then than as so such and or but nor " +
		"do doe does did have has had can could may might must shall should will would " +
		"in on at by for from with within into about between among per via thi becaus befor dure until sinc "
	// vague are those that say too little alone, though they begin phrases.
	vague = " not no yes all both each everi every ani any some more most much mani many few less other anoth another " +
		"same own veri very too just onli only now ever never alreadi already still yet again " +
		"up out off over down away back through after under abov onto without against further " +
		"done doing get got go goe went gone let make made take took taken come came say said tell told ask " +
		"vs mr mrs ms dr januari februari march april june juli august septemb octob novemb decemb "
)

// irregular are the forms that no rule brings back to their word, each followed by
// it; tools/cedict/english.py has the same list.
const irregular = " " +
	"arose:arise ate:eat became:become began:begin begun:begin bought:buy broke:break broken:break " +
	"brought:bring built:build caught:catch chose:choose chosen:choose dealt:deal drew:draw drawn:draw " +
	"drove:drive driven:drive fallen:fall fell:fall fought:fight forgot:forget frozen:freeze froze:freeze " +
	"gave:give given:give grew:grow grown:grow held:hold hid:hide hidden:hide kept:keep knew:know " +
	"known:know laid:lay led:lead lent:lend lost:lose meant:mean met:meet overtook:overtake paid:pay " +
	"ran:run risen:rise rose:rise sent:send shrank:shrink shown:show shrunk:shrink sold:sell sought:seek " +
	"spent:spend spoke:speak spoken:speak stole:steal stolen:steal stood:stand struck:strike taught:teach " +
	"thought:think threw:throw thrown:throw undertook:undertake understood:understand withdrew:withdraw " +
	"withdrawn:withdraw won:win wore:wear wrote:write written:write men:man women:woman children:child " +
	"indices:index analyses:analysis crises:crisis "

// regular returns the word of an irregular form, and every other word as it is.
func regular(word string) string {
	form := " " + strings.ToLower(word) + ":"
	at := strings.Index(irregular, form)
	if at < 0 {
		return word
	}
	base, _, _ := strings.Cut(irregular[at+len(form):], " ")
	return base
}

func isLeftOut(key string) bool { return isAmong(key, leftOut) }
func isGrammar(key string) bool { return isAmong(key, grammar) || isLeftOut(key) }
func standsForNothing(key string) bool {
	return isAmong(key, vague) || isGrammar(key)
}

func isAmong(key, words string) bool { return strings.Contains(words, " "+key+" ") }

func countRunes(text string) int { return utf8.RuneCountInString(text) }
