package eval

import (
	"fmt"
	"maps"
	"slices"

	"chuchu/rag"
)

// A PlayedRow is what became of one answer that was played back.
type PlayedRow struct {
	Measured    string           `json:"measured"` // played
	Kind        string           `json:"kind"`     // true, changed, moved, or as a file calls it
	ID          string           `json:"id"`
	File        string           `json:"file"`
	Type        string           `json:"type"`
	Translated  bool             `json:"translated"` // the answer is in another language than its gold
	Question    string           `json:"question"`
	Skipped     string           `json:"skipped,omitempty"` // why it was not: gold_not_found, unfit or not_asked
	Status      string           `json:"status"`
	Reason      string           `json:"reason,omitempty"` // of a refusal
	Nearest     int              `json:"nearest"`          // articles that a refusal names
	Answer      string           `json:"answer"`
	Sentences   []PlayedSentence `json:"sentences"`
	Facts       []bool           `json:"facts"`
	StrictFacts []bool           `json:"strict_facts,omitempty"` // with verify: strict
	Dropped     int              `json:"dropped"`                // sentences that strict left out
}

// A PlayedSentence is a sentence of such an answer.
type PlayedSentence struct {
	Text      string    `json:"text"`
	Was       string    `json:"was,omitempty"` // the figure before it was changed
	Now       string    `json:"now,omitempty"`
	Verdict   string    `json:"verdict"`
	Why       []rag.Why `json:"why"`
	Repointed bool      `json:"repointed"`
	Right     bool      `json:"right"` // it cites only articles that hold gold
}

// PlayedFigures are of one kind of answers played back: those in the language of the
// articles, all and by the question's set, and apart from them those in another.
type PlayedFigures struct {
	PlayedQuality
	File       map[string]PlayedQuality `json:"file"`
	Translated *PlayedQuality           `json:"translated,omitempty"`
}

// PlayedQuality is what became of the sentences that claim something; of changed
// answers only those count that were changed. In moved answers a sentence that was
// re-pointed to an article with gold does not count as supported.
type PlayedQuality struct {
	Answers      int            `json:"answers"`
	Sentences    int            `json:"sentences"`
	Supported    *float64       `json:"supported"` // quoted ones, too
	Contradicted *float64       `json:"contradicted"`
	Weak         *float64       `json:"weak"`
	Repointed    *float64       `json:"repointed"`
	Right        *float64       `json:"repointed_right"` // to articles that hold gold, of all
	Verdicts     map[string]int `json:"verdicts"`
	Refused      *float64       `json:"refused"` // answers, with the nearest articles named
	Facts        *float64       `json:"fact_recall"`
	StrictFacts  *float64       `json:"strict_fact_recall"` // of the same with verify: strict
	Dropped      *float64       `json:"strict_dropped"`     // sentences left out, mean over answers
	Skipped      map[string]int `json:"skipped"`            // answers that were not played back, by reason
}

func playedFigures(rows []PlayedRow) PlayedFigures {
	plain := only(rows, func(r PlayedRow) bool { return !r.Translated })
	f := PlayedFigures{PlayedQuality: playedQuality(plain), File: groups(plain, func(r PlayedRow) string { return r.File }, playedQuality)}
	if translated := only(rows, func(r PlayedRow) bool { return r.Translated }); len(translated) > 0 {
		q := playedQuality(translated)
		f.Translated = &q
	}
	return f
}

// counts reports whether a sentence is one that the figures of its kind are of.
func (r PlayedRow) counts(s PlayedSentence) bool {
	return s.Verdict != verdictNone && (r.Kind != playedChanged || s.Was != "")
}

func playedQuality(rows []PlayedRow) PlayedQuality {
	q := PlayedQuality{Verdicts: map[string]int{}, Skipped: map[string]int{}}
	var played []PlayedRow
	var sentences []PlayedSentence
	moved := false
	for _, r := range rows {
		if r.Skipped != "" {
			q.Skipped[r.Skipped]++
			continue
		}
		played = append(played, r)
		moved = r.Kind == playedMoved
		for _, s := range r.Sentences {
			if r.counts(s) {
				sentences = append(sentences, s)
				q.Verdicts[s.Verdict]++
			}
		}
	}
	right := func(s PlayedSentence) bool { return s.Repointed && s.Right }
	verdict := func(v ...string) func(PlayedSentence) bool {
		return func(s PlayedSentence) bool { return slices.Contains(v, s.Verdict) && !(moved && right(s)) }
	}
	q.Answers, q.Sentences = len(played), len(sentences)
	q.Supported = part(sentences, verdict(verdictQuoted, labelSupported))
	q.Contradicted, q.Weak = part(sentences, verdict(labelContradicted)), part(sentences, verdict(verdictWeak))
	q.Repointed, q.Right = part(sentences, func(s PlayedSentence) bool { return s.Repointed }), part(sentences, right)
	found := func(facts []bool) *float64 { return part(facts, func(b bool) bool { return b }) }
	q.Refused = part(played, func(r PlayedRow) bool { return r.Status == statusRefused && r.Nearest > 0 })
	q.Facts = mean(played, func(r PlayedRow) *float64 { return found(r.Facts) })
	q.StrictFacts = mean(played, func(r PlayedRow) *float64 { return found(r.StrictFacts) })
	q.Dropped = mean(played, func(r PlayedRow) *float64 {
		if r.StrictFacts == nil {
			return nil
		}
		return number64(float64(r.Dropped))
	})
	return q
}

// played prints the figures of answers played back, those made of the questions
// first.
func (p *printer) played(kinds map[string]PlayedFigures) {
	if len(kinds) == 0 {
		return
	}
	rows := [][]string{{"played back", "n", "sent.", "supp.", "contr.", "weak", "repointed", "rightly", "refused", "facts", "strict"}}
	add := func(name string, q PlayedQuality) {
		rows = append(rows, []string{
			name, fmt.Sprint(q.Answers), fmt.Sprint(q.Sentences), cell(q.Supported), cell(q.Contradicted), cell(q.Weak),
			cell(q.Repointed), cell(q.Right), cell(q.Refused), cell(q.Facts), cell(q.StrictFacts),
		})
	}
	var skipped []string
	each := func(kind string) {
		f, ok := kinds[kind]
		if !ok {
			return
		}
		add(kind, f.PlayedQuality)
		if len(f.File) > 1 {
			eachGroup(f.File, "  file ", add)
		}
		if f.Translated != nil {
			add("  translated", *f.Translated)
		}
		if len(f.Skipped) > 0 {
			skipped = append(skipped, kind+": "+counts(f.Skipped))
		}
	}
	names := slices.Sorted(maps.Keys(kinds))
	for _, kind := range append([]string{playedTrue, playedChanged, playedMoved, playedDeclined}, only(names, func(k string) bool { return !made(k) })...) {
		each(kind)
	}
	p.line("")
	p.table(rows)
	for _, why := range skipped {
		p.line("not played back, %s", why)
	}
}
