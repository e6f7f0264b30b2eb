package corpus

import (
	"context"
	"errors"
	"fmt"
)

// A Quoter reads from the versions of articles that something was made from, each
// once. It is for one reader.
type Quoter struct {
	record *Record
	texts  map[string]*[]rune // by id and version; nil of what is erased
}

// NewQuoter returns a Quoter that has read nothing.
func NewQuoter(r *Record) *Quoter { return &Quoter{record: r, texts: make(map[string]*[]rune)} }

// Quote returns text[start:end] of the version that is named, in code points, nil when
// it was erased. A version is erased with its article, also where the article came
// back.
func (q *Quoter) Quote(ctx context.Context, a Ref, start, end int) (*string, error) {
	key := fmt.Sprintf("%s.%d", a.ID, a.Version)
	text, known := q.texts[key]
	if !known {
		article, err := q.record.ArticleVersion(ctx, a.ID, a.Version)
		switch {
		case errors.Is(err, ErrGone), errors.Is(err, ErrNotFound):
		case err != nil:
			return nil, err
		default:
			runes := []rune(article.Text)
			text = &runes
		}
		q.texts[key] = text
	}
	if text == nil {
		return nil, nil
	}
	quote := string((*text)[start:end])
	return &quote, nil
}

// SetStates says of each article, as it was cited, what has become of it since: same,
// changed or deleted.
func (r *Record) SetStates(ctx context.Context, refs []*Ref) error {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = ref.ID
	}
	present, err := r.Refs(ctx, ids)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		ref.State = stateOf(*ref, present)
	}
	return nil
}

func stateOf(ref Ref, present map[string]Ref) string {
	now, ok := present[ref.ID]
	switch {
	case !ok:
		return "deleted"
	case now.Version != ref.Version:
		return "changed"
	}
	return "same"
}
