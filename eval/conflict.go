package eval

import (
	"context"
	"slices"

	"chuchu/rag"
)

// conflicting is the type of questions whose sources disagree.
const conflicting = "conflicting"

// ConflictFigures are of the questions whose sources disagree.
type ConflictFigures struct {
	ConflictShare
	About     map[string]ConflictShare `json:"about"`     // quantity, date, name or judgement
	Elsewhere *float64                 `json:"elsewhere"` // share of the other questions in whose answer a disagreement is named
}

// A ConflictShare says in how many answers both sides are shown.
type ConflictShare struct {
	N    int      `json:"n"`
	Both *float64 `json:"both_sides"`
}

// checkConflicts enters whether one of the disagreements that a reply names has
// every needed quotation on one of its sides.
func (r *run) checkConflicts(ctx context.Context, q Question, reply rag.Reply, row *AnswerRow) {
	row.Conflicts = len(reply.Conflicts)
	if row.BothSides != nil {
		*row.BothSides = slices.ContainsFunc(reply.Conflicts, func(c rag.Conflict) bool { return r.hasSides(ctx, q, c) })
	}
}

func (r *run) hasSides(ctx context.Context, q Question, c rag.Conflict) bool {
	held := make([]float64, len(q.Gold))
	for _, side := range c.Sides {
		if text := r.text(ctx, side.Article.ID, side.Article.Version); text != nil {
			text.overlap(region{side.Span.Start, side.Span.End}, q.Gold, held)
		}
	}
	return !slices.Contains(neededOf(q.Gold, held), 0)
}

// conflictFigures returns nil without a question whose sources disagree.
func conflictFigures(rows []AnswerRow) *ConflictFigures {
	asked := only(rows, func(r AnswerRow) bool { return r.BothSides != nil })
	if len(asked) == 0 {
		return nil
	}
	others := only(rows, func(r AnswerRow) bool { return r.BothSides == nil && r.Error == "" })
	return &ConflictFigures{
		ConflictShare: conflictShare(asked),
		About:         groups(only(asked, func(r AnswerRow) bool { return r.About != "" }), func(r AnswerRow) string { return r.About }, conflictShare),
		Elsewhere:     part(others, func(r AnswerRow) bool { return r.Conflicts > 0 }),
	}
}

func conflictShare(rows []AnswerRow) ConflictShare {
	return ConflictShare{N: len(rows), Both: part(rows, func(r AnswerRow) bool { return *r.BothSides })}
}
