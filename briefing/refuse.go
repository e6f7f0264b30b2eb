package briefing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"chuchu/corpus"
	"chuchu/rag"
)

// fewestFindings is how many sentences a briefing needs at least to be one.
const fewestFindings = 3

// mostNearest is how many articles a refusal names.
const mostNearest = 5

// refuse makes the briefing a refusal where the collection holds too little on its
// topic, and reports whether it did.
func (m *maker) refuse(ctx context.Context, b *Briefing) (bool, error) {
	s := &m.survey
	b.Found = &Found{Passages: len(s.passages), Articles: len(s.prints), Months: s.months, Themes: []string{}}
	quotable := 0
	for _, f := range s.findings {
		if f.quotable {
			quotable++
		}
	}
	reason := ""
	if quotable < fewestFindings {
		reason = "no_evidence"
	} else if len(m.request.Filter.ArticleIDs) == 0 {
		value, _, err := m.Engine.Topicality(ctx, rag.SearchRequest{
			Query: firstChars(m.request.Topic+" "+m.request.Focus, rag.MaxQuestion), Filter: m.request.Filter, AsOf: m.request.AsOf, Window: m.request.window(), Plan: "rules",
		})
		if err != nil {
			return false, err
		}
		if value < rag.OffTopic {
			reason = "off_topic"
		}
	}
	if reason == "" {
		return false, nil
	}
	nearest, err := m.nearest(ctx)
	if err != nil {
		return false, err
	}
	m.refuseWith(b, reason, nearest)
	return true, nil
}

// nearest returns the articles that come nearest to the topic, of any period.
func (m *maker) nearest(ctx context.Context) ([]corpus.Ref, error) {
	reply, err := m.Engine.Search(ctx, rag.SearchRequest{Query: m.request.Topic, Limit: 4 * mostNearest, Filter: m.request.Filter, AsOf: m.request.AsOf, Window: rag.WindowOption{Mode: "off"}, Plan: "rules"})
	if err != nil {
		return nil, err
	}
	return firstArticles(reply.Results), nil
}

// firstArticles returns the articles of the first results, as many as a refusal names.
func firstArticles(results []rag.Result) []corpus.Ref {
	list := []corpus.Ref{}
	for _, r := range results {
		if len(list) < mostNearest && !slices.ContainsFunc(list, func(a corpus.Ref) bool { return a.ID == r.Article.ID }) {
			list = append(list, r.Article)
		}
	}
	return list
}

// refuseWith makes a refusal of the briefing, in words.
func (m *maker) refuseWith(b *Briefing, reason string, nearest []corpus.Ref) {
	var text string
	switch {
	case reason == "off_topic":
		text = m.words("所收文章不涉及这个主题。", "The collection is not about this topic.")
	case m.request.From != "" || m.request.To != "":
		text = m.words("在"+m.period()+"的文章里，关于这个主题的内容太少，写不成简报。", "The articles of "+m.period()+" hold too little on this topic for a briefing.")
	default:
		text = m.words("所收文章关于这个主题的内容太少，写不成简报。", "The collection holds too little on this topic for a briefing.")
	}
	if b.Found.Articles > 0 {
		text += m.words(
			fmt.Sprintf("检索到%d篇文章的%d段文字。", b.Found.Articles, b.Found.Passages),
			fmt.Sprintf(" The search found %d passages of %d articles.", b.Found.Passages, b.Found.Articles))
	}
	if len(nearest) > 0 {
		text += m.words("最接近的文章：", " The nearest articles: ") + m.titles(nearest)
	}
	b.empty()
	b.Status = Refused
	b.Refusal = &Refusal{Reason: reason, Text: text, Searched: append([]string{}, m.survey.searched...), Nearest: nearest}
}

// period names the period of the request.
func (m *maker) period() string {
	switch r := m.request; {
	case r.From == "":
		return m.words(r.To+"及以前", "before or on "+r.To)
	case r.To == "":
		return m.words(r.From+"及以后", "on or after "+r.From)
	default:
		return m.words(r.From+"至"+r.To, r.From+" to "+r.To)
	}
}

func (m *maker) titles(articles []corpus.Ref) string {
	var list []string
	for _, a := range articles[:min(len(articles), 3)] {
		name := m.words("《"+a.Title+"》", "“"+a.Title+"”")
		if a.Published != "" {
			name += m.words("（"+string(a.Published)+"）", " ("+string(a.Published)+")")
		}
		list = append(list, name)
	}
	return strings.Join(list, m.words("、", "; ")) + m.words("。", ".")
}

// refuseUnsupported makes a refusal of a briefing of which no sentence held.
func (m *maker) refuseUnsupported(b *Briefing) {
	dropped := b.Dropped
	m.refuseWith(b, "no_evidence", firstArticles(m.survey.passages))
	b.Dropped = append(b.Dropped, dropped...)
}
