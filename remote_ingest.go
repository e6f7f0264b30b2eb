package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"time"

	"chuchu/ingest"
)

// What is sent in one request, well under the server's limit; one article alone
// may be larger.
const (
	batchBytes    = 1 << 20
	batchArticles = 256
	// batchWait bounds how long an article waits for others that take long to read.
	batchWait = time.Second
)

// Ingest implements collection. Files are read here, as without a server, so that
// ids, names and refusals are the same; their articles are sent in batches, as the
// lines of an export. A batch that is on its way when ctx ends is waited for: what
// was reported is in the collection, and what is in the collection was reported.
func (r *remote) Ingest(ctx context.Context, sources iter.Seq2[ingest.Source, error], report func(ingest.Result)) error {
	b := &batch{to: r, report: report}
	for offer, err := range ingest.Offers(ctx, sources, r.ingest) {
		if err != nil {
			return err
		}
		if err := b.add(ctx, offer); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := b.send(ctx); err != nil {
		return err
	}
	return b.caveat
}

// A batch is articles on their way to the server, and refusals between them.
type batch struct {
	to     *remote
	report func(ingest.Result)
	queue  []queued
	size   int // bytes
	begun  time.Time
	caveat error // what the server said of articles that it took
}

// A queued article is a line, or the result of a refusal.
type queued struct {
	name   string
	line   []byte
	result ingest.Result
}

// add queues an article and sends what is due.
func (b *batch) add(ctx context.Context, o ingest.Offer) error {
	if len(b.queue) == 0 {
		b.begun = time.Now()
	}
	if o.Refusal != nil {
		b.queue = append(b.queue, queued{name: o.Name, result: ingest.Refused(o.Name, o.Refusal)})
	} else {
		var line bytes.Buffer
		if err := ingest.WriteLine(&line, o.Draft); err != nil {
			return err
		}
		b.queue = append(b.queue, queued{name: o.Name, line: line.Bytes()})
		b.size += line.Len()
	}
	if b.size < batchBytes && len(b.queue) < batchArticles && time.Since(b.begun) < batchWait {
		return nil
	}
	return b.send(ctx)
}

// send sends what is queued and reports it, in order.
func (b *batch) send(ctx context.Context) error {
	queue := b.queue
	b.queue, b.size = nil, 0
	return b.sendAll(context.WithoutCancel(ctx), queue)
}

func (b *batch) sendAll(ctx context.Context, queue []queued) error {
	var lines []queued
	for _, q := range queue {
		if q.line != nil {
			lines = append(lines, q)
		}
	}
	results, err := b.upload(ctx, lines)
	if problem := (*problemError)(nil); errors.As(err, &problem) && problem.Code == "too_large" {
		return b.sendParts(ctx, queue, problem)
	}
	for _, q := range queue {
		if q.line == nil {
			b.report(q.result)
			continue
		}
		if len(results) == 0 {
			break // the server got no further
		}
		results[0].Name = q.name
		b.report(results[0])
		results = results[1:]
	}
	return err
}

// sendParts sends the halves of what the server called too large; an article that
// is so by itself is refused.
func (b *batch) sendParts(ctx context.Context, queue []queued, problem *problemError) error {
	if len(queue) == 1 {
		b.report(ingest.Refused(queue[0].name, problem))
		return nil
	}
	half := len(queue) / 2
	if err := b.sendAll(ctx, queue[:half]); err != nil {
		return err
	}
	return b.sendAll(ctx, queue[half:])
}

// upload sends lines as one file. It returns a result for each line, or, with an
// error, for each that was taken before it.
func (b *batch) upload(ctx context.Context, lines []queued) ([]ingest.Result, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("files", "articles.jsonl")
	if err != nil {
		return nil, err
	}
	for _, q := range lines {
		if _, err := part.Write(q.line); err != nil {
			return nil, err
		}
	}
	if err := form.Close(); err != nil {
		return nil, err
	}
	results, err := b.read(b.to.do(ctx, http.MethodPost, "/v1/articles", form.FormDataContentType(), &body))
	if err == nil && len(results) != len(lines) {
		err = fmt.Errorf("the server replied of %d articles, sent were %d", len(results), len(lines))
	}
	return results, err
}

// read decodes the reply to an upload. That all of it was refused is no error.
func (b *batch) read(response *http.Response, err error) ([]ingest.Result, error) {
	var reply struct {
		Results []ingest.Result `json:"results"`
		Caveats []struct {
			Text string `json:"text"`
		} `json:"caveats"`
	}
	if refused := (*refusedReply)(nil); errors.As(err, &refused) {
		if json.Unmarshal(refused.body, &reply) == nil && refused.Code == "refused" {
			err = nil
		}
		return reply.Results, err
	}
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, b.to.lost(err)
	}
	if err := json.Unmarshal(text, &reply); err != nil {
		return nil, fmt.Errorf("reading the server's reply: %w", err)
	}
	for _, c := range reply.Caveats {
		b.caveat = errors.New(c.Text)
	}
	return reply.Results, nil
}
