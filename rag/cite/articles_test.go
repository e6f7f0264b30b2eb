package cite

import (
	"bufio"
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// A material is what stands beside the checkout: articles, and questions with
// reference answers and the quotations these rest on.
type material struct {
	texts     map[string][]rune // by file name
	questions []question
	claims    []question
	weight    func(string) float64
}

type question struct {
	ID     string
	Type   string
	Answer string
	Text   string // of a claim
	Label  string
	Change string
	Gold   []struct{ Seed, Quote string }
}

const beside = "../../../shared"

func readMaterial(t testing.TB) material {
	t.Helper()
	if _, err := os.Stat(filepath.Join(beside, "corpus")); err != nil {
		t.Skip("no articles beside the checkout")
	}
	m := material{texts: map[string][]rune{}}
	files, err := filepath.Glob(filepath.Join(beside, "corpus", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m.texts[filepath.Base(file)] = []rune(string(text))
	}
	m.questions = readLines(t, filepath.Join(beside, "eval", "questions.jsonl"))
	m.claims = readLines(t, filepath.Join(beside, "eval", "claims.jsonl"))
	m.weight = weights(m.texts)
	return m
}

func readLines(t testing.TB, file string) []question {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Skip(err)
	}
	var list []question
	for lines := bufio.NewScanner(bytes.NewReader(content)); lines.Scan(); {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		list = append(list, q)
	}
	return list
}

// weights are inverse frequencies over pieces of 400 characters.
func weights(texts map[string][]rune) func(string) float64 {
	frequency, pieces := map[string]int{}, 0
	for _, text := range texts {
		for at := 0; at < len(text); at += 400 {
			pieces++
			for _, term := range Terms(string(text[at:min(at+400, len(text))])) {
				frequency[term]++
			}
		}
	}
	return func(term string) float64 {
		n := frequency[term]
		if n == 0 {
			return 0
		}
		return math.Log(1 + (float64(pieces)-float64(n)+.5)/(float64(n)+.5))
	}
}

// A passage is a part of a file.
type passage struct {
	seed       string
	start, end int
	source     *Source
}

// passages returns the passages that hold the quotations of a question.
func (m material) passages(q question) []passage {
	var list []passage
	for _, g := range q.Gold {
		text := m.texts[g.Seed]
		at := strings.Index(string(text), g.Quote)
		if at < 0 {
			continue
		}
		start := utf8.RuneCountInString(string(text)[:at])
		p := passage{seed: g.Seed, start: max(0, start-250), end: min(len(text), start+utf8.RuneCountInString(g.Quote)+250)}
		p.source = NewSource(string(text[p.start:p.end]))
		list = append(list, p)
	}
	return list
}

func sourcesFrom(passages []passage) []*Source {
	var list []*Source
	for _, p := range passages {
		list = append(list, p.source)
	}
	return list
}

// withOtherFigure changes the first figure of a sentence.
func withOtherFigure(s string) (string, bool) {
	runes := []rune(s)
	for i, r := range runes {
		if isDigit(r) && !(i > 0 && unicode.Is(unicode.Latin, runes[i-1])) {
			runes[i] = '1' + (r-'0'+2)%9
			return string(runes), runes[i] != r
		}
	}
	for i := range runes {
		if d := strings.IndexRune("三四五六七八", runes[i]); d >= 0 && i+1 < len(runes) && strings.ContainsRune("成年倍个家名月亿万", runes[i+1]) {
			runes[i] = []rune("五六七八三四")[d/3]
			return string(runes), true
		}
	}
	return "", false
}

// nearest returns the passage of all questions that holds most of the sentence,
// apart from its own.
func nearest(s string, own []passage, all [][]passage, weight func(string) float64) []*Source {
	c := newClaim(s, weight)
	var best *Source
	most := -1.0
	for _, p := range slices.Concat(all...) {
		if slices.ContainsFunc(own, func(o passage) bool { return o.seed == p.seed && p.start < o.end && o.start < p.end }) {
			continue
		}
		j := Judgement{Spans: make([]Span, 1), Located: make([]bool, 1)}
		j.Spans[0], j.Located[0] = c.align(p.source)
		if n := c.covered(c.evidence([]*Source{p.source}, j)); n > most {
			best, most = p.source, n
		}
	}
	return []*Source{best}
}

// TestOnArticles counts verdicts on sentences of reference answers, held against
// the passages they were written from, against the same with a figure changed, and
// against the passage of another question that is nearest.
func TestOnArticles(t *testing.T) {
	m := readMaterial(t)
	counts := tally{}
	all := make([][]passage, len(m.questions))
	for i, q := range m.questions {
		all[i] = m.passages(q)
	}
	for i, q := range m.questions {
		if len(q.Gold) == 0 || q.Type == "cross_lingual" {
			continue
		}
		for _, s := range cutAt(q.Answer) {
			own := sourcesFrom(all[i])
			counts.add("true", Judge(s, own, m.weight))
			counts.add("moved", Judge(s, nearest(s, all[i], all, m.weight), m.weight))
			if changed, ok := withOtherFigure(s); ok {
				counts.add("changed", Judge(changed, own, m.weight))
			}
		}
	}
	for _, q := range m.claims {
		if len(q.Gold) > 0 {
			counts.add("claim, "+q.Label, Judge(q.Text, sourcesFrom(m.passages(q)), m.weight))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%-20s %v", name, counts[name])
	}
	for name, least := range map[string]float64{"true": .6, "moved": 0, "changed": 0} {
		if got := counts.firm(name); got < least || least == 0 && got > .03 {
			t.Errorf("%s: %.2f called quoted or supported", name, got)
		}
	}
}

// A tally counts verdicts by what was judged.
type tally map[string]map[Verdict]int

func (c tally) add(name string, j Judgement) {
	if c[name] == nil {
		c[name] = map[Verdict]int{}
	}
	c[name][j.Verdict]++
}

// firm returns the share that was called quoted or supported.
func (c tally) firm(name string) float64 {
	n := 0
	for _, k := range c[name] {
		n += k
	}
	return float64(c[name][Quoted]+c[name][Supported]) / float64(max(n, 1))
}

// TestSentencesStandAlone takes the sentences of the articles out, as an answer of
// extracts does: on a line of its own, with a marker, each must be one again.
func TestSentencesStandAlone(t *testing.T) {
	m := readMaterial(t)
	n, torn := 0, 0
	for _, text := range m.texts {
		for _, s := range cutAt(string(text)) {
			n++
			if got := cutAt("前一句。[2]\n" + Escape(s) + "[1]\n后一句。[3]"); len(got) != 3 {
				torn++
				t.Logf("%d sentences: %s", len(got)-2, s)
			}
		}
	}
	if torn*1000 > n {
		t.Errorf("%d of %d sentences are not one", torn, n)
	}
}
