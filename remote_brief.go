package main

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"chuchu/briefing"
	"chuchu/rag"
)

// remoteDesk is the desk of a running server, through its HTTP interface.
type remoteDesk struct{ *remote }

// Briefings implements collection.
func (r *remote) Briefings() briefings { return remoteDesk{r} }

// Brief implements eval.Briefer.
func (r *remote) Brief(ctx context.Context, q briefing.Request) (briefing.Briefing, error) {
	return briefPassing(ctx, r.Briefings(), q)
}

func briefingPath(id string) string { return "/v1/briefings/" + url.PathEscape(id) }

// Order implements briefings.
func (d remoteDesk) Order(ctx context.Context, r briefing.Request) (ordered briefing.Briefing, err error) {
	err = d.call(ctx, http.MethodPost, "/v1/briefings", r, &ordered)
	return ordered, err
}

// Get implements briefings.
func (d remoteDesk) Get(ctx context.Context, id string) (b briefing.Briefing, err error) {
	err = d.call(ctx, http.MethodGet, briefingPath(id), nil, &b)
	return b, err
}

// List implements briefings.
func (d remoteDesk) List(ctx context.Context, limit int, cursor string) (list []briefing.Listed, total int, next string, err error) {
	values := url.Values{"limit": {strconv.Itoa(limit)}}
	if cursor != "" {
		values.Set("cursor", cursor)
	}
	var reply struct {
		Briefings []briefing.Listed `json:"briefings"`
		Total     int               `json:"total"`
		Next      *string           `json:"next"`
	}
	if err := d.call(ctx, http.MethodGet, "/v1/briefings?"+values.Encode(), nil, &reply); err != nil {
		return nil, 0, "", err
	}
	if reply.Next != nil {
		next = *reply.Next
	}
	return reply.Briefings, reply.Total, next, nil
}

// Follow implements briefings: it reads the event stream after its first n events.
func (d remoteDesk) Follow(ctx context.Context, id string, n int) (iter.Seq2[rag.Event, error], error) {
	response, err := d.do(ctx, http.MethodGet, briefingPath(id)+"/events", "", nil)
	if err != nil {
		return nil, err
	}
	return func(yield func(rag.Event, error) bool) {
		defer response.Body.Close()
		ended, seen := false, 0
		for event, err := range readEvents(response.Body) {
			if err != nil {
				yield(event, d.lost(err))
				return
			}
			ended = event.Name == "done" || event.Name == "error"
			if seen++; seen > n && !yield(event, nil) {
				return
			}
		}
		if !ended {
			yield(rag.Event{}, d.lost(errors.New("the briefing has no end")))
		}
	}, nil
}

// Cancel implements briefings.
func (d remoteDesk) Cancel(ctx context.Context, id string) error {
	return d.call(ctx, http.MethodPost, briefingPath(id)+"/cancel", nil, nil)
}

// Delete implements briefings.
func (d remoteDesk) Delete(ctx context.Context, id string) error {
	return d.call(ctx, http.MethodDelete, briefingPath(id), nil, nil)
}

// Recheck implements briefings.
func (d remoteDesk) Recheck(ctx context.Context, id string) (reply rag.RecheckReply, err error) {
	err = d.call(ctx, http.MethodPost, briefingPath(id)+"/recheck", nil, &reply)
	return reply, err
}
