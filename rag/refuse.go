package rag

import (
	"context"
	_ "embed"
	"errors"
	"math"
	"slices"
	"strings"
	"unicode"

	"chuchu/rag/embed"
	"chuchu/rag/index"
	"chuchu/rag/lexicon"
	"chuchu/rag/llm"
)

// A Feature is one of the values that a topicality is made of.
type Feature struct {
	Name  string  `json:"name"` // passage, subject or coverage
	Value float64 `json:"value"`
}

// OffTopic is the topicality below which the collection is not about a question.
const OffTopic = .5

// The weights were set on the articles of the examples and those beside the
// checkout, 137 questions that they answer and 30 off topic; docs/decisions.md has
// what they did to others. They are in units of the cosine of a question and the
// best passage.
const (
	subjectWeight  = .7
	coverageWeight = .3
	leastSubject   = .25 // what comes no nearer to any subject names none
	topicBorder    = .15 // what a question off topic has less of; moved to OffTopic
)

// topicPassages is how many passages are looked at, the best by words and vector.
const topicPassages = 8

// Topicality returns how much the collection is about what a request asks, from 0
// to 1, and the features it is made of. Chat refuses what has less than OffTopic.
// Errors are those of Search.
func (e *Engine) Topicality(ctx context.Context, r SearchRequest) (float64, []Feature, error) {
	q, err := e.plan(ctx, r)
	if err != nil {
		return 0, nil, err
	}
	limit, err := limitOf(r.Limit, e.Options.Limit)
	if err != nil {
		return 0, nil, err
	}
	found, err := e.retrieve(ctx, q, limit)
	if err != nil {
		return 0, nil, err
	}
	t, err := e.topicality(ctx, strings.TrimSpace(r.Query), r.History, q.plan, found)
	return t.value(), t.features(), err
}

// offTopic reports whether the collection is not about the question, which no model
// needs to be asked. Of articles that the caller named himself everything may be
// asked.
func (e *Engine) offTopic(ctx context.Context, w *writing) (bool, error) {
	if len(w.reply.Plan.Filter.ArticleIDs) > 0 {
		return false, nil
	}
	t, err := e.topicality(ctx, w.question, w.history, w.reply.Plan, w.found)
	return t.value() < OffTopic, err
}

// A topicality holds how near a question comes to the collection and to what else
// there is to ask about.
//
// No value of the collection alone tells a question about something else from one
// in other words than the articles': both share little with any passage, and in a
// large collection some passage holds some words of anything. A question about
// something else is nearer to that than to any passage.
type topicality struct {
	passage  float64 // cosine of the question and the best passage
	subject  float64 // cosine of the question and the nearest of subjects.txt, 0 when it names none
	coverage float64 // share of the question's terms, by idf, that the one passage holds that holds most
	general  bool    // it fits any collection of articles
}

func (t topicality) value() float64 {
	v := t.passage - subjectWeight*t.subject + coverageWeight*t.coverage - topicBorder + OffTopic
	if t.general {
		v = max(v, OffTopic)
	}
	return min(1, max(0, v))
}

func (t topicality) features() []Feature {
	return []Feature{{"passage", t.passage}, {"subject", t.subject}, {"coverage", t.coverage}}
}

// topicality compares a question, and a model's plan of it where there is one, with
// the best passages; the better of the two counts.
func (e *Engine) topicality(ctx context.Context, question string, history []llm.Message, plan Plan, found []candidate) (topicality, error) {
	all, err := e.subjects()
	if err != nil {
		return topicality{}, err
	}
	passages, err := all.passages(ctx, found[:min(len(found), topicPassages)])
	if err != nil {
		return topicality{}, err
	}
	asked, err := e.wordingOf(ctx, question, earlierWords(history))
	if err != nil {
		return topicality{}, err
	}
	best, err := all.compare(ctx, asked, passages)
	if err != nil || plan.Source != "model" {
		return best, err
	}
	planned, err := e.wordingOf(ctx, plan.Standalone+" "+strings.Join(plan.Queries, " "), "")
	if err != nil {
		return best, err
	}
	t, err := all.compare(ctx, planned, passages)
	if t.value() > best.value() {
		best = t
	}
	return best, err
}

// A wording is a question made ready to be compared with passages.
type wording struct {
	text   string // in Chinese, as far as the dictionary goes
	before string // the earlier turns
	wanted []wanted
}

// A wanted is a word of a question with what stands for it: it is in a passage that
// holds all terms of any alternative. Without an alternative no passage holds it.
type wanted struct {
	alternatives [][]string
	weight       float64
}

// wordingOf reads the words of a question and of the turns before it.
func (e *Engine) wordingOf(ctx context.Context, question, before string) (wording, error) {
	x, err := e.expansion(ctx, question)
	if err != nil {
		return wording{}, err
	}
	w := wording{text: question, before: before}
	for _, t := range distinct(index.Terms(x.Rest)) {
		w.wanted = append(w.wanted, wanted{[][]string{{t}}, 1})
	}
	for _, g := range x.Groups {
		group := wanted{weight: 1}
		for _, a := range g.Alternatives {
			group.alternatives = append(group.alternatives, distinct(index.Terms(a)))
		}
		w.wanted = append(w.wanted, group)
	}
	if x.Rest == "" && e.Lexicon != nil { // English
		if err := w.translate(e.Lexicon, x.Groups); err != nil {
			return wording{}, err
		}
	}
	for _, t := range distinct(index.Terms(before)) {
		w.wanted = append(w.wanted, wanted{[][]string{{t}}, historyWeight})
	}
	return w, e.weighWanted(ctx, w.wanted)
}

// translate puts the question into Chinese word by word, and adds the words that
// the collection knows nothing for.
func (w *wording) translate(words *lexicon.Lexicon, known []lexicon.Group) error {
	all, err := words.Expand(w.text, nil)
	if err != nil {
		return err
	}
	var text []string
	for _, g := range all.Groups {
		word := g.Source
		if i := slices.IndexFunc(g.Alternatives, isHan); i >= 0 {
			word = g.Alternatives[i]
		}
		text = append(text, word)
		if !slices.ContainsFunc(known, func(k lexicon.Group) bool { return k.Start < g.End && g.Start < k.End }) {
			w.wanted = append(w.wanted, wanted{weight: 1})
		}
	}
	w.text = strings.Join(text, " ")
	return nil
}

func isHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// weighWanted multiplies weights by how telling the words are in the collection. One
// that stands in no passage tells most.
func (e *Engine) weighWanted(ctx context.Context, list []wanted) error {
	var terms []string
	for _, w := range list {
		terms = append(terms, slices.Concat(w.alternatives...)...)
	}
	terms = distinct(terms)
	weights, err := e.Index.Weights(ctx, terms)
	if err != nil {
		return err
	}
	frequencies, err := e.Index.Frequencies(ctx, terms)
	if err != nil {
		return err
	}
	count := make(map[string]int, len(terms))
	passages := 0.0
	for i, t := range terms {
		count[t] = frequencies[i]
		if n := float64(frequencies[i]); n > 0 { // the idf of a term says how many passages there are
			passages = max(passages, (math.Exp(weights[i])-1)*(n+.5)+n-.5)
		}
	}
	for i, w := range list {
		held := 0
		for _, a := range w.alternatives {
			rarest := math.MaxInt
			for _, t := range a {
				rarest = min(rarest, count[t])
			}
			if len(a) > 0 {
				held += rarest
			}
		}
		n := min(float64(held), passages)
		list[i].weight *= math.Log1p((passages - n + .5) / (n + .5))
	}
	return nil
}

// covers returns the share of the weight that a passage with these terms holds.
func (w wording) covers(terms map[string]bool) float64 {
	held, all := 0.0, 0.0
	holds := func(alternative []string) bool {
		return len(alternative) > 0 && !slices.ContainsFunc(alternative, func(t string) bool { return !terms[t] })
	}
	for _, x := range w.wanted {
		all += x.weight
		if slices.ContainsFunc(x.alternatives, holds) {
			held += x.weight
		}
	}
	if all == 0 {
		return 0
	}
	return held / all
}

// expansion puts a text into groups of what its words stand for in the collection.
func (e *Engine) expansion(ctx context.Context, text string) (lexicon.Expansion, error) {
	if e.Lexicon == nil {
		return lexicon.Expansion{Rest: text}, nil
	}
	var failed error
	x, err := e.Lexicon.Expand(text, func(term string) float64 {
		n, err := e.Index.Frequencies(ctx, index.Terms(term))
		if err != nil || len(n) == 0 {
			failed = errors.Join(failed, err)
			return 0
		}
		return float64(slices.Min(n))
	})
	return x, errors.Join(err, failed)
}

//go:embed subjects.txt
var subjectList string

// unspecific is what questions are about that fit any collection of articles: the
// collection as such, and whatever companies it may be about.
var unspecific = []string{
	"文章 这篇 讲了什么 说了什么 主要内容 总结 概括 要点",
	"新闻 消息 报道 最近 发生 大事 进展",
	"资料 数据 来源 可靠 详细 说说 观点 看法",
	"公司 企业 客户 竞争对手 市场 营收 利润 员工 首席执行官",
}

// subjects are what else there is to ask about, as vectors of the embedder in the
// binary, whichever one the index works with: the weights are right for it alone.
type subjects struct {
	embedder   *embed.Static
	others     [][]float32
	unspecific [][]float32
}

// newSubjects embeds the list, which takes some 10 milliseconds and, where the
// engine's own embedder is another, 6 MB.
func newSubjects(own embed.Embedder) (*subjects, error) {
	s, ok := own.(*embed.Static)
	if !ok {
		var err error
		if s, err = embed.NewStatic(); err != nil {
			return nil, err
		}
	}
	texts := slices.Clone(unspecific)
	for line := range strings.Lines(subjectList) {
		if !strings.HasPrefix(line, "#") {
			texts = append(texts, line)
		}
	}
	vectors, err := s.Passages(context.Background(), texts) // a table look-up, without a wait
	if err != nil {
		return nil, err
	}
	n := len(unspecific)
	return &subjects{embedder: s, unspecific: vectors[:n], others: vectors[n:]}, nil
}

// A comparedPassage is a passage as questions are compared with it.
type comparedPassage struct {
	vector []float32
	terms  map[string]bool
}

func (s *subjects) passages(ctx context.Context, found []candidate) ([]comparedPassage, error) {
	texts := make([]string, len(found))
	for i, c := range found {
		texts[i] = c.Article.Title + "\n" + c.Passage.Heading + "\n" + c.Passage.Text
	}
	vectors, err := s.embedder.Passages(ctx, texts)
	if err != nil {
		return nil, err
	}
	list := make([]comparedPassage, len(found))
	for i, text := range texts {
		list[i] = comparedPassage{vectors[i], termSet(text)}
	}
	return list, nil
}

// compare says how near a question comes to passages and to the subjects.
func (s *subjects) compare(ctx context.Context, w wording, passages []comparedPassage) (topicality, error) {
	vector, err := s.embedder.Query(ctx, w.text)
	if err != nil {
		return topicality{}, err
	}
	if w.before != "" {
		before, err := s.embedder.Query(ctx, w.before)
		if err != nil {
			return topicality{}, err
		}
		vector = between(vector, before)
	}
	var t topicality
	for _, p := range passages {
		t.passage = max(t.passage, product(vector, p.vector))
		t.coverage = max(t.coverage, w.covers(p.terms))
	}
	t.subject = nearestOf(vector, s.others)
	general := nearestOf(vector, s.unspecific)
	if t.general = general >= max(leastSubject, t.subject); t.general || t.subject < leastSubject {
		t.subject = 0
	}
	return t, nil
}

// nearestOf returns the cosine of the nearest of unit vectors, at least 0.
func nearestOf(vector []float32, others [][]float32) float64 {
	best := 0.0
	for _, v := range others {
		best = max(best, product(vector, v))
	}
	return best
}

// between returns the unit vector of a question that earlier turns lend some of
// their direction.
func between(question, before []float32) []float32 {
	sum := make([]float32, len(question))
	for i := range sum {
		sum[i] = question[i] + historyWeight*before[i]
	}
	if length := float32(math.Sqrt(product(sum, sum))); length > 0 {
		for i := range sum {
			sum[i] /= length
		}
	}
	return sum
}

func product(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}
