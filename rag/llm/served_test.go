package llm_test

import (
	"cmp"
	"os"
	"strings"
	"testing"

	"chuchu/rag/llm"
)

// TestServed asks real servers, when told to:
//
//	LLM_TEST=1 OPENAI_URL=http://127.0.0.1:8000/v1 OPENAI_MODEL=any \
//	OLLAMA_URL=http://127.0.0.1:11434 OLLAMA_MODEL=qwen3:4b \
//	ANTHROPIC_URL=https://api.anthropic.com/v1 ANTHROPIC_MODEL=… go test -run Served -v ./rag/llm
//
// A server whose variable is not set is left out. Keys are read from OPENAI_KEY
// and ANTHROPIC_KEY.
func TestServed(t *testing.T) {
	if os.Getenv("LLM_TEST") == "" {
		t.Skip("LLM_TEST is not set: no model server is asked")
	}
	for _, provider := range []string{"openai", "ollama", "anthropic"} {
		t.Run(provider, func(t *testing.T) {
			upper := strings.ToUpper(provider)
			o := llm.Defaults()
			o.Provider, o.URL, o.Model = provider, os.Getenv(upper+"_URL"), cmp.Or(os.Getenv(upper+"_MODEL"), "default")
			o.Context, o.MaxTokens, o.FirstToken = 2048, 512, "5m"
			if o.URL == "" {
				t.Skip(upper + "_URL is not set")
			}
			if os.Getenv(upper+"_KEY") != "" {
				o.APIKeyEnv = upper + "_KEY"
			}
			m, err := llm.New(o, os.Getenv)
			if err != nil {
				t.Fatal(err)
			}
			askServed(t, m)
		})
	}
}

func askServed(t *testing.T, m llm.Model) {
	r := llm.Request{Messages: []llm.Message{{Role: "user", Content: "[1] 深圳市湾区数据有限公司成立于2015年。\n[2] 2023年，该公司营业收入为12.6亿元，同比增长18%。\n问题：该公司2023年的营业收入是多少？"}}}
	text, usage, err := llm.Text(t.Context(), m, r)
	t.Logf("%q, %+v, %v", text, usage, err)
	if err != nil || usage.InputTokens == 0 || usage.OutputTokens == 0 {
		t.Errorf("text %q, usage %+v, error %v", text, usage, err)
	}
	for chunk, err := range m.Stream(t.Context(), r) {
		t.Logf("broke off at %q, %v", chunk.Text, err)
		break
	}
	r.Messages[0].Content = strings.Repeat("云计算市场。", 2000)
	_, _, err = llm.Text(t.Context(), m, r)
	t.Logf("too long a prompt: %v", err)
	if err == nil {
		t.Error("a prompt longer than the context was answered")
	}
}
