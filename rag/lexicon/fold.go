package lexicon

import (
	_ "embed"
	"strings"
	"unicode/utf8"
)

// Made by tools/cedict, where its format is told. It is read where it lies: there
// is nothing to load.
//
//go:embed fold.bin
var foldTable string

// The layout of fold.bin: a header, the folded form of every character of the
// blocks U+3400 and U+4E00, a bit for each that says whether a word begins with
// it, and the words that are folded otherwise than their characters, in order.
const (
	foldFirst   = 0x3400
	foldLast    = 0x9fff
	foldCount   = foldLast - foldFirst + 1
	foldHeader  = 16
	foldBegins  = foldHeader + 2*foldCount
	foldWords   = foldBegins + (foldCount+7)/8
	foldLongest = 4                   // characters of a word
	foldRecord  = 2 * 2 * foldLongest // bytes of a word and its folded form
)

// Fold replaces traditional Chinese characters by simplified ones: by word where
// one is listed (計畫), else by character. What is the same in both scripts becomes
// the same, for matching only: 著 becomes 着 even in 著名, which nobody writes.
//
// It keeps the number of code points, so that offsets into the text hold for what
// is folded; folding twice changes nothing more. Text without a traditional
// character comes back as it is, without a copy.
func Fold(text string) string {
	for i, r := range text {
		if r < foldFirst || r > foldLast {
			continue
		}
		if foldedChar(r) != r || beginsWord(r) && foldedWord(text[i:]) != "" {
			return foldFrom(text, i)
		}
	}
	return text
}

// foldFrom folds a text of which the first changed bytes stay as they are.
func foldFrom(text string, same int) string {
	var b strings.Builder
	b.Grow(len(text))
	b.WriteString(text[:same])
	for i := same; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r < foldFirst || r > foldLast:
			b.WriteString(text[i : i+size]) // bytes that are no UTF-8, too
		case beginsWord(r):
			if word := foldedWord(text[i:]); word != "" {
				b.WriteString(word)
				i += len(word) // all of them have three bytes a character
				continue
			}
			b.WriteRune(foldedChar(r))
		default:
			b.WriteRune(foldedChar(r))
		}
		i += size
	}
	return b.String()
}

func foldedChar(r rune) rune { return foldUnit(foldHeader + 2*int(r-foldFirst)) }

func beginsWord(r rune) bool {
	at := int(r - foldFirst)
	return foldTable[foldBegins+at/8]>>(at%8)&1 != 0
}

func foldUnit(at int) rune { return rune(foldTable[at]) | rune(foldTable[at+1])<<8 }

// foldedWord returns the folded form of the word that text begins with, the
// longest one; empty when it begins with none.
func foldedWord(text string) string {
	var chars [foldLongest]rune
	n := 0
	for _, r := range text {
		if chars[n] = r; r < foldFirst || r > foldLast {
			break
		}
		if n++; n == foldLongest {
			break
		}
	}
	for ; n > 1; n-- {
		if at, ok := findWord(chars[:n]); ok {
			return wordAt(at + 2*foldLongest)
		}
	}
	return ""
}

// findWord returns where in the table the record of a word begins.
func findWord(word []rune) (at int, ok bool) {
	low, high := 0, (len(foldTable)-foldWords)/foldRecord
	for low < high {
		middle := (low + high) / 2
		at = foldWords + middle*foldRecord
		switch compareWord(at, word) {
		case 0:
			return at, true
		case -1:
			low = middle + 1
		default:
			high = middle
		}
	}
	return 0, false
}

// compareWord compares the word at a place of the table with another.
func compareWord(at int, word []rune) int {
	for i := range foldLongest {
		other := rune(0)
		if i < len(word) {
			other = word[i]
		}
		switch unit := foldUnit(at + 2*i); {
		case unit < other:
			return -1
		case unit > other:
			return 1
		}
	}
	return 0
}

// wordAt returns the word at a place of the table.
func wordAt(at int) string {
	word := make([]rune, 0, foldLongest)
	for i := range foldLongest {
		if unit := foldUnit(at + 2*i); unit != 0 {
			word = append(word, unit)
		}
	}
	return string(word)
}
