package llm

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/anthropic"
)

// anthropicURL is where the provider itself serves.
const anthropicURL = "https://api.anthropic.com/v1"

// anthropicMessages is Anthropic's messages interface. It has no JSON mode.
var anthropicMessages = provider{
	connect: func(o Options, key string, client *http.Client) (llms.Model, error) {
		return anthropic.New(
			anthropic.WithHTTPClient(client),
			anthropic.WithBaseURL(strings.TrimSuffix(cmp.Or(o.URL, anthropicURL), "/")),
			anthropic.WithModel(o.Model),
			anthropic.WithToken(cmp.Or(key, noKey)),
		)
	},
	calls:   func(Options) []llms.CallOption { return nil },
	foreign: true,
	dialect: dialect{
		read: readAnthropic,
		begin: `data: {"type":"message_start","message":{"usage":{"input_tokens":0}}}` + "\n\n" +
			`data: {"type":"content_block_start","index":0,"content_block":{"type":"text"}}` + "\n\n",
		text: func(piece string) []byte {
			return dataLine(map[string]any{"type": "content_block_delta", "index": 0, "delta": map[string]string{"type": "text_delta", "text": piece}})
		},
		end: `data: {"type":"message_stop"}` + "\n\n",
	},
}

// readAnthropic reads a line of a stream; the event's name stands in its data too.
func readAnthropic(line []byte) event {
	data, ok := dataOf(line)
	if !ok {
		return event{}
	}
	var chunk struct {
		Type    string `json:"type"`
		Message struct {
			Usage anthropicUsage `json:"usage"`
		} `json:"message"`
		Delta struct {
			Type       string `json:"type"`
			Text       string `json:"text"`
			StopReason string `json:"stop_reason"`
		} `json:"delta"`
		Usage anthropicUsage  `json:"usage"`
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(data, &chunk) != nil {
		return garbled(data)
	}
	switch chunk.Type {
	case "message_start":
		return event{usage: chunk.Message.Usage.all()}
	case "content_block_delta":
		e := event{token: true}
		if chunk.Delta.Type == "text_delta" { // the other kinds are reasoning and its signature
			e.text = chunk.Delta.Text
		}
		return e
	case "message_delta":
		return event{stop: chunk.Delta.StopReason, usage: chunk.Usage.all()}
	case "message_stop":
		return event{last: true}
	case "error":
		return event{failure: cmp.Or(streamError(chunk.Error), &ProviderError{Status: http.StatusOK, Message: "it gave no reason"})}
	}
	return event{}
}

// anthropicUsage counts what was read from a cache, or written to one, apart.
type anthropicUsage struct {
	InputTokens              int `json:"input_tokens"`
	CacheReadInputTokens     int `json:"cache_read_input_tokens"`
	CacheCreationInputTokens int `json:"cache_creation_input_tokens"`
	OutputTokens             int `json:"output_tokens"`
}

func (u anthropicUsage) all() Usage {
	return Usage{InputTokens: u.InputTokens + u.CacheReadInputTokens + u.CacheCreationInputTokens, OutputTokens: u.OutputTokens}
}
