package index

import (
	"context"
	"errors"
	"math"

	"github.com/philippgille/chromem-go"

	"chuchu/corpus"
)

// vectors is the index by vectors: chromem-go in memory, never on disk, where it
// would keep a file a document under names that collide.
//
// What is nearest is looked for by among, in the vectors that chromem holds: its
// own query filters by equal strings alone and picks among equals at random. It
// also hands each document over a channel first; 20,000 passages of 256 dimensions
// take it 7.5 ms on two cores, and among 2 ms on one.
type vectors struct {
	collection *chromem.Collection
	dimension  int
	room       []float32 // for vectors to come
}

func newVectors(dimension int) (*vectors, error) {
	collection, err := chromem.NewDB().CreateCollection("passages", nil, noEmbedding)
	if err != nil {
		return nil, err
	}
	return &vectors{collection: collection, dimension: dimension}, nil
}

// noEmbedding keeps chromem from making vectors itself, by asking a service.
func noEmbedding(context.Context, string) ([]float32, error) {
	return nil, errors.New("passages come with their vectors")
}

// unit returns v at unit length, v itself when it is; nil when it is none of that
// dimension or has no direction. chromem would take such vectors, and then fail
// on every query or rank not-a-numbers.
func unit(v []float32, dimension int) []float32 {
	if len(v) != dimension {
		return nil
	}
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	length := math.Sqrt(sum)
	switch {
	case !(length > 0) || math.IsInf(length, 0): // so put, NaN is refused too
		return nil
	case math.Abs(length-1) < 5e-7: // what chromem lets pass as 1, halved
		return v
	}
	scaled := make([]float32, len(v))
	for i, x := range v {
		scaled[i] = float32(float64(x) / length)
	}
	return scaled
}

// dot returns the scalar product of two vectors of equal length; at unit length
// that is their cosine. Four sums side by side take a third of the time of one,
// each addition of which waits for the one before.
func dot(a, b []float32) float64 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i, x := range a {
		s0 += x * b[i]
	}
	return float64((s0 + s1) + (s2 + s3))
}

// roomVectors is for how many vectors room is made at once.
const roomVectors = 256

// place copies a vector to the others. One after another in memory they are gone
// over in a third of the time; the room of those that are removed is free when all
// that were placed with them are.
func (v *vectors) place(vector []float32) []float32 {
	if len(v.room) < len(vector) {
		v.room = make([]float32, roomVectors*len(vector))
	}
	placed := v.room[:len(vector):len(vector)]
	v.room = v.room[len(vector):]
	copy(placed, vector)
	return placed
}

// add adds the passages that have a vector.
func (v *vectors) add(ctx context.Context, passages []*passage) error {
	for _, p := range passages {
		if p.vector == nil {
			continue
		}
		p.vector = v.place(p.vector)
		if err := v.collection.AddDocument(ctx, chromem.Document{ID: p.id, Embedding: p.vector}); err != nil {
			return err
		}
	}
	return nil
}

// remove removes passages; those without a vector are passed over.
func (v *vectors) remove(ctx context.Context, passages []*passage) error {
	var ids []string
	for _, p := range passages {
		if p.vector != nil {
			ids = append(ids, p.id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	// With maps that are empty but not nil everything would be deleted.
	return v.collection.Delete(ctx, nil, nil, ids...)
}

// among returns the k of the passages that pass the filter and are nearest to the
// query.
func among(ctx context.Context, passages []*passage, f corpus.Filter, query []float32, k int) ([]ranked, error) {
	b := &best{k: k}
	var last *article
	passes := false
	for i, p := range passages {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if p.article != last {
			last, passes = p.article, p.article.passes(f)
		}
		if !passes || p.vector == nil {
			continue
		}
		if score := dot(query, p.vector); b.admits(score) {
			b.offer(ranked{p.id, score})
		}
	}
	return b.list, nil
}
