package api

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// Options set how requests are taken.
type Options struct {
	Hosts       []string `yaml:"hosts"`        // names, besides loopback, under which the server is reached; with a port only on that port
	BodySize    int      `yaml:"body_size"`    // bytes of a JSON body
	UploadSize  int      `yaml:"upload_size"`  // bytes of an upload, all its files together
	Rate        float64  `yaml:"rate"`         // requests a second of each key, without keys of each address; 0 for no limit
	Burst       int      `yaml:"burst"`        // requests at once before the rate counts
	Grace       string   `yaml:"grace"`        // how long running answers may go on when the server stops, a Go duration
	OpenMetrics bool     `yaml:"open_metrics"` // /metrics needs no key
}

// Defaults are options for one machine. The rate stops a program that has run
// wild; a client that asks as fast as it gets replies stays below it.
func Defaults() Options {
	return Options{BodySize: 16 << 20, UploadSize: 16 << 20, Rate: 2000, Burst: 20_000, Grace: "10s"}
}

// Validate names the key at fault and what it should be.
func (o Options) Validate() error {
	for _, h := range o.Hosts {
		if err := checkHost(h); err != nil {
			return fmt.Errorf("hosts: %w", err)
		}
	}
	switch {
	case o.BodySize < 1<<10:
		return fmt.Errorf("body_size: %d bytes is too little for a request; at least 1024", o.BodySize)
	case o.UploadSize < 1<<10:
		return fmt.Errorf("upload_size: %d bytes is too little for a file; at least 1024", o.UploadSize)
	case !(o.Rate >= 0): // so put, NaN is refused too
		return fmt.Errorf("rate: %g is no number of requests a second; 0 for no limit", o.Rate)
	case o.Rate > 0 && o.Burst < 1:
		return fmt.Errorf("burst: %d lets no request through; at least 1", o.Burst)
	}
	if d, err := time.ParseDuration(o.Grace); err != nil || d < 0 {
		return fmt.Errorf("grace: %q is no duration like 10s", o.Grace)
	}
	return nil
}

// grace is the duration of valid options.
func (o Options) grace() time.Duration {
	d, err := time.ParseDuration(o.Grace)
	if err != nil {
		return 0 // Validate refuses such options
	}
	return d
}

func checkHost(h string) error {
	name, port := splitHost(h)
	_, err := netip.ParseAddr(name)
	if name == "" || err != nil && strings.ContainsAny(name, "/:*@?# ") || strings.Trim(port, "0123456789") != "" {
		return fmt.Errorf("%q is no host name like chuchu.example or chuchu.example:8443", h)
	}
	return nil
}

// splitHost parts host[:port]; the name comes in lower case, without the brackets
// of an IPv6 address and without a final point.
func splitHost(h string) (name, port string) {
	name, port, err := net.SplitHostPort(h)
	if err != nil {
		name, port = h, ""
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	return strings.ToLower(strings.TrimSuffix(name, ".")), port
}

// isLoopback reports whether only this machine reaches the host.
func isLoopback(name string) bool {
	if name == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(name)
	return err == nil && address.Unmap().IsLoopback()
}

// CheckListen refuses to serve an address that is not loopback to whoever reaches
// it, unless there are keys or the user insists.
func CheckListen(address string, auth Auth, insecure bool) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listen: %q is no HOST:PORT: %w", address, err)
	}
	if isLoopback(strings.ToLower(host)) || len(auth.Keys) > 0 || insecure {
		return nil
	}
	return fmt.Errorf("listen: without API keys whoever reaches %s could read and delete everything: make a key (chuchu key new --role read|write) and put its line into auth.keys, listen at 127.0.0.1, or insist with --insecure", address)
}
