// Package eval measures search and answers on question sets.
//
// Read (read.go) reads the sets, Run asks a collection every question and returns
// a Report, which prints itself as a table (table.go) and is JSON for programs.
// Whether a passage holds a quotation and an answer a fact is decided on loosely
// folded text (fold.go, fact.go).
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
	// Text returns the text of one version of an article.
	Text(ctx context.Context, articleID string, version int) (string, error)
}

// Options set how the questions are asked.
type Options struct {
	AsOf string // the day of questions that do not say theirs, YYYY-MM-DD; empty: today
	// Remote says that the collection is a server's, whose search takes no earlier
	// turns: they are put in front of a follow-up's question.
	Remote bool
	// PlayBack returns a searcher of the same collection with a model that gives the
	// plan's reply when it is asked for a plan; nil where that is not possible.
	PlayBack func(Plan) Searcher
	// Progress is called after each question with how many are done; may be nil.
	Progress func(done, of int)
}

const (
	searchLimit = 20    // passages looked at; MRR is over these
	warmUp      = "云计算" // any question will do
)

// Run asks every question, first as searches, those with a plan also with it, then
// for answers, one at a time. A
// request that fails counts as a miss, and in Report.Errors; Run returns an error
// when ctx ends or every request fails.
func Run(ctx context.Context, c Collection, set Set, o Options) (*Report, error) {
	r := &run{collection: c, questions: set.Questions, options: o, texts: map[version]*articleText{}}
	// The first search may pay for loading, and is not counted, failed or not.
	if _, err := c.Search(ctx, rag.SearchRequest{Query: warmUp, Limit: searchLimit, AsOf: o.AsOf}); err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	searches, planned := r.searches(), r.plannedSearches(set.Plans)
	r.total = len(searches) + len(planned) + len(r.questions)
	for _, all := range [][]searched{searches, planned} {
		if err := r.search(ctx, all); err != nil {
			return nil, err
		}
	}
	answers, err := r.answer(ctx)
	if err != nil {
		return nil, err
	}
	report := r.report(ctx, searches, planned, answers)
	report.NotMeasured, report.Faults = slices.Concat(set.NotMeasured, r.unplayed(set.Plans)), set.Faults
	if report.Errors > 0 && report.Errors == r.total {
		return nil, fmt.Errorf("every request failed; the first: %s", r.failed[0])
	}
	return report, nil
}

// A run is one call of Run.
type run struct {
	collection Collection
	questions  []Question
	options    Options
	texts      map[version]*articleText
	failed     []string // why requests failed
	done       int
	total      int // requests
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

// asked counts a request that came back: progress, and failures but the caller's
// leaving, which is returned.
func (r *run) asked(ctx context.Context, q Question, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.failed = append(r.failed, fmt.Sprintf("%s: %v", q.ID, err))
	}
	r.done++
	if r.options.Progress != nil {
		r.options.Progress(r.done, r.total)
	}
	return nil
}

func milliseconds(since time.Time) float64 { return float64(time.Since(since).Microseconds()) / 1000 }
