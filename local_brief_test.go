package main

import (
	"net"
	"testing"
)

// TestRoomAddress holds where briefings are said to be read.
func TestRoomAddress(t *testing.T) {
	for _, c := range []struct {
		address string
		hosts   []string
		want    string // empty: nowhere
	}{
		{"127.0.0.1:8080", nil, "http://127.0.0.1:8080"},
		{"127.0.0.1:8080", []string{"chuchu.example"}, "http://127.0.0.1:8080"},
		{"0.0.0.0:8080", []string{"chuchu.example"}, "http://chuchu.example"},
		{"[::]:8080", nil, ""},
	} {
		address, err := net.ResolveTCPAddr("tcp", c.address)
		if err != nil {
			t.Fatal(err)
		}
		if got := roomAddress(address, c.hosts); got != c.want {
			t.Errorf("%s, %v: %q, want %q", c.address, c.hosts, got, c.want)
		}
	}
}
