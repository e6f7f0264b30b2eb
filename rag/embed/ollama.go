package embed

import (
	"cmp"
	"context"
	"fmt"

	"github.com/tmc/langchaingo/llms/ollama"
)

// ollamaURL is where Ollama serves by default. OLLAMA_HOST is not asked: it may
// say where a server is to listen, which is no address to send to.
const ollamaURL = "http://127.0.0.1:11434"

// ollamaRequest speaks to Ollama's own interface, which cuts a text that is longer
// than the model's context; langchaingo sends one text a request.
func ollamaRequest(opt Options, key string) (func(context.Context, []string) ([][]float32, error), error) {
	model, err := ollama.New(
		ollama.WithModel(opt.Model),
		ollama.WithHTTPClient(client(key)),
		ollama.WithServerURL(cmp.Or(opt.URL, ollamaURL)),
	)
	if err != nil {
		return nil, fmt.Errorf("ollama: %w", err)
	}
	return model.CreateEmbedding, nil
}
