package api_test

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/api"
)

// fakeEmbedder is an embedder made of functions.
type fakeEmbedder struct {
	passages func(context.Context, []string) ([][]float32, error)
	query    func(context.Context, string) ([]float32, error)
}

func (e fakeEmbedder) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	return e.passages(ctx, texts)
}

func (e fakeEmbedder) Query(ctx context.Context, text string) ([]float32, error) {
	return e.query(ctx, text)
}

// lengths embeds a text as its length in bytes; queries as less than nothing.
func lengths() fakeEmbedder {
	return fakeEmbedder{
		passages: func(_ context.Context, texts []string) (list [][]float32, _ error) {
			for _, t := range texts {
				list = append(list, []float32{float32(len(t)), .5})
			}
			return list, nil
		},
		query: func(_ context.Context, text string) ([]float32, error) {
			return []float32{-float32(len(text)), .5}, nil
		},
	}
}

// TestEmbeddings is the table of inputs and their vectors.
func TestEmbeddings(t *testing.T) {
	s := newService(t, func(p *api.Parts) { p.Embedder = lengths() })
	for _, c := range []struct {
		body string
		want [][]float32
	}{
		{`{"model":"chuchu","input":"ab"}`, [][]float32{{2, .5}}},
		{`{"input":["a","abc"],"user":"u","encoding_format":"float"}`, [][]float32{{1, .5}, {3, .5}}},
		{`{"input":["a","abc"],"dimensions":2}`, [][]float32{{1, .5}, {3, .5}}},
		{`{"input":["a"],"dimensions":2,"model":"chuchu-extracts"}`, [][]float32{{1, .5}}},
		{`{"input":["a","abc"],"input_type":"query"}`, [][]float32{{-1, .5}, {-3, .5}}},
	} {
		var plain struct {
			Data []struct {
				Index     int
				Embedding []float32
			}
		}
		s.post("/v1/embeddings", c.body).decode(t, &plain)
		var packed struct{ Data []struct{ Embedding string } }
		s.post("/v1/embeddings", strings.Replace(strings.Replace(c.body, `,"encoding_format":"float"`, "", 1), "{", `{"encoding_format":"base64",`, 1)).decode(t, &packed)
		if len(plain.Data) != len(c.want) || len(packed.Data) != len(c.want) {
			t.Fatalf("%s: %v, %v", c.body, plain, packed)
		}
		for i, want := range c.want {
			if got := plain.Data[i]; got.Index != i || !cmp.Equal(got.Embedding, want) || !cmp.Equal(unpack(t, packed.Data[i].Embedding), want) {
				t.Errorf("%s: %v, %v", c.body, got, packed.Data[i])
			}
		}
	}
}

// unpack reads base64 as OpenAI's client does.
func unpack(t testing.TB, s string) (v []float32) {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	for ; len(b) > 0; b = b[4:] {
		v = append(v, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return v
}

// TestEmbeddingsRefused is the table of requests that are turned down.
func TestEmbeddingsRefused(t *testing.T) {
	failing := lengths()
	s := newService(t, func(p *api.Parts) { p.Embedder = &failing })
	for _, c := range []struct {
		name, body  string
		status      int
		code, param string
		says        string
	}{
		{"model", `{"model":"text-embedding-3-small","input":"甲"}`, 404, "model_not_found", "model", "text-embedding-3-small"},
		{"nothing", `{}`, 400, "invalid_request", "input", "empty"},
		{"empty list", `{"input":[]}`, 400, "invalid_request", "input", "empty"},
		{"empty text", `{"input":["甲",""]}`, 400, "invalid_request", "input[1]", "empty"},
		{"null text", `{"input":["甲",null]}`, 400, "invalid_request", "input[1]", "empty"},
		{"token ids", `{"input":[1,2,3]}`, 400, "invalid_request", "input", "token ids"},
		{"lists of token ids", `{"input":[[1,2],[3]]}`, 400, "invalid_request", "input", "token ids"},
		{"object", `{"input":{"text":"甲"}}`, 400, "invalid_request", "input", "a list of strings"},
		{"long text", `{"input":"` + strings.Repeat("长", 32_001) + `"}`, 413, "too_large", "input[0]", "32001"},
		{"many", `{"input":["a"` + strings.Repeat(`,"a"`, 2048) + `]}`, 400, "invalid_request", "input", "2049"},
		{"format", `{"input":"甲","encoding_format":"int8"}`, 400, "invalid_request", "encoding_format", "int8"},
		{"dimensions", `{"input":["甲","乙"],"dimensions":256}`, 400, "invalid_request", "dimensions", "gives 2, not 256"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.post("/v1/embeddings", c.body).wantOpenAIError(t, c.status, c.code, "invalid_request_error", c.param, c.says)
		})
	}
	failing.passages = func(context.Context, []string) ([][]float32, error) { return nil, errors.New("connection refused") }
	failing.query = func(context.Context, string) ([]float32, error) { return nil, errors.New("connection refused") }
	for _, body := range []string{`{"input":"甲"}`, `{"input":"甲","input_type":"query"}`, `{"input":"甲","dimensions":2}`} {
		s.post("/v1/embeddings", body).wantOpenAIError(t, 502, "embedder_failed", "server_error", "", "connection refused")
	}
}
