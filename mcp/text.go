package mcp

import (
	"fmt"
	"strings"

	"chuchu/corpus"
	"chuchu/rag"
)

// wording is the language of the words around what was found: zh or another.
type wording string

// say picks the words of the language.
func (l wording) say(zh, en string, a ...any) string {
	if l == "zh" {
		return fmt.Sprintf(zh, a...)
	}
	return fmt.Sprintf(en, a...)
}

// wordingOf goes by the text itself, where nothing says its language.
func wordingOf(text string) wording {
	for _, r := range text {
		if r >= 0x4e00 && r <= 0x9fff {
			return "zh"
		}
	}
	return "en"
}

// article names an article on one line, by all that a reader cites it with.
func (l wording) article(a corpus.Ref) string {
	parts := []string{oneLine(a.Title)}
	if a.Outlet != "" {
		parts = append(parts, oneLine(a.Outlet))
	}
	if a.Published == "" {
		parts = append(parts, l.say("日期不明", "undated"))
	} else {
		parts = append(parts, string(a.Published))
	}
	parts = append(parts, l.say("%s 第%d版", "%s version %d", a.ID, a.Version))
	if a.URL != "" {
		parts = append(parts, oneLine(a.URL))
	}
	return strings.Join(parts, " · ")
}

// quotation sets a text of an article apart, with where it stands.
func (l wording) quotation(start, end int, text string) string {
	return fmt.Sprintf("%s\n> %s\n", l.say("第%d–%d字：", "characters %d-%d:", start, end), strings.ReplaceAll(text, "\n", "\n> "))
}

// differences says in a line each what of a sentence its source does not hold, or has
// otherwise.
func (l wording) differences(why []rag.Why) string {
	var b strings.Builder
	for _, y := range why {
		switch {
		case !y.Differs():
		case y.Source == "":
			b.WriteString(l.say("  %s：原文没有“%s”\n", "  %s: “%s” is not there\n", l.kind(y.Kind), y.Claim))
		case y.Claim == "":
			b.WriteString(l.say("  %s：原文为“%s”\n", "  %s: there it says “%s”\n", l.kind(y.Kind), y.Source))
		default:
			b.WriteString(l.say("  %s：“%s”，原文为“%s”\n", "  %s: “%s”, there “%s”\n", l.kind(y.Kind), y.Claim, y.Source))
		}
	}
	return b.String()
}

// kind names what a Why is about.
func (l wording) kind(kind string) string {
	zh := map[string]string{"number": "数字", "date": "日期", "name": "名称", "direction": "方向", "coverage": "内容"}[kind]
	if l == "zh" && zh != "" {
		return zh
	}
	return kind
}

// verdict names a verdict, with the word of the structured result.
func (l wording) verdict(verdict string) string {
	zh := map[string]string{
		"quoted": "原文照录", "supported": "原文支持", "weak": "依据不足", "contradicted": "与原文不符",
		"not_found": "没有找到", "uncited": "没有出处",
	}[verdict]
	if l == "zh" && zh != "" {
		return zh + " (" + verdict + ")"
	}
	return verdict
}

// oneLine puts a blank for each line end of what is to stand on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// quoteShort quotes a caller's word in an error message.
func quoteShort(s string) string {
	runes := []rune(strings.ToValidUTF8(s, "�"))
	if len(runes) > 40 {
		runes = append(runes[:40:40], '…')
	}
	return fmt.Sprintf("%q", string(runes))
}
