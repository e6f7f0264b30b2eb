package embed

import (
	"cmp"
	"context"
	"fmt"

	"github.com/tmc/langchaingo/llms/openai"
)

// openaiRequest speaks to any server with OpenAI's /embeddings. Everything that
// langchaingo would take from the environment is given: a key meant for OpenAI
// must not go to another server.
func openaiRequest(opt Options, key string) (func(context.Context, []string) ([][]float32, error), error) {
	options := []openai.Option{
		openai.WithBaseURL(cmp.Or(opt.URL, "https://api.openai.com/v1")),
		openai.WithToken("set by wire"), // it insists on one
		openai.WithEmbeddingModel(opt.Model),
		openai.WithHTTPClient(client(key)),
	}
	if opt.Dimension > 0 {
		options = append(options, openai.WithEmbeddingDimensions(opt.Dimension))
	}
	model, err := openai.New(options...)
	if err != nil {
		return nil, fmt.Errorf("openai: %w", err)
	}
	return model.CreateEmbedding, nil
}
