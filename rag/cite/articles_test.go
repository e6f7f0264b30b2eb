package cite

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"chuchu/ingest"
)

// A material is what stands beside the checkout: articles, and questions with
// reference answers and the quotations these rest on.
type material struct {
	articles  []article
	pieces    []passage // of all articles
	questions []question
	claims    []question
	weight    func(string) float64
}

type article struct {
	title, published string
	text             []rune
	folded           folded
}

type question struct {
	ID     string
	Type   string
	Answer string
	Text   string // of a claim
	Label  string
	Change string
	Gold   []struct{ Article, Quote string }
}

const beside = "../../../shared"

func readMaterial(t testing.TB) material {
	t.Helper()
	if _, err := os.Stat(filepath.Join(beside, "corpus")); err != nil {
		t.Skip("no articles beside the checkout")
	}
	var m material
	for source, err := range ingest.Walk(t.Context(), []string{filepath.Join(beside, "corpus")}, ingest.Meta{}) {
		if err != nil {
			t.Fatal(err)
		}
		for d, err := range ingest.Read(t.Context(), source, ingest.Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			text := []rune(d.Article.Text)
			m.articles = append(m.articles, article{d.Article.Title, string(d.Article.Published), text, fold(text)})
		}
	}
	m.questions = readLines(t, filepath.Join(beside, "eval", "questions.jsonl"))
	m.claims = readLines(t, filepath.Join(beside, "eval", "claims.jsonl"))
	for i, a := range m.articles {
		for at := 0; at < len(a.text); at += 400 {
			m.pieces = append(m.pieces, m.passage(i, at, at+500))
		}
	}
	m.weigh()
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

// weigh makes the weights inverse frequencies over the pieces.
func (m *material) weigh() {
	frequency, pieces := map[string]int{}, float64(len(m.pieces))
	for _, p := range m.pieces {
		for term := range p.source.place {
			frequency[term]++
		}
	}
	m.weight = func(term string) float64 {
		n := float64(frequency[term])
		if n == 0 {
			return 0
		}
		return math.Log(1 + (pieces-n+.5)/(n+.5))
	}
}

// A passage is a part of an article.
type passage struct {
	article    int
	start, end int
	source     *Source
}

func (m material) passage(article, start, end int) passage {
	a := m.articles[article]
	start, end = max(0, start), min(len(a.text), end)
	return passage{article, start, end, NewSource(string(a.text[start:end]), a.published)}
}

// around is how much text a passage has before and after the quotation it holds.
const around = 250

// passages returns the passages that hold the quotations of a question.
func (m material) passages(q question) []passage {
	var list []passage
	for _, g := range q.Gold {
		for i, a := range m.articles {
			if a.title != g.Article && strings.Join(strings.Fields(a.title), "") != strings.Join(strings.Fields(g.Article), "") {
				continue
			}
			quote := fold([]rune(g.Quote)).text
			if at := strings.Index(a.folded.text, quote); at >= 0 {
				span := a.folded.span(at, at+len(quote))
				list = append(list, m.passage(i, span.Start-around, span.End+around))
			}
		}
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

var (
	figureIn = regexp.MustCompile(`\d+(?:[.,]\d+)*`)
	tenths   = regexp.MustCompile(`[三四五六七八][成年倍个家名月亿万]`)
)

// withOtherFigures returns the sentence once for each of its numbers, with that
// changed to another that may stand there.
func withOtherFigures(s string) []string {
	var list []string
	for _, at := range figureIn.FindAllStringIndex(s, -1) {
		before, _ := utf8.DecodeLastRuneInString(s[:at[0]])
		after, _ := utf8.DecodeRuneInString(s[at[1]:])
		if unicode.Is(unicode.Latin, before) || before == '双' {
			continue
		}
		list = append(list, s[:at[0]]+otherFigure(s[at[0]:at[1]], after)+s[at[1]:])
	}
	for _, at := range tenths.FindAllStringIndex(s, -1) {
		next := map[string]string{"三": "五", "四": "六", "五": "七", "六": "八", "七": "三", "八": "四"}
		list = append(list, s[:at[0]]+next[s[at[0]:at[0]+3]]+s[at[0]+3:])
	}
	return list
}

// otherFigure returns another number in place of one before the given character.
func otherFigure(figure string, after rune) string {
	n, err := strconv.Atoi(figure)
	switch {
	case err == nil && after == '月':
		return strconv.Itoa(n%12 + 1)
	case err == nil && after == '日':
		return strconv.Itoa(n%28 + 1)
	case err == nil && len(figure) == 4 && n > 1990 && n < 2030:
		return strconv.Itoa(n - 1 - n%2)
	}
	return string('1'+(figure[0]-'0'+2)%9) + figure[1:]
}

// nearest returns the passages of all articles that hold most of the sentence, best
// first, apart from those of the given articles.
func (m material) nearest(s string, own []passage, n int) []*Source {
	c := newClaim(s, m.weight)
	type scored struct {
		source *Source
		score  float64
	}
	var list []scored
	for _, p := range m.pieces {
		if slices.ContainsFunc(own, func(o passage) bool { return o.article == p.article }) {
			continue
		}
		score := 0.0
		for _, t := range c.terms {
			if len(p.source.place[t.text]) > 0 {
				score += t.weight
			}
		}
		list = append(list, scored{p.source, score})
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var best []*Source
	for _, x := range list[:min(n, len(list))] {
		best = append(best, x.source)
	}
	return best
}

// TestOnArticles counts verdicts on sentences of reference answers, held against
// the passages they were written from; on the same once for each number and date with
// that changed, and with the first one alone; on the same against the passage of
// another article that is nearest; and on claims against the passages nearest to
// them. What makes no claim does not count. To read the figures, by halves of the
// questions too:
//
//	go test -run TestOnArticles -v ./rag/cite
func TestOnArticles(t *testing.T) {
	m := readMaterial(t)
	counts := tally{}
	for i, q := range m.questions {
		if len(q.Gold) == 0 || q.Type == "cross_lingual" {
			continue
		}
		line := []string{"odd", "even"}[i%2]
		passages := m.passages(q)
		own := sourcesFrom(passages)
		for _, s := range cutAt(q.Answer) {
			counts.add("true", line, Judge(s, own, m.weight))
			counts.add("alone", line, Judge(s, own, m.weight, Alone()))
			counts.add("moved", line, Judge(s, m.nearest(s, passages, 1), m.weight))
			for n, changed := range withOtherFigures(s) {
				j := Judge(changed, own, m.weight)
				counts.add("changed", line, j)
				if n == 0 {
					counts.add("first changed", line, j)
				}
			}
		}
	}
	for i, q := range m.claims {
		line := []string{"odd", "even"}[i%2]
		j := Judge(q.Text, m.nearest(q.Text, nil, bestSources), m.weight, Searched())
		counts.add("claim", line, j)
		counts.add("claim, "+q.Label, line, j)
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%-26s %v", name, counts[name])
	}
	counts.check(t)
}

// bestSources is how many passages a claim is held against.
const bestSources = 3

// check prints the figures, all and by half, and holds them with some room.
func (c tally) check(t *testing.T) {
	t.Helper()
	for _, figure := range []struct {
		what        string
		share       func(line string) float64
		least, most float64
	}{
		{"true: quoted or supported", func(l string) float64 { return c.share("true"+l, Quoted, Supported) }, .88, 1},
		{"alone: quoted or supported", func(l string) float64 { return c.share("alone"+l, Quoted, Supported) }, .3, 1},
		{"true: contradicted", func(l string) float64 { return c.share("true"+l, Contradicted) }, 0, .03},
		{"changed: contradicted", func(l string) float64 { return c.share("changed"+l, Contradicted) }, .78, 1},
		{"changed: quoted or supported", func(l string) float64 { return c.share("changed"+l, Quoted, Supported) }, 0, .03},
		{"first changed: contradicted", func(l string) float64 { return c.share("first changed"+l, Contradicted) }, .75, 1},
		{"first changed: quoted or supported", func(l string) float64 { return c.share("first changed"+l, Quoted, Supported) }, 0, .03},
		{"moved: quoted or supported", func(l string) float64 { return c.share("moved"+l, Quoted, Supported) }, 0, .03},
		{"claims, quoted or supported: right", func(l string) float64 { return c.right("supported", l, Quoted, Supported) }, .85, 1},
		{"claims, contradicted: right", func(l string) float64 { return c.right("contradicted", l, Contradicted) }, .75, 1},
		{"claims: decided", func(l string) float64 { return c.share("claim"+l, Quoted, Supported, Contradicted) }, .1, 1},
	} {
		all := figure.share("")
		t.Logf("%-36s %.3f (odd %.3f, even %.3f)", figure.what, all, figure.share(", odd"), figure.share(", even"))
		if all < figure.least || all > figure.most {
			t.Errorf("%s: %.3f, want %.2f to %.2f", figure.what, all, figure.least, figure.most)
		}
	}
}

// right returns of the claims that were given one of the verdicts the share that has
// the label.
func (c tally) right(label, line string, verdicts ...Verdict) float64 {
	n, of := 0, 0
	for _, v := range verdicts {
		n += c["claim, "+label+line][v]
		of += c["claim"+line][v]
	}
	return float64(n) / float64(max(of, 1))
}

// A tally counts verdicts by what was judged.
type tally map[string]map[Verdict]int

func (c tally) add(name, line string, j Judgement) {
	for _, name := range []string{name, name + ", " + line} {
		if c[name] == nil {
			c[name] = map[Verdict]int{}
		}
		c[name][j.Verdict]++
	}
}

// share returns the share of what was judged that has one of the verdicts; what
// makes no claim does not count.
func (c tally) share(name string, verdicts ...Verdict) float64 {
	n, of := 0, 0
	for v, k := range c[name] {
		if v == None {
			continue
		}
		of += k
		if slices.Contains(verdicts, v) {
			n += k
		}
	}
	return float64(n) / float64(max(of, 1))
}

// TestSentencesStandAlone takes the sentences of the articles out, as an answer of
// extracts does: on a line of its own, with a marker, each must be one again.
func TestSentencesStandAlone(t *testing.T) {
	m := readMaterial(t)
	n, torn := 0, 0
	for _, a := range m.articles {
		for _, s := range cutAt(string(a.text)) {
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
