package main

import (
	"net"
	"testing"
)

// TestBriefingLinks holds where a webhook is told that a briefing is read.
func TestBriefingLinks(t *testing.T) {
	for _, c := range []struct {
		address string
		hosts   []string
		want    string // empty: nowhere
	}{
		{"127.0.0.1:8080", nil, "http://127.0.0.1:8080/v1/briefings/brf_1.html"},
		{"127.0.0.1:8080", []string{"chuchu.example"}, "http://127.0.0.1:8080/v1/briefings/brf_1.html"},
		{"0.0.0.0:8080", []string{"chuchu.example"}, "http://chuchu.example/v1/briefings/brf_1.html"},
		{"[::]:8080", nil, ""},
	} {
		address, err := net.ResolveTCPAddr("tcp", c.address)
		if err != nil {
			t.Fatal(err)
		}
		got, link := "", briefingLinks(address, c.hosts)
		if link != nil {
			got = link("brf_1")
		}
		if got != c.want {
			t.Errorf("%s, %v: %q, want %q", c.address, c.hosts, got, c.want)
		}
	}
}
