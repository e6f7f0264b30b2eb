package api_test

import (
	"strings"
	"testing"

	"chuchu/api"
)

func TestHostAndOrigin(t *testing.T) {
	_, line := newKey(t, "read")
	loopback := newService(t, nil)
	named := newService(t, func(p *api.Parts) { p.Options.Hosts = []string{"Chuchu.example", "ported.example:8443", "192.0.2.7"} })
	keyed := newService(t, func(p *api.Parts) { p.Auth.Keys = []string{line} })
	insecure := newService(t, func(p *api.Parts) { p.Listen = "0.0.0.0:8080" })
	for _, c := range []struct {
		name string
		*service
		host   string
		origin string
		code   string // empty: let through
	}{
		{"address", loopback, "127.0.0.1:8080", "", ""},
		{"another loopback address", loopback, "127.8.9.1", "", ""},
		{"name", loopback, "LocalHost:1", "", ""},
		{"name with a point", loopback, "localhost.", "", ""},
		{"IPv6", loopback, "[::1]:8080", "", ""},
		{"rebound name", loopback, "evil.example:8080", "", "forbidden"},
		{"name that looks local", loopback, "localhost.evil.example", "", "forbidden"},
		{"foreign address", loopback, "192.0.2.1:8080", "", "forbidden"},
		{"configured", named, "chuchu.example", "", ""},
		{"configured, any port", named, "chuchu.example:99", "", ""},
		{"configured address", named, "192.0.2.7:80", "", ""},
		{"configured port", named, "ported.example:8443", "", ""},
		{"another port", named, "ported.example:1", "", "forbidden"},
		{"below a configured name", named, "x.chuchu.example", "", "forbidden"},
		{"with keys any", keyed, "chuchu.example", "", ""},
		{"insecure by address", insecure, "192.0.2.1:8080", "", ""},
		{"insecure by name", insecure, "evil.example:8080", "", "forbidden"},

		{"own page", loopback, "127.0.0.1:8080", "http://127.0.0.1:8080", ""},
		{"page of another port", loopback, "127.0.0.1:8080", "http://127.0.0.1:3000", "foreign_origin"},
		{"page of another site", loopback, "127.0.0.1:8080", "https://evil.example", "foreign_origin"},
		{"page of a rebound name", loopback, "127.0.0.1:8080", "http://evil.example:8080", "foreign_origin"},
		{"no site", loopback, "localhost:8080", "null", "foreign_origin"},
		{"a file", loopback, "localhost:8080", "file://", "foreign_origin"},
		{"an extension", loopback, "localhost:8080", "chrome-extension://abc", "foreign_origin"},
		{"nonsense", loopback, "localhost:8080", "http://[", "foreign_origin"},
		{"own page behind encryption", named, "chuchu.example", "https://chuchu.example", ""},
		{"configured page", named, "127.0.0.1:8080", "https://chuchu.example", ""},
		{"another port of it", named, "127.0.0.1:8080", "https://ported.example", "foreign_origin"},
		{"default port", loopback, "localhost", "http://localhost", ""},
		{"page of another port, none in Host", loopback, "localhost", "http://localhost:3000", "foreign_origin"},
		{"with keys, foreign", keyed, "chuchu.example", "https://evil.example", "foreign_origin"},
		{"with keys, own", keyed, "chuchu.example:8443", "https://chuchu.example:8443", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, path := range []string{"/healthz", "/nowhere"} {
				r := c.request("GET", path, "", "")
				r.Host = c.host
				if c.origin != "" {
					r.Header.Set("Origin", c.origin)
				}
				got := c.do(r)
				switch {
				case c.code != "":
					got.wantProblem(t, 403, c.code)
				case got.status == 403:
					t.Errorf("refused: %s", got.body)
				}
			}
		})
	}
}

func TestHeadersOfEveryReply(t *testing.T) {
	s := newService(t, nil)
	for _, path := range []string{"/healthz", "/v1/articles", "/nowhere", "/v1/search", "/metrics", "/v1/articles.jsonl"} {
		h := s.get(path).header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cross-Origin-Resource-Policy": "same-origin",
			"Access-Control-Allow-Origin": "", "Server": "",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if !strings.HasPrefix(h.Get("X-Request-Id"), "req_") {
			t.Errorf("%s: id %q", path, h.Get("X-Request-Id"))
		}
	}
}

// TestRequestID: an id that a proxy gave is kept, one that would mislead a log is not.
func TestRequestID(t *testing.T) {
	s := newService(t, nil)
	for sent, kept := range map[string]bool{"proxy-17_b": true, "a b": false, "x\" level=ERROR": false, strings.Repeat("x", 65): false} {
		r := s.request("GET", "/healthz", "", "")
		r.Header.Set("X-Request-Id", sent)
		if got := s.do(r).header.Get("X-Request-Id"); (got == sent) != kept || got == "" {
			t.Errorf("sent %q, got %q", sent, got)
		}
	}
}
