package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"chuchu/api"
	"chuchu/briefing"
	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// fakeDesk is a desk that has one briefing, brf_1.
type fakeDesk struct {
	briefing briefing.Briefing
	order    func(briefing.Request) error
	err      error // of what is done with brf_1
}

func newFakeDesk() *fakeDesk {
	return &fakeDesk{briefing: sampleBriefing(), order: func(briefing.Request) error { return nil }}
}

func (d *fakeDesk) find(id string) error {
	if id != "brf_1" {
		return fmt.Errorf("read briefing %s: %w", id, corpus.ErrNotFound)
	}
	return d.err
}

func (d *fakeDesk) Order(_ context.Context, r briefing.Request) (briefing.Briefing, error) {
	if r.Topic == "" {
		return briefing.Briefing{}, &rag.InputError{Field: "topic", Reason: "it is empty"}
	}
	return briefing.Briefing{ID: "brf_1", Status: briefing.Queued}, d.order(r)
}

func (d *fakeDesk) Get(_ context.Context, id string) (briefing.Briefing, error) {
	return d.briefing, d.find(id)
}

func (d *fakeDesk) List(_ context.Context, limit int, cursor string) ([]briefing.Listed, int, string, error) {
	if cursor == "unknown" {
		return nil, 0, "", corpus.ErrCursor
	}
	if limit == 2 {
		return nil, 0, "", nil
	}
	b := d.briefing
	return []briefing.Listed{{ID: b.ID, Topic: b.Topic, Status: b.Status, Mode: b.Mode, Created: b.Created}}, 2, "further", nil
}

func (d *fakeDesk) Follow(_ context.Context, id string, n int) (iter.Seq2[rag.Event, error], error) {
	if err := d.find(id); err != nil {
		return nil, err
	}
	return rag.Replay([]rag.Event{
		event("step", asJSON(briefing.Step{Step: "write", Section: "价格", Done: 1, Of: 5})),
		event("section", asJSON(briefing.FinishedSection{Section: d.briefing.Sections[0], Place: 1, Citations: []briefing.NumberedArticle{{Number: 1, Article: d.briefing.Citations[0].Article}}})), event("done", asJSON(d.briefing)),
	}, n)
}

func (d *fakeDesk) Cancel(_ context.Context, id string) error { return d.find(id) }

func (d *fakeDesk) Delete(_ context.Context, id string) error { return d.find(id) }

func (d *fakeDesk) Recheck(_ context.Context, id string) (rag.RecheckReply, error) {
	return rag.RecheckReply{
		Sentences: []rag.RecheckedSentence{{Ref: "sections/1/1", Was: "quoted", Now: "uncited", Why: []rag.Why{}}}, Articles: []corpus.Ref{sampleRef("deleted")},
	}, d.find(id)
}

func (d *fakeDesk) Tally() briefing.Tally {
	return briefing.Tally{Queued: 3, Running: 2, Ended: map[briefing.Status]int{briefing.Done: 7, briefing.Cancelled: 1}}
}

// sampleBriefing has something everywhere, so that the description is held against
// every field.
func sampleBriefing() briefing.Briefing {
	quote := "北辰数据降价三成"
	span := rag.Span{PassageID: "a_1.1.0", Start: 0, End: 8, Quote: &quote}
	s := briefing.Sentence{Text: "北辰数据降价三成。[1]", Citations: []int{1}, Verdict: "quoted", Judge: "rules", Spans: []rag.NumberSpan{{Number: 1, Span: span}}}
	article := sampleRef("same")
	reply := sampleReply()
	return briefing.Briefing{
		ID: "brf_1", Status: briefing.Done, Problem: &briefing.Problem{Type: "about:blank", Title: "Bad Gateway", Status: 502, Detail: "no model", Code: "model_failed"},
		Topic: "北辰数据/价格", Title: "北辰数据/价格：简报", Language: "zh", AsOf: "2025-01-01", Created: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), Mode: "extracts",
		Summary: []briefing.Sentence{s}, Sections: []briefing.Section{{Heading: "价格", Sentences: []briefing.Sentence{s}}},
		Figures: []briefing.Figure{{What: "降幅", Value: "三", Unit: "成", Date: "2024-11", Sentence: s, Others: []briefing.OtherFigure{
			{Value: "两", Unit: "成", Article: article, Span: span},
		}}},
		Timeline:  []briefing.Moment{{Date: "2024-11", Precision: "month", Sentence: s}},
		Conflicts: reply.Conflicts, Gaps: []string{"没有成本。"},
		News: &briefing.News{
			New: []briefing.Sentence{s}, Changed: []briefing.Change{{Was: "降价两成。", Now: s}}, Corrected: []briefing.Change{{Was: "涨价。", Now: s}},
			Withdrawn: []briefing.Withdrawn{{Text: "停售。", Why: "文章已删除。"}}, Material: true,
		},
		Dropped:   reply.Dropped,
		Citations: []briefing.Citation{{Number: 1, Article: article, Spans: []briefing.CitedSpan{{Span: span, Verdict: "quoted"}}, Prints: []corpus.Ref{article}}},
		Coverage:  rag.Coverage{Claims: 1, Cited: 1, Supported: 1}, References: []string{"[1] 云报. 北辰数据降价[EB/OL]."},
		Refusal: &briefing.Refusal{Reason: "no_evidence", Text: "太少。", Searched: []string{"北辰"}, Nearest: []corpus.Ref{article}},
		Found:   &briefing.Found{Passages: 3, Articles: 2, Months: map[string]int{"2024-11": 2}, Themes: []string{"价格"}},
		Caveats: reply.Caveats, Request: briefing.Request{Topic: "北辰数据/价格", Filter: corpus.Filter{Outlets: []string{"云报"}}}, Model: llm.Info{Provider: "none", Name: "extracts"},
		TookMS: 12,
	}
}

func TestOrderBriefing(t *testing.T) {
	desk := newFakeDesk()
	var ordered briefing.Request
	desk.order = func(r briefing.Request) error { ordered = r; return nil }
	s := newService(t, func(p *api.Parts) { p.Desk = desk })
	got := s.post("/v1/briefings", `{"topic":"北辰数据","focus":"价格","length":"short","sections":["价格"],"filter":{"outlets":["云报"]}}`)
	if want := `{"id":"brf_1","status":"queued"}`; got.status != 202 || strings.TrimSpace(string(got.body)) != want || got.header.Get("Location") != "/v1/briefings/brf_1" {
		t.Errorf("%d %v %s", got.status, got.header, got.body)
	}
	if ordered.Topic != "北辰数据" || ordered.Length != "short" || len(ordered.Filter.Outlets) != 1 {
		t.Errorf("ordered %+v", ordered)
	}
	for body, want := range map[string]struct {
		status     int
		code, says string
	}{
		``:                                     {400, "invalid_request", "empty"},
		`[]`:                                   {400, "invalid_request", "a list"},
		`{"topic":7}`:                          {400, "invalid_request", "topic"},
		`{}`:                                   {400, "invalid_request", "topic: it is empty"},
		`{"topic":"云","tone":"dry"}`:           {400, "unknown_field", "no field tone"},
		`{"topic":"云","filter":{"outlet":[]}}`: {400, "unknown_field", "did you mean outlets"},
		`{"topic":"` + strings.Repeat("云", 6<<20) + `"}`: {413, "too_large", "16 MB"},
	} {
		s.post("/v1/briefings", body).wantProblem(t, want.status, want.code, want.says)
	}
	desk.order = func(briefing.Request) error { return fmt.Errorf("store briefing: %w", corpus.ErrDiskFull) }
	s.post("/v1/briefings", `{"topic":"云"}`).wantProblem(t, 503, "unavailable", "disk is full")
}

func TestListBriefings(t *testing.T) {
	s := newService(t, nil)
	want := `{"briefings":[{"id":"brf_1","topic":"北辰数据/价格","status":"done","mode":"extracts","created":"2025-01-01T00:00:00Z","previous_id":""}],"total":2,"next":"further"}`
	if got := s.get("/v1/briefings?limit=1"); strings.TrimSpace(string(got.body)) != want {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := s.get("/v1/briefings?limit=2"); strings.TrimSpace(string(got.body)) != `{"briefings":[],"total":0,"next":null}` {
		t.Errorf("%d %s", got.status, got.body)
	}
	s.get("/v1/briefings?cursor=unknown").wantProblem(t, 400, "invalid_request", "cursor")
	s.get("/v1/briefings?limit=0").wantProblem(t, 400, "invalid_request", "limit")
	s.get("/v1/briefings?status=done").wantProblem(t, 400, "unknown_field", "status")
}

// TestDocuments takes a briefing as every kind of file.
func TestDocuments(t *testing.T) {
	s := newService(t, nil)
	for _, f := range briefing.Formats() {
		path := "/v1/briefings/brf_1." + f.Extension
		got := s.get(path)
		if got.status != 200 || got.header.Get("Content-Type") != f.ContentType || len(got.body) < 100 {
			t.Errorf("%s: %d %v", path, got.status, got.header)
		}
		kind, parameters, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
		if name := "北辰数据 价格：简报." + f.Extension; err != nil || parameters["filename"] != name || (kind == "inline") != (f.Extension == "html") {
			t.Errorf("%s: %v, %s", path, err, got.header.Get("Content-Disposition"))
		}
		if csp := got.header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "style-src") != (f.Extension == "html") {
			t.Errorf("%s: policy %q", path, csp)
		}
		head := s.do(s.request(http.MethodHead, path, "", ""))
		if head.status != 200 || len(head.body) > 0 || head.header.Get("Content-Length") != strconv.Itoa(len(got.body)) || head.header.Get("Content-Disposition") == "" {
			t.Errorf("HEAD %s: %d %v", path, head.status, head.header)
		}
	}
	s.get("/v1/briefings/brf_1.pdf").wantProblem(t, 404, "not_found", ".md, .html, .docx", `".pdf"`)
	s.get("/v1/briefings/brf_2.md").wantProblem(t, 404, "not_found")
	for status, says := range map[briefing.Status]string{
		briefing.Queued: "is queued", briefing.Running: "is running", briefing.Refused: "was refused", briefing.Failed: "has failed", briefing.Cancelled: "was cancelled",
	} {
		desk := newFakeDesk()
		desk.briefing.Status = status
		s := newService(t, func(p *api.Parts) { p.Desk = desk })
		s.get("/v1/briefings/brf_1.docx").wantProblem(t, 409, "conflict", "the briefing "+says)
	}
}

func TestDocumentName(t *testing.T) {
	for title, want := range map[string]string{
		"海燕云：简报":                 "海燕云：简报",
		`a/b\c:d*e?f"g<h>i|j`:    "a b c d e f g h i j",
		"../../etc/passwd":       "etc passwd",
		" \t\n\u0000\u202e ":     "brf_1",
		"...":                    "brf_1",
		"":                       "brf_1",
		strings.Repeat("云", 200): strings.Repeat("云", 80),
		"<script>alert(1)</script>\r\nSet-Cookie: x": "script alert(1) script Set-Cookie x",
	} {
		_, parameters, err := mime.ParseMediaType(api.Disposition(title, "brf_1", "md"))
		if err != nil || parameters["filename"] != want+".md" {
			t.Errorf("%q: %q, %v", title, parameters["filename"], err)
		}
	}
}

func FuzzDocumentName(f *testing.F) {
	for _, title := range []string{"海燕云：简报", `a/b\c`, "\xff\u202e", strings.Repeat("𠮷", 100), "a.", "100% \"sure\""} {
		f.Add(title)
	}
	f.Fuzz(func(t *testing.T, title string) {
		header := api.Disposition(title, "brf_1", "docx")
		_, parameters, err := mime.ParseMediaType(header)
		name := parameters["filename"]
		if err != nil || !strings.HasSuffix(name, ".docx") || len(name) > 255 || strings.ContainsAny(name, "/\\:*?\"<>|\r\n\x00") || strings.HasPrefix(name, ".") {
			t.Errorf("%q: %q in %q, %v", title, name, header, err)
		}
	})
}

func TestBriefingProblems(t *testing.T) {
	desk := newFakeDesk()
	s := newService(t, func(p *api.Parts) { p.Desk = desk })
	for _, path := range []string{"", "/events"} {
		s.get("/v1/briefings/brf_2"+path).wantProblem(t, 404, "not_found", "briefing")
	}
	s.post("/v1/briefings/brf_2/cancel", "").wantProblem(t, 404, "not_found")
	s.post("/v1/briefings/brf_2/recheck", "").wantProblem(t, 404, "not_found")
	s.delete("/v1/briefings/brf_2").wantProblem(t, 404, "not_found")
	r := s.request(http.MethodGet, "/v1/briefings/brf_1/events", "", "")
	r.Header.Set("Last-Event-ID", "9")
	s.do(r).wantProblem(t, 400, "invalid_request", "Last-Event-ID")
	r = s.request(http.MethodGet, "/v1/briefings/brf_1/events", "", "")
	r.Header.Set("Last-Event-ID", "3")
	if got := s.do(r); got.status != http.StatusNoContent {
		t.Errorf("after the last event: %d", got.status)
	}
	desk.err = &briefing.StateError{Status: briefing.Running, Err: rag.ErrRunning}
	s.delete("/v1/briefings/brf_1").wantProblem(t, 409, "conflict", "the briefing is running", "/cancel")
	desk.err = &briefing.StateError{Status: briefing.Done, Err: rag.ErrEnded}
	s.post("/v1/briefings/brf_1/cancel", "").wantProblem(t, 409, "conflict", "the briefing is done")
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		err  error
		want briefing.Problem
	}{
		{fmt.Errorf("section 4: %w", llm.ErrTimeout), briefing.Problem{Title: "Gateway Timeout", Status: 504, Code: "model_timeout", Detail: "section 4: " + llm.ErrTimeout.Error()}},
		{errors.New("open /srv/secret"), briefing.Problem{Title: "Internal Server Error", Status: 500, Code: "internal", Detail: "something failed here; the server's log has the cause under the briefing's id"}},
	} {
		c.want.Type = "about:blank"
		if got := api.Explain(c.err); got != c.want {
			t.Errorf("%v: %+v", c.err, got)
		}
	}
}

// TestRealBriefing orders a briefing of the desk itself, follows it, reads it, takes it
// as documents, and sees what a deletion does to it.
func TestRealBriefing(t *testing.T) {
	s := newRealService(t, nil)
	ids := []string{}
	for i, text := range []string{
		"北辰数据宣布，对象存储降价三成，自2024年12月起生效。\n北辰数据2024年第三季度营收为14.2亿元，同比增长36%。",
		"北辰数据宣布，计算服务降价两成，老客户不受影响。\n北辰数据的市场份额升至12%。",
		"分析师认为，北辰数据降价是为了留住中小客户。\n北辰数据预计2025年营收超过60亿元。",
	} {
		ids = append(ids, s.addText(asJSON(map[string]string{"title": "北辰数据新闻" + strconv.Itoa(i), "text": text, "published": "2024-11-2" + strconv.Itoa(i)})).ID)
	}
	ordered := s.post("/v1/briefings", `{"topic":"北辰数据","focus":"价格、营收","length":"short"}`)
	path := ordered.header.Get("Location")
	if ordered.status != 202 || path == "" {
		t.Fatalf("%d %s", ordered.status, ordered.body)
	}
	events := s.request(http.MethodGet, path+"/events", "", "")
	response, err := http.DefaultClient.Do(events)
	if err != nil {
		t.Fatal(err)
	}
	frames := s.rest(response)
	checkBriefingFrames(t, frames)
	var b briefing.Briefing
	got := s.get(path)
	got.decode(t, &b)
	if b.Status != briefing.Done || len(b.Sections) == 0 || len(b.Citations) == 0 {
		t.Fatalf("%s", got.body)
	}
	if last := frames[len(frames)-1]; last.name != "done" || last.data != strings.TrimSpace(string(got.body)) {
		t.Errorf("the done event is not the briefing: %s", last.data)
	}
	for _, f := range briefing.Formats() {
		if got := s.get(path + "." + f.Extension); got.status != 200 {
			t.Errorf(".%s: %d %s", f.Extension, got.status, got.body)
		}
	}
	cited := b.Citations[0].Article.ID
	if full := s.get("/v1/articles/" + cited); !slices.Contains(ids, cited) || !strings.Contains(string(full.body), `{"kind":"briefing","id":"`+b.ID+`","title":"`) {
		t.Errorf("cited_by lacks the briefing: %s", full.body)
	}
	s.delete("/v1/articles/" + cited)
	s.get(path).decode(t, &b)
	if c := b.Citations[0]; c.Article.State != "deleted" || c.Spans[0].Quote != nil {
		t.Errorf("after the deletion: %+v", c)
	}
	var rechecked rag.RecheckReply
	s.post(path+"/recheck", "").decode(t, &rechecked)
	if !slices.ContainsFunc(rechecked.Sentences, func(r rag.RecheckedSentence) bool { return r.Now != r.Was }) {
		t.Errorf("rechecked: %+v", rechecked)
	}
	s.post(path+"/cancel", "").wantProblem(t, 409, "conflict", "done already")
	if got := s.delete(path); got.status != http.StatusNoContent {
		t.Errorf("delete: %d %s", got.status, got.body)
	}
	s.get(path).wantProblem(t, 404, "not_found")
}

// checkBriefingFrames holds every event of a briefing against the description.
func checkBriefingFrames(t testing.TB, frames []frame) {
	t.Helper()
	schemas := map[string]string{"step": "EventStep", "section": "EventSection", "done": "Briefing", "error": "Problem"}
	for i, f := range frames {
		var value any
		if err := json.Unmarshal([]byte(f.data), &value); err != nil || f.id != i+1 {
			t.Fatalf("event %d, %v: %+v", i+1, err, f)
		}
		checkSchema(t, schemas[f.name], value)
	}
}
