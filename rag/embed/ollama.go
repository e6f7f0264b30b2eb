package embed

import (
	"context"
	"fmt"

	"github.com/tmc/langchaingo/llms/ollama"
)

// ollamaRequest speaks to Ollama's own interface, which cuts a text that is longer
// than the model's context; langchaingo sends one text a request.
func ollamaRequest(opt Options, key string) (func(context.Context, []string) ([][]float32, error), error) {
	options := []ollama.Option{ollama.WithModel(opt.Model), ollama.WithHTTPClient(client(key))}
	if opt.URL != "" { // else from OLLAMA_HOST, or 127.0.0.1:11434
		options = append(options, ollama.WithServerURL(opt.URL))
	}
	model, err := ollama.New(options...)
	if err != nil {
		return nil, fmt.Errorf("ollama: %w", err)
	}
	return model.CreateEmbedding, nil
}
