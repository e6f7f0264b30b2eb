package llm

import (
	"cmp"
	"encoding/json"
	"net/http"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/ollama"
)

// ollamaURL is where Ollama serves by default.
const ollamaURL = "http://127.0.0.1:11434"

// ollamaNative is Ollama's own interface, which alone lets the context be set.
var ollamaNative = provider{
	connect: func(o Options, _ string, client *http.Client) (llms.Model, error) {
		return ollama.New(
			ollama.WithHTTPClient(client),
			ollama.WithServerURL(cmp.Or(o.URL, ollamaURL)),
			ollama.WithModel(o.Model),
			ollama.WithRunnerNumCtx(o.Context),
		)
	},
	calls: func(Options) []llms.CallOption { return nil },
	dialect: dialect{
		read: readOllama,
		text: func(piece string) []byte {
			return jsonLine(map[string]any{"message": map[string]string{"role": "assistant", "content": piece}, "done": false})
		},
		end: `{"message":{"role":"assistant","content":""},"done":true}` + "\n",
		// Otherwise a prompt that is too long loses its beginning without a word.
		ask: func(body map[string]any) { body["truncate"], body["shift"] = false, false },
		// Ollama itself wants no key; a proxy before it, or its cloud, does.
		bearer: true,
	},
}

// readOllama reads a line of a stream, one JSON object.
func readOllama(line []byte) event {
	var chunk struct {
		Message struct {
			Content  string `json:"content"`
			Thinking string `json:"thinking"`
		} `json:"message"`
		Done            bool            `json:"done"`
		DoneReason      string          `json:"done_reason"`
		PromptEvalCount int             `json:"prompt_eval_count"`
		EvalCount       int             `json:"eval_count"`
		Error           json.RawMessage `json:"error"`
	}
	if json.Unmarshal(line, &chunk) != nil {
		return garbled(line)
	}
	e := event{
		text:    chunk.Message.Content,
		token:   chunk.Message.Content != "" || chunk.Message.Thinking != "",
		last:    chunk.Done,
		usage:   Usage{InputTokens: chunk.PromptEvalCount, OutputTokens: chunk.EvalCount},
		failure: streamError(chunk.Error),
	}
	if chunk.Done {
		e.stop = chunk.DoneReason
	}
	return e
}
