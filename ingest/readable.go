package ingest

import (
	"fmt"
	"strings"
	"unicode"
)

const (
	leastText    = 20  // characters a PDF with a text layer has at least
	leastJudged  = 200 // letters of a script from which it is judged
	mostBroken   = .02 // share of characters that stand for none
	leastCommon  = .12 // share of Chinese characters that are among the commonest
	leastVowels  = .25 // share of vowels among Latin letters
	mostVowels   = .55
	mostRareHan  = .05 // share of Chinese characters from the rare blocks
	leastLetters = .35 // share of letters and digits in the whole
)

// commonHan are the commonest characters of Chinese prose, simplified and
// traditional. In news they are a third of the text; among characters drawn by
// chance a hundredth.
const commonHan = "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感" +
	"这业公司新市场务数据企客技术云产品服合作年月系统项管理部经济增长" +
	"這個們來時為說國後會過對學發當沒還樣種開總從無現動經長兒愛給間兩進話與業務數據產"

// unreadable says why a text is not one that a person could read, as it comes
// out of PDFs without a text layer and of fonts that do not say which characters
// they draw; empty for a readable one.
func unreadable(text string) string {
	n := countKinds(text)
	switch {
	case n.shown < leastText:
		return "the PDF has no text layer; run OCR over it first (for example ocrmypdf -l chi_sim)"
	case share(n.broken, n.shown) > mostBroken:
		return rubbish("%.0f %% of its characters stand for none", 100*share(n.broken, n.shown))
	case n.han >= leastJudged && share(n.rare, n.han) > mostRareHan:
		return rubbish("%.0f %% of its Chinese characters are from rare blocks", 100*share(n.rare, n.han))
	case n.han >= leastJudged && share(n.common, n.han) < leastCommon:
		return rubbish("only %.0f %% of its Chinese characters are common ones", 100*share(n.common, n.han))
	case n.latin >= leastJudged && n.latin > n.han && (share(n.vowels, n.latin) < leastVowels || share(n.vowels, n.latin) > mostVowels):
		return rubbish("%.0f %% of its letters are vowels", 100*share(n.vowels, n.latin))
	case n.shown >= leastJudged && share(n.letters, n.shown) < leastLetters:
		return rubbish("only %.0f %% of it are letters and digits", 100*share(n.letters, n.shown))
	}
	return ""
}

func rubbish(format string, args ...any) string {
	return "the PDF's text comes out as rubbish (" + fmt.Sprintf(format, args...) +
		"): its fonts do not say which characters they draw; print it again or run OCR over it first"
}

type kinds struct {
	shown, broken, letters int
	han, common, rare      int
	latin, vowels          int
}

func countKinds(text string) kinds {
	var n kinds
	for _, r := range text {
		if unicode.IsSpace(r) {
			continue
		}
		n.shown++
		switch {
		case isBroken(r):
			n.broken++
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			n.letters++
		}
		n.countScript(r)
	}
	return n
}

func (n *kinds) countScript(r rune) {
	switch {
	case unicode.Is(unicode.Han, r):
		n.han++
		if strings.ContainsRune(commonHan, r) {
			n.common++
		}
		if r < 0x4E00 || r > 0x9FFF {
			n.rare++
		}
	case r < unicode.MaxASCII && unicode.IsLetter(r):
		n.latin++
		if strings.ContainsRune("aeiouyAEIOUY", r) {
			n.vowels++
		}
	}
}

// isBroken reports whether a character stands for none: the replacement
// character, private use, a control character, a code point not assigned.
func isBroken(r rune) bool {
	return r == unicode.ReplacementChar || unicode.In(r, unicode.Co, unicode.Cc) || !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cf)
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
