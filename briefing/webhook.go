package briefing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// A notice is what a webhook is sent.
type notice struct {
	Name     string `json:"name"`
	ID       string `json:"id"`
	Status   Status `json:"status"`
	Title    string `json:"title"`
	Material bool   `json:"material"` // there is a briefing, and what it follows up did not say all of it
	URL      string `json:"url,omitempty"`
}

const (
	webhookTimeout = 10 * time.Second
	webhookTries   = 4
)

// newWebhookClient returns a client that goes nowhere else than it is told to: a
// notice that is sent on would arrive as a request without a body.
func newWebhookClient() *http.Client {
	return &http.Client{
		Timeout:       webhookTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// notify tells a webhook of a briefing, several times if need be. The error names the
// host alone, as the rest of the address may be a secret.
func (s *Scheduler) notify(ctx context.Context, b Standing, made Briefing) error {
	n := notice{
		Name: b.Name, ID: made.ID, Status: made.Status, Title: made.Title,
		Material: made.Status == Done && (made.News == nil || made.News.Material),
	}
	if s.Room != "" {
		n.URL = s.Room + "/v1/briefings/" + url.PathEscape(made.ID) + ".html"
	}
	body, err := json.Marshal(n)
	if err != nil {
		return err
	}
	_, err = backoff.Retry(ctx, func() (struct{}, error) { return struct{}{}, s.post(ctx, b.Webhook, body) },
		backoff.WithBackOff(s.Pauses()), backoff.WithMaxTries(webhookTries))
	if err == nil {
		return nil
	}
	if request := (*url.Error)(nil); errors.As(err, &request) {
		err = request.Err
	}
	return fmt.Errorf("webhook at %s: %w", hostOf(b.Webhook), err)
}

// post sends a notice once. An error that will be the same again is permanent.
func (s *Scheduler) post(ctx context.Context, address string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return backoff.Permanent(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := s.HTTP.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, replyRead) // so that the connection can be used again
	switch status := response.StatusCode; {
	case status/100 == 2:
		return nil
	case status/100 == 5 || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests:
		return errors.New(response.Status)
	}
	return backoff.Permanent(errors.New(response.Status))
}

const replyRead = 4 << 10 // bytes of a webhook's reply, which nobody needs

// hostOf returns the host of an address.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "its address"
	}
	return u.Host
}
