package briefing

import (
	"strings"
	"testing"
	"time"
)

// TestStanding holds what is refused, by its key. The messages of a configuration are
// tested where it is read.
func TestStanding(t *testing.T) {
	for _, c := range []struct {
		change func(*Standing)
		want   string
	}{
		{func(*Standing) {}, ""},
		{func(s *Standing) { s.Name, s.Language, s.Formats = "每周 简报-1.2", "en", []string{"html"} }, ""},
		{func(s *Standing) { s.Name = "" }, "name: "},
		{func(s *Standing) { s.Name = ".." }, "name: "},
		{func(s *Standing) { s.Name = "a/b" }, "name: "},
		{func(s *Standing) { s.Name = "a\x00b" }, "name: "},
		{func(s *Standing) { s.Name = strings.Repeat("简", 100) }, "name: "},
		{func(s *Standing) { s.Topic = " " }, "topic: "},
		{func(s *Standing) { s.Topic = strings.Repeat("云", maxTopic+1) }, "topic: it has 501"},
		{func(s *Standing) { s.Focus = strings.Repeat("云", maxFocus+1) }, "focus: "},
		{func(s *Standing) { s.Sections = []string{"价格", "。"} }, "sections: "},
		{func(s *Standing) { s.Length = "huge" }, "length: "},
		{func(s *Standing) { s.Style = "mla" }, "style: "},
		{func(s *Standing) { s.From = "2025" }, "from: "},
		{func(s *Standing) { s.Window, s.From = "24h", "2025-01-01" }, "window, from: "},
		{func(s *Standing) { s.Window = "-24h" }, "window: "},
		{func(s *Standing) { s.Cron = "" }, "cron: "},
		{func(s *Standing) { s.Cron = "0 0 30 2 *" }, "cron: "},
		{func(s *Standing) { s.Webhook = "https://" }, "webhook: "},
		{func(s *Standing) { s.Webhook = "http://host:port/token" }, "webhook: "},
	} {
		s := Standing{Name: "weekly", Topic: "云计算", Cron: "0 7 * * 1", Folder: "out", Webhook: "https://hooks.example/token"}
		c.change(&s)
		err := s.Validate()
		if (c.want == "") != (err == nil) || err != nil && (!strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "token")) {
			t.Errorf("%+v: %v, want %q", s, err, c.want)
		}
	}
}

// TestStandingRequest holds that days are those of the time zone.
func TestStandingRequest(t *testing.T) {
	s := Standing{Topic: "云", Window: "24h", Outlets: []string{"云报"}}
	at := time.Date(2025, 11, 5, 17, 0, 0, 0, time.UTC).In(shanghai)
	if r := s.request(at, "brf_1"); r.From != "2025-11-05" || r.To != "" || r.PreviousID != "brf_1" || len(r.Filter.Outlets) != 1 {
		t.Errorf("%+v", r)
	}
}

// FuzzStandingCron holds that an expression is refused or has a next time, which is
// later.
func FuzzStandingCron(f *testing.F) {
	for _, seed := range []string{"0 7 * * 1", "@daily", "@every 1h", "TZ=0", "CRON_TZ=UTC 0 7 * * 1", "*/0 * * * *", "0 0 29 2 *", "@every 1ns", "@every -1h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		schedule, err := Standing{Cron: expression}.schedule()
		if err != nil {
			return
		}
		now := time.Date(2025, 11, 5, 12, 0, 0, 0, shanghai)
		if next := schedule.Next(now); !next.After(now) {
			t.Errorf("%q comes at %s, after %s", expression, next, now)
		}
	})
}
