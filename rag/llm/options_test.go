package llm_test

import (
	"strings"
	"testing"

	"chuchu/rag/llm"
)

func TestDefaultsAreNoModel(t *testing.T) {
	m, err := llm.New(llm.Defaults(), nil)
	if m != nil || err != nil {
		t.Errorf("model %v, error %v", m, err)
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		change func(*llm.Options)
		want   string // beginning of the error, "" for none
	}{
		{func(o *llm.Options) {}, ""},
		{func(o *llm.Options) { o.URL, o.APIKeyEnv = "https://api.example.com/v1", "KEY" }, ""},
		{func(o *llm.Options) { o.Provider = "gpt" }, `provider: "gpt" is none of`},
		{func(o *llm.Options) { o.Model = "" }, "model: name the model"},
		{func(o *llm.Options) { o.URL = "127.0.0.1:8000" }, "url: give it as http://"},
		{func(o *llm.Options) { o.URL = "ftp://h/" }, "url: give it as http://"},
		{func(o *llm.Options) { o.URL = "http://u:secret@h/" }, "url: no user or password in it"},
		{func(o *llm.Options) { o.APIKeyEnv = "sk-secret" }, "api_key_env: name the environment variable"},
		{func(o *llm.Options) { o.MaxTokens = 0 }, "max_tokens: 0"},
		{func(o *llm.Options) { o.Context = o.MaxTokens }, "context: 1024 tokens leave no room"},
		{func(o *llm.Options) { o.Temperature = 2.5 }, "temperature: 2.5"},
		{func(o *llm.Options) { o.Concurrent = 0 }, "concurrent: 0"},
		{func(o *llm.Options) { o.RequestTokens, o.DayTokens = 4000, 1000000 }, ""},
		{func(o *llm.Options) { o.RequestTokens = 1024 }, "request_tokens: 1024 leave no room"},
		{func(o *llm.Options) { o.RequestTokens = -1 }, "request_tokens: -1 leave"},
		{func(o *llm.Options) { o.DayTokens = 1024 }, "day_tokens: 1024 do not do"},
		{func(o *llm.Options) { o.FirstToken = "60" }, `first_token: "60" is no duration`},
		{func(o *llm.Options) { o.Silence = "-1s" }, `silence: "-1s" is no duration`},
	} {
		o := llm.Defaults()
		o.Provider, o.Model = "ollama", "m"
		c.change(&o)
		err := o.Validate()
		if c.want == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("error %v, want %q", err, c.want)
		}
		if _, err := llm.New(o, func(string) string { return "" }); err == nil {
			t.Errorf("New took what Validate refuses: %s", c.want)
		}
	}
}

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		provider, url, variable string
		want                    string
	}{
		{"openai", "", "", "api_key_env: openai needs a key"},
		{"anthropic", "", "", "api_key_env: anthropic needs a key"},
		{"openai", "", "UNSET", "api_key_env: the environment variable UNSET is empty"},
		{"openai", "", "SET", ""},
		{"openai", "http://127.0.0.1:1/v1", "", ""},
		{"ollama", "", "", ""},
	} {
		o := llm.Defaults()
		o.Provider, o.Model, o.URL, o.APIKeyEnv = c.provider, "m", c.url, c.variable
		_, err := llm.New(o, func(name string) string { return map[string]string{"SET": "k"}[name] })
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%+v: error %v", c, err)
		}
	}
}
