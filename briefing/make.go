package briefing

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"time"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// Parts are what briefings are made with.
type Parts struct {
	Engine  *rag.Engine // its record, model and prompts are those of the briefings
	Options Options
	Log     *slog.Logger
	// Explain makes the problem of an error, for those that fail.
	Explain func(error) Problem
}

// A Step is progress: what is being done, and how far the whole is.
type Step struct {
	Step    string `json:"step"`              // survey, outline, write, check or finish
	Section string `json:"section,omitempty"` // the heading it is about
	Done    int    `json:"done"`
	Of      int    `json:"of"`
	Counts  Counts `json:"counts"`
}

// Counts are what there is so far.
type Counts struct {
	Passages  int `json:"passages"`
	Articles  int `json:"articles"`
	Sentences int `json:"sentences"`
	Dropped   int `json:"dropped"`
}

// A maker makes one briefing. What it tells of its progress goes to tell: Steps, and
// each FinishedSection, with provisional numbers.
type maker struct {
	Parts
	request  Request   // checked, with its defaults in place
	previous *Briefing // that this one follows up; nil for none
	tell     func(any) error
	ledger   ledger
	survey   survey

	mu     sync.Mutex // of what sections that are written at once share
	step   Step
	used   llm.Usage
	caveat []Caveat
}

// The steps of a briefing besides its sections: survey, outline, check, finish.
const otherSteps = 4

// make makes the briefing that was asked for. b has its ID, Created and Request; what
// comes of it, a refusal among that, is put into it. The error is that of a part that
// failed, or of ctx.
func (m *maker) make(ctx context.Context, b *Briefing) error {
	started := time.Now()
	defer func() { b.TookMS = time.Since(started).Milliseconds() }()
	m.begin(b)
	if err := m.progress("survey", "", 0, 0); err != nil {
		return err
	}
	if err := m.look(ctx); err != nil {
		return err
	}
	b.AsOf = m.survey.asOf
	refused, err := m.refuse(ctx, b)
	if err != nil || refused {
		return err
	}
	planned, err := m.plan(ctx, b)
	if err != nil {
		return err
	}
	if err := m.write(ctx, b, planned); err != nil {
		return err
	}
	if err := m.derive(ctx, b, planned); err != nil {
		return err
	}
	b.Usage = m.used
	if b.Status == Refused {
		return nil
	}
	m.tellLanguage(b)
	b.Caveats = append(b.Caveats, m.caveat...)
	b.Status = Done
	return nil
}

// begin fills in what is known before the first search.
func (m *maker) begin(b *Briefing) {
	r := m.request
	b.Topic, b.Language, b.Request = r.Topic, r.Language, r
	b.Title = r.Topic + m.words("：简报", ": briefing")
	b.Mode, b.Model = "extracts", llm.Info{Provider: "none", Name: "extracts"}
	if m.Engine.Model != nil {
		b.Mode, b.Model = "model", m.Engine.Model.Info()
	}
	b.empty()
	m.step.Of = otherSteps
}

// empty makes the lists of a briefing empty ones, which in JSON are no null.
func (b *Briefing) empty() {
	b.Summary, b.Sections, b.Figures, b.Timeline = []Sentence{}, []Section{}, []Figure{}, []Moment{}
	b.Conflicts, b.Gaps, b.Dropped, b.Citations = []Conflict{}, []string{}, []Dropped{}, []Citation{}
	b.References, b.Caveats = []string{}, []Caveat{}
}

// words picks the text for the reader's language.
func (m *maker) words(zh, en string) string {
	if m.request.Language == "en" {
		return en
	}
	return zh
}

// progress tells what is being done; done steps are finished by it.
func (m *maker) progress(step, section string, done, sentences int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.step.Step, m.step.Section = step, section
	m.step.Done += done
	m.step.Counts.Sentences += sentences
	return m.tell(m.step)
}

// plan chooses what can be said and makes the sections of it.
func (m *maker) plan(ctx context.Context, b *Briefing) ([]plannedSection, error) {
	m.step.Counts.Passages, m.step.Counts.Articles = b.Found.Passages, b.Found.Articles
	if err := m.progress("outline", "", 1, 0); err != nil {
		return nil, err
	}
	list, err := m.weigh(ctx)
	if err != nil {
		return nil, err
	}
	planned := m.outline(choose(list, bodyChars[m.request.Length]))
	if m.Engine.Model != nil {
		if planned, err = m.nameSections(ctx, planned); err != nil {
			return nil, err
		}
	}
	for _, p := range planned {
		b.Found.Themes = append(b.Found.Themes, p.heading)
	}
	m.step.Of += len(planned)
	return planned, m.progress("write", "", 1, 0)
}

// write writes the sections, those of a model at once.
func (m *maker) write(ctx context.Context, b *Briefing, planned []plannedSection) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	sections, dropped := make([]Section, len(planned)), make([][]Dropped, len(planned))
	var group sync.WaitGroup
	for i, p := range planned {
		group.Go(func() {
			var err error
			if sections[i], dropped[i], err = m.writeSection(ctx, b, p, i+1); err != nil {
				stop(err)
			}
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for i, s := range sections {
		b.Sections = append(b.Sections, s)
		b.Dropped = append(b.Dropped, dropped[i]...)
	}
	return m.progress("check", "", 0, 0)
}

// writeSection writes one section, in its place from 1, and tells of it.
func (m *maker) writeSection(ctx context.Context, b *Briefing, p plannedSection, place int) (s Section, dropped []Dropped, err error) {
	defer recovered(&err) // it may run in a goroutine of its own
	switch {
	case len(p.findings) == 0 && len(p.passages) == 0:
		s = m.nothingOn(p)
	case b.Mode == "model":
		s, dropped, err = m.writeByModel(ctx, b, p)
	default:
		s, dropped, err = m.extractSection(ctx, b, p)
	}
	if err != nil {
		return s, nil, err
	}
	m.mu.Lock()
	m.step.Counts.Dropped += len(dropped)
	m.mu.Unlock()
	if err := m.tell(finished(s, place, m.ledger.article)); err != nil {
		return s, nil, err
	}
	return s, dropped, m.progress("write", p.heading, 1, len(s.Sentences))
}

// finished is a section as the readers of the progress get it.
func finished(s Section, place int, article func(number int) corpus.Ref) FinishedSection {
	f := FinishedSection{Section: s, Place: place, Citations: []NumberedArticle{}}
	for _, sentence := range s.Sentences {
		for _, n := range markerNumbers(sentence.Text) {
			if !slices.ContainsFunc(f.Citations, func(c NumberedArticle) bool { return c.Number == n }) {
				f.Citations = append(f.Citations, NumberedArticle{n, article(n)})
			}
		}
	}
	return f
}

// nothingOn is a section that the caller named and the collection says nothing of.
func (m *maker) nothingOn(p plannedSection) Section {
	return Section{Heading: p.heading, Sentences: []Sentence{{
		Text: m.words("所收文章没有这方面的内容。", "Nothing in the collection is about this."), Citations: []int{}, Verdict: "none", Judge: "rules", Spans: []rag.NumberSpan{},
	}}}
}

// derive makes the other parts out of the sentences of the sections, and numbers
// everything. Where the sections claim nothing, the briefing is a refusal.
func (m *maker) derive(ctx context.Context, b *Briefing, planned []plannedSection) (err error) {
	m.dropRepeated(b)
	b.count()
	if b.Coverage.Claims == 0 {
		m.refuseUnsupported(b)
		return nil
	}
	b.Summary = m.summary(b)
	if b.Figures, err = m.figures(ctx, b); err != nil {
		return err
	}
	if b.Timeline, err = m.timeline(ctx, b); err != nil {
		return err
	}
	if b.Conflicts, err = m.conflicts(ctx, b); err != nil {
		return err
	}
	b.Gaps = m.gaps(ctx, b, planned)
	if b.News, err = m.news(ctx, b); err != nil {
		return err
	}
	if err := m.progress("finish", "", 1, 0); err != nil {
		return err
	}
	m.number(b)
	details, err := m.details(ctx, b)
	if err != nil {
		return err
	}
	b.References = references(b, m.request.Style, details)
	return m.progress("finish", "", 1, 0)
}

// tellLanguage says so where extracts are not in the language of the briefing.
func (m *maker) tellLanguage(b *Briefing) {
	for s := range b.sentences() {
		if s.Verdict == string(cite.Quoted) && isHan(s.Text) == (b.Language == "en") {
			b.Caveats = append(b.Caveats, Caveat{Code: "extracts_language", Text: m.words(
				"摘录保持文章原来的语言，没有翻译。", "Extracts stand in the language of their articles; nothing was translated.")})
			return
		}
	}
}

// details returns what references say of the cited articles besides what replies do.
func (m *maker) details(ctx context.Context, b *Briefing) (map[string]corpus.Article, error) {
	details := make(map[string]corpus.Article, len(b.Citations))
	for _, c := range b.Citations {
		a, err := m.Engine.Record.ArticleVersion(ctx, c.Article.ID, c.Article.Version)
		switch {
		case errors.Is(err, corpus.ErrGone), errors.Is(err, corpus.ErrNotFound): // deleted meanwhile: Get says so
			continue
		case err != nil:
			return nil, err
		}
		a.Text = ""
		details[a.ID] = a
	}
	return details, nil
}

// sentences yields all sentences of a briefing, in the order in which citations are
// numbered.
func (b *Briefing) sentences() iter.Seq[*Sentence] {
	return func(yield func(*Sentence) bool) {
		var all []*Sentence
		list := func(s []Sentence) {
			for i := range s {
				all = append(all, &s[i])
			}
		}
		list(b.Summary)
		for i := range b.Sections {
			list(b.Sections[i].Sentences)
		}
		for i := range b.Figures {
			all = append(all, &b.Figures[i].Sentence)
		}
		for i := range b.Timeline {
			all = append(all, &b.Timeline[i].Sentence)
		}
		if n := b.News; n != nil {
			list(n.New)
			for i := range n.Changed {
				all = append(all, &n.Changed[i].Now)
			}
			for i := range n.Corrected {
				all = append(all, &n.Corrected[i].Now)
			}
		}
		for _, s := range all {
			if !yield(s) {
				return
			}
		}
	}
}

// count counts the verdicts of the sections' sentences.
func (b *Briefing) count() {
	b.Coverage = rag.Coverage{}
	for _, section := range b.Sections {
		for _, s := range section.Sentences {
			b.Coverage.Add(s.Verdict, len(s.Citations) > 0)
		}
	}
}
