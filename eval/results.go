package eval

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
)

// A Result is the report of one set under one setting.
type Result struct {
	Set     string // empty: the only one
	Setting string // as "plan=model vector=0.4"; empty: the only one
	Report  *Report
}

// Results are the reports of sets, each under the same settings, in order.
type Results []Result

// alone reports whether there is one result that needs no name.
func (r Results) alone() bool { return len(r) == 1 && r[0].Set == "" && r[0].Setting == "" }

// sets returns the results of each set.
func (r Results) sets() []Results {
	var all []Results
	for _, result := range r {
		if n := len(all); n > 0 && all[n-1][0].Set == result.Set {
			all[n-1] = append(all[n-1], result)
			continue
		}
		all = append(all, Results{result})
	}
	return all
}

// MarshalJSON writes one report as it is, several under sets and settings, with what
// differs between the first setting and each other one.
func (r Results) MarshalJSON() ([]byte, error) {
	if r.alone() {
		return json.Marshal(r[0].Report)
	}
	type settings struct {
		Settings    map[string]*Report      `json:"settings"`
		Differences map[string][]Difference `json:"differences"`
	}
	sets := map[string]any{}
	var last any
	for _, results := range r.sets() {
		last = results[0].Report
		if results[0].Setting != "" {
			s := settings{map[string]*Report{}, map[string][]Difference{}}
			for i, result := range results {
				s.Settings[result.Setting] = result.Report
				if i > 0 {
					s.Differences[result.Setting] = differences(results[0].Report, result.Report)
				}
			}
			last = s
		}
		sets[results[0].Set] = last
	}
	if r[0].Set == "" {
		return json.Marshal(last)
	}
	return json.Marshal(struct {
		Sets map[string]any `json:"sets"`
	}{sets})
}

// Short returns the limits that are not kept, a line each, as Report.Short does; they
// hold for every set and setting.
func (r Results) Short(limits []Limit) ([]string, error) {
	var all []string
	for _, result := range r {
		short, err := result.Report.Short(limits)
		if err != nil {
			return nil, err
		}
		for _, s := range short {
			all = append(all, result.name()+s)
		}
	}
	return all, nil
}

// name is what stands before a line about the result.
func (r Result) name() string {
	switch {
	case r.Set == "" && r.Setting == "":
		return ""
	case r.Set == "" || r.Setting == "":
		return r.Set + r.Setting + ": "
	}
	return r.Set + ", " + r.Setting + ": "
}

// WriteRows writes the rows of every report, with their set and setting where these
// have names.
func (r Results) WriteRows(w io.Writer) error {
	for _, result := range r {
		named, err := json.Marshal(struct {
			Set     string `json:"set,omitempty"`
			Setting string `json:"setting,omitempty"`
		}{result.Set, result.Setting})
		if err != nil {
			return err
		}
		var rows bytes.Buffer
		if err := result.Report.WriteRows(&rows); err != nil {
			return err
		}
		for line := range bytes.Lines(rows.Bytes()) {
			if result.name() != "" {
				line = slices.Concat(named[:len(named)-1], []byte(","), line[1:])
			}
			if _, err := w.Write(line); err != nil {
				return err
			}
		}
	}
	return nil
}

// WriteCSV writes a line for every figure of a set, with a column for each setting.
func (r Results) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	sets := r.sets()
	head := []string{"set", "figure"}
	for _, result := range sets[0] {
		head = append(head, cmp.Or(result.Setting, "value"))
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, results := range sets {
		if err := results.writeFigures(out); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// writeFigures writes the figures of one set.
func (r Results) writeFigures(out *csv.Writer) error {
	columns := make([]map[string]*float64, len(r))
	keys := map[string]bool{}
	for i, result := range r {
		var err error
		if columns[i], err = result.Report.flat(); err != nil {
			return err
		}
		for key := range columns[i] {
			keys[key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		line := []string{r[0].Set, key}
		for _, figures := range columns {
			value := ""
			if v := figures[key]; v != nil {
				value = strconv.FormatFloat(*v, 'g', 6, 64)
			}
			line = append(line, value)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// Print writes the reports for people: several settings side by side.
func (r Results) Print(w io.Writer) error {
	for i, results := range r.sets() {
		p := &printer{w: w}
		if results[0].Set != "" {
			if i > 0 {
				p.line("")
			}
			p.line("== %s\n", results[0].Set)
		}
		if p.err != nil {
			return p.err
		}
		if results[0].Setting == "" {
			if err := results[0].Report.Print(w); err != nil {
				return err
			}
			continue
		}
		p.compare(results)
		if p.err != nil {
			return p.err
		}
	}
	return nil
}

// A Difference is a question, claim or briefing that one setting does better with than another.
type Difference struct {
	Measured string  `json:"measured"` // search: the rank of the first gold; answer: facts found; claim: 1 when right; briefing: points covered
	ID       string  `json:"id"`
	File     string  `json:"file"`
	Asked    string  `json:"asked,omitempty"` // as in a SearchRow
	Question string  `json:"question"`
	Was      int     `json:"was"`
	Is       int     `json:"is"`
	Up       bool    `json:"up"`
	by       float64 // how much
}

// differences returns what differs in another report of the same set: of searches,
// the largest changes first, then of answers, of claims, and of briefings.
func differences(first, other *Report) []Difference {
	all := []Difference{}
	for i, a := range first.SearchRows {
		b := other.SearchRows[i]
		if a.Rank != b.Rank {
			by := reciprocal(b.Rank) - reciprocal(a.Rank)
			all = append(all, Difference{"search", a.ID, a.File, a.Asked, a.Question, a.Rank, b.Rank, by > 0, max(by, -by)})
		}
	}
	searches := len(all)
	for i, a := range first.AnswerRows {
		was, is := countTrue(a.Facts), countTrue(other.AnswerRows[i].Facts)
		if was != is {
			all = append(all, Difference{"answer", a.ID, a.File, "", a.Question, was, is, is > was, max(float64(is-was), float64(was-is))})
		}
	}
	answers := len(all)
	for i, a := range first.ClaimRows {
		b := other.ClaimRows[i]
		if a.right() != b.right() {
			all = append(all, Difference{"claim", a.ID, a.File, "", a.Text, countTrue([]bool{a.right()}), countTrue([]bool{b.right()}), b.right(), 1})
		}
	}
	for i, a := range first.BriefingRows {
		was, is := a.coveredPoints(), other.BriefingRows[i].coveredPoints()
		if was != is {
			all = append(all, Difference{"briefing", a.ID, a.File, "", a.Topic, was, is, is > was, max(float64(is-was), float64(was-is))})
		}
	}
	largest := func(a, b Difference) int { return cmp.Compare(b.by, a.by) }
	slices.SortStableFunc(all[:searches], largest)
	slices.SortStableFunc(all[searches:answers], largest)
	return all
}

// reciprocal of a rank; 0 where nothing was found.
func reciprocal(rank int) float64 {
	if rank == 0 {
		return 0
	}
	return 1 / float64(rank)
}

func countTrue(all []bool) int {
	n := 0
	for _, b := range all {
		if b {
			n++
		}
	}
	return n
}

// String says the difference on one line.
func (d Difference) String() string {
	sign := "down"
	if d.Up {
		sign = "up"
	}
	what := fmt.Sprintf("facts found %d, was %d", d.Is, d.Was)
	switch {
	case d.Measured == "briefing":
		what = fmt.Sprintf("points covered %d, was %d", d.Is, d.Was)
	case d.Measured == "search":
		what = fmt.Sprintf("rank %s, was %s", rankWord(d.Is), rankWord(d.Was))
	case d.Measured == "claim":
		what = "wrong, was right"
		if d.Up {
			what = "right, was wrong"
		}
	}
	name := d.ID
	if d.Asked == askedAlone {
		name += " without earlier turns"
	}
	return fmt.Sprintf("%-4s  %s: %s  %s", sign, name, what, short(d.Question, questionShown))
}

const questionShown = 50 // columns of a question on a line

func rankWord(rank int) string {
	if rank == 0 {
		return "none"
	}
	return strconv.Itoa(rank)
}

// short cuts a text at so many columns; a Chinese character takes two.
func short(s string, columns int) string {
	for i, r := range s {
		columns--
		if r >= 0x1100 { // from here on most are wide
			columns--
		}
		if columns < 0 {
			return s[:i] + "…"
		}
	}
	return s
}
