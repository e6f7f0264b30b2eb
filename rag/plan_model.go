package rag

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"chuchu/prompts"
	"chuchu/rag/index"
	"chuchu/rag/llm"
)

// A modelPlan is what a model says of a question.
type modelPlan struct {
	standalone string
	queries    []string
	passage    string // imagined; it is searched with and never shown
	window     *Window
	entities   []string
}

// Bounds of what is taken of a model's plan.
const (
	maxPlanReply   = 8000 // characters of the reply that are read
	maxQueries     = 3
	maxQueryChars  = 200
	maxImagined    = 400
	maxEntities    = 8
	maxEntityChars = 40
)

// What the words of a model's plan count beside those of the question.
const (
	queryWeight    = .6
	imaginedWeight = 1
	entityWeight   = .5
)

// planByModel asks the model for a plan and puts it into q, which holds the plan by
// rules; or says in the plan why that one has to do.
func (e *Engine) planByModel(ctx context.Context, q *query, question, before string) error {
	system, user, err := e.Prompts.Plan(prompts.Plan{AsOf: q.asOf, Before: before, Question: question})
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, e.planTimeout)
	defer cancel()
	reply, usage, err := llm.Text(limited, e.Model, llm.Request{
		System: system, Messages: []llm.Message{{Role: "user", Content: user}}, MaxTokens: 800, JSON: true,
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	q.usage = usage
	fallback := "model_failed"
	switch {
	case err == nil:
		var p modelPlan
		if p, err = readPlan(reply); err == nil {
			q.adopt(p)
			return nil
		}
		fallback = "bad_reply"
	case limited.Err() != nil || errors.Is(err, llm.ErrTimeout):
		fallback = "timeout"
	}
	e.Log.Warn("the model made no plan; it is made by rules", "reason", fallback, "error", err)
	q.plan.Fallback = &fallback
	return nil
}

// adopt puts a model's plan in the place of the one by rules. What the caller said
// himself stays: filters are never the model's, and a window only where there is
// none.
func (q *query) adopt(p modelPlan) {
	q.plan.Source = "model"
	if p.standalone != "" {
		q.plan.Standalone = p.standalone
	}
	if q.plan.Window == nil && q.infer {
		q.plan.Window = p.window
	}
	q.plan.Queries = p.queries
	q.dense = []string{q.plan.Standalone}
	for _, text := range p.queries {
		q.texts = append(q.texts, index.WeightedText{Text: text, Weight: queryWeight})
		q.dense = append(q.dense, text)
	}
	if len(p.entities) > 0 {
		q.texts = append(q.texts, index.WeightedText{Text: strings.Join(p.entities, " "), Weight: entityWeight})
	}
	q.plan.Terms = q.terms()
	if p.passage != "" { // last: what is imagined is not shown
		q.texts = append(q.texts, index.WeightedText{Text: p.passage, Weight: imaginedWeight})
		q.dense = append(q.dense, p.passage)
	}
}

var (
	errNoPlan   = errors.New("the reply holds no plan")
	errNoObject = errors.New("the reply holds no JSON object")
)

// readPlan reads a model's reply, which may stand in a fence, have text around it,
// single quotes or a comma too many; fields of another shape are passed over. A
// plan without a query is none.
func readPlan(reply string) (modelPlan, error) {
	fields, err := objectIn(reply)
	if err != nil {
		return modelPlan{}, err
	}
	p := modelPlan{
		standalone: firstChars(asText(fields["standalone"]), MaxQuestion),
		queries:    asTexts(fields["queries"], maxQueries, maxQueryChars),
		passage:    firstChars(asText(fields["passage"]), maxImagined),
		entities:   asTexts(fields["entities"], maxEntities, maxEntityChars),
	}
	if w, ok := fields["window"].(map[string]any); ok {
		p.window = asWindow(w)
	}
	if len(p.queries) == 0 {
		return modelPlan{}, errNoPlan
	}
	return p, nil
}

// objectIn reads the JSON object in a model's reply.
func objectIn(reply string) (map[string]any, error) {
	reply = firstChars(reply, maxPlanReply)
	start, end := strings.IndexByte(reply, '{'), strings.LastIndexByte(reply, '}')
	if start < 0 || end < start {
		return nil, errNoObject
	}
	return looseObject(reply[start : end+1])
}

// looseObject reads a JSON object; what JSON refuses is read as a YAML flow
// mapping, of which JSON is the strict form.
func looseObject(text string) (fields map[string]any, err error) {
	if json.Unmarshal([]byte(text), &fields) == nil {
		return fields, nil
	}
	fields = nil
	if strings.ContainsAny(text, "&*") { // YAML's anchors could blow up; JSON has none
		return nil, errNoObject
	}
	if err := yaml.Unmarshal([]byte(text), &fields); err != nil {
		return nil, errNoObject
	}
	return fields, nil
}

// asText returns a text on one line, empty when v is none.
func asText(v any) string {
	s, _ := v.(string)
	return strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
}

// asTexts returns up to n texts of a list, or the one that stands in its place.
func asTexts(v any, n, chars int) []string {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []string
	for _, item := range list {
		if s := firstChars(asText(item), chars); s != "" && !slices.Contains(out, s) && len(out) < n {
			out = append(out, s)
		}
	}
	return out
}

// asWindow returns the window of two days, nil when neither is one or they are in
// the wrong order.
func asWindow(fields map[string]any) *Window {
	day := func(name string) *string {
		s := asText(fields[name])
		if s == "" || utf8.RuneCountInString(s) != len(time.DateOnly) || checkDay(s) != nil {
			return nil
		}
		return &s
	}
	w := &Window{From: day("from"), To: day("to")}
	if w.From == nil && w.To == nil || w.From != nil && w.To != nil && *w.From > *w.To {
		return nil
	}
	return w
}
