package cite

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// leadIns are whole sentences that only say what follows.
var leadIns = regexp.MustCompile(`(?i)^(?:(?:以下|下面)(?:是|为|将|从|分|就|列|简|内容|信息|要点|几)|(?:here|below) (?:is|are) )[^：:，,；;]*$`)

// transitions are what may stand alone between claims.
var transitions = regexp.MustCompile(`(?i)^(?:综上所述|综上|总之|总的来说|总而言之|总体来看|概括来说|简而言之|具体来说|具体而言|具体如下|例如|此外|另外|其次|首先|最后|in summary|in conclusion|to sum up|overall|in short|specifically|for example|in addition)$`)

// confessions say what the material given does not hold: nothing of the world.
var confessions = regexp.MustCompile(`(?i)^(?:根据|从|在)?(?:以上|上述|所给|所提供的?|提供的|给出的|现有|这些|目前的?)*(?:资料|材料|文章|段落|来源|信息|报道|the (?:passages|articles|sources|material)s?)(?:来看|中|里|显示|并|均|都|，)*(?:没有|未|不|无法|do(?:es)? not|did not)`)

// saysNothing reports whether the sentence makes no claim: headings, questions,
// lead-ins, transitions, rows that part a table, an answer of one character.
func (c *claim) saysNothing(sentence string, cited bool) bool {
	text := strings.TrimRightFunc(c.text, func(r rune) bool { return unicode.IsPunct(r) || isSpace(r) })
	switch {
	case !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
		return true
	case utf8.RuneCountInString(text) == 1: // 是。
		return true
	case isHeading(Strip(sentence)), strings.HasSuffix(c.text, "？"), strings.HasSuffix(c.text, "?"):
		return true
	case transitions.MatchString(text), leadIns.MatchString(text) && len(c.facts) == 0:
		return true
	case cited:
		return false
	}
	return strings.HasSuffix(c.text, "：") || strings.HasSuffix(c.text, ":") || confessions.MatchString(text)
}

// isHeading reports whether a line is a heading, one made of bold text included,
// or begins or ends a block of code.
func isHeading(line string) bool {
	if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "```") {
		return true
	}
	bold, ok := strings.CutPrefix(strings.TrimRight(line, "：:"), "**")
	bold, closed := strings.CutSuffix(bold, "**")
	return ok && closed && !strings.Contains(bold, "**") && !strings.ContainsAny(bold, finals)
}
