package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"chuchu/briefing"
)

// TestConfigFile holds config.yaml equal to the defaults: every key, each with a
// comment of its own, decoding to what holds without a file.
func TestConfigFile(t *testing.T) {
	text, err := os.ReadFile("config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c Config
	if err := decodeConfig(text, &c); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(DefaultConfig(), c, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(c.Index, "Log")); diff != "" {
		t.Errorf("config.yaml is not the defaults (-defaults +file):\n%s", diff)
	}
	for _, key := range configKeys() {
		parts := strings.Split(key, ".")
		last := parts[len(parts)-1]
		line := regexp.MustCompile(`(?m)^` + strings.Repeat("  ", len(parts)-1) + last + `:.*\S +# \S`)
		if !line.Match(text) {
			t.Errorf("config.yaml has no line with a comment for %s", key)
		}
	}
}

// TestConfigMessages loads testdata/config: a good file decodes, a bad one gives
// the message that its first line holds as a comment.
func TestConfigMessages(t *testing.T) {
	files, err := filepath.Glob("testdata/config/*.yaml")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = LoadConfig(file, nil)
			if strings.HasSuffix(file, ".good.yaml") {
				if err != nil {
					t.Error(err)
				}
				return
			}
			want, _, _ := strings.Cut(string(text), "\n")
			want = strings.TrimPrefix(want, "# ")
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q in it", err, want)
			}
		})
	}
}

// TestConfigEnvironment sets every kind of key by its variable.
func TestConfigEnvironment(t *testing.T) {
	for _, c := range []struct {
		variable string
		get      func(Config) any
		want     any
	}{
		{"CHUCHU_DATA=/srv/chuchu", func(c Config) any { return c.Data }, "/srv/chuchu"},
		{"CHUCHU_RAG_LIMIT=12", func(c Config) any { return c.RAG.Limit }, 12},
		{"CHUCHU_RAG_LEXICAL=0.5", func(c Config) any { return c.RAG.Lexical }, .5},
		{"CHUCHU_API_HOSTS=a.example, b.example", func(c Config) any { return c.API.Hosts }, []string{"a.example", "b.example"}},
		{"CHUCHU_API_HOSTS=[c.example]", func(c Config) any { return c.API.Hosts }, []string{"c.example"}},
		{"CHUCHU_BRIEFINGS_STANDING=[{name: daily, topic: 云, cron: '@daily', folder: out}]", func(c Config) any { return c.Briefings.Standing }, []briefing.Standing{{Name: "daily", Topic: "云", Cron: "@daily", Folder: "out"}}},
		{apiKeyVariable + "=secret", func(c Config) any { return c }, DefaultConfig()},
		{"PATH=/bin", func(c Config) any { return c }, DefaultConfig()},
	} {
		got, err := LoadConfig("testdata/config/empty.good.yaml", []string{c.variable})
		if err != nil {
			t.Errorf("%s: %v", c.variable, err)
			continue
		}
		if !reflect.DeepEqual(c.get(got), c.want) {
			t.Errorf("%s: got %v, want %v", c.variable, c.get(got), c.want)
		}
	}
	for variable, want := range map[string]string{
		"CHUCHU_RAG_LIMIT=many":                                           `environment variable CHUCHU_RAG_LIMIT: "many" is no value for rag.limit`,
		"CHUCHU_BRIEFINGS_STANDING=daily":                                 "it is no value for briefings.standing",
		"CHUCHU_BRIEFINGS_STANDING=[{hook: https://hooks.example/token}]": "it is no value for briefings.standing",
		"CHUCHU_RAG_LIMITS=3":                                             "did you mean CHUCHU_RAG_LIMIT?",
		"CHUCHU_WHATEVER_IT=3":                                            "sets nothing",
	} {
		if _, err := LoadConfig("testdata/config/empty.good.yaml", []string{variable}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", variable, err, want)
		}
	}
}
