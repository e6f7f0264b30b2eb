package briefing

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"chuchu/prompts"
	"chuchu/rag"
	"chuchu/rag/cite"
)

// What a model is shown of a cluster.
const (
	clusterWords   = 8
	clusterSamples = 5
	sampleChars    = 80
)

// headingChars is how long a heading of a model's is at most, by language.
var headingChars = map[string]int{"zh": 24, "en": 60}

// nameSections lets the model read the sections as clusters: it gives headings, an order,
// and joins what belongs together. No finding gets lost by it. Where the caller gave
// headings, these stay and the model is not asked; where its reply is no outline of the
// clusters, the one by rules stays, with a caveat.
func (m *maker) nameSections(ctx context.Context, sections []plannedSection) ([]plannedSection, error) {
	if len(sections) < fewestSections || slices.ContainsFunc(sections, func(p plannedSection) bool { return p.given }) {
		return sections, nil
	}
	list, usage, err := m.Engine.Outline(ctx, m.clusters(sections))
	m.use(usage)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err == nil {
		if named, ok := m.arrange(sections, list); ok {
			return named, nil
		}
	}
	m.Engine.Log.Warn("the model made no outline; it is made by rules", "topic", m.request.Topic, "error", err)
	m.note("outline_by_rules", m.words(
		"各节的标题和顺序由规则拟定：语言模型没有给出可用的提纲。",
		"Rules made the headings of the sections and their order: the language model gave no outline of use."))
	return sections, nil
}

// clusters shows sections to a model.
func (m *maker) clusters(sections []plannedSection) prompts.Outline {
	r := m.request
	p := prompts.Outline{Language: r.Language, Topic: r.Topic, Audience: r.Audience, Focus: r.Focus, Most: mostSections[r.Length]}
	for i, s := range sections {
		c := prompts.Cluster{Number: i + 1, Heading: s.heading, Words: commonWords(s.findings)}
		best := slices.SortedStableFunc(slices.Values(s.findings), func(a, b *finding) int { return cmp.Compare(b.score, a.score) })
		for _, f := range best[:min(len(best), clusterSamples)] {
			c.Samples = append(c.Samples, firstChars(oneLine(f.text), sampleChars))
		}
		p.Clusters = append(p.Clusters, c)
	}
	return p
}

// commonWords returns the terms that most of the findings have.
func commonWords(findings []*finding) []string {
	count := make(map[string]int)
	var terms []string
	for _, f := range findings {
		for _, t := range f.terms {
			if count[t]++; count[t] == 2 {
				terms = append(terms, t)
			}
		}
	}
	slices.SortStableFunc(terms, func(a, b string) int { return count[b] - count[a] })
	return terms[:min(len(terms), clusterWords)]
}

// arrange makes sections of the model's outline. A number that is none of a section, or
// that came before, is passed over; a section that is left out comes last; a heading that
// cannot be used is the one by rules. ok is false where too few sections come of it, or
// two have one heading.
func (m *maker) arrange(sections []plannedSection, outline []rag.Outlined) (list []plannedSection, ok bool) {
	var used []int
	for _, o := range outline {
		var group []plannedSection
		for _, n := range o.Clusters {
			if n >= 1 && n <= len(sections) && !slices.Contains(used, n) {
				used, group = append(used, n), append(group, sections[n-1])
			}
		}
		if len(group) > 0 {
			list = append(list, m.joined(o.Heading, group))
		}
	}
	for i, s := range sections {
		if !slices.Contains(used, i+1) {
			list = append(list, s)
		}
	}
	headings := make(map[string]bool)
	for _, s := range list {
		headings[s.heading] = true
	}
	return list, len(used) > 0 && len(list) >= fewestSections && len(headings) == len(list)
}

// joined makes one section of several under a heading.
func (m *maker) joined(heading string, group []plannedSection) plannedSection {
	p := plannedSection{heading: group[0].heading}
	for _, s := range group {
		p.findings = append(p.findings, s.findings...)
		for _, r := range s.passages {
			if !slices.ContainsFunc(p.passages, func(other rag.Result) bool { return other.Passage.ID == r.Passage.ID }) {
				p.passages = append(p.passages, r)
			}
		}
	}
	if len(group) > 1 {
		inReadingOrder(p.findings)
	}
	if m.usable(heading, p) {
		p.heading = heading
	}
	return p
}

var digits = regexp.MustCompile(`\d+`)

// usable reports whether a model's heading may stand over a section: it is a short line
// in the language of the briefing, has no figure that the section does not have, and
// what it is made from does not say otherwise.
func (m *maker) usable(heading string, p plannedSection) bool {
	if !hasWord(heading) || utf8.RuneCountInString(heading) > headingChars[m.request.Language] ||
		isHan(heading) != (m.request.Language == "zh") || strings.ContainsAny(heading, "。！？!?；;#*[]〔〕{}|\\") {
		return false
	}
	var sources []*cite.Source
	text := m.request.Topic
	for _, r := range p.passages {
		text += "\n" + r.Passage.Text
		sources = append(sources, cite.NewSource(r.Passage.Text, string(r.Article.Published)))
	}
	for _, figure := range digits.FindAllString(heading, -1) {
		if !strings.Contains(text, figure) {
			return false
		}
	}
	return cite.Judge(heading, sources, nil).Verdict != cite.Contradicted
}
