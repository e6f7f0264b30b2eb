package when

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"testing"
	"time"
)

// A windowQuestion is a question with the windows that are right for it.
type windowQuestion struct {
	ID         string       `json:"id"`
	Question   string       `json:"question"`
	AsOf       string       `json:"as_of"`
	Window     *wantWindow  `json:"window"`
	WindowAlso []wantWindow `json:"window_also"`
}

type wantWindow struct {
	From *string `json:"from"`
	To   *string `json:"to"`
}

// TestQuestionWindows counts the questions of a question set, kept beside the
// repository, whose window is right, give or take a day.
func TestQuestionWindows(t *testing.T) {
	file, err := os.Open("../../../shared/eval/questions_time.jsonl")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no question set beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	right, asked := 0, 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var q windowQuestion
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		if q.Window == nil {
			continue
		}
		asked++
		if p, _ := Window(q.Question, q.AsOf); q.right(p) {
			right++
		} else {
			t.Logf("%s: %s is %s", q.ID, q.Question, writtenPeriod(p))
		}
	}
	if asked == 0 || right < asked {
		t.Errorf("%d windows of %d are right", right, asked)
	}
}

func (q windowQuestion) right(p Period) bool {
	for _, w := range append(q.WindowAlso, *q.Window) {
		if closeTo(w.From, p.From) && closeTo(w.To, p.To) {
			return true
		}
	}
	return false
}

func closeTo(want *string, got string) bool {
	if want == nil || got == "" {
		return want == nil && got == ""
	}
	a, err := time.Parse(time.DateOnly, *want)
	b, gotErr := time.Parse(time.DateOnly, got)
	return err == nil && gotErr == nil && a.Sub(b).Abs() <= 24*time.Hour
}
