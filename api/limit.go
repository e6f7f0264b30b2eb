package api

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// mostCallers bounds what the limiter remembers, to about 2 MB. One caller more
// and the one that has been silent longest is forgotten, with what it had used up.
const mostCallers = 10_000

// A limiter counts the requests of each caller.
type limiter struct {
	rate  rate.Limit
	burst int

	mu      sync.Mutex
	callers map[string]*list.Element // of *budget
	recent  *list.List               // the latest in front
}

type budget struct {
	name string
	*rate.Limiter
}

func newLimiter(perSecond float64, burst int) *limiter {
	l := &limiter{rate: rate.Limit(perSecond), burst: burst, callers: map[string]*list.Element{}, recent: list.New()}
	if perSecond == 0 {
		l.rate = rate.Inf
	}
	return l
}

// take counts a request. It returns how long the caller has to wait before the
// next, 0 when this one may pass.
func (l *limiter) take(name string) time.Duration {
	if l.rate == rate.Inf {
		return 0
	}
	r := l.budget(name).Reserve()
	wait := r.Delay()
	if wait > 0 {
		r.Cancel()
	}
	return wait
}

func (l *limiter) budget(name string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, known := l.callers[name]; known {
		l.recent.MoveToFront(e)
		return e.Value.(*budget).Limiter
	}
	if l.recent.Len() >= mostCallers {
		oldest := l.recent.Remove(l.recent.Back()).(*budget)
		delete(l.callers, oldest.name)
	}
	b := &budget{name, rate.NewLimiter(l.rate, l.burst)}
	l.callers[name] = l.recent.PushFront(b)
	return b.Limiter
}
