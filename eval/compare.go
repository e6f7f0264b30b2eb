package eval

import (
	"fmt"
	"maps"
	"slices"
)

// A compared is a figure that settings are compared by.
type compared struct {
	name string
	of   func(*Report) *float64
}

// comparedFigures are those of all questions and claims; the table has also a row for
// each type of question.
func comparedFigures() []compared {
	return []compared{
		{"hit@1", func(r *Report) *float64 { return r.Search.All.Hit1 }},
		{"hit@5", func(r *Report) *float64 { return r.Search.All.Hit5 }},
		{"hit@10", func(r *Report) *float64 { return r.Search.All.Hit10 }},
		{"MRR", func(r *Report) *float64 { return r.Search.All.MRR }},
		{"gold@10", func(r *Report) *float64 { return r.Search.All.Gold10 }},
		{"window right", func(r *Report) *float64 { return r.Search.All.WindowRight }},
		{"gold above other date", func(r *Report) *float64 { return r.Search.All.TrapAvoided }},
		{"fact recall", func(r *Report) *float64 { return r.Answers.All.FactRecall }},
		{"gold cited", func(r *Report) *float64 { return r.Answers.All.GoldCited }},
		{"refused, unanswerable", func(r *Report) *float64 { return r.Answers.Refusal.Rate }},
		{"refused falsely", func(r *Report) *float64 { return r.Answers.Refusal.FalseRate }},
		{"characters", func(r *Report) *float64 { return r.Answers.All.Chars }},
		{"claims right", claimFigure(func(q ClaimQuality) *float64 { return q.Accuracy })},
		{"claims' passage shown", claimFigure(func(q ClaimQuality) *float64 { return q.EvidencePassage })},
		{"points covered", briefingFigure(func(q BriefingQuality) *float64 { return q.Covered })},
		{"briefing repeats itself", briefingFigure(func(q BriefingQuality) *float64 { return q.Repeated })},
		{"search p95 ms", func(r *Report) *float64 { return r.Search.Latency.P95 }},
	}
}

func claimFigure(figure func(ClaimQuality) *float64) func(*Report) *float64 {
	return func(r *Report) *float64 {
		if r.Claims == nil {
			return nil
		}
		return figure(r.Claims.All)
	}
}

func briefingFigure(figure func(BriefingQuality) *float64) func(*Report) *float64 {
	return func(r *Report) *float64 {
		if r.Briefings == nil {
			return nil
		}
		return figure(r.Briefings.All)
	}
}

// byType are the figures of each type of question that the report has.
func byType(r *Report) []compared {
	var all []compared
	for _, t := range slices.Sorted(maps.Keys(r.Search.Type)) {
		all = append(all, compared{"hit@5 " + t, func(r *Report) *float64 { return r.Search.Type[t].Hit5 }})
	}
	for _, t := range slices.Sorted(maps.Keys(r.Answers.Type)) {
		all = append(all, compared{"facts " + t, func(r *Report) *float64 { return r.Answers.Type[t].FactRecall }})
	}
	return all
}

// columnsShown are how many settings stand side by side on a page.
const columnsShown = 8

// compare prints settings side by side, a column each, and which questions do better
// or worse than with the first.
func (p *printer) compare(results Results) {
	letters := make([]string, len(results))
	for i, r := range results {
		letters[i] = letter(i)
		p.line("%s: %s", letters[i], r.Setting)
	}
	p.line("%d questions, %d claims, %d briefings", results[0].Report.Questions, len(results[0].Report.ClaimRows), len(results[0].Report.BriefingRows))
	for from := 0; from < len(results); from += columnsShown {
		to := min(from+columnsShown, len(results))
		p.line("")
		p.columns(letters[from:to], results[from:to])
	}
	for i, r := range results {
		if i > 0 {
			p.differences(letters[i], letters[0], differences(results[0].Report, r.Report))
		}
		p.list("failed requests with "+letters[i], r.Report.Failed)
	}
	p.list("not measured", results[0].Report.NotMeasured)
	p.list("could not be read", results[0].Report.Faults)
}

// columns prints a column for each result.
func (p *printer) columns(heads []string, results Results) {
	rows := [][]string{append([]string{""}, heads...)}
	for _, f := range slices.Concat(comparedFigures(), byType(results[0].Report)) {
		row, any := []string{f.name}, false
		for _, r := range results {
			v := f.of(r.Report)
			any = any || v != nil
			row = append(row, cell(v))
		}
		if any {
			rows = append(rows, row)
		}
	}
	p.table(rows)
}

// differences prints what differs, ups and downs counted.
func (p *printer) differences(other, first string, all []Difference) {
	count := map[string]int{}
	var lines []string
	for _, d := range all {
		if d.Up {
			count[d.Measured+" up"]++
		} else {
			count[d.Measured+" down"]++
		}
		lines = append(lines, d.String())
	}
	if len(all) == 0 {
		p.line("\n%s against %s: no question differs", other, first)
		return
	}
	p.list(fmt.Sprintf("%s against %s (%s)", other, first, counts(count)), lines)
}

// letter names a column: A to Z, then A1, B1 …
func letter(i int) string {
	name := string(rune('A' + i%26))
	if i >= 26 {
		name += fmt.Sprint(i / 26)
	}
	return name
}
