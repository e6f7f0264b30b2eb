// Package index finds passages by their words and by their vectors.
//
// Index is what retrieval needs; Local implements it by bleve on disk and
// chromem-go in memory. Both are derived from the record and brought level with
// it by CatchUp.
package index

import (
	"context"

	"chuchu/corpus"
)

// An Index finds passages. It is safe for concurrent use.
type Index interface {
	// Search returns the union of the best K by words and the best K by vector, and
	// of the best of each within Within, each with both scores, ordered by passage id. A passage that no word
	// matches has Lexical 0; Vector is exact for every hit.
	Search(ctx context.Context, q Query) ([]Hit, error)
	// Weights returns for each term how telling it is in this collection (its
	// idf), 0 for a term that never occurs.
	Weights(ctx context.Context, terms []string) ([]float64, error)
	// Frequencies returns in how many passages each term stands, title and headings
	// counted.
	Frequencies(ctx context.Context, terms []string) ([]int, error)
}

// A Query is what to search for.
type Query struct {
	Text   []WeightedText // all words of all texts, in one lexical query
	Groups []Group        // and these
	Vector []float32      // nil: by words alone
	Filter corpus.Filter
	K      int // of each list, default 100
	Within *Within
}

// Within asks for the best K of each list that pass a narrower filter, too: they
// are found although better ones lie outside.
type Within struct {
	Filter corpus.Filter
	K      int
}

// A WeightedText is a text whose words count with a weight.
type WeightedText struct {
	Text   string
	Weight float64
}

// A Group is a number of words or phrases that stand for the same. It is scored as
// one term (Pirkola, 1998): it occurs in a passage as often as its alternatives
// together, and is as telling as the number of passages that hold any of them
// says. An alternative of several terms occurs as often as the rarest of them in
// that passage.
type Group struct {
	Alternatives []string
	Weight       float64
}

// A Hit is a passage found. Lexical is the BM25 score, Vector the cosine.
type Hit struct {
	PassageID string
	ArticleID string
	Lexical   float64
	Vector    float64
}
