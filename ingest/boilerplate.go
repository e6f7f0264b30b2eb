package ingest

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// dropBoilerplate removes what an outlet puts around an article's own text: its
// name as a signature, invitations to write to the author, credits of pictures,
// links to other pages, notices of rights, and the byline, which it returns.
func dropBoilerplate(blocks []block, outlet string) (kept []block, author string) {
	signed := signature(outlet)
	for i, b := range blocks {
		edge := i < edgeBlocks || i >= len(blocks)-edgeBlocks
		if edge && b.level == 0 && len(b.text) <= shortLine {
			name, rest, ok := byline(b.text)
			if ok {
				author = cmp.Or(author, name)
				b.text = rest
			}
		}
		b.text = dropSolicitation(dropAccount(signed.cut(b.text)))
		line := strings.TrimSpace(b.text)
		late := i >= len(blocks)-edgeBlocks && notice.MatchString(line)
		if line != "" && !late && !isCredit(line) {
			kept = append(kept, b)
		}
	}
	return kept, author
}

const (
	edgeBlocks = 6   // how far from the ends of an article a byline stands
	shortLine  = 300 // bytes of what can be a byline, a credit or a heading
)

var (
	// account is what follows an outlet's name where it advertises itself.
	account = regexp.MustCompile(`[（(](?:微信)?(?:公众号|微信号)(?:ID)?\s*[:：]\s*[^()（）]{1,30}[)）]`)
	// credit is a line under a picture that says where it is from.
	credit = regexp.MustCompile(`^[（(]?(?:图源|图片来源|图片出处|供图|题图|图注|来源)\s*[:：]\s*[^，。；？！]{1,40}[）)]?$`)
	// pager leads to the other parts of an article.
	pager = regexp.MustCompile(`^(?:\d{1,3}\s*)*(?:上一页|下一页|首页|尾页|末页)(?:[\s|]*(?:上一页|下一页|首页|尾页|末页|\d{1,3}))*$`)
	// notice is what is said of rights at the end.
	notice = regexp.MustCompile(`^[【\[（(]?(?:免责声明|版权声明|特别声明)|^[^。]{0,16}未经[^。]{0,8}(?:授权|许可|允许|同意)[^。]{0,12}转载`)

	bylines = regexp.MustCompile(`^(?:本文)?(?:作者|文|撰文|采写|By|BY)\s*[:：|｜丨/]\s*(\p{Han}[^，。；？！,;?!:：|｜丨/]{1,19}|[A-Z][A-Za-z.'-]+(?: [A-Z][A-Za-z.'-]+){0,3})$`)
	editors = regexp.MustCompile(`(?:^|\s+)(?:责任编辑|编辑|责编|校对|审校|排版|监制)\s*[:：|｜丨/]\s*[^，。；？！,;?!]{1,20}$`)
)

func dropAccount(text string) string {
	if !strings.Contains(text, "公众号") && !strings.Contains(text, "微信号") {
		return text
	}
	return account.ReplaceAllString(text, "")
}

func isCredit(line string) bool {
	return len(line) <= shortLine && (credit.MatchString(line) || pager.MatchString(line))
}

// byline takes the author and the editors out of a line that names nothing else.
func byline(line string) (author, rest string, ok bool) {
	if !strings.ContainsAny(line, ":：|｜丨/") {
		return "", line, false
	}
	line = cleanLine(line)
	without := editors.ReplaceAllString(line, "")
	if m := bylines.FindStringSubmatch(without); m != nil {
		return strings.TrimSpace(m[1]), "", true
	}
	return "", without, without == "" && line != ""
}

// A signed text ends with the outlet's name.
type signed struct {
	outlet string
	end    *regexp.Regexp // nil when there is no outlet
}

func signature(outlet string) signed {
	if utf8.RuneCountInString(outlet) < 2 {
		return signed{}
	}
	name := regexp.QuoteMeta(outlet)
	return signed{outlet, regexp.MustCompile(`(^|[。！？!?…”"』」）)\s])\s*[（(]?(?:` + name + `)+[）)]?、?\s*$|[（(]?(?:` + name + `){2,}[）)]?、?\s*$`)}
}

// cut takes the signature off the end of a paragraph.
func (s signed) cut(text string) string {
	if s.end == nil || !strings.Contains(text, s.outlet) {
		return text
	}
	return s.end.ReplaceAllString(text, "$1")
}

// Invitations: to add the author, or an account with its id; to scan a code.
var (
	solicitation = regexp.MustCompile(`(?i)(?:添加|联系|关注|搜索|欢迎加|可加|请加|[（(]加)[^，。；,;!?！？]{0,16}?(?:作者|编辑|小编|记者|助手|客服)[^，。；,;!?！？]{0,10}?微信` +
		`|(?:添加|联系|关注|搜索|欢迎加|可加|请加)[^，。；,;!?！？]{0,8}?(?:微信|公众号|VX)号?\s*[:：]?\s*[A-Za-z][-_A-Za-z0-9]{4,19}` +
		`|(?:感兴趣[^，。；,;!?！？]{0,6}?添加|欢迎加)\s*[A-Za-z][-_A-Za-z0-9]{4,19}` +
		`|(?:扫描|扫码|长按|识别)[^，。；,;!?！？]{0,8}?二维码[^，。；,;!?！？]{0,6}?(?:关注|添加|进群|加入|下载)`)
	inBrackets = regexp.MustCompile(`[（(][^()（）]*[)）]`)
	leadIn     = regexp.MustCompile(`^(?:更多|关于|想了解|如果您|如有|如何|感兴趣|此间|相关|本文|作者)|更多|内幕|详情|幕后|深意|爆料|有趣故事|想了解|想加入`)
	finalMark  = regexp.MustCompile(`[。.！!？?]*\s*$`)
	clauseEnd  = regexp.MustCompile(`[，,；;]\s*`)
	// joinGroup is said of a group of readers; a paragraph that invites to one says
	// nothing else.
	joinGroup = regexp.MustCompile(`(?:入群|进群|加群)`)
)

// dropSolicitation removes the invitations of a paragraph, with the words that
// lead to them, and keeps what the same sentence says before.
func dropSolicitation(text string) string {
	if !mayInvite(text) || !solicitation.MatchString(text) {
		return text
	}
	if joinGroup.MatchString(text) {
		return ""
	}
	text = inBrackets.ReplaceAllStringFunc(text, func(s string) string {
		if solicitation.MatchString(s) {
			return ""
		}
		return s
	})
	runes := []rune(text)
	var out strings.Builder
	start := 0
	for _, end := range sentenceEnds(runes) {
		out.WriteString(dropInvitation(string(runes[start:end])))
		start = end
	}
	return out.String()
}

// mayInvite reports whether a text has a word that every invitation has; the
// expression for those is slow.
func mayInvite(text string) bool {
	return slices.ContainsFunc([]string{"微信", "公众号", "VX", "vx", "Vx", "vX", "二维码", "感兴趣", "欢迎加"}, func(word string) bool {
		return strings.Contains(text, word)
	})
}

// dropInvitation keeps the clauses before those that lead to an invitation, and
// the mark at the end. A sentence that begins with what it invites to talk about
// is an invitation as a whole.
func dropInvitation(sentence string) string {
	at := solicitation.FindStringIndex(sentence)
	if at == nil {
		return sentence
	}
	if strings.HasPrefix(sentence, "关于") {
		return ""
	}
	cuts := clauseEnd.FindAllStringIndex(sentence[:at[0]], -1)
	for i := len(cuts) - 1; i >= 0; i-- {
		begin := 0
		if i > 0 {
			begin = cuts[i-1][1]
		}
		if !leadIn.MatchString(sentence[begin:cuts[i][0]]) {
			return sentence[:cuts[i][0]] + finalMark.FindString(sentence)
		}
	}
	return ""
}

const (
	leastRecurring = 3  // articles of a file in which a recurring line stands
	recurringShare = .2 // of its articles
	recurringRunes = 200
)

// dropShared removes from the articles of one file the lines that many of them
// have: footers, invitations, links to other pages.
func dropShared(articles [][]block) {
	count := map[string]int{}
	for _, blocks := range articles {
		seen := map[string]bool{}
		for _, b := range blocks {
			if line := cleanLine(b.text); !seen[line] {
				seen[line] = true
				count[line]++
			}
		}
	}
	least := max(leastRecurring, int(recurringShare*float64(len(articles)))+1)
	for i, blocks := range articles {
		articles[i] = slices.DeleteFunc(blocks, func(b block) bool {
			line := cleanLine(b.text)
			return count[line] >= least && utf8.RuneCountInString(line) <= recurringRunes
		})
	}
}
