package rag_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chuchu/corpus"
	"chuchu/ingest"
	"chuchu/rag"
	"chuchu/rag/embed"
	"chuchu/rag/llm"
)

// readLines reads a file of JSON lines.
func readLines[T any](t testing.TB, file string) (list []T) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		list = append(list, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// A setQuestion is a line of a question set.
type setQuestion struct {
	ID, Type, Question string
	AsOf               string `json:"as_of"`
	History            []llm.Message
}

func (q setQuestion) request() rag.SearchRequest {
	return rag.SearchRequest{Query: q.Question, AsOf: q.AsOf, History: q.History, Plan: "rules"}
}

// An everydayArticle is an article about something else than clouds, with a question
// that it answers.
type everydayArticle struct{ ID, Title, Text, Question string }

// TestOffTopicCostsNothing: the model is not asked, and the reply says what was
// searched and what comes nearest.
func TestOffTopicCostsNothing(t *testing.T) {
	c := newCollection(t, news()...)
	model := llm.NewScripted(llm.Script{Text: "三层五花[S1]。"})
	for _, question := range []string{"红烧肉怎么炖才不腻？", "How do I remove red wine stains from a carpet?"} {
		reply := chat(t, c.engine(model), ask(question))
		c.check(t, reply)
		if reply.Status != "refused" || reply.Refusal == nil || reply.Refusal.Reason != "off_topic" || reply.Usage != (llm.Usage{}) {
			t.Fatalf("%s, %+v, %+v: %s", reply.Status, reply.Refusal, reply.Usage, reply.Answer)
		}
		if len(reply.Refusal.Searched) == 0 || len(reply.Refusal.Nearest) == 0 || !strings.Contains(reply.Answer, string(reply.Refusal.Nearest[0].Published)) {
			t.Errorf("%+v: %s", reply.Refusal, reply.Answer)
		}
	}
	if n := len(model.Requests()); n != 0 {
		t.Errorf("the model was asked %d times", n)
	}
}

func TestOnTopic(t *testing.T) {
	c := newCollection(t, news()...)
	for name, r := range map[string]rag.SearchRequest{
		"a question":                   {Query: "海燕云第三季度营收是多少？"},
		"a name alone":                 {Query: "松涛科技"},
		"a word":                       {Query: "磁盘"},
		"English":                      {Query: "Who is the chief executive of 海燕云?"},
		"in other words":               {Query: "谁从松涛跳槽去了别的云厂商？"},
		"a follow-up without a word":   {Query: "那后来呢？", History: []llm.Message{{Role: "user", Content: "松涛科技谁接任首席执行官？"}, {Role: "assistant", Content: "方知夏。"}}},
		"about the collection as such": {Query: "这些文章讲了什么？"},
	} {
		r.Plan = "rules"
		got, features, err := c.engine(nil).Topicality(t.Context(), r)
		if err != nil || got < rag.OffTopic || got > 1 || len(features) != 3 {
			t.Errorf("%s: %.2f of %+v, %v", name, got, features, err)
		}
	}
}

// TestNamedArticlesAreNotRefused: of articles that the caller names everything may be
// asked.
func TestNamedArticlesAreNotRefused(t *testing.T) {
	c := newCollection(t, news()...)
	request := ask("红烧肉怎么炖才不腻？第三季度呢？")
	request.Filter = corpus.Filter{ArticleIDs: []string{"q3"}}
	if reply := chat(t, c.engine(nil), request); reply.Refusal != nil && reply.Refusal.Reason == "off_topic" {
		t.Errorf("refused: %s", reply.Answer)
	}
}

func TestTopicalityOfBadRequest(t *testing.T) {
	c := newCollection(t, news()...)
	for _, r := range []rag.SearchRequest{{Query: " "}, {Query: "云", Limit: 101}, {Query: "云", AsOf: "today"}} {
		_, _, err := c.engine(nil).Topicality(t.Context(), r)
		var input *rag.InputError
		if !errors.As(err, &input) {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

// served is an embedder that is not the one in the binary.
type served struct{ embed.Embedder }

// TestTopicalityIsOfNoEmbedder: the gate is the same whichever vectors the index has.
func TestTopicalityIsOfNoEmbedder(t *testing.T) {
	c := newCollection(t, news()...)
	own, _, err := c.engine(nil).Topicality(t.Context(), rag.SearchRequest{Query: "海燕云营收"})
	if err != nil {
		t.Fatal(err)
	}
	c.embedder = served{c.embedder}
	other, _, err := c.engine(nil).Topicality(t.Context(), rag.SearchRequest{Query: "海燕云营收"})
	if err != nil || own != other {
		t.Errorf("%v and %v, %v", own, other, err)
	}
}

// TestAnotherCollection: what a collection about clouds refuses, one about it
// answers. None of it was used to set a weight.
func TestAnotherCollection(t *testing.T) {
	list := readLines[everydayArticle](t, filepath.Join("testdata", "everyday.jsonl"))
	var articles []article
	for _, a := range list {
		articles = append(articles, article{a.ID, a.Title, "镜湖日报", "2025-06-01", a.Text})
	}
	about, clouds := newCollection(t, articles...).engine(nil), newCollection(t, news()...).engine(nil)
	refused := 0
	for _, a := range list {
		r := rag.SearchRequest{Query: a.Question, Plan: "rules"}
		if got := topicality(t, about, r); got < rag.OffTopic {
			t.Errorf("%.2f for %s", got, a.Question)
		}
		if topicality(t, clouds, r) < rag.OffTopic {
			refused++
		}
	}
	t.Logf("%d of %d refused where no article is about it", refused, len(list))
	if refused < len(list)*9/10 {
		t.Errorf("only %d of %d refused", refused, len(list))
	}
}

func topicality(t testing.TB, e *rag.Engine, r rag.SearchRequest) float64 {
	t.Helper()
	v, _, err := e.Topicality(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// collectionOf takes a folder in.
func collectionOf(t testing.TB, folder string) *collection {
	t.Helper()
	c := newCollection(t)
	c.ingest(t, folder)
	return c
}

// ingest takes files in.
func (c *collection) ingest(t testing.TB, path string) {
	t.Helper()
	ingester := ingest.New(ingest.Parts{
		Record: c.record, Embedder: c.embedder, Options: ingest.Defaults(),
		CatchUp: func(ctx context.Context) error { return c.index.CatchUp(ctx, c.record) },
	})
	err := ingester.Ingest(t.Context(), ingest.Walk(t.Context(), []string{path}, ingest.Meta{}), func(r ingest.Result) {
		if r.Status == "refused" {
			t.Logf("%s: %s", r.Name, r.Reason)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTopicalityROC prints what each threshold would refuse, of the off-topic
// questions the half that the weights were set on and the other apart.
func TestTopicalityROC(t *testing.T) {
	strange := readLines[setQuestion](t, "../examples/offtopic.jsonl")
	for _, set := range []struct {
		articles  string
		questions []string
		most      int // answerable ones refused
	}{
		{"../examples/articles", []string{"../examples/questions.jsonl"}, 1},
		{"../../shared/corpus", []string{"../../shared/eval/questions.jsonl", "../../shared/eval/questions_time.jsonl"}, 2},
	} {
		t.Run(filepath.Base(filepath.Dir(set.articles)), func(t *testing.T) {
			if _, err := os.Stat(set.articles); err != nil {
				t.Skip("no articles there")
			}
			e := collectionOf(t, set.articles).engine(nil)
			var answerable []float64
			for _, file := range set.questions {
				for _, q := range readLines[setQuestion](t, file) {
					if q.Type != "unanswerable" {
						answerable = append(answerable, topicality(t, e, q.request()))
					}
				}
			}
			var halves [2][]float64
			for i, q := range strange {
				halves[i%2] = append(halves[i%2], topicality(t, e, q.request()))
			}
			for _, threshold := range []float64{.3, .35, .4, .45, .5, .55, .6} {
				t.Logf("below %.2f: off topic %.3f and %.3f, answerable %.3f", threshold,
					below(halves[0], threshold), below(halves[1], threshold), below(answerable, threshold))
			}
			for _, half := range halves {
				if below(half, rag.OffTopic) < .95 {
					t.Errorf("%.3f off topic refused", below(half, rag.OffTopic))
				}
			}
			if got := below(answerable, rag.OffTopic) * float64(len(answerable)); got > float64(set.most)+.5 {
				t.Errorf("%.0f answerable questions refused of %d", got, len(answerable))
			}
		})
	}
}

// below returns the share of values below a threshold.
func below(values []float64, threshold float64) float64 {
	n := len(values) - len(slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return v < threshold }))
	return float64(n) / float64(len(values))
}

// BenchmarkTopicality is what the gate adds to an answer once the passages are found.
func BenchmarkTopicality(b *testing.B) {
	e := collectionOf(b, "../examples/articles").engine(nil)
	for name, question := range map[string]string{"Chinese": "榆港海缆登陆站启用之后，到新加坡的往返时延从多少降到了多少？", "English": "Why was the opening of the Kuala Lumpur node postponed?"} {
		b.Run(name+"/search", func(b *testing.B) {
			for b.Loop() {
				if _, err := e.Search(b.Context(), rag.SearchRequest{Query: question, Limit: 8, Plan: "rules"}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/search and gate", func(b *testing.B) {
			for b.Loop() {
				topicality(b, e, rag.SearchRequest{Query: question, Limit: 8, Plan: "rules"})
			}
		})
	}
}
