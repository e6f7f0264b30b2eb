package llm

import (
	"context"
	"time"
)

// SetSleep replaces the waiting of a model that New returned.
func SetSleep(m Model, sleep func(context.Context, time.Duration) error) { m.(*chat).sleep = sleep }

// SetNow replaces the clock of its budget.
func SetNow(m Model, now func() time.Time) { m.(*chat).budget.now = now }
