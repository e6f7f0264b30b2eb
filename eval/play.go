package eval

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"chuchu/rag"
)

// A Voice is what a model says to a prompt, or, with json set, to one that asks for a
// JSON object. ok is false where it fails to reply.
type Voice func(prompt string, json bool) (reply string, ok bool)

// Kinds of answers that are made of the reference answers.
const (
	playedTrue    = "true"    // cited to the passages of the gold
	playedChanged = "changed" // with one number or date changed in each sentence that has one
	playedMoved   = "moved"   // cited to another passage

	// playedDeclined is what a model should say to an unanswerable question.
	playedDeclined = "declined"
)

// declining opens an answer that says that the passages do not hold what was asked.
const declining = "ANSWERABLE: NO\n"

// made reports whether answers of a kind are made here, and come from no file.
func made(kind string) bool {
	return slices.Contains([]string{playedTrue, playedChanged, playedMoved, playedDeclined}, kind)
}

// An Answer is what a model wrote, or could have written, to a question, to be
// played back. It cites with handles ([S1]), or with markers that get one: [gold] is
// all the passages that hold the question's gold, [gold2] that of the second
// quotation, [other] a passage that holds none.
type Answer struct {
	ID     string `json:"id"` // the question's
	Answer string `json:"answer"`
	Kind   string `json:"kind"` // figures are given by it; empty: the file's name
}

// readAnswer reads a line of a file of answers.
func readAnswer(line, file string) (Answer, error) {
	a := Answer{Kind: file}
	if err := json.Unmarshal([]byte(line), &a); err != nil {
		return Answer{}, err
	}
	switch {
	case a.ID == "":
		return Answer{}, errors.New("the answer has no id of a question")
	case strings.TrimSpace(a.Answer) == "":
		return Answer{}, errors.New("the answer is empty")
	case made(a.Kind) || a.Kind == "":
		return Answer{}, fmt.Errorf("the kind %q is kept for answers made of the questions, or empty", a.Kind)
	}
	return a, nil
}

// A shown is a passage as a prompt shows it.
type shown struct {
	handle string
	head   string // the line of title and date
	folded string
	facts  []rune // for holdsFact
}

// fence is a passage in a prompt; nothing in a passage can look like it.
var fence = regexp.MustCompile(`(?s)<passage id="([^"]+)">\n?(.*?)</passage>`)

// shownIn returns the passages of a prompt.
func shownIn(prompt string) []shown {
	var all []shown
	for _, m := range fence.FindAllStringSubmatch(prompt, -1) {
		head, _, _ := strings.Cut(m[2], "\n")
		all = append(all, shown{handle: m[1], head: head, folded: fold(m[2]), facts: []rune(foldFact(m[2]))})
	}
	return all
}

// A script is what is played back to a prompt.
type script struct {
	text    string
	changes []Change // places are in the text without markers
	skipped string   // why nothing is; empty when something is
}

// Why an answer was not played back.
const (
	skippedMissing = "gold_not_found" // a needed quotation is in no passage of the prompt
	skippedUnfit   = "unfit"          // there is nothing to change, or no other passage
	skippedUnasked = "not_asked"      // the question was refused before the model was asked
)

// A playing is one answer to be played back.
type playing struct {
	question Question
	kind     string
	answer   string
	strict   bool // ask with verify: strict, too
	round    int  // of changed answers: each changes other figures
}

// changeRounds is how often a reference answer is changed, where it has the figures.
const changeRounds = 3

// plays returns what is to be played back: answers made of each reference answer, and
// those of the set.
func (r *run) plays() []playing {
	if r.options.PlayBack == nil || r.options.Brief {
		if n := len(r.set.Answers); n > 0 && !r.options.Brief {
			r.unmeasured = append(r.unmeasured, fmt.Sprintf("%d answers: a server's model cannot play them back; stop the server, or give --articles", n))
		}
		return nil
	}
	questions := map[string]Question{}
	var all []playing
	for _, q := range r.set.Questions {
		questions[q.ID] = q
		if q.Type == unanswerable {
			all = append(all, playing{question: q, kind: playedDeclined, answer: cmp.Or(q.Answer, "资料没有提到。")})
		}
		if len(q.Gold) == 0 || strings.TrimSpace(q.Answer) == "" {
			continue
		}
		all = append(all, playing{question: q, kind: playedTrue, answer: q.Answer, strict: true})
		for round := range changeRounds {
			all = append(all, playing{question: q, kind: playedChanged, answer: q.Answer, round: round})
		}
		all = append(all, playing{question: q, kind: playedMoved, answer: q.Answer})
	}
	strangers := 0
	for _, a := range r.set.Answers {
		q, ok := questions[a.ID]
		if !ok {
			strangers++
			continue
		}
		all = append(all, playing{question: q, kind: a.Kind, answer: a.Answer, strict: true})
	}
	if strangers > 0 {
		r.unmeasured = append(r.unmeasured, fmt.Sprintf("%d of %d answers, whose questions are not in these sets", strangers, len(r.set.Answers)))
	}
	return all
}

// script returns what the model says where it is shown these passages.
func (p playing) script(sources []shown) script {
	golden, ok := p.golden(sources)
	if !ok && (made(p.kind) || strings.Contains(p.answer, "[gold")) {
		return script{skipped: skippedMissing}
	}
	switch p.kind {
	case playedDeclined:
		return script{text: declining + p.answer}
	case playedTrue:
		return script{text: citing(p.answer, markerOf(golden))}
	case playedMoved:
		other := p.other(sources, golden)
		if other == "" {
			return script{skipped: skippedUnfit}
		}
		return script{text: citing(p.answer, markerOf([]string{other}))}
	case playedChanged:
		return p.changed(sources, golden)
	}
	return script{text: p.withHandles(sources, golden)}
}

// golden returns the handles of the passages that hold the needed quotations; ok is
// false where one is in none, or all that are alternatives are.
func (p playing) golden(sources []shown) (handles []string, ok bool) {
	missing := 0
	needed := neededOf(p.question.Gold, p.question.Gold)
	for _, g := range needed {
		switch handle := holding(sources, g); {
		case handle == "":
			missing++
		case !slices.Contains(handles, handle):
			handles = append(handles, handle)
		}
	}
	return handles, missing == 0 || needed[0].Alt && missing < len(needed)
}

// holding returns the handle of the first passage that holds a quotation, empty when
// none does.
func holding(sources []shown, g Gold) string {
	quote := fold(g.Quote)
	for _, s := range sources {
		if strings.Contains(s.folded, quote) {
			return s.handle
		}
	}
	return ""
}

func markerOf(handles []string) string {
	if len(handles) == 0 {
		return ""
	}
	return "[" + strings.Join(handles, "][") + "]"
}

// other returns the handle of a passage that holds no quotation of the gold, of
// another article where there is one.
func (p playing) other(sources []shown, golden []string) string {
	heads := map[string]bool{}
	for _, s := range sources {
		if slices.Contains(golden, s.handle) {
			heads[s.head] = true
		}
	}
	rest := only(sources, func(s shown) bool {
		return !slices.ContainsFunc(p.question.Gold, func(g Gold) bool { return strings.Contains(s.folded, fold(g.Quote)) })
	})
	if elsewhere := only(rest, func(s shown) bool { return !heads[s.head] }); len(elsewhere) > 0 {
		rest = elsewhere
	}
	if len(rest) == 0 {
		return ""
	}
	return rest[seeded(p.question.ID+playedMoved).IntN(len(rest))].handle
}

// changed changes a figure in every sentence that has one which stands in the cited
// passages, into one that stands in no passage. Rounds before have changed others.
func (p playing) changed(sources []shown, golden []string) script {
	taken := map[string]bool{}
	fits := func(was, now string) bool {
		here, there := []rune(foldFact(was)), []rune(foldFact(now))
		return !taken[was] &&
			slices.ContainsFunc(sources, func(s shown) bool { return slices.Contains(golden, s.handle) && holdsFact(s.facts, here) }) &&
			!slices.ContainsFunc(sources, func(s shown) bool { return holdsFact(s.facts, there) })
	}
	r := seeded(p.question.ID + playedChanged)
	text, changes := changeEach(p.answer, r, fits)
	for range p.round {
		for _, c := range changes {
			taken[c.Was] = true
		}
		text, changes = changeEach(p.answer, r, fits)
	}
	if len(changes) == 0 {
		return script{skipped: skippedUnfit}
	}
	return script{text: citing(text, markerOf(golden)), changes: changes}
}

// changeEach changes a figure in every sentence of a text that has one that fits.
func changeEach(text string, r *rand.Rand, fits func(was, now string) bool) (string, []Change) {
	var out strings.Builder
	var changes []Change
	for _, sentence := range sentencesOf(text) {
		if changed, c, ok := ChangeFigure(sentence, r, fits); ok {
			c.At += utf8.RuneCountInString(out.String())
			changes, sentence = append(changes, c), changed
		}
		out.WriteString(sentence)
	}
	return out.String(), changes
}

var goldMarker = regexp.MustCompile(`\[(gold\d*|other)\]`)

// withHandles puts handles in the place of [gold], [gold2] and [other].
func (p playing) withHandles(sources []shown, golden []string) string {
	return goldMarker.ReplaceAllStringFunc(p.answer, func(m string) string {
		name := m[1 : len(m)-1]
		if name == "other" {
			if other := p.other(sources, golden); other != "" {
				return markerOf([]string{other})
			}
			return ""
		}
		n, err := strconv.Atoi(strings.TrimPrefix(name, "gold"))
		if err != nil {
			return markerOf(golden)
		}
		if n < 1 || n > len(p.question.Gold) {
			return ""
		}
		if handle := holding(sources, p.question.Gold[n-1]); handle != "" {
			return markerOf([]string{handle})
		}
		return ""
	})
}

// play plays every answer back and looks at what becomes of its sentences.
func (r *run) play(ctx context.Context, all []playing, report *Report) error {
	for _, p := range all {
		row, err := r.playOne(ctx, p)
		if err := r.asked(ctx, p.question.ID, err); err != nil {
			return err
		}
		if err == nil && (p.round == 0 || row.Skipped == "") { // later rounds may have no more figures
			report.PlayedRows = append(report.PlayedRows, row)
		}
	}
	if len(report.PlayedRows) > 0 {
		report.Played = groups(report.PlayedRows, func(r PlayedRow) string { return r.Kind }, playedFigures)
	}
	return nil
}

func (r *run) playOne(ctx context.Context, p playing) (PlayedRow, error) {
	q := p.question
	row := PlayedRow{
		Measured: "played", Kind: p.kind, ID: q.ID, File: q.File, Type: q.Type, Question: q.Question,
		Translated: slices.ContainsFunc(q.Gold, func(g Gold) bool { return languageOf(g.Quote) != languageOf(p.answer) }),
		Sentences:  []PlayedSentence{}, Facts: make([]bool, len(q.Facts)),
	}
	reply, said, err := r.speak(ctx, p, "")
	row.Skipped = said.skipped
	if said.skipped != "" {
		return row, nil // whatever became of a question that nothing was said to
	}
	if err != nil {
		return row, err
	}
	row.Status, row.Answer = reply.Status, reply.Answer
	if reply.Refusal != nil {
		row.Reason, row.Nearest = reply.Refusal.Reason, len(reply.Refusal.Nearest)
	}
	if reply.Status != statusRefused {
		row.Facts = factsFound(reply.Answer, q.Facts)
	}
	r.judgePlayed(ctx, p, said, reply, &row)
	if !p.strict {
		return row, nil
	}
	if reply, _, err = r.speak(ctx, p, "strict"); err != nil {
		return row, err
	}
	row.StrictFacts, row.Dropped = make([]bool, len(q.Facts)), len(reply.Dropped)
	if reply.Status != statusRefused {
		row.StrictFacts = factsFound(reply.Answer, q.Facts)
	}
	return row, nil
}

// speak asks the question with a model that plays the answer, and returns what that
// said.
func (r *run) speak(ctx context.Context, p playing, verify string) (rag.Reply, script, error) {
	said := script{skipped: skippedUnasked}
	plan, planned := r.plans[p.question.ID]
	planVoice, spoken := plan.voice(), false
	voice := func(prompt string, json bool) (string, bool) {
		switch {
		case json:
			reply, ok := planVoice(prompt, true)
			return reply, ok && planned
		case spoken:
			return "", false
		}
		spoken, said = true, p.script(shownIn(prompt))
		return said.text, said.skipped == ""
	}
	request, err := r.chatRequest(p.question)
	if err != nil {
		return rag.Reply{}, said, err
	}
	request.Verify, request.Plan = verify, planRules
	if planned {
		request.Plan = planModel
	}
	reply, err := r.options.PlayBack(voice).Chat(ctx, request)
	return reply, said, err
}

// judgePlayed enters what became of the sentences.
func (r *run) judgePlayed(ctx context.Context, p playing, said script, reply rag.Reply, row *PlayedRow) {
	articles := map[int]rag.Citation{}
	for _, c := range reply.Citations {
		articles[c.Number] = c
	}
	answer := []rune(reply.Answer)
	plain := replaceMarkers(handleMarker, said.text, "")
	from := 0 // in plain, in bytes
	for _, s := range reply.Sentences {
		text := strings.TrimSpace(replaceMarkers(marker, string(answer[s.Start:s.End]), ""))
		played := PlayedSentence{Text: text, Verdict: s.Verdict, Why: s.Why, Repointed: s.Repointed}
		if i := strings.Index(plain[from:], text); i >= 0 {
			start := utf8.RuneCountInString(plain[:from+i])
			end := start + utf8.RuneCountInString(text)
			from += i + len(text)
			for _, c := range said.changes {
				if c.At >= start && c.At < end {
					played.Was, played.Now = c.Was, c.Now
				}
			}
		}
		played.Right = len(s.Citations) > 0
		for _, n := range s.Citations {
			played.Right = played.Right && r.hasGold(ctx, articles[n], p.question.Gold)
		}
		row.Sentences = append(row.Sentences, played)
	}
}

// handleMarker is a marker with handles, as a model writes it.
var handleMarker = regexp.MustCompile(`\[S\d+\]`)

// hasGold reports whether the cited article holds a quotation of the gold.
func (r *run) hasGold(ctx context.Context, c rag.Citation, gold []Gold) bool {
	text := r.text(ctx, c.Article.ID, c.Article.Version)
	return text != nil && slices.ContainsFunc(gold, func(g Gold) bool { return len(text.folded.locate(g.Quote)) > 0 })
}
