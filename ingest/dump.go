package ingest

import (
	"regexp"
	"strings"
)

// A flattened dump is what is left of a feed whose tags were taken off: the
// feed's own fields on one line with the first article's title; for each article
// a line "title URL", the text, a line "]]>", and a line "category URL#comments
// date" that belongs to the article above.
var (
	dumpEnd    = regexp.MustCompile(`(?m)^\]\]>[ \t]*\r?\n(\S*)[ \t]+((?:https?:)?//\S+?)#comments[ \t]+([^\n]*?\d{4})(?:[ \t]*\r?$|(\d+)[ \t]*\r?$)`)
	dumpOwn    = regexp.MustCompile(`^(.*?)\s((?:https?:)?//\S+)`)
	dumpHeader = regexp.MustCompile(`^([^/]*?)\s+(?:https?:)?//.*\d\d:\d\d:\d\d [+-]\d{4}\s+`)
)

func isDump(text string) bool {
	return strings.Contains(text, "\n]]>") && strings.Contains(text, "#comments") && dumpEnd.MatchString(text)
}

// parseDump reads the articles of a flattened dump.
func parseDump(text string) []article {
	text = unifyLineEnds(text)
	outlet := ""
	var all []article
	from := 0
	add := func(body, address, category, date string) {
		if a := dumpArticle(body, address, &outlet); a.Title != "" || len(a.blocks) > 0 {
			a.set("published", []string{date})
			a.set("tags", strings.Fields(category))
			all = append(all, a)
		}
	}
	for _, m := range dumpEnd.FindAllStringSubmatchIndex(text, -1) {
		add(text[from:m[0]], text[m[4]:m[5]], text[m[2]:m[3]], text[m[6]:m[7]])
		from = m[1]
	}
	add(text[from:], "", "", "") // cut off: its text is there, its date is not
	for i := range all {
		all[i].set("outlet", []string{outlet})
	}
	shareBlocks(all)
	return all
}

// dumpArticle reads one article up to its "]]>". The first one of a file brings
// the feed's header along, which begins with the name of the outlet.
func dumpArticle(body, address string, outlet *string) article {
	var a article
	body = strings.TrimSpace(body)
	first, _, _ := strings.Cut(body, "\n")
	if m := dumpHeader.FindStringSubmatch(first); m != nil && *outlet == "" {
		*outlet = cleanLine(m[1])
		body = body[len(m[0]):]
	}
	title, rest, ok := "", body, false
	if address != "" {
		title, rest, ok = strings.Cut(body, " "+address)
	}
	if m := dumpOwn.FindStringSubmatch(body); !ok && m != nil {
		title, address, rest = m[1], m[2], body[len(m[0]):]
	}
	if strings.Contains(title, "\n") {
		title, rest = "", body
	}
	a.set("title", []string{title})
	a.URL = webURL(address)
	a.blocks = parseText(rest)
	return a
}

// shareBlocks drops what the articles of one file have in common.
func shareBlocks(all []article) {
	lists := make([][]block, len(all))
	for i := range all {
		lists[i] = all[i].blocks
	}
	dropShared(lists)
	for i := range all {
		all[i].blocks = lists[i]
	}
}
