package llm

import "context"

// A gate lets a number of calls through at once.
type gate chan struct{}

func newGate(n int) gate { return make(gate, n) }

// enter waits for a place, or for ctx to end, and then returns its error.
func (g gate) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil { // a select with both ready picks at random
		return err
	}
	select {
	case g <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g gate) leave() { <-g }
