package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"chuchu/corpus"
)

// storeAnswer puts an answer that cites articles into the record.
func (s *service) storeAnswer(id string, articles ...string) {
	s.t.Helper()
	err := s.record.PutAnswer(s.t.Context(), corpus.Document{
		ID: id, Question: "问 " + id, Status: "answered", Mode: "extracts", PreviousID: "", Articles: articles,
		Created: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), Body: json.RawMessage(`{}`),
	}, corpus.Retention{})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestAnswers(t *testing.T) {
	s := newService(t, nil)
	if got := s.get("/v1/answers"); string(got.body) != `{"answers":[],"total":0,"next":null}`+"\n" {
		t.Errorf("empty: %s", got.body)
	}
	for i := range 3 {
		s.storeAnswer(fmt.Sprintf("ans_%d", i))
	}
	var first, second struct {
		Answers []struct{ ID, Question string }
		Total   int
		Next    *string
	}
	s.get("/v1/answers?limit=2").decode(t, &first)
	if len(first.Answers) != 2 || first.Total != 3 || first.Next == nil || first.Answers[0].Question != "问 ans_0" {
		t.Fatalf("got %+v", first)
	}
	s.get("/v1/answers?limit=2&cursor="+*first.Next).decode(t, &second)
	if len(second.Answers) != 1 || second.Next != nil || second.Answers[0].ID != "ans_2" {
		t.Errorf("got %+v", second)
	}
	var stored struct {
		Question  string
		Citations []struct {
			Article struct{ State string }
			Spans   []struct{ Quote *string }
		}
	}
	s.get("/v1/answers/ans_1").decode(t, &stored)
	if stored.Question != "北辰数据何时降价？" || stored.Citations[0].Article.State != "deleted" || stored.Citations[0].Spans[0].Quote != nil {
		t.Errorf("got %+v", stored)
	}
	s.get("/v1/answers/ans_9").wantProblem(t, 404, "not_found")
	if got := s.delete("/v1/answers/ans_1"); got.status != http.StatusNoContent {
		t.Errorf("delete: %d", got.status)
	}
	s.delete("/v1/answers/ans_1").wantProblem(t, 404, "not_found")
}
