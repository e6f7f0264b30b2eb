package rag

import (
	"context"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"chuchu/corpus"
)

// replay returns the events of a stored answer as they were sent.
func (e *Engine) replay(ctx context.Context, id string) ([]Event, error) {
	stored, err := e.stored(ctx, id)
	if err != nil {
		return nil, err
	}
	q := e.newQuoter()
	if err := q.reply(ctx, &stored.Reply); err != nil {
		return nil, err
	}
	events, err := q.events(ctx, stored)
	if err != nil {
		return nil, fmt.Errorf("replay answer %s: %w", id, err)
	}
	done, err := NewEvent("done", stored.Reply)
	return append(events, done), err
}

// A loggedEvent is an event as it is stored: of a delta the number of its code
// points, which the answer holds, of another [name, data] without what is quoted.
// The last event, done, is not logged: its data are the reply.
type loggedEvent struct {
	chars int
	name  string
	data  json.RawMessage
}

// MarshalJSON implements json.Marshaler.
func (l loggedEvent) MarshalJSON() ([]byte, error) {
	if l.name == "" {
		return json.Marshal(l.chars)
	}
	return json.Marshal([]any{l.name, l.data})
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *loggedEvent) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] != '[' {
		return json.Unmarshal(b, &l.chars)
	}
	var pair []json.RawMessage
	if err := json.Unmarshal(b, &pair); err != nil {
		return err
	}
	if len(pair) != 2 {
		return fmt.Errorf("an event has a name and data, this one %d parts", len(pair))
	}
	l.data = pair[1]
	return json.Unmarshal(pair[0], &l.name)
}

// logOf returns the events as they are stored.
func logOf(events []Event) ([]loggedEvent, error) {
	log := make([]loggedEvent, len(events))
	for i, event := range events {
		log[i] = loggedEvent{name: event.Name, data: event.Data}
		var err error
		switch event.Name {
		case "delta":
			var delta deltaEvent
			err = json.Unmarshal(event.Data, &delta)
			log[i] = loggedEvent{chars: utf8.RuneCountInString(delta.Text)}
		case "verdict":
			log[i].data, err = changeVerdict(event.Data, func(NumberSpan) (*string, error) { return nil, nil })
		}
		if err != nil {
			return nil, err
		}
	}
	return log, nil
}

// changeVerdict sets the quotes in the data of a verdict event.
func changeVerdict(data json.RawMessage, quote func(NumberSpan) (*string, error)) (json.RawMessage, error) {
	var v verdictEvent
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	for i := range v.Spans {
		var err error
		if v.Spans[i].Quote, err = quote(v.Spans[i]); err != nil {
			return nil, err
		}
	}
	event, err := NewEvent("verdict", v)
	return event.Data, err
}

// events returns all events but the last of a stored answer.
func (q quoter) events(ctx context.Context, s storedAnswer) ([]Event, error) {
	rest := []rune(s.Answer)
	events := make([]Event, len(s.Events), len(s.Events)+1)
	for i, l := range s.Events {
		var err error
		switch l.name {
		case "":
			n := min(l.chars, len(rest))
			events[i], err = NewEvent("delta", deltaEvent{string(rest[:n])})
			rest = rest[n:]
		case "verdict":
			events[i].Name = l.name
			events[i].Data, err = changeVerdict(l.data, func(span NumberSpan) (*string, error) {
				return q.Quote(ctx, s.Citations[span.Number-1].Article, span.Start, span.End)
			})
		default:
			events[i] = Event{Name: l.name, Data: l.data}
		}
		if err != nil {
			return nil, err
		}
	}
	return events, nil
}

// A quoter fills in what answers quote.
type quoter struct{ *corpus.Quoter }

func (e *Engine) newQuoter() quoter { return quoter{corpus.NewQuoter(e.Record)} }

// reply fills in what a reply quotes.
func (q quoter) reply(ctx context.Context, r *Reply) (err error) {
	for _, c := range r.Citations {
		for i := range c.Spans {
			span := &c.Spans[i]
			if span.Quote, err = q.Quote(ctx, c.Article, span.Start, span.End); err != nil {
				return err
			}
		}
	}
	for _, c := range r.Conflicts {
		for i := range c.Sides {
			side := &c.Sides[i]
			if side.Span.Quote, err = q.Quote(ctx, side.Article, side.Span.Start, side.Span.End); err != nil {
				return err
			}
			if side.Span.Quote != nil {
				side.Quote = *side.Span.Quote
			}
		}
	}
	return nil
}
