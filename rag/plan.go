package rag

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chuchu/corpus"
	"chuchu/rag/index"
	"chuchu/rag/llm"
	"chuchu/rag/when"
)

// MaxQuestion is the most characters that a question or a query may have.
const MaxQuestion = 4000

// A query is a plan made ready to be searched with.
type query struct {
	plan   Plan
	asOf   string
	filter corpus.Filter // the plan's, narrowed by a strict window
	infer  bool          // the window may be inferred
	asked  []when.Period // the periods that make up the window by rules
	latest bool          // the newest is asked for
	texts  []index.WeightedText
	groups []index.Group
	usage  llm.Usage // of the model's plan
	dense  []string  // the query vector is the mean of theirs
}

// historyWeight is what the words of earlier turns count beside those of the
// question, which is the newest of them and what is asked.
const historyWeight = .4

// plan makes a plan of a request: by rules, and then by the model where there is
// one and the caller does not want it otherwise.
func (e *Engine) plan(ctx context.Context, r SearchRequest) (query, error) {
	q, err := e.planByRules(ctx, r)
	if err != nil {
		return query{}, err
	}
	if e.Model != nil && r.Plan != "rules" {
		if err := e.planByModel(ctx, &q, strings.TrimSpace(r.Query), earlierWords(r.History)); err != nil {
			return query{}, err
		}
	}
	if w := q.plan.Window; w != nil {
		w.Strict = w.Strict || r.Window.Strict
		if w.Strict {
			q.filter = narrow(q.filter, *w)
		}
	}
	return q, nil
}

func (e *Engine) planByRules(ctx context.Context, r SearchRequest) (query, error) {
	question := strings.TrimSpace(r.Query)
	if err := checkQuestion("query", question); err != nil {
		return query{}, err
	}
	if err := checkFilter(r.Filter); err != nil {
		return query{}, err
	}
	asOf, err := e.asOf(r.AsOf)
	if err != nil {
		return query{}, err
	}
	if err := checkPlanOption(r.Plan, e.Model != nil); err != nil {
		return query{}, err
	}
	window, err := r.Window.window()
	if err != nil {
		return query{}, err
	}
	q := query{asOf: asOf, filter: r.Filter, infer: r.Window.Mode == "" || r.Window.Mode == "auto"}
	if q.infer {
		window, q.asked, q.latest = inferWindow(question, asOf)
	}
	standalone := question
	if before := earlierWords(r.History); before != "" {
		q.texts = append(q.texts, index.WeightedText{Text: before, Weight: historyWeight})
		standalone = before + " " + question
	}
	if err := e.expand(ctx, &q, question); err != nil {
		return query{}, err
	}
	q.plan = Plan{
		Language:   languageOf(question),
		Standalone: standalone,
		Window:     window,
		Terms:      q.terms(),
		Queries:    []string{standalone},
		Filter:     r.Filter,
		Source:     "rules",
	}
	return q, nil
}

// expand puts the question's words into the query, those that stand for others in
// groups with these.
func (e *Engine) expand(ctx context.Context, q *query, question string) error {
	if e.Lexicon == nil {
		q.texts = append(q.texts, index.WeightedText{Text: question, Weight: 1})
		q.dense = []string{question}
		return nil
	}
	expansion, err := e.expansion(ctx, question)
	if err != nil {
		return err
	}
	q.texts = append(q.texts, index.WeightedText{Text: expansion.Rest, Weight: 1})
	var chinese []string
	for _, g := range expansion.Groups {
		q.groups = append(q.groups, index.Group{Alternatives: g.Alternatives, Weight: g.Weight})
		for _, a := range g.Alternatives[:min(2, len(g.Alternatives))] {
			if languageOf(a) == "zh" {
				chinese = append(chinese, a)
			}
		}
	}
	// The vectors of an English question lie nowhere near those of Chinese passages.
	if q.dense = []string{question}; languageOf(question) == "en" && len(chinese) > 0 {
		q.dense = []string{strings.Join(chinese, " ")}
	}
	return nil
}

// terms returns what is searched for, for readers of the plan.
func (q *query) terms() []string {
	var terms []string
	for _, t := range q.texts {
		terms = append(terms, index.Terms(t.Text)...)
	}
	for _, g := range q.groups {
		terms = append(terms, g.Alternatives...)
	}
	return distinct(terms)
}

// inferWindow reads the window from the words of a question, nil when it names
// none, the periods that it is made of, and whether the newest is asked for.
func inferWindow(question, asOf string) (w *Window, asked []when.Period, latest bool) {
	p, ok := when.Window(question, asOf)
	if !ok || p.From == "" && p.To == "" {
		return nil, nil, p.Latest
	}
	w = &Window{Text: p.Text}
	if p.From != "" {
		w.From = &p.From
	}
	if p.To != "" {
		w.To = &p.To
	}
	return w, when.Asked(question, asOf), p.Latest
}

func checkQuestion(field, question string) error {
	switch n := utf8.RuneCountInString(question); {
	case n == 0:
		return &InputError{Field: field, Reason: "it is empty; say what you want to know"}
	case n > MaxQuestion:
		return &InputError{Field: field, TooLarge: true, Reason: fmt.Sprintf("it has %d characters, at most %d are read; shorten it", n, MaxQuestion)}
	case !strings.ContainsFunc(question, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }):
		return &InputError{Field: field, Reason: "there is no word and no number in it to search for"}
	}
	return nil
}

func checkFilter(f corpus.Filter) error {
	return checkPeriod("filter", f.PublishedFrom, f.PublishedTo)
}

// asOf returns the day a question is asked, today when the caller does not say.
func (e *Engine) asOf(day string) (string, error) {
	if day == "" {
		return e.today(), nil
	}
	if err := checkDay(day); err != nil {
		return "", &InputError{Field: "as_of", Reason: err.Error()}
	}
	return day, nil
}

func checkPlanOption(option string, haveModel bool) error {
	switch option {
	case "", "auto", "rules":
		return nil
	case "model":
		if !haveModel {
			return &InputError{Field: "plan", Reason: "no model is configured; use auto or rules"}
		}
		return nil
	}
	return &InputError{Field: "plan", Reason: quoteShort(option) + " is none of auto, rules, model"}
}

// historyTurns and historyChars bound what is searched for of earlier turns.
const (
	historyTurns = 2
	historyChars = 400
)

// earlierWords returns the user's latest earlier turns, with the answer to the
// last: a follow-up leaves out what they name.
func earlierWords(history []llm.Message) string {
	var words []string
	turns, chars := 0, 0
	for _, m := range slices.Backward(history) {
		text := firstChars(strings.TrimSpace(m.Content), historyChars-chars)
		if text == "" || turns == historyTurns {
			break
		}
		if m.Role == "user" {
			turns++
		}
		words = append(words, text)
		chars += utf8.RuneCountInString(text)
	}
	slices.Reverse(words)
	return strings.Join(words, " ")
}

// firstChars returns the first n code points of s.
func firstChars(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// languageOf says in which language a question is put: Chinese as soon as a Han
// character stands in it, for English names are common in Chinese questions and
// Han characters rare in English ones.
func languageOf(question string) string {
	if strings.ContainsFunc(question, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return "zh"
	}
	return "en"
}

func distinct(terms []string) []string {
	out := make([]string, 0, len(terms))
	seen := make(map[string]bool, len(terms))
	for _, t := range terms {
		if !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

// narrow adds the days of a strict window to a filter.
func narrow(f corpus.Filter, w Window) corpus.Filter {
	if w.From != nil {
		f.PublishedFrom = max(f.PublishedFrom, *w.From)
	}
	if w.To != nil && (f.PublishedTo == "" || *w.To < f.PublishedTo) {
		f.PublishedTo = *w.To
	}
	return f
}
