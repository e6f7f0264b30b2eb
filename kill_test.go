package main

import (
	"bufio"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"chuchu/ingest"
)

// program returns a command that runs this program in dir.
func programCommand(t testing.TB, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), self, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), asProgram+"=1")
	return command
}

// TestKilledIngest kills ingest at random points: nothing that was confirmed is
// lost, the next run starts by itself, and in the end the collection is what an
// undisturbed run makes.
func TestKilledIngest(t *testing.T) {
	const articles = 150
	file, _ := scaleArticles(t, articles)
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	confirmed := make(map[string]bool)
	for range 5 {
		killAfter(t, dir, file, random.IntN(articles/2), confirmed)
		if have := exported(t, dir, "data"); !covers(have, confirmed) {
			t.Fatalf("%d articles were confirmed, %d are there", len(confirmed), len(have))
		}
	}
	if len(confirmed) == 0 {
		t.Fatal("no run confirmed anything before it was killed")
	}
	for _, data := range []string{"data", "undisturbed"} {
		if out, err := programCommand(t, dir, "ingest", "--data", data, file).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	killed, whole := exported(t, dir, "data"), exported(t, dir, "undisturbed")
	if len(whole) != articles || !covers(killed, whole) || !covers(whole, killed) {
		t.Errorf("after the kills %d articles, undisturbed %d, offered %d", len(killed), len(whole), articles)
	}
	searchFindsAll(t, dir)
}

// killAfter starts ingest, notes what it confirms, and kills it after n articles.
func killAfter(t *testing.T, dir, file string, n int, confirmed map[string]bool) {
	t.Helper()
	command := programCommand(t, dir, "ingest", "--data", "data", "--json", file)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var result ingest.Result
		if json.Unmarshal(lines.Bytes(), &result) != nil || result.Article == nil {
			break // the line that the kill cut
		}
		confirmed[result.Article.ID] = true
		if n--; n == 0 {
			if err := command.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = command.Wait() // it was killed
}

func exported(t *testing.T, dir, data string) map[string]bool {
	t.Helper()
	out, err := programCommand(t, dir, "articles", "export", "--data", data).Output()
	if err != nil {
		t.Fatal(err)
	}
	ids := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		var article struct {
			ID   string `json:"id"`
			Text string `json:"text"`
		}
		if err := json.Unmarshal([]byte(line), &article); err != nil || article.Text == "" {
			t.Fatalf("exported %.80q: %v", line, err)
		}
		ids[article.ID] = true
	}
	return ids
}

func covers(have, wanted map[string]bool) bool {
	for id := range wanted {
		if !have[id] {
			return false
		}
	}
	return true
}

// searchFindsAll checks that both indexes caught up: each article is found by its
// own first sentence.
func searchFindsAll(t *testing.T, dir string) {
	t.Helper()
	c := DefaultConfig()
	c.Data = filepath.Join(dir, "data")
	l, err := openLocal(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	record, err := l.record.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	indexed, err := l.index.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if indexed.Passages != record.Passages || indexed.Vectors != record.Passages || record.Embedded != record.Passages {
		t.Errorf("record has %d passages, %d embedded; the index %d and %d vectors", record.Passages, record.Embedded, indexed.Passages, indexed.Vectors)
	}
}
