package briefing

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chuchu/rag"
)

// Bounds of a request.
const (
	maxTopic    = 500 // characters
	maxAudience = 500
	maxFocus    = 2000
	maxSections = 12
	maxHeading  = 100 // characters of a heading
)

// checkRequest returns the request with its defaults in place, or *rag.InputError.
// previous is the briefing it follows up, nil for none.
func checkRequest(ctx context.Context, engine *rag.Engine, r Request) (Request, error) {
	texts := []struct {
		field string
		text  *string
		most  int
	}{{"topic", &r.Topic, maxTopic}, {"audience", &r.Audience, maxAudience}, {"focus", &r.Focus, maxFocus}}
	for _, t := range texts {
		*t.text = oneLine(*t.text)
		if n := utf8.RuneCountInString(*t.text); n > t.most {
			return r, &rag.InputError{Field: t.field, TooLarge: true, Reason: fmt.Sprintf("it has %d characters, at most %d are read; shorten it", n, t.most)}
		}
	}
	switch {
	case r.Topic == "":
		return r, &rag.InputError{Field: "topic", Reason: "it is empty; say what the briefing is to be about"}
	case !hasWord(r.Topic):
		return r, &rag.InputError{Field: "topic", Reason: "there is no word and no number in it to search for"}
	case len(r.Sections) > maxSections:
		return r, &rag.InputError{Field: "sections", Reason: fmt.Sprintf("%d are too many for a briefing; at most %d", len(r.Sections), maxSections)}
	}
	if err := checkSections(&r); err != nil {
		return r, err
	}
	if err := r.choose(); err != nil {
		return r, err
	}
	return r, r.checkDays(ctx, engine)
}

// oneLine joins the words of a text with single blanks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

func checkSections(r *Request) error {
	r.Sections = slices.Clone(r.Sections)
	for i, heading := range r.Sections {
		heading = oneLine(heading)
		n := utf8.RuneCountInString(heading)
		switch {
		case !hasWord(heading):
			return &rag.InputError{Field: "sections", Reason: fmt.Sprintf("heading %d has no word in it", i+1)}
		case n > maxHeading:
			return &rag.InputError{Field: "sections", Reason: fmt.Sprintf("heading %d has %d characters, at most %d", i+1, n, maxHeading)}
		case slices.Contains(r.Sections[:i], heading):
			return &rag.InputError{Field: "sections", Reason: fmt.Sprintf("heading %d stands there twice", i+1)}
		}
		r.Sections[i] = heading
	}
	return nil
}

// choose puts the defaults in place of what is left open.
func (r *Request) choose() error {
	choices := []struct {
		field  string
		value  *string
		preset string
		among  []string
	}{
		{"language", &r.Language, "auto", []string{"auto", "zh", "en"}},
		{"length", &r.Length, "standard", []string{"short", "standard", "long"}},
		{"style", &r.Style, "gbt7714", []string{"gbt7714", "apa", "plain"}},
	}
	for _, c := range choices {
		if *c.value == "" {
			*c.value = c.preset
		}
		if !slices.Contains(c.among, *c.value) {
			return &rag.InputError{Field: c.field, Reason: fmt.Sprintf("%q is none of %s", firstChars(*c.value, 40), strings.Join(c.among, ", "))}
		}
	}
	if r.Language == "auto" {
		r.Language = languageOf(*r)
	}
	return nil
}

var (
	wantsEnglish = regexp.MustCompile(`(?i)\benglish\b|英文|英语`)
	wantsChinese = regexp.MustCompile(`(?i)\bchinese\b|中文|汉语`)
)

// languageOf is the language that a request wants by its words: what is said of the
// audience, else the topic's.
func languageOf(r Request) string {
	isHan := func(c rune) bool { return unicode.Is(unicode.Han, c) }
	switch {
	case wantsChinese.MatchString(r.Audience):
		return "zh"
	case wantsEnglish.MatchString(r.Audience), !strings.ContainsFunc(r.Topic, isHan):
		return "en"
	}
	return "zh"
}

// checkDays checks the days of a request the way a search does, and names its own
// fields.
func (r *Request) checkDays(ctx context.Context, engine *rag.Engine) error {
	_, err := engine.Search(ctx, rag.SearchRequest{Query: r.Topic, Limit: 1, Filter: r.Filter, AsOf: r.AsOf, Window: r.window(), Plan: "rules"})
	var input *rag.InputError
	if errors.As(err, &input) {
		switch input.Field {
		case "window":
			input.Field = "from, to"
		case "query":
			input.Field = "topic"
		}
	}
	return err
}

// window is the period of a request, strict, else what the topic says.
func (r Request) window() rag.WindowOption {
	if r.From == "" && r.To == "" {
		return rag.WindowOption{}
	}
	return rag.WindowOption{Mode: "given", From: r.From, To: r.To, Strict: true}
}

// firstChars returns the first n code points of s.
func firstChars(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
