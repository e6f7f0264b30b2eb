package ingest

import "context"

// ReadOne reads a source that holds one text: a draft to be checked, not an article
// to be kept. Several articles in it, or none, are a *Refusal.
func ReadOne(ctx context.Context, s Source, opt Options) (Draft, error) {
	var only Draft
	n := 0
	for d, err := range Read(ctx, s, opt) {
		if err != nil {
			return Draft{}, err
		}
		if n++; n > 1 {
			return Draft{}, refuse(s.Name, "it holds several texts; give one at a time")
		}
		only = d
	}
	return only, nil
}
