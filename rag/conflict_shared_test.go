package rag_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chuchu/ingest"
	"chuchu/rag"
	"chuchu/rag/cite"
	"chuchu/rag/llm"
)

// shared is where real articles and questions about them may stand, beside the
// repository.
const shared = "../../shared"

// A sharedQuestion is a case of the question sets there.
type sharedQuestion struct {
	ID       string        `json:"id"`
	Type     string        `json:"type"`
	About    string        `json:"about"` // of a conflicting one: quantity, date, name or judgement
	Question string        `json:"question"`
	History  []llm.Message `json:"history"`
	AsOf     string        `json:"as_of"`
	Gold     []struct {
		Article string `json:"article"`
		Quote   string `json:"quote"`
	} `json:"gold"`
}

func sharedQuestions(t *testing.T) []sharedQuestion {
	t.Helper()
	var list []sharedQuestion
	for _, name := range []string{"questions.jsonl", "questions_time.jsonl"} {
		text, err := os.ReadFile(filepath.Join(shared, "eval", name))
		if err != nil {
			t.Skip("no question sets beside the repository")
		}
		lines := bufio.NewScanner(strings.NewReader(string(text)))
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var q sharedQuestion
			if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
				t.Fatal(err)
			}
			if q.ID == "q5-021" { // the first set does not say what they are about
				q.About = "quantity"
			}
			list = append(list, q)
		}
	}
	return list
}

// sharedCollection takes the real articles in.
func sharedCollection(t *testing.T) *collection {
	t.Helper()
	dir := filepath.Join(shared, "corpus")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no real articles beside the repository")
	}
	c := newCollection(t)
	ingester := ingest.New(ingest.Parts{
		Record: c.record, Embedder: c.embedder, Options: ingest.Defaults(),
		CatchUp: func(ctx context.Context) error { return c.index.CatchUp(ctx, c.record) },
	})
	if err := ingester.Ingest(t.Context(), ingest.Walk(t.Context(), []string{dir}, ingest.Meta{}), func(ingest.Result) {}); err != nil {
		t.Fatal(err)
	}
	return c
}

func (q sharedQuestion) ask() rag.ChatRequest {
	r := ask(q.Question)
	r.AsOf = q.AsOf
	r.Messages = append(slices.Clone(q.History), r.Messages...)
	return r
}

// TestConflictsOverShared is the figure that conflicts are measured by: of the
// questions on which articles disagree about a quantity, a date or a name, both
// sides are shown; of the others no conflict is.
func TestConflictsOverShared(t *testing.T) {
	questions := sharedQuestions(t)
	c := sharedCollection(t)
	e := c.engine(nil)
	asked, shown, others, wrong := 0, 0, 0, 0
	var spent time.Duration
	for _, q := range questions {
		started := time.Now()
		reply := chat(t, e, q.ask())
		spent += time.Since(started)
		c.checkConflicts(t, reply)
		switch {
		case q.Type != "conflicting":
			others++
			if len(reply.Conflicts) > 0 {
				wrong++
			}
		case q.About == "quantity" || q.About == "date" || q.About == "name":
			asked++
			if q.bothShown(reply) {
				shown++
			} else {
				t.Logf("%s: %s", q.ID, reply.Status)
			}
		}
		for _, x := range reply.Conflicts {
			t.Logf("%s %s %s: %s", q.ID, q.Type, q.Question, x.About)
			for _, s := range x.Sides {
				t.Log("     ", s.Article.Title, s.Quote)
			}
		}
	}
	t.Logf("both sides shown of %d of %d; a conflict with %d of %d other questions; %s an answer", shown, asked, wrong, others, spent/time.Duration(len(questions)))
	if 10*shown < 8*asked || 20*wrong > others {
		t.Error("below what is wanted")
	}
}

// bothShown reports whether one conflict has, of each gold article, a side that
// holds a sentence of the quotation.
func (q sharedQuestion) bothShown(reply rag.Reply) bool {
	return slices.ContainsFunc(reply.Conflicts, func(x rag.Conflict) bool {
		for _, gold := range q.Gold {
			if !slices.ContainsFunc(x.Sides, func(s rag.Side) bool {
				return squeezed(s.Article.Title) == squeezed(gold.Article) && holdsSentence(s.Quote, gold.Quote)
			}) {
				return false
			}
		}
		return true
	})
}

// holdsSentence reports whether a sentence of gold stands in a quotation.
func holdsSentence(quote, gold string) bool {
	return slices.ContainsFunc(cite.Sentences(gold), func(at cite.Span) bool {
		sentence := string([]rune(gold)[at.Start:at.End])
		return strings.Contains(squeezed(quote), strings.TrimRight(squeezed(sentence), "。"))
	})
}

// squeezed is a text half-width and without blanks.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xff01 && r <= 0xff5e:
			return r - 0xfee0
		case r == ' ' || r == '\n':
			return -1
		}
		return r
	}, s)
}

// TestRandomPairsOverShared takes pairs of passages that were found for one question
// in two articles, asks the question of these two alone, and counts the conflicts:
// there is hardly any.
func TestRandomPairsOverShared(t *testing.T) {
	const wanted = 200
	questions := sharedQuestions(t)
	pairs := passagePairs(t, sharedCollection(t), questions)
	alone, ids := ofPassages(t, pairs)
	e := alone.engine(nil)
	for _, cue := range []string{"", "两篇报道说法一致吗？"} {
		answered, conflicts := 0, 0
		for _, p := range pairs {
			r := p.question.ask()
			r.Messages[len(r.Messages)-1].Content += cue
			r.Filter.ArticleIDs = []string{ids[p.a.Passage.ID], ids[p.b.Passage.ID]}
			r.Window.Mode = "off"
			reply := chat(t, e, r)
			if reply.Status == "refused" || len(reply.Plan.Filter.ArticleIDs) != 2 {
				continue
			}
			answered++
			if len(reply.Conflicts) > 0 {
				conflicts++
				t.Logf("%s%s: %s", p.question.Question, cue, reply.Conflicts[0].About)
				for _, s := range reply.Conflicts[0].Sides {
					t.Log("     ", s.Quote)
				}
			}
			if answered == wanted {
				break
			}
		}
		t.Logf("%q: conflicts in %d of %d pairs", cue, conflicts, answered)
		if cue == "" && 20*conflicts > answered {
			t.Error("more than 5 % of the pairs")
		}
	}
}

// A passagePair is two passages found for a question.
type passagePair struct {
	question sharedQuestion
	a, b     rag.Result
}

// passagePairs returns the pairs of two articles among the first ten passages for
// each question without a conflict, shuffled.
func passagePairs(t *testing.T, c *collection, questions []sharedQuestion) []passagePair {
	t.Helper()
	e := c.engine(nil)
	var pairs []passagePair
	for _, q := range questions {
		if q.Type == "conflicting" {
			continue
		}
		reply := search(t, e, rag.SearchRequest{Query: q.Question, AsOf: q.AsOf, Plan: "rules"})
		for i, a := range reply.Results {
			for _, b := range reply.Results[i+1:] {
				if a.Article.ID != b.Article.ID {
					pairs = append(pairs, passagePair{q, a, b})
				}
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	return pairs
}

// ofPassages makes a collection in which each passage of the pairs is an article.
func ofPassages(t *testing.T, pairs []passagePair) (*collection, map[string]string) {
	t.Helper()
	ids := map[string]string{}
	var articles []article
	for _, p := range pairs {
		for _, x := range []rag.Result{p.a, p.b} {
			if ids[x.Passage.ID] == "" {
				ids[x.Passage.ID] = fmt.Sprintf("p%d", len(ids))
				articles = append(articles, article{ids[x.Passage.ID], x.Article.Title, x.Article.Outlet, string(x.Article.Published), x.Passage.Text})
			}
		}
	}
	return newCollection(t, articles...), ids
}
