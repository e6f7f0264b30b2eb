package index

import (
	"context"

	"chuchu/corpus"
)

// Local is bleve on disk and chromem-go in memory.
type Local struct{}

// Options of OpenLocal.
type Options struct {
	Title float64 `yaml:"title"` // weight of a title's words
}

// OpenLocal opens the index in dir, or makes it when it is not there or was made
// by another mapping. dimension is the embedder's.
func OpenLocal(ctx context.Context, dir string, dimension int, opt Options) (*Local, error) {
	panic("index")
}

// CatchUp brings the index level with the record: all changes after the number
// that it remembers. Concurrent calls wait for one another.
func (l *Local) CatchUp(ctx context.Context, r *corpus.Record) error { panic("index") }

// Search implements Index.
func (l *Local) Search(ctx context.Context, q Query) ([]Hit, error) { panic("index") }

// Weights implements Index.
func (l *Local) Weights(ctx context.Context, terms []string) ([]float64, error) { panic("index") }

// Counts of what is in the index, for status and doctor.
type Counts struct {
	Passages int   `json:"passages"`
	Vectors  int   `json:"vectors"`
	Change   int64 `json:"change"`
}

// Counts returns what is in the index.
func (l *Local) Counts(ctx context.Context) (Counts, error) { panic("index") }

// Close ends its use.
func (l *Local) Close() error { panic("index") }
