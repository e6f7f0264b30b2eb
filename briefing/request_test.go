package briefing

import (
	"errors"
	"strings"
	"testing"

	"chuchu/rag"
)

func TestCheckRequest(t *testing.T) {
	e := newCollection(t, news()...).engine(t, nil)
	many := make([]string, 40)
	for i := range many {
		many[i] = strings.Repeat("一", i+1)
	}
	tests := []struct {
		name  string
		r     Request
		field string
		large bool
	}{
		{"no topic", Request{}, "topic", false},
		{"a blank topic", Request{Topic: " \n\t"}, "topic", false},
		{"a topic without a word", Request{Topic: "？！……"}, "topic", false},
		{"a topic of 5,000 characters", Request{Topic: strings.Repeat("云", 5000)}, "topic", true},
		{"a focus of 2,001", Request{Topic: "海燕云", Focus: strings.Repeat("云", 2001)}, "focus", true},
		{"an audience of 501", Request{Topic: "海燕云", Audience: strings.Repeat("云", 501)}, "audience", true},
		{"40 sections", Request{Topic: "海燕云", Sections: many}, "sections", false},
		{"a section without a word", Request{Topic: "海燕云", Sections: []string{"业绩", "——"}}, "sections", false},
		{"a section twice", Request{Topic: "海燕云", Sections: []string{"业绩", " 业绩 "}}, "sections", false},
		{"a long section", Request{Topic: "海燕云", Sections: []string{strings.Repeat("绩", 101)}}, "sections", false},
		{"a language", Request{Topic: "海燕云", Language: "fr"}, "language", false},
		{"a length", Request{Topic: "海燕云", Length: "endless"}, "length", false},
		{"a style", Request{Topic: "海燕云", Style: "mla"}, "style", false},
		{"a day", Request{Topic: "海燕云", From: "yesterday"}, "from, to", false},
		{"days the wrong way round", Request{Topic: "海燕云", From: "2024-02-01", To: "2024-01-01"}, "from, to", false},
		{"as_of", Request{Topic: "海燕云", AsOf: "2024-13-01"}, "as_of", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := checkRequest(t.Context(), e, test.r)
			var input *rag.InputError
			if !errors.As(err, &input) || input.Field != test.field || input.TooLarge != test.large {
				t.Errorf("%v, want an input error of %s", err, test.field)
			}
		})
	}
}

func TestRequestDefaults(t *testing.T) {
	e := newCollection(t, news()...).engine(t, nil)
	tests := []struct{ topic, audience, language, want string }{
		{"海燕云的业绩", "", "", "zh"},
		{"海燕云的业绩", "a strategy team (in English)", "", "en"},
		{"海燕云的业绩", "海外团队，英文", "auto", "en"},
		{"Cloud vendors", "", "", "en"},
		{"Cloud vendors", "Chinese readers", "", "zh"},
		{"Cloud vendors", "", "zh", "zh"},
	}
	for _, test := range tests {
		r, err := checkRequest(t.Context(), e, Request{Topic: "  " + test.topic + "\n", Audience: test.audience, Language: test.language})
		if err != nil {
			t.Fatal(err)
		}
		if r.Topic != test.topic || r.Language != test.want || r.Length != "standard" || r.Style != "gbt7714" {
			t.Errorf("%+v became %+v", test, r)
		}
	}
}
