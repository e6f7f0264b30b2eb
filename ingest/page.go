package ingest

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// pageMeta reads what a page says of itself: OpenGraph and other meta elements
// first, then JSON-LD, then what it shows.
func pageMeta(root *html.Node) Meta {
	p := factsOf(root)
	var m Meta
	m.URL = webURL(p.first("canonical", "og:url"))
	m.Outlet = cleanLine(p.first("wechat:account", "og:site_name", "application-name"))
	if author := p.first("author", "article:author", "byl", "ld:author"); webURL(author) == "" || strings.Contains(author, " ") {
		m.Author = cleanLine(author)
	}
	for _, key := range []string{"article:published_time", "datepublished", "pubdate", "publishdate", "publish_date", "publish-date", "og:release_date",
		"weibo:article:create_at", "dc.date", "dc.date.issued", "dcterms.created", "date", "ld:date", "wechat:time", "time"} {
		if date, ok := readDate(p.facts[key]); ok {
			m.Published = date
			break
		}
	}
	m.Title = pageTitle(p, m.Outlet)
	return m
}

// facts are what the elements of a page say, by name.
type pageFacts struct {
	facts    map[string]string
	headings int // of level 1
}

func factsOf(root *html.Node) *pageFacts {
	p := &pageFacts{facts: map[string]string{}}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			p.read(n)
		}
	}
	return p
}

func (p *pageFacts) read(n *html.Node) {
	if attribute(n, "id") == wechatAccount {
		p.add("wechat:account", textOf(n))
	}
	switch n.DataAtom {
	case atom.Meta:
		name := cmp.Or(attribute(n, "property"), cmp.Or(attribute(n, "name"), attribute(n, "itemprop")))
		p.add(strings.ToLower(name), attribute(n, "content"))
	case atom.Link:
		if strings.EqualFold(attribute(n, "rel"), "canonical") {
			p.add("canonical", attribute(n, "href"))
		}
	case atom.Title:
		if n.Parent != nil && n.Parent.DataAtom == atom.Head {
			p.add("title", textOf(n))
		}
	case atom.H1:
		p.headings++
		p.add("h1", textOf(n))
	case atom.Time:
		p.add("time", cmp.Or(attribute(n, "datetime"), textOf(n)))
	case atom.Script:
		if attribute(n, "type") == "application/ld+json" {
			p.linkedData(textOf(n))
		}
		if m := wechatTime.FindStringSubmatch(textOf(n)); m != nil {
			seconds, _ := strconv.ParseInt(m[1], 10, 64)
			p.add("wechat:time", time.Unix(seconds, 0).In(shanghai).Format(time.DateOnly))
		}
	}
}

func (p *pageFacts) add(name, value string) {
	if value = cleanLine(value); name != "" && value != "" && p.facts[name] == "" {
		p.facts[name] = value
	}
}

func (p *pageFacts) first(names ...string) string {
	for _, name := range names {
		if v := p.facts[name]; v != "" {
			return v
		}
	}
	return ""
}

// A page of WeChat shows its account in an element of this id, and has the time of
// publication, in seconds, in a script that writes it into the page.
const wechatAccount = "js_name"

var wechatTime = regexp.MustCompile(`\bvar ct = ["'](\d{10})["']`)

var (
	linkedDate   = regexp.MustCompile(`"(?:datePublished|pubDate)"\s*:\s*"([^"]{4,40})"`)
	linkedAuthor = regexp.MustCompile(`"author"\s*:\s*\[?\s*\{[^{}]*"name"\s*:\s*"([^"\\]{1,60})"`)
)

// linkedData takes date and author from JSON-LD, which is often not quite JSON.
func (p *pageFacts) linkedData(s string) {
	if m := linkedDate.FindStringSubmatch(s); m != nil {
		p.add("ld:date", m[1])
	}
	if m := linkedAuthor.FindStringSubmatch(s); m != nil {
		p.add("ld:author", m[1])
	}
}

// siteBreak stands between a page's title and the name of its site.
var siteBreak = regexp.MustCompile(`\s+[-–—|·•]\s+|\s*[_|｜]\s*|\s*-\s*$`)

const siteRunes = 20 // characters the name of a site has at most

// pageTitle returns the title without the name of the site.
func pageTitle(p *pageFacts, outlet string) string {
	title, h1 := p.first("og:title", "twitter:title"), ""
	if p.headings == 1 {
		h1 = p.facts["h1"]
	}
	switch {
	case title != "":
		if h1 != "" && strings.HasPrefix(title, h1) {
			return h1
		}
	case h1 != "" && utf8.RuneCountInString(h1) >= 4:
		return h1
	default:
		title = p.facts["title"]
	}
	for {
		breaks := siteBreak.FindAllStringIndex(title, -1)
		if len(breaks) == 0 {
			return title
		}
		last := breaks[len(breaks)-1]
		head, tail := strings.TrimSpace(title[:last[0]]), strings.TrimSpace(title[last[1]:])
		if head == "" || tail != outlet && (utf8.RuneCountInString(tail) > siteRunes || utf8.RuneCountInString(head) < utf8.RuneCountInString(tail)) {
			return title
		}
		title = head
	}
}

func textOf(n *html.Node) string {
	var out strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			out.WriteString(c.Data)
		}
	}
	return out.String()
}
