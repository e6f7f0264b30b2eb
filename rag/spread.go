package rag

import (
	"cmp"
	"context"
	"slices"

	"chuchu/corpus"
)

// crowded is what a passage's score keeps when its article has as many before it as
// the options allow: other articles nearly as good come first.
const crowded = .9

// spread sees to it that other articles show: of a family of reprints one stays, and
// of one article the passages after the first few fall back.
func (e *Engine) spread(ctx context.Context, ranked []scored, refs map[string]corpus.Ref) ([]scored, error) {
	ids := make([]string, 0, len(refs))
	for id := range refs {
		ids = append(ids, id)
	}
	families, err := e.Record.Families(ctx, ids)
	if err != nil {
		return nil, err
	}
	shown := firstPrinted(families, refs)
	seen := make(map[string]int, len(refs))
	ranked = slices.DeleteFunc(ranked, func(s scored) bool {
		family, ok := families[s.ArticleID]
		return ok && shown[family] != s.ArticleID
	})
	for i := range ranked {
		id := ranked[i].ArticleID
		if seen[id]++; seen[id] > e.Options.PerArticle {
			ranked[i].score *= crowded
		}
	}
	slices.SortStableFunc(ranked, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	return ranked, nil
}

// firstPrinted returns for each family the article that is shown of it: the earliest
// dated of those that were found.
func firstPrinted(families map[string]int64, refs map[string]corpus.Ref) map[int64]string {
	shown := make(map[int64]string)
	for id, family := range families {
		other, taken := shown[family]
		if !taken || earlier(refs[id], refs[other]) {
			shown[family] = id
		}
	}
	return shown
}

// earlier reports whether a was printed before b; one without a date comes last,
// and of two alike the lesser id is first.
func earlier(a, b corpus.Ref) bool {
	first, _ := a.Published.Bounds()
	second, _ := b.Published.Bounds()
	switch {
	case first == second:
		return a.ID < b.ID
	case first == "" || second == "":
		return second == ""
	}
	return first < second
}

// addDuplicates names the other articles of each family that is shown.
func (e *Engine) addDuplicates(ctx context.Context, found []candidate) error {
	others := make(map[string][]corpus.Ref)
	for i := range found {
		id := found[i].Article.ID
		list, known := others[id]
		if !known {
			var err error
			if list, err = e.Record.Family(ctx, id); err != nil {
				return err
			}
			others[id] = list
		}
		found[i].Duplicates = append([]corpus.Ref{}, list...)
	}
	return nil
}
