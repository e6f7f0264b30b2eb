package briefing

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"chuchu/corpus"
	"chuchu/rag/cite"
)

// Bounds of what is called a gap.
const (
	mostGaps     = 6
	mostNamed    = 3   // aspects of the focus that are told apart
	inSections   = .34 // of the words of an aspect that a sentence of the sections must hold
	inFindings   = .5  // or any sentence that was found
	shortAspect  = 3   // characters of an aspect that other words with one of them tell of (赔偿, 赔付)
	staleMonths  = 6   // that the newest article may be older than the end of the period
	mostRuns     = 4   // of months that are named
	longestMonth = 60  // months of a period that are gone through one by one
)

// general are headings that no sentence has the words of.
var general = regexp.MustCompile(`(?i)概况|概述|概要|背景|总览|总结|结论|要点|综述|现状|简介|引言|其他|分析|启示|建议|\b(?:overview|background|summary|conclusions?|introduction|other|analysis|key points|findings|recommendations?|implications?)\b`)

// gaps returns what the collection does not answer, in plain sentences, the most
// important first.
func (m *maker) gaps(ctx context.Context, b *Briefing, planned []plannedSection) []string {
	list := []string{}
	for _, p := range planned {
		if p.given && (!b.tellsUnder(p.heading) || !general.MatchString(p.heading) && m.isMissing(ctx, b, p.heading)) {
			list = append(list, m.words("所收文章没有关于“"+p.heading+"”的内容。", "Nothing in the collection is about “"+p.heading+"”."))
		}
	}
	list = append(list, m.missingAspects(ctx, b)...)
	for _, gap := range []string{m.missingMonths(), m.staleness(), m.oneSource(b)} {
		if gap != "" {
			list = append(list, gap)
		}
	}
	return list[:min(len(list), mostGaps)]
}

// tellsUnder reports whether a section of that heading has a sentence that claims
// something.
func (b *Briefing) tellsUnder(heading string) bool {
	return slices.ContainsFunc(b.Sections, func(section Section) bool {
		return section.Heading == heading && slices.ContainsFunc(section.Sentences, func(s Sentence) bool { return s.Verdict != string(cite.None) })
	})
}

// missingAspects names the aspects of the focus that nothing tells of.
func (m *maker) missingAspects(ctx context.Context, b *Briefing) []string {
	_, aspects := aspectsOf(m.request.Focus)
	var list []string
	for _, a := range aspects {
		if len(list) < mostNamed && !slices.Contains(m.request.Sections, a) && m.isMissing(ctx, b, a) {
			list = append(list, m.words("没有找到说明“"+a+"”的内容。", "Nothing was found that tells of “"+a+"”."))
		}
	}
	return list
}

// isMissing reports whether no sentence holds enough of the words of an aspect, or of
// those by which articles tell of such.
func (m *maker) isMissing(ctx context.Context, b *Briefing, aspect string) bool {
	weights, err := m.weights(ctx, aspect)
	if err != nil {
		if m.Log != nil {
			m.Log.Warn("looking for what is not answered failed", "briefing", b.ID, "error", err)
		}
		return false
	}
	own := 0.0
	for _, t := range cite.Terms(aspect) {
		own += weights[t]
	}
	implied := cite.Terms(impliedBy(aspect))
	holds := func(terms []string, least float64) bool {
		sum, most := 0.0, 0.0
		for _, t := range terms {
			if slices.Contains(implied, t) {
				return true
			}
			sum, most = sum+weights[t], max(most, weights[t])
		}
		return sum > 0 && (own == 0 || sum >= least*own)
	}
	for _, section := range b.Sections {
		for _, s := range section.Sentences {
			if s.Verdict != string(cite.None) && holds(cite.Terms(cite.Strip(s.Text)), inSections) {
				return false
			}
		}
	}
	return !slices.ContainsFunc(m.survey.findings, func(f *finding) bool {
		return holds(f.terms, inFindings) || utf8.RuneCountInString(aspect) <= shortAspect && strings.ContainsAny(f.text, aspect)
	})
}

// asked returns the period that is asked about, both ends as months; the month of the
// briefing and what comes after it are not counted. from is empty where there is no
// such period.
func (m *maker) asked() (from, to string) {
	w := m.survey.plan.Window
	switch {
	case m.request.From != "" || m.request.To != "":
		from, to = m.request.From, m.request.To
	case w != nil && w.From != nil:
		from = *w.From
		if w.To != nil {
			to = *w.To
		}
	}
	if from == "" || m.survey.asOf == "" {
		return "", ""
	}
	const month = len("2006-01")
	from = from[:month]
	thisMonth := m.survey.asOf[:month]
	if to == "" || to[:month] >= thisMonth {
		return from, monthAfter(thisMonth, -1)
	}
	return from, to[:month]
}

// missingMonths names the months of the period asked about from which no article was
// found.
func (m *maker) missingMonths() string {
	from, to := m.asked()
	var months, missing []string
	for month := from; month != "" && month <= to && len(months) < longestMonth; month = nextMonth(month) {
		months = append(months, month)
		if m.survey.months[month] == 0 {
			missing = append(missing, month)
		}
	}
	for _, month := range missing {
		if m.survey.months[month[:4]] > 0 { // dated by its year alone: it may be of any month
			return ""
		}
	}
	if len(missing) == 0 || len(missing) == len(months) {
		return ""
	}
	held := slices.DeleteFunc(slices.Clone(months), func(month string) bool { return slices.Contains(missing, month) })
	without, with := m.runs(missing), m.runs(held)
	switch {
	case len(without) <= mostRuns:
		names := strings.Join(without, m.words("、", ", "))
		return m.words("所问时间里，没有找到"+names+"的文章。", "Of the period asked about, no article was found of "+names+".")
	case len(with) <= mostRuns:
		names := strings.Join(with, m.words("、", ", "))
		return m.words("所问时间里，只找到"+names+"的文章。", "Of the period asked about, articles were found of "+names+" only.")
	}
	return m.words(
		fmt.Sprintf("所问的%d个月里，有%d个月没有找到文章。", len(months), len(missing)),
		fmt.Sprintf("Of the %d months asked about, no article was found of %d.", len(months), len(missing)))
}

// nextMonth returns the month after one, empty after what is none.
func nextMonth(month string) string { return monthAfter(month, 1) }

// monthAfter returns the month so many after one.
func monthAfter(month string, n int) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return ""
	}
	return t.AddDate(0, n, 0).Format("2006-01")
}

// runs names months, those that follow one another as one.
func (m *maker) runs(months []string) []string {
	var names []string
	for i := 0; i < len(months); {
		last := i
		for last+1 < len(months) && months[last+1] == nextMonth(months[last]) {
			last++
		}
		name := m.month(months[i])
		if last > i {
			name += m.words("至", " to ") + m.month(months[last])
		}
		names = append(names, name)
		i = last + 1
	}
	return names
}

// month names a month.
func (m *maker) month(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return m.words(fmt.Sprintf("%d年%d月", t.Year(), t.Month()), t.Format("January 2006"))
}

// staleness says that the newest article found is much older than the end of the
// period that is asked about, or than the briefing.
func (m *maker) staleness() string {
	var newest corpus.Ref
	last := ""
	for _, r := range m.survey.passages {
		if _, day := r.Article.Published.Bounds(); day > last {
			newest, last = r.Article, day
		}
	}
	end := m.survey.asOf
	if to := m.request.To; to != "" && to < end {
		end = to
	}
	limit, err := time.Parse(time.DateOnly, end)
	if err != nil || last == "" || last >= limit.AddDate(0, -staleMonths, 0).Format(time.DateOnly) {
		return ""
	}
	published := string(newest.Published)
	return m.words("找到的文章最新的一篇是"+published+"的，此后到"+end+"的情况没有资料。", "The newest article that was found is of "+published+"; nothing tells of the time from then to "+end+".")
}

// oneSource says that all of the sections rests on one article, or on one outlet's.
func (m *maker) oneSource(b *Briefing) string {
	var articles []corpus.Ref
	outlets := make(map[string]bool)
	for _, section := range b.Sections {
		for _, s := range section.Sentences {
			for _, n := range s.Citations {
				a := m.ledger.article(n)
				outlets[a.Outlet] = true
				if !slices.ContainsFunc(articles, func(o corpus.Ref) bool { return o.ID == a.ID }) {
					articles = append(articles, a)
				}
			}
		}
	}
	switch {
	case len(articles) == 1:
		return m.words("全文只依据《"+articles[0].Title+"》一篇文章，没有别的来源可以对照。", "All of it rests on one article, “"+articles[0].Title+"”; there is no other to hold it against.")
	case len(articles) > 1 && len(outlets) == 1 && articles[0].Outlet != "":
		return m.words("全文依据的文章都出自"+articles[0].Outlet+"，没有别家媒体可以对照。", "All the articles it rests on are from "+articles[0].Outlet+"; there is no other outlet to hold them against.")
	}
	return ""
}
