package briefing

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"chuchu/corpus"
)

// references returns the entries of the reference list in the order of b.Citations,
// each with its number before it. details has what is known of the articles besides,
// by id; an article that is missing there has no author, and the day of the briefing
// for the day it was read.
//
// gbt7714 follows GB/T 7714—2025, in force since 2026-07-01, in the numeric system.
// The edition is not free to read; what is relied on is what its public summaries and
// the citation styles made for it agree on. It kept the entry of a web page, author.
// title[EB/OL]. (date of publication)[date of access]. path., with the date of access
// now for online resources only; punctuation inside an entry is full width except for
// the full stop and square brackets; up to three authors are named; names in Latin
// letters are the family name and initials, no longer in capitals. The outlet stands
// for an author who is not known, and else before the date, where the standard has the
// platform of preprints and data sets. An article without an address is one of a
// newspaper, [N], or where no outlet is known [Z].
//
// apa follows the seventh edition for articles on news sites; titles stay as they are
// written. plain is title, outlet, author, date and address.
func references(b *Briefing, style string, details map[string]corpus.Article) []string {
	write := (*entry).gbt7714
	switch style {
	case "apa":
		write = (*entry).apa
	case "plain":
		write = (*entry).plain
	}
	list := make([]string, 0, len(b.Citations))
	for _, c := range b.Citations {
		text := write(newEntry(b, c.Article, details))
		list = append(list, marker(c.Number)+" "+text+otherPrints(c.Prints, b.Language))
	}
	return list
}

// An entry is what a reference says of an article.
type entry struct {
	authors   []string
	title     string
	outlet    string
	published corpus.Date
	accessed  string // YYYY-MM-DD
	url       string // http or https, else empty
	language  string // of the briefing
}

func newEntry(b *Briefing, a corpus.Ref, details map[string]corpus.Article) *entry {
	e := &entry{
		title: oneLine(a.Title), outlet: oneLine(a.Outlet), published: a.Published, accessed: b.AsOf,
		url: webAddress(a.URL), language: b.Language,
	}
	if known, ok := details[a.ID]; ok {
		e.authors = authorsOf(known.Author)
		if !known.Fetched.IsZero() {
			e.accessed = known.Fetched.Format(time.DateOnly)
		}
	}
	if len(e.authors) == 1 && e.authors[0] == e.outlet {
		e.authors = nil
	}
	e.title = cmp.Or(e.title, e.url, a.ID)
	return e
}

// notInAddresses are characters that RFC 3986 has in no address, as browsers take them.
var notInAddresses = strings.NewReplacer("<", "%3C", ">", "%3E", `"`, "%22", "|", "%7C", `\`, "%5C", "^", "%5E", "`", "%60", "{", "%7B", "}", "%7D", " ", "%20")

// webAddress returns the address where a link to it may be made, else nothing.
func webAddress(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return notInAddresses.Replace(clean(u.String()))
}

var (
	betweenAuthors = regexp.MustCompile(`\s*[、；;|&]\s*|\s+and\s+`)
	commas         = regexp.MustCompile(`\s*[，,]\s*`)
	chineseNames   = regexp.MustCompile(`^\p{Han}{2,4}(?: \p{Han}{2,4})+$`)
)

// authorsOf takes a line of authors apart. A comma parts full names only: Smith, John
// is one author. A blank parts names in Chinese.
func authorsOf(line string) (list []string) {
	for _, part := range betweenAuthors.Split(oneLine(line), -1) {
		names := commas.Split(part, -1)
		if chineseNames.MatchString(part) {
			names = strings.Fields(part)
		}
		if !slices.ContainsFunc(names, func(n string) bool { return !isHan(n) && !strings.Contains(n, " ") }) {
			list = append(list, names...)
		} else {
			list = append(list, part)
		}
	}
	return slices.DeleteFunc(list, func(n string) bool { return n == "" })
}

// latinName is a name of two to four words in Latin letters, the family name last.
var latinName = regexp.MustCompile(`^((?:\p{Lu}[\p{Latin}.'’-]*\s+){1,3})(\p{Lu}[\p{Latin}'’-]+)$`)

// notPersons are words in the names of editorial teams.
var notPersons = regexp.MustCompile(`(?i)\b(?:staff|team|desk|editors?|editorial|news|reporters?|writers?|press|agency|daily|times|research|group|inc|media|admin)\b`)

// invert returns a name in Latin letters as family name and initials, each initial
// followed by stop; other names stay as they are.
func invert(name, between, stop string) string {
	at := latinName.FindStringSubmatch(name)
	if at == nil || notPersons.MatchString(name) {
		return name
	}
	var initials []string
	for _, given := range strings.Fields(at[1]) {
		initials = append(initials, string([]rune(given)[:1])+stop)
	}
	return at[2] + between + strings.Join(initials, " ")
}

func (e *entry) gbt7714() string {
	var out strings.Builder
	if by := e.gbtAuthors(); by != "" {
		out.WriteString(by + ". ")
	}
	outlet := e.outlet
	if len(e.authors) == 0 {
		outlet = ""
	}
	out.WriteString(e.title)
	switch {
	case e.url != "":
		out.WriteString("[EB/OL]. " + outlet)
		if e.published != "" {
			out.WriteString("（" + string(e.published) + "）")
		}
		if e.accessed != "" {
			out.WriteString("[" + e.accessed + "]")
		}
		out.WriteString(". " + e.url + ".")
	case e.outlet != "":
		out.WriteString("[N]. " + e.outlet + prefixed("，", string(e.published)) + ".")
	default:
		out.WriteString("[Z]" + prefixed(". ", string(e.published)) + ".")
	}
	return out.String()
}

// gbtAuthors names up to three authors, or for an online article who put it there.
func (e *entry) gbtAuthors() string {
	if len(e.authors) == 0 {
		if e.url == "" {
			return "" // the outlet stands where a newspaper's name does
		}
		return e.outlet
	}
	var names []string
	for _, name := range e.authors[:min(3, len(e.authors))] {
		names = append(names, invert(name, " ", ""))
	}
	if len(e.authors) > 3 {
		more := "et al"
		if isHan(e.authors[0]) {
			more = "等"
		}
		names = append(names, more)
	}
	return strings.Join(names, "，")
}

func (e *entry) apa() string {
	author := e.apaAuthors()
	outlet := e.outlet
	if author == "" {
		author, outlet = e.outlet, ""
	}
	date := "(" + e.apaDate() + ")."
	parts := []string{ended(author), date, ended(e.title)}
	if author == "" {
		parts = []string{ended(e.title), date}
	}
	if outlet != "" {
		parts = append(parts, ended(outlet))
	}
	switch {
	case e.url != "" && e.published == "":
		parts = append(parts, "Retrieved "+englishDate(corpus.Date(e.accessed))+", from "+e.url)
	case e.url != "":
		parts = append(parts, e.url)
	}
	return strings.Join(parts, " ")
}

// mostAPAAuthors are all named; of more, the first nineteen and the last.
const mostAPAAuthors = 20

func (e *entry) apaAuthors() string {
	var names []string
	for _, name := range e.authors {
		names = append(names, invert(name, ", ", "."))
	}
	switch n := len(names); {
	case n == 0:
		return ""
	case n == 1:
		return names[0]
	case n > mostAPAAuthors:
		return strings.Join(names[:mostAPAAuthors-1], ", ") + ", . . . " + names[n-1]
	default:
		return strings.Join(names[:n-1], ", ") + ", & " + names[n-1]
	}
}

// apaDate is the year first: 2024, November 21.
func (e *entry) apaDate() string {
	year, _, _ := strings.Cut(string(e.published), "-")
	switch e.published.Precision() {
	case corpus.Unknown:
		return "n.d."
	case corpus.Year:
		return year
	}
	return year + ", " + strings.TrimRight(strings.TrimSuffix(englishDate(e.published), year), ", ")
}

// englishDate writes a date as November 21, 2024, November 2024 or 2024.
func englishDate(d corpus.Date) string {
	layouts := map[corpus.Precision][2]string{
		corpus.Day: {time.DateOnly, "January 2, 2006"}, corpus.Month: {"2006-01", "January 2006"},
	}
	layout, ok := layouts[d.Precision()]
	if !ok {
		return string(d)
	}
	t, err := time.Parse(layout[0], string(d))
	if err != nil {
		return string(d)
	}
	return t.Format(layout[1])
}

func (e *entry) plain() string {
	title, between := "“"+e.title+"”", ", "
	if e.language != "en" {
		title, between = "《"+e.title+"》", "，"
	}
	parts := []string{title, e.outlet, strings.Join(e.authors, " / "), string(e.published), e.url}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), between)
}

// ended returns text with a full stop, where it has no mark at its end.
func ended(text string) string {
	if strings.HasSuffix(text, ".") || strings.ContainsAny(lastChar(text), "?!。？！") {
		return text
	}
	return text + "."
}

func lastChar(text string) string {
	r := []rune(text)
	return string(r[max(0, len(r)-1):])
}

// prefixed returns text with something before it, and nothing for none.
func prefixed(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// mostPrints are named at the end of an entry, others counted.
const mostPrints = 4

// otherPrints names other prints of an article.
func otherPrints(prints []corpus.Ref, language string) string {
	if len(prints) == 0 {
		return ""
	}
	var list []string
	for _, p := range prints[:min(len(prints), mostPrints)] {
		list = append(list, printOf(p, language))
	}
	more := len(prints) - len(list)
	if language == "en" {
		if more > 0 {
			list = append(list, strconv.Itoa(more)+" more")
		}
		return " Also printed: " + strings.Join(list, "; ") + "."
	}
	if more > 0 {
		list = append(list, "另有"+strconv.Itoa(more)+"处")
	}
	return " 另见：" + strings.Join(list, "；") + "。"
}

// printOf names a print: outlet, or its title where that is not known, date, address.
func printOf(p corpus.Ref, language string) string {
	name := cmp.Or(oneLine(p.Outlet), oneLine(p.Title))
	if language == "en" {
		return strings.TrimSpace(name + prefixed(", ", string(p.Published)) + prefixed(", ", webAddress(p.URL)))
	}
	return name + prefixed("，", string(p.Published)) + prefixed("，", webAddress(p.URL))
}
