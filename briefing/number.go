package briefing

import (
	"sync"

	"chuchu/corpus"
)

// A ledger gives articles their provisional numbers while a briefing is made. It is
// safe for concurrent use.
type ledger struct {
	mu       sync.Mutex
	numbers  map[string]int
	articles []corpus.Ref
}

// number returns the provisional number of an article.
func (l *ledger) number(a corpus.Ref) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n, known := l.numbers[a.ID]; known {
		return n
	}
	if l.numbers == nil {
		l.numbers = make(map[string]int)
	}
	l.articles = append(l.articles, a)
	l.numbers[a.ID] = len(l.articles)
	return len(l.articles)
}

// article returns the article with a provisional number.
func (l *ledger) article(n int) corpus.Ref {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.articles[n-1]
}
