package briefing

import (
	"context"

	"chuchu/corpus"
)

// Delete each of these when the real one is there.
func (m *maker) nameSections(_ context.Context, s []plannedSection) ([]plannedSection, error) {
	return s, nil
}
func (m *maker) writeByModel(ctx context.Context, b *Briefing, p plannedSection) (Section, []Dropped, error) {
	s, err := m.extractSection(ctx, b, p)
	return s, nil, err
}
func (m *maker) figures(context.Context, *Briefing) ([]Figure, error)       { return []Figure{}, nil }
func (m *maker) timeline(context.Context, *Briefing) ([]Moment, error)      { return []Moment{}, nil }
func (m *maker) conflicts(context.Context, *Briefing) ([]Conflict, error)   { return []Conflict{}, nil }
func (m *maker) gaps(context.Context, *Briefing, []plannedSection) []string { return []string{} }
func (m *maker) news(context.Context, *Briefing) (*News, error)             { return nil, nil }
func references(*Briefing, string, map[string]corpus.Article) []string      { return []string{} }
