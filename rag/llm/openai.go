package llm

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/openai"
)

// openAIURL is where the provider itself serves.
const openAIURL = "https://api.openai.com/v1"

// noKey is sent to servers that want none: the libraries insist on one.
const noKey = "none"

// openAI is every server with OpenAI's chat completions: DeepSeek, Qwen, GLM,
// Kimi, vLLM, llama.cpp and many more.
var openAI = provider{
	connect: func(o Options, key string, client *http.Client) (llms.Model, error) {
		return openai.New(
			openai.WithHTTPClient(client),
			openai.WithBaseURL(cmp.Or(o.URL, openAIURL)),
			openai.WithModel(o.Model),
			openai.WithToken(cmp.Or(key, noKey)),
			openai.WithOrganization(""),
		)
	},
	calls: func(o Options) []llms.CallOption {
		// Only OpenAI itself has given up max_tokens; others know nothing else.
		if u, err := url.Parse(o.URL); err == nil && o.URL != "" && u.Hostname() != "api.openai.com" {
			return []llms.CallOption{openai.WithLegacyMaxTokensField()}
		}
		return nil
	},
	dialect: dialect{
		read: readOpenAI,
		text: func(piece string) []byte {
			return dataLine(map[string]any{"choices": []any{map[string]any{"index": 0, "delta": map[string]string{"content": piece}}}})
		},
		end: "data: [DONE]\n\n",
	},
}

// openAIChunk is a chunk of a stream. Some servers send one whole reply instead,
// with message in the place of delta.
type openAIChunk struct {
	Choices []struct {
		Delta        openAIText `json:"delta"`
		Message      openAIText `json:"message"`
		FinishReason string     `json:"finish_reason"`
		// Usage stands here with Kimi, which sends none beside the choices.
		Usage openAIUsage `json:"usage"`
	} `json:"choices"`
	Usage openAIUsage     `json:"usage"`
	Error json.RawMessage `json:"error"`
}

type openAIUsage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
}

// openAIText is text, or reasoning under the names that servers give it.
type openAIText struct {
	Content          string          `json:"content"`
	ReasoningContent json.RawMessage `json:"reasoning_content"`
	Reasoning        json.RawMessage `json:"reasoning"`
}

func (t openAIText) token() bool {
	return t.Content != "" || says(t.ReasoningContent) || says(t.Reasoning)
}

func says(raw json.RawMessage) bool {
	return len(raw) > 0 && string(raw) != "null" && string(raw) != `""`
}

// readOpenAI reads a line of a stream: comments and other fields than data say
// nothing.
func readOpenAI(line []byte) event {
	data, ok := dataOf(line)
	if !ok {
		return event{}
	}
	if string(data) == "[DONE]" {
		return event{last: true}
	}
	var chunk openAIChunk
	if json.Unmarshal(data, &chunk) != nil {
		return garbled(data)
	}
	usage := chunk.Usage
	e := event{failure: streamError(chunk.Error)}
	if len(chunk.Choices) > 0 {
		choice := chunk.Choices[0]
		usage = cmp.Or(usage, choice.Usage)
		e.text = choice.Delta.Content + choice.Message.Content
		e.token = choice.Delta.token() || choice.Message.token()
		e.stop = choice.FinishReason
	}
	e.usage = Usage{InputTokens: usage.PromptTokens, OutputTokens: usage.CompletionTokens}
	return e
}

// dataOf returns what a line of an event stream carries; a bare JSON object, as
// servers send that do not stream, carries itself.
func dataOf(line []byte) ([]byte, bool) {
	if data, ok := bytes.CutPrefix(line, []byte("data:")); ok {
		return bytes.TrimSpace(data), true
	}
	return line, bytes.HasPrefix(line, []byte("{"))
}

// garbled is the event of data that cannot be read. Left out, a broken object would
// be a hole in the answer; what is no object is somebody's way to keep a connection
// alive.
func garbled(data []byte) event {
	if !bytes.HasPrefix(data, []byte("{")) {
		return event{}
	}
	return event{failure: &ProviderError{Status: http.StatusOK, Message: "it sent a piece of the reply that cannot be read"}}
}

// dataLine is an event of a stream.
func dataLine(v any) []byte {
	return append(append([]byte("data: "), jsonLine(v)...), '\n')
}

// jsonLine encodes what is made of strings and numbers here, which cannot fail.
func jsonLine(v any) []byte {
	line, _ := json.Marshal(v)
	return append(line, '\n')
}
