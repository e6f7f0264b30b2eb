package embed_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestServedRecallsWhileDown(t *testing.T) {
	for _, c := range []struct {
		earlier string
		reply   http.HandlerFunc
		want    string // the fingerprint, or a part of the error
	}{
		{"openai/BAAI/bge-m3/2/1", status(503, ``), "openai/BAAI/bge-m3/2/1"},
		{"openai/BAAI/bge-m3/3/1", good, "openai/BAAI/bge-m3/2/1"}, // a server that replies is believed
		{"openai/BAAI/bge-m3/2/1", status(401, ``), "401"},
		{"openai/BAAI/bge-m3/2/0", status(503, ``), "503"},
		{"openai/other/2/1", status(503, ``), "503"},
		{"static/bge-small-zh-v1.5/256/5d8925c6e9bff531.1", status(503, ``), "503"},
		{"openai/BAAI/bge-m3/0/1", status(503, ``), "503"},
		{"openai/BAAI/bge-m3/two/1", status(503, ``), "503"},
		{"openai", status(503, ``), "503"},
		{"", status(503, ``), "503"},
	} {
		s := newServer(t, c.reply)
		opt := options("openai", s.URL)
		opt.Model, opt.Earlier = "BAAI/bge-m3", c.earlier
		e, _ := newServed(t, opt)
		got, err := e.Fingerprint(t.Context())
		if (err != nil || got.String() != c.want) && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q: fingerprint %v, error %v; want %q", c.earlier, got, err, c.want)
		}
	}
}

// A model that turns out to be another one is told from a wrong configuration.
func TestServedRecalledDimensionHolds(t *testing.T) {
	s := newServer(t, status(503, ``), status(503, ``), status(503, ``), good)
	opt := options("openai", s.URL)
	opt.Earlier = "openai/m/768/1"
	e, _ := newServed(t, opt)
	if f, err := e.Fingerprint(t.Context()); err != nil || f.Dimension != 768 {
		t.Fatalf("fingerprint %v, error %v", f, err)
	}
	if _, err := e.Query(t.Context(), "云"); err == nil || !strings.Contains(err.Error(), "2 numbers, and those made before 768; start chuchu again") {
		t.Errorf("error %v", err)
	}
}
