package embed_test

import (
	"strings"
	"testing"

	"chuchu/rag/embed"
)

func TestOptionsValidate(t *testing.T) {
	if err := embed.Defaults().Validate(); err != nil {
		t.Errorf("defaults: %v", err)
	}
	good := embed.Options{Provider: "openai", Model: "m", URL: "https://example.org/v1", Batch: 1, Timeout: "1s"}
	if err := good.Validate(); err != nil {
		t.Errorf("good: %v", err)
	}
	for want, change := range map[string]func(*embed.Options){
		`provider: "cohere" is none of static, ollama, openai`: func(o *embed.Options) { o.Provider = "cohere" },
		"model: name the embedding model of the openai server": func(o *embed.Options) { o.Model = "" },
		"for example bge-m3":                                          func(o *embed.Options) { o.Provider, o.Model = "ollama", "" },
		"url: not a server's address":                                 func(o *embed.Options) { o.URL = "localhost:11434" },
		"url: has a password":                                         func(o *embed.Options) { o.URL = "http://u:p@example.org" },
		"dimension: -1 is negative":                                   func(o *embed.Options) { o.Dimension = -1 },
		"batch: 0 is not between 1 and 2048":                          func(o *embed.Options) { o.Batch = 0 },
		`timeout: "soon" is no duration`:                              func(o *embed.Options) { o.Timeout = "soon" },
		`timeout: "-1s" is no duration`:                               func(o *embed.Options) { o.Timeout = "-1s" },
		"the environment variable CHUCHU_TEST_NO_SUCH_KEY is not set": func(o *embed.Options) { o.APIKeyEnv = "CHUCHU_TEST_NO_SUCH_KEY" },
	} {
		opt := good
		change(&opt)
		if _, err := embed.New(opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func TestNewChoosesByProvider(t *testing.T) {
	e, err := embed.New(embed.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := e.(*embed.Static); !ok {
		t.Errorf("the default is a %T", e)
	}
}
