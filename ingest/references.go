package ingest

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	referenceHeading = regexp.MustCompile(`(?i)^(?:\d+[.、]?\s*|[一二三四五六七八九十]+、\s*)?(?:参考资料|参考文献|参考来源|参考链接|引用来源|引用文献|资料来源|references|bibliography|works cited)\s*[:：]?$`)
	referenceItem    = regexp.MustCompile(`^\[(\d{1,3})\]`)
	numberedItem     = regexp.MustCompile(`^(\d{1,3})[.、]\s`)
	referenceMark    = regexp.MustCompile(` ?\[\d{1,3}(?:\s*[-–~,，、]\s*\d{1,3})*\]`)
	anyNumber        = regexp.MustCompile(`\d+`)
)

// dropReferences removes a numbered list of references and, in the text, the
// marks that point into it. A text without such a list keeps what stands in
// brackets.
func dropReferences(blocks []block) []block {
	start, end, last := referenceList(blocks)
	if start == end {
		return blocks
	}
	kept := append(append([]block{}, blocks[:start]...), blocks[end:]...)
	for i := range kept {
		kept[i].text = referenceMark.ReplaceAllStringFunc(kept[i].text, func(mark string) string {
			for _, n := range anyNumber.FindAllString(mark, -1) {
				if k, _ := strconv.Atoi(n); k < 1 || k > last {
					return mark
				}
			}
			return ""
		})
	}
	return kept
}

// referenceList returns the list, heading included, and its last number.
func referenceList(blocks []block) (start, end, last int) {
	for i := len(blocks) - 1; i >= 0; i-- {
		if len(blocks[i].text) > shortLine || !referenceHeading.MatchString(cleanLine(blocks[i].text)) {
			continue
		}
		if end, last = referencesFrom(blocks, i+1); last >= 2 {
			return i, end, last
		}
	}
	return 0, 0, 0
}

// referencesFrom follows the items from blocks[i] on: each has its number, in
// order, and at most two lines that belong to it.
func referencesFrom(blocks []block, i int) (end, last int) {
	end = i
	for j := i; j < len(blocks) && blocks[j].level == 0; j++ {
		for _, line := range strings.Split(clean(blocks[j].text), "\n") {
			if n := itemNumber(line); n == last+1 {
				last, end = n, j+1
			}
		}
		if j-end >= 2 {
			break
		}
		if last > 0 && j == end && strings.Contains(blocks[j].text, "://") {
			end = j + 1
		}
	}
	return end, last
}

func itemNumber(line string) int {
	m := referenceItem.FindStringSubmatch(line)
	if m == nil {
		m = numberedItem.FindStringSubmatch(line)
	}
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}
