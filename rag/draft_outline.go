package rag

import (
	"context"
	"errors"

	"chuchu/prompts"
	"chuchu/rag/llm"
)

// An Outlined section is a heading over clusters of what was found, by number.
type Outlined struct {
	Heading  string
	Clusters []int
}

// Bounds of what is taken of a model's outline.
const (
	outlineTokens  = 800 // of the reply
	mostOutlined   = 20
	headingChars   = 60
	mostOfClusters = 20
)

var errNoOutline = errors.New("the reply holds no outline")

// Outline lets the model make sections of clusters. What it says of them is for the
// caller to check: numbers may be none of a cluster, or come twice. Samples are left out
// where the model has no room for them. The engine must have a model, whose errors are
// returned, and others for a reply that is no outline.
func (e *Engine) Outline(ctx context.Context, p prompts.Outline) ([]Outlined, llm.Usage, error) {
	system, user, err := e.Prompts.Outline(p)
	for room := e.Model.Info().Room; err == nil && room > 0 && llm.EstimateTokens(system+user) > room; {
		if !p.Shorten() {
			break
		}
		system, user, err = e.Prompts.Outline(p)
	}
	if err != nil {
		return nil, llm.Usage{}, err
	}
	reply, usage, err := llm.Text(ctx, e.Model, llm.Request{
		System: system, Messages: []llm.Message{{Role: "user", Content: user}}, MaxTokens: outlineTokens, JSON: true,
	})
	if err != nil {
		return nil, usage, err
	}
	list, err := readOutline(reply)
	return list, usage, err
}

// readOutline reads {"sections": [{"heading": "…", "clusters": [1, 2]}]} tolerantly.
func readOutline(reply string) ([]Outlined, error) {
	fields, err := objectIn(reply)
	if err != nil {
		return nil, err
	}
	entries, _ := fields["sections"].([]any)
	var list []Outlined
	for _, item := range entries[:min(len(entries), mostOutlined)] {
		entry, _ := item.(map[string]any)
		o := Outlined{Heading: prompts.Data(firstChars(asText(entry["heading"]), headingChars))}
		numbers, ok := entry["clusters"].([]any)
		if !ok {
			numbers = []any{entry["clusters"]}
		}
		for _, n := range numbers[:min(len(numbers), mostOfClusters)] {
			if n := asNumber(n); n > 0 {
				o.Clusters = append(o.Clusters, n)
			}
		}
		if o.Heading != "" && len(o.Clusters) > 0 {
			list = append(list, o)
		}
	}
	if len(list) == 0 {
		return nil, errNoOutline
	}
	return list, nil
}
