package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"chuchu/briefing"
	"chuchu/corpus"
	"chuchu/rag"
)

type briefInput struct {
	Topic      string   `json:"topic,omitempty" jsonschema:"what the briefing is about; up to 500 characters"`
	ID         string   `json:"id,omitempty" jsonschema:"instead of a topic: return this briefing, which was ordered before"`
	Wait       *bool    `json:"wait,omitempty" jsonschema:"true (default): return when the briefing is done; false: return at once, with the id under which to ask for it"`
	Audience   string   `json:"audience,omitempty" jsonschema:"who will read it"`
	Focus      string   `json:"focus,omitempty" jsonschema:"the aspects that matter, a few words each"`
	From       string   `json:"from,omitempty" jsonschema:"only what was published on or after this day, YYYY-MM-DD"`
	To         string   `json:"to,omitempty" jsonschema:"only what was published on or before this day, YYYY-MM-DD"`
	Outlets    []string `json:"outlets,omitempty" jsonschema:"only articles of these outlets, by their exact names"`
	ArticleIDs []string `json:"article_ids,omitempty" jsonschema:"only these articles"`
	Tags       []string `json:"tags,omitempty" jsonschema:"only articles with one of these tags"`
	AsOf       string   `json:"as_of,omitempty" jsonschema:"the day it is written on, YYYY-MM-DD; default today"`
	Language   string   `json:"language,omitempty" jsonschema:"the language of the briefing; default that of audience and topic"`
	Length     string   `json:"length,omitempty" jsonschema:"default standard"`
	Sections   []string `json:"sections,omitempty" jsonschema:"headings, up to 12; default made from what is found"`
	Style      string   `json:"style,omitempty" jsonschema:"the style of the references; default gbt7714"`
	PreviousID string   `json:"previous_id,omitempty" jsonschema:"a briefing that is done; this one says what is new since"`
}

func (in briefInput) request() briefing.Request {
	return briefing.Request{
		Topic: in.Topic, Audience: in.Audience, Focus: in.Focus, From: in.From, To: in.To, AsOf: in.AsOf, Language: in.Language,
		Filter: corpus.Filter{Outlets: in.Outlets, ArticleIDs: in.ArticleIDs, Tags: in.Tags},
		Length: in.Length, Sections: in.Sections, Style: in.Style, PreviousID: in.PreviousID,
	}
}

// A briefOutput is a briefing, with what is quoted once only, under citations.
type briefOutput struct {
	ID         string              `json:"id"`
	Status     briefing.Status     `json:"status" jsonschema:"queued, running, done, refused or cancelled"`
	Topic      string              `json:"topic"`
	Title      string              `json:"title"`
	Language   string              `json:"language"`
	AsOf       string              `json:"as_of"`
	Mode       string              `json:"mode" jsonschema:"model: written by a model; extracts: made of verbatim sentences"`
	Summary    []sentence          `json:"summary"`
	Sections   []section           `json:"sections"`
	Figures    []figure            `json:"figures"`
	Timeline   []moment            `json:"timeline"`
	Conflicts  []rag.Conflict      `json:"conflicts" jsonschema:"sources that disagree"`
	Gaps       []string            `json:"gaps" jsonschema:"what the collection does not answer"`
	News       *news               `json:"news" jsonschema:"what has changed since the briefing that this one follows up"`
	Citations  []briefing.Citation `json:"citations"`
	Coverage   rag.Coverage        `json:"coverage"`
	References []string            `json:"references"`
	Caveats    []rag.Caveat        `json:"caveats"`
	Refusal    *briefing.Refusal   `json:"refusal"`
}

type sentence struct {
	Text      string `json:"text"`
	Citations []int  `json:"citations"`
	Verdict   string `json:"verdict"`
}

type section struct {
	Heading   string     `json:"heading"`
	Sentences []sentence `json:"sentences"`
}

type figure struct {
	What      string `json:"what"`
	Value     string `json:"value"`
	Unit      string `json:"unit"`
	Date      string `json:"date"`
	Citations []int  `json:"citations"`
}

type moment struct {
	Date     string   `json:"date"`
	Sentence sentence `json:"sentence"`
}

type news struct {
	New         []sentence           `json:"new"`
	Changed     []change             `json:"changed"`
	Corrected   []change             `json:"corrected"`
	Withdrawn   []briefing.Withdrawn `json:"withdrawn"`
	Unmentioned int                  `json:"unmentioned"`
	Unchanged   int                  `json:"unchanged"`
	Material    bool                 `json:"material"`
}

type change struct {
	Was string   `json:"was"`
	Now sentence `json:"now"`
}

func briefTool() definition {
	return definition{
		name: "brief", title: "Make a briefing 写简报", writes: true,
		description: "Have a briefing on a topic made from the collection: summary, sections, key figures, timeline, disagreements, gaps and references, every sentence checked and with its source. It takes seconds, with a language model minutes, and is kept. " +
			"The result is a Markdown document. If you cannot wait that long, give wait false and ask again with the id. Where keys are needed, this needs one with the role write." + quotedOnly,
		choices: map[string][]any{
			"language": {"auto", "zh", "en"}, "length": {"short", "standard", "long"}, "style": {"gbt7714", "apa", "plain"},
		},
	}
}

func brief(ctx context.Context, c call, in briefInput) (briefOutput, string, error) {
	id, ordered, err := orderedID(ctx, c, in)
	if err != nil {
		return briefOutput{}, "", err
	}
	if in.Wait == nil || *in.Wait {
		if err := await(ctx, c, id); err != nil {
			if ctx.Err() != nil && ordered {
				err = errors.Join(err, cancel(ctx, c, id))
			}
			return briefOutput{}, "", noBriefing(err, id)
		}
	}
	b, err := c.Desk.Get(ctx, id)
	if err != nil {
		return briefOutput{}, "", noBriefing(err, id)
	}
	text, err := briefText(b)
	return briefOutputOf(b), text, err
}

// orderedID returns the briefing that is wanted, and whether it was ordered just now.
func orderedID(ctx context.Context, c call, in briefInput) (id string, ordered bool, err error) {
	switch {
	case in.ID != "" && in.Topic != "":
		return "", false, wrong("id, topic: give one of them, an id for a briefing that was ordered before or a topic for a new one")
	case in.ID != "":
		return in.ID, false, nil
	case !c.writes:
		return "", false, wrong("this key may read only; having a briefing made needs one with the role write. With an id, a briefing that is there can be read")
	}
	b, err := c.Desk.Order(ctx, in.request())
	return b.ID, true, err
}

// await returns when the briefing has ended, however it did, and tells of each step
// until then.
func await(ctx context.Context, c call, id string) error {
	events, err := c.Desk.Follow(ctx, id, 0)
	if err != nil {
		return err
	}
	for event, err := range events {
		if err != nil {
			return err
		}
		if event.Name != "step" {
			continue
		}
		var step briefing.Step
		if err := json.Unmarshal(event.Data, &step); err != nil {
			return fmt.Errorf("reading the progress of a briefing: %w", err)
		}
		c.progress(step.Done, step.Of, strings.TrimSpace(step.Step+" "+step.Section))
	}
	return context.Cause(ctx) // breaking off ends the loop too
}

// cancelPatience is how long a server may take to cancel a briefing.
const cancelPatience = 5 * time.Second

// cancel ends a briefing whose reader has gone.
func cancel(ctx context.Context, c call, id string) error {
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), cancelPatience)
	defer stop()
	if err := c.Desk.Cancel(last, id); err != nil && !errors.Is(err, rag.ErrEnded) {
		return fmt.Errorf("briefing %s was not cancelled: %w", id, err)
	}
	return nil
}

func noBriefing(err error, id string) error {
	if errors.Is(err, corpus.ErrNotFound) {
		return wrong("there is no briefing %s; order one with a topic", quoteShort(id))
	}
	return err
}

// briefText is the document, or what became of it.
func briefText(b briefing.Briefing) (string, error) {
	l := wording(b.Language)
	switch b.Status {
	case briefing.Queued, briefing.Running:
		return l.say("简报 %s 正在写。过一会儿用 brief 和这个 id 再取。\n", "The briefing %s is being made. Ask for it with brief and this id after a while.\n", b.ID), nil
	case briefing.Failed:
		if b.Problem == nil {
			return "", wrong("the briefing %s failed", b.ID)
		}
		return "", wrong("the briefing %s failed: %s", b.ID, b.Problem.Detail)
	case briefing.Cancelled:
		return "", wrong("the briefing %s was cancelled; order it anew with a topic", b.ID)
	}
	var document strings.Builder
	if err := briefing.WriteMarkdown(&document, b); err != nil {
		return "", err
	}
	return document.String() + l.say("\n简报编号：%s\n", "\nThis briefing is %s.\n", b.ID), nil
}

func briefOutputOf(b briefing.Briefing) briefOutput {
	out := briefOutput{
		ID: b.ID, Status: b.Status, Topic: b.Topic, Title: b.Title, Language: b.Language, AsOf: b.AsOf, Mode: b.Mode,
		Summary: sentencesOf(b.Summary), Sections: []section{}, Figures: []figure{}, Timeline: []moment{},
		Conflicts: listed(b.Conflicts), Gaps: listed(b.Gaps), Citations: listed(b.Citations), Coverage: b.Coverage,
		References: listed(b.References), Caveats: listed(b.Caveats), Refusal: b.Refusal,
	}
	for _, s := range b.Sections {
		out.Sections = append(out.Sections, section{s.Heading, sentencesOf(s.Sentences)})
	}
	for _, f := range b.Figures {
		out.Figures = append(out.Figures, figure{f.What, f.Value, f.Unit, f.Date, listed(f.Sentence.Citations)})
	}
	for _, m := range b.Timeline {
		out.Timeline = append(out.Timeline, moment{m.Date, sentenceOf(m.Sentence)})
	}
	if n := b.News; n != nil {
		out.News = &news{
			New: sentencesOf(n.New), Changed: changesOf(n.Changed), Corrected: changesOf(n.Corrected), Withdrawn: listed(n.Withdrawn),
			Unmentioned: n.Unmentioned, Unchanged: n.Unchanged, Material: n.Material,
		}
	}
	return out
}

func sentenceOf(s briefing.Sentence) sentence {
	return sentence{s.Text, listed(s.Citations), s.Verdict}
}

func sentencesOf(list []briefing.Sentence) []sentence {
	out := []sentence{}
	for _, s := range list {
		out = append(out, sentenceOf(s))
	}
	return out
}

func changesOf(list []briefing.Change) []change {
	out := []change{}
	for _, c := range list {
		out = append(out, change{c.Was, sentenceOf(c.Now)})
	}
	return out
}
