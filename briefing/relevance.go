package briefing

import (
	"slices"

	"chuchu/corpus"
	"chuchu/rag/cite"
)

// A relevance is what a finding is about, and how much.
type relevance struct {
	theme    int
	likeness []float64 // to each theme, by its words and by what was found for it
	share    float64
}

// relevance returns that of each finding: its words of the topic and of the theme it
// has most of, beside the most that any finding has, with some of what the best sentence
// of its passage has.
func (m *maker) relevance() []relevance {
	s := &m.survey
	k := m.countWords()
	titles := m.titleShares()
	list := make([]relevance, len(s.findings))
	for i, f := range s.findings {
		theme, likeness := k.themeOf(i)
		s.ofTheme[f.passage] = theme // the last finding's will do for all of it
		list[i] = relevance{theme, likeness, leastShare + topicShare*k.share(i, 0) + titleShare*titles[f.article.ID]}
		if s.named(theme) { // what nobody asked for parts sentences, and makes none better
			list[i].share += themeShare * k.share(i, theme+1)
		}
	}
	return list
}

// A wordCount is how much the findings hold of the words of the topic, part 0, and of
// each theme, by weight.
type wordCount struct {
	s         *survey
	parts     []map[string]float64
	highest   []float64            // weight of a part
	own       [][]float64          // of each finding
	inPassage map[string][]float64 // the most that one finding of a passage has
	above     map[string][]string  // terms of the title and the headings above a passage
}

func (m *maker) countWords() wordCount {
	s := &m.survey
	k := wordCount{s: s, parts: []map[string]float64{s.topic}, own: make([][]float64, len(s.findings)), inPassage: map[string][]float64{}, above: map[string][]string{}}
	for _, t := range s.themes {
		k.parts = append(k.parts, t.weights)
	}
	for _, weights := range k.parts {
		most := 0.0
		for _, w := range weights {
			most = max(most, w)
		}
		k.highest = append(k.highest, most)
	}
	s.most = make([]float64, len(k.parts))
	for i, f := range s.findings {
		if k.inPassage[f.passage] == nil {
			k.inPassage[f.passage] = make([]float64, len(k.parts))
			k.above[f.passage] = cite.Terms(f.article.Title + "\n" + f.heading)
		}
		k.own[i] = make([]float64, len(k.parts))
		for p, weights := range k.parts {
			own := held(f.terms, weights)
			k.own[i][p] = own
			s.most[p] = max(s.most[p], own)
			k.inPassage[f.passage][p] = max(k.inPassage[f.passage][p], own)
		}
	}
	return k
}

// held returns what terms have of the weights.
func held(terms []string, weights map[string]float64) float64 {
	sum := 0.0
	for _, t := range terms {
		sum += weights[t]
	}
	return sum
}

// share returns how much of a part a finding has, beside the most that any has.
func (k wordCount) share(finding, part int) float64 {
	if k.s.most[part] == 0 {
		return 0
	}
	inPassage := k.inPassage[k.s.findings[finding].passage][part]
	return ((1-fromPassage)*k.own[finding][part] + fromPassage*inPassage) / k.s.most[part]
}

// themeOf returns the theme that a finding is most like, noTheme where it is of none,
// and how like it is to each.
func (k wordCount) themeOf(finding int) (theme int, likeness []float64) {
	f := k.s.findings[finding]
	theme, likeness = noTheme, make([]float64, len(k.s.themes))
	above := k.above[f.passage]
	for i, t := range k.s.themes {
		words := max(k.inPassage[f.passage][i+1], held(above, t.weights))
		if k.highest[i+1] == 0 || words < telling*k.highest[i+1] || t.given && !t.fits(f.terms, above) {
			continue
		}
		likeness[i] = k.share(finding, i+1) + k.s.scores[f.passage][i+1]
		if theme == noTheme || likeness[i] > likeness[theme] {
			theme = i
		}
	}
	return theme, likeness
}

// noTheme is the theme of what is of none.
const noTheme = -1

// telling is the share of a theme's most telling word that a sentence of a passage must
// hold in such words for the passage to be of the theme at all.
const telling = .35

// ofHeading is the share of the words of a heading that a sentence under it must hold,
// where it has none of those that stand for them. Asked of every theme and not of given
// headings alone, it costs a point in ten.
const ofHeading = .5

// fits reports whether a sentence, with what stands above it, is of a heading that the
// caller gave.
func (t theme) fits(sentence, above []string) bool {
	own := cite.Terms(t.heading)
	there := 0
	for _, term := range own {
		if slices.Contains(sentence, term) || slices.Contains(above, term) {
			there++
		}
	}
	other := func(term string) bool { return t.weights[term] > 0 && !slices.Contains(own, term) }
	return float64(there) >= ofHeading*float64(len(own)) || slices.ContainsFunc(sentence, other) || slices.ContainsFunc(above, other)
}

// about is how much a sentence that was written is about the topic and a theme.
func (m *maker) about(text string) float64 {
	s := &m.survey
	terms := cite.Terms(text)
	share := func(p int, weights map[string]float64) float64 {
		if s.most[p] == 0 {
			return 0
		}
		return held(terms, weights) / s.most[p]
	}
	themes := 0.0
	for i, t := range s.themes {
		if t.named {
			themes = max(themes, share(i+1, t.weights))
		}
	}
	return leastShare + topicShare*share(0, s.topic) + themeShare*themes
}

// onTopic returns how much of the topic stands in each passage, its headings and the
// title above it, beside the passage that has most.
func (m *maker) onTopic() map[string]float64 {
	s := &m.survey
	shares := make(map[string]float64, len(s.passages))
	most := 0.0
	for _, r := range s.passages {
		share := held(cite.Terms(r.Article.Title+"\n"+r.Passage.Heading+"\n"+r.Passage.Text), s.topic)
		shares[r.Passage.ID] = share
		most = max(most, share)
	}
	for id := range shares {
		if most > 0 {
			shares[id] /= most
		}
	}
	return shares
}

// titleShares returns how much of the topic stands in the title of each article.
func (m *maker) titleShares() map[string]float64 {
	s := &m.survey
	all := 0.0
	for _, w := range s.topic {
		all += w
	}
	shares := make(map[string]float64)
	for _, r := range s.passages {
		if _, known := shares[r.Article.ID]; known || all == 0 {
			continue
		}
		shares[r.Article.ID] = held(cite.Terms(r.Article.Title), s.topic) / all
	}
	return shares
}

// outside reports whether an article was published outside the period that the request
// speaks of; where it says nothing of one, or the article is undated, it was not.
func (s *survey) outside(a corpus.Ref) bool {
	first, last := a.Published.Bounds()
	w := s.plan.Window
	if first == "" || w == nil {
		return false
	}
	return w.From != nil && last < *w.From || w.To != nil && first > *w.To
}
