//go:build browser

package browser

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A writer is a model that writes the sections of briefings, each when a test lets it:
// the first sentences of the passages that it was given, with their handles. What is
// asked for as JSON it does not give.
type writer struct {
	*httptest.Server
	allowed map[string]chan struct{} // by heading; closed for those that may be written
	fails   bool                     // it fails with every section instead
}

// newWriter returns a writer of sections with these headings.
func newWriter(t testing.TB, headings ...string) *writer {
	m := &writer{allowed: map[string]chan struct{}{}}
	for _, heading := range headings {
		m.allowed[heading] = make(chan struct{})
	}
	m.Server = httptest.NewServer(http.HandlerFunc(m.reply))
	t.Cleanup(m.Close)
	return m
}

// config is that of a program which asks the writer; more is its rag section.
func (m *writer) config(more string) string {
	return fmt.Sprintf("llm:\n  provider: openai\n  url: %s/v1\n  model: writer\n%s", m.URL, more)
}

// allow lets sections be written.
func (m *writer) allow(headings ...string) {
	for _, heading := range headings {
		close(m.allowed[heading])
	}
}

var (
	headingAsked = regexp.MustCompile(`本节的标题：([^\n]*)`)
	passageGiven = regexp.MustCompile(`(?s)<passage id="(S\d+)">\n[^\n]*\n(.*?)\n</passage>`)
	sentenceEnd  = regexp.MustCompile(`[^。\n]{8,80}。`)
)

func (m *writer) reply(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var asked struct {
		Messages []struct{ Content string }
	}
	if err == nil {
		err = json.Unmarshal(body, &asked)
	}
	if err != nil || len(asked.Messages) == 0 || m.fails || strings.Contains(string(body), "response_format") {
		http.Error(w, `{"error":{"message":"nothing of that kind"}}`, http.StatusBadRequest)
		return
	}
	prompt := asked.Messages[len(asked.Messages)-1].Content
	heading := headingAsked.FindStringSubmatch(prompt)
	if heading == nil || m.allowed[heading[1]] == nil {
		http.Error(w, `{"error":{"message":"no section"}}`, http.StatusBadRequest)
		return
	}
	select {
	case <-m.allowed[heading[1]]:
	case <-r.Context().Done():
		return
	}
	var text strings.Builder
	for _, passage := range passageGiven.FindAllStringSubmatch(prompt, 3) {
		sentence := sentenceEnd.FindString(passage[2])
		if sentence != "" {
			text.WriteString(strings.TrimSuffix(sentence, "。") + "[" + passage[1] + "]。")
		}
	}
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprintf(w, `data: {"choices":[{"index":0,"delta":{"role":"assistant","content":%s}}]}`+"\n\n", quoted(text.String()))
	fmt.Fprint(w, `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n")
}

// An ordered briefing is as much of one as the tests look at.
type ordered struct {
	ID, Status, Title, Topic string
	PreviousID               string `json:"previous_id"`
	Summary                  []sentenceOf
	Sections                 []struct {
		Heading   string
		Sentences []sentenceOf
	}
	Figures []struct {
		What, Value, Unit, Date string
		Others                  []struct{ Value, Unit string }
	}
	Timeline  []struct{ Date, Precision string }
	Conflicts []struct{ About string }
	News      *struct {
		New                []sentenceOf
		Changed, Corrected []struct {
			Was string
			Now sentenceOf
		}
		Withdrawn []struct{ Text, Why string }
	}
	Citations []struct {
		Number  int
		Article struct{ ID, Title string }
		Spans   []struct{ Quote string }
	}
	Refusal *struct{ Nearest []struct{ ID, Title string } }
	Request map[string]any
}

type sentenceOf struct {
	Text      string
	Citations []int
	Verdict   string
	Spans     []struct {
		Number int
		Quote  string
	}
}

// order has a briefing made and returns its id.
func (s *server) order(request string) string {
	s.t.Helper()
	var made struct{ ID string }
	if err := json.Unmarshal(s.do(http.MethodPost, "/v1/briefings", request), &made); err != nil {
		s.t.Fatal(err)
	}
	return made.ID
}

// briefing returns a briefing by its id.
func (s *server) briefing(id string) ordered {
	s.t.Helper()
	var b ordered
	s.get("/v1/briefings/"+id, &b)
	return b
}

// shown returns the briefing that the window's address names.
func (s *server) shown(w *window) ordered {
	s.t.Helper()
	return s.briefing(strings.TrimPrefix(eval[string](w, `location.pathname`), "/briefings/"))
}

// made has a briefing made, waits for it and returns it.
func (s *server) made(request string) ordered {
	s.t.Helper()
	id := s.order(request)
	s.do(http.MethodGet, "/v1/briefings/"+id+"/events", "") // until its end
	return s.briefing(id)
}

// markersIn matches the numbers of a sentence; none of the articles here has others.
var markersIn = regexp.MustCompile(`\[\d+\]`)

// words are what the sentences say, in the order of the page.
func words(sentences []sentenceOf) (list []string) {
	for _, one := range sentences {
		list = append(list, markersIn.ReplaceAllString(one.Text, ""))
	}
	return list
}

// headings are those of second rank on the page.
func (w *window) headings() []string {
	w.t.Helper()
	return eval[[]string](w, `[...document.querySelectorAll('.briefing-body h2')].map((one) => one.textContent)`)
}

// wantHeadings fails the test where one is missing.
func (w *window) wantHeadings(want ...string) {
	w.t.Helper()
	got := w.headings()
	for _, heading := range want {
		if !slices.Contains(got, heading) {
			w.t.Errorf("there is no section %s among %v", heading, got)
		}
	}
}

func jsonOf(reply []byte, v any) error { return json.Unmarshal(reply, v) }

func mustJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
