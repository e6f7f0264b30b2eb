package eval

import (
	"context"
	"math"
	"slices"

	"chuchu/corpus"
)

// A Report is the figures of one run. A figure nothing was measured for is nil.
type Report struct {
	Questions int           `json:"questions"`
	Errors    int           `json:"errors"` // requests that failed; they count as misses
	Search    SearchFigures `json:"search"`
	Answers   AnswerFigures `json:"answers"`
	// Played has a key for each kind of answers played back: true, changed and moved
	// of the reference answers, and what a file of answers calls its own.
	Played      map[string]PlayedFigures `json:"played,omitempty"`
	Topics      *TopicFigures            `json:"topics,omitempty"`
	Claims      *ClaimFigures            `json:"claims,omitempty"`
	Briefings   *BriefingFigures         `json:"briefings,omitempty"`
	NotMeasured []string                 `json:"not_measured,omitempty"` // what was given and is not measured, each with its reason
	Faults      []string                 `json:"faults,omitempty"`       // lines and files that could not be read
	Failed      []string                 `json:"failed,omitempty"`       // why requests failed
	// HistoryInFront says that follow-ups were searched for with the earlier turns
	// in front of the question, as a server's search takes none.
	HistoryInFront bool `json:"history_in_front"`

	SearchRows   []SearchRow   `json:"-"`
	PlannedRows  []SearchRow   `json:"-"`
	AnswerRows   []AnswerRow   `json:"-"`
	PlayedRows   []PlayedRow   `json:"-"`
	TopicRows    []TopicRow    `json:"-"`
	ClaimRows    []ClaimRow    `json:"-"`
	BriefingRows []BriefingRow `json:"-"`
}

// SearchFigures are of the questions with gold, follow-ups with their earlier turns.
type SearchFigures struct {
	All      Ranks            `json:"all"`
	Type     map[string]Ranks `json:"type"`
	File     map[string]Ranks `json:"file"`
	Alone    Ranks            `json:"followup_alone"` // follow-ups without their earlier turns
	Latency  Latency          `json:"latency"`
	Passages Share            `json:"passages"` // results that are their article's text[start:end]
	// Fallbacks counts the searches that rules planned as the model did not, by reason.
	Fallbacks map[string]int `json:"fallbacks"`
	Planned   PlannedFigures `json:"planned"`
}

// Ranks are figures of ranked results: hit at k is the share of questions with a
// passage that holds a gold quotation among the first k.
type Ranks struct {
	N           int      `json:"n"`
	Hit1        *float64 `json:"hit1"`
	Hit5        *float64 `json:"hit5"`
	Hit10       *float64 `json:"hit10"`
	MRR         *float64 `json:"mrr"`    // mean of 1/rank, over the first 20 results
	Gold10      *float64 `json:"gold10"` // share of the needed quotations among the first ten, mean over questions
	WindowRight *float64 `json:"window_right"`
	TrapAvoided *float64 `json:"trap_avoided"`
}

// AnswerFigures are of all questions. All and File leave out the unanswerable and
// those off topic.
type AnswerFigures struct {
	All       AnswerQuality            `json:"all"`
	Type      map[string]AnswerQuality `json:"type"`
	File      map[string]AnswerQuality `json:"file"`
	Refusal   Refusals                 `json:"refusal"`
	Citations Citations                `json:"citations"`
	Latency   Latency                  `json:"latency"`
	Modes     map[string]int           `json:"modes"`    // model or extracts
	Verdicts  map[string]int           `json:"verdicts"` // of sentences that are no refusal's
	Caveats   map[string]int           `json:"caveats"`  // answers with a caveat, by its code
	Conflicts *ConflictFigures         `json:"conflicts,omitempty"`
	Strict    *StrictFigures           `json:"strict,omitempty"` // asked again with verify: strict
}

// AnswerQuality is how good answers are.
type AnswerQuality struct {
	N          int      `json:"n"`
	FactRecall *float64 `json:"fact_recall"` // share of a question's fact groups, mean over questions
	FactsFound *float64 `json:"facts_found"` // share of all fact groups of all questions together
	AllFacts   *float64 `json:"all_facts"`   // questions whose groups were all found
	Refused    *float64 `json:"refused"`
	Partial    *float64 `json:"partial"`
	Chars      *float64 `json:"chars"`      // mean length, in code points, without markers
	GoldCited  *float64 `json:"gold_cited"` // share of the needed quotations that a span holds 30 % of, mean over questions
}

// Refusals are how often it was refused to answer, rightly and falsely.
type Refusals struct {
	Unanswerable     int            `json:"unanswerable"`
	Rate             *float64       `json:"refusal_rate"`       // of the unanswerable
	RefusedOrPartial *float64       `json:"refused_or_partial"` // of the unanswerable
	Answerable       int            `json:"answerable"`
	FalseRate        *float64       `json:"false_refusal_rate"` // of the answerable
	OffTopic         int            `json:"off_topic"`
	OffTopicRate     *float64       `json:"off_topic_rate"` // of those off topic, with that reason: before a model is asked
	Reasons          map[string]int `json:"reasons"`        // of all refusals
}

// Citations are what citations are worth.
type Citations struct {
	Share
	OverlapGold *float64 `json:"overlap_gold"` // precision: spans that overlap a gold quotation, of the questions that have one
	Recall      *float64 `json:"recall"`       // needed quotations that a span overlaps, of all questions together
	PerAnswer   *float64 `json:"per_answer"`   // spans
	Faults      int      `json:"faults"`       // broken rules, one by one
	Clean       *float64 `json:"clean_share"`  // answers without a broken rule
}

// A Share is how many of all are right.
type Share struct {
	Checked int      `json:"checked"`
	Right   int      `json:"right"`
	Part    *float64 `json:"right_share"`
}

func shareOf(right, checked int) Share {
	s := Share{Checked: checked, Right: right}
	if checked > 0 {
		s.Part = number64(float64(right) / float64(checked))
	}
	return s
}

// Latency is how long requests took, in milliseconds.
type Latency struct {
	N   int      `json:"n"`
	P50 *float64 `json:"p50_ms"`
	P95 *float64 `json:"p95_ms"`
	Max *float64 `json:"max_ms"`
}

func number64(v float64) *float64 { return &v }

// mean returns the mean of a figure over the rows that have it.
func mean[R any](rows []R, figure func(R) *float64) *float64 {
	sum, n := 0.0, 0
	for _, r := range rows {
		if v := figure(r); v != nil {
			sum += *v
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return number64(sum / float64(n))
}

// part returns the share of rows for which something holds.
func part[R any](rows []R, holds func(R) bool) *float64 {
	return mean(rows, func(r R) *float64 { return yes(holds(r)) })
}

func yes(b bool) *float64 {
	if b {
		return number64(1)
	}
	return number64(0)
}

// latencyOf takes the percentiles by nearest rank.
func latencyOf(ms []float64) Latency {
	l := Latency{N: len(ms)}
	if len(ms) == 0 {
		return l
	}
	sorted := slices.Sorted(slices.Values(ms))
	at := func(p float64) *float64 { return number64(sorted[max(0, int(math.Ceil(p*float64(len(sorted))))-1)]) }
	l.P50, l.P95, l.Max = at(.5), at(.95), at(1)
	return l
}

// groups makes figures of the rows that have the same key.
func groups[R, F any](rows []R, key func(R) string, figures func([]R) F) map[string]F {
	parted := map[string][]R{}
	for _, r := range rows {
		parted[key(r)] = append(parted[key(r)], r)
	}
	out := make(map[string]F, len(parted))
	for k, rows := range parted {
		out[k] = figures(rows)
	}
	return out
}

// reportSearches enters the figures of the searches.
func (r *run) reportSearches(ctx context.Context, report *Report, searches, planned []searched) {
	wanted := wantedShares(searches)
	for _, s := range searches {
		report.SearchRows = append(report.SearchRows, s.row(wanted))
		report.HistoryInFront = report.HistoryInFront || r.options.Remote && s.asked == askedFollowup
	}
	// The figures without plans must not change with what plans find.
	wanted = wantedShares(slices.Concat(searches, planned))
	for _, s := range planned {
		report.PlannedRows = append(report.PlannedRows, s.row(wanted))
	}
	report.Search = searchFigures(report.SearchRows)
	report.Search.Planned = plannedFigures(report.PlannedRows)
	report.Search.Passages = r.checkPassages(ctx, searches)
}

// checkPassages holds the passages found against the texts of their articles.
func (r *run) checkPassages(ctx context.Context, searches []searched) Share {
	right, checked := 0, 0
	for _, s := range searches {
		for _, result := range s.reply.Results {
			checked++
			if r.passageRight(ctx, result.Article, result.Passage.Start, result.Passage.End, result.Passage.Text) {
				right++
			}
		}
	}
	return shareOf(right, checked)
}

func (r *run) passageRight(ctx context.Context, a corpus.Ref, start, end int, want string) bool {
	text := r.text(ctx, a.ID, a.Version)
	return text != nil && start >= 0 && start < end && end <= len(text.runes) && string(text.runes[start:end]) == want
}

func searchFigures(rows []SearchRow) SearchFigures {
	counted := slices.DeleteFunc(slices.Clone(rows), func(r SearchRow) bool { return r.Asked == askedAlone })
	alone := slices.DeleteFunc(slices.Clone(rows), func(r SearchRow) bool { return r.Asked != askedAlone })
	var ms []float64
	for _, r := range rows {
		if r.Error == "" {
			ms = append(ms, r.MS)
		}
	}
	return SearchFigures{
		All:       ranksOf(counted),
		Type:      groups(counted, func(r SearchRow) string { return r.Type }, ranksOf),
		File:      groups(counted, func(r SearchRow) string { return r.File }, ranksOf),
		Alone:     ranksOf(alone),
		Latency:   latencyOf(ms),
		Fallbacks: fallbacks(rows),
	}
}

func ranksOf(rows []SearchRow) Ranks {
	within := func(k int) *float64 {
		return part(rows, func(r SearchRow) bool { return r.Rank > 0 && r.Rank <= k })
	}
	return Ranks{
		N: len(rows), Hit1: within(1), Hit5: within(5), Hit10: within(10),
		MRR: mean(rows, func(r SearchRow) *float64 {
			if r.Rank == 0 {
				return number64(0)
			}
			return number64(1 / float64(r.Rank))
		}),
		Gold10:      mean(rows, func(r SearchRow) *float64 { return part(r.Needed, func(k int) bool { return k > 0 && k <= 10 }) }),
		WindowRight: mean(rows, func(r SearchRow) *float64 { return ifKnown(r.WindowRight) }),
		TrapAvoided: mean(rows, func(r SearchRow) *float64 { return ifKnown(r.TrapAvoided) }),
	}
}

func ifKnown(b *bool) *float64 {
	if b == nil {
		return nil
	}
	return yes(*b)
}
