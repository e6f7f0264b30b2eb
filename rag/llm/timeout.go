package llm

import (
	"context"
	"sync"
	"time"
)

// A watchdog ends a request when the model stays silent. It waits by a timer, no
// goroutine sleeps. The time in which the consumer works on a chunk does not
// count.
type watchdog struct {
	silence time.Duration

	mu     sync.Mutex
	timer  *time.Timer
	paused bool
	over   bool
}

// watch returns a context that ends with the cause ErrTimeout when no sign of
// life comes for the time first, or after one for the time silence. stop releases
// it.
func watch(ctx context.Context, first, silence time.Duration) (_ context.Context, w *watchdog, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	w = &watchdog{silence: silence}
	w.timer = time.AfterFunc(first, func() { cancel(ErrTimeout) })
	return ctx, w, func() {
		w.end()
		cancel(context.Canceled)
	}
}

// alive is told of every token.
func (w *watchdog) alive() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.paused && !w.over {
		w.timer.Reset(w.silence)
	}
}

func (w *watchdog) pause() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.paused = true
	w.timer.Stop()
}

func (w *watchdog) resume() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.paused = false
	if !w.over {
		w.timer.Reset(w.silence)
	}
}

func (w *watchdog) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	w.timer.Stop()
}
