package api_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/openai"

	"chuchu/api"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// newLangchain is langchaingo's client of the service.
func newLangchain(t testing.TB, s *service, model string) *openai.LLM {
	t.Helper()
	client, err := openai.New(openai.WithBaseURL(s.base+"/v1"), openai.WithToken("unused"), openai.WithModel(model), openai.WithEmbeddingModel("chuchu"))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestLangchaingo asks with langchaingo's client: plain, streamed, as a follow-up,
// for vectors, and for a model that is not there.
func TestLangchaingo(t *testing.T) {
	s := newRealService(t, llm.NewScripted(llm.Script{Text: "北辰数据的对象存储降价三成[S1]。"}))
	s.addText(`{"title":"北辰数据降价","text":"北辰数据宣布，对象存储降价三成。\n降价自2024年12月起生效。","url":"https://news.example/1","published":"2024-11-21"}`)
	client := newLangchain(t, s, "chuchu")
	history := []llms.MessageContent{
		llms.TextParts(llms.ChatMessageTypeSystem, "You are helpful."),
		llms.TextParts(llms.ChatMessageTypeHuman, "北辰数据的对象存储降了多少？"),
	}
	plain, err := client.GenerateContent(t.Context(), history, llms.WithTemperature(.3), llms.WithMaxTokens(100))
	if err != nil {
		t.Fatal(err)
	}
	text := plain.Choices[0].Content
	if !strings.HasPrefix(text, "北辰数据的对象存储降价三成[1]。\n") || !strings.HasSuffix(text, "https://news.example/1") || plain.Choices[0].StopReason != "stop" {
		t.Errorf("got %+v", plain.Choices[0])
	}
	var pieces strings.Builder
	streamed, err := client.GenerateContent(t.Context(), history, llms.WithStreamingFunc(func(_ context.Context, piece []byte) error {
		pieces.Write(piece)
		return nil
	}))
	if err != nil || streamed.Choices[0].Content != text || pieces.String() != text || streamed.Choices[0].StopReason != "stop" {
		t.Errorf("streamed %q, %v; in pieces %q", streamed.Choices[0].Content, err, pieces.String())
	}
	history = append(history, llms.TextParts(llms.ChatMessageTypeAI, text), llms.TextParts(llms.ChatMessageTypeHuman, "何时生效？"))
	if _, err := client.GenerateContent(t.Context(), history); err != nil {
		t.Error(err)
	}
	vectors, err := client.CreateEmbedding(t.Context(), []string{"对象存储降价", "松涛科技换帅"})
	if err != nil || len(vectors) != 2 || len(vectors[0]) != len(vectors[1]) || len(vectors[0]) == 0 {
		t.Errorf("%d vectors, %v", len(vectors), err)
	}
	if _, err := newLangchain(t, s, "gpt-4o").GenerateContent(t.Context(), history); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("another model: %v", err)
	}
}

// TestLangchaingoStreamFails: its client sees that a stream broke off. The error in
// the stream itself it does not read.
func TestLangchaingoStreamFails(t *testing.T) {
	engine := newFakeEngine()
	engine.answer = events(event("meta", `{"id":"ans_1"}`), event("delta", `{"text":"半"}`), rag.Event{Name: "error", Err: errors.New("sesame")})
	s := newService(t, func(p *api.Parts) { p.Engine = engine })
	got, err := newLangchain(t, s, "chuchu").GenerateContent(t.Context(), []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeHuman, "问")},
		llms.WithStreamingFunc(func(context.Context, []byte) error { return nil }))
	if err == nil && got.Choices[0].StopReason == "stop" {
		t.Errorf("got %+v", got.Choices[0])
	}
}
