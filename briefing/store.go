package briefing

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"chuchu/corpus"
	"chuchu/rag"
)

// A storedBriefing is the body of a briefing in the record. What it quotes is left out:
// the articles hold it, and when one is deleted it must be gone here too.
type storedBriefing struct {
	Briefing
	Begun int           `json:"begun"` // how often its making was begun
	Log   []loggedEvent `json:"log"`
}

// A loggedEvent is an event as it is stored: a step, or the heading of a section, which
// the briefing holds. The last event, done or error, is not logged: the briefing is its
// data.
type loggedEvent struct {
	Step    json.RawMessage `json:"step,omitempty"`
	Section string          `json:"section,omitempty"`
}

// fail makes the briefing one that failed. Of what was made of it there stays what is
// true without the rest.
func (s *storedBriefing) fail(b Briefing, p Problem) {
	s.Status, s.Problem = Failed, &p
	s.AsOf, s.Found, s.TookMS = b.AsOf, b.Found, b.TookMS
}

// put stores a briefing.
func (d *Desk) put(ctx context.Context, s storedBriefing) error {
	body, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("store briefing %s: %w", s.ID, err)
	}
	return d.Engine.Record.PutBriefing(ctx, corpus.Document{
		ID: s.ID, Question: s.Topic, Status: string(s.Status), Mode: s.Mode, PreviousID: s.Request.PreviousID,
		Created: s.Created, Articles: s.cited(), Body: body,
	}, corpus.Retention{Most: d.Options.Most})
}

// read returns a briefing of the record. corpus.ErrNotFound.
func (d *Desk) read(ctx context.Context, id string) (storedBriefing, error) {
	document, err := d.Engine.Record.Briefing(ctx, id)
	if err != nil {
		return storedBriefing{}, err
	}
	return decode(document)
}

func decode(document corpus.Document) (s storedBriefing, err error) {
	if err := json.Unmarshal(document.Body, &s); err != nil {
		return s, fmt.Errorf("read briefing %s: %w", document.ID, err)
	}
	return s, nil
}

// clone returns a copy that shares nothing.
func (b Briefing) clone() (copied Briefing, err error) {
	body, err := json.Marshal(b)
	if err == nil {
		err = json.Unmarshal(body, &copied)
	}
	return copied, err
}

// A quoting is a place where a briefing quotes an article.
type quoting struct {
	article corpus.Ref
	span    *rag.Span
}

// quotations yields all of a numbered briefing.
func (b *Briefing) quotations() iter.Seq[quoting] {
	var all []quoting
	for s := range b.sentences() {
		for i := range s.Spans {
			all = append(all, quoting{b.Citations[s.Spans[i].Number-1].Article, &s.Spans[i].Span})
		}
	}
	for _, c := range b.Citations {
		for i := range c.Spans {
			all = append(all, quoting{c.Article, &c.Spans[i].Span})
		}
	}
	for _, f := range b.Figures {
		for i := range f.Others {
			all = append(all, quoting{f.Others[i].Article, &f.Others[i].Span})
		}
	}
	for _, c := range b.Conflicts {
		for i := range c.Sides {
			all = append(all, quoting{c.Sides[i].Article, &c.Sides[i].Span})
		}
	}
	return slices.Values(all)
}

// dropQuotes takes out what is the articles' own text.
func (b *Briefing) dropQuotes() {
	for q := range b.quotations() {
		q.span.Quote = nil
	}
	for _, c := range b.Conflicts {
		for i := range c.Sides {
			c.Sides[i].Quote = ""
		}
	}
}

// cited returns the ids of the articles that a briefing cites or quotes.
func (b *Briefing) cited() (ids []string) {
	for _, c := range b.Citations {
		ids = append(ids, c.Article.ID)
	}
	for q := range b.quotations() {
		if !slices.Contains(ids, q.article.ID) {
			ids = append(ids, q.article.ID)
		}
	}
	return ids
}

// articles returns every place where a briefing names an article.
func (b *Briefing) articles() (refs []*corpus.Ref) {
	for i := range b.Citations {
		c := &b.Citations[i]
		refs = append(refs, &c.Article)
		for j := range c.Prints {
			refs = append(refs, &c.Prints[j])
		}
	}
	for _, f := range b.Figures {
		for i := range f.Others {
			refs = append(refs, &f.Others[i].Article)
		}
	}
	for _, c := range b.Conflicts {
		for i := range c.Sides {
			refs = append(refs, &c.Sides[i].Article)
		}
	}
	if b.Refusal != nil {
		for i := range b.Refusal.Nearest {
			refs = append(refs, &b.Refusal.Nearest[i])
		}
	}
	return refs
}

// complete says of each article of a stored briefing what has become of it, and fills
// in what is quoted.
func (d *Desk) complete(ctx context.Context, b *Briefing) error {
	if err := d.Engine.Record.SetStates(ctx, b.articles()); err != nil {
		return err
	}
	quoter := corpus.NewQuoter(d.Engine.Record)
	for q := range b.quotations() {
		var err error
		if q.span.Quote, err = quoter.Quote(ctx, q.article, q.span.Start, q.span.End); err != nil {
			return err
		}
	}
	for _, c := range b.Conflicts {
		for i := range c.Sides {
			if side := &c.Sides[i]; side.Span.Quote != nil {
				side.Quote = *side.Span.Quote
			}
		}
	}
	return nil
}

// logOf returns events as they are stored.
func logOf(events []rag.Event) ([]loggedEvent, error) {
	log := []loggedEvent{}
	for _, event := range events {
		switch event.Name {
		case "step":
			log = append(log, loggedEvent{Step: event.Data})
		case "section":
			var section FinishedSection
			if err := json.Unmarshal(event.Data, &section); err != nil {
				return nil, err
			}
			log = append(log, loggedEvent{Section: section.Heading})
		}
	}
	return log, nil
}

// replay returns the events of a briefing that has ended, as many as there were.
func (d *Desk) replay(ctx context.Context, s storedBriefing) ([]rag.Event, error) {
	if err := d.complete(ctx, &s.Briefing); err != nil {
		return nil, err
	}
	var events []rag.Event
	for _, logged := range s.Log {
		event := rag.Event{Name: "step", Data: logged.Step}
		if logged.Step == nil {
			var err error
			if event, err = rag.NewEvent("section", s.section(logged.Section)); err != nil {
				return nil, err
			}
		}
		events = append(events, event)
	}
	last, err := lastEvent(s.Briefing)
	return append(events, last), err
}

// section returns the section with a heading, its numbers being final: an empty one in
// no place where the briefing came to nothing.
func (b *Briefing) section(heading string) FinishedSection {
	article := func(number int) corpus.Ref { return b.Citations[number-1].Article }
	for i, s := range b.Sections {
		if s.Heading == heading {
			return finished(s, i+1, article)
		}
	}
	return finished(Section{Heading: heading, Sentences: []Sentence{}}, 0, article)
}

// lastEvent returns the event that a briefing ends with, complete as it is.
func lastEvent(b Briefing) (rag.Event, error) {
	switch b.Status {
	case Done, Refused:
		return rag.NewEvent("done", b)
	case Failed:
		return failure(&FailedError{*b.Problem}), nil
	case Cancelled:
		return failure(rag.ErrCancelled), nil
	}
	return failure(rag.ErrClosed), nil
}

func failure(err error) rag.Event { return rag.Event{Name: "error", Err: err} }
