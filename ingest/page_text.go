package ingest

import (
	"iter"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
)

// parsePage reads a page as a site serves it: only the article of it.
//
// Two readers work together. Trafilatura is good at telling the article from the
// rest, but runs paragraphs, rows and headings into one another; the walk of
// html.go keeps them apart, but takes everything. So what stands in the walk's
// blocks is kept where trafilatura took it for the article.
func parsePage(text string) (article, error) {
	root, err := parseHTML(text)
	if err != nil {
		return article{}, err
	}
	a := article{Meta: pageMeta(root)}
	extract := newShingles(extractOf(root))
	everything := blocksOf(root)
	for _, all := range [][]block{pageBlocks(root), everything} { // an article may stand in what is furniture by its name
		if kept, body := extract.pick(all); len(kept) > 0 {
			a.takeInfoLine(all[:body])
			a.blocks = a.dropInfoLine(kept)
			return a, nil
		}
	}
	a.blocks = everything
	return a, nil
}

// extractOf returns what trafilatura takes for the article, without line ends.
func extractOf(root *html.Node) string {
	// With dates it would ask what nodates stands in for.
	result, err := trafilatura.ExtractDocument(root, trafilatura.Options{
		EnableFallback: true, ExcludeComments: true, HtmlDateMode: trafilatura.Disabled, MaxTreeSize: maxTags,
	})
	if err != nil || result.ContentNode == nil {
		return ""
	}
	return textOf(result.ContentNode)
}

const (
	shingleRunes  = 8  // characters that stand for the place they are from
	leastShingles = .7 // share of a block's that are in the article
	leastCovered  = .5 // share of the article that the blocks kept hold
)

// shingles are the runs of characters, without blanks, of a text.
type shingles struct {
	text string
	set  map[string]bool
}

func newShingles(text string) shingles {
	s := shingles{text: withoutBlanks(text), set: map[string]bool{}}
	for run := range runs(s.text) {
		s.set[run] = true
	}
	return s
}

// runs yields the runs of shingleRunes characters of a text; a shorter one has none.
func runs(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var starts [shingleRunes]int
		n := 0
		for i := range text {
			if n >= shingleRunes && !yield(text[starts[n%shingleRunes]:i]) {
				return
			}
			starts[n%shingleRunes] = i
			n++
		}
		if n >= shingleRunes {
			yield(text[starts[n%shingleRunes]:])
		}
	}
}

func withoutBlanks(s string) string { return strings.Join(strings.Fields(s), "") }

// holds reports whether a block is of the text. A short one can be so by chance.
func (s shingles) holds(line string) (ok, short bool) {
	line = withoutBlanks(line)
	all, in := 0, 0
	for run := range runs(line) {
		all++
		if s.set[run] {
			in++
		}
	}
	if all == 0 {
		return strings.Contains(s.text, line), true
	}
	return float64(in) >= leastShingles*float64(all), false
}

// pick returns the blocks that are of the text, short ones only among longer ones,
// and the place where its sentences begin; none when they hold too little of it.
func (s shingles) pick(all []block) (kept []block, body int) {
	first, last, covered := -1, -1, map[string]bool{}
	in := make([]bool, len(all))
	for i, b := range all {
		text := strings.ReplaceAll(b.text, cellBreak, "")
		ok, short := s.holds(text)
		if in[i] = ok; !ok || short {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
		for run := range runs(withoutBlanks(text)) {
			if s.set[run] {
				covered[run] = true
			}
		}
	}
	if first < 0 || float64(len(covered)) < leastCovered*float64(len(s.set)) {
		return nil, 0
	}
	for i := first; i <= last; i++ {
		if !in[i] {
			continue
		}
		kept = append(kept, all[i])
		if body == 0 && endsSentence(all[i].text) {
			body = i
		}
	}
	return kept, body
}

// An info line says when, where and by whom an article was published. It stands
// between the title and the text of pages that say it nowhere else.
var (
	infoDate   = regexp.MustCompile(`(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}`)
	infoOutlet = regexp.MustCompile(`来源\s*[:：]\s*([^\s|｜:：]{2,20})`)
	infoAuthor = regexp.MustCompile(`(?:作者|记者|文)\s*[:：]\s*([^\s|｜:：]{2,20})`)
	// today is what a page says of the day it is looked at.
	today = regexp.MustCompile(`今天|星期|[Tt]oday|©|Copyright|版权`)
)

const (
	infoRunes = 100 // characters an info line has at most
	infoReach = 8   // blocks before the text among which it stands
)

func isInfoLine(line string) bool {
	return utf8.RuneCountInString(line) <= infoRunes && infoDate.MatchString(line) && !today.MatchString(line) && !endsSentence(line)
}

// takeInfoLine sets what is not known yet from the info line nearest to the text.
func (a *article) takeInfoLine(before []block) {
	for i := len(before) - 1; i >= max(0, len(before)-infoReach); i-- {
		line := cleanLine(before[i].text)
		if !isInfoLine(line) {
			continue
		}
		a.set("published", []string{infoDate.FindString(line)})
		if m := infoOutlet.FindStringSubmatch(line); m != nil {
			a.set("outlet", m[1:])
		}
		if m := infoAuthor.FindStringSubmatch(line); m != nil {
			a.set("author", m[1:])
		}
		return
	}
}

// dropInfoLine takes an info line off the beginning of the text.
func (a *article) dropInfoLine(blocks []block) []block {
	for i := range min(len(blocks), edgeBlocks) {
		if isInfoLine(cleanLine(blocks[i].text)) && blocks[i].level == 0 {
			a.takeInfoLine(blocks[i : i+1])
			return append(blocks[:i:i], blocks[i+1:]...)
		}
	}
	return blocks
}
