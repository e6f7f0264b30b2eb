package rag

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"chuchu/prompts"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// A doubt is a sentence that the rules call weak, for a model to judge. It sees the
// sentence and the places found for it, and nothing else.
type doubt struct {
	claim  string
	places []place
}

// A place is a stretch of a source: what was located for a sentence, or as much as a
// model is shown of a source in which nothing was.
type place struct {
	source *source
	at     cite.Span // of the source's text
}

func (p place) text() string { return string([]rune(p.source.text)[p.at.Start:p.at.End]) }

// placeChars is how much is shown of a source in which nothing was located.
const placeChars = 1000

// doubtOf is the doubt about a sentence with what was found of it.
func doubtOf(claim string, j judged) doubt {
	d := doubt{claim: claim}
	for i, s := range j.sources {
		for _, at := range j.places[i] {
			d.places = append(d.places, place{s, at})
		}
		if len(j.places[i]) == 0 {
			d.places = append(d.places, place{s, cite.Span{End: min(utf8.RuneCountInString(s.text), placeChars)}})
		}
	}
	return d
}

// An opinion is what a model says of a doubt: supported or contradicted, with the
// words that decide, and where they stand. No opinion has an empty verdict.
type opinion struct {
	verdict cite.Verdict
	quote   string // as it stands there
	place   place
}

// Bounds of a call that judges.
const (
	mostDoubts  = 40
	doubtTokens = 60 // of the reply, for each
)

var errNoJudgements = errors.New("the reply holds no list of judgements")

// askJudge puts all doubts to the model, in one call where they fit into one, and returns
// an opinion for each. What the model says without words that are found in a place shown
// is not believed. A model that fails has no opinions and says so by the error; what it
// said in calls before stays.
func (e *Engine) askJudge(ctx context.Context, doubts []doubt) ([]opinion, llm.Usage, error) {
	opinions := make([]opinion, len(doubts))
	var used llm.Usage
	shown := min(len(doubts), mostDoubts)
	for start := 0; start < shown; {
		end := start + e.judgeable(doubts[start:shown])
		usage, err := e.askJudgeOnce(ctx, doubts[start:end], opinions[start:end])
		used.InputTokens += usage.InputTokens
		used.OutputTokens += usage.OutputTokens
		if err != nil {
			return opinions, used, err
		}
		start = end
	}
	return opinions, used, nil
}

// judgeRules is about what the rules of a call that judges take, and judgeFence what
// stands around a sentence with its places.
const (
	judgeRules = 500
	judgeFence = 40
)

// judgeable returns how many of the first doubts fit into one call, at least one.
func (e *Engine) judgeable(doubts []doubt) int {
	tokens := e.Options.PromptTokens
	if room := e.Model.Info().Room; room > 0 {
		tokens = min(tokens, room-judgeRules)
	}
	for i, d := range doubts {
		tokens -= judgeFence + llm.EstimateTokens(d.claim)
		for _, p := range d.places {
			tokens -= llm.EstimateTokens(p.text())
		}
		if tokens < 0 && i > 0 {
			return i
		}
	}
	return len(doubts)
}

// askJudgeOnce puts doubts to the model in one call, and fills in its opinions.
func (e *Engine) askJudgeOnce(ctx context.Context, shown []doubt, opinions []opinion) (llm.Usage, error) {
	system, user, err := e.Prompts.Judge(judgePrompt(shown))
	if err != nil {
		return llm.Usage{}, err
	}
	limited, cancel := context.WithTimeout(ctx, e.judgeTimeout)
	defer cancel()
	reply, usage, err := llm.Text(limited, e.Model, llm.Request{
		System: system, Messages: []llm.Message{{Role: "user", Content: user}},
		MaxTokens: 200 + doubtTokens*len(shown), JSON: true,
	})
	if err == nil {
		err = readOpinions(reply, shown, opinions)
	}
	if ctx.Err() != nil {
		return usage, ctx.Err()
	}
	return usage, err
}

func judgePrompt(doubts []doubt) prompts.Judge {
	var p prompts.Judge
	for i, d := range doubts {
		shown := prompts.Judged{Number: i + 1, Text: d.claim}
		for _, p := range d.places {
			shown.Places = append(shown.Places, p.text())
		}
		p.Sentences = append(p.Sentences, shown)
	}
	return p
}

// readOpinions reads {"judgements": [{"sentence": 1, "verdict": "supported", "quote":
// "…"}]} tolerantly; what is not understood is no opinion.
func readOpinions(reply string, doubts []doubt, opinions []opinion) error {
	fields, err := objectIn(reply)
	if err != nil {
		return err
	}
	list, ok := fields["judgements"].([]any)
	if !ok {
		return errNoJudgements
	}
	for _, item := range list {
		entry, ok := item.(map[string]any)
		if !ok {
			continue
		}
		i := asNumber(entry["sentence"]) - 1
		if i < 0 || i >= len(doubts) || opinions[i].verdict != "" {
			continue
		}
		verdict := cite.Verdict(strings.ToLower(asText(entry["verdict"])))
		if verdict != cite.Supported && verdict != cite.Contradicted {
			continue
		}
		if o, found := doubts[i].find(asText(entry["quote"])); found {
			o.verdict = verdict
			opinions[i] = o
		}
	}
	return nil
}

// find looks for a quotation in the places.
func (d doubt) find(quote string) (opinion, bool) {
	for _, p := range d.places {
		text := p.text()
		at, ok := cite.NewSource(text, "").Find(quote)
		if !ok {
			continue
		}
		return opinion{
			quote: string([]rune(text)[at.Start:at.End]),
			place: place{p.source, cite.Span{Start: p.at.Start + at.Start, End: p.at.Start + at.End}},
		}, true
	}
	return opinion{}, false
}

// asNumber returns a whole number, 0 when v is none.
func asNumber(v any) int {
	switch v := v.(type) {
	case float64:
		return int(v)
	case int64:
		return int(v)
	case uint64:
		return int(v)
	case string:
		n := 0
		if _, err := fmt.Sscanf(v, "%d", &n); err == nil {
			return n
		}
	}
	return 0
}

// believable reports whether an opinion is to be taken against what the rules found:
// a sentence is not supported where they found another figure or date in its place.
func (o opinion) believable(j judged) bool {
	if o.verdict == "" {
		return false
	}
	return o.verdict != cite.Supported || !slices.ContainsFunc(j.differs(), func(w Why) bool {
		return (w.Kind == "number" || w.Kind == "date") && w.Source != ""
	})
}

// decided is the judgement with the model's opinion: its verdict, and the words that
// decide as the place in their source, where nothing was located before.
func (j judged) decided(o opinion) judged {
	why := []Why{{Kind: "coverage", Source: o.quote}}
	if o.verdict == cite.Contradicted {
		why = append(why, slices.DeleteFunc(slices.Clone(j.differs()), func(w Why) bool { return w.Kind == "coverage" })...)
	}
	j.verdict, j.judge, j.why = o.verdict, "model", why
	if i := slices.Index(j.sources, o.place.source); len(j.places[i]) == 0 {
		j.places = slices.Clone(j.places)
		j.places[i] = []cite.Span{o.place.at}
	}
	return j
}
