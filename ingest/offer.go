package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"chuchu/corpus"
)

// An offer is an article on its way into the record, or why there is none.
type offer struct {
	name    string
	draft   Draft
	refusal error
}

// An Offer is an article as it would be taken in, under the name by which results
// have it; or, with Refusal, why it would not.
type Offer struct {
	Name    string
	Draft   Draft
	Refusal error
}

// Offers reads the sources as Ingest does and yields what it would put into the
// record, in order. The sequence ends with an error only for what is no file's
// fault. For those who send articles elsewhere.
func Offers(ctx context.Context, sources iter.Seq2[Source, error], opt Options) iter.Seq2[Offer, error] {
	return func(yield func(Offer, error) bool) {
		gate := newGate(opt.withDefaults())
		for o, err := range offersOf(ctx, sources, opt) {
			if err != nil {
				yield(Offer{}, err)
				return
			}
			refusal := gate.check(&o)
			if !yield(Offer{o.name, o.draft, refusal}, nil) {
				return
			}
		}
	}
}

// offersOf reads the sources. A file that cannot be read is an offer with its
// refusal; the sequence ends with an error only for what is no file's fault.
func offersOf(ctx context.Context, sources iter.Seq2[Source, error], opt Options) iter.Seq2[offer, error] {
	return func(yield func(offer, error) bool) {
		for s, err := range sources {
			if ctx.Err() != nil {
				yield(offer{}, ctx.Err())
				return
			}
			if err != nil {
				if !yield(offer{name: s.Name, refusal: err}, nil) {
					return
				}
				continue
			}
			if !offersOfSource(ctx, s, opt, yield) {
				return
			}
		}
	}
}

// offersOfSource names the articles of a source: by the file if it has one, else
// with their number. It reports whether to go on.
func offersOfSource(ctx context.Context, s Source, opt Options, yield func(offer, error) bool) bool {
	var first *offer // held back until it is known whether there is a second
	n := 0
	for d, err := range Read(ctx, s, opt) {
		o := offer{name: s.Name, draft: d}
		refusal := (*Refusal)(nil)
		switch {
		case errors.As(err, &refusal):
			o.refusal = err
		case err != nil:
			yield(offer{}, fmt.Errorf("read %s: %w", s.Name, err))
			return false
		}
		if n++; n == 1 {
			first = &o
			continue
		}
		if first != nil {
			first.name += "#1"
			if !yield(*first, nil) {
				return false
			}
			first = nil
		}
		o.name = fmt.Sprintf("%s#%d", s.Name, n)
		if !yield(o, nil) {
			return false
		}
	}
	return first == nil || yield(*first, nil)
}

// A gate lets an article into a run once it is complete, and only if no other of
// the run has its id with another text.
type gate struct {
	opt  Options
	seen map[string]passed
}

type passed struct {
	name string
	text [sha256.Size]byte
}

func newGate(opt Options) *gate { return &gate{opt: opt, seen: map[string]passed{}} }

// check completes the offer's article, or says why it is not taken.
func (g *gate) check(o *offer) error {
	if o.refusal != nil {
		return o.refusal
	}
	a := &o.draft.Article
	if strings.TrimSpace(a.Text) == "" {
		return &Refusal{o.name, "there is no text in it"}
	}
	if n := utf8.RuneCountInString(a.Text); n > g.opt.MaxArticle {
		return &Refusal{o.name, fmt.Sprintf("the article has %d characters, more than %d", n, g.opt.MaxArticle)}
	}
	if _, err := corpus.ParseDate(string(a.Published)); err != nil {
		return &Refusal{o.name, "published: " + err.Error()}
	}
	if a.URL != "" && webURL(a.URL) == "" {
		return &Refusal{o.name, fmt.Sprintf("url: %q is no address of a web page", cut(a.URL, titleRunes))}
	}
	complete(&o.draft, o.name)
	sum := sha256.Sum256([]byte(a.Text))
	before, again := g.seen[a.ID]
	if again && before.text != sum {
		return &Refusal{o.name, fmt.Sprintf("it has the id of %s (%s), but another text", before.name, a.ID)}
	}
	if !again {
		g.seen[a.ID] = passed{o.name, sum}
	}
	return nil
}

// complete fills what neither the file nor the caller said: title, language, id.
// source is the name of the file the article stands in.
func complete(d *Draft, source string) {
	a := &d.Article
	if a.Title == "" {
		a.Title = headLine(*d)
	}
	if a.Language = languageCode(a.Language); a.Language == "" {
		a.Language = languageOf(a.Text)
	}
	if a.ID == "" {
		a.ID = articleID(*a, d.DeclaredID, source, d.Place)
	}
}

// headLine returns the first heading, or else the first line, cut.
func headLine(d Draft) string {
	text := d.Article.Text
	if len(d.Headings) > 0 {
		text = string([]rune(text)[d.Headings[0].Start:])
	}
	line, _, _ := strings.Cut(text, "\n")
	return cut(line, titleRunes)
}

// languageCode returns zh or en for their tags, such as zh-CN; other languages
// are told by the text.
func languageCode(tag string) string {
	switch base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-"); base {
	case "zh", "en":
		return base
	}
	return ""
}
