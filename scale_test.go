package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"chuchu/corpus"
	"chuchu/examples"
	"chuchu/ingest"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// The benchmarks here measure what docs/performance.md reports:
//
//	go test -run '^$' -bench Scale -benchtime 1x .
//
// SCALE_ARTICLES changes the number of articles (default 10,000).

// scaleArticles writes n articles of about 700 characters (2 kB), recombined from
// the sentences of the example articles with other figures, as JSON Lines.
func scaleArticles(tb testing.TB, n int) (file string, queries []string) {
	tb.Helper()
	sentences := exampleSentences(tb)
	random := rand.New(rand.NewPCG(7, uint64(n)))
	file = filepath.Join(tb.TempDir(), "scale.jsonl")
	f, err := os.Create(file)
	if err != nil {
		tb.Fatal(err)
	}
	out := bufio.NewWriter(f)
	encoder := json.NewEncoder(out)
	day := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		title, text := recombine(random, sentences)
		article := map[string]any{
			"id": strconv.Itoa(i), "title": title, "text": text, "outlet": fmt.Sprintf("云报%d", i%17),
			"published": day.AddDate(0, 0, random.IntN(3650)).Format(time.DateOnly),
		}
		if err := encoder.Encode(article); err != nil {
			tb.Fatal(err)
		}
		if i%max(1, n/200) == 0 {
			queries = append(queries, firstRunes(sentences[random.IntN(len(sentences))], 24))
		}
	}
	if err := out.Flush(); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return file, queries
}

// exampleSentences returns the sentences of the example articles.
func exampleSentences(tb testing.TB) []string {
	tb.Helper()
	var sentences []string
	for source, err := range ingest.WalkFS(tb.Context(), examples.Articles(), ingest.Meta{}) {
		if err != nil {
			tb.Fatal(err)
		}
		for draft, err := range ingest.Read(tb.Context(), source, ingest.Defaults()) {
			if err != nil {
				tb.Fatal(err)
			}
			for _, s := range regexp.MustCompile(`[^。！？\n]+[。！？]`).FindAllString(draft.Article.Text, -1) {
				sentences = append(sentences, s)
			}
		}
	}
	if len(sentences) < 100 {
		tb.Fatalf("only %d sentences in the examples", len(sentences))
	}
	return sentences
}

var digits = regexp.MustCompile(`[0-9]+`)

// recombine makes an article of random sentences: words stay together within a
// sentence, figures and one clause of each change, so that no two are the same.
func recombine(random *rand.Rand, sentences []string) (title, text string) {
	change := func(s string) string {
		s = digits.ReplaceAllStringFunc(s, func(string) string { return strconv.Itoa(random.IntN(2000)) })
		clauses := strings.SplitAfter(s, "，")
		other := strings.SplitAfter(sentences[random.IntN(len(sentences))], "，")
		clauses[random.IntN(len(clauses))] = other[random.IntN(len(other))]
		return strings.Join(clauses, "")
	}
	var b strings.Builder
	for runes := 0; runes < 690; {
		paragraph := change(sentences[random.IntN(len(sentences))]) + change(sentences[random.IntN(len(sentences))])
		b.WriteString(paragraph + "\n")
		runes += len([]rune(paragraph))
	}
	return firstRunes(change(sentences[random.IntN(len(sentences))]), 20), b.String()
}

func scaleSize() int {
	if n, err := strconv.Atoi(os.Getenv("SCALE_ARTICLES")); err == nil && n > 0 {
		return n
	}
	return 10_000
}

// openScale ingests n articles and returns the open collection.
func openScale(b *testing.B, n int) (l *local, queries []string, took time.Duration, bytes int64) {
	b.Helper()
	file, queries := scaleArticles(b, n)
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	c := DefaultConfig()
	c.Data = b.TempDir()
	started := time.Now()
	l, err = openLocal(b.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	added := 0
	err = l.Ingest(b.Context(), ingest.Walk(b.Context(), []string{file}, ingest.Meta{}), func(r ingest.Result) {
		if r.Status == "added" {
			added++
		}
	})
	if err != nil || added != n {
		b.Fatalf("ingested %d of %d: %v", added, n, err)
	}
	return l, queries, time.Since(started), info.Size()
}

func BenchmarkScaleIngest(b *testing.B) {
	for b.Loop() {
		l, _, took, size := openScale(b, scaleSize())
		b.ReportMetric(took.Seconds(), "s/ingest")
		b.ReportMetric(float64(size)/took.Seconds()/1e6, "MB/s")
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScaleSearch(b *testing.B) {
	l, queries, _, _ := openScale(b, scaleSize())
	defer l.Close()
	reportLatencies(b, queries, func(q string) error {
		_, err := l.Search(b.Context(), rag.SearchRequest{Query: q, Limit: 10})
		return err
	})
}

func BenchmarkScaleExtracts(b *testing.B) {
	l, queries, _, _ := openScale(b, scaleSize())
	defer l.Close()
	reportLatencies(b, queries, func(q string) error {
		_, err := l.Chat(b.Context(), rag.ChatRequest{Messages: []llm.Message{{Role: "user", Content: q + "是多少？"}}})
		return err
	})
}

// BenchmarkScaleCheck checks a memo of 3,000 characters, made of what articles say.
func BenchmarkScaleCheck(b *testing.B) {
	l, _, _, _ := openScale(b, scaleSize())
	defer l.Close()
	list, err := l.List(b.Context(), corpus.ListQuery{Limit: 10})
	if err != nil {
		b.Fatal(err)
	}
	var memo strings.Builder
	for _, a := range list.Articles {
		text, err := l.Text(b.Context(), a.ID, a.Version)
		if err != nil {
			b.Fatal(err)
		}
		memo.WriteString(text + "\n")
	}
	reportLatencies(b, []string{string([]rune(memo.String())[:3000])}, func(text string) error {
		_, err := l.Check(b.Context(), rag.CheckRequest{Text: text})
		return err
	})
}

// reportLatencies asks every query once to warm up, then once a loop.
func reportLatencies(b *testing.B, queries []string, ask func(string) error) {
	b.Helper()
	for _, q := range queries {
		if err := ask(q); err != nil {
			b.Fatal(err)
		}
	}
	var took []time.Duration
	for b.Loop() {
		for _, q := range queries {
			started := time.Now()
			if err := ask(q); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(started))
		}
	}
	slices.Sort(took)
	at := func(p float64) float64 { return float64(took[int(p*float64(len(took)-1))].Microseconds()) / 1000 }
	b.ReportMetric(at(.5), "p50-ms")
	b.ReportMetric(at(.95), "p95-ms")
}

// BenchmarkScaleServe measures the built program: from exec to the first answer
// over the examples, and the resident memory of serving the articles.
func BenchmarkScaleServe(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "chuchu")
	build := exec.CommandContext(b.Context(), "go", "build", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	file, queries := scaleArticles(b, scaleSize())
	for b.Loop() {
		started := time.Now()
		first := startServer(b, binary, filepath.Join(b.TempDir(), "fresh"))
		first.ask(b, queries[0])
		b.ReportMetric(time.Since(started).Seconds(), "s/first-answer")
		first.stop(b)

		data := filepath.Join(b.TempDir(), "data")
		if out, err := exec.CommandContext(b.Context(), binary, "ingest", "--data", data, file).CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		server := startServer(b, binary, data)
		for _, q := range queries {
			server.ask(b, q)
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", server.process.Process.Pid))
		if err != nil {
			b.Skip("no /proc here")
		}
		b.ReportMetric(kilobytes(b, status, "VmRSS")/1024, "MB-resident")
		b.ReportMetric(kilobytes(b, status, "RssAnon")/1024, "MB-anonymous")
		server.stop(b)
	}
}

func kilobytes(b *testing.B, status []byte, field string) float64 {
	m := regexp.MustCompile(field + `:\s*(\d+) kB`).FindSubmatch(status)
	if m == nil {
		b.Fatalf("no %s in the process's status", field)
	}
	n, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// A served is a running server of the built program.
type served struct {
	process *exec.Cmd
	base    string
}

// startServer starts the program and returns once it says where it serves.
func startServer(tb testing.TB, binary, data string) *served {
	tb.Helper()
	process := exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0")
	process.Dir = tb.TempDir()
	out, err := process.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	var log bytes.Buffer
	process.Stderr = &log
	if err := process.Start(); err != nil {
		tb.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at := strings.Index(lines.Text(), "http://"); at >= 0 {
			go io.Copy(io.Discard, out)
			return &served{process, strings.TrimSpace(lines.Text()[at:])}
		}
	}
	_ = process.Wait()
	tb.Fatalf("the server did not say where it serves:\n%s", log.String())
	return nil
}

func (s *served) ask(tb testing.TB, question string) rag.Reply {
	tb.Helper()
	body, err := json.Marshal(rag.ChatRequest{Messages: []llm.Message{{Role: "user", Content: question}}})
	if err != nil {
		tb.Fatal(err)
	}
	response, err := http.Post(s.base+"/v1/chat", "application/json", bytes.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	defer response.Body.Close()
	var reply rag.Reply
	if err := json.NewDecoder(response.Body).Decode(&reply); err != nil || response.StatusCode != http.StatusOK {
		tb.Fatalf("status %d, %v", response.StatusCode, err)
	}
	return reply
}

// stop ends the server as a user does.
func (s *served) stop(tb testing.TB) {
	tb.Helper()
	if err := s.process.Process.Signal(os.Interrupt); err != nil {
		tb.Fatal(err)
	}
	if err := s.process.Wait(); err != nil {
		tb.Fatalf("the server ended with %v", err)
	}
}

// BenchmarkScaleFirstToken measures what is added to a model's first token: from
// the request to the model being asked, and from its first token to the reader.
func BenchmarkScaleFirstToken(b *testing.B) {
	l, queries, _, _ := openScale(b, scaleSize())
	defer l.Close()
	var asked time.Time
	parts := l.Parts
	parts.Model = modelFunc(func(ctx context.Context, r llm.Request, yield func(llm.Chunk, error) bool) {
		asked = time.Now()
		if yield(llm.Chunk{Text: "据报道，营收增长[S1]。"}, nil) {
			yield(llm.Chunk{Done: true}, nil)
		}
	})
	l.Engine = rag.New(parts)
	var added []time.Duration
	for b.Loop() {
		for _, q := range queries {
			started := time.Now()
			var before, after time.Duration
			for event, err := range l.Answer(b.Context(), rag.ChatRequest{Messages: []llm.Message{{Role: "user", Content: q}}, Plan: "rules"}) {
				if err != nil {
					b.Fatal(err)
				}
				if event.Name == "delta" && after == 0 {
					before, after = asked.Sub(started), time.Since(asked)
				}
			}
			added = append(added, before+after)
		}
	}
	slices.Sort(added)
	b.ReportMetric(float64(added[len(added)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(added[len(added)*95/100].Microseconds())/1000, "p95-ms")
}

// A modelFunc is a model made of one function.
type modelFunc func(ctx context.Context, r llm.Request, yield func(llm.Chunk, error) bool)

// Stream implements llm.Model.
func (f modelFunc) Stream(ctx context.Context, r llm.Request) iter.Seq2[llm.Chunk, error] {
	return func(yield func(llm.Chunk, error) bool) { f(ctx, r, yield) }
}

// Info implements llm.Model.
func (f modelFunc) Info() llm.Info { return llm.Info{Provider: "test", Name: "test"} }
