package rag

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"chuchu/prompts"
	"chuchu/rag/llm"
)

// A Reranker says how well each passage answers a query, from 0 to 1, in the order
// of the passages. It ends when ctx does.
type Reranker interface {
	Rerank(ctx context.Context, query string, passages []string) ([]float64, error)
}

// RerankOptions choose and set the reranker.
type RerankOptions struct {
	Provider  string  `yaml:"provider"`    // none, server, tei, or model: the chat model as a judge
	URL       string  `yaml:"url"`         // of the server's rerank endpoint, whole
	Model     string  `yaml:"model"`       // as the server names it
	APIKeyEnv string  `yaml:"api_key_env"` // environment variable that holds the key
	Top       int     `yaml:"top"`         // passages that are put in another order, the best
	Weight    float64 `yaml:"weight"`      // of the reranker's score beside the fused one
	Timeout   string  `yaml:"timeout"`     // longest wait; then the fused order stays
}

// variableName tells an environment variable's name from a key put in its place.
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// RerankDefaults are the options of no reranker.
func RerankDefaults() RerankOptions {
	return RerankOptions{Provider: "none", Top: 30, Weight: .7, Timeout: defaultRerankTimeout.String()}
}

// Validate names the key at fault and what it should be.
func (o RerankOptions) Validate() error {
	if !slices.Contains([]string{"none", "server", "tei", "model"}, o.Provider) {
		return fmt.Errorf("provider: %q is none of none, server, tei, model", o.Provider)
	}
	if o.APIKeyEnv != "" && !variableName.MatchString(o.APIKeyEnv) {
		// The value is not repeated: it may be the key itself.
		return errors.New("api_key_env: name the environment variable that holds the key, not the key")
	}
	if o.Provider == "server" || o.Provider == "tei" {
		u, err := url.Parse(o.URL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
			return errors.New("url: name the rerank endpoint, like http://127.0.0.1:8000/v1/rerank, without user or password")
		}
	}
	if o.Top < 2 || o.Top > maxLimit {
		return fmt.Errorf("top: %d is not between 2 and %d", o.Top, maxLimit)
	}
	if !(o.Weight > 0 && o.Weight <= 1) { // so put, NaN is refused too
		return fmt.Errorf("weight: %g is not above 0 and at most 1", o.Weight)
	}
	if d, err := time.ParseDuration(o.Timeout); err != nil || d <= 0 {
		return fmt.Errorf("timeout: %q is no duration like 5s", o.Timeout)
	}
	return nil
}

// NewReranker returns the reranker that valid options choose, nil for none. model
// and set are those of the engine; getenv finds the key.
func NewReranker(o RerankOptions, model llm.Model, set *prompts.Set, getenv func(string) string) (Reranker, error) {
	switch {
	case o.Provider == "none":
		return nil, nil
	case o.Provider == "model" && model == nil:
		return nil, errors.New("provider: model needs a model; configure llm")
	case o.Provider == "model":
		return &judge{model, set}, nil
	}
	key := ""
	if o.APIKeyEnv != "" {
		if key = getenv(o.APIKeyEnv); key == "" {
			return nil, fmt.Errorf("api_key_env: the environment variable %s is empty", o.APIKeyEnv)
		}
	}
	return &rerankServer{
		url: o.URL, model: o.Model, key: key, tei: o.Provider == "tei",
		// A redirect would carry passages and key to another host.
		http: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// rerank puts the best of what was found in the order of fused and reranker's score
// together. A reranker that fails leaves the order as it is.
func (e *Engine) rerank(ctx context.Context, query string, found []candidate) ([]candidate, error) {
	o := e.Options.Rerank
	n := min(o.Top, len(found))
	if e.Reranker == nil || n < 2 {
		return found, nil
	}
	texts := make([]string, n)
	for i, c := range found[:n] {
		texts[i] = c.Article.Title + "\n" + c.Passage.Text
	}
	limited, cancel := context.WithTimeout(ctx, e.rerankTimeout)
	defer cancel()
	scores, err := e.Reranker.Rerank(limited, query, texts)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err == nil {
		err = checkScores(scores, n)
	}
	if err != nil {
		e.Log.Warn("the reranker failed; the order stays", "error", err)
		return found, nil
	}
	// The lowest fused score of them is the floor, so that none falls below what
	// was not looked at.
	floor := found[n-1].Score
	span := found[0].Score - floor
	for i := range found[:n] {
		c := &found[i]
		c.Scores.Rerank = scores[i]
		c.Score = (1-o.Weight)*c.Score + o.Weight*(floor+span*scores[i])
	}
	slices.SortStableFunc(found[:n], func(a, b candidate) int {
		// Where all fused scores are alike there is no span, and the reranker decides.
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Scores.Rerank, a.Scores.Rerank))
	})
	return found, nil
}

func checkScores(scores []float64, n int) error {
	if len(scores) != n {
		return fmt.Errorf("%d scores for %d passages", len(scores), n)
	}
	for _, s := range scores {
		if !(s >= 0 && s <= 1) {
			return fmt.Errorf("a score of %g", s)
		}
	}
	return nil
}

// rerankServer asks an endpoint of the shape that Jina and Cohere gave it and vLLM,
// Xinference, llama.cpp and others serve, or of the one that is TEI's own.
type rerankServer struct {
	url, model, key string
	tei             bool
	http            *http.Client
}

// ask is the body of a request. TEI is told to cut what is longer than its model
// reads: it would refuse all for one.
func (s *rerankServer) ask(query string, passages []string) map[string]any {
	if s.tei {
		return map[string]any{"query": query, "texts": passages, "truncate": true}
	}
	body := map[string]any{"query": query, "documents": passages, "top_n": len(passages)}
	if s.model != "" {
		body["model"] = s.model
	}
	return body
}

// maxRerankReply bounds what is read of a reply, in bytes.
const maxRerankReply = 4 << 20

type rerankScore struct {
	Index     *int     `json:"index"`
	Relevance *float64 `json:"relevance_score"`
	Score     *float64 `json:"score"`
}

// Rerank implements Reranker.
func (s *rerankServer) Rerank(ctx context.Context, query string, passages []string) ([]float64, error) {
	body, err := json.Marshal(s.ask(query, passages))
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if s.key != "" {
		request.Header.Set("Authorization", "Bearer "+s.key)
	}
	response, err := s.http.Do(request)
	if err != nil {
		if wrapped := new(url.Error); errors.As(err, &wrapped) {
			err = wrapped.Err // without the address, which may hold more than the host
		}
		return nil, fmt.Errorf("asking the rerank server: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the rerank server answered %d", response.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxRerankReply+1))
	if err != nil {
		return nil, fmt.Errorf("reading the rerank server's reply: %w", err)
	}
	if len(text) > maxRerankReply {
		return nil, errors.New("the rerank server's reply is larger than 4 MB")
	}
	return readScores(text, len(passages))
}

// readScores reads {"results": […]} or the list alone. Scores outside 0 to 1 are
// taken for logits, and all of them brought there.
func readScores(text []byte, n int) ([]float64, error) {
	var object struct {
		Results []rerankScore `json:"results"`
	}
	if json.Unmarshal(text, &object.Results) != nil {
		object.Results = nil
		if err := json.Unmarshal(text, &object); err != nil {
			return nil, errors.New("the rerank server's reply is no list of scores")
		}
	}
	if len(object.Results) != n {
		return nil, fmt.Errorf("the rerank server gave %d scores for %d passages", len(object.Results), n)
	}
	scores, seen, logits := make([]float64, n), make([]bool, n), false
	for _, r := range object.Results {
		score := cmp.Or(r.Relevance, r.Score)
		if r.Index == nil || score == nil || *r.Index < 0 || *r.Index >= n || seen[*r.Index] {
			return nil, errors.New("the rerank server's reply names passages wrongly")
		}
		seen[*r.Index] = true
		scores[*r.Index] = *score
		logits = logits || *score < 0 || *score > 1
	}
	if logits {
		for i, x := range scores {
			scores[i] = 1 / (1 + math.Exp(-x))
		}
	}
	return scores, nil
}

// judge is the chat model, asked for the order.
type judge struct {
	model llm.Model
	set   *prompts.Set
}

// judgedChars is how much of a passage the judge reads, in characters: thirty of
// them fit into the 16,384 tokens that a model has where nothing is set.
const judgedChars = 400

// Rerank implements Reranker: of n passages the one that the model puts first gets
// 1, each further one 1/n less, and those it leaves out 0.
func (j *judge) Rerank(ctx context.Context, query string, passages []string) ([]float64, error) {
	p := prompts.Answer{Question: query}
	for i, text := range passages {
		p.Passages = append(p.Passages, prompts.Passage{Handle: "S" + strconv.Itoa(i+1), Text: firstChars(text, judgedChars)})
	}
	system, user, err := j.set.Rerank(p)
	if err != nil {
		return nil, err
	}
	reply, _, err := llm.Text(ctx, j.model, llm.Request{
		System: system, Messages: []llm.Message{{Role: "user", Content: user}}, MaxTokens: 800, JSON: true,
	})
	if err != nil {
		return nil, err
	}
	fields, err := objectIn(reply)
	if err != nil {
		return nil, err
	}
	order, _ := fields["order"].([]any)
	return scoresOfOrder(order, len(passages))
}

// scoresOfOrder makes scores of handles in order; what is no handle of the n, or is
// named again, is passed over.
func scoresOfOrder(order []any, n int) ([]float64, error) {
	scores, place := make([]float64, n), 0
	for _, handle := range order {
		// A model may write 3, "S3" or "[S3]".
		i, err := strconv.Atoi(strings.Trim(fmt.Sprint(handle), "Ss[]【】 "))
		if err != nil || i < 1 || i > n || scores[i-1] > 0 {
			continue
		}
		scores[i-1] = 1 - float64(place)/float64(n)
		place++
	}
	if place == 0 {
		return nil, errors.New("the model's reply names no passage")
	}
	return scores, nil
}
