package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/rag"
)

// remote is the collection of a running server, through its HTTP interface.
type remote struct {
	address string
	key     string
	ingest  ingest.Options
	http    *http.Client
}

// newRemote returns the collection of the server at HOST:PORT of this machine; no
// proxy is in between.
func newRemote(address, key string, options ingest.Options) *remote {
	return &remote{address: address, key: key, ingest: options, http: &http.Client{Transport: &http.Transport{}}}
}

// A problemError is the server's problem reply.
type problemError struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
}

func (e *problemError) Error() string { return cmp.Or(e.Detail, e.Title) }

// Is tells what the record would have said.
func (e *problemError) Is(target error) bool {
	return e.Code == "not_found" && target == corpus.ErrNotFound || e.Code == "gone" && target == corpus.ErrGone
}

// do sends a request and returns its reply when the status is 2xx; the caller
// closes the body.
func (r *remote) do(ctx context.Context, method, path, contentType string, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+r.address+path, body)
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if r.key != "" {
		request.Header.Set("Authorization", "Bearer "+r.key)
	}
	response, err := r.http.Do(request)
	if err != nil {
		return nil, r.lost(err)
	}
	if response.StatusCode/100 == 2 {
		return response, nil
	}
	defer response.Body.Close()
	problem := &problemError{Status: response.StatusCode, Title: response.Status}
	text, err := io.ReadAll(io.LimitReader(response.Body, problemSize))
	if err == nil {
		err = json.Unmarshal(text, problem)
	}
	if err != nil {
		return nil, fmt.Errorf("what serves at %s replied %s and is not chuchu; end it, or the server whose address it took", r.address, response.Status)
	}
	return nil, r.explain(&refusedReply{problemError: problem, body: text})
}

// problemSize bounds what is read of a problem; it may hold the results of an ingest.
const problemSize = 8 << 20

// lost is the error of a server that does not reply, or not to the end.
func (r *remote) lost(err error) error {
	if request := (*url.Error)(nil); errors.As(err, &request) {
		err = request.Err
	}
	return fmt.Errorf("the server at %s, which has the data directory, went away (%w); try again: once it has ended, commands do without it", r.address, err)
}

// explain says what to do about a key that does not suffice.
func (r *remote) explain(reply *refusedReply) error {
	switch {
	case reply.Code == "unauthorized" && r.key == "":
		return fmt.Errorf("the server at %s, which has the data directory, wants an API key: set %s to one that chuchu key new made for it", r.address, apiKeyVariable)
	case r.key != "" && (reply.Code == "unauthorized" || reply.Code == "forbidden"):
		return fmt.Errorf("the key in %s does not suffice at %s: %w", apiKeyVariable, r.address, reply)
	}
	return reply
}

// refusedReply is a problem with the reply it stood in, which may hold results.
type refusedReply struct {
	*problemError
	body []byte
}

func (e *refusedReply) Unwrap() error { return e.problemError }

// call sends a JSON body, when there is one, and decodes the reply into out.
func (r *remote) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	contentType := ""
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body, contentType = bytes.NewReader(text), "application/json"
	}
	response, err := r.do(ctx, method, path, contentType, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(out); err != nil {
		return r.lost(err)
	}
	return nil
}

// Search implements collection.
func (r *remote) Search(ctx context.Context, q rag.SearchRequest) (rag.SearchReply, error) {
	var reply rag.SearchReply
	err := r.call(ctx, http.MethodPost, "/v1/search", q, &reply)
	return reply, err
}

// Chat implements collection.
func (r *remote) Chat(ctx context.Context, q rag.ChatRequest) (rag.Reply, error) {
	var reply rag.Reply
	err := r.call(ctx, http.MethodPost, "/v1/chat", q, &reply)
	return reply, err
}

// Check implements collection.
func (r *remote) Check(ctx context.Context, q rag.CheckRequest) (rag.CheckReply, error) {
	var reply rag.CheckReply
	err := r.call(ctx, http.MethodPost, "/v1/check", q, &reply)
	return reply, err
}

// Answer implements collection: it reads the event stream.
func (r *remote) Answer(ctx context.Context, q rag.ChatRequest) iter.Seq2[rag.Event, error] {
	return func(yield func(rag.Event, error) bool) {
		q.Stream = true
		body, err := json.Marshal(q)
		if err != nil {
			yield(rag.Event{}, err)
			return
		}
		response, err := r.do(ctx, http.MethodPost, "/v1/chat", "application/json", bytes.NewReader(body))
		if err != nil {
			yield(rag.Event{}, err)
			return
		}
		defer response.Body.Close()
		ended := false
		for event, err := range readEvents(response.Body) {
			if err != nil {
				err = r.lost(err)
			}
			ended = ended || event.Name == "done" || event.Name == "error"
			if !yield(event, err) || err != nil {
				return
			}
		}
		if !ended {
			yield(rag.Event{}, r.lost(errors.New("the answer has no end")))
		}
	}
}

// readEvents yields the events of a stream whose data are single lines.
func readEvents(body io.Reader) iter.Seq2[rag.Event, error] {
	return func(yield func(rag.Event, error) bool) {
		var event rag.Event
		lines := bufio.NewReader(body)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				if !errors.Is(err, io.EOF) {
					yield(rag.Event{}, err)
				}
				return
			}
			field, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
			value = strings.TrimPrefix(value, " ")
			switch {
			case field == "event":
				event.Name = value
			case field == "data":
				event.Data = json.RawMessage(value)
			case field == "" && value == "" && event.Name != "":
				if !yield(event, nil) {
					return
				}
				event = rag.Event{}
			}
		}
	}
}

// List implements collection.
func (r *remote) List(ctx context.Context, q corpus.ListQuery) (corpus.List, error) {
	values := url.Values{}
	set := func(name, value string) {
		if value != "" {
			values.Set(name, value)
		}
	}
	set("q", q.Text)
	set("cursor", q.Cursor)
	set("from", q.Filter.PublishedFrom)
	set("to", q.Filter.PublishedTo)
	if q.Limit > 0 {
		set("limit", strconv.Itoa(q.Limit))
	}
	values["outlet"] = q.Filter.Outlets
	values["tag"] = q.Filter.Tags
	var reply struct {
		Articles []corpus.Ref   `json:"articles"`
		Total    int            `json:"total"`
		Next     *string        `json:"next"`
		Months   map[string]int `json:"months"`
	}
	if err := r.call(ctx, http.MethodGet, "/v1/articles?"+values.Encode(), nil, &reply); err != nil {
		return corpus.List{}, err
	}
	list := corpus.List{Articles: reply.Articles, Total: reply.Total, Months: reply.Months}
	if reply.Next != nil {
		list.Next = *reply.Next
	}
	return list, nil
}

// Text implements collection.
func (r *remote) Text(ctx context.Context, id string, version int) (string, error) {
	a, err := r.Article(ctx, id, version)
	return a.Text, err
}

// Article implements collection; the provenance of an article is its server's.
func (r *remote) Article(ctx context.Context, id string, version int) (corpus.Article, error) {
	var a struct {
		corpus.Ref
		Author   string    `json:"author"`
		Language string    `json:"language"`
		Fetched  time.Time `json:"fetched"`
		Updated  time.Time `json:"updated"`
		Tags     []string  `json:"tags"`
		Hash     string    `json:"hash"`
		Text     string    `json:"text"`
	}
	path := "/v1/articles/" + url.PathEscape(id)
	if version > 0 {
		path += "?version=" + strconv.Itoa(version)
	}
	if err := r.call(ctx, http.MethodGet, path, nil, &a); err != nil {
		return corpus.Article{}, err
	}
	return corpus.Article{
		ID: a.ID, Version: a.Version, URL: a.URL, Title: a.Title, Outlet: a.Outlet, Author: a.Author, Language: a.Language,
		Published: a.Published, Fetched: a.Fetched, Updated: a.Updated, Tags: a.Tags, Hash: a.Hash, Text: a.Text,
	}, nil
}

// Export implements collection.
func (r *remote) Export(ctx context.Context, w io.Writer) error {
	response, err := r.do(ctx, http.MethodGet, "/v1/articles.jsonl", "", nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(w, response.Body); err != nil {
		return r.lost(err)
	}
	return nil
}

// Delete implements collection.
func (r *remote) Delete(ctx context.Context, id string) error {
	return r.call(ctx, http.MethodDelete, "/v1/articles/"+url.PathEscape(id), nil, nil)
}

// Close implements collection.
func (r *remote) Close() error {
	r.http.CloseIdleConnections()
	return nil
}
