package rag

import (
	"slices"
	"strconv"

	"chuchu/corpus"
	"chuchu/rag/cite"
)

// A source is a stretch of an article that an answer may rest on, under the
// handle that the model sees. Stretches of one article that touch are one source.
type source struct {
	handle  string
	article corpus.Ref
	start   int // of text in the article, in code points
	end     int
	text    string
	pieces  []corpus.Passage // the passages it lies in, in order
	folded  *cite.Source
}

// sourcesOf makes sources of the passages found, best first.
func sourcesOf(found []candidate) []*source {
	var list []*source
	for _, c := range found {
		s := newSource(c)
		i := slices.IndexFunc(list, s.touches)
		if i < 0 {
			list = append(list, s)
			continue
		}
		list[i].join(s)
		// What it has grown by may reach the next source of the article.
		for j := len(list) - 1; j > i; j-- {
			if list[i].touches(list[j]) {
				list[i].join(list[j])
				list = slices.Delete(list, j, j+1)
			}
		}
	}
	for i, s := range list {
		s.handle = "S" + strconv.Itoa(i+1)
		s.folded = cite.NewSource(s.text, string(s.article.Published))
	}
	return list
}

func newSource(c candidate) *source {
	s := &source{article: c.Article, start: c.Passage.Start, end: c.Passage.End, text: c.Passage.Text, pieces: c.pieces}
	if c.Context != nil {
		s.start, s.end, s.text = c.Context.Start, c.Context.End, c.Context.Text
	}
	return s
}

// touches reports whether both lie in one version of an article without a gap.
func (s *source) touches(other *source) bool {
	return s.article.ID == other.article.ID && s.article.Version == other.article.Version &&
		s.start <= other.end && other.start <= s.end
}

// holds reports whether the passage of c lies in the source.
func (s *source) holds(c candidate) bool {
	return s.article.ID == c.Article.ID && s.article.Version == c.Article.Version && s.start <= c.Passage.Start && c.Passage.End <= s.end
}

// join takes in another source that touches this one, which is the better.
func (s *source) join(other *source) {
	if other.start < s.start {
		s.text = string([]rune(other.text)[:s.start-other.start]) + s.text
		s.start = other.start
	}
	if other.end > s.end {
		runes := []rune(other.text)
		s.text += string(runes[len(runes)-(other.end-s.end):])
		s.end = other.end
	}
	for _, p := range other.pieces {
		if !slices.ContainsFunc(s.pieces, func(q corpus.Passage) bool { return q.ID == p.ID }) {
			s.pieces = append(s.pieces, p)
		}
	}
	slices.SortFunc(s.pieces, func(a, b corpus.Passage) int { return a.Ordinal - b.Ordinal })
}

// title is what a prompt shows above the text.
func (s *source) title() string {
	return s.article.Title + s.article.Outlet + string(s.article.Published)
}

// span is where a place in the source stands in the article.
func (s *source) span(at cite.Span) Span {
	quote := string([]rune(s.text)[at.Start:at.End])
	span := Span{Start: s.start + at.Start, End: s.start + at.End, Quote: &quote}
	for _, p := range s.pieces {
		if p.Start <= span.Start && span.Start < p.End {
			span.PassageID = p.ID
		}
	}
	return span
}
