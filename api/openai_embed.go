package api

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"chuchu/rag"
)

const (
	mostInputs   = 2048   // in one request, as many as OpenAI takes
	longestInput = 32_000 // characters; about what OpenAI's models read of English
)

// An embeddingRequest asks for vectors. Fields besides are ignored.
type embeddingRequest struct {
	Model          string          `json:"model"`
	Input          json.RawMessage `json:"input"`
	EncodingFormat string          `json:"encoding_format"` // float or base64
	Dimensions     *int            `json:"dimensions"`      // as many as the embedder gives
	// InputType query is for texts to search with. OpenAI has no such field; those
	// who embed for retrieval do.
	InputType string `json:"input_type"`
}

// An embeddingReply is OpenAI's. Nothing counts the tokens of embedders: they are 0.
type embeddingReply struct {
	Object string         `json:"object"`
	Data   []embedding    `json:"data"`
	Model  string         `json:"model"`
	Usage  embeddingUsage `json:"usage"`
}

type embedding struct {
	Object    string `json:"object"`
	Index     int    `json:"index"`
	Embedding any    `json:"embedding"` // a list of numbers, or base64 of them
}

type embeddingUsage struct {
	PromptTokens int `json:"prompt_tokens"`
	TotalTokens  int `json:"total_tokens"`
}

// embed answers POST /v1/embeddings with the vectors of the collection's embedder,
// of unit length.
func (s *Server) embed(c echo.Context) error {
	var r embeddingRequest
	if err := s.decodeLoosely(c, &r); err != nil {
		return err
	}
	model, err := modelOr(r.Model)
	if err != nil {
		return err
	}
	texts, err := r.texts()
	if err != nil {
		return err
	}
	vectors, err := s.vectors(c.Request().Context(), r, texts)
	if err != nil {
		return err
	}
	reply := embeddingReply{Object: "list", Model: model}
	for i, v := range vectors {
		e := embedding{Object: "embedding", Index: i, Embedding: v}
		if r.EncodingFormat == "base64" {
			e.Embedding = base64Of(v)
		}
		reply.Data = append(reply.Data, e)
	}
	return s.reply(c, http.StatusOK, reply)
}

// texts checks the request and returns its input as a list.
func (r embeddingRequest) texts() ([]string, error) {
	if r.EncodingFormat != "" && r.EncodingFormat != "float" && r.EncodingFormat != "base64" {
		return nil, &rag.InputError{Field: "encoding_format", Reason: quoteShort(r.EncodingFormat) + " is neither float nor base64"}
	}
	texts, err := inputTexts(r.Input)
	if err != nil {
		return nil, err
	}
	switch {
	case len(texts) == 0:
		return nil, &rag.InputError{Field: "input", Reason: "it is empty; send a string or a list of strings"}
	case len(texts) > mostInputs:
		return nil, &rag.InputError{Field: "input", Reason: fmt.Sprintf("%d texts are too many for one request; send at most %d", len(texts), mostInputs)}
	}
	for i, text := range texts {
		field := fmt.Sprintf("input[%d]", i)
		switch n := utf8.RuneCountInString(text); {
		case n == 0:
			return nil, &rag.InputError{Field: field, Reason: "the text is empty"}
		case n > longestInput:
			return nil, &rag.InputError{Field: field, Reason: fmt.Sprintf("the text has %d characters; at most %d are embedded at once", n, longestInput), TooLarge: true}
		}
	}
	return texts, nil
}

// inputTexts reads a string or a list of them. Token ids are those of a model that
// is not here, so nothing tells which words they stand for.
func inputTexts(input json.RawMessage) ([]string, error) {
	if len(input) == 0 || string(input) == "null" {
		return nil, nil
	}
	var one string
	if json.Unmarshal(input, &one) == nil {
		return []string{one}, nil
	}
	var many []*string
	if json.Unmarshal(input, &many) != nil {
		return nil, &rag.InputError{Field: "input", Reason: "send a string or a list of strings; token ids are not read here (langchain: check_embedding_ctx_length=False)"}
	}
	texts := make([]string, len(many))
	for i, text := range many {
		if text != nil {
			texts[i] = *text
		}
	}
	return texts, nil
}

// vectors embeds the texts. What dimension they have is known with the first.
func (s *Server) vectors(ctx context.Context, r embeddingRequest, texts []string) ([][]float32, error) {
	if r.Dimensions == nil {
		return s.embedAll(ctx, r.InputType, texts)
	}
	first, err := s.embedAll(ctx, r.InputType, texts[:1])
	if err != nil {
		return nil, err
	}
	if d := len(first[0]); *r.Dimensions != d {
		return nil, &rag.InputError{Field: "dimensions", Reason: fmt.Sprintf("the embedder gives %d, not %d; leave it out", d, *r.Dimensions)}
	}
	rest, err := s.embedAll(ctx, r.InputType, texts[1:])
	return append(first, rest...), err
}

func (s *Server) embedAll(ctx context.Context, inputType string, texts []string) (vectors [][]float32, err error) {
	if inputType != "query" {
		if len(texts) > 0 {
			vectors, err = s.Embedder.Passages(ctx, texts)
		}
		return vectors, embeddingFailed(ctx, err)
	}
	for _, text := range texts {
		v, err := s.Embedder.Query(ctx, text)
		if err != nil {
			return nil, embeddingFailed(ctx, err)
		}
		vectors = append(vectors, v)
	}
	return vectors, nil
}

// embeddingFailed says that the embedder is at fault, unless the request ended.
// Embedders keep secrets out of their errors.
func embeddingFailed(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	return refuse(codeEmbedder, "embedding the input: "+err.Error())
}

// base64Of packs a vector as OpenAI does: float32, little-endian.
func base64Of(v []float32) string {
	packed := make([]byte, 0, 4*len(v))
	for _, x := range v {
		packed = binary.LittleEndian.AppendUint32(packed, math.Float32bits(x))
	}
	return base64.StdEncoding.EncodeToString(packed)
}
