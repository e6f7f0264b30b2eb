package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuchu/api"
	"chuchu/corpus"
	"chuchu/ingest"
)

// A part of a form; without a file name it is a plain field.
type part struct{ name, file, content string }

func multipartBody(t testing.TB, parts ...part) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, p := range parts {
		disposition := fmt.Sprintf(`form-data; name=%q`, p.name)
		if p.file != "" {
			disposition += `; filename="` + p.file + `"`
		}
		header := textproto.MIMEHeader{"Content-Disposition": {disposition}}
		if p.name == "meta" {
			header.Set("Content-Type", "application/json")
		}
		w, err := form.CreatePart(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, p.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), form.FormDataContentType()
}

func (s *service) upload(parts ...part) reply {
	s.t.Helper()
	body, contentType := multipartBody(s.t, parts...)
	return s.do(s.request(http.MethodPost, "/v1/articles", contentType, body))
}

// results decodes what became of each article.
func (r reply) results(t testing.TB) []ingest.Result {
	t.Helper()
	var v struct{ Results []ingest.Result }
	r.decode(t, &v)
	return v.Results
}

// outcome is a result in one line.
func outcome(list []ingest.Result) []string {
	var out []string
	for _, r := range list {
		out = append(out, strings.TrimSuffix(r.Name+" "+r.Status+" "+r.Reason, " "))
	}
	return out
}

func TestAddJSON(t *testing.T) {
	s := newService(t, nil)
	body := `{"title":"北辰数据降价","text":"北辰数据宣布，对象存储降价三成。","published":"2024-11-21","outlet":"云报","tags":["云"]}`
	first := s.addText(body)
	if first.Title != "北辰数据降价" || first.Published != "2024-11-21" || first.Outlet != "云报" {
		t.Errorf("got %+v", first)
	}
	if again := s.post("/v1/articles", body); again.status != http.StatusOK || again.results(t)[0].Status != "unchanged" {
		t.Errorf("the same again: %d %s", again.status, again.body)
	}
	if other := s.addText(`{"text":"另一篇没有标题的文章。"}`); other.ID == first.ID {
		t.Error("two articles without an id of their own have the same one")
	}
	declared := s.addText(`{"id":"x-1","html":"<h1>题</h1><p>第一版的正文。</p>"}`)
	changed := s.post("/v1/articles", `{"id":"x-1","html":"<h1>题</h1><p>第二版的正文。</p>"}`)
	if r := changed.results(t)[0]; changed.status != http.StatusOK || r.Status != "updated" || r.Article.ID != declared.ID || r.Article.Version != 2 {
		t.Errorf("changed: %d %s", changed.status, changed.body)
	}
}

func TestAddJSONRefuses(t *testing.T) {
	s := newService(t, nil)
	for _, c := range []struct {
		body, code string
		status     int
		says       string
	}{
		{`{"title":"题"}`, "invalid_request", 400, "text: an article has one of text, html and markdown, not 0"},
		{`{"text":"甲","markdown":"乙"}`, "invalid_request", 400, "not 2"},
		{`{"txt":"甲"}`, "unknown_field", 400, "txt; did you mean text?"},
		{`{"text":["甲"]}`, "invalid_request", 400, "text: a list stands where a string belongs"},
		{`{"text":"甲","canonical":true}`, "unknown_field", 400, "canonical"},
		{`{"text":" \n "}`, "refused", 422, "results say why"},
		{`{"text":"甲。","published":"soon"}`, "refused", 422, "results say why"},
		{`{"title":"长","text":"` + strings.Repeat("长", 2_000_001) + `"}`, "refused", 422, "results say why"},
	} {
		p := s.post("/v1/articles", c.body).wantProblem(t, c.status, c.code, c.says)
		if c.status == http.StatusUnprocessableEntity && (len(p.Results) != 1 || p.Results[0].Reason == "") {
			t.Errorf("%.60s: results %v", c.body, p.Results)
		}
	}
	if counts, err := s.record.Counts(t.Context()); err != nil || counts.Articles != 0 {
		t.Errorf("%d articles went in, %v", counts.Articles, err)
	}
}

func TestUpload(t *testing.T) {
	s := newService(t, nil)
	lines := `{"title":"甲","text":"甲公司发布了新的服务器。"}` + "\n" + `{"title":"乙","text":"乙公司发布了新的数据库。"}`
	got := s.upload(part{"meta", "", `{"outlet":"云报","tags":["上传"]}`},
		part{"files", "news/one.txt", "第一篇\n北辰数据宣布，对象存储降价三成。"},
		part{"files", "two.jsonl", lines},
		part{"files", "empty.txt", ""},
		part{"files", "", "没有名字"},
		part{"files", "three.html", "\x00\x01\x02\x03"})
	want := []string{
		"part 5 refused it has no file name",
		"news/one.txt added", "two.jsonl#1 added", "two.jsonl#2 added",
		"empty.txt refused the file is empty", "three.html refused it is no text (application/octet-stream)",
	}
	if diff := cmp.Diff(want, outcome(got.results(t))); diff != "" || got.status != http.StatusOK {
		t.Errorf("%d\n%s", got.status, diff)
	}
	list, err := s.record.Articles(t.Context(), corpus.ListQuery{Filter: corpus.Filter{Outlets: []string{"云报"}, Tags: []string{"上传"}}})
	if err != nil || list.Total != 3 {
		t.Errorf("%d articles have the outlet and tag of meta, %v", list.Total, err)
	}
	if got := s.upload(part{"files", "a.txt", "又一篇文章的正文。"}); got.status != http.StatusCreated {
		t.Errorf("all added: %d %s", got.status, got.body)
	}
}

// TestUploadNames: a name leads nowhere, and is an id where it is a path.
func TestUploadNames(t *testing.T) {
	s := newService(t, nil)
	ids := map[string]bool{}
	for sent, want := range map[string]string{
		"../../etc/passwd":                "etc/passwd",
		`C:\\Users\\甲\\报告.txt`:            "C:/Users/甲/报告.txt",
		"/abs/a.txt":                      "abs/a.txt",
		"./b//c.txt":                      "b/c.txt",
		"other/c.txt":                     "other/c.txt",
		"tab\there.txt":                   "tabhere.txt",
		strings.Repeat("长", 600) + ".txt": strings.Repeat("长", 496) + ".txt",
	} {
		results := s.upload(part{"files", sent, "正文，各不相同：" + want}).results(t)
		if len(results) != 1 || results[0].Name != want || results[0].Status != "added" {
			t.Errorf("%q: got %v, want %q added", sent, results, want)
			continue
		}
		ids[results[0].Article.ID] = true
	}
	if len(ids) != 7 {
		t.Errorf("%d ids for 7 files", len(ids))
	}
	for _, nowhere := range []string{"..", "/", "a/.."} {
		s.upload(part{"files", nowhere, "正文"}).wantProblem(t, 422, "refused")
	}
}

func TestUploadRefuses(t *testing.T) {
	s := newService(t, nil)
	file := part{"files", "a.txt", "正文。"}
	for _, c := range []struct {
		name  string
		parts []part
		code  string
		says  string
	}{
		{"none", nil, "invalid_request", "files: there is no file in the upload"},
		{"misspelt part", []part{{"file", "a.txt", "正文"}}, "unknown_field", "part file; did you mean files?"},
		{"meta of one for two", []part{file, file, {"meta", "", `{"title":"题"}`}}, "invalid_request", "can be those of one file"},
		{"unknown key", []part{file, {"meta", "", `{"outlets":"云报"}`}}, "unknown_field", "meta: there is no field outlets; did you mean outlet?"},
		{"wrong type", []part{file, {"meta", "", `{"tags":"云"}`}}, "invalid_request", "meta.tags: a string stands where a list belongs"},
		{"wrong date", []part{file, {"meta", "", `{"published":"昨天"}`}}, "invalid_request", "is no date"},
		{"address of no page", []part{file, {"meta", "", `{"url":"urn:x:1"}`}}, "invalid_request", "meta.url"},
		{"wrong address", []part{file, {"meta", "", `{"url":"file:///etc/passwd"}`}}, "invalid_request", "meta.url"},
	} {
		t.Run(c.name, func(t *testing.T) { s.upload(c.parts...).wantProblem(t, 400, c.code, c.says) })
	}
	whole, contentType := multipartBody(t, file)
	s.do(s.request("POST", "/v1/articles", contentType, whole[:len(whole)-20])).wantProblem(t, 400, "invalid_request", "did not come in whole")
	s.do(s.request("POST", "/v1/articles", "multipart/form-data", whole)).wantProblem(t, 400, "invalid_request", "boundary")
	s.do(s.request("POST", "/v1/articles", "text/plain", "正文")).wantProblem(t, 415, "unsupported_format", "multipart/form-data")
}

// TestUploadTooLarge: a file that does not fit costs itself alone; an upload far
// over the limit is not read to its end.
func TestUploadTooLarge(t *testing.T) {
	s := newService(t, func(p *api.Parts) { p.Options.UploadSize = 4 << 10 })
	large := strings.Repeat("大", 2000)
	got := s.upload(part{"files", "a.txt", "第一篇文章的正文。"}, part{"files", "large.txt", large}, part{"files", "b.txt", "第二篇文章的正文。"})
	want := []string{
		"large.txt refused it does not fit into the 4096 bytes of an upload; send it by itself, or its articles one by one",
		"a.txt added", "b.txt added",
	}
	if diff := cmp.Diff(want, outcome(got.results(t))); diff != "" || got.status != http.StatusOK {
		t.Errorf("%d\n%s", got.status, diff)
	}
	p := s.upload(part{"files", "large.txt", large}).wantProblem(t, 413, "too_large", "4096 bytes")
	if len(p.Results) != 1 || p.Results[0].Name != "large.txt" {
		t.Errorf("results %v", p.Results)
	}
	s.upload(part{"files", "huge.txt", strings.Repeat(large, 4)}).wantProblem(t, 413, "too_large", "4096 bytes")
	s.upload(part{"files", "a.txt", "正文"}, part{"meta", "", `{"title":"` + strings.Repeat("x", 70_000) + `"}`}).wantProblem(t, 413, "too_large", "meta")
}

// fakeIngester fails in ways that a real one seldom does.
type fakeIngester struct {
	put func(context.Context, []ingest.Draft, func(ingest.Result)) error
}

func (f *fakeIngester) Put(ctx context.Context, drafts []ingest.Draft, report func(ingest.Result)) error {
	return f.put(ctx, drafts, report)
}

func (f *fakeIngester) Ingest(context.Context, iter.Seq2[ingest.Source, error], func(ingest.Result)) error {
	return errors.New("not asked for")
}

func TestIngestFails(t *testing.T) {
	ref := sampleRef("")
	fake := &fakeIngester{}
	s := newService(t, func(p *api.Parts) { p.Ingester = fake })
	fails := func(err error) {
		fake.put = func(_ context.Context, _ []ingest.Draft, report func(ingest.Result)) error {
			report(ingest.Result{Name: "题", Status: "added", Article: &ref})
			return err
		}
	}
	fails(&ingest.EmbedError{Articles: 1, Err: errors.New("down")})
	got := s.post("/v1/articles", `{"text":"正文。"}`)
	if got.status != http.StatusCreated || !strings.Contains(string(got.body), `"not_embedded"`) {
		t.Errorf("without vectors: %d %s", got.status, got.body)
	}
	fails(fmt.Errorf("put: %w", corpus.ErrDiskFull))
	if p := s.post("/v1/articles", `{"text":"正文。"}`).wantProblem(t, 503, "unavailable", "disk is full"); len(p.Results) != 1 {
		t.Errorf("what went in before is not said: %v", p.Results)
	}
}

func TestListArticles(t *testing.T) {
	s := newService(t, nil)
	if got := s.get("/v1/articles"); string(got.body) != `{"articles":[],"total":0,"next":null,"months":{}}`+"\n" {
		t.Errorf("empty: %s", got.body)
	}
	for i, published := range []string{"2024-11-21", "2024-11-02", "2023-05", "2022", ""} {
		s.addText(fmt.Sprintf(`{"id":"%d","title":"第%d篇","text":"正文 %d。","published":%q,"outlet":"报%d","tags":["t%d"]}`, i, i, i, published, i%2, i))
	}
	var titles []string
	for next := "?limit=2"; next != ""; {
		var page struct {
			Articles []corpus.Ref
			Total    int
			Next     *string
			Months   map[string]int
		}
		s.get("/v1/articles"+next).decode(t, &page)
		for _, a := range page.Articles {
			titles = append(titles, a.Title)
		}
		if page.Total != 5 || page.Months["2024-11"] != 2 || page.Months["2023-05"] != 1 {
			t.Errorf("total %d, months %v", page.Total, page.Months)
		}
		next = ""
		if page.Next != nil {
			next = "?limit=2&cursor=" + url.QueryEscape(*page.Next)
		}
	}
	if want := []string{"第0篇", "第1篇", "第2篇", "第3篇", "第4篇"}; !slices.Equal(titles, want) {
		t.Errorf("got %v", titles)
	}
	for query, want := range map[string]int{
		"q=" + url.QueryEscape("第3"): 1, "outlet=" + url.QueryEscape("报0"): 3, "tag=t1&tag=t2": 2,
		"from=2024-01-01": 2, "from=2023-05-31&to=2024-11-02": 2, "to=2022-06-01": 1,
	} {
		var page struct{ Total int }
		s.get("/v1/articles?"+query).decode(t, &page)
		if page.Total != want {
			t.Errorf("%s: %d, want %d", query, page.Total, want)
		}
	}
}

func TestListRefuses(t *testing.T) {
	s := newService(t, nil)
	for query, says := range map[string]string{
		"limit=0": "limit: ", "limit=1001": "limit: ", "limit=many": "limit: ", "limit=1&limit=2": "limit: it is given more than once",
		"from=2024": "from: days are written YYYY-MM-DD", "from=2024-02-30": "from: ", "to=x": "to: ",
		"from=2024-02-02&to=2024-01-01": "to: it is before from", "cursor=zzz": "cursor: ", "outlets=x": "outlets; did you mean outlet?", "a=%zz": "encoded",
	} {
		for _, path := range []string{"/v1/articles", "/v1/answers"} {
			got := s.get(path + "?" + query)
			code := "invalid_request"
			if strings.Contains(string(got.body), "unknown_field") {
				code = "unknown_field"
			}
			if path == "/v1/answers" && code == "unknown_field" {
				says = "there are limit, cursor"
			}
			got.wantProblem(t, 400, code, says)
		}
	}
}

func TestGetArticleOfAFamily(t *testing.T) {
	s := newService(t, nil)
	text := "霁石云推迟了吉隆坡节点，原因是变电站扩容排到了明年二月，此前只能拿到设计功率的四成；投资从约九亿元增加到十一亿五千万元，这是该公司的第三个海外节点。"
	first := s.addText(`{"id":"x","title":"题","text":"` + text + `"}`)
	reprint := s.addText(`{"id":"y","title":"又一题","text":"` + text + `本报转载。"}`)
	var got struct{ Family []corpus.Ref }
	s.get("/v1/articles/"+first.ID).decode(t, &got)
	if len(got.Family) != 1 || got.Family[0].ID != reprint.ID {
		t.Errorf("family %+v", got.Family)
	}
}

func TestGetArticle(t *testing.T) {
	s := newService(t, nil)
	a := s.addText(`{"id":"x","title":"题","text":"第一版的正文 <b>&。"}`)
	s.post("/v1/articles", `{"id":"x","title":"题","text":"第二版的正文，改了。\n另一段。","published":"2024","author":"甲"}`)
	s.storeAnswer("ans_1", a.ID)
	var got struct {
		ID, Text, Author, Language, Hash, Precision string
		Version                                     int
		Published                                   *string
		Tags                                        []string
		Versions                                    []struct{ Version int }
		Passages                                    []struct {
			ID, Heading         string
			Ordinal, Start, End int
		}
		Family  []corpus.Ref
		CitedBy []struct {
			Kind, ID, Title string
			Created         time.Time
		} `json:"cited_by"`
		CitedByTotal int `json:"cited_by_total"`
	}
	r := s.get("/v1/articles/" + a.ID)
	r.decode(t, &got)
	text := []rune(got.Text)
	if got.Version != 2 || *got.Published != "2024" || got.Precision != "year" || got.Author != "甲" || len(got.Versions) != 2 || got.Hash == "" ||
		len(got.Passages) != 1 || got.Passages[0].End != len(text) || got.Family == nil || got.Tags == nil || len(got.CitedBy) != 1 || got.CitedByTotal != 1 {
		t.Errorf("got %s", r.body)
	}
	if c := got.CitedBy[0]; c.Kind != "answer" || c.ID != "ans_1" || c.Title != "问 ans_1" || c.Created.Year() != 2025 {
		t.Errorf("cited by %+v", c)
	}
	old := s.get("/v1/articles/" + a.ID + "?version=1")
	if !strings.Contains(string(old.body), `"text":"第一版的正文 <b>&。"`) || !strings.Contains(string(old.body), `"passages":[]`) {
		t.Errorf("version 1: %s", old.body)
	}
	s.get("/v1/articles/"+a.ID+"?version=3").wantProblem(t, 404, "not_found")
	s.get("/v1/articles/"+a.ID+"?version=x").wantProblem(t, 400, "invalid_request", "version: ")
	s.get("/v1/articles/a%2Funknown").wantProblem(t, 404, "not_found")
	s.get("/v1/articles/").wantProblem(t, 404, "not_found")
}

func TestDeleteArticle(t *testing.T) {
	caughtUp := 0
	s := newService(t, func(p *api.Parts) {
		p.CatchUp = func(context.Context) error { caughtUp++; return errors.New("index down") }
	})
	a := s.addText(`{"text":"要删掉的正文。"}`)
	if got := s.delete("/v1/articles/" + a.ID); got.status != http.StatusNoContent || len(got.body) != 0 || caughtUp != 1 {
		t.Errorf("%d %s, caught up %d times", got.status, got.body, caughtUp)
	}
	s.delete("/v1/articles/"+a.ID).wantProblem(t, 410, "gone")
	s.get("/v1/articles/"+a.ID).wantProblem(t, 410, "gone")
	s.delete("/v1/articles/a_unknown").wantProblem(t, 404, "not_found")
}

// A leavingClient ends its request's context with the first bytes it gets.
type leavingClient struct {
	*httptest.ResponseRecorder
	leave context.CancelFunc
}

func (w leavingClient) Write(b []byte) (int, error) {
	w.leave()
	return w.ResponseRecorder.Write(b)
}

// TestExportCutOff: an export that fails half-way breaks the connection.
func TestExportCutOff(t *testing.T) {
	s := newService(t, nil)
	for i := range 10 {
		s.addText(fmt.Sprintf(`{"id":"%d","text":"%s"}`, i, strings.Repeat("很长的一段话。", 3000)))
	}
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	w := leavingClient{httptest.NewRecorder(), leave}
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("ended with %v after %d bytes", v, w.Body.Len())
		}
	}()
	s.ServeHTTP(w, s.request(http.MethodGet, "/v1/articles.jsonl", "", "").WithContext(ctx))
}

// TestExport: what is exported is taken in again to the same.
func TestExport(t *testing.T) {
	s, other := newService(t, nil), newService(t, nil)
	if got := s.get("/v1/articles.jsonl"); got.status != http.StatusOK || len(got.body) != 0 {
		t.Errorf("empty: %d %q", got.status, got.body)
	}
	for i := range 20 {
		s.addText(fmt.Sprintf(`{"id":"%d","title":"第%d篇","text":"正文 <%d>。\n%s","tags":["甲"]}`, i, i, i, strings.Repeat("很长的一段话。", 1000)))
	}
	exported := s.get("/v1/articles.jsonl")
	if exported.header.Get("Content-Type") != "application/jsonl" || bytes.Count(exported.body, []byte("\n")) != 20 {
		t.Fatalf("%v, %d bytes", exported.header, len(exported.body))
	}
	if got := other.upload(part{"files", "articles.jsonl", string(exported.body)}); got.status != http.StatusCreated {
		t.Fatalf("%d %.300s", got.status, got.body)
	}
	if again := other.get("/v1/articles.jsonl"); !bytes.Equal(again.body, exported.body) {
		t.Error("a second export differs from the first")
	}
}
