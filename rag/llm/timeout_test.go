package llm

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestWatchdog runs on a clock that only moves when all wait.
func TestWatchdog(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(w *watchdog)
		over time.Duration // when the context ends
	}{
		{"nothing comes", func(*watchdog) {}, time.Minute},
		{"silence after a token", func(w *watchdog) {
			time.Sleep(50 * time.Second)
			w.alive()
		}, 60 * time.Second},
		{"tokens keep it going", func(w *watchdog) {
			for range 20 {
				time.Sleep(9 * time.Second)
				w.alive()
			}
		}, 190 * time.Second},
		{"a slow consumer does not count", func(w *watchdog) {
			w.alive()
			w.pause()
			time.Sleep(time.Hour)
			w.alive() // the library reads ahead
			time.Sleep(time.Hour)
			w.resume()
		}, 2*time.Hour + 10*time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ctx, w, stop := watch(t.Context(), time.Minute, 10*time.Second)
				defer stop()
				c.do(w)
				<-ctx.Done()
				if over := time.Since(start); over != c.over || context.Cause(ctx) != ErrTimeout {
					t.Errorf("over after %v with %v, want %v", over, context.Cause(ctx), c.over)
				}
			})
		})
	}
}

// TestWatchdogStopped: after stop no timer runs, whatever the library still does.
func TestWatchdogStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, w, stop := watch(t.Context(), time.Minute, 10*time.Second)
		stop()
		w.alive()
		w.pause()
		w.resume()
		if w.timer.Stop() {
			t.Error("a timer runs")
		}
		if context.Cause(ctx) != context.Canceled {
			t.Errorf("cause %v", context.Cause(ctx))
		}
	})
}
