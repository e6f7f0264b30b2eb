package api

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"chuchu/corpus"
	"chuchu/rag"
)

// An annotation says which source a marker in the content stands for.
type annotation struct {
	Type        string      `json:"type"`
	URLCitation urlCitation `json:"url_citation"`
}

// A urlCitation is content[StartIndex:EndIndex], in code points: the marker.
type urlCitation struct {
	StartIndex int    `json:"start_index"`
	EndIndex   int    `json:"end_index"`
	URL        string `json:"url"`
	Title      string `json:"title"`
}

// answerMarker is how answers cite: a number in brackets. One with a backslash before it
// was in a source and cites nothing.
var answerMarker = regexp.MustCompile(`\\?\[[0-9]{1,3}\]`)

// spacedMarker is a marker with the blanks before it.
var spacedMarker = regexp.MustCompile(`[ \t]*` + answerMarker.String())

// annotationsOf returns one annotation for each marker of the answer, in order, as
// contentOf places them.
// base stands before links into the reading room.
func annotationsOf(r rag.Reply, base string) []annotation {
	list := []annotation{}
	answer := []rune(r.Answer)
	_, places := defuse(r.Answer)
	for _, s := range r.Sentences {
		text := string(answer[s.Start:s.End])
		for _, at := range answerMarker.FindAllStringIndex(text, -1) {
			number, err := strconv.Atoi(strings.Trim(text[at[0]:at[1]], "[]"))
			if err != nil || !slices.Contains(s.Citations, number) { // escaped, or in a piece of code
				continue
			}
			start := s.Start + len([]rune(text[:at[0]]))
			c, ok := citationOf(r, number)
			if !ok {
				continue
			}
			list = append(list, annotation{"url_citation", urlCitation{
				StartIndex: places[start], EndIndex: places[start] + at[1] - at[0], URL: addressOf(c.Article, spansAt(c, start), base), Title: c.Article.Title,
			}})
		}
	}
	return list
}

func citationOf(r rag.Reply, number int) (rag.Citation, bool) {
	i := slices.IndexFunc(r.Citations, func(c rag.Citation) bool { return c.Number == number })
	if i < 0 {
		return rag.Citation{}, false
	}
	return r.Citations[i], true
}

// spansAt returns the quotations that what stands at a place of the answer rests on.
func spansAt(c rag.Citation, at int) []rag.AnswerSpan {
	var here []rag.AnswerSpan
	for _, s := range c.Spans {
		if s.AnswerStart <= at && at < s.AnswerEnd {
			here = append(here, s)
		}
	}
	return here
}

// addressOf is where a reader finds the article: its own address, else the reading
// room, at the first of the quotations where there are any.
func addressOf(a corpus.Ref, quotations []rag.AnswerSpan, base string) string {
	if u, ok := webAddress(a.URL); ok {
		return u
	}
	link := fmt.Sprintf("%s/articles/%s?version=%d", base, url.PathEscape(a.ID), a.Version)
	if len(quotations) > 0 {
		link += fmt.Sprintf("#c=%d-%d", quotations[0].Start, quotations[0].End)
	}
	return link
}

// notInLinks are the characters of an address that would end a link in text, or
// begin a citation.
var notInLinks = strings.NewReplacer(
	" ", "%20", "<", "%3C", ">", "%3E", `"`, "%22", "`", "%60", `\`, "%5C", "[", "%5B", "]", "%5D", "【", "%E3%80%90", "［", "%EF%BC%BB")

// webAddress returns an address that may be shown as a link.
func webAddress(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	u.User = nil // it names no page, and may be made to look like the host
	site := url.URL{Scheme: u.Scheme, Host: u.Host}
	return site.String() + notInLinks.Replace(strings.TrimPrefix(u.String(), site.String())), true
}

// baseOf is the address under which the server was asked, empty when the Host is
// none that it may be reached as: with keys any is let through, and a link must not
// lead where a stranger's word says.
func (s *Server) baseOf(c echo.Context) string {
	r := c.Request()
	_, port := splitHost(r.Host)
	if !s.hosts.mayBeReachedAs(r.Host) || strings.Trim(port, "0123456789") != "" {
		return ""
	}
	scheme := "http"
	if r.TLS != nil || r.Header.Get(echo.HeaderXForwardedProto) == "https" {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: r.Host}).String()
}

// contentOf is the message that holds the answer.
func contentOf(r rag.Reply, base string) string {
	text, _ := defuse(r.Answer)
	return text + tailOf(r, base)
}

// tailOf is what stands behind the answer for readers who see the text alone: what
// they must know of it, and the references. A rule parts it from the answer, so
// that withoutTail finds it again.
func tailOf(r rag.Reply, base string) string {
	notes, references := notesOf(r), referencesOf(r, base)
	if len(notes)+len(references) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n\n---")
	if len(notes) > 0 {
		b.WriteString("\n\n" + noteHeading.in(r.Language) + "\n- " + strings.Join(notes, "\n- "))
	}
	if len(references) > 0 {
		// Two blanks end a line in Markdown, which would join them otherwise.
		b.WriteString("\n\n" + referenceHeading.in(r.Language) + "  \n" + strings.Join(references, "  \n"))
	}
	return b.String()
}

// A wording is the same in Chinese and English.
type wording struct{ zh, en string }

func (w wording) in(language string) string {
	if language == "zh" {
		return w.zh
	}
	return w.en
}

var (
	noteHeading      = wording{"说明：", "Notes:"}
	referenceHeading = wording{"参考来源：", "References:"}
	contradictedNote = wording{"与所引文章不符：“%s”", "Not what the cited article says: “%s”"}
	conflictNote     = wording{"来源说法不一（%s）：%s", "Sources disagree (%s): %s"}
	sideSeparator    = wording{"；", "; "}
)

// tailPattern is what tailOf put behind an answer, as clients send it back.
var tailPattern = regexp.MustCompile(`(?s)\s*\n---\s*\n(?:说明：|Notes:|参考来源：|References:)[ \t\r]*\n.*\z`)

// withoutTail returns an earlier answer as it was before tailOf.
func withoutTail(content string) string { return tailPattern.ReplaceAllString(content, "") }

// referencesOf lists the articles under their numbers.
func referencesOf(r rag.Reply, base string) []string {
	var list []string
	for _, c := range r.Citations {
		fields := []string{shown(c.Article.Title)}
		for _, f := range []string{shown(c.Article.Outlet), string(c.Article.Published), addressOf(c.Article, c.Spans, base)} {
			if f != "" {
				fields = append(fields, f)
			}
		}
		list = append(list, fmt.Sprintf("[%d] %s", c.Number, strings.Join(fields, " · ")))
	}
	return list
}

// notesOf says what a reader of the answer must know: its caveats, what its sources
// disagree about, and which sentences they contradict.
func notesOf(r rag.Reply) []string {
	var notes []string
	for _, c := range r.Caveats {
		notes = append(notes, shown(c.Text))
	}
	for _, c := range r.Conflicts {
		notes = append(notes, disagreement(r, c))
	}
	answer := []rune(r.Answer)
	for _, s := range r.Sentences {
		if s.Verdict == "contradicted" {
			text, _ := defuse(spacedMarker.ReplaceAllStringFunc(string(answer[s.Start:s.End]), dropUnescaped))
			notes = append(notes, fmt.Sprintf(contradictedNote.in(r.Language), oneLine(text)))
		}
	}
	return notes
}

func dropUnescaped(marker string) string {
	if strings.Contains(marker, `\`) {
		return marker
	}
	return ""
}

// disagreement shows what each side says, and which article it is.
func disagreement(r rag.Reply, c rag.Conflict) string {
	var sides []string
	for _, s := range c.Sides {
		article := shown(s.Article.Title)
		if s.Article.Published != "" {
			article += ", " + string(s.Article.Published)
		}
		sides = append(sides, fmt.Sprintf("“%s” (%s)", shown(s.Quote), article))
	}
	return fmt.Sprintf(conflictNote.in(r.Language), shown(c.About), strings.Join(sides, sideSeparator.in(r.Language)))
}

var (
	// markupPattern is what Markdown would make a link, an image, HTML or code of.
	markupPattern = regexp.MustCompile("[\\\\\\[\\]<`]")
	// wideMarker begins a citation in the wide brackets that some models write.
	wideMarker = regexp.MustCompile(`[【［]\s*[SsＳｓ]?\s*\p{Nd}`)
)

// shown is a word of an article's as it may stand in Markdown: on one line, with
// nothing in it that is a link, HTML, or a citation.
func shown(s string) string {
	s = markupPattern.ReplaceAllString(oneLine(s), `\$0`)
	return wideMarker.ReplaceAllString(s, `\$0`)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
