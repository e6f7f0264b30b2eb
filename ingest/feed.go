package ingest

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/mmcdole/gofeed"
)

var (
	xmlProlog = regexp.MustCompile(`^\s*<\?xml[^>]*\?>`)
	feedRoot  = regexp.MustCompile(`^(?s:\s|<\?.*?\?>|<!--.*?-->|<![A-Za-z][^>]*>)*<(?:rss|feed|rdf:RDF)[\s>]`)
)

func isFeed(text string) bool { return feedRoot.MatchString(text) }

// parseFeed reads the items of an RSS or Atom feed: content where they have it,
// else their description. An item that cannot be read is an article with a fault.
func parseFeed(text string) ([]article, error) {
	text = xmlProlog.ReplaceAllString(text, "") // its encoding is not that of the file any more
	if err := checkXML(text); err != nil {
		return nil, err
	}
	feed, err := gofeed.NewParser().ParseString(text)
	if err != nil {
		return nil, fmt.Errorf("the feed is damaged: %w", err)
	}
	if len(feed.Items) == 0 {
		return nil, errors.New("the feed has no items")
	}
	all := make([]article, len(feed.Items))
	for i, item := range feed.Items {
		all[i] = feedItem(item, feed)
	}
	shareBlocks(all)
	return all, nil
}

func feedItem(item *gofeed.Item, feed *gofeed.Feed) article {
	var a article
	a.ID = strings.TrimSpace(item.GUID)
	if a.URL = webURL(item.Link); a.URL == "" && strings.Contains(a.ID, "://") {
		a.URL = webURL(a.ID)
	}
	a.set("title", []string{plainTitle(item.Title)})
	a.set("outlet", []string{feed.Title})
	for _, p := range item.Authors {
		if p != nil && p.Name != "" && a.Author == "" {
			a.set("author", []string{p.Name})
		}
	}
	a.set("published", []string{item.Published})
	if a.Published == "" && item.PublishedParsed != nil {
		a.Published, _ = dayIn(item.PublishedParsed.In(shanghai))
	}
	a.set("published", []string{item.Updated})
	a.Tags = joinTags(item.Categories)
	a.blocks, a.fault = parseFragment(cmp.Or(item.Content, item.Description))
	return a
}

// plainTitle takes the tags out of a title; some feeds have HTML there.
func plainTitle(title string) string {
	if !strings.ContainsAny(title, "<&") {
		return title
	}
	blocks, err := parseFragment(title)
	if err != nil || len(blocks) == 0 {
		return title
	}
	return blocks[0].text
}

const maxXMLDepth = 200 // elements inside one another

// checkXML refuses XML that is nested so deep that reading it, which recurses,
// would exhaust the stack.
func checkXML(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	for depth := 0; ; {
		t, err := d.RawToken()
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("the feed is damaged: %w", err)
		case depth > maxXMLDepth:
			return fmt.Errorf("the feed's XML is nested deeper than %d elements", maxXMLDepth)
		}
	}
}
