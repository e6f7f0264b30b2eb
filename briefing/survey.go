package briefing

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/cite"
	"chuchu/rag/when"
)

// A finding is a sentence of a passage that was found, in its article's words.
type finding struct {
	article    corpus.Ref
	passage    string // the id of the passage it starts in
	heading    string
	start, end int // in the article's text, white space around it left out
	text       string
	before     string  // the sentence before it in its paragraph, empty of the first
	score      float64 // how much it is about the topic and the focus, for its length
	quantities []cite.Quantity
	dates      []when.Period // counted from the article's date

	quotable bool // it can stand by itself
	terms    []string
	theme    int       // which of the survey's themes it is most about, or noTheme
	likeness []float64 // to each of them
	says     float64   // how much it says, whatever of: see informs
}

// chars is how many characters the finding has.
func (f *finding) chars() int { return f.end - f.start }

// A theme is a part of the topic: what the request names, or what briefings are asked
// about again and again, as far as the collection tells of it.
type theme struct {
	heading string
	named   bool               // by the request
	given   bool               // as a heading
	queries []weighedQuery     // what is searched for
	words   string             // that tell of it
	weights map[string]float64 // of the terms that tell of it
}

// A weighedQuery is a query and how much what it finds counts.
type weighedQuery struct {
	text   string
	weight float64
}

// A survey is what the collection holds on a topic.
type survey struct {
	asOf     string
	plan     rag.Plan                // of the topic
	passages []rag.Result            // best first, one print of each family
	findings []*finding              // the sentences of the passages, by article and place, each once
	prints   map[string][]corpus.Ref // other prints, by the id of the article that is shown
	months   map[string]int          // articles by month
	searched []string                // what was searched for, as far as the request says it
	themes   []theme
	topic    map[string]float64 // weights of the terms of the topic

	scores  map[string][]float64 // of each passage: of the topic, then of each theme
	ofTheme map[string]int       // the theme of each passage
	most    []float64            // that any finding has of the words of the topic, then of each theme
}

// named reports whether the request names a theme.
func (s *survey) named(theme int) bool { return theme != noTheme && s.themes[theme].named }

// Bounds of a survey.
const (
	topicPassages = 60 // found for the topic
	themePassages = 40 // found for each query of a theme
	looseWeight   = .8 // of what is found without the topic's own words
	commonWeight  = .4 // of what is found for what nobody asked for by name
	// subjectWeight is what the words of the subject count that a focus names apart from
	// the topic (AWS, Google Cloud: growth, layoffs), and dictionaryWeight those that
	// stand for an English text's own: of several at most one is meant.
	subjectWeight    = 2
	dictionaryWeight = .6
)

// look finds what the collection holds on the topic.
func (m *maker) look(ctx context.Context) error {
	s := &m.survey
	s.prints, s.months = map[string][]corpus.Ref{}, map[string]int{}
	s.scores, s.ofTheme = map[string][]float64{}, map[string]int{}
	subject := m.makeThemes()
	byPassage := make(map[string]rag.Result)
	first := []weighedQuery{{m.request.Topic, 1}}
	if m.request.Focus != "" {
		first = append(first, weighedQuery{m.request.Topic + " " + m.request.Focus, 1})
	}
	if err := m.search(ctx, 0, first, topicPassages, byPassage); err != nil {
		return err
	}
	for i, t := range s.themes {
		if err := m.search(ctx, i+1, t.queries, themePassages, byPassage); err != nil {
			return err
		}
	}
	if err := m.weighThemes(ctx, subject); err != nil {
		return err
	}
	for _, r := range byPassage {
		s.passages = append(s.passages, r)
	}
	slices.SortFunc(s.passages, func(a, b rag.Result) int {
		return cmp.Or(cmp.Compare(best(s.scores[b.Passage.ID]), best(s.scores[a.Passage.ID])), strings.Compare(a.Passage.ID, b.Passage.ID))
	})
	s.count()
	return m.readFindings(ctx)
}

func best(scores []float64) float64 { return slices.Max(scores) }

// makeThemes makes the themes of the request, and returns the words that say whom or what
// all of them are about.
func (m *maker) makeThemes() (subject string) {
	head, named := aspectsOf(m.request.Focus)
	topicHead, inTopic := "", []string(nil)
	if focusHead.MatchString(m.request.Topic) { // 全面上云：成本、组织
		topicHead, inTopic = aspectsOf(m.request.Topic)
	}
	if len(named) == 0 {
		named = inTopic
	}
	subject = cmp.Or(head, topicHead, m.request.Topic)
	given := len(m.request.Sections) > 0
	if given {
		named = m.request.Sections
	}
	for _, a := range named {
		words := impliedBy(a)
		t := theme{heading: a, named: true, given: given, words: a + " " + words}
		t.queries = []weighedQuery{{subject + " " + a, 1}, {a + " " + words, looseWeight}}
		if words != "" {
			t.queries = append(t.queries, weighedQuery{subject + " " + a + " " + words, 1})
		}
		m.survey.themes = append(m.survey.themes, t)
	}
	if len(named) < fewestSections && !given {
		for _, a := range commonAspects() {
			m.survey.themes = append(m.survey.themes, theme{
				heading: m.words(a.zh, a.en), words: a.words, queries: []weighedQuery{{subject + " " + a.words, commonWeight}},
			})
		}
	}
	return subject
}

// search adds what is found for queries to the passages, and scores it for a theme, 0
// being the topic.
func (m *maker) search(ctx context.Context, theme int, queries []weighedQuery, limit int, found map[string]rag.Result) error {
	s := &m.survey
	for i, q := range queries {
		r := rag.SearchRequest{Query: firstChars(strings.TrimSpace(q.text), rag.MaxQuestion), Limit: limit, Filter: m.request.Filter, AsOf: m.request.AsOf, Window: m.request.window(), Plan: "rules"}
		if theme == 0 && i == len(queries)-1 {
			r.Plan = "auto" // one call of a model, where there is one
		} else if theme > 0 && r.Window.Mode == "" {
			r.Window.Mode = "off"
		}
		reply, err := m.Engine.Search(ctx, r)
		if err != nil {
			return err
		}
		if theme == 0 {
			s.asOf, s.plan = reply.AsOf, reply.Plan
		}
		for _, query := range reply.Plan.Queries {
			if theme == 0 && !slices.Contains(s.searched, query) {
				s.searched = append(s.searched, query)
			}
		}
		for _, result := range reply.Results {
			id := result.Passage.ID
			if _, known := found[id]; !known {
				found[id] = result
				s.scores[id] = make([]float64, len(s.themes)+1)
			}
			s.scores[id][theme] = max(s.scores[id][theme], q.weight*result.Score)
		}
	}
	return nil
}

// weighThemes gives the terms of the topic and of each theme their weights: how telling
// they are in the collection.
func (m *maker) weighThemes(ctx context.Context, subject string) error {
	var err error
	s := &m.survey
	if s.topic, err = m.weights(ctx, m.request.Topic); err != nil {
		return err
	}
	ofSubject, err := m.weights(ctx, subject)
	if err != nil {
		return err
	}
	for t, w := range ofSubject {
		s.topic[t] = max(s.topic[t], subjectWeight*w)
	}
	for i := range s.themes {
		if s.themes[i].weights, err = m.weights(ctx, s.themes[i].words); err != nil {
			return err
		}
	}
	return nil
}

// weights returns the weights of the terms of a text; of one in English also of the
// words that stand for its own in the articles.
func (m *maker) weights(ctx context.Context, text string) (map[string]float64, error) {
	weights := make(map[string]float64)
	add := func(words string, factor float64) error {
		terms := cite.Terms(words)
		values, err := m.Engine.Index.Weights(ctx, terms)
		for i := range values {
			weights[terms[i]] = max(weights[terms[i]], factor*values[i])
		}
		return err
	}
	if err := add(text, 1); err != nil || isHan(text) && m.request.Language == "zh" {
		return weights, err
	}
	reply, err := m.Engine.Search(ctx, rag.SearchRequest{Query: firstChars(text, rag.MaxQuestion), Limit: 1, Window: rag.WindowOption{Mode: "off"}, AsOf: m.request.AsOf, Plan: "rules"})
	if err != nil {
		return nil, err
	}
	return weights, add(strings.Join(reply.Plan.Terms, " "), dictionaryWeight)
}

// count counts articles by month, each family once, and notes the other prints.
func (s *survey) count() {
	for _, r := range s.passages {
		if _, known := s.prints[r.Article.ID]; known {
			continue
		}
		s.prints[r.Article.ID] = r.Duplicates
		if published := string(r.Article.Published); published != "" {
			s.months[published[:min(len(published), len("2024-11"))]]++
		}
	}
}

// readFindings makes findings of the passages.
func (m *maker) readFindings(ctx context.Context) error {
	s := &m.survey
	type place struct {
		article string
		start   int
	}
	seen := make(map[place]bool)
	for _, r := range s.passages {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		dates := when.Find(r.Passage.Text, string(r.Article.Published))
		runes := []rune(r.Passage.Text)
		before, end := "", 0
		for _, at := range cite.Sentences(r.Passage.Text) {
			f := newFinding(r, runes, at)
			if !strings.ContainsRune(string(runes[end:at.Start]), '\n') {
				f.before = before
			}
			before, end = f.text, at.End
			if key := (place{f.article.ID, f.start}); seen[key] || f.text == "" {
				continue
			} else {
				seen[key] = true
			}
			f.dates = when.Within(dates, f.start-r.Passage.Start, f.end-r.Passage.Start)
			s.findings = append(s.findings, f)
		}
	}
	slices.SortFunc(s.findings, func(a, b *finding) int {
		return cmp.Or(strings.Compare(a.article.ID, b.article.ID), cmp.Compare(a.start, b.start))
	})
	return nil
}

// newFinding makes a finding of a sentence of a passage.
func newFinding(r rag.Result, passage []rune, at cite.Span) *finding {
	at.Start += leadIn(string(passage[at.Start:at.End]))
	text := string(passage[at.Start:at.End])
	return &finding{
		article: r.Article, passage: r.Passage.ID, heading: r.Passage.Heading, text: text,
		start: r.Passage.Start + at.Start, end: r.Passage.Start + at.End,
		quantities: cite.Quantities(text), terms: cite.Terms(text), quotable: at.End-at.Start >= fewestChars && rag.Quotable(text) && !isNumberedHeading(text),
	}
}

// leadIns join a sentence to the one before it and say nothing themselves. What hedges
// or says who said so is none.
var leadIns = regexp.MustCompile(`^(?:不仅如此|更重要的是|与此同时|此外|另外|同时|于是|然而|不过|但是|但|而且|因此|所以|事实上|实际上|当然|可以说|值得注意的是|值得一提的是|众所周知|具体来看|具体来说|简单来说|换句话说|除此之外|除此以外|总的来说|相比之下|另一方面|一方面)[,，]\s*`)

// leadIn returns how many characters of a sentence such words are, which a quotation
// that stands by itself begins after.
func leadIn(sentence string) int {
	return utf8.RuneCountInString(leadIns.FindString(sentence))
}

// fewestChars is how many characters a sentence has at least that stands by itself.
const fewestChars = 8
