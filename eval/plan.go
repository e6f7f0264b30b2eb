package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Plan is the search plan that a strong model wrote of a question, to be played
// back: what searches find with such a model, without one.
type Plan struct {
	ID    string // the question's
	Reply string // JSON as a model gives it, with queries and passage
}

// Plans a search can ask for.
const (
	planAuto  = "auto"
	planModel = "model"
	planRules = "rules"
)

// voice is a model that gives the plan when it is asked for JSON the first time: the
// plan is what it is asked for first. Anything else it fails to give.
func (p Plan) voice() Voice {
	given := false
	return func(_ string, json bool) (string, bool) {
		ok := json && !given
		given = given || json
		return p.Reply, ok
	}
}

// readPlan reads a line of a file of plans.
func readPlan(line string) (Plan, error) {
	var fields struct {
		ID      string   `json:"id"`
		Queries []string `json:"queries"`
		Passage string   `json:"passage"`
	}
	if err := json.Unmarshal([]byte(line), &fields); err != nil {
		return Plan{}, err
	}
	switch {
	case fields.ID == "":
		return Plan{}, errors.New("the plan has no id of a question")
	case !slices.ContainsFunc(fields.Queries, func(q string) bool { return strings.TrimSpace(q) != "" }):
		return Plan{}, errors.New("the plan has no query")
	}
	return Plan{ID: fields.ID, Reply: strings.TrimSpace(line)}, nil
}

// plannedSearches returns, for every question with gold and a plan, the search with
// the plan and the one by rules; follow-ups with their earlier turns.
func (r *run) plannedSearches() []searched {
	if r.options.PlayBack == nil || r.options.Brief {
		return nil
	}
	var all []searched
	for _, q := range r.set.Questions {
		p, ok := r.plans[q.ID]
		if !ok || len(q.Gold) == 0 {
			continue
		}
		s := searched{question: q, in: r.options.PlayBack(p.voice()), plan: planModel, planned: true}
		if len(q.History) > 0 {
			s.asked = askedFollowup
		}
		all = append(all, s)
		s.plan = planRules
		all = append(all, s)
	}
	return all
}

// unplayed says, a line each, why plans were not played back.
func (r *run) unplayed() []string {
	plans := r.set.Plans
	if len(plans) == 0 || r.options.Brief && r.options.Plan != planModel {
		return nil
	}
	if r.options.PlayBack == nil {
		return []string{fmt.Sprintf("%d search plans: a server's search cannot play them back; stop the server, or give --articles", len(plans))}
	}
	asked := map[string]bool{}
	for _, q := range r.set.Questions {
		asked[q.ID] = asked[q.ID] || len(q.Gold) > 0
	}
	rest := slices.DeleteFunc(slices.Clone(plans), func(p Plan) bool { return asked[p.ID] })
	if len(rest) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d of %d search plans, whose questions are not in these sets or have no gold", len(rest), len(plans))}
}

// PlannedFigures are of the questions with a plan: Ranks with the plan played back,
// Rules of the same questions by rules.
type PlannedFigures struct {
	Ranks
	Rules     Ranks          `json:"rules"`
	Fallbacks map[string]int `json:"fallbacks"` // plans that were not taken, by reason
}

func plannedFigures(rows []SearchRow) PlannedFigures {
	rules := slices.DeleteFunc(slices.Clone(rows), func(r SearchRow) bool { return r.Asking != planRules })
	model := slices.DeleteFunc(slices.Clone(rows), func(r SearchRow) bool { return r.Asking != planModel })
	return PlannedFigures{Ranks: ranksOf(model), Rules: ranksOf(rules), Fallbacks: fallbacks(model)}
}

// fallbacks counts the searches that a model should have planned and rules did, by
// reason.
func fallbacks(rows []SearchRow) map[string]int {
	count := map[string]int{}
	for _, r := range rows {
		if r.Fallback != "" {
			count[r.Fallback]++
		}
	}
	return count
}
