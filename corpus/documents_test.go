package corpus_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
)

// noon is an arbitrary moment in whole milliseconds, as the record keeps them.
var noon = time.Date(2025, 2, 1, 12, 0, 0, 0, time.UTC)

func answer(id string, created time.Time, articles ...string) corpus.Document {
	return corpus.Document{
		ID: id, Question: "问" + id, Status: "answered", Mode: "extracts", Created: created,
		Articles: articles, Body: json.RawMessage(`{"answer":"答` + id + `"}`),
	}
}

func putAnswer(t *testing.T, r *corpus.Record, d corpus.Document) {
	t.Helper()
	if err := r.PutAnswer(t.Context(), d, corpus.Retention{}); err != nil {
		t.Fatal(err)
	}
}

func briefing(id, status string, created time.Time, articles ...string) corpus.Document {
	d := answer(id, created, articles...)
	d.Status = status
	return d
}

func putBriefing(t *testing.T, r *corpus.Record, d corpus.Document) {
	t.Helper()
	if err := r.PutBriefing(t.Context(), d, corpus.Retention{}); err != nil {
		t.Fatal(err)
	}
}

// citing returns the ids of what cites an article.
func citing(t *testing.T, r *corpus.Record, article string) (ids []string) {
	t.Helper()
	list, _, err := r.Citing(t.Context(), article)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestAnswerComesBack(t *testing.T) {
	r := open(t, t.TempDir())
	d := answer("ans_1", noon, "b", "a", "b")
	d.PreviousID = "ans_0"
	putAnswer(t, r, d)
	got, err := r.Answer(t.Context(), "ans_1")
	d.Articles = []string{"a", "b"}
	if diff := cmp.Diff(d, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := r.Answer(t.Context(), "ans_2"); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("an unknown id: error %v", err)
	}
}

func TestAnswerIsReplaced(t *testing.T) {
	r := open(t, t.TempDir())
	putAnswer(t, r, answer("x", noon, "a", "b"))
	second := answer("x", noon.Add(time.Second), "b", "c")
	second.Status = "refused"
	putAnswer(t, r, second)
	if got, err := r.Answer(t.Context(), "x"); err != nil || !cmp.Equal(got, second) {
		t.Errorf("%+v, error %v", got, err)
	}
	for article, want := range map[string][]string{"a": nil, "b": {"x"}, "c": {"x"}} {
		if diff := cmp.Diff(want, citing(t, r, article)); diff != "" {
			t.Error(article, diff)
		}
	}
}

func TestAnswerWithoutJSON(t *testing.T) {
	r := open(t, t.TempDir())
	for _, body := range []string{"", "{", "答"} {
		d := answer("x", noon)
		d.Body = json.RawMessage(body)
		if err := r.PutAnswer(t.Context(), d, corpus.Retention{}); err == nil {
			t.Errorf("body %q: no error", body)
		}
	}
}

func TestAnswersByPages(t *testing.T) {
	r := open(t, t.TempDir())
	var want []string
	for i := range 11 {
		want = append(want, fmt.Sprintf("%02d", i))
		putAnswer(t, r, answer(want[i], noon.Add(-time.Duration(i/3)*time.Minute), "a"))
	}
	var got []string
	cursor := ""
	for {
		page, total, next, err := r.Answers(t.Context(), 4, cursor)
		if err != nil || total < 11 {
			t.Fatalf("total %d, error %v", total, err)
		}
		for _, d := range page {
			got = append(got, d.ID)
			if d.Body != nil || d.Articles != nil || d.Question != "问"+d.ID {
				t.Errorf("%+v", d)
			}
		}
		if cursor = next; cursor == "" {
			break
		}
		putAnswer(t, r, answer("later"+next, noon.Add(time.Hour)))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if ids := citing(t, r, "a"); !cmp.Equal(ids, want) {
		t.Errorf("citing: %q", ids)
	}
}

func TestDeleteAnswer(t *testing.T) {
	r := open(t, t.TempDir())
	putAnswer(t, r, answer("x", noon, "a"))
	putAnswer(t, r, answer("y", noon, "a"))
	if err := r.DeleteAnswer(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	if err := r.DeleteAnswer(t.Context(), "x"); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("a second time: error %v", err)
	}
	if diff := cmp.Diff([]string{"y"}, citing(t, r, "a")); diff != "" {
		t.Error(diff)
	}
	if c, err := r.Counts(t.Context()); err != nil || c.Answers != 1 {
		t.Errorf("%+v, error %v", c, err)
	}
}

// TestAnswersOutliveArticles deletes a cited article: the answer still says what
// it cites.
func TestAnswersOutliveArticles(t *testing.T) {
	r := open(t, t.TempDir())
	put(t, r, entry("a", "文。"))
	putAnswer(t, r, answer("x", noon, "a"))
	remove(t, r, "a")
	got, err := r.Answer(t.Context(), "x")
	if err != nil || !cmp.Equal(got.Articles, []string{"a"}) || !cmp.Equal(citing(t, r, "a"), []string{"x"}) {
		t.Errorf("%+v, error %v", got, err)
	}
}

// TestRetention: the oldest go when one is put, some at a time.
func TestRetention(t *testing.T) {
	r := open(t, t.TempDir())
	ids := func() (list []string) {
		t.Helper()
		found, _, _, err := r.Answers(t.Context(), 1000, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range found {
			list = append(list, d.ID)
		}
		return list
	}
	putKeeping := func(id string, created time.Time, keep corpus.Retention) {
		t.Helper()
		if err := r.PutAnswer(t.Context(), answer(id, created, "a"), keep); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 250 {
		putAnswer(t, r, answer(fmt.Sprintf("%03d", i), noon.Add(time.Duration(i)*time.Minute), "a"))
	}
	for i, want := range []int{151, 52, 3, 3} {
		putKeeping(fmt.Sprintf("new%d", i), noon.Add(time.Duration(300+i)*time.Minute), corpus.Retention{Most: 3})
		if got := ids(); len(got) != want || got[0] != fmt.Sprintf("new%d", i) {
			t.Errorf("put %d: %d are left, the newest %s", i, len(got), got[0])
		}
	}
	if got := citing(t, r, "a"); len(got) != 3 {
		t.Errorf("citing: %q", got)
	}
	putKeeping("new4", noon.Add(304*time.Minute), corpus.Retention{Since: noon.Add(302 * time.Minute)})
	if diff := cmp.Diff([]string{"new4", "new3", "new2"}, ids()); diff != "" {
		t.Error(diff)
	}
	// Of answers of one moment the last that was put is the newest.
	for _, id := range []string{"b", "c", "a"} {
		putKeeping(id, noon.Add(time.Hour*9), corpus.Retention{Most: 1})
		if diff := cmp.Diff([]string{id}, ids()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestBriefingComesBack(t *testing.T) {
	r := open(t, t.TempDir())
	putAnswer(t, r, answer("x", noon, "a"))
	d := briefing("x", "queued", noon, "b", "a")
	putBriefing(t, r, d)
	d.Status, d.Articles, d.Body = "done", []string{"a", "b"}, json.RawMessage(`{"title":"简报"}`)
	putBriefing(t, r, d)
	got, err := r.Briefing(t.Context(), "x")
	if diff := cmp.Diff(d, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err := r.Answer(t.Context(), "x"); err != nil || got.Status != "answered" {
		t.Errorf("the answer of that id: %+v, %v", got, err)
	}
	if _, err := r.Briefing(t.Context(), "y"); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("an unknown id: error %v", err)
	}
	list, total, next, err := r.Briefings(t.Context(), 10, "")
	if err != nil || total != 1 || next != "" || len(list) != 1 || list[0].Question != d.Question {
		t.Errorf("%+v, total %d, next %q, error %v", list, total, next, err)
	}
	if c, err := r.Counts(t.Context()); err != nil || c.Briefings != 1 || c.Answers != 1 {
		t.Errorf("%+v, error %v", c, err)
	}
	byAnswer := corpus.Citer{Kind: "answer", ID: "x", Title: answer("x", noon).Question, Created: noon}
	citers, cited, err := r.Citing(t.Context(), "a")
	if diff := cmp.Diff([]corpus.Citer{byAnswer, {Kind: "briefing", ID: "x", Title: d.Question, Created: noon}}, citers); diff != "" || err != nil || cited != 2 {
		t.Error(diff, err, cited)
	}
	if err := r.DeleteBriefing(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	if err := r.DeleteBriefing(t.Context(), "x"); !errors.Is(err, corpus.ErrNotFound) {
		t.Errorf("a second time: error %v", err)
	}
	citers, cited, err = r.Citing(t.Context(), "a")
	if diff := cmp.Diff([]corpus.Citer{byAnswer}, citers); diff != "" || err != nil || cited != 1 {
		t.Error(diff, err, cited)
	}
}

// TestCitedOften: of an article that everybody cites the newest are listed, with the
// beginning of a long question, and all are counted.
func TestCitedOften(t *testing.T) {
	r := open(t, t.TempDir())
	for i := range 205 {
		d := answer(fmt.Sprint(i), noon.Add(time.Duration(i)*time.Second), "a")
		d.Question = fmt.Sprint(i, strings.Repeat("𠮷", 300))
		putAnswer(t, r, d)
	}
	citers, cited, err := r.Citing(t.Context(), "a")
	if err != nil || cited != 205 || len(citers) != 200 || citers[0].ID != "204" || citers[199].ID != "5" {
		t.Fatalf("%d of %d, %v", len(citers), cited, err)
	}
	if want := "204" + strings.Repeat("𠮷", 197); citers[0].Title != want {
		t.Errorf("the title is %q", citers[0].Title)
	}
}

// TestUnfinishedBriefings: they come in the order in which they were ordered, also
// those of one moment that were changed since.
func TestUnfinishedBriefings(t *testing.T) {
	r := open(t, t.TempDir())
	for i, status := range []string{"queued", "done", "queued", "failed", "queued", "running", "refused", "cancelled"} {
		putBriefing(t, r, briefing(fmt.Sprint(9-i), status, noon.Add(time.Duration(i/3)*time.Millisecond), "a"))
	}
	putBriefing(t, r, briefing("9", "running", noon, "a"))
	list, err := r.UnfinishedBriefings(t.Context())
	var ids []string
	for _, d := range list {
		ids = append(ids, d.ID)
		if len(d.Body) == 0 || len(d.Articles) != 1 {
			t.Errorf("%+v", d)
		}
	}
	if diff := cmp.Diff([]string{"9", "7", "5", "4"}, ids); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// TestBriefingRetention: those that have not ended stay, however old, and push out none.
func TestBriefingRetention(t *testing.T) {
	r := open(t, t.TempDir())
	for i, status := range []string{"queued", "done", "running", "refused", "done", "queued"} {
		putBriefing(t, r, briefing(fmt.Sprint(i), status, noon.Add(time.Duration(i)*time.Minute)))
	}
	put := func(d corpus.Document, keep corpus.Retention, want ...string) {
		t.Helper()
		if err := r.PutBriefing(t.Context(), d, keep); err != nil {
			t.Fatal(err)
		}
		list, _, _, err := r.Briefings(t.Context(), 100, "")
		var ids []string
		for _, d := range list {
			ids = append(ids, d.ID)
		}
		if diff := cmp.Diff(want, ids); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
	put(briefing("6", "queued", noon.Add(6*time.Minute)), corpus.Retention{Most: 2}, "6", "5", "4", "3", "2", "0")
	put(briefing("0", "done", noon), corpus.Retention{Most: 2}, "6", "5", "4", "3", "2")
	put(briefing("2", "done", noon.Add(2*time.Minute)), corpus.Retention{Since: noon.Add(4 * time.Minute)}, "6", "5", "4")
}
