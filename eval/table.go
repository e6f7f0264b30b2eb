package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// Print writes the figures for people.
func (r *Report) Print(w io.Writer) error {
	p := &printer{w: w}
	p.line("%d questions, %d claims, %d briefings, %d failed requests", r.Questions, len(r.ClaimRows), len(r.BriefingRows), r.Errors)
	if r.Search.All.N > 0 {
		p.search(r)
	}
	if r.Questions > 0 {
		p.answers(r.Answers)
	}
	p.played(r.Played)
	p.topics(r.Topics)
	p.claims(r.Claims)
	p.briefings(r)
	p.list("not measured", r.NotMeasured)
	p.list("could not be read", r.Faults)
	p.list("failed requests", r.Failed)
	p.list("broken citations", r.broken())
	return p.err
}

// WriteRows writes a line of JSON for every search, with plans and without, every
// answer, answer played back, topicality, claim and briefing.
func (r *Report) WriteRows(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return errors.Join(
		encodeAll(e, r.SearchRows), encodeAll(e, r.PlannedRows), encodeAll(e, r.AnswerRows),
		encodeAll(e, r.PlayedRows), encodeAll(e, r.TopicRows), encodeAll(e, r.ClaimRows), encodeAll(e, r.BriefingRows),
	)
}

func encodeAll[R any](e *json.Encoder, rows []R) error {
	for _, row := range rows {
		if err := e.Encode(row); err != nil {
			return err
		}
	}
	return nil
}

func (r *Report) broken() []string {
	var all []string
	for _, row := range r.AnswerRows {
		for _, fault := range row.Faults {
			all = append(all, row.ID+": "+fault)
		}
	}
	for _, row := range r.BriefingRows {
		for _, fault := range row.Faults {
			all = append(all, row.ID+": "+fault)
		}
	}
	return all
}

// A printer keeps the first error of writing.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

const mostListed = 10 // lines of a list; --rows and --json have all

func (p *printer) list(what string, lines []string) {
	if len(lines) == 0 {
		return
	}
	p.line("\n%s:", what)
	for _, l := range lines[:min(len(lines), mostListed)] {
		p.line("  %s", l)
	}
	if more := len(lines) - mostListed; more > 0 {
		p.line("  and %d more", more)
	}
}

func (p *printer) search(r *Report) {
	f := r.Search
	p.line("")
	rows := [][]string{{"search", "n", "hit@1", "hit@5", "hit@10", "MRR", "gold@10"}}
	add := func(name string, k Ranks) {
		rows = append(rows, []string{name, fmt.Sprint(k.N), cell(k.Hit1), cell(k.Hit5), cell(k.Hit10), cell(k.MRR), cell(k.Gold10)})
	}
	add("all with an answer", f.All)
	eachGroup(f.File, "  file ", add)
	eachGroup(f.Type, "  ", add)
	if f.Alone.N > 0 {
		add("  (followup, without earlier turns)", f.Alone)
	}
	if f.Planned.N > 0 {
		add("with a model's plan (played back)", f.Planned.Ranks)
		add("  the same questions by rules", f.Planned.Rules)
	}
	p.table(rows)
	p.fallbacks("planned by rules, as the model gave no plan", f.Fallbacks)
	p.fallbacks("plans that could not be played back", f.Planned.Fallbacks)
	if f.All.WindowRight != nil || f.All.TrapAvoided != nil {
		p.line("time: window right %s, gold above the article of another date %s", cell(f.All.WindowRight), cell(f.All.TrapAvoided))
	}
	if r.HistoryInFront {
		p.line("a server's search takes no earlier turns: they stand in front of a follow-up's question here")
	}
	p.line("passages that are their article's text: %d of %d; %s", f.Passages.Right, f.Passages.Checked, f.Latency)
}

func (p *printer) answers(f AnswerFigures) {
	p.line("")
	rows := [][]string{{"answers", "n", "fact recall", "facts found", "all facts", "refused", "partial", "chars", "gold cited"}}
	add := func(name string, q AnswerQuality) {
		rows = append(rows, []string{
			name, fmt.Sprint(q.N), cell(q.FactRecall), cell(q.FactsFound), cell(q.AllFacts),
			cell(q.Refused), cell(q.Partial), whole(q.Chars), cell(q.GoldCited),
		})
	}
	add("all with an answer", f.All)
	eachGroup(f.File, "  file ", add)
	eachGroup(f.Type, "  ", add)
	p.table(rows)
	r, c := f.Refusal, f.Citations
	p.line("refused: %s of %d without an answer (or partial: %s), falsely %s of %d", cell(r.Rate), r.Unanswerable, cell(r.RefusedOrPartial), cell(r.FalseRate), r.Answerable)
	if r.OffTopic > 0 {
		p.line("off topic: %s of %d refused as such, before a model is asked", cell(r.OffTopicRate), r.OffTopic)
	}
	if len(r.Reasons) > 0 {
		p.line("reasons of refusals: %s", counts(r.Reasons))
	}
	p.line("citations: %d of %d spans exact, %s an answer; broken rules %d", c.Right, c.Checked, cell(c.PerAnswer), c.Faults)
	p.line("  precision %s (spans that overlap gold), recall %s (gold that a span overlaps)", cell(c.OverlapGold), cell(c.Recall))
	if len(f.Verdicts) > 0 {
		p.line("verdicts: %s", counts(f.Verdicts))
	}
	if len(f.Caveats) > 0 {
		p.line("caveats: %s", counts(f.Caveats))
	}
	if d := f.Conflicts; d != nil {
		p.conflicts(d)
	}
	if s := f.Strict; s != nil {
		p.line("verify: strict: fact recall %s of %d, refused %s, sentences left out %s an answer", cell(s.FactRecall), s.N, cell(s.Refused), cell(s.Dropped))
	}
	p.line("mode: %s; %s", counts(f.Modes), f.Latency)
}

func (p *printer) conflicts(f *ConflictFigures) {
	var parts []string
	eachGroup(f.About, "", func(about string, c ConflictShare) {
		parts = append(parts, fmt.Sprintf("%s %s of %d", about, cell(c.Both), c.N))
	})
	p.line("disagreements: both sides shown %s of %d; some shown with %s of the other questions", cell(f.Both), f.N, cell(f.Elsewhere))
	if len(parts) > 0 {
		p.line("  about %s", strings.Join(parts, ", "))
	}
}

// claims prints what checks said of claims.
func (p *printer) claims(f *ClaimFigures) {
	if f == nil {
		return
	}
	p.line("")
	rows := [][]string{append([]string{"label \\ said"}, said()...)}
	for _, l := range labels() {
		row := []string{l}
		for _, s := range said() {
			row = append(row, fmt.Sprint(f.Confusion[l][s]))
		}
		rows = append(rows, row)
	}
	p.table(rows)
	rows = [][]string{{"claims", "n", "right", "decided", "supp. right", "contr. right", "supp. found", "contr. found", "evidence", "passage"}}
	add := func(name string, q ClaimQuality) {
		rows = append(rows, []string{
			name, fmt.Sprint(q.N), cell(q.Accuracy), cell(q.FirmShare), cell(q.SupportedPrecision), cell(q.ContradictedPrecision),
			cell(q.SupportedRecall), cell(q.ContradictedRecall), cell(q.Evidence), cell(q.EvidencePassage),
		})
	}
	add("all", f.All)
	if len(f.File) > 1 {
		eachGroup(f.File, "  file ", add)
	}
	eachGroup(f.Language, "  ", add)
	p.line("")
	p.table(rows)
	rows = [][]string{{"by change", "n", "right", "said supported"}}
	eachGroup(f.Change, "  ", func(name string, q ChangeQuality) {
		rows = append(rows, []string{name, fmt.Sprint(q.N), cell(q.Right), cell(q.SaidSupported)})
	})
	if len(rows) > 1 {
		p.line("")
		p.table(rows)
	}
	p.line("spans: %d of %d exact; judged by %s; %s", f.Citations.Right, f.Citations.Checked, counts(f.Judges), f.Latency)
}

func (p *printer) fallbacks(what string, reasons map[string]int) {
	if len(reasons) > 0 {
		p.line("%s: %s", what, counts(reasons))
	}
}

// counts writes "a 1, b 2".
func counts(of map[string]int) string {
	var all []string
	for _, k := range slices.Sorted(maps.Keys(of)) {
		all = append(all, fmt.Sprintf("%s %d", k, of[k]))
	}
	return strings.Join(all, ", ")
}

// String says the latencies on one line.
func (l Latency) String() string {
	return fmt.Sprintf("latency ms: p50 %s, p95 %s, max %s", cell(l.P50), cell(l.P95), cell(l.Max))
}

func eachGroup[F any](groups map[string]F, prefix string, add func(string, F)) {
	for _, k := range slices.Sorted(maps.Keys(groups)) {
		add(prefix+k, groups[k])
	}
}

// cell writes a figure with three places, long numbers with one.
func cell(v *float64) string {
	switch {
	case v == nil:
		return "-"
	case *v < 10 && *v > -10:
		return fmt.Sprintf("%.3f", *v)
	}
	return fmt.Sprintf("%.1f", *v)
}

// whole writes a figure without places.
func whole(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.0f", *v)
}

// table writes rows in columns, the first to the left, the others to the right.
func (p *printer) table(rows [][]string) {
	if p.err != nil {
		return
	}
	widest := 0
	for _, r := range rows {
		widest = max(widest, utf8.RuneCountInString(r[0]))
	}
	t := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, r := range rows {
		first := r[0] + strings.Repeat(" ", widest-utf8.RuneCountInString(r[0]))
		fmt.Fprintln(t, first+"\t"+strings.Join(r[1:], "\t")+"\t")
	}
	p.err = t.Flush()
}
