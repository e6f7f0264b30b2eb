package api_test

import (
	"net/http"
	"strings"
	"testing"

	"chuchu/api"
)

func newKey(t testing.TB, role string) (key, line string) {
	t.Helper()
	key, line, err := api.NewKey(role)
	if err != nil {
		t.Fatal(err)
	}
	return key, line
}

func TestNewKey(t *testing.T) {
	key, line := newKey(t, "read")
	other, _ := newKey(t, "read")
	if key == other || len(key) < 40 || strings.Contains(line, key) || !strings.HasPrefix(line, "read:sha256:") {
		t.Errorf("key %s, line %s", key, line)
	}
	if err := (api.Auth{Keys: []string{line}}).Validate(); err != nil {
		t.Error(err)
	}
	if _, _, err := api.NewKey("admin"); err == nil || !strings.Contains(err.Error(), `"admin" is neither read nor write`) {
		t.Errorf("got %v", err)
	}
	for _, bad := range []string{key, "", "read:" + key, "admin" + line[4:], line + "00", line[:30], strings.Replace(line, "sha256:", "", 1)} {
		err := (api.Auth{Keys: []string{line, bad}}).Validate()
		if err == nil || !strings.Contains(err.Error(), "keys: number 2: ") {
			t.Errorf("%q: %v", bad, err)
		} else if bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("the message repeats what may be a key: %v", err)
		}
	}
}

// TestRoles asks every route with every kind of key.
func TestRoles(t *testing.T) {
	reader, readLine := newKey(t, "read")
	writer, writeLine := newKey(t, "write")
	stranger, _ := newKey(t, "write")
	for _, openMetrics := range []bool{false, true} {
		s := newService(t, func(p *api.Parts) {
			p.Auth = api.Auth{Keys: []string{readLine, writeLine}}
			p.Options.OpenMetrics = openMetrics
		})
		needs := map[string]string{
			"GET /healthz": "open", "GET /readyz": "open", "GET /openapi.yaml": "open", "GET /metrics": "read",
			"POST /v1/search": "read", "POST /v1/chat": "read", "POST /v1/check": "read", "GET /v1/answers": "read", "GET /v1/answers/:id": "read",
			"GET /v1/articles": "read", "GET /v1/articles/:id": "read", "GET /v1/articles.jsonl": "read", "GET /v1/status": "read", "GET /v1/doctor": "read",
			"POST /v1/chat/completions": "read", "GET /v1/models": "read", "GET /v1/models/:id": "read", "POST /v1/embeddings": "read",
			"GET /v1/answers/:id/events": "read", "POST /v1/answers/:id/cancel": "read", "POST /v1/answers/:id/recheck": "read",
			"POST /v1/briefings": "write", "GET /v1/briefings": "read", "GET /v1/briefings/:id": "read", "GET /v1/briefings/:id/events": "read",
			"POST /v1/briefings/:id/cancel": "write", "POST /v1/briefings/:id/recheck": "read", "DELETE /v1/briefings/:id": "write",
			"POST /v1/articles": "write", "DELETE /v1/articles/:id": "write", "DELETE /v1/answers/:id": "write",
			"POST /mcp": "read", // the tool brief looks at the role itself
		}
		if openMetrics {
			needs["GET /metrics"] = "open"
		}
		if len(needs) != len(s.Routes()) {
			t.Errorf("%d routes, %d here", len(s.Routes()), len(needs))
		}
		for route, role := range needs {
			method, path, _ := strings.Cut(route, " ")
			path = strings.ReplaceAll(path, ":id", "x")
			for _, c := range []struct {
				header string
				status int // 0: let through
			}{
				{"", 401}, {"Bearer " + stranger, 401}, {"Bearer", 401}, {"Basic " + reader, 401}, {"Bearer " + reader + "x", 401},
				{"Bearer " + reader, map[string]int{"write": 403}[role]}, {"bearer " + writer, 0},
			} {
				r := s.request(method, path, "", "")
				if c.header != "" {
					r.Header.Set("Authorization", c.header)
				}
				got := s.do(r)
				switch {
				case role == "open" || c.status == 0:
					if got.status == 401 || got.status == 403 {
						t.Errorf("%s with %.10q: %d %s", route, c.header, got.status, got.body)
					}
				case c.status == 401:
					got.wantUnauthorized(t, path)
					if got.header.Get("WWW-Authenticate") == "" {
						t.Errorf("%s: no WWW-Authenticate", route)
					}
				default:
					got.wantProblem(t, 403, "forbidden", "role write")
				}
			}
		}
	}
}

// TestKeysAreNotLogged: neither a right nor a wrong key shows in the log.
func TestKeysAreNotLogged(t *testing.T) {
	key, line := newKey(t, "read")
	wrong, _ := newKey(t, "read")
	log := &syncBuffer{}
	s := newService(t, func(p *api.Parts) { p.Auth.Keys, p.Log = []string{line}, logTo(log) })
	for _, k := range []string{key, wrong} {
		r := s.request(http.MethodGet, "/v1/status", "", "")
		r.Header.Set("Authorization", "Bearer "+k)
		s.do(r)
	}
	if text := log.String(); strings.Contains(text, key[7:]) || strings.Contains(text, wrong[7:]) || !strings.Contains(text, "status=401") {
		t.Errorf("log: %s", text)
	}
}
