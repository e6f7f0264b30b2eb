// Package eval measures search, answers, checks and briefings on sets of questions,
// claims and topics.
//
// Read (read.go) reads a set and ReadSets (sets.go) a file that names several; Run
// asks a collection every question and returns a Report, which prints itself as a
// table (table.go) and is JSON for programs. Results (results.go) are the reports of
// several sets and settings, side by side. Whether a passage holds a quotation and
// an answer a fact is decided on loosely folded text (fold.go, fact.go). What a briefing
// covers is told by cover.go, where it repeats itself by repetition.go.
//
// What a model would do is measured without one: plans (plan.go) and answers
// (play.go) are played back, among them answers made wrong on purpose (forge.go).
//
// What it cannot tell: a right answer in other words counts as missed, and a fact
// in a wrong sentence as found. Refusals and false premises are worth reading; the
// rows of the report hold the answers.
package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"chuchu/rag"
)

// A Collection is what is asked.
type Collection interface {
	Search(ctx context.Context, r rag.SearchRequest) (rag.SearchReply, error)
	Chat(ctx context.Context, r rag.ChatRequest) (rag.Reply, error)
	Check(ctx context.Context, r rag.CheckRequest) (rag.CheckReply, error)
	// Text returns the text of one version of an article.
	Text(ctx context.Context, articleID string, version int) (string, error)
}

// Options set how the questions are asked.
type Options struct {
	AsOf string // the day of questions that do not say theirs, YYYY-MM-DD; empty: today
	// Remote says that the collection is a server's, whose search takes no earlier
	// turns: they are put in front of a follow-up's question.
	Remote bool
	// Plan is the plan of every search and answer: auto, rules or model; empty is
	// auto. With model, what is in the set is played back where a question has a
	// plan, and the others are left to the collection.
	Plan string
	// PlayBack returns the same collection with a model that speaks with a voice;
	// nil where that is not possible.
	PlayBack func(Voice) Collection
	// Brief leaves out what is played back apart from what Plan asks for, for runs
	// that are set against one another.
	Brief bool
	// Length is that of every briefing: short, standard or long; empty: as its topic
	// says.
	Length string
	// Strict asks for every answer a second time with verify: strict; where a model
	// answers that is done anyway.
	Strict bool
	// Progress is called after each question with how many are done; may be nil.
	Progress func(done, of int)
}

const (
	searchLimit = 20    // passages looked at; MRR is over these
	warmUp      = "云计算" // any question will do
)

// Run asks every question, first as searches, those with a plan also with it, then
// for answers; then answers are played back, claims checked and briefings made, one at
// a time. A request that fails counts as a miss, and in Report.Errors; Run returns an error
// when ctx ends or every request fails.
func Run(ctx context.Context, c Collection, set Set, o Options) (*Report, error) {
	r := newRun(c, set, o)
	if err := r.warmUp(ctx); err != nil {
		return nil, err
	}
	searches, planned, plays := r.searches(), r.plannedSearches(), r.plays()
	r.total = len(searches) + len(planned) + len(r.set.Questions) + len(plays) + len(r.set.Claims) + len(r.set.Topics)
	report := &Report{Questions: len(set.Questions), Faults: set.Faults}
	for _, all := range [][]searched{searches, planned} {
		if err := r.search(ctx, all); err != nil {
			return nil, err
		}
	}
	r.reportSearches(ctx, report, searches, planned)
	for _, measure := range []func(context.Context, *Report) error{
		r.answer, r.answerStrictly, r.topics, func(ctx context.Context, report *Report) error { return r.play(ctx, plays, report) }, r.check, r.brief,
	} {
		if err := measure(ctx, report); err != nil {
			return nil, err
		}
	}
	report.NotMeasured = slices.Concat(r.unplayed(), r.unmeasured)
	report.Errors, report.Failed = len(r.failed), r.failed
	if report.Errors > 0 && report.Errors == r.done {
		return nil, fmt.Errorf("every request failed; the first: %s", r.failed[0])
	}
	return report, nil
}

// A run is one call of Run.
type run struct {
	collection Collection
	set        Set
	options    Options
	plans      map[string]Plan // by the question's id
	texts      map[version]*articleText
	failed     []string // why requests failed
	unmeasured []string
	done       int
	total      int // requests
}

func newRun(c Collection, set Set, o Options) *run {
	r := &run{collection: c, set: set, options: o, plans: map[string]Plan{}, texts: map[version]*articleText{}}
	for _, p := range set.Plans {
		r.plans[p.ID] = p
	}
	return r
}

// warmUp searches once: the first search may pay for loading, and is not counted,
// failed or not.
func (r *run) warmUp(ctx context.Context) error {
	_, err := r.collection.Search(ctx, rag.SearchRequest{Query: warmUp, Limit: searchLimit, AsOf: r.options.AsOf})
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return nil
}

// with returns the collection and the plan that a question is asked with.
func (r *run) with(q Question) (Collection, string) {
	p, ok := r.plans[q.ID]
	if r.options.Plan != planModel || !ok || r.options.PlayBack == nil {
		plan := r.options.Plan
		if plan == planModel {
			plan = planAuto
		}
		return r.collection, plan
	}
	return r.options.PlayBack(p.voice()), planModel
}

// A version is one version of an article.
type version struct {
	article string
	number  int
}

// An articleText is an article's text, also folded.
type articleText struct {
	runes  []rune
	folded foldedText
}

// text returns a version of an article, nil when the collection does not give it.
func (r *run) text(ctx context.Context, article string, number int) *articleText {
	key := version{article, number}
	if t, ok := r.texts[key]; ok {
		return t
	}
	s, err := r.collection.Text(ctx, article, number)
	if err != nil {
		r.texts[key] = nil
		return nil
	}
	t := &articleText{[]rune(s), foldText(s)}
	r.texts[key] = t
	return t
}

// chatRequest is the question with its earlier turns.
func (r *run) chatRequest(q Question) (rag.ChatRequest, error) {
	var request rag.ChatRequest
	turns, err := json.Marshal(append(q.History[:len(q.History):len(q.History)], Turn{Role: "user", Content: q.Question}))
	if err != nil {
		return request, err
	}
	request.AsOf = r.asOf(q)
	return request, json.Unmarshal(turns, &request.Messages)
}

func (r *run) asOf(q Question) string {
	if q.AsOf != "" {
		return q.AsOf
	}
	return r.options.AsOf
}

// asked counts a request that came back, for the question or claim id: progress,
// and failures but the caller's leaving, which is returned.
func (r *run) asked(ctx context.Context, id string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.failed = append(r.failed, fmt.Sprintf("%s: %v", id, err))
	}
	r.done++
	if r.options.Progress != nil {
		r.options.Progress(r.done, max(r.done, r.total))
	}
	return nil
}

func milliseconds(since time.Time) float64 { return float64(time.Since(since).Microseconds()) / 1000 }
