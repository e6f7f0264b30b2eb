package briefing

import (
	"context"
)

// Delete each of these when the real one is there.
func (m *maker) figures(context.Context, *Briefing) ([]Figure, error)       { return []Figure{}, nil }
func (m *maker) timeline(context.Context, *Briefing) ([]Moment, error)      { return []Moment{}, nil }
func (m *maker) conflicts(context.Context, *Briefing) ([]Conflict, error)   { return []Conflict{}, nil }
func (m *maker) gaps(context.Context, *Briefing, []plannedSection) []string { return []string{} }
