package llm_test

import (
	"cmp"
	"errors"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"chuchu/rag/llm"
)

// realOptions are those of the server that TestReal asks, from the environment, as
// docs/models.md says. Without LLM_TEST and CHUCHU_TEST_LLM_URL the test is skipped.
func realOptions(t *testing.T) llm.Options {
	t.Helper()
	url := os.Getenv("CHUCHU_TEST_LLM_URL")
	if os.Getenv("LLM_TEST") == "" || url == "" {
		t.Skip("LLM_TEST and CHUCHU_TEST_LLM_URL are not set: no model server is asked")
	}
	o := llm.Defaults()
	o.Provider = cmp.Or(os.Getenv("CHUCHU_TEST_LLM_PROVIDER"), "openai")
	o.Model = cmp.Or(os.Getenv("CHUCHU_TEST_LLM_MODEL"), "default")
	o.URL = url
	if os.Getenv("CHUCHU_TEST_LLM_KEY") != "" {
		o.APIKeyEnv = "CHUCHU_TEST_LLM_KEY"
	}
	o.Context, o.MaxTokens = 2048, 512
	if s := os.Getenv("CHUCHU_TEST_LLM_CONTEXT"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("CHUCHU_TEST_LLM_CONTEXT: %v", err)
		}
		o.Context = n
	}
	o.FirstToken, o.Silence = "10m", "10m" // it may be slow; nothing here is about speed
	return o
}

func realModel(t *testing.T, o llm.Options) llm.Model {
	t.Helper()
	m, err := llm.New(o, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var realQuestion = llm.Request{
	System:   "只根据资料回答，一句话。",
	Messages: []llm.Message{{Role: "user", Content: "[1] 深圳市湾区数据有限公司成立于2015年。\n[2] 2023年，该公司营业收入为12.6亿元，同比增长18%。\n问题：该公司2023年的营业收入是多少？"}},
}

// TestReal holds a real server, however small its model, to what Model promises:
// it is about how replies end, not what they say.
func TestReal(t *testing.T) {
	o := realOptions(t)
	m := realModel(t, o)
	t.Run("whole", func(t *testing.T) {
		text, usage, err := read(t, m.Stream(t.Context(), realQuestion))
		t.Logf("%q, %+v, %v", text, usage, err)
		if err != nil || usage.InputTokens == 0 || usage.OutputTokens == 0 {
			t.Errorf("text %q, usage %+v, error %v", text, usage, err)
		}
	})
	t.Run("broken off", func(t *testing.T) {
		for range m.Stream(t.Context(), realQuestion) {
			break
		}
	})
	t.Run("JSON", func(t *testing.T) {
		r := realQuestion
		r.JSON, r.MaxTokens = true, 64
		text, _, err := read(t, m.Stream(t.Context(), r))
		t.Logf("%.100q, %v", text, err)
		if err != nil && !errors.Is(err, llm.ErrCut) && !errors.Is(err, llm.ErrEmpty) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("length limit", func(t *testing.T) {
		r := realQuestion
		r.MaxTokens = 2
		text, _, err := read(t, m.Stream(t.Context(), r))
		t.Logf("%.100q, %v", text, err)
		if !errors.Is(err, llm.ErrCut) {
			t.Errorf("error %v, want %v", err, llm.ErrCut)
		}
	})
	t.Run("at once", func(t *testing.T) { realAtOnce(t, m) })
	t.Run("as long as its room", func(t *testing.T) { realRoom(t, o, m) })
	t.Run("longer than the context", func(t *testing.T) {
		if o.Provider != "ollama" && os.Getenv("CHUCHU_TEST_LLM_CONTEXT") == "" {
			t.Skip("CHUCHU_TEST_LLM_CONTEXT does not say how long the server's context is")
		}
		r := realQuestion
		r.Messages = []llm.Message{{Role: "user", Content: strings.Repeat("云计算市场。", o.Context)}}
		if err := wantRefusal(t, m, r); !errors.Is(err, llm.ErrContext) {
			t.Errorf("error %v, want %v", err, llm.ErrContext)
		}
	})
	t.Run("wrong key", func(t *testing.T) {
		if o.APIKeyEnv == "" || o.Provider == "ollama" {
			t.Skip("the server wants no key")
		}
		wrong, err := llm.New(o, func(string) string { return "wrong-key-0123456789" })
		if err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, wrong, realQuestion, http.StatusUnauthorized, http.StatusForbidden)
	})
}

// realAtOnce asks three times at once; each reply ends by itself.
func realAtOnce(t *testing.T, m llm.Model) {
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			if text, _, err := read(t, m.Stream(t.Context(), realQuestion)); err != nil {
				t.Errorf("text %q, error %v", text, err)
			}
		})
	}
	group.Wait()
}

// realRoom: a prompt that is as long as Info.Room by estimate fits, and leaves room
// for an answer.
func realRoom(t *testing.T, o llm.Options, m llm.Model) {
	const fact = "2023年，该公司营业收入为12.6亿元，同比增长18%。\n"
	question := realQuestion.Messages[0].Content
	left := m.Info().Room - llm.EstimateTokens(realQuestion.System+question)
	r := realQuestion
	r.Messages = []llm.Message{{Role: "user", Content: strings.Repeat(fact, left/llm.EstimateTokens(fact)) + question}}
	text, usage, err := read(t, m.Stream(t.Context(), r))
	t.Logf("%.100q, %+v, room for %d, %v", text, usage, m.Info().Room, err)
	if errors.Is(err, llm.ErrContext) || usage.InputTokens > o.Context-o.MaxTokens {
		t.Errorf("usage %+v, error %v", usage, err)
	}
}

// wantRefusal: the server says no, with one of the statuses where any are named,
// and not a word of an answer comes. It returns the error.
func wantRefusal(t *testing.T, m llm.Model, r llm.Request, statuses ...int) error {
	t.Helper()
	text, _, err := read(t, m.Stream(t.Context(), r))
	t.Logf("%.100q, %v", text, err)
	var refusal *llm.ProviderError
	if text != "" || !errors.As(err, &refusal) {
		t.Fatalf("text %.100q, error %v; want none and a refusal", text, err)
	}
	if len(statuses) > 0 && !slices.Contains(statuses, refusal.Status) {
		t.Errorf("status %d, want one of %v", refusal.Status, statuses)
	}
	return err
}
