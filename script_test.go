package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"chuchu/api"
	"chuchu/briefing"
	"chuchu/corpus"
)

// asProgram, set in its environment, makes the test binary the program itself, for
// tests that start or kill it.
const asProgram = "AS_CHUCHU"

// TestMain lets the scripts run this very program as the command chuchu.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(testscript.RunMain(m, map[string]func() int{
		"chuchu": func() int {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return report(os.Stderr, run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	}))
}

// TestScripts plays testdata/script: each file is one scenario at the command
// line, with its files and what must be printed.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("TZ", "UTC")
			env.Setenv("GORACE", os.Getenv("GORACE")) // .ci/run says why
			articles, err := filepath.Abs(exampleArticles)
			env.Setenv("EXAMPLES", articles)
			env.Setenv("LONG", strings.Repeat("云", 5000))
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serving":   waitServing,
			"newkey":    newKey,
			"removeall": removeAll,
			"briefed":   briefed,
			"written":   waitWritten,
		},
	})
}

// waitServing, the command "serving DIR", waits until a server has the data
// directory and is ready.
func waitServing(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: serving DIR")
	}
	address, err := servedAt(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Logf("%s is served at %s", args[0], address)
}

// startPatience is how long a server may take to start on a busy machine.
const startPatience = time.Minute

// servedAt waits for a server that has the data directory, and returns its address.
func servedAt(dir string) (address string, err error) {
	over := time.After(startPatience)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		if address := announced(dir); address != "" && isReady(address) {
			return address, nil
		}
		select {
		case <-look.C:
		case <-over:
			return "", fmt.Errorf("no server has %s after %s", dir, startPatience)
		}
	}
}

func announced(dir string) string {
	text, err := os.ReadFile(dir + "/lock")
	if err != nil {
		return ""
	}
	var holder corpus.Holder
	if json.Unmarshal(text, &holder) != nil {
		return ""
	}
	return holder.Address
}

func isReady(address string) bool {
	response, err := http.Get("http://" + address + "/readyz")
	if err != nil {
		return false // what an earlier server left in the lock file
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// newKey, the command "newkey ROLE VARIABLE FILE", makes a key, adds its line to the
// list at the end of a configuration file, and sets a variable to it.
func newKey(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: newkey ROLE VARIABLE FILE")
	}
	key, line, err := api.NewKey(args[0])
	ts.Check(err)
	file := ts.MkAbs(args[2])
	ts.Check(os.WriteFile(file, []byte(ts.ReadFile(args[2])+"    - "+line+"\n"), 0o600))
	ts.Setenv(args[1], key)
}

// removeAll, the command "removeall", deletes the articles that the last command
// listed as JSON, and sets REMOVED to the id of the last.
func removeAll(ts *testscript.TestScript, _ bool, _ []string) {
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		var article corpus.Ref
		ts.Check(json.Unmarshal([]byte(line), &article))
		ts.Check(ts.Exec("chuchu", "articles", "rm", article.ID))
		ts.Setenv("REMOVED", article.ID)
	}
}

// briefed, the command "briefed FILE VARIABLE", sets a variable to the id of the
// briefing in a file of JSON.
func briefed(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: briefed FILE VARIABLE")
	}
	var b briefing.Briefing
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &b))
	ts.Setenv(args[1], b.ID)
}

// waitWritten, the command "written PATTERN", waits for a file that a server writes,
// and sets WRITTEN to its name.
func waitWritten(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: written PATTERN")
	}
	over := time.After(startPatience)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		files, err := filepath.Glob(ts.MkAbs(args[0]))
		ts.Check(err)
		if len(files) > 0 {
			ts.Setenv("WRITTEN", files[0])
			return
		}
		select {
		case <-look.C:
		case <-over:
			ts.Fatalf("nothing like %s was written after %s", args[0], startPatience)
		}
	}
}
