package embed

import (
	"context"
	_ "embed"
	"fmt"
	"math"
)

// Made by tools/distill, where its format and origin are told.
//
//go:embed static.bin
var staticTable string

// Static embeds texts by the words that are in them: the mean of their vectors,
// each weighted by a/(a+p) where p is the word's frequency (SIF: Arora, Liang and
// Ma, 2017). The vectors were distilled from bge-small-zh-v1.5 and are in the
// binary; no model runs. It knows 30,000 Chinese words, all common characters and
// Latin pieces, and is safe for concurrent use.
type Static struct {
	table *table
	fold  *folder
}

// reserved axes come after those of the table. A text without any known word has
// no direction; a vector of zeros cannot be brought to unit length (chromem-go
// makes NaN of it), so it gets an axis of its own: one for passages, one for
// queries, so that it matches nothing, not even its like.
const (
	reserved         = 2
	unknownInPassage = 0
	unknownInQuery   = 1
)

// staticRules is the version of fold, segmentation and reserved axes: other rules
// make other vectors of the same table.
const staticRules = 1

// NewStatic reads the table in the binary, which takes some 10 milliseconds and
// 6 MB; the vectors stay where they are.
func NewStatic() (*Static, error) {
	t, err := parseTable(staticTable)
	if err != nil {
		return nil, fmt.Errorf("static embedder: %w; this binary was built from a damaged rag/embed/static.bin", err)
	}
	return &Static{table: t, fold: newFolder()}, nil
}

// Passages implements Embedder. Its only error is ctx's.
func (s *Static) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	work := s.newWork()
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		vectors[i] = work.embed(text, unknownInPassage)
	}
	return vectors, nil
}

// Query implements Embedder. Its only error is ctx's.
func (s *Static) Query(ctx context.Context, text string) ([]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.newWork().embed(text, unknownInQuery), nil
}

// Fingerprint implements Embedder. Its version is made of the table's content and
// the rules by which texts are cut into words.
func (s *Static) Fingerprint(context.Context) (Fingerprint, error) {
	return Fingerprint{
		Name:      "static/bge-small-zh-v1.5",
		Dimension: s.table.components + reserved,
		Version:   fmt.Sprintf("%s.%d", s.table.id, staticRules),
	}, nil
}

// staticWork holds what is used again from text to text.
type staticWork struct {
	*Static
	folded []uint16
	sum    []int32
}

func (s *Static) newWork() *staticWork {
	return &staticWork{Static: s, sum: make([]int32, s.table.components)}
}

func (w *staticWork) embed(text string, unknown int) []float32 {
	w.folded = w.fold.append(w.folded[:0], text)
	clear(w.sum)
	for at := 0; at < len(w.folded); {
		row, length := w.table.words.longest(w.folded, at)
		if length > 0 {
			w.table.add(w.sum, row)
		}
		at += max(length, 1)
	}
	return w.unit(unknown)
}

// unit returns sum at unit length with the reserved axes behind it. The mean's
// divisor and the table's scale fall out.
func (w *staticWork) unit(unknown int) []float32 {
	vector := make([]float32, len(w.sum)+reserved)
	squares := 0.0
	for _, x := range w.sum {
		squares += float64(x) * float64(x)
	}
	if squares == 0 {
		vector[len(w.sum)+unknown] = 1
		return vector
	}
	length := math.Sqrt(squares)
	for i, x := range w.sum {
		vector[i] = float32(float64(x) / length)
	}
	return vector
}
