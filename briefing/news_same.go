package briefing

import (
	"slices"

	"chuchu/rag/cite"
)

// holds reports whether a verdict lets a sentence stand in a briefing.
func holds(verdict string) bool {
	return verdict == string(cite.Quoted) || verdict == string(cite.Supported)
}

// says reports whether two sentences say the same: in the same words, or by the same
// values and most of the words.
func (x *statement) says(y *statement) bool {
	if x.key == y.key {
		return true
	}
	if !x.sharesPlace(y) && !repeatsOther(x.terms, y.terms) {
		return false
	}
	return agree(x.quantities, y.quantities) && !contradicts(x.text, y.text)
}

// sharesPlace reports whether two sentences rest on one place of one version.
func (x *statement) sharesPlace(y *statement) bool {
	return slices.ContainsFunc(x.rests, func(a restsOn) bool {
		return slices.ContainsFunc(y.rests, func(b restsOn) bool {
			both := min(a.end, b.end) - max(a.start, b.start)
			return a.article.ID == b.article.ID && a.article.Version == b.article.Version && 2*both >= min(a.end-a.start, b.end-b.start)
		})
	})
}

// agree reports whether every quantity of the text with fewer stands in the other.
func agree(a, b []cite.Quantity) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return !slices.ContainsFunc(a, func(q cite.Quantity) bool { return !meets(q, b) })
}

// meets reports whether one of the quantities bears q out, or q it.
func meets(q cite.Quantity, list []cite.Quantity) bool {
	bears := func(r cite.Relation) bool { return r == cite.Same || r == cite.Consistent }
	return slices.ContainsFunc(list, func(o cite.Quantity) bool { return bears(cite.Compare(q, o)) || bears(cite.Compare(o, q)) })
}

func contradicts(claim, text string) bool {
	return cite.Judge(claim, []*cite.Source{cite.NewSource(text, "")}, nil).Verdict == cite.Contradicted
}
