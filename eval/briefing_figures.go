package eval

import (
	"fmt"

	"chuchu/briefing"
)

// BriefingFigures are of the briefings. One that was not made covers nothing.
type BriefingFigures struct {
	All     BriefingQuality            `json:"all"`
	File    map[string]BriefingQuality `json:"file"`
	Topic   map[string]BriefingQuality `json:"topic"` // by id
	Latency Latency                    `json:"latency"`
}

// BriefingQuality is how good briefings are.
type BriefingQuality struct {
	N         int      `json:"n"`
	Done      int      `json:"done"`
	Points    int      `json:"points"`
	Covered   *float64 `json:"covered"`    // points that are cited, or there by numbers
	Cited     *float64 `json:"cited"`      // points whose quotation a span holds 30 % of
	ByNumbers *float64 `json:"by_numbers"` // points whose numbers stand in the text
	InBody    *float64 `json:"in_body"`    // points that the sections cover by themselves
	Sentences *float64 `json:"sentences"`  // of the sections, a briefing
	Chars     *float64 `json:"chars"`      // of the sections, a briefing, without markers
	MostChars *float64 `json:"most_chars"` // of the longest
	Articles  *float64 `json:"articles"`   // cited, a briefing
	Dropped   *float64 `json:"dropped"`    // sentences, a briefing
	Claims    *float64 `json:"claims_cited"`
	Held      *float64 `json:"claims_held"` // quoted or supported
	Citations Share    `json:"citations"`   // spans that are their article's text
	Faults    int      `json:"faults"`      // broken rules of numbering and spans, one by one
	Repeated  *float64 `json:"repeated"`    // sentences of the sections that repeat an earlier one
}

func briefingFigures(rows []BriefingRow) *BriefingFigures {
	var ms []float64
	for _, r := range rows {
		if r.Error == "" {
			ms = append(ms, r.MS)
		}
	}
	return &BriefingFigures{
		All:     briefingQuality(rows),
		File:    groups(rows, func(r BriefingRow) string { return r.File }, briefingQuality),
		Topic:   groups(rows, func(r BriefingRow) string { return r.ID }, briefingQuality),
		Latency: latencyOf(ms),
	}
}

func briefingQuality(rows []BriefingRow) BriefingQuality {
	var points []PointRow
	var sum BriefingRow
	faults, repeated, most := 0, 0, 0
	for _, r := range rows {
		points = append(points, r.Points...)
		sum.Sentences, sum.Claims, sum.Cited, sum.Held = sum.Sentences+r.Sentences, sum.Claims+r.Claims, sum.Cited+r.Cited, sum.Held+r.Held
		sum.Spans, sum.Right = sum.Spans+r.Spans, sum.Right+r.Right
		faults, repeated, most = faults+len(r.Faults), repeated+len(r.Repeats), max(most, r.Chars)
	}
	done := only(rows, func(r BriefingRow) bool { return r.Status == briefing.Done })
	each := func(of func(BriefingRow) int) *float64 {
		return mean(done, func(r BriefingRow) *float64 { return number64(float64(of(r))) })
	}
	q := BriefingQuality{
		N: len(rows), Done: len(done), Points: len(points),
		Covered: part(points, PointRow.covered), Cited: part(points, PointRow.cited),
		ByNumbers: part(points, func(p PointRow) bool { return p.Numbers }), InBody: part(points, PointRow.inBody),
		Sentences: each(func(r BriefingRow) int { return r.Sentences }), Chars: each(func(r BriefingRow) int { return r.Chars }),
		Articles: each(func(r BriefingRow) int { return r.Articles }), Dropped: each(func(r BriefingRow) int { return r.Dropped }),
		Claims: shareOf(sum.Cited, sum.Claims).Part, Held: shareOf(sum.Held, sum.Claims).Part,
		Citations: shareOf(sum.Right, sum.Spans), Faults: faults, Repeated: shareOf(repeated, sum.Sentences).Part,
	}
	if len(done) > 0 {
		q.MostChars = number64(float64(most))
	}
	return q
}

// briefings prints what briefings cover and what they are made of.
func (p *printer) briefings(r *Report) {
	f := r.Briefings
	if f == nil {
		return
	}
	p.line("")
	rows := [][]string{{"briefings", "done", "points", "covered", "cited", "numbers", "in body", "sentences", "chars", "articles", "dropped", "repeated"}}
	add := func(name string, q BriefingQuality) {
		rows = append(rows, []string{
			name, fmt.Sprintf("%d/%d", q.Done, q.N), fmt.Sprint(q.Points), cell(q.Covered), cell(q.Cited), cell(q.ByNumbers), cell(q.InBody),
			whole(q.Sentences), whole(q.Chars), whole(q.Articles), whole(q.Dropped), cell(q.Repeated),
		})
	}
	add("all", f.All)
	if len(f.File) > 1 {
		eachGroup(f.File, "  file ", add)
	}
	eachGroup(f.Topic, "  ", add)
	p.table(rows)
	c := f.All.Citations
	p.line("claims with a citation %s, quoted or supported %s; citations: %d of %d spans exact; broken rules %d", cell(f.All.Claims), cell(f.All.Held), c.Right, c.Checked, f.All.Faults)
	p.line("%s", f.Latency)
	var missed []string
	for _, row := range r.BriefingRows {
		for _, point := range row.Points {
			if !point.covered() {
				missed = append(missed, row.ID+": "+point.Point)
			}
		}
	}
	p.list("points not covered", missed)
}
