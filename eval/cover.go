package eval

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"chuchu/briefing"
	"chuchu/rag"
)

// A citedRegion is a span in the text of an article.
type citedRegion struct {
	article string // id
	region
}

// coverPoints enters which points are covered, and holds every span against its
// article's text.
func (r *run) coverPoints(ctx context.Context, t Topic, b briefing.Briefing, all []briefing.Sentence, row *BriefingRow) {
	byNumber := map[int]briefing.Citation{}
	var whole, body []citedRegion
	for _, c := range b.Citations {
		byNumber[c.Number] = c
		for _, s := range c.Spans {
			whole = append(whole, r.checkBriefingSpan(ctx, c, s.Span, row)...)
		}
	}
	for _, s := range all {
		for _, span := range s.Spans {
			c, ok := byNumber[span.Number]
			if !ok || !slices.Contains(s.Citations, span.Number) {
				row.Faults = append(row.Faults, fmt.Sprintf("a span of [%d] in a sentence that cites %v", span.Number, s.Citations))
				continue
			}
			whole = append(whole, r.checkBriefingSpan(ctx, c, span.Span, row)...)
		}
	}
	for _, s := range bodyOf(b) {
		for _, span := range s.Spans {
			if c, ok := byNumber[span.Number]; ok && r.spanRight(ctx, c, span.Span) {
				body = append(body, citedRegion{c.Article.ID, region{span.Start, span.End}})
			}
		}
	}
	wholeText, bodyText := []rune(foldFact(stripMarkers(ownWords(b)))), []rune(foldFact(stripMarkers(strings.Join(textsOf(bodyOf(b)), "\n"))))
	for i, p := range t.MustCover {
		row.Points[i].Share, row.Points[i].BodyShare = r.heldOf(ctx, b, p.Quote, whole), r.heldOf(ctx, b, p.Quote, body)
		row.Points[i].Numbers, row.Points[i].BodyNums = holdsNumbers(wholeText, p.Quote), holdsNumbers(bodyText, p.Quote)
	}
}

// checkBriefingSpan counts a span, and returns its place when it is right.
func (r *run) checkBriefingSpan(ctx context.Context, c briefing.Citation, s rag.Span, row *BriefingRow) []citedRegion {
	row.Spans++
	if !r.spanRight(ctx, c, s) {
		row.Faults = append(row.Faults, fmt.Sprintf("[%d] %d-%d is not the text of %s", c.Number, s.Start, s.End, c.Article.ID))
		return nil
	}
	row.Right++
	return []citedRegion{{c.Article.ID, region{s.Start, s.End}}}
}

func (r *run) spanRight(ctx context.Context, c briefing.Citation, s rag.Span) bool {
	return s.Quote != nil && r.passageRight(ctx, c.Article, s.Start, s.End, *s.Quote)
}

// heldOf returns the largest share of a quotation that one span holds.
func (r *run) heldOf(ctx context.Context, b briefing.Briefing, quote string, spans []citedRegion) float64 {
	most := 0.0
	for _, c := range b.Citations {
		text := r.text(ctx, c.Article.ID, c.Article.Version)
		if text == nil {
			continue
		}
		for _, at := range text.folded.locate(quote) {
			for _, s := range spans {
				if s.article == c.Article.ID {
					common := min(s.end, at.end) - max(s.start, at.start)
					most = max(most, float64(common)/float64(at.end-at.start))
				}
			}
		}
	}
	return most
}

// numberForm is a number in the form of foldFact.
var numberForm = regexp.MustCompile(`\p{Nd}+(?:\.\p{Nd}+)*%?`)

// holdsNumbers reports whether all numbers of a quotation, one of them telling, stand
// in a text in the form of foldFact.
func holdsNumbers(text []rune, quote string) bool {
	numbers := numberForm.FindAllString(foldFact(quote), -1)
	return slices.ContainsFunc(numbers, tellsSomething) && !slices.ContainsFunc(numbers, func(n string) bool { return !holdsFact(text, []rune(n)) })
}

// year is one of this or the last century.
var year = regexp.MustCompile(`^(19|20)\p{Nd}\p{Nd}$`)

// tellsSomething reports whether a number means something by itself: it is neither a year nor
// a single digit.
func tellsSomething(number string) bool {
	return strings.ContainsAny(number, "%.") || len([]rune(number)) >= 2 && !year.MatchString(number)
}

// ownWords are a briefing's own, a part on each line: not those of its spans and
// articles, nor what it lacks or has left out.
func ownWords(b briefing.Briefing) string {
	words := append([]string{b.Title}, textsOf(b.Summary)...)
	words = append(words, textsOf(bodyOf(b))...)
	for _, f := range b.Figures {
		words = append(words, f.What, f.Value, f.Unit, f.Date, f.Sentence.Text)
		for _, o := range f.Others {
			words = append(words, o.Value, o.Unit)
		}
	}
	for _, m := range b.Timeline {
		words = append(words, m.Date, m.Precision, m.Sentence.Text)
	}
	for _, c := range b.Conflicts {
		words = append(words, c.About)
		for _, s := range c.Sides {
			words = append(words, s.Quote)
		}
	}
	if b.News != nil {
		words = append(words, textsOf(b.News.New)...)
		for _, c := range slices.Concat(b.News.Changed, b.News.Corrected) {
			words = append(words, c.Was, c.Now.Text)
		}
	}
	return strings.Join(words, "\n")
}
