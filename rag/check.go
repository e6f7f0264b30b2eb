package rag

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"chuchu/corpus"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// A CheckRequest asks what the collection says of a text that somebody wrote.
type CheckRequest struct {
	Text    string        `json:"text"`
	Filter  corpus.Filter `json:"filter,omitzero"`
	AsOf    string        `json:"as_of,omitempty"` // YYYY-MM-DD, default today
	Window  WindowOption  `json:"window,omitzero"`
	Plan    string        `json:"plan,omitempty"`    // auto, rules or model
	Explain bool          `json:"explain,omitempty"` // say of each sentence what was searched for
}

// A CheckReply holds every sentence of a text with what the collection says of it.
type CheckReply struct {
	Sentences []CheckedSentence `json:"sentences"`
	Citations []CheckedArticle  `json:"citations"`
	Coverage  CheckCoverage     `json:"coverage"`
}

// A CheckedSentence is a sentence of the text, in code points of it.
type CheckedSentence struct {
	Start     int          `json:"start"`
	End       int          `json:"end"`
	Text      string       `json:"text"`
	Verdict   string       `json:"verdict"` // quoted, supported, weak, contradicted, not_found or none
	Judge     string       `json:"judge"`   // rules or model
	Why       []Why        `json:"why"`
	Citations []int        `json:"citations"` // at most three, best first
	Spans     []NumberSpan `json:"spans"`
	Plan      *Plan        `json:"plan,omitempty"` // when it was asked for, of what was searched for
}

// A CheckedArticle is an article under its number in the reply, 1 to N by first
// use.
type CheckedArticle struct {
	Number  int        `json:"number"`
	Article corpus.Ref `json:"article"`
}

// CheckCoverage counts the verdicts; Supported counts quoted too.
type CheckCoverage struct {
	Claims       int `json:"claims"`
	Supported    int `json:"supported"`
	Weak         int `json:"weak"`
	Contradicted int `json:"contradicted"`
	NotFound     int `json:"not_found"`
}

// MaxCheck is the most characters that a text to be checked may have.
const MaxCheck = 100_000

// mostSources is how many sources a checked sentence has at most.
const mostSources = 3

// Check holds every sentence of a text against the collection: it is searched for,
// and gets the verdict of what is found, with the places this rests on. A sentence
// that leaves its subject to the one before is searched for with that. With a model,
// what the rules call weak is judged by it. Errors are those of Search.
func (e *Engine) Check(ctx context.Context, r CheckRequest) (CheckReply, error) {
	if err := e.checkCheck(r); err != nil {
		return CheckReply{}, err
	}
	text := []rune(r.Text)
	spans := cite.Sentences(r.Text)
	checked := make([]checkedSentence, len(spans))
	err := inParallel(ctx, len(spans), func(ctx context.Context, i int) error {
		before := ""
		if i > 0 {
			before = string(text[spans[i-1].Start:spans[i-1].End])
		}
		var err error
		checked[i], err = e.checkSentence(ctx, r, string(text[spans[i].Start:spans[i].End]), before)
		return err
	})
	if err != nil {
		return CheckReply{}, err
	}
	if err := e.judgeChecked(ctx, checked); err != nil {
		return CheckReply{}, err
	}
	reply := CheckReply{Sentences: []CheckedSentence{}, Citations: []CheckedArticle{}}
	for i, c := range checked {
		c.Start, c.End = spans[i].Start, spans[i].End
		reply.add(c)
	}
	return reply, nil
}

func (e *Engine) checkCheck(r CheckRequest) error {
	switch n := utf8.RuneCountInString(r.Text); {
	case strings.TrimSpace(r.Text) == "":
		return &InputError{Field: "text", Reason: "it is empty; give the text that is to be checked"}
	case n > MaxCheck:
		return &InputError{Field: "text", TooLarge: true, Reason: fmt.Sprintf("it has %d characters, at most %d are read; check it in parts", n, MaxCheck)}
	}
	if err := checkFilter(r.Filter); err != nil {
		return err
	}
	if _, err := e.asOf(r.AsOf); err != nil {
		return err
	}
	if _, err := r.Window.window(); err != nil {
		return err
	}
	return checkPlanOption(r.Plan, e.Model != nil)
}

// inParallel calls do for 0 to n-1, as many at once as there are processors, and
// returns the first error, with which the rest ends.
func inParallel(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := range next {
				if err := do(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	group.Wait()
	return context.Cause(ctx)
}

// A checkedSentence is a sentence with the sources it is held against, best first.
type checkedSentence struct {
	CheckedSentence
	sources []foundSource
}

// A foundSource is a place that a sentence may rest on.
type foundSource struct {
	source *source
	judged judged
	at     []cite.Span // of the source's text, in order
}

func (e *Engine) checkSentence(ctx context.Context, r CheckRequest, text, before string) (checkedSentence, error) {
	c := checkedSentence{CheckedSentence: CheckedSentence{
		Text: text, Judge: "rules", Why: []Why{}, Citations: []int{}, Spans: []NumberSpan{},
	}}
	claim := cite.Strip(text)
	if isHeading(claim) || cite.Judge(claim, nil, nil).Verdict == cite.None || !searchable(claim) {
		c.Verdict = string(cite.None)
		return c, nil
	}
	q, found, err := e.findFor(ctx, r, claim, before)
	if err != nil {
		return c, err
	}
	if r.Explain {
		c.Plan = &q.plan
	}
	verifier := e.verifier(ctx)
	for _, s := range sourcesOf(found) {
		if f, ok := verifier.hold(claim, s, q); ok {
			c.sources = append(c.sources, f)
		}
	}
	disputed(c.sources)
	slices.SortStableFunc(c.sources, func(a, b foundSource) int { return cmp.Compare(b.judged.strength(), a.judged.strength()) })
	c.sources = c.sources[:min(len(c.sources), mostSources)]
	if len(c.sources) == 0 {
		c.Verdict = notFound
		return c, nil
	}
	best := c.sources[0].judged
	c.Verdict, c.Why = string(best.verdict), append(c.Why, best.why...)
	return c, nil
}

// disputed takes a contradiction back where a source that was found before it bears
// out the very figure or date that differs: then it is more likely of something else.
func disputed(sources []foundSource) {
	for i, s := range sources {
		if s.judged.verdict != cite.Contradicted {
			continue
		}
		for _, y := range s.judged.differs() {
			if y.Source != "" && slices.ContainsFunc(sources[:i], func(other foundSource) bool { return other.judged.bearsOut(y) }) {
				sources[i].judged.verdict, sources[i].judged.taken = cite.Weak, true
			}
		}
	}
}

// notFound is the verdict on a sentence that no article speaks of.
const notFound = "not_found"

// findFor searches for a claim as for a question.
func (e *Engine) findFor(ctx context.Context, r CheckRequest, claim, before string) (query, []candidate, error) {
	ask := SearchRequest{Query: firstChars(claim, MaxQuestion), Filter: r.Filter, AsOf: r.AsOf, Window: r.Window, Plan: r.Plan}
	if r.Plan != "model" { // a call a sentence is made only where it is asked for
		ask.Plan = "rules"
	}
	if before != "" && LeansBack(claim) {
		ask.History = []llm.Message{{Role: "user", Content: cite.Strip(before)}}
	}
	q, err := e.plan(ctx, ask)
	if err != nil {
		return query{}, nil, err
	}
	found, err := e.retrieve(ctx, q, e.Options.Limit)
	return q, found, err
}

// leaning is how sentences begin that leave their subject to the one before.
var leaning = regexp.MustCompile(`^(?i)[“"'（(]*(?:该|其|此|这|那|它|他|她|两者|双方|前者|后者|同期|同时|其中|对此|为此|因此|it|its|they|their|this|these|that|those|he|she|his|her|both|the (?:company|firm|latter|former))(?:\b|\p{Han})`)

// LeansBack reports whether a claim leaves its subject to the sentence before it.
func LeansBack(claim string) bool { return leaning.MatchString(strings.TrimSpace(claim)) }

func searchable(claim string) bool {
	return checkQuestion("text", firstChars(claim, MaxQuestion)) == nil
}

// hold holds a claim against one source, and says where it rests on that. A claim in
// another language than the source's is located by what its words stand for.
func (v verifier) hold(claim string, s *source, q query) (foundSource, bool) {
	j := v.against(claim, []*source{s}, cite.Searched())
	at := j.places[0]
	if len(at) == 0 && q.plan.Language == "en" {
		if place, ok := v.translated(claim, s, q); ok {
			at = []cite.Span{place}
		}
	}
	return foundSource{source: s, judged: j, at: at}, len(at) > 0
}

// translated locates an English claim in a Chinese source, by those of the words
// for its words that the source has, and by its figures.
func (v verifier) translated(claim string, s *source, q query) (cite.Span, bool) {
	words := figures.FindAllString(claim, -1)
	for _, g := range q.groups {
		for _, a := range g.Alternatives {
			if strings.Contains(s.text, a) {
				words = append(words, a)
			}
		}
	}
	text := strings.Join(words, " ")
	weight := v.weigh(cite.Terms(text))
	return cite.Locate(text, s.folded, func(term string) float64 { return weight[term] })
}

var figures = regexp.MustCompile(`\d+(?:[.,]\d+)*%?`)

// strength orders sources by what they say of a claim.
func (j judged) strength() int {
	switch j.verdict {
	case cite.Quoted:
		return 3
	case cite.Supported:
		return 2
	case cite.Contradicted:
		return 1
	}
	if j.taken {
		return -1
	}
	return 0
}

// judgeChecked lets the model judge what the rules call weak.
func (e *Engine) judgeChecked(ctx context.Context, checked []checkedSentence) error {
	if e.Model == nil {
		return nil
	}
	var doubts []doubt
	var of []int
	for i, c := range checked {
		if c.Verdict != string(cite.Weak) {
			continue
		}
		d := doubt{claim: cite.Strip(c.Text)}
		for _, s := range c.sources {
			for _, at := range s.at {
				d.places = append(d.places, place{s.source, at})
			}
		}
		doubts, of = append(doubts, d), append(of, i)
	}
	for start := 0; start < len(doubts); start += mostDoubts {
		part := doubts[start:min(len(doubts), start+mostDoubts)]
		opinions, _, err := e.askJudge(ctx, part)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			e.Log.Warn("the model judged nothing; the rules' verdicts stay", "error", err)
			return nil
		}
		for i, o := range opinions {
			checked[of[start+i]].take(o)
		}
	}
	return nil
}

// take makes a model's opinion the verdict; the place it rests on comes first.
func (c *checkedSentence) take(o opinion) {
	i := slices.IndexFunc(c.sources, func(s foundSource) bool { return s.source == o.place.source })
	if i < 0 || !o.believable(c.sources[i].judged) {
		return
	}
	decisive := c.sources[i]
	j := decisive.judged.decided(o)
	c.Verdict, c.Judge, c.Why = string(j.verdict), j.judge, j.why
	c.sources = slices.Insert(slices.Delete(slices.Clone(c.sources), i, i+1), 0, decisive)
}

// add enters a sentence, and numbers the articles that are new with it.
func (r *CheckReply) add(c checkedSentence) {
	for _, s := range c.sources {
		n := r.number(s.source.article)
		if !slices.Contains(c.Citations, n) {
			c.Citations = append(c.Citations, n)
		}
		c.Spans = append(c.Spans, NumberSpan{n, s.source.span(s.at[0])})
	}
	for _, s := range c.sources { // where one source holds it in several places
		for _, at := range s.at[1:] {
			if len(c.Spans) < mostSources {
				c.Spans = append(c.Spans, NumberSpan{r.number(s.source.article), s.source.span(at)})
			}
		}
	}
	r.Sentences = append(r.Sentences, c.CheckedSentence)
	r.Coverage.count(c.Verdict)
}

func (r *CheckReply) number(article corpus.Ref) int {
	for _, c := range r.Citations {
		if c.Article.ID == article.ID {
			return c.Number
		}
	}
	r.Citations = append(r.Citations, CheckedArticle{Number: len(r.Citations) + 1, Article: article})
	return len(r.Citations)
}

func (c *CheckCoverage) count(verdict string) {
	switch verdict {
	case string(cite.None):
		return
	case string(cite.Quoted), string(cite.Supported):
		c.Supported++
	case string(cite.Weak):
		c.Weak++
	case string(cite.Contradicted):
		c.Contradicted++
	case notFound:
		c.NotFound++
	}
	c.Claims++
}
