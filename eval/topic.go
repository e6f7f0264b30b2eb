package eval

import (
	"context"
	"fmt"
	"math"
	"slices"

	"chuchu/rag"
)

// Topical says how much a collection is about what is asked, from 0 to 1; a
// Collection may be that, too.
type Topical interface {
	Topicality(ctx context.Context, r rag.SearchRequest) (float64, []rag.Feature, error)
}

// TopicFigures are of the first gate: what it refuses at which topicality.
type TopicFigures struct {
	OffTopic   int       `json:"off_topic"`  // questions
	Answerable int       `json:"answerable"` // questions with gold
	NearMiss   int       `json:"near_miss"`  // unanswerable ones about the right subject
	AUC        *float64  `json:"auc"`        // that one off topic has less than an answerable one
	At         Refused   `json:"at"`         // with the threshold in force
	ROC        []Refused `json:"roc"`
}

// Refused is the share of questions below a threshold.
type Refused struct {
	Threshold  float64  `json:"threshold"`
	OffTopic   *float64 `json:"off_topic_refused"`
	Answerable *float64 `json:"answerable_refused"`
	NearMiss   *float64 `json:"near_miss_refused"`
}

// A TopicRow is the topicality of one question.
type TopicRow struct {
	Measured   string        `json:"measured"` // topic
	ID         string        `json:"id"`
	File       string        `json:"file"`
	Type       string        `json:"type"`
	Question   string        `json:"question"`
	Topicality float64       `json:"topicality"`
	Features   []rag.Feature `json:"features"`
}

// topics measures the first gate where there are questions off topic.
func (r *run) topics(ctx context.Context, report *Report) error {
	if r.options.Brief || !slices.ContainsFunc(r.set.Questions, func(q Question) bool { return q.Type == offTopic }) {
		return nil
	}
	gate, ok := r.collection.(Topical)
	if !ok {
		r.unmeasured = append(r.unmeasured, "what is refused as off topic at other thresholds: a server does not tell; stop the server, or give --articles")
		return nil
	}
	for _, q := range r.set.Questions {
		if q.Type != offTopic && q.Type != unanswerable && len(q.Gold) == 0 {
			continue
		}
		row, err := r.topic(ctx, gate, q)
		if err := r.asked(ctx, q.ID, err); err != nil {
			return err
		}
		if err == nil {
			report.TopicRows = append(report.TopicRows, row)
		}
	}
	report.Topics = topicFigures(report.TopicRows, rag.OffTopic)
	return nil
}

func (r *run) topic(ctx context.Context, gate Topical, q Question) (TopicRow, error) {
	row := TopicRow{Measured: "topic", ID: q.ID, File: q.File, Type: q.Type, Question: q.Question}
	chat, err := r.chatRequest(q)
	if err != nil {
		return row, err
	}
	row.Topicality, row.Features, err = gate.Topicality(ctx, rag.SearchRequest{
		Query: q.Question, AsOf: chat.AsOf, Plan: r.options.Plan, History: chat.Messages[:len(chat.Messages)-1],
	})
	return row, err
}

func topicFigures(rows []TopicRow, inForce float64) *TopicFigures {
	strange := only(rows, func(r TopicRow) bool { return r.Type == offTopic })
	near := only(rows, func(r TopicRow) bool { return r.Type == unanswerable })
	answerable := only(rows, func(r TopicRow) bool { return r.Type != offTopic && r.Type != unanswerable })
	at := func(threshold float64) Refused {
		below := func(r TopicRow) bool { return r.Topicality < threshold }
		return Refused{threshold, part(strange, below), part(answerable, below), part(near, below)}
	}
	f := &TopicFigures{OffTopic: len(strange), Answerable: len(answerable), NearMiss: len(near), AUC: areaUnder(strange, answerable), At: at(inForce)}
	for _, t := range thresholds(rows) {
		f.ROC = append(f.ROC, at(t))
	}
	return f
}

const thresholdStep = .05

// thresholds returns the multiples of a step at which something changes, from the
// last that refuses none to the first that refuses all.
func thresholds(rows []TopicRow) []float64 {
	if len(rows) == 0 {
		return nil
	}
	byValue := func(a, b TopicRow) int {
		if a.Topicality < b.Topicality {
			return -1
		}
		return 1
	}
	least, most := slices.MinFunc(rows, byValue).Topicality, slices.MaxFunc(rows, byValue).Topicality
	var all []float64
	for k := int(math.Floor(least / thresholdStep)); k <= int(math.Floor(most/thresholdStep))+1; k++ {
		all = append(all, float64(k)*thresholdStep)
	}
	return all
}

// areaUnder returns the area under the ROC curve: how often a question off topic
// has less than an answerable one, ties counted half.
func areaUnder(strange, answerable []TopicRow) *float64 {
	if len(strange) == 0 || len(answerable) == 0 {
		return nil
	}
	sum := 0.0
	for _, s := range strange {
		for _, a := range answerable {
			switch {
			case s.Topicality < a.Topicality:
				sum++
			case s.Topicality == a.Topicality:
				sum += .5
			}
		}
	}
	return number64(sum / float64(len(strange)*len(answerable)))
}

// telling reports whether a threshold is worth a line: not when all that is off topic
// is refused and many answerable questions are, too.
func telling(r Refused) bool { return *r.OffTopic < 1 || r.Answerable == nil || *r.Answerable <= .1 }

// topics prints a line for each threshold.
func (p *printer) topics(f *TopicFigures) {
	if f == nil {
		return
	}
	rows := [][]string{{"topicality below", "off topic refused", "answerable refused", "near misses refused"}}
	add := func(name string, r Refused) {
		rows = append(rows, []string{name, cell(r.OffTopic), cell(r.Answerable), cell(r.NearMiss)})
	}
	for _, r := range f.ROC {
		if telling(r) {
			add(fmt.Sprintf("%.2f", r.Threshold), r)
		}
	}
	add(fmt.Sprintf("%g, as it is", f.At.Threshold), f.At)
	p.line("")
	p.table(rows)
	p.line("%d off topic, %d answerable, %d near misses; area under the curve %s", f.OffTopic, f.Answerable, f.NearMiss, cell(f.AUC))
}
