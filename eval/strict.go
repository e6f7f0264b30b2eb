package eval

import (
	"context"
	"slices"
)

// StrictFigures are of the answerable questions, asked with verify: strict, where a
// sentence that does not hold is left out.
type StrictFigures struct {
	N          int      `json:"n"`
	FactRecall *float64 `json:"fact_recall"` // share of a question's fact groups, mean over questions
	Refused    *float64 `json:"refused"`
	Dropped    *float64 `json:"dropped"` // sentences left out, mean over answers
}

// A strictRow is what became of one answer with verify: strict.
type strictRow struct {
	facts   []bool
	refused bool
	dropped float64
}

// answerStrictly asks the answerable questions again where a model answered, or the
// options want it.
func (r *run) answerStrictly(ctx context.Context, report *Report) error {
	byModel := slices.ContainsFunc(report.AnswerRows, func(row AnswerRow) bool { return row.Mode == "model" })
	if !byModel && !r.options.Strict || r.options.Brief {
		return nil
	}
	var rows []strictRow
	for _, q := range r.set.Questions {
		if len(q.Gold) == 0 {
			continue
		}
		reply, err := r.chat(ctx, q, "strict")
		if err := r.asked(ctx, q.ID, err); err != nil {
			return err
		}
		row := strictRow{facts: make([]bool, len(q.Facts))}
		if err == nil {
			row.refused, row.dropped = reply.Status == statusRefused, float64(len(reply.Dropped))
		}
		if err == nil && !row.refused {
			row.facts = factsFound(reply.Answer, q.Facts)
		}
		rows = append(rows, row)
	}
	report.Answers.Strict = strictFigures(rows)
	return nil
}

func strictFigures(rows []strictRow) *StrictFigures {
	return &StrictFigures{
		N:          len(rows),
		FactRecall: mean(rows, func(r strictRow) *float64 { return part(r.facts, func(b bool) bool { return b }) }),
		Refused:    part(rows, func(r strictRow) bool { return r.refused }),
		Dropped:    mean(rows, func(r strictRow) *float64 { return &r.dropped }),
	}
}
