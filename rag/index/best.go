package index

import (
	"container/heap"
	"strings"
)

// A ranked is a passage with its score in one list.
type ranked struct {
	id    string
	score float64
}

// worse reports whether a stands after b: by score, among equal scores by id.
func (a ranked) worse(b ranked) bool {
	if a.score != b.score {
		return a.score < b.score
	}
	return strings.Compare(a.id, b.id) > 0
}

// best keeps the k best of what it is offered.
type best struct {
	k    int
	list worstFirst
}

// admits reports whether a passage with this score can be among the k best.
func (b *best) admits(score float64) bool {
	return len(b.list) < b.k || score >= b.list[0].score
}

func (b *best) offer(r ranked) {
	switch {
	case len(b.list) < b.k:
		heap.Push(&b.list, r)
	case b.list[0].worse(r):
		b.list[0] = r
		heap.Fix(&b.list, 0)
	}
}

// worstFirst is a heap.
type worstFirst []ranked

func (h worstFirst) Len() int           { return len(h) }
func (h worstFirst) Less(i, j int) bool { return h[i].worse(h[j]) }
func (h worstFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *worstFirst) Push(x any)        { *h = append(*h, x.(ranked)) }
func (h *worstFirst) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
