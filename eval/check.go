package eval

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"chuchu/rag"
)

// A Claim is a sentence as somebody might write it, and what the collection says of
// it.
type Claim struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Label  string `json:"label"`  // supported, contradicted or not_found
	Change string `json:"change"` // what was changed in a contradicted one
	Gold   []Gold `json:"gold"`
	File   string `json:"-"` // the set it is from, by the file's name
}

// Labels of claims, which are also verdicts of a check.
const (
	labelSupported    = "supported"
	labelContradicted = "contradicted"
	labelNotFound     = "not_found"

	verdictQuoted = "quoted"
	verdictWeak   = "weak"
	verdictNone   = "none"
	saidError     = "error"
)

func labels() []string { return []string{labelSupported, labelContradicted, labelNotFound} }

// said are the verdicts a text can get, and that its request failed.
func said() []string {
	return []string{labelSupported, verdictWeak, labelContradicted, labelNotFound, verdictNone, saidError}
}

// check says what a claim lacks.
func (c Claim) check() error {
	switch {
	case strings.TrimSpace(c.Text) == "":
		return errors.New("text is empty")
	case !slices.Contains(labels(), c.Label):
		return errors.New("label is none of " + strings.Join(labels(), ", "))
	}
	return checkGold(c.Gold)
}

// A ClaimRow is what became of one claim.
type ClaimRow struct {
	Measured string `json:"measured"` // claim
	ID       string `json:"id"`
	File     string `json:"file"`
	Label    string `json:"label"`
	Change   string `json:"change"`
	Text     string `json:"text"`
	Said     string `json:"said"` // the verdict on the whole text
	// Evidence says whether a span holds enough of a needed quotation of gold,
	// EvidencePassage whether one of the first spans of a sentence lies near one; nil
	// without gold.
	Evidence        *bool      `json:"evidence"`
	EvidencePassage *bool      `json:"evidence_passage"`
	Why             []rag.Why  `json:"why"`
	Spans           []SpanText `json:"spans"`
	Right           int        `json:"spans_right"` // spans whose quotation is the article's text there
	Judges          []string   `json:"judges"`      // rules or model, of each sentence
	MS              float64    `json:"ms"`
	Error           string     `json:"error,omitempty"`
}

// A SpanText is a span as rows show it.
type SpanText struct {
	Article string `json:"article"` // the title
	Quote   string `json:"quote"`
}

// check checks the claims, one text each.
func (r *run) check(ctx context.Context, report *Report) error {
	for _, c := range r.set.Claims {
		row := ClaimRow{
			Measured: "claim", ID: c.ID, File: c.File, Label: c.Label, Change: c.Change, Text: c.Text,
			Said: saidError, Why: []rag.Why{}, Spans: []SpanText{}, Judges: []string{},
		}
		started := time.Now()
		reply, err := r.collection.Check(ctx, rag.CheckRequest{Text: c.Text, AsOf: r.options.AsOf})
		row.MS = milliseconds(started)
		if err := r.asked(ctx, c.ID, err); err != nil {
			return err
		}
		if err != nil {
			row.Error = err.Error()
		} else {
			r.judgeCheck(ctx, c, reply, &row)
		}
		report.ClaimRows = append(report.ClaimRows, row)
	}
	if len(report.ClaimRows) > 0 {
		report.Claims = claimFigures(report.ClaimRows)
	}
	return nil
}

const (
	nearGold  = 400 // characters from a quotation that still count as its passage
	mostSpans = 3   // of a sentence, that count for that
)

// judgeCheck enters what a reply says of a claim.
func (r *run) judgeCheck(ctx context.Context, c Claim, reply rag.CheckReply, row *ClaimRow) {
	cited := map[int]rag.CheckedArticle{}
	for _, a := range reply.Citations {
		cited[a.Number] = a
	}
	held, near := make([]float64, len(c.Gold)), false
	var verdicts []string
	for _, s := range reply.Sentences {
		verdicts = append(verdicts, s.Verdict)
		row.Judges = append(row.Judges, s.Judge)
		row.Why = append(row.Why, s.Why...)
		counted := 0
		for _, span := range s.Spans {
			a, ok := cited[span.Number]
			if !ok || span.Quote == nil || !slices.Contains(s.Citations, span.Number) {
				continue
			}
			counted++
			row.Spans = append(row.Spans, SpanText{a.Article.Title, *span.Quote})
			at := region{span.Start, span.End}
			text := r.text(ctx, a.Article.ID, a.Article.Version)
			if !r.passageRight(ctx, a.Article, at.start, at.end, *span.Quote) {
				continue
			}
			row.Right++
			text.overlap(at, c.Gold, held)
			near = near || counted <= mostSpans && text.near(at, c.Gold)
		}
	}
	row.Said = verdictOf(verdicts)
	if len(c.Gold) > 0 {
		evidence := slices.ContainsFunc(neededOf(c.Gold, held), func(h float64) bool { return h >= cites })
		row.Evidence, row.EvidencePassage = &evidence, &near
	}
}

// near reports whether a span lies near a quotation.
func (t *articleText) near(span region, gold []Gold) bool {
	return slices.ContainsFunc(gold, func(g Gold) bool {
		return slices.ContainsFunc(t.folded.locate(g.Quote), func(at region) bool {
			return max(span.start-at.end, at.start-span.end) <= nearGold
		})
	})
}

// verdictOf returns the verdict on a text from those on its sentences: the worst,
// where sentences without a claim do not count. Quoted counts as supported.
func verdictOf(sentences []string) string {
	for _, v := range []string{labelContradicted, labelNotFound, verdictWeak, labelSupported} {
		if slices.Contains(sentences, v) || v == labelSupported && slices.Contains(sentences, verdictQuoted) {
			return v
		}
	}
	return verdictNone
}

// ClaimFigures are of the claims.
type ClaimFigures struct {
	All       ClaimQuality              `json:"all"`
	File      map[string]ClaimQuality   `json:"file"`
	Language  map[string]ClaimQuality   `json:"language"` // zh or en
	Change    map[string]ChangeQuality  `json:"change"`
	Confusion map[string]map[string]int `json:"confusion"` // by label, then by what was said
	Citations Share                     `json:"citations"` // spans that are their article's text
	Judges    map[string]int            `json:"judges"`    // sentences, by who judged
	Latency   Latency                   `json:"latency"`
}

// ClaimQuality is how well claims are told apart. A request that failed has said
// "error".
type ClaimQuality struct {
	N                     int      `json:"n"`
	Accuracy              *float64 `json:"accuracy"`            // said is the label
	SupportedPrecision    *float64 `json:"supported_precision"` // of those called supported
	SupportedRecall       *float64 `json:"supported_recall"`
	ContradictedPrecision *float64 `json:"contradicted_precision"` // of those called contradicted
	ContradictedRecall    *float64 `json:"contradicted_recall"`
	NotFoundRecall        *float64 `json:"not_found_recall"`
	FalseSupported        *float64 `json:"false_supported"`    // of those that are not, called supported
	FalseContradicted     *float64 `json:"false_contradicted"` // of the supported, called contradicted
	Flagged               *float64 `json:"flagged"`            // of the contradicted, called contradicted, not found or weak
	FirmAccuracy          *float64 `json:"firm_accuracy"`      // of those that were decided
	FirmShare             *float64 `json:"firm_share"`         // decided: called supported, contradicted or not found
	Evidence              *float64 `json:"evidence"`           // a span holds 30 % of a quotation of gold
	EvidencePassage       *float64 `json:"evidence_passage"`   // one of the first three lies within 400 characters of it
}

// ChangeQuality is how well one kind of change is seen.
type ChangeQuality struct {
	N             int      `json:"n"`
	Right         *float64 `json:"right"`
	SaidSupported *float64 `json:"said_supported"`
}

func claimFigures(rows []ClaimRow) *ClaimFigures {
	f := &ClaimFigures{
		All:      claimQuality(rows),
		File:     groups(rows, func(r ClaimRow) string { return r.File }, claimQuality),
		Language: groups(rows, func(r ClaimRow) string { return languageOf(r.Text) }, claimQuality),
		Change: groups(only(rows, func(r ClaimRow) bool { return r.Change != "" }), func(r ClaimRow) string { return r.Change }, func(rows []ClaimRow) ChangeQuality {
			return ChangeQuality{N: len(rows), Right: part(rows, ClaimRow.right), SaidSupported: part(rows, func(r ClaimRow) bool { return r.Said == labelSupported })}
		}),
		Confusion: map[string]map[string]int{}, Judges: map[string]int{},
	}
	for _, l := range labels() {
		f.Confusion[l] = map[string]int{}
		for _, s := range said() {
			f.Confusion[l][s] = 0
		}
	}
	right, spans := 0, 0
	var ms []float64
	for _, r := range rows {
		f.Confusion[r.Label][r.Said]++
		right, spans = right+r.Right, spans+len(r.Spans)
		for _, j := range r.Judges {
			f.Judges[j]++
		}
		if r.Error == "" {
			ms = append(ms, r.MS)
		}
	}
	f.Citations, f.Latency = shareOf(right, spans), latencyOf(ms)
	return f
}

func (r ClaimRow) right() bool { return r.Said == r.Label }

func claimQuality(rows []ClaimRow) ClaimQuality {
	label := func(l string) []ClaimRow { return only(rows, func(r ClaimRow) bool { return r.Label == l }) }
	called := func(s string) []ClaimRow { return only(rows, func(r ClaimRow) bool { return r.Said == s }) }
	says := func(s ...string) func(ClaimRow) bool {
		return func(r ClaimRow) bool { return slices.Contains(s, r.Said) }
	}
	firm := only(rows, says(labels()...))
	return ClaimQuality{
		N: len(rows), Accuracy: part(rows, ClaimRow.right),
		SupportedPrecision:    part(called(labelSupported), ClaimRow.right),
		SupportedRecall:       part(label(labelSupported), ClaimRow.right),
		ContradictedPrecision: part(called(labelContradicted), ClaimRow.right),
		ContradictedRecall:    part(label(labelContradicted), ClaimRow.right),
		NotFoundRecall:        part(label(labelNotFound), ClaimRow.right),
		FalseSupported:        part(only(rows, func(r ClaimRow) bool { return r.Label != labelSupported }), says(labelSupported)),
		FalseContradicted:     part(label(labelSupported), says(labelContradicted)),
		Flagged:               part(label(labelContradicted), says(verdictWeak, labelContradicted, labelNotFound)),
		FirmAccuracy:          part(firm, ClaimRow.right),
		FirmShare:             part(rows, says(labels()...)),
		Evidence:              mean(rows, func(r ClaimRow) *float64 { return ifKnown(r.Evidence) }),
		EvidencePassage:       mean(rows, func(r ClaimRow) *float64 { return ifKnown(r.EvidencePassage) }),
	}
}

// languageOf returns zh for a text with Chinese characters, else en.
func languageOf(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return "zh"
	}
	return "en"
}
