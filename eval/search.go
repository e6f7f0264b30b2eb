package eval

import (
	"context"
	"math"
	"strings"
	"time"

	"chuchu/rag"
)

// How a follow-up was searched for.
const (
	askedFollowup = "followup" // with the earlier turns
	askedAlone    = "alone"    // without them: shown, but not counted
)

// A SearchRow is what became of one search.
type SearchRow struct {
	Measured string   `json:"measured"` // search, or planned: of a question with a plan
	ID       string   `json:"id"`
	File     string   `json:"file"`
	Type     string   `json:"type"`
	Question string   `json:"question"`
	Asked    string   `json:"asked,omitempty"` // followup, alone, or empty for a question without earlier turns
	Asking   string   `json:"plan,omitempty"`  // model: the plan was played back, or rules; only with planned
	Rank     int      `json:"rank"`            // of the first passage with a gold quotation, 0 without one
	Needed   []int    `json:"needed"`          // such ranks of each quotation that is needed
	Titles   []string `json:"titles"`          // of the results, in order
	// WindowRight says whether the time window was the question's, give or take a
	// day; nil for a question without one.
	WindowRight *bool `json:"window_right,omitempty"`
	// TrapAvoided says whether gold stands above every passage of the article that
	// a search without regard to dates would like; nil without such an article.
	TrapAvoided *bool   `json:"trap_avoided,omitempty"`
	Fallback    string  `json:"fallback,omitempty"` // why rules made the plan and not the model
	MS          float64 `json:"ms"`
	Error       string  `json:"error,omitempty"`
}

// A searched is a search with what it found.
type searched struct {
	question Question
	asked    string
	in       Collection
	plan     string // as SearchRequest has it
	planned  bool   // one of plannedSearches
	reply    rag.SearchReply
	passages []string // folded
	ms       float64
	err      error
}

// searches returns a search of every question that has gold.
func (r *run) searches() []searched {
	var all []searched
	for _, q := range r.set.Questions {
		if len(q.Gold) == 0 {
			continue
		}
		asked := []string{""}
		if len(q.History) > 0 {
			asked = []string{askedFollowup, askedAlone}
		}
		for _, how := range asked {
			in, plan := r.with(q)
			all = append(all, searched{question: q, in: in, plan: plan, asked: how})
		}
	}
	return all
}

// search carries out searches and fills in what they find.
func (r *run) search(ctx context.Context, all []searched) error {
	folded := map[string]string{}
	for i := range all {
		s := &all[i]
		if err := r.searchOne(ctx, s); err != nil {
			return err
		}
		if err := r.asked(ctx, s.question.ID, s.err); err != nil {
			return err
		}
		for _, result := range s.reply.Results {
			text := result.Passage.Text
			if _, ok := folded[text]; !ok {
				folded[text] = fold(text)
			}
			s.passages = append(s.passages, folded[text])
		}
	}
	return nil
}

// searchOne fills in what a search finds; an error is of no search.
func (r *run) searchOne(ctx context.Context, s *searched) error {
	request := rag.SearchRequest{Query: s.question.Question, Limit: searchLimit, AsOf: r.asOf(s.question), Plan: s.plan}
	if s.asked == askedFollowup {
		chat, err := r.chatRequest(s.question)
		if err != nil {
			return err
		}
		request.History = chat.Messages[:len(chat.Messages)-1]
		if r.options.Remote {
			request.Query = s.question.inOneLine()
		}
	}
	started := time.Now()
	s.reply, s.err = s.in.Search(ctx, request)
	s.ms = milliseconds(started)
	return nil
}

// inOneLine is the question with the earlier turns in front.
func (q Question) inOneLine() string {
	var parts []string
	for _, t := range q.History {
		parts = append(parts, t.Content)
	}
	return strings.Join(append(parts, q.Question), " ")
}

const (
	shareWanted   = 0.6 // of a quotation, for a passage to hold it
	shareStraddle = 0.4 // of one that no passage holds so much of: it lies across two
)

// wantedShares returns, for every gold quotation, folded, how much of it a passage
// must hold.
func wantedShares(all []searched) map[string]float64 {
	passages := map[string]bool{}
	for _, s := range all {
		for _, p := range s.passages {
			passages[p] = true
		}
	}
	wanted := map[string]float64{}
	for _, s := range all {
		for _, g := range s.question.Gold {
			quote := fold(g.Quote)
			if _, ok := wanted[quote]; ok {
				continue
			}
			wanted[quote] = shareStraddle
			for p := range passages {
				if share(quote, p) >= shareWanted {
					wanted[quote] = shareWanted
					break
				}
			}
		}
	}
	return wanted
}

// row ranks what a search found.
func (s searched) row(wanted map[string]float64) SearchRow {
	q := s.question
	row := SearchRow{Measured: "search", ID: q.ID, File: q.File, Type: q.Type, Question: q.Question, Asked: s.asked, MS: s.ms, Needed: []int{}, Titles: []string{}}
	if s.planned {
		row.Measured, row.Asking = "planned", s.plan
	}
	if s.err != nil {
		row.Error = s.err.Error()
	}
	if why := s.reply.Plan.Fallback; why != nil {
		row.Fallback = *why
	}
	var alternatives []int
	for _, g := range q.Gold {
		rank := s.rankOf(fold(g.Quote), wanted)
		if rank > 0 && (row.Rank == 0 || rank < row.Rank) {
			row.Rank = rank
		}
		if g.Alt {
			alternatives = append(alternatives, rank)
		} else {
			row.Needed = append(row.Needed, rank)
		}
	}
	if len(row.Needed) == 0 {
		row.Needed = alternatives
	}
	for _, result := range s.reply.Results {
		row.Titles = append(row.Titles, result.Article.Title)
	}
	row.WindowRight = q.windowRight(s.reply.Plan.Window)
	row.TrapAvoided = q.trapAvoided(row)
	return row
}

// rankOf returns the rank of the first passage that holds the quotation, 0 without
// one.
func (s searched) rankOf(quote string, wanted map[string]float64) int {
	for i, p := range s.passages {
		if share(quote, p) >= wanted[quote] {
			return i + 1
		}
	}
	return 0
}

// windowRight reports whether a window is one of the question's; nil for a question
// without one.
func (q Question) windowRight(got *rag.Window) *bool {
	if q.Window == nil {
		return nil
	}
	asked := day(&q.AsOf)
	right := false
	for _, p := range q.periods() {
		right = right || got != nil &&
			sameEnd(p.From, got.From, func(d time.Time) bool { return !d.After(beforeAll) }) &&
			sameEnd(p.To, got.To, func(d time.Time) bool { return !asked.IsZero() && !d.Before(asked.AddDate(0, 0, -1)) })
	}
	return &right
}

// beforeAll is a day before which the sets have no article.
var beforeAll = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// sameEnd reports whether an end of a window is the wanted one, give or take a day.
// far says which days are as good as an open end.
func sameEnd(want, got *string, far func(time.Time) bool) bool {
	g := day(got)
	if got != nil && *got != "" && g.IsZero() {
		return false
	}
	if want == nil {
		return g.IsZero() || far(g)
	}
	return !g.IsZero() && math.Abs(g.Sub(day(want)).Hours()) <= 24
}

// day reads a day; the zero time for none.
func day(s *string) time.Time {
	if s == nil {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, (*s)[:min(len(*s), len(time.DateOnly))])
	if err != nil {
		return time.Time{}
	}
	return t
}

func (q Question) trapAvoided(row SearchRow) *bool {
	if q.Trap == nil {
		return nil
	}
	trap, first := fold(q.Trap.Article), 0
	for i, title := range row.Titles {
		if fold(title) == trap {
			first = i + 1
			break
		}
	}
	avoided := row.Rank > 0 && (first == 0 || row.Rank < first)
	return &avoided
}
