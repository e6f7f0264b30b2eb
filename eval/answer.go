package eval

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"chuchu/rag"
)

// An AnswerRow is what became of one answer.
type AnswerRow struct {
	Measured  string         `json:"measured"` // answer
	ID        string         `json:"id"`
	File      string         `json:"file"`
	Type      string         `json:"type"`
	Question  string         `json:"question"`
	Expected  string         `json:"expected"`
	Status    string         `json:"status"`
	Reason    string         `json:"reason,omitempty"` // of a refusal
	Mode      string         `json:"mode"`
	Answer    string         `json:"answer"`
	Facts     []bool         `json:"facts"` // of each group, whether it was found; a refusal has found none
	Chars     int            `json:"chars"` // of the answer, without markers
	Spans     int            `json:"spans"`
	Right     int            `json:"spans_right"`  // spans whose quotation is the article's text there
	Golden    int            `json:"spans_gold"`   // spans that overlap a gold quotation
	Needed    int            `json:"gold"`         // quotations that are needed
	Touched   int            `json:"gold_touched"` // of these, those that a span overlaps
	Cited     *float64       `json:"gold_cited"`   // share of the needed quotations that a span holds enough of; nil without gold
	Verdicts  map[string]int `json:"verdicts"`     // of its sentences
	Caveats   []string       `json:"caveats"`      // their codes
	Conflicts int            `json:"conflicts"`    // disagreements it names
	// BothSides says whether one of these has every needed quotation of a question
	// about sources that disagree; nil for other questions.
	BothSides *bool    `json:"both_sides,omitempty"`
	About     string   `json:"about,omitempty"` // what the sources disagree about
	Faults    []string `json:"faults"`          // what is wrong with its citations
	MS        float64  `json:"ms"`
	Error     string   `json:"error,omitempty"`
}

// answer asks every question.
func (r *run) answer(ctx context.Context, report *Report) error {
	for _, q := range r.set.Questions {
		row := newAnswerRow(q)
		started := time.Now()
		reply, err := r.chat(ctx, q, "")
		row.MS = milliseconds(started)
		if err := r.asked(ctx, q.ID, err); err != nil {
			return err
		}
		if err != nil {
			row.Error = err.Error()
		} else {
			r.judge(ctx, q, reply, &row)
		}
		report.AnswerRows = append(report.AnswerRows, row)
	}
	report.Answers = answerFigures(report.AnswerRows)
	return nil
}

func newAnswerRow(q Question) AnswerRow {
	row := AnswerRow{
		Measured: "answer", ID: q.ID, File: q.File, Type: q.Type, Question: q.Question, Expected: q.Answer,
		Facts: make([]bool, len(q.Facts)), Verdicts: map[string]int{}, Caveats: []string{}, Faults: []string{},
	}
	if q.Type == conflicting && len(q.Gold) > 0 {
		row.BothSides, row.About = new(bool), q.About
	}
	return row
}

// chat asks a question with its earlier turns.
func (r *run) chat(ctx context.Context, q Question, verify string) (rag.Reply, error) {
	request, err := r.chatRequest(q)
	if err != nil {
		return rag.Reply{}, err
	}
	in, plan := r.with(q)
	request.Plan, request.Verify = plan, verify
	return in.Chat(ctx, request)
}

// judge enters what a reply is worth.
func (r *run) judge(ctx context.Context, q Question, reply rag.Reply, row *AnswerRow) {
	row.Status, row.Mode, row.Answer, row.Chars = reply.Status, reply.Mode, reply.Answer, answerLength(reply.Answer)
	if reply.Refusal != nil {
		row.Reason = reply.Refusal.Reason
	}
	if reply.Status != statusRefused {
		row.Facts = factsFound(reply.Answer, q.Facts)
	}
	for _, s := range reply.Sentences {
		row.Verdicts[s.Verdict]++
	}
	for _, c := range reply.Caveats {
		row.Caveats = append(row.Caveats, c.Code)
	}
	row.Faults = append(row.Faults, markerFaults(reply)...)
	r.checkSpans(ctx, q, reply, row)
	r.checkConflicts(ctx, q, reply, row)
}

const (
	statusRefused = "refused"
	statusPartial = "partial"
)

// markerFaults compares the numbers in an answer with its citations.
func markerFaults(reply rag.Reply) []string {
	var faults []string
	marked := markers(reply.Answer)
	var cited []int
	for _, c := range reply.Citations {
		cited = append(cited, c.Number)
		if !slices.Contains(marked, c.Number) {
			faults = append(faults, fmt.Sprintf("citation %d is not in the answer", c.Number))
		}
	}
	slices.Sort(marked)
	for _, n := range slices.Compact(marked) {
		if !slices.Contains(cited, n) {
			faults = append(faults, fmt.Sprintf("[%d] is in the answer, but not among the citations", n))
		}
	}
	for _, m := range unescaped(foreignMarker, reply.Answer) {
		faults = append(faults, fmt.Sprintf("%s is left in the answer", reply.Answer[m[0]:m[1]]))
	}
	return faults
}

// cites is the share of a gold quotation that a span must hold to cite it.
const cites = 0.3

// checkSpans holds every span against the article's text, and against the gold.
func (r *run) checkSpans(ctx context.Context, q Question, reply rag.Reply, row *AnswerRow) {
	held := make([]float64, len(q.Gold)) // of each quotation, the largest share in a span
	length := utf8.RuneCountInString(reply.Answer)
	for _, c := range reply.Citations {
		text := r.text(ctx, c.Article.ID, c.Article.Version)
		for _, s := range c.Spans {
			row.Spans++
			if fault := text.spanFault(s, length); fault != "" {
				row.Faults = append(row.Faults, fmt.Sprintf("[%d] %d-%d of %s: %s", c.Number, s.Start, s.End, c.Article.ID, fault))
				continue
			}
			row.Right++
			if text.overlap(region{s.Start, s.End}, q.Gold, held) {
				row.Golden++
			}
		}
	}
	if len(q.Gold) == 0 {
		return
	}
	needed := neededOf(q.Gold, held)
	row.Needed = len(needed)
	for _, h := range needed {
		if h > 0 {
			row.Touched++
		}
	}
	row.Cited = part(needed, func(h float64) bool { return h >= cites })
}

// neededOf returns the figures of the quotations that are needed: those that are no
// alternative, or all where all are.
func neededOf[V any](gold []Gold, of []V) []V {
	var needed []V
	for i, g := range gold {
		if !g.Alt {
			needed = append(needed, of[i])
		}
	}
	if len(needed) == 0 {
		return of
	}
	return needed
}

// spanFault says what is wrong with a span of an answer of so many code points;
// empty when nothing is.
func (t *articleText) spanFault(s rag.AnswerSpan, length int) string {
	switch {
	case t == nil:
		return "the collection does not give the article's text"
	case s.Quote == nil:
		return "it has no quotation"
	case s.Start < 0 || s.Start >= s.End || s.End > len(t.runes):
		return fmt.Sprintf("the text has %d characters", len(t.runes))
	case string(t.runes[s.Start:s.End]) != *s.Quote:
		return "the text has something else there"
	case s.AnswerStart < 0 || s.AnswerStart >= s.AnswerEnd || s.AnswerEnd > length:
		return fmt.Sprintf("it is said to stand at %d-%d of an answer of %d characters", s.AnswerStart, s.AnswerEnd, length)
	}
	return ""
}

// overlap reports whether a span overlaps a gold quotation, and raises the share
// of each that is held.
func (t *articleText) overlap(span region, gold []Gold, held []float64) bool {
	hit := false
	for i, g := range gold {
		for _, at := range t.folded.locate(g.Quote) {
			common := min(span.end, at.end) - max(span.start, at.start)
			if common > 0 {
				hit = true
				held[i] = max(held[i], float64(common)/float64(at.end-at.start))
			}
		}
	}
	return hit
}
