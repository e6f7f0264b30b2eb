package api_test

import (
	"strings"
	"testing"

	"chuchu/api"
)

func TestOptionsValidate(t *testing.T) {
	if err := api.Defaults().Validate(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		change func(*api.Options)
		says   string // empty: valid
	}{
		{func(o *api.Options) {
			o.Hosts = []string{"chuchu.example", "x.example:8443", "192.0.2.1", "::1", "[::1]:80"}
		}, ""},
		{func(o *api.Options) { o.Hosts = []string{"https://chuchu.example"} }, `hosts: "https://chuchu.example"`},
		{func(o *api.Options) { o.Hosts = []string{"*.example"} }, "hosts: "},
		{func(o *api.Options) { o.Hosts = []string{""} }, "hosts: "},
		{func(o *api.Options) { o.BodySize = 0 }, "body_size: "},
		{func(o *api.Options) { o.UploadSize = -1 }, "upload_size: "},
		{func(o *api.Options) { o.Rate = -1 }, "rate: "},
		{func(o *api.Options) { o.Rate, o.Burst = 0, 0 }, ""},
		{func(o *api.Options) { o.Burst = 0 }, "burst: "},
		{func(o *api.Options) { o.Grace = "10" }, "grace: "},
		{func(o *api.Options) { o.Grace = "-1s" }, "grace: "},
		{func(o *api.Options) { o.Grace = "0s" }, ""},
	} {
		o := api.Defaults()
		c.change(&o)
		err := o.Validate()
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.HasPrefix(err.Error(), c.says)) {
			t.Errorf("got %v, want %q", err, c.says)
		}
	}
}

func TestCheckListen(t *testing.T) {
	_, line := newKey(t, "read")
	keys := api.Auth{Keys: []string{line}}
	for _, c := range []struct {
		address  string
		auth     api.Auth
		insecure bool
		fine     bool
	}{
		{"127.0.0.1:8080", api.Auth{}, false, true},
		{"127.1.2.3:0", api.Auth{}, false, true},
		{"localhost:8080", api.Auth{}, false, true},
		{"[::1]:8080", api.Auth{}, false, true},
		{"[::ffff:127.0.0.1]:8080", api.Auth{}, false, true},
		{":8080", api.Auth{}, false, false},
		{"0.0.0.0:8080", api.Auth{}, false, false},
		{"[::]:8080", api.Auth{}, false, false},
		{"192.0.2.1:8080", api.Auth{}, false, false},
		{"chuchu.example:8080", api.Auth{}, false, false},
		{":8080", keys, false, true},
		{":8080", api.Auth{}, true, true},
		{"8080", keys, true, false},
	} {
		if err := api.CheckListen(c.address, c.auth, c.insecure); (err == nil) != c.fine {
			t.Errorf("%s, %d keys, insecure %v: %v", c.address, len(c.auth.Keys), c.insecure, err)
		}
	}
}
