package llm

import (
	"context"
	"errors"
	"time"
)

// A Call is what one call of a model came to.
type Call struct {
	Outcome Outcome
	// Usage as the server counted it; where it did not, or the reply broke off, by
	// estimate. Zero when the server never took the request.
	Usage Usage
	// FirstToken is the time from the request to the first token, shown or not; 0
	// when none came. Waiting for a turn is not in it.
	FirstToken time.Duration
}

// An Outcome is how a call ended.
type Outcome string

// The outcomes.
const (
	OutcomeOK      Outcome = "ok"      // a whole reply
	OutcomeTimeout Outcome = "timeout" // ErrTimeout, or the caller's own time was up
	OutcomeCut     Outcome = "cut"     // ErrCut
	OutcomeEmpty   Outcome = "empty"   // ErrEmpty
	OutcomeError   Outcome = "error"   // *ProviderError
	OutcomeBudget  Outcome = "budget"  // *BudgetError
	OutcomeLeft    Outcome = "left"    // the caller broke off
)

func outcomeOf(err error) Outcome {
	var budget *BudgetError
	switch {
	case err == nil:
		return OutcomeOK
	case errors.Is(err, ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		return OutcomeTimeout
	case errors.Is(err, ErrCut):
		return OutcomeCut
	case errors.Is(err, ErrEmpty):
		return OutcomeEmpty
	case errors.As(err, &budget):
		return OutcomeBudget
	case errors.Is(err, errStop), errors.Is(err, context.Canceled):
		return OutcomeLeft
	}
	return OutcomeError
}

// add counts a request of the call. The reply of one that was refused cost
// nothing.
func (c *Call) add(r *reply, asked Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.FirstToken == 0 {
		c.FirstToken = r.first
	}
	if !r.begun {
		return
	}
	used := r.usage
	if used.InputTokens == 0 {
		used.InputTokens = promptTokens(asked)
	}
	// Before its end a reply's usage is that of its beginning, where there is any.
	if used.OutputTokens == 0 || r.stop == "" {
		used.OutputTokens = max(used.OutputTokens, r.heard)
	}
	c.Usage.InputTokens += used.InputTokens
	c.Usage.OutputTokens += used.OutputTokens
}

// promptTokens estimates what the server reads.
func promptTokens(r Request) int {
	tokens := EstimateTokens(r.System)
	for _, m := range r.Messages {
		tokens += EstimateTokens(m.Content)
	}
	return tokens
}
