package briefing

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/robfig/cron/v3"

	"chuchu/corpus"
)

// A Standing briefing is made by the clock; schedule.go makes it.
type Standing struct {
	Name     string   `yaml:"name"` // of its files, and under which its runs are kept
	Topic    string   `yaml:"topic"`
	Audience string   `yaml:"audience"`
	Focus    string   `yaml:"focus"`
	Language string   `yaml:"language"`
	Length   string   `yaml:"length"`
	Style    string   `yaml:"style"`
	Sections []string `yaml:"sections"`
	Outlets  []string `yaml:"outlets"`
	Tags     []string `yaml:"tags"`
	Cron     string   `yaml:"cron"`      // minute hour day month weekday, or @daily and the like
	Window   string   `yaml:"window"`    // only articles this young, a duration like 720h
	From     string   `yaml:"from"`      // only articles from this day on, YYYY-MM-DD
	FollowUp *bool    `yaml:"follow_up"` // on the last one that was done; nil is true
	Folder   string   `yaml:"folder"`    // of its files
	Formats  []string `yaml:"formats"`   // md, html, docx; none: md
	Webhook  string   `yaml:"webhook"`   // is sent a line of JSON when it has ended; may hold a secret
}

// Validate names the key at fault and what it should be. A webhook's address is in no
// message.
func (s Standing) Validate() error {
	switch {
	case strings.TrimSpace(s.Topic) == "":
		return errors.New("topic: it is empty; say what the briefing is about")
	case s.Folder == "":
		return errors.New("folder: it is empty; name the folder its files go to")
	case s.Window != "" && s.From != "":
		return errors.New("window, from: give one of them, not both")
	}
	if err := checkName(s.Name); err != nil {
		return err
	}
	if _, err := s.schedule(); err != nil {
		return err
	}
	if err := s.checkTexts(); err != nil {
		return err
	}
	if err := s.checkChoices(); err != nil {
		return err
	}
	if d, err := time.ParseDuration(s.Window); s.Window != "" && (err != nil || d <= 0) {
		return fmt.Errorf("window: %q is no duration like 720h", s.Window)
	}
	if _, err := time.Parse(time.DateOnly, s.From); s.From != "" && err != nil {
		return fmt.Errorf("from: %q is no day like 2025-01-31", s.From)
	}
	return checkWebhook(s.Webhook)
}

// longestName is in bytes: a file's name has 255, and its day and format need some.
const longestName = 200

// checkName refuses what is no file's name everywhere.
func checkName(name string) error {
	fits := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_. ", r) }
	switch {
	case name == "":
		return errors.New("name: it is empty")
	case len(name) > longestName:
		return fmt.Errorf("name: it has %d bytes, at most are %d", len(name), longestName)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !fits(r) }) || strings.Trim(name, ". ") != name:
		return fmt.Errorf("name: %q is to be of letters, digits, - and _, as files are named after it", name)
	}
	return nil
}

// checkTexts refuses what no order may hold.
func (s Standing) checkTexts() error {
	for _, c := range []struct {
		key, text string
		most      int
	}{{"topic", s.Topic, maxTopic}, {"audience", s.Audience, maxAudience}, {"focus", s.Focus, maxFocus}} {
		if n := utf8.RuneCountInString(c.text); n > c.most {
			return fmt.Errorf("%s: it has %d characters, at most are %d", c.key, n, c.most)
		}
	}
	if len(s.Sections) > maxSections {
		return fmt.Errorf("sections: %d are too many; at most %d", len(s.Sections), maxSections)
	}
	return checkSections(&Request{Sections: s.Sections})
}

func (s Standing) checkChoices() error {
	for _, c := range []struct {
		key, value string
		of         []string
	}{
		{"language", s.Language, []string{"auto", "zh", "en"}},
		{"length", s.Length, []string{"short", "standard", "long"}},
		{"style", s.Style, []string{"gbt7714", "apa", "plain"}},
	} {
		if c.value != "" && !slices.Contains(c.of, c.value) {
			return fmt.Errorf("%s: %q is none of %s", c.key, c.value, strings.Join(c.of, ", "))
		}
	}
	for _, f := range s.Formats {
		if all := extensions(); !slices.Contains(all, f) {
			return fmt.Errorf("formats: %q is none of %s", f, strings.Join(all, ", "))
		}
	}
	return nil
}

func checkWebhook(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("webhook: it is no address that begins with http:// or https://")
	}
	return nil
}

// schedule reads the cron expression.
func (s Standing) schedule() (cron.Schedule, error) {
	if strings.Contains(s.Cron, "TZ=") { // the parser panics on some of these
		return nil, fmt.Errorf("cron: %q names a time zone; that of rag.timezone counts", s.Cron)
	}
	schedule, err := cron.ParseStandard(s.Cron)
	if err != nil {
		return nil, fmt.Errorf("cron: %q is no expression like 0 7 * * 1 (minute, hour, day, month, weekday): %w", s.Cron, err)
	}
	if schedule.Next(time.Unix(0, 0).UTC()).IsZero() {
		return nil, fmt.Errorf("cron: %q never comes", s.Cron)
	}
	return schedule, nil
}

func (s Standing) followsUp() bool { return s.FollowUp == nil || *s.FollowUp }

func (s Standing) formats() []string {
	if len(s.Formats) == 0 {
		return []string{"md"}
	}
	return s.Formats
}

// request is what is ordered at a time; the days are those of its time zone.
func (s Standing) request(now time.Time, previous string) Request {
	r := Request{
		Topic: s.Topic, Audience: s.Audience, Focus: s.Focus, Language: s.Language, Length: s.Length, Style: s.Style,
		Sections: s.Sections, From: s.From, PreviousID: previous,
		Filter: corpus.Filter{Outlets: s.Outlets, Tags: s.Tags},
	}
	if window, err := time.ParseDuration(s.Window); err == nil {
		r.From = now.Add(-window).Format(time.DateOnly)
	}
	return r
}

// validateStanding checks each and that no two have one name.
func validateStanding(all []Standing) error {
	names := map[string]bool{}
	for i, s := range all {
		err := s.Validate()
		if folded := strings.ToLower(s.Name); err == nil && names[folded] { // some file systems know no case
			err = errors.New("name: another has it")
		} else {
			names[folded] = true
		}
		if err != nil {
			return fmt.Errorf("standing: %d (%q): %w", i+1, s.Name, err)
		}
	}
	return nil
}
