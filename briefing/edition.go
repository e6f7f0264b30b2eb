package briefing

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/cite"
)

// An edition is one version of an article, with its sentences.
type edition struct {
	article   corpus.Article
	runes     []rune
	sentences []cite.Span
	keys      []string // of the sentences: those that differ in space and punctuation alone have one
}

// keyOf is the same of texts that differ in space, width and punctuation alone.
func keyOf(text string) string { return strings.Join(cite.Terms(text), " ") }

func newEdition(a corpus.Article) *edition {
	d := &edition{article: a, runes: []rune(a.Text), sentences: cite.Sentences(a.Text)}
	d.keys = make([]string, len(d.sentences))
	for i := range d.sentences {
		d.keys[i] = keyOf(d.text(i))
	}
	return d
}

// text returns a sentence, empty where there is none of that number.
func (d *edition) text(i int) string {
	if i < 0 || i >= len(d.sentences) {
		return ""
	}
	return string(d.runes[d.sentences[i].Start:d.sentences[i].End])
}

// touched returns the numbers of the sentences that [start, end) touches.
func (d *edition) touched(start, end int) (list []int) {
	for i, at := range d.sentences {
		if at.Start < end && start < at.End {
			list = append(list, i)
		}
	}
	return list
}

// before returns the sentence before a place, empty where it begins its paragraph.
func (d *edition) before(start int) string {
	list := d.touched(start, start+1)
	if len(list) == 0 || list[0] == 0 {
		return ""
	}
	i := list[0]
	if slices.Contains(d.runes[d.sentences[i-1].End:d.sentences[i].Start], '\n') {
		return ""
	}
	return d.text(i - 1)
}

// How much of their terms two sentences share for the one to stand in the place of the
// other: where the sentences around both are the same, and anywhere.
const (
	likeInPlace = .3
	likeAtAll   = .5
)

// replaced returns the number of the sentence of a later version that stands in the
// place of sentence i; -1: none does. What stood in d already has taken nobody's place.
func (d *edition) replaced(i int, later *edition) int {
	first, last := d.gap(i, later)
	return later.likest(d.text(i), d.keys, first, last)
}

// gap returns the numbers between which the later version has what stands between the
// nearest sentences around i that both have.
func (d *edition) gap(i int, later *edition) (first, last int) {
	first, last = -1, len(later.keys)
	for k := i - 1; k >= 0 && first < 0; k-- {
		first = slices.Index(later.keys, d.keys[k])
	}
	for k := i + 1; k < len(d.keys) && last == len(later.keys); k++ {
		if at := slices.Index(later.keys, d.keys[k]); at > first {
			last = at
		}
	}
	return first, last
}

// likest returns the number of the sentence that is most like a text, not one of those
// with a known key, -1 where none is like enough. Those between first and last are
// where it is expected.
func (d *edition) likest(text string, known []string, first, last int) int {
	terms := cite.Terms(text)
	best, found := 0.0, -1
	for i, key := range d.keys {
		if slices.Contains(known, key) {
			continue
		}
		like, least := likeness(terms, cite.Terms(d.text(i))), likeAtAll
		if first < i && i < last {
			least = likeInPlace
		}
		if score := like - least; like >= least && (found < 0 || score > best) && stands(d.text(i)) {
			best, found = score, i
		}
	}
	return found
}

// likeness is the share of what two lists of terms have that they have in common.
func likeness(a, b []string) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	common := 0
	for _, t := range a {
		if slices.Contains(b, t) {
			common++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}

// stands reports whether a sentence of an article can be quoted as what it says.
func stands(text string) bool {
	return cite.Judge(text, []*cite.Source{cite.NewSource(text, "")}, nil).Verdict == cite.Quoted
}

// editions reads versions of articles, each once.
type editions struct {
	record *corpus.Record
	known  map[string]*edition
}

func newEditions(r *corpus.Record) *editions {
	return &editions{record: r, known: make(map[string]*edition)}
}

// of returns a version of an article, 0 being the present one; nil where it was erased.
func (e *editions) of(ctx context.Context, id string, version int) (*edition, error) {
	key := id + "." + strconv.Itoa(version)
	if d, known := e.known[key]; known {
		return d, nil
	}
	a, err := e.record.ArticleVersion(ctx, id, version)
	switch {
	case errors.Is(err, corpus.ErrGone), errors.Is(err, corpus.ErrNotFound):
		e.known[key] = nil
		return nil, nil
	case err != nil:
		return nil, err
	}
	e.known[key] = newEdition(a)
	return e.known[key], nil
}

// quoteEdition makes a sentence of one of a version that was read. It is its own
// source, as those of extracts are.
func (m *maker) quoteEdition(ctx context.Context, d *edition, i int) (Sentence, error) {
	at, text := d.sentences[i], d.text(i)
	n := m.ledger.number(d.article.Ref())
	span := rag.Span{Start: at.Start, End: at.End, Quote: &text}
	passages, err := m.Engine.Record.Passages(ctx, d.article.ID)
	if err != nil && !errors.Is(err, corpus.ErrGone) && !errors.Is(err, corpus.ErrNotFound) {
		return Sentence{}, err
	}
	for _, p := range passages {
		if p.Version == d.article.Version && p.Start <= at.Start && at.Start < p.End {
			span.PassageID = p.ID
		}
	}
	return Sentence{
		Text: cite.Escape(text) + marker(n), Citations: []int{n}, Verdict: string(cite.Quoted), Judge: "rules",
		Spans: []rag.NumberSpan{{Number: n, Span: span}},
	}, nil
}
