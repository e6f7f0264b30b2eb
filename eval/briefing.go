package eval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"chuchu/briefing"
)

// A Topic is a briefing that is asked for, and what must stand in it.
type Topic struct {
	ID        string  `json:"id"`
	Topic     string  `json:"topic"`
	Audience  string  `json:"audience"`
	Focus     string  `json:"focus"`
	Language  string  `json:"language"` // zh or en; empty: that of the audience, else of the topic
	From      string  `json:"from"`     // YYYY-MM-DD, as To and AsOf
	To        string  `json:"to"`
	AsOf      string  `json:"as_of"`
	Length    string  `json:"length"` // short, standard or long; empty: standard
	MustCover []Point `json:"must_cover"`
	File      string  `json:"-"` // the set it is from, by the file's name
}

// A Point is what a briefing must cover, and where an article says it word for word.
type Point struct {
	Point string `json:"point"`
	Quote string `json:"quote"`
	Seed  string `json:"seed"` // the file
}

// check says what a topic lacks.
func (t Topic) check() error {
	switch {
	case strings.TrimSpace(t.Topic) == "":
		return errors.New("topic is empty")
	case slices.ContainsFunc(t.MustCover, func(p Point) bool { return fold(p.Quote) == "" }):
		return errors.New("a quote of must_cover is empty")
	}
	for _, day := range []string{t.From, t.To, t.AsOf} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return fmt.Errorf("%q is no day like 2025-01-31", day)
		}
	}
	return nil
}

// request is the order for the briefing.
func (t Topic) request(o Options) briefing.Request {
	return briefing.Request{
		Topic: t.Topic, Audience: t.Audience, Focus: t.Focus, From: t.From, To: t.To,
		AsOf: cmp.Or(t.AsOf, o.AsOf), Language: t.language(), Length: cmp.Or(o.Length, t.Length),
	}
}

func (t Topic) language() string {
	switch {
	case t.Language != "":
		return t.Language
	case strings.Contains(strings.ToLower(t.Audience), "english"):
		return "en"
	}
	return languageOf(t.Topic)
}

// A Briefer is a Collection that makes briefings, and keeps none of them.
type Briefer interface {
	Brief(ctx context.Context, r briefing.Request) (briefing.Briefing, error)
}

// A BriefingRow is what became of one briefing.
type BriefingRow struct {
	Measured  string            `json:"measured"` // briefing
	ID        string            `json:"id"`
	File      string            `json:"file"`
	Topic     string            `json:"topic"`
	Language  string            `json:"language"`
	Status    briefing.Status   `json:"status"`
	Reason    string            `json:"reason,omitempty"` // of a refusal, or a failure
	Mode      string            `json:"mode"`
	Points    []PointRow        `json:"points"`
	Body      []BriefingSection `json:"body"`
	Sentences int               `json:"sentences"` // of the body: the sections
	Chars     int               `json:"chars"`     // of the body, without markers
	Summary   int               `json:"summary"`
	Figures   int               `json:"figures"`
	Timeline  int               `json:"timeline"`
	Conflicts int               `json:"conflicts"`
	Gaps      int               `json:"gaps"`
	Dropped   int               `json:"dropped"`
	Articles  int               `json:"articles"` // cited
	Claims    int               `json:"claims"`   // sentences of all parts that claim something
	Cited     int               `json:"cited"`    // of these, those with a citation that was located
	Held      int               `json:"held"`     // of these, those quoted or supported
	Verdicts  map[string]int    `json:"verdicts"` // of the body's sentences
	Spans     int               `json:"spans"`
	Right     int               `json:"spans_right"` // spans whose quotation is the article's text there
	Repeats   []Repeat          `json:"repeats"`     // sentences of the body that repeat an earlier one
	Faults    []string          `json:"faults"`      // what is wrong with its citations
	MS        float64           `json:"ms"`
	Error     string            `json:"error,omitempty"`
}

// A PointRow is how far a point is covered: by the whole briefing, and by its body.
type PointRow struct {
	Point string `json:"point"`
	// Share is the largest part of the quotation that a span holds.
	Share     float64 `json:"share"`
	Numbers   bool    `json:"numbers"` // all numbers of the quotation stand in the text
	BodyShare float64 `json:"body_share"`
	BodyNums  bool    `json:"body_numbers"`
}

func (p PointRow) cited() bool   { return p.Share >= cites }
func (p PointRow) covered() bool { return p.cited() || p.Numbers }

func (p PointRow) inBody() bool { return p.BodyShare >= cites || p.BodyNums }

func (row BriefingRow) coveredPoints() int { return len(only(row.Points, PointRow.covered)) }

// A BriefingSection is a section as rows show it.
type BriefingSection struct {
	Heading   string   `json:"heading"`
	Sentences []string `json:"sentences"`
}

// brief makes every briefing.
func (r *run) brief(ctx context.Context, report *Report) error {
	if len(r.set.Topics) == 0 {
		return nil
	}
	maker, ok := r.collection.(Briefer)
	if !ok {
		r.unmeasured = append(r.unmeasured, fmt.Sprintf("%d briefing topics: no briefings are made here", len(r.set.Topics)))
		return nil
	}
	for _, t := range r.set.Topics {
		row := newBriefingRow(t)
		started := time.Now()
		b, err := maker.Brief(ctx, t.request(r.options))
		row.MS = milliseconds(started)
		if err := r.asked(ctx, t.ID, err); err != nil {
			return err
		}
		if err != nil {
			row.Error = err.Error()
		} else {
			r.judgeBriefing(ctx, t, b, &row)
		}
		report.BriefingRows = append(report.BriefingRows, row)
	}
	report.Briefings = briefingFigures(report.BriefingRows)
	return nil
}

// newBriefingRow returns the row of a briefing of which nothing is known: it covers
// nothing.
func newBriefingRow(t Topic) BriefingRow {
	row := BriefingRow{
		Measured: "briefing", ID: t.ID, File: t.File, Topic: t.Topic, Language: t.language(), Points: []PointRow{},
		Body: []BriefingSection{}, Verdicts: map[string]int{}, Repeats: []Repeat{}, Faults: []string{},
	}
	for _, p := range t.MustCover {
		row.Points = append(row.Points, PointRow{Point: p.Point})
	}
	return row
}

// judgeBriefing enters what a briefing is worth.
func (r *run) judgeBriefing(ctx context.Context, t Topic, b briefing.Briefing, row *BriefingRow) {
	row.Status, row.Mode, row.Dropped, row.Gaps = b.Status, b.Mode, len(b.Dropped), len(b.Gaps)
	switch {
	case b.Refusal != nil:
		row.Reason = b.Refusal.Reason
	case b.Problem != nil:
		row.Reason = b.Problem.Detail
	}
	if b.Status != briefing.Done {
		return
	}
	row.Summary, row.Figures, row.Timeline = len(b.Summary), len(b.Figures), len(b.Timeline)
	row.Conflicts, row.Articles = len(b.Conflicts), len(b.Citations)
	body := bodyOf(b)
	for _, s := range b.Sections {
		row.Body = append(row.Body, BriefingSection{s.Heading, textsOf(s.Sentences)})
	}
	row.Sentences = len(body)
	for _, s := range body {
		row.Chars += answerLength(s.Text)
		row.Verdicts[s.Verdict]++
	}
	row.Repeats = append(row.Repeats, repeats(textsOf(body))...)
	all := slices.Concat(b.Summary, body, laterSentences(b))
	row.countClaims(all)
	row.Faults = append(row.Faults, numberingFaults(b, all)...)
	r.coverPoints(ctx, t, b, all, row)
}

// countClaims counts the sentences that claim something.
func (row *BriefingRow) countClaims(all []briefing.Sentence) {
	for _, s := range all {
		if s.Verdict == verdictNone {
			continue
		}
		row.Claims++
		if len(markers(s.Text)) > 0 && len(s.Spans) > 0 {
			row.Cited++
		}
		if s.Verdict == verdictQuoted || s.Verdict == labelSupported {
			row.Held++
		}
	}
}

// bodyOf returns the sentences of the sections.
func bodyOf(b briefing.Briefing) []briefing.Sentence {
	var body []briefing.Sentence
	for _, s := range b.Sections {
		body = append(body, s.Sentences...)
	}
	return body
}

// laterSentences are those after the body, in the order of their numbering.
func laterSentences(b briefing.Briefing) []briefing.Sentence {
	var all []briefing.Sentence
	for _, f := range b.Figures {
		all = append(all, f.Sentence)
	}
	for _, m := range b.Timeline {
		all = append(all, m.Sentence)
	}
	if b.News != nil {
		all = append(all, b.News.New...)
		for _, c := range slices.Concat(b.News.Changed, b.News.Corrected) {
			all = append(all, c.Now)
		}
	}
	return all
}

func textsOf(sentences []briefing.Sentence) []string {
	texts := make([]string, 0, len(sentences))
	for _, s := range sentences {
		texts = append(texts, s.Text)
	}
	return texts
}

// numberingFaults holds the numbers of the sentences against the citations: each has
// the other, they run from 1 on by first use, and a sentence cites what it marks.
func numberingFaults(b briefing.Briefing, all []briefing.Sentence) []string {
	var faults []string
	var used []int
	for _, s := range all {
		marked := markers(s.Text)
		for _, n := range marked {
			if !slices.Contains(used, n) {
				used = append(used, n)
			}
		}
		if !sameNumbers(marked, s.Citations) {
			faults = append(faults, fmt.Sprintf("a sentence cites %v, and marks %v: %s", s.Citations, marked, short(s.Text, questionShown)))
		}
		for _, m := range unescaped(foreignMarker, s.Text) {
			faults = append(faults, s.Text[m[0]:m[1]]+" is left in the text")
		}
	}
	var have []int
	articles := map[string]bool{}
	for _, c := range b.Citations {
		have = append(have, c.Number)
		if articles[c.Article.ID] {
			faults = append(faults, fmt.Sprintf("%s has two numbers", c.Article.ID))
		}
		articles[c.Article.ID] = true
	}
	if !sameNumbers(used, have) {
		faults = append(faults, fmt.Sprintf("cited are %v, in the text are %v", have, used))
	}
	for i, n := range used {
		if n != i+1 {
			faults = append(faults, fmt.Sprintf("the numbers are %v by first use", used))
			break
		}
	}
	return faults
}

// sameNumbers reports whether two lists hold the same, in whatever order.
func sameNumbers(a, b []int) bool {
	in := func(list []int) func(int) bool {
		return func(n int) bool { return !slices.Contains(list, n) }
	}
	return !slices.ContainsFunc(a, in(b)) && !slices.ContainsFunc(b, in(a))
}
