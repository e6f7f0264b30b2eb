package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"chuchu/ingest"
)

// startServing starts a server over the directory and waits until it is ready.
func startServing(t *testing.T, dir, data string) *exec.Cmd {
	t.Helper()
	server := programCommand(t, dir, "serve", "--data", data, "--listen", "127.0.0.1:0")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill() }) // it has ended, if all went well
	if _, err := servedAt(filepath.Join(dir, data)); err != nil {
		t.Fatal(err)
	}
	return server
}

// confirmedBy starts an ingest, calls f once it has confirmed n articles, and returns
// the ids it confirmed in all, how it ended, and what it said then.
func confirmedBy(t *testing.T, dir, data, file string, n int, f func(ingesting *os.Process)) (ids map[string]bool, status int, said string) {
	t.Helper()
	command := programCommand(t, dir, "ingest", "--data", data, "--json", file)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ids = make(map[string]bool)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var result ingest.Result
		if err := json.Unmarshal(lines.Bytes(), &result); err != nil || result.Article == nil {
			t.Fatalf("%v in %s", err, lines.Text())
		}
		ids[result.Article.ID] = true
		if len(ids) == n {
			f(command.Process)
		}
	}
	_ = command.Wait() // the status is what counts
	return ids, command.ProcessState.ExitCode(), stderr.String()
}

// TestInterruptedIngest presses Ctrl-C in the middle, with a server and without:
// what was reported is in the collection and nothing else is, and the same again
// takes the rest.
func TestInterruptedIngest(t *testing.T) {
	const articles = 1500
	file, _ := scaleArticles(t, articles)
	for name, serve := range map[string]bool{"alone": false, "served": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if serve {
				startServing(t, dir, "data")
			}
			ids, status, said := confirmedBy(t, dir, "data", file, 20, func(p *os.Process) {
				if err := p.Signal(os.Interrupt); err != nil {
					t.Error(err)
				}
			})
			if status != statusFailed || !strings.Contains(said, "stopped; what is counted above is in the collection") {
				t.Errorf("status %d: %s", status, said)
			}
			if have := exported(t, dir, "data"); len(ids) == articles || !covers(have, ids) || !covers(ids, have) {
				t.Errorf("%d articles were confirmed, %d are there", len(ids), len(have))
			}
			if out, err := programCommand(t, dir, "ingest", "--data", "data", file).CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			if have := exported(t, dir, "data"); len(have) != articles {
				t.Errorf("%d articles in the end", len(have))
			}
		})
	}
}

// TestKilledServer kills a server in the middle of what is ingested through it: the
// ingest says so, what it had confirmed is there, and the next commands do without.
func TestKilledServer(t *testing.T) {
	file, _ := scaleArticles(t, 1500)
	dir := t.TempDir()
	server := startServing(t, dir, "data")
	ids, status, said := confirmedBy(t, dir, "data", file, 20, func(*os.Process) {
		if err := server.Process.Kill(); err != nil {
			t.Error(err)
		}
	})
	_ = server.Wait() // it was killed
	if status != statusFailed || !strings.Contains(said, "went away") || !strings.Contains(said, "what is counted above is in the collection") {
		t.Errorf("status %d: %s", status, said)
	}
	if have := exported(t, dir, "data"); !covers(have, ids) {
		t.Errorf("%d articles were confirmed, %d are there", len(ids), len(have))
	}
	searchFindsAll(t, dir)
	listed, err := programCommand(t, dir, "articles", "list", "--tag", exampleTag).Output()
	if err != nil || strings.TrimSpace(string(listed)) != "0 articles" {
		t.Errorf("the examples are still there: %v\n%s", err, listed)
	}
}
