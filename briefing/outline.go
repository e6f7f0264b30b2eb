package briefing

import (
	"cmp"
	"slices"
	"strings"

	"chuchu/rag"
)

// A plannedSection is a section with what it is to be written from, before a word of
// it is written.
type plannedSection struct {
	heading  string
	given    bool         // by the caller: it stays whatever is found
	findings []*finding   // what extracts would say in it, in reading order
	passages []rag.Result // from which a model writes it, best first
}

// mostSections is how many sections a briefing has whose sections nobody named.
var mostSections = map[string]int{"short": 3, "standard": 5, "long": 7}

// sectionPassages is how many passages a model writes a section from.
var sectionPassages = map[string]int{"short": 6, "standard": 10, "long": 16}

const (
	fewestSections = 2
	fewFindings    = 2 // of a section that nobody named
)

// outline makes sections of the themes that the chosen findings are of. What is of a
// theme that makes no section goes to the one it is nearest to, else to the last.
func (m *maker) outline(chosen []*finding) []plannedSection {
	s := &m.survey
	byTheme := make([][]*finding, len(s.themes))
	var rest []*finding
	for _, f := range chosen {
		if f.theme == noTheme {
			rest = append(rest, f)
			continue
		}
		byTheme[f.theme] = append(byTheme[f.theme], f)
	}
	var sections []plannedSection
	var themes []int // of the sections
	for _, i := range m.themeOrder(byTheme) {
		t := s.themes[i]
		switch n := len(byTheme[i]); {
		case !t.named && (n < fewFindings || len(sections) >= mostSections[m.request.Length]):
			rest = append(rest, byTheme[i]...)
			continue
		case n == 0 && !t.given:
			continue
		}
		themes = append(themes, i)
		sections = append(sections, plannedSection{heading: t.heading, given: t.given, findings: byTheme[i], passages: m.passagesOf(i)})
	}
	var others []*finding
	for _, f := range rest {
		if i := nearestTheme(f, themes); i >= 0 {
			sections[i].findings = append(sections[i].findings, f)
		} else {
			others = append(others, f)
		}
	}
	sections = m.addOthers(sections, others)
	for i := range sections {
		inReadingOrder(sections[i].findings)
	}
	return sections
}

// nearestTheme returns which of the themes a finding is most like, -1 where it is like
// none.
func nearestTheme(f *finding, themes []int) int {
	best := -1
	for i, t := range themes {
		if f.likeness[t] >= enoughLikeness && (best < 0 || f.likeness[t] > f.likeness[themes[best]]) {
			best = i
		}
	}
	return best
}

// enoughLikeness is how like a theme a finding must be to stand in its section.
const enoughLikeness = .25

// themeOrder returns the themes in the order of their sections: as the request names
// them, others after them, the one with most to say first.
func (m *maker) themeOrder(byTheme [][]*finding) []int {
	weight := func(i int) float64 {
		sum := 0.0
		for _, f := range byTheme[i] {
			sum += f.score
		}
		return sum
	}
	order := make([]int, len(byTheme))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := m.survey.themes[a], m.survey.themes[b]
		switch {
		case x.named && y.named:
			return 0
		case x.named != y.named:
			return cmp.Compare(rank(y.named), rank(x.named))
		}
		return cmp.Compare(weight(b), weight(a))
	})
	return order
}

func rank(named bool) int {
	if named {
		return 1
	}
	return 0
}

// addOthers puts findings that belong to no section into one of their own, else into
// the last.
func (m *maker) addOthers(sections []plannedSection, others []*finding) []plannedSection {
	switch {
	case len(others) == 0:
		return sections
	case len(others) >= fewFindings || len(sections) < fewestSections:
		var passages []rag.Result
		for _, p := range m.survey.passages {
			if slices.ContainsFunc(others, func(f *finding) bool { return f.passage == p.Passage.ID }) {
				passages = append(passages, p)
			}
		}
		return append(sections, plannedSection{heading: m.words("其他要点", "Other points"), findings: others, passages: passages[:min(len(passages), sectionPassages[m.request.Length])]})
	}
	last := &sections[len(sections)-1]
	last.findings = append(last.findings, others...)
	return sections
}

// passagesOf returns the best of the passages that are more about a theme than about
// any other.
func (m *maker) passagesOf(theme int) []rag.Result {
	s := &m.survey
	var list []rag.Result
	for _, r := range s.passages {
		if s.ofTheme[r.Passage.ID] == theme {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b rag.Result) int {
		return cmp.Compare(s.scores[b.Passage.ID][theme+1], s.scores[a.Passage.ID][theme+1])
	})
	return list[:min(len(list), sectionPassages[m.request.Length])]
}

// inReadingOrder sorts findings by the dates of their articles, undated ones last, and
// by their places.
func inReadingOrder(list []*finding) {
	day := func(f *finding) string {
		first, _ := f.article.Published.Bounds()
		return cmp.Or(first, "9")
	}
	slices.SortFunc(list, func(a, b *finding) int {
		return cmp.Or(strings.Compare(day(a), day(b)), strings.Compare(a.article.ID, b.article.ID), cmp.Compare(a.start, b.start))
	})
}
