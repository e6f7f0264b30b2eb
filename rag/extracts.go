package rag

import (
	"cmp"
	"context"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chuchu/rag/cite"
	"chuchu/rag/index"
)

// An extract is a sentence of a passage that may stand in an answer.
type extract struct {
	source *source
	place  cite.Span // in the source
	text   string
	terms  []string
	next   bool    // it follows the extract before it in the list directly
	prior  float64 // how good its passage is, beside the best
	kind   bool    // it holds a figure of a kind that is asked for, or gives a reason where one is
	named  bool    // it may hold what is asked for, and has the words that this is asked of
	chosen bool    // it is in the answer, or has no place there
}

// These were set on the shared questions, and hold about as well a third lower
// or higher; docs/decisions.md has the figures.
const (
	extractPassages = 3  // sentences come from so many passages, the best
	covered         = .7 // what a term still counts once a chosen sentence holds it
	fromBefore      = .3 // of the score of the sentence before: the answer often follows what names its subject
	fromAfter       = .1
	kindBonus       = 1.7 // for a figure or a reason where one is asked for
	namedBonus      = 1.6 // for the very words that it is asked of: 年预算, 罚
	lengthPower     = .3  // long sentences hold more words by being long
	worthWhile      = .1  // of the first sentence's score; less is not worth reading
)

// writeExtracts answers with the sentences that say most of what is asked for,
// word for word.
func (e *Engine) writeExtracts(ctx context.Context, w *writing) error {
	chosen, err := e.chooseExtracts(ctx, w)
	if err != nil {
		return err
	}
	for i, x := range chosen {
		space := ""
		if i > 0 && !chosen[i-1].follows(x) {
			space = "\n"
		}
		if err := w.quote(x, space); err != nil {
			return err
		}
	}
	if len(chosen) == 0 {
		return w.refuse("no_evidence")
	}
	return e.tellNearest(ctx, w, chosen)
}

// quote writes a sentence word for word: it is its own source, and where it stands is
// known. What the rules say of it is only whether it makes a claim at all.
func (w *writing) quote(x extract, space string) error {
	w.add(cite.Part{Text: space + cite.Escape(x.text)})
	w.add(cite.Part{Marks: []string{x.source.handle}})
	j := judged{verdict: cite.Quoted, sources: []*source{x.source}, places: [][]cite.Span{{x.place}}}
	if cite.Judge(x.text, nil, nil).Verdict == cite.None {
		j.verdict = cite.None
	}
	if err := w.release(w.own); err != nil {
		return err
	}
	return w.conclude(j)
}

// follows reports whether y comes directly after x in its line. At a line's end a
// sentence needs no final mark, and one put behind it would belong to it.
func (x extract) follows(y extract) bool {
	if x.source != y.source {
		return false
	}
	between := string([]rune(x.source.text)[x.place.End:max(x.place.End, y.place.Start)])
	return strings.TrimSpace(between) == "" && !strings.Contains(between, "\n")
}

// chooseExtracts picks sentences one after the other, the one that adds most to
// those that are chosen, while there is room.
func (e *Engine) chooseExtracts(ctx context.Context, w *writing) ([]extract, error) {
	list := w.extracts()
	w.markAsked(list)
	weight, err := e.askedFor(ctx, w)
	if err != nil {
		return nil, err
	}
	var chosen []extract
	chars, first := 0, 0.0 // first is the best score without what the question's kind adds: that is to shorten no answer
	for len(chosen) < e.Options.Extracts {
		best, score, plain := bestExtract(list, weight, func(x extract) bool {
			return chars == 0 || chars+x.place.End-x.place.Start <= e.Options.ExtractChars
		})
		if best < 0 || score < first*worthWhile {
			break
		}
		first = max(first, plain)
		list[best].chosen = true
		x := list[best]
		chosen = append(chosen, x)
		chars += x.place.End - x.place.Start
		for _, t := range x.terms {
			weight[t] *= covered
		}
	}
	slices.SortFunc(chosen, func(a, b extract) int {
		return cmp.Or(slices.Index(w.sources, a.source)-slices.Index(w.sources, b.source), a.place.Start-b.place.Start)
	})
	return chosen, nil
}

// askedFor returns how much each term of the question counts: the rarer in the
// collection, the more; those of earlier turns less.
func (e *Engine) askedFor(ctx context.Context, w *writing) (map[string]float64, error) {
	terms := distinct(append(index.Terms(w.question), index.Terms(earlierWords(w.history))...))
	weights, err := e.Index.Weights(ctx, terms)
	if err != nil {
		return nil, err
	}
	own := index.Terms(w.question)
	weight := make(map[string]float64, len(terms))
	for i, t := range terms {
		weight[t] = weights[i]
		if !slices.Contains(own, t) {
			weight[t] *= historyWeight
		}
	}
	for _, g := range w.groups {
		if err := e.askedByGroup(ctx, g, weight); err != nil {
			return nil, err
		}
	}
	return weight, nil
}

// likelyAlternatives of a group are those that a sentence gets credit for.
const likelyAlternatives = 3

// askedByGroup adds the terms of what the question's words stand for.
func (e *Engine) askedByGroup(ctx context.Context, g index.Group, weight map[string]float64) error {
	for _, alternative := range g.Alternatives[:min(likelyAlternatives, len(g.Alternatives))] {
		terms := distinct(index.Terms(alternative))
		weights, err := e.Index.Weights(ctx, terms)
		if err != nil {
			return err
		}
		for i, t := range terms {
			weight[t] = max(weight[t], g.Weight*weights[i])
		}
	}
	return nil
}

// extracts returns the sentences of the best passages.
func (w *writing) extracts() []extract {
	var list []extract
	for _, c := range w.found[:min(len(w.found), extractPassages)] {
		i := slices.IndexFunc(w.sources, func(s *source) bool { return s.holds(c) })
		s := w.sources[i]
		offset := c.Passage.Start - s.start
		runes := []rune(c.Passage.Text)
		for n, at := range cite.Sentences(c.Passage.Text) {
			text := string(runes[at.Start:at.End])
			list = append(list, extract{
				chosen: saysNothing(text) || !standsAlone(text), // it counts for its neighbours, and is never taken itself
				source: s, place: cite.Span{Start: offset + at.Start, End: offset + at.End}, text: text,
				terms: distinct(index.Terms(text)), next: n > 0, prior: c.Score / w.found[0].Score,
			})
		}
	}
	return list
}

// Quotable reports whether a sentence of an article can stand by itself as a quotation
// that says something: it is neither a question nor a heading, does not only lead to
// what follows it, and is one sentence in an answer, too.
func Quotable(sentence string) bool { return standsAlone(sentence) && !saysNothing(sentence) }

// standsAlone reports whether a sentence is one in an answer, too: what looks like a
// marker behind its final mark is text there, and begins another.
func standsAlone(text string) bool {
	return !strings.Contains(text, "\n") && (!strings.ContainsAny(text, "[［【") || len(cite.Sentences(cite.Escape(text))) == 1)
}

// MaxHeading is how long a line without a final mark may be to be taken for a
// heading.
const MaxHeading = 20

// saysNothing reports whether a sentence is no answer to anything: a question, a
// heading, or one that only leads to what follows it.
func saysNothing(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return last == '：' || last == ':' || isHeading(text) || cite.Judge(text, nil, nil).Verdict == cite.None
}

// isHeading reports whether a line looks like a heading: it is short, has neither a
// final mark nor a number, and is no item of a list.
func isHeading(line string) bool {
	first, _ := utf8.DecodeRuneInString(line)
	last, _ := utf8.DecodeLastRuneInString(line)
	return !unicode.IsPunct(first) && !unicode.IsPunct(last) && utf8.RuneCountInString(line) <= MaxHeading && !hasNumber(line)
}

// bestExtract returns the place in the list of the sentence with the best score
// among those that are not chosen and fit, -1 when none has any.
func bestExtract(list []extract, weight map[string]float64, fits func(extract) bool) (best int, score, plain float64) {
	raw := make([]float64, len(list))
	for i, x := range list {
		for _, t := range x.terms {
			raw[i] += weight[t]
		}
	}
	best = -1
	for i, x := range list {
		if x.chosen || !fits(x) {
			continue
		}
		s := raw[i]
		if x.next {
			s += fromBefore * raw[i-1]
		}
		if i+1 < len(list) && list[i+1].next {
			s += fromAfter * raw[i+1]
		}
		s *= x.prior / math.Pow(float64(20+x.place.End-x.place.Start), lengthPower)
		bonus := 1.0
		if x.kind {
			bonus *= kindBonus
		}
		if x.named {
			bonus *= namedBonus
		}
		if s*bonus > score {
			best, score, plain = i, s*bonus, s
		}
	}
	return best, score, plain
}

// reasonWords are those by which a sentence says that it gives a reason.
var reasonWords = regexp.MustCompile(`原因|因为|由于|因此|所以|导致|之所以|是为了|缘故|(?i)\b(?:because|due to|reasons?|therefore)\b`)

// markAsked says of each sentence whether it may hold what the question asks for.
func (w *writing) markAsked(list []extract) {
	wanted := askedOf(w.question)
	for i := range list {
		text := list[i].text
		for _, a := range wanted {
			if !a.mayHold(text) {
				continue
			}
			list[i].kind = list[i].kind || a.figure() || a.detail == reasonDetail && reasonWords.MatchString(text)
			list[i].named = list[i].named || a.focus != "" && a.ofFocus(text) >= focusHeld
		}
	}
}

func hasNumber(text string) bool { return strings.ContainsFunc(text, unicode.IsDigit) }
