package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"chuchu/rag"
	"chuchu/rag/llm"
)

// soaked is how many streams are open at once.
const soaked = 500

// A soak is many clients of one server, on real connections that are counted.
type soak struct {
	*service
	server *httptest.Server
	client *http.Client
	others goleak.Option // goroutines that were there before
	opened atomic.Int64  // connections
	closed atomic.Int64
}

// newSoak starts a server of its own over the service, which has been asked before,
// so that what starts once has started.
func newSoak(s *service) *soak {
	s.t.Helper()
	s.post("/v1/search", `{"query":"降价"}`)
	http.DefaultClient.CloseIdleConnections()
	k := &soak{client: &http.Client{Transport: &http.Transport{}}}
	k.server = httptest.NewUnstartedServer(s.Server)
	k.server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			k.opened.Add(1)
		case http.StateClosed:
			k.closed.Add(1)
		}
	}
	k.others = goleak.IgnoreCurrent()
	k.server.Start()
	k.service = &service{t: s.t, base: k.server.URL, record: s.record, header: s.header}
	return k
}

// end stops the server and looks for what is left over.
func (k *soak) end() {
	k.t.Helper()
	k.client.CloseIdleConnections()
	k.server.Close()
	if opened, closed := k.opened.Load(), k.closed.Load(); opened < soaked || opened != closed {
		k.t.Errorf("%d connections were opened, %d closed", opened, closed)
	}
	if err := goleak.Find(k.others); err != nil {
		k.t.Error(err)
	}
}

// A soakClient reads one answer, however often it comes back for it.
type soakClient struct {
	*soak
	body   io.ReadCloser
	lines  *bufio.Reader
	id     string
	number int // of the last event
	text   strings.Builder
	last   frame
}

// send sends a request whose reply is a stream, in place of the one before.
func (c *soakClient) send(r *http.Request) error {
	if c.body != nil {
		c.body.Close()
	}
	response, err := c.client.Do(r)
	if err != nil {
		return err
	}
	if c.body, c.lines = response.Body, bufio.NewReader(response.Body); response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: status %d", r.Method, r.URL.Path, response.StatusCode)
	}
	return nil
}

// read reads so many events, or to the end.
func (c *soakClient) read(events int) error {
	for ; events != 0 && c.last.name != "done" && c.last.name != "error"; events-- {
		f, err := readFrame(c.lines)
		for err == nil && f.comment != "" {
			f, err = readFrame(c.lines)
		}
		if err != nil {
			return err
		}
		if f.id != c.number+1 {
			return fmt.Errorf("event %d follows %d", f.id, c.number)
		}
		c.number, c.last = f.id, f
		switch f.name {
		case "meta":
			c.id = answerOf(c.t, f)
		case "delta":
			c.text.WriteString(textOf(c.t, []frame{f}))
		}
	}
	return nil
}

// resume goes on where the last connection was broken off.
func (c *soakClient) resume() error {
	r := c.request(http.MethodGet, "/v1/answers/"+c.id+"/events", "", "")
	r.Header.Set("Last-Event-ID", fmt.Sprint(c.number))
	return c.send(r)
}

// cancel cancels the answer; it may just have ended.
func (c *soakClient) cancel() error {
	response, err := c.client.Do(c.request(http.MethodPost, "/v1/answers/"+c.id+"/cancel", "", ""))
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusNoContent && response.StatusCode != http.StatusConflict {
		return fmt.Errorf("cancel: status %d", response.StatusCode)
	}
	return nil
}

// whole checks that the answer has ended well.
func (c *soakClient) whole() error {
	if c.last.name != "done" || answerText(c.t, c.last) != c.text.String() {
		return fmt.Errorf("ends in %+v after %q", c.last, c.text.String())
	}
	return nil
}

// live is a client's life: it reads some events, and then stays, comes back, stays
// away, or cancels. all is done when every stream is open.
func (c *soakClient) live(random *rand.Rand, all *sync.WaitGroup) error {
	err := c.send(c.request(http.MethodPost, "/v1/chat", "application/json", question))
	if err == nil {
		err = c.read(2)
	}
	all.Done()
	if err != nil {
		return err
	}
	defer func() { c.body.Close() }()
	all.Wait()
	if err := c.read(random.IntN(12)); err != nil {
		return err
	}
	switch random.IntN(4) {
	case 0:
		return c.finish()
	case 1:
		for range 1 + random.IntN(3) {
			if err := c.resume(); err != nil {
				return err
			}
			if err := c.read(random.IntN(8)); err != nil || c.last.name == "done" {
				return err
			}
		}
		return c.finish()
	case 2:
		if err := c.cancel(); err != nil {
			return err
		}
		if err := c.read(-1); err != nil || c.last.name == "error" && strings.Contains(c.last.data, `"cancelled"`) {
			return err
		}
		return c.whole()
	}
	return nil
}

func (c *soakClient) finish() error {
	if err := c.read(-1); err != nil {
		return err
	}
	return c.whole()
}

// TestSoak opens 500 streams at once over a model that writes a character at a time,
// and lets clients leave, come back, and cancel at random. Every answer that was not
// cancelled is whole in the end, also of those who stayed away.
func TestSoak(t *testing.T) {
	step := make(chan struct{})
	k := newSoak(newsService(t, step))
	clients := make([]soakClient, soaked)
	var all, gone sync.WaitGroup
	all.Add(soaked)
	for i := range clients {
		clients[i].soak = k
		gone.Go(func() {
			if err := clients[i].live(rand.New(rand.NewPCG(5, uint64(i))), &all); err != nil {
				t.Errorf("client %d: %v", i, err)
			}
		})
	}
	all.Wait()
	for range 10 * soaked { // which of the answers it is that goes on is anybody's guess
		step <- struct{}{}
	}
	close(step)
	gone.Wait()
	away := 0
	for i := range clients {
		c := &clients[i]
		if c.last.name == "done" || c.last.name == "error" {
			continue
		}
		away++
		if err := c.resume(); err != nil {
			t.Fatal(err)
		}
		if err := c.finish(); err != nil {
			t.Errorf("client %d stayed away: %v", i, err)
		}
		c.body.Close()
	}
	if away < soaked/10 {
		t.Errorf("%d stayed away", away)
	}
	k.end()
}

// A hangingModel writes nothing until it is told to end.
type hangingModel struct{ running, ended sync.WaitGroup }

func (m *hangingModel) Stream(ctx context.Context, r llm.Request) iter.Seq2[llm.Chunk, error] {
	return func(yield func(llm.Chunk, error) bool) {
		if r.JSON {
			yield(llm.Chunk{}, llm.ErrEmpty)
			return
		}
		m.running.Done()
		defer m.ended.Done()
		<-ctx.Done()
		yield(llm.Chunk{}, ctx.Err())
	}
}

func (m *hangingModel) Info() llm.Info { return llm.Info{Provider: "test", Name: "hanging"} }

// TestSoakAllLeave: 500 clients leave and none comes back; all model calls end when
// the grace is over, and nothing is stored.
func TestSoakAllLeave(t *testing.T) {
	model := &hangingModel{}
	model.running.Add(soaked)
	model.ended.Add(soaked)
	s := newRealService(t, model, func(o *rag.Options) { o.ResumeGrace = "1ms" })
	s.addText(`{"title":"北辰数据降价","text":"北辰数据宣布，对象存储降价三成。","published":"2024-11-21"}`)
	k := newSoak(s)
	var gone sync.WaitGroup
	for range soaked {
		gone.Go(func() {
			c := soakClient{soak: k}
			if err := c.send(c.request(http.MethodPost, "/v1/chat", "application/json", question)); err != nil {
				t.Error(err)
				return
			}
			defer func() { c.body.Close() }()
			if err := c.read(2); err != nil {
				t.Error(err)
			}
			model.running.Wait()
		})
	}
	gone.Wait()
	model.ended.Wait()
	k.end()
	if _, total, _, err := k.record.Answers(t.Context(), 1, ""); err != nil || total != 0 {
		t.Errorf("%d answers are stored, %v", total, err)
	}
}
