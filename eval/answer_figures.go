package eval

import "slices"

// Types of questions that the collection does not answer.
const (
	unanswerable = "unanswerable" // the right subject, but the asked detail is in no article
	offTopic     = "off_topic"
)

// only returns the rows for which something holds.
func only[R any](rows []R, holds func(R) bool) []R {
	return slices.DeleteFunc(slices.Clone(rows), func(r R) bool { return !holds(r) })
}

func answerFigures(rows []AnswerRow) AnswerFigures {
	answerable := only(rows, func(r AnswerRow) bool { return r.Type != unanswerable && r.Type != offTopic })
	rest := only(rows, func(r AnswerRow) bool { return r.Type == unanswerable })
	strange := only(rows, func(r AnswerRow) bool { return r.Type == offTopic })
	replied := only(rows, func(r AnswerRow) bool { return r.Error == "" })
	refused := func(r AnswerRow) bool { return r.Status == statusRefused }
	f := AnswerFigures{
		All:  qualityOf(answerable),
		Type: groups(rows, func(r AnswerRow) string { return r.Type }, qualityOf),
		File: groups(answerable, func(r AnswerRow) string { return r.File }, qualityOf),
		Refusal: Refusals{
			Unanswerable: len(rest), Rate: part(rest, refused),
			RefusedOrPartial: part(rest, func(r AnswerRow) bool { return r.Status == statusRefused || r.Status == statusPartial }),
			Answerable:       len(answerable), FalseRate: part(answerable, refused),
			OffTopic: len(strange), OffTopicRate: part(strange, func(r AnswerRow) bool { return r.Reason == offTopic }),
			Reasons: map[string]int{},
		},
		Citations: citationsOf(replied),
		Modes:     map[string]int{}, Verdicts: map[string]int{}, Caveats: map[string]int{},
		Conflicts: conflictFigures(rows),
	}
	var ms []float64
	for _, r := range replied {
		ms = append(ms, r.MS)
		f.Modes[r.Mode]++
		f.count(r)
	}
	f.Latency = latencyOf(ms)
	return f
}

// count counts what a reply says of itself.
func (f *AnswerFigures) count(r AnswerRow) {
	for _, code := range r.Caveats {
		f.Caveats[code]++
	}
	if r.Reason != "" {
		f.Refusal.Reasons[r.Reason]++
	}
	if r.Status == statusRefused {
		return
	}
	for verdict, n := range r.Verdicts {
		f.Verdicts[verdict] += n
	}
}

func qualityOf(rows []AnswerRow) AnswerQuality {
	var found []bool
	for _, r := range rows {
		found = append(found, r.Facts...)
	}
	itself := func(b bool) bool { return b }
	return AnswerQuality{
		N:          len(rows),
		FactRecall: mean(rows, func(r AnswerRow) *float64 { return part(r.Facts, itself) }),
		FactsFound: part(found, itself),
		AllFacts: mean(rows, func(r AnswerRow) *float64 {
			if len(r.Facts) == 0 {
				return nil
			}
			return yes(!slices.Contains(r.Facts, false))
		}),
		Refused: part(rows, func(r AnswerRow) bool { return r.Status == statusRefused }),
		Partial: part(rows, func(r AnswerRow) bool { return r.Status == statusPartial }),
		Chars: mean(rows, func(r AnswerRow) *float64 {
			if r.Error != "" {
				return nil
			}
			return number64(float64(r.Chars))
		}),
		GoldCited: mean(rows, func(r AnswerRow) *float64 { return r.Cited }),
	}
}

// citationsOf takes rows that have an answer.
func citationsOf(rows []AnswerRow) Citations {
	checked, right, golden, withGold, faults, needed, touched := 0, 0, 0, 0, 0, 0, 0
	for _, r := range rows {
		checked += r.Spans
		right += r.Right
		faults += len(r.Faults)
		needed += r.Needed
		touched += r.Touched
		if r.Cited != nil {
			golden += r.Golden
			withGold += r.Spans
		}
	}
	return Citations{
		Share: shareOf(right, checked), OverlapGold: shareOf(golden, withGold).Part, Recall: shareOf(touched, needed).Part, Faults: faults,
		PerAnswer: mean(rows, func(r AnswerRow) *float64 {
			if r.Type == unanswerable || r.Type == offTopic || r.Status == statusRefused {
				return nil
			}
			return number64(float64(r.Spans))
		}),
		Clean: part(rows, func(r AnswerRow) bool { return len(r.Faults) == 0 }),
	}
}
