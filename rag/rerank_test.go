package rag_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/prompts"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// reranked searches with a reranker of these options.
func reranked(t *testing.T, c *collection, o rag.RerankOptions, model llm.Model, r rag.SearchRequest) rag.SearchReply {
	t.Helper()
	set, err := prompts.Load("")
	if err != nil {
		t.Fatal(err)
	}
	reranker, err := rag.NewReranker(o, model, set, func(string) string { return "secret-key" })
	if err != nil {
		t.Fatal(err)
	}
	c.options.Rerank = o
	parts := c.engine(nil).Parts
	parts.Reranker = reranker
	var log bytes.Buffer
	parts.Log = slog.New(slog.NewTextHandler(&log, nil))
	reply := search(t, rag.New(parts), r)
	if strings.Contains(log.String(), "secret-key") {
		t.Errorf("the key is in the log: %s", log.String())
	}
	for i, x := range reply.Results {
		if i > 0 && x.Score > reply.Results[i-1].Score {
			t.Errorf("the score rises at rank %d", x.Rank)
		}
	}
	return reply
}

// serverOf answers a rerank request with what reply makes of the number of
// documents.
func serverOf(t *testing.T, reply func(w http.ResponseWriter, documents []string)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Model, Query string
			Documents    []string
			Texts        []string
		}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil || request.Query == "" || r.Header.Get("Authorization") != "Bearer secret-key" {
			t.Errorf("request %+v, %v, authorization %q", request, err, r.Header.Get("Authorization"))
		}
		reply(w, append(request.Documents, request.Texts...))
	}))
	t.Cleanup(server.Close)
	return server.URL + "/v1/rerank"
}

func rerankOptions(provider, url string) rag.RerankOptions {
	o := rag.RerankDefaults()
	o.Provider, o.URL, o.Model, o.APIKeyEnv = provider, url, "m", "KEY"
	return o
}

const anyQuestion = "海燕云第三季度业绩"

func TestRerankByServer(t *testing.T) {
	c := newCollection(t, news()...)
	for _, x := range []struct{ provider, list, item string }{
		{"server", `{"results":[%s]}`, `{"index":%d,"relevance_score":%g}`},
		{"server", `[%s]`, `{"index":%d,"score":%g}`},
		{"tei", `[%s]`, `{"index":%d,"score":%g}`},
	} {
		for best, other := range map[float64]float64{.99: .1, 7.5: -6} { // shares, logits
			url := serverOf(t, func(w http.ResponseWriter, documents []string) {
				var items []string
				for i, d := range documents {
					score := other
					if strings.Contains(d, "松涛科技") {
						score = best
					}
					items = append(items, fmt.Sprintf(x.item, i, score))
				}
				slices.Reverse(items)
				fmt.Fprintf(w, x.list, strings.Join(items, ","))
			})
			reply := reranked(t, c, rerankOptions(x.provider, url), nil, rag.SearchRequest{Query: anyQuestion, Explain: true})
			if reply.Results[0].Article.ID != "ceo" || reply.Results[0].Scores.Rerank < .9 || len(reply.Results) != 5 {
				t.Errorf("%+v, best %g: %v, %+v", x, best, ids(reply), reply.Results[0].Scores)
			}
		}
	}
}

// TestRerankFails: whatever a reranker does wrong, the order is that without one.
func TestRerankFails(t *testing.T) {
	c := newCollection(t, news()...)
	want := ids(search(t, c.engine(nil), rag.SearchRequest{Query: anyQuestion}))
	stop := make(chan struct{})
	defer close(stop) // before the servers are closed, which wait for their replies
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a redirect was followed")
	}))
	t.Cleanup(elsewhere.Close)
	text := func(s string) func(http.ResponseWriter, []string) {
		return func(w http.ResponseWriter, _ []string) { fmt.Fprint(w, s) }
	}
	for name, reply := range map[string]func(http.ResponseWriter, []string){
		"status 500": func(w http.ResponseWriter, _ []string) { http.Error(w, "secret-key", 500) },
		"status 401": func(w http.ResponseWriter, _ []string) { http.Error(w, "bad key secret-key", 401) },
		"redirect": func(w http.ResponseWriter, _ []string) {
			w.Header().Set("Location", elsewhere.URL)
			w.WriteHeader(http.StatusTemporaryRedirect)
		},
		"huge":           func(w http.ResponseWriter, _ []string) { _, _ = w.Write(bytes.Repeat([]byte(" "), 5<<20)) },
		"not a number":   text(`[{"index":0,"score":NaN}]`),
		"too large":      text(`[{"index":0,"score":1e999}]`),
		"null":           text(`null`),
		"garbage":        text("<html>"),
		"empty":          text(""),
		"too few":        text(`{"results":[{"index":0,"relevance_score":1}]}`),
		"a wrong index":  text(`[{"index":0,"score":1},{"index":1,"score":1},{"index":2,"score":1},{"index":3,"score":1},{"index":9,"score":1}]`),
		"twice the same": text(`[{"index":0,"score":1},{"index":0,"score":1},{"index":2,"score":1},{"index":3,"score":1},{"index":4,"score":1}]`),
		"no score":       text(`[{"index":0},{"index":1},{"index":2},{"index":3},{"index":4}]`),
		"hangs": func(http.ResponseWriter, []string) {
			<-stop
		},
	} {
		o := rerankOptions("server", serverOf(t, reply))
		if name == "hangs" {
			o.Timeout = "20ms"
		}
		got := reranked(t, c, o, nil, rag.SearchRequest{Query: anyQuestion, Explain: true})
		if diff := cmp.Diff(want, ids(got)); diff != "" || got.Results[0].Scores.Rerank != 0 {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	down := reranked(t, c, rerankOptions("server", "http://127.0.0.1:1/rerank"), nil, rag.SearchRequest{Query: anyQuestion})
	if diff := cmp.Diff(want, ids(down)); diff != "" {
		t.Errorf("a server that is down (-want +got):\n%s", diff)
	}
}

func TestRerankByModel(t *testing.T) {
	c := newCollection(t, news()...)
	plain := ids(search(t, c.engine(nil), rag.SearchRequest{Query: anyQuestion}))
	if len(plain) != 5 {
		t.Fatalf("found %v", plain)
	}
	for name, x := range map[string]struct {
		reply string
		first string
	}{
		"an order":          {`{"order":["S5","S4","S3","S2","S1"]}`, plain[4]},
		"one alone":         {`{"order":["S5"]}`, plain[4]},
		"fenced, lower":     {"```json\n{'order':['s5','S99','x','s5']}\n```", plain[4]},
		"numbers":           {`{"order":[5,4,3]}`, plain[4]},
		"in brackets":       {`{"order":["[S5]"]}`, plain[4]},
		"no list":           {`{"order":"S2"}`, plain[0]},
		"nothing it can be": {`{"order":["S77"]}`, plain[0]},
		"no JSON":           {"都不错", plain[0]},
	} {
		model := llm.NewScripted(llm.Script{For: "json", Text: x.reply})
		reply := reranked(t, c, rerankOptions("model", ""), model, rag.SearchRequest{Query: anyQuestion})
		if reply.Results[0].Article.ID != x.first || len(reply.Results) != len(plain) {
			t.Errorf("%s: %v, want %s first", name, ids(reply), x.first)
		}
		if prompt := model.Requests()[0].Messages[0].Content; strings.Contains(prompt, "q3.1.0") || !strings.Contains(prompt, `<passage id="S1">`) {
			t.Errorf("the prompt is %s", prompt)
		}
	}
	failing := llm.NewScripted(llm.Script{Fail: "timeout"})
	if reply := reranked(t, c, rerankOptions("model", ""), failing, rag.SearchRequest{Query: anyQuestion}); !slices.Equal(ids(reply), plain) {
		t.Errorf("a model that fails: %v", ids(reply))
	}
}

func TestRerankCancelled(t *testing.T) {
	c := newCollection(t, news()...)
	ctx, cancel := context.WithCancel(t.Context())
	parts := c.engine(nil).Parts
	parts.Reranker = rerankFunc(func(context.Context) ([]float64, error) {
		cancel()
		return nil, context.Canceled
	})
	if _, err := rag.New(parts).Search(ctx, rag.SearchRequest{Query: anyQuestion}); err == nil {
		t.Error("a search that was given up gave a reply")
	}
}

type rerankFunc func(context.Context) ([]float64, error)

func (f rerankFunc) Rerank(ctx context.Context, _ string, _ []string) ([]float64, error) {
	return f(ctx)
}

// TestRerankOrder: of whatever scores, the results are those without a reranker in
// another order, the first few alone have moved, and the weight decides how far.
func TestRerankOrder(t *testing.T) {
	c := newCollection(t, news()...)
	plain := search(t, c.engine(nil), rag.SearchRequest{Query: anyQuestion})
	for _, top := range []int{2, 3, 30} {
		for _, weight := range []float64{.1, .7, 1} {
			parts := c.engine(nil).Parts
			parts.Options.Rerank.Top, parts.Options.Rerank.Weight = top, weight
			n := min(top, len(plain.Results))
			parts.Reranker = rerankFunc(func(context.Context) ([]float64, error) {
				scores := make([]float64, n)
				for i := range scores {
					scores[i] = float64(i) / float64(n-1)
				}
				return scores, nil
			})
			reply := search(t, rag.New(parts), rag.SearchRequest{Query: anyQuestion})
			want := ids(plain)
			if weight > .5 {
				slices.Reverse(want[:n])
			}
			got := ids(reply)
			if weight == .7 { // in between the order depends on the fused scores
				slices.Sort(got[:n])
				slices.Sort(want[:n])
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("top %d, weight %g (-want +got):\n%s", top, weight, diff)
			}
			for i, r := range reply.Results {
				if i > 0 && r.Score > reply.Results[i-1].Score || r.Rank != i+1 {
					t.Errorf("top %d, weight %g: result %d has rank %d and score %g", top, weight, i, r.Rank, r.Score)
				}
			}
		}
	}
}

// FuzzRerankReply: whatever a model says of the order, nothing is lost, nothing
// comes twice and no score rises.
func FuzzRerankReply(f *testing.F) {
	for _, s := range []string{`{"order":["S3","S1"]}`, `{"order":[3,1,1,9,-1,1e99]}`, `{"order":{"S1":2}}`, `{order: [S2, '【S4】']}`, "{", `{"order":[[1],null]}`} {
		f.Add(s)
	}
	c := newCollection(f, news()...)
	f.Fuzz(func(t *testing.T, text string) {
		model := llm.NewScripted(llm.Script{Text: text, Chunk: 1000})
		reply := reranked(t, c, rerankOptions("model", ""), model, rag.SearchRequest{Query: anyQuestion})
		got := ids(reply)
		slices.Sort(got)
		if diff := cmp.Diff([]string{"ceo", "price", "q2", "q3", "undated"}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestRerankOptions(t *testing.T) {
	for key, change := range map[string]func(*rag.RerankOptions){
		"provider":    func(o *rag.RerankOptions) { o.Provider = "magic" },
		"url":         func(o *rag.RerankOptions) { o.Provider = "server" },
		"top":         func(o *rag.RerankOptions) { o.Top = 1 },
		"weight":      func(o *rag.RerankOptions) { o.Weight = 0 },
		"api_key_env": func(o *rag.RerankOptions) { o.APIKeyEnv = "sk-secret" },
		"timeout":     func(o *rag.RerankOptions) { o.Timeout = "later" },
	} {
		o := rag.RerankDefaults()
		change(&o)
		if err := o.Validate(); err == nil || !strings.HasPrefix(err.Error(), key+":") || strings.Contains(err.Error(), "sk-secret") {
			t.Errorf("%s: %v", key, err)
		}
	}
	if _, err := rag.NewReranker(rerankOptions("model", ""), nil, nil, nil); err == nil {
		t.Error("the model as a judge without a model")
	}
	if _, err := rag.NewReranker(rerankOptions("server", "http://x/"), nil, nil, func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), "KEY") {
		t.Errorf("a key that is not there: %v", err)
	}
}
