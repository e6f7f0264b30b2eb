//go:build browser

package browser

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
)

// A cutter stands before a server and can break its streams off.
type cutter struct {
	*httptest.Server
	asked atomic.Value // the Last-Event-ID that came last

	mu  sync.Mutex
	end chan struct{} // closed to break off what runs
}

// passing hands requests on to a server.
func passing(t testing.TB, base string) http.Handler {
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0), Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Header.Del("Origin") // it names this server, which the one behind does not know
	}}
}

func newCutter(t testing.TB, base string) *cutter {
	c := &cutter{end: make(chan struct{})}
	c.asked.Store("")
	proxy := passing(t, base)
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if id := r.Header.Get("Last-Event-ID"); id != "" {
			c.asked.Store(id)
		}
		c.mu.Lock()
		end := c.end
		c.mu.Unlock()
		ctx, abort := context.WithCancel(r.Context()) // with which the proxy drops the connection
		defer abort()
		go func() {
			select {
			case <-end:
				abort()
			case <-ctx.Done():
			}
		}()
		proxy.ServeHTTP(w, r.WithContext(ctx))
	}))
	t.Cleanup(c.Close)
	return c
}

// cut breaks off everything that runs.
func (c *cutter) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.end)
	c.end = make(chan struct{})
}
