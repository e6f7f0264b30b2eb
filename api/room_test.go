package api_test

import (
	"net/http"
	"strings"
	"testing"

	"chuchu/api"
	"chuchu/web"
)

// TestReadingRoom: the page and its files are open, whatever stands in a page's path,
// and carry their own policy; what they show needs the key.
func TestReadingRoom(t *testing.T) {
	_, line, err := api.NewKey("read")
	if err != nil {
		t.Fatal(err)
	}
	s := newService(t, func(p *api.Parts) { p.Auth.Keys = []string{line} })
	for _, path := range []string{"/", "/ask/ans_1", "/ask/%3Cscript%3E", "/articles", "/articles/a_1?version=2", "/briefings", "/briefings/brf_1", "/check", "/status", "/assets/js/main.js", "/assets/css/base.css"} {
		got := s.get(path)
		if got.status != http.StatusOK || got.header.Get("Content-Security-Policy") != web.Policy || got.header.Get("ETag") == "" || got.header.Get("Cache-Control") != "no-cache" {
			t.Errorf("GET %s: %d %v", path, got.status, got.header)
		}
		if head := s.do(s.request(http.MethodHead, path, "", "")); head.status != http.StatusOK || len(head.body) != 0 || head.header.Get("ETag") == "" {
			t.Errorf("HEAD %s: %d, %d bytes", path, head.status, len(head.body))
		}
		if isPage := !strings.HasPrefix(path, "/assets/"); isPage && !strings.Contains(string(got.body), "/assets/js/main.js") {
			t.Errorf("GET %s is not the page", path)
		}
	}
	for _, path := range []string{"/assets/js/none.js", "/assets/", "/assets/index.html", "/ask", "/articles/", "/nothing"} {
		s.get(path).wantProblem(t, http.StatusNotFound, "not_found")
	}
	s.get("/v1/articles").wantUnauthorized(t, "/v1/articles")
	r := s.request(http.MethodGet, "/", "", "")
	r.Host = "evil.example"
	if got := s.do(r); got.status != http.StatusOK { // with keys any name may lead here, as for the rest
		t.Errorf("by another name: %d", got.status)
	}
	open := newService(t, nil)
	r = open.request(http.MethodGet, "/", "", "")
	r.Host = "evil.example"
	open.do(r).wantProblem(t, http.StatusForbidden, "forbidden")
}

// TestStatusSaysTheRole: the page offers only what the key may do.
func TestStatusSaysTheRole(t *testing.T) {
	reader, readLine, err := api.NewKey("read")
	if err != nil {
		t.Fatal(err)
	}
	writer, writeLine, err := api.NewKey("write")
	if err != nil {
		t.Fatal(err)
	}
	s := newService(t, func(p *api.Parts) { p.Auth.Keys = []string{readLine, writeLine} })
	for key, want := range map[string]string{reader: "read", writer: "write"} {
		s.header.Set("Authorization", "Bearer "+key)
		var status struct{ Role string }
		if s.get("/v1/status").decode(t, &status); status.Role != want {
			t.Errorf("role %q, not %q", status.Role, want)
		}
	}
	var status struct{ Role string }
	if newService(t, nil).get("/v1/status").decode(t, &status); status.Role != "write" {
		t.Errorf("without keys: role %q", status.Role)
	}
}
