package llm_test

import (
	"testing"

	"chuchu/rag/llm"
)

func TestEstimateTokens(t *testing.T) {
	for text, want := range map[string]int{
		"":                   0,
		"云计算":                3,
		"云计算，2024年。":         8, // 4 Han, 2 signs, 4 digits
		"cloud computing":    2 + 3,
		"GPU":                1,
		"a b c":              3,
		"1234567":            3,
		"한국어":                3,
		"line\n\nline":       4,
		"облако":             2,
		"Kubernetes 集群v1.28": 3 + 2 + 1 + 1 + 1 + 1,
	} {
		if got := llm.EstimateTokens(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
