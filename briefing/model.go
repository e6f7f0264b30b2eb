package briefing

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"chuchu/prompts"
	"chuchu/rag"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// modelSentences is how many sentences a model is asked for at most in a section.
var modelSentences = map[string]int{"short": 5, "standard": 8, "long": 12}

// fewSentences are too few for a section whose model broke off.
const fewSentences = 2

// writeByModel lets the model write a section from its own passages. Only what is quoted
// or supported stays; the rest is returned with why. Where the model fails, once more
// when it wrote nothing, and where nothing of what it wrote stays, the section is made of
// extracts, unless a model's failure is to be an error.
func (m *maker) writeByModel(ctx context.Context, b *Briefing, p plannedSection) (Section, []Dropped, error) {
	reply, failed := m.draft(ctx, b, p)
	if failed != nil && worthAgain(ctx, reply, failed) {
		reply, failed = m.draft(ctx, b, p)
	}
	if ctx.Err() != nil {
		return Section{}, nil, context.Cause(ctx)
	}
	if failed != nil {
		if _, byModel := rag.Failure(failed); !byModel || m.Engine.Options.OnModelError != "extracts" {
			return Section{}, nil, failed
		}
		m.Engine.Log.Warn("the model failed in a section", "briefing", b.ID, "section", p.heading, "error", failed)
	}
	sentences, dropped := m.taken(reply)
	switch {
	case failed == nil && len(sentences) > 0:
	case len(sentences) >= fewSentences:
		m.note("section_cut", m.words(
			"“"+p.heading+"”一节没有写完：语言模型"+rag.FailureWords(failed, "zh")+"。",
			"The section “"+p.heading+"” was not finished: "+rag.FailureWords(failed, "en")+"."))
	default:
		section, more, err := m.insteadOfModel(ctx, b, p, failed)
		return section, append(dropped, more...), err
	}
	return Section{Heading: p.heading, Sentences: sentences}, dropped, nil
}

// worthAgain reports whether a model that failed is asked again: it wrote nothing, and
// there is no reason why it should not.
func worthAgain(ctx context.Context, reply rag.Reply, failed error) bool {
	var budget *llm.BudgetError
	_, byModel := rag.Failure(failed)
	return ctx.Err() == nil && byModel && len(reply.Sentences)+len(reply.Dropped) == 0 && !errors.As(failed, &budget) && !errors.Is(failed, llm.ErrContext)
}

// insteadOfModel makes a section of extracts, and says so.
func (m *maker) insteadOfModel(ctx context.Context, b *Briefing, p plannedSection, failed error) (Section, []Dropped, error) {
	zh, en := "写出的句子没有一句通过核对", "no sentence it wrote was borne out"
	if failed != nil {
		zh, en = rag.FailureWords(failed, "zh"), rag.FailureWords(failed, "en")
	}
	if len(p.findings) == 0 {
		return m.nothingOn(p), nil, nil
	}
	m.note("section_extracts", m.words(
		"“"+p.heading+"”一节不是语言模型写的（"+zh+"），是原文摘录。",
		"The section “"+p.heading+"” is made of extracts, not by the language model ("+en+")."))
	return m.extractSection(ctx, b, p)
}

// draft asks the model for a section.
func (m *maker) draft(ctx context.Context, b *Briefing, p plannedSection) (rag.Reply, error) {
	r := m.request
	ask := prompts.Section{
		Language: r.Language, AsOf: b.AsOf, Topic: r.Topic, Audience: r.Audience, Focus: r.Focus,
		Heading: p.heading, Most: modelSentences[r.Length],
		Others: slices.DeleteFunc(slices.Clone(b.Found.Themes), func(heading string) bool { return heading == p.heading }),
	}
	reply, err := m.Engine.Draft(ctx, rag.DraftRequest{
		Language: r.Language, AsOf: b.AsOf, Results: m.material(p),
		Prompt: func(passages []prompts.Passage) (system, user string, err error) {
			ask.Passages = passages
			return m.Engine.Prompts.Section(ask)
		},
	})
	m.use(reply.Usage)
	if slices.ContainsFunc(reply.Caveats, func(c Caveat) bool { return c.Code == "passages_cut" }) {
		m.note("passages_cut", m.words(
			"提示的长度有限：有的章节没有把找到的原文全部交给语言模型。",
			"The prompt has a limit: not all that was found for each section was given to the language model."))
	}
	return reply, err
}

// material returns the passages that a section is written from: those first that hold
// what extracts would say in it.
func (m *maker) material(p plannedSection) []rag.Result {
	var list []rag.Result
	for _, r := range m.survey.passages {
		if slices.ContainsFunc(p.findings, func(f *finding) bool { return f.passage == r.Passage.ID }) {
			list = append(list, r)
		}
	}
	for _, r := range p.passages {
		if len(list) < sectionPassages[m.request.Length] && !slices.ContainsFunc(list, func(other rag.Result) bool { return other.Passage.ID == r.Passage.ID }) {
			list = append(list, r)
		}
	}
	return list
}

// use adds the tokens of a call.
func (m *maker) use(u llm.Usage) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used.InputTokens += u.InputTokens
	m.used.OutputTokens += u.OutputTokens
}

// note adds a caveat, once.
func (m *maker) note(code, text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := (Caveat{Code: code, Text: text}); !slices.Contains(m.caveat, c) {
		m.caveat = append(m.caveat, c)
	}
}

// taken makes sentences of those of a draft, with the numbers of the ledger, and adds to
// what was dropped of it what makes no claim.
func (m *maker) taken(reply rag.Reply) ([]Sentence, []Dropped) {
	var list []Sentence
	dropped := reply.Dropped
	text := []rune(reply.Answer)
	for _, s := range reply.Sentences {
		words := string(text[s.Start:s.End])
		switch {
		case s.Verdict != string(cite.None):
			list = append(list, m.sentence(reply, s, unformatted(words)))
		case !isFormat(words):
			dropped = append(dropped, Dropped{Text: cite.Strip(unformatted(words)), Verdict: s.Verdict, Why: []rag.Why{}})
		}
	}
	return list, dropped
}

// sentence makes a sentence of one of a draft. It cites those articles alone in which it
// was located.
func (m *maker) sentence(reply rag.Reply, s rag.Sentence, text string) Sentence {
	out := Sentence{Verdict: s.Verdict, Judge: s.Judge, Citations: []int{}, Spans: []rag.NumberSpan{}}
	numbers := make(map[int]int)
	for _, c := range reply.Citations {
		for _, span := range c.Spans {
			if span.AnswerStart != s.Start {
				continue
			}
			n, known := numbers[c.Number]
			if !known {
				n = m.ledger.number(c.Article)
				numbers[c.Number] = n
			}
			out.Spans = append(out.Spans, rag.NumberSpan{Number: n, Span: rag.Span{PassageID: span.PassageID, Start: span.Start, End: span.End, Quote: span.Quote}})
		}
	}
	for _, n := range s.Citations {
		if ours, located := numbers[n]; located {
			out.Citations = append(out.Citations, ours)
		}
	}
	out.Text = renumber(withoutMarkers(text, func(n int) bool { return numbers[n] == 0 }), numbers)
	return out
}

// withoutMarkers takes the markers of some numbers out of a text.
func withoutMarkers(text string, drop func(n int) bool) string {
	var out strings.Builder
	for {
		at := markers.FindStringSubmatchIndex(text)
		if at == nil {
			return out.String() + text
		}
		start, end := at[3], at[1]
		out.WriteString(text[:start])
		if numbers := markerNumbers(text[start:end]); !drop(numbers[0]) {
			out.WriteString(text[start:end])
		}
		text = text[end:]
	}
}

var (
	listMark = regexp.MustCompile(`^(?:[-*•·]|\d{1,2}[.)）、])\s+`)
	format   = regexp.MustCompile("^(?:#|\\*\\*|```|---)")
)

// unformatted returns a sentence without what makes it bold or an item of a list.
func unformatted(text string) string {
	return strings.ReplaceAll(listMark.ReplaceAllString(text, ""), "**", "")
}

// isFormat reports whether a line that makes no claim is a heading or the like, or has
// no word at all.
func isFormat(text string) bool { return format.MatchString(text) || !hasWord(text) }
