package rag

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"chuchu/corpus"
	"chuchu/prompts"
	"chuchu/rag/cite"
	"chuchu/rag/index"
	"chuchu/rag/llm"
)

// A writing is one answer while it is written. Its text only grows: what was sent
// is never taken back. Sentences go through take, from a model or from extracts
// alike; a marker is held until its sentence is complete and judged, and goes out
// as the number of its article.
type writing struct {
	emit     func(Event) error
	render   render // what a model is asked
	question string
	history  []llm.Message
	strict   bool
	verifier verifier
	created  time.Time

	groups     []index.Group
	found      []candidate
	sources    []*source
	byHandle   map[string]*source
	previousID string
	promptHash string
	verifying  time.Duration
	later      []Caveat // to be told after meta and sources
	leftOut    int      // sources that did not fit into the prompt

	opening opening   // of the model's reply
	judging bool      // a model judges what the rules call weak
	doubts  []doubted // sentences that went out and wait for its judgement
	waiting []waiting // strict: sentences that wait for it before they go out
	// drafting: all sentences wait until the last is written, and what a model thinks
	// of one must be firm.
	drafting bool

	reply   Reply
	text    strings.Builder
	length  int // code points of text
	numbers map[string]int

	sentence pending
}

// A pending is the sentence that is being written.
type pending struct {
	space   string          // before what comes next of it, sent with that
	gap     string          // left by sentences that were dropped before it, where it parts lines
	start   int             // where it starts in the text, noSentence before that
	words   strings.Builder // all of it but its markers
	handles []string        // what it cites, as written
	queue   []cite.Part     // what has not gone out
	held    int             // code points of the queue
	numbers []int           // of the citations that have gone out
}

const noSentence = -1

// A render makes a prompt of the passages that a model is to write from.
type render func(passages []prompts.Passage) (system, user string, err error)

// maxHeld is how many characters are held behind a marker at most: a sentence
// without an end must not stop the stream.
const maxHeld = 400

func newWriting(r ChatRequest, q query, history []llm.Message, found []candidate) *writing {
	language := r.Language
	if language == "" || language == "auto" {
		language = q.plan.Language
	}
	w := &writing{
		question: strings.TrimSpace(r.Messages[len(r.Messages)-1].Content), history: history, strict: r.Verify == "strict",
		groups: q.groups, found: found,
		previousID: r.PreviousID, numbers: make(map[string]int), sentence: pending{start: noSentence},
	}
	w.setSources(sourcesOf(found))
	w.reply = Reply{
		Status: "answered", Mode: "extracts", Language: language, AsOf: q.asOf,
		Sentences: []Sentence{}, Citations: []Citation{}, Dropped: []Dropped{}, Conflicts: []Conflict{}, Caveats: []Caveat{},
		Plan: q.plan, Usage: q.usage, Model: llm.Info{Provider: "none", Name: "extracts"},
	}
	return w
}

// setSources says from what the answer is made.
func (w *writing) setSources(sources []*source) {
	w.sources, w.byHandle = sources, make(map[string]*source, len(sources))
	for _, s := range sources {
		w.byHandle[s.handle] = s
	}
}

// words picks the text for the reader's language.
func (w *writing) words(zh, en string) string {
	if w.reply.Language == "zh" {
		return zh
	}
	return en
}

// considered returns the articles the answer is made from, best first.
func (w *writing) considered() []corpus.Ref {
	list := []corpus.Ref{}
	for _, s := range w.sources {
		if !slices.ContainsFunc(list, func(a corpus.Ref) bool { return a.ID == s.article.ID }) {
			list = append(list, s.article)
		}
	}
	return list
}

// anyWord reports whether a passage holds a word of the question at all; vectors
// alone always find something.
func (w *writing) anyWord() bool {
	return slices.ContainsFunc(w.found, func(c candidate) bool { return c.Scores.Lexical > 0 })
}

// begun reports whether any text has gone out.
func (w *writing) begun() bool { return w.length > 0 }

// reset forgets what a model wrote before it failed; none of it has gone out.
func (w *writing) reset() {
	w.sentence = pending{start: noSentence}
	w.reply.Mode, w.reply.Model = "extracts", llm.Info{Provider: "none", Name: "extracts"}
	w.reply.UnknownHandles, w.reply.Dropped = 0, []Dropped{}
	w.promptHash, w.leftOut = "", 0
	w.setSources(sourcesOf(w.found))
	w.opening, w.judging, w.doubts, w.waiting = opening{}, false, nil, nil
}

// use adds the tokens of a call.
func (w *writing) use(u llm.Usage) {
	w.reply.Usage.InputTokens += u.InputTokens
	w.reply.Usage.OutputTokens += u.OutputTokens
}

func (w *writing) event(name string, v any) error {
	event, err := NewEvent(name, v)
	if err != nil {
		return err
	}
	return w.emit(event)
}

func (w *writing) caveat(code, text string) error {
	c := Caveat{Code: code, Text: text}
	w.reply.Caveats = append(w.reply.Caveats, c)
	return w.event("caveat", c)
}

// send sends text on its way.
func (w *writing) send(text string) error {
	if text == "" {
		return nil
	}
	w.text.WriteString(text)
	w.length += utf8.RuneCountInString(text)
	return w.event("delta", deltaEvent{text})
}

// plain writes a text of our own words, which cites nothing and claims nothing.
func (w *writing) plain(text string) error {
	var stream cite.Stream
	for _, part := range append(stream.Write(text), stream.Close()...) {
		w.add(part)
		if !part.End {
			continue
		}
		if err := w.release(w.own); err != nil {
			return err
		}
		if err := w.conclude(judged{verdict: cite.None}); err != nil {
			return err
		}
	}
	return nil
}

func (w *writing) takeAll(parts []cite.Part) error {
	for _, part := range parts {
		if err := w.take(part); err != nil {
			return err
		}
	}
	return nil
}

// take takes the next part of the text: it is sent at once, or held until the
// sentence is complete.
func (w *writing) take(part cite.Part) error {
	w.add(part)
	switch {
	case part.End:
		return w.settle()
	case w.strict || w.markWaits() && w.sentence.held < maxHeld:
		return nil
	}
	return w.release(w.own)
}

// add puts a part to the sentence. White space between sentences waits for what
// follows it, so that an answer never ends in any.
func (w *writing) add(part cite.Part) {
	s := &w.sentence
	if s.start == noSentence && len(s.queue) == 0 {
		body := strings.TrimLeftFunc(part.Text, unicode.IsSpace)
		s.space += part.Text[:len(part.Text)-len(body)]
		part.Text = body
	}
	if part.Text == "" && len(part.Marks) == 0 {
		return
	}
	s.queue = append(s.queue, part)
	s.words.WriteString(part.Text)
	s.handles = append(s.handles, part.Marks...)
	s.held += utf8.RuneCountInString(part.Text)
}

func (w *writing) markWaits() bool {
	return slices.ContainsFunc(w.sentence.queue, func(p cite.Part) bool { return len(p.Marks) > 0 })
}

// release sends what is held of the sentence; resolve gives the sources that the
// handles of a marker stand for.
func (w *writing) release(resolve func(handles []string) []*source) error {
	queue := w.sentence.queue
	w.sentence.queue, w.sentence.held = nil, 0
	for _, part := range queue {
		if err := w.put(part.Text); err != nil {
			return err
		}
		if err := w.mark(resolve(part.Marks)); err != nil {
			return err
		}
	}
	return nil
}

// put sends a piece of the sentence, the white space before it first; that at its
// end waits for what follows.
func (w *writing) put(text string) error {
	s := &w.sentence
	body := strings.TrimRightFunc(text, unicode.IsSpace)
	if body == "" {
		s.space += text
		return nil
	}
	space := s.space
	if !strings.Contains(space, "\n") {
		space = s.gap + space
	}
	s.gap, s.space = "", text[len(body):]
	if w.begun() {
		if err := w.send(space); err != nil {
			return err
		}
	}
	if s.start == noSentence {
		s.start = w.length
	}
	return w.send(body)
}

// next makes room for the next sentence. White space that has not gone out is
// kept; of a sentence that has not gone out either, only where it parts lines.
func (w *writing) next() {
	s := w.sentence
	w.sentence = pending{start: noSentence, gap: s.gap, space: s.space}
	if s.start != noSentence {
		return
	}
	if w.sentence.space = ""; strings.Contains(s.space, "\n") {
		w.sentence.gap = s.space
	}
}

// own returns the sources that handles stand for, as the model gave them.
func (w *writing) own(handles []string) []*source {
	var list []*source
	for _, h := range handles {
		if s := w.byHandle[h]; s != nil && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// mark sends the marker of the sources' articles, and tells of each article that
// is cited for the first time.
func (w *writing) mark(sources []*source) error {
	var marker strings.Builder
	var here []int
	for _, s := range sources {
		n, known := w.numbers[s.article.ID]
		if !known {
			n = len(w.numbers) + 1
			w.numbers[s.article.ID] = n
			w.reply.Citations = append(w.reply.Citations, Citation{Number: n, Article: s.article, Spans: []AnswerSpan{}})
			if err := w.event("citation", citationEvent{n, s.article}); err != nil {
				return err
			}
		}
		if slices.Contains(here, n) {
			continue
		}
		here = append(here, n)
		marker.WriteString("[" + strconv.Itoa(n) + "]")
		if !slices.Contains(w.sentence.numbers, n) {
			w.sentence.numbers = append(w.sentence.numbers, n)
		}
	}
	return w.put(marker.String())
}

// finish puts the reply together when all is written.
func (w *writing) finish() {
	w.reply.Answer = w.text.String()
	for _, s := range w.reply.Sentences {
		w.reply.Coverage.count(s)
	}
}

func (c *Coverage) count(s Sentence) { c.Add(s.Verdict, len(s.Citations) > 0) }

// Add counts a sentence with its verdict, and whether it cites anything.
func (c *Coverage) Add(verdict string, cited bool) {
	if verdict == string(cite.None) {
		return
	}
	c.Claims++
	if cited {
		c.Cited++
	}
	switch cite.Verdict(verdict) {
	case cite.Quoted, cite.Supported:
		c.Supported++
	case cite.Weak:
		c.Weak++
	case cite.Contradicted:
		c.Contradicted++
	}
}
