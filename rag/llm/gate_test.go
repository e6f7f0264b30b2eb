package llm

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

func TestGateLetsInWhenOneLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1)
		if err := g.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		inside := false
		go func() {
			if err := g.enter(t.Context()); err != nil {
				t.Error(err)
			}
			inside = true
		}()
		synctest.Wait()
		if inside {
			t.Fatal("two are inside")
		}
		g.leave()
		synctest.Wait()
		if !inside {
			t.Error("nobody came in")
		}
	})
}

func TestGateHonoursLeaving(t *testing.T) {
	g := newGate(1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.enter(ctx); !errors.Is(err, context.Canceled) || len(g) != 0 {
		t.Errorf("error %v, %d inside", err, len(g))
	}
}
