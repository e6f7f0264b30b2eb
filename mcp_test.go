package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"chuchu/api"
	"chuchu/rag"
)

// An assistant speaks to the program over its standard input and output.
type assistant struct {
	*sdk.ClientSession
	t       *testing.T
	command *exec.Cmd
	log     string // the file that has its standard error
}

// said returns what went to standard error so far.
func (a *assistant) said() string {
	text, err := os.ReadFile(a.log)
	if err != nil {
		a.t.Error(err)
	}
	return string(text)
}

// startAssistant starts the program as an assistant does.
func startAssistant(t *testing.T, dir string, environment ...string) *assistant {
	t.Helper()
	a := &assistant{t: t, command: programCommand(t, dir, "mcp", "--data", "data"), log: filepath.Join(t.TempDir(), "log")}
	a.command.Env = append(a.command.Env, environment...)
	log, err := os.Create(a.log)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() // the program has its own
	a.command.Stderr = log
	session, err := sdk.NewClient(&sdk.Implementation{Name: "test"}, nil).Connect(t.Context(), &sdk.CommandTransport{Command: a.command}, nil)
	if err != nil {
		t.Fatalf("%v: %s", err, a.said())
	}
	a.ClientSession = session
	return a
}

// end closes the program's standard input, with which it must end well.
func (a *assistant) end() {
	a.t.Helper()
	if err := a.Close(); err != nil {
		a.t.Errorf("ended with %v: %s", err, a.said())
	}
	if status := a.command.ProcessState.ExitCode(); status != 0 {
		a.t.Errorf("status %d: %s", status, a.said())
	}
}

// use calls a tool and decodes its result into out, unless that is nil.
func (a *assistant) use(tool string, arguments map[string]any, out any) (text string, failed bool) {
	a.t.Helper()
	result, err := a.CallTool(a.t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		a.t.Fatalf("%s: %v: %s", tool, err, a.said())
	}
	if out != nil && !result.IsError {
		b, err := json.Marshal(result.StructuredContent)
		if err == nil {
			err = json.Unmarshal(b, out)
		}
		if err != nil {
			a.t.Fatal(err)
		}
	}
	return result.Content[0].(*sdk.TextContent).Text, result.IsError
}

// ingestFiles puts two articles into the collection.
func ingestFiles(t *testing.T, dir string) {
	t.Helper()
	for name, text := range map[string]string{
		"a.txt": "北辰数据降价\n北辰数据宣布，对象存储降价三成。😀降价自2024年12月起生效。",
		"b.txt": "松涛科技换帅\n松涛科技宣布，陆明远接任首席执行官。",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := programCommand(t, dir, "ingest", "--data", "data", "a.txt", "b.txt").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// TestMCP lets an assistant use every tool, with the collection in the program and with
// a server that has it.
func TestMCP(t *testing.T) {
	for name, serve := range map[string]bool{"alone": false, "served": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			ingestFiles(t, dir)
			if serve {
				startServing(t, dir, "data")
			}
			a := startAssistant(t, dir)
			defer a.end()
			var answer struct {
				Citations []rag.Citation
			}
			a.use("ask", map[string]any{"question": "北辰数据的对象存储降了多少？"}, &answer)
			if len(answer.Citations) == 0 || len(answer.Citations[0].Spans) == 0 {
				t.Fatalf("no citations in %+v", answer)
			}
			article, span := answer.Citations[0].Article, answer.Citations[0].Spans[0]
			var part struct{ Text string }
			a.use("get_article", map[string]any{"id": article.ID, "version": article.Version, "start": span.Start, "end": span.End}, &part)
			if part.Text != *span.Quote {
				t.Errorf("the cited characters are %q, quoted as %q", part.Text, *span.Quote)
			}
			for tool, arguments := range map[string]map[string]any{
				"search": {"query": "降价"}, "check": {"text": "北辰数据宣布，对象存储降价三成。"}, "brief": {"topic": "北辰数据降价"},
			} {
				if text, failed := a.use(tool, arguments, nil); failed || !strings.Contains(text, "降价三成") {
					t.Errorf("%s: %s", tool, text)
				}
			}
			for tool, arguments := range map[string]map[string]any{
				"search": {"query": ""}, "get_article": {"id": "a_none"}, "ask": {"question": "？", "published_from": "gestern"}, "brief": {"id": "brf_none"},
			} {
				if text, failed := a.use(tool, arguments, nil); !failed || strings.Contains(text, "something failed") {
					t.Errorf("%s: %s", tool, text)
				}
			}
			var ordered struct{ ID string }
			a.use("brief", map[string]any{"topic": "松涛科技", "wait": false}, &ordered)
			if text, failed := a.use("brief", map[string]any{"id": ordered.ID}, nil); failed || !strings.HasPrefix(text, "# ") {
				t.Errorf("the briefing %q: %s", ordered.ID, text)
			}
			list, err := a.ListResources(t.Context(), nil)
			if err != nil || len(list.Resources) != 2 {
				t.Fatalf("resources %+v, %v", list, err)
			}
			read, err := a.ReadResource(t.Context(), &sdk.ReadResourceParams{URI: "chuchu://articles/" + article.ID})
			if err != nil || !strings.Contains(read.Contents[0].Text, *span.Quote) {
				t.Errorf("read %+v, %v", read, err)
			}
		})
	}
}

// TestMCPGivesWay holds that an assistant which is not asking anything leaves the data
// directory to others, and finds what has it then.
func TestMCPGivesWay(t *testing.T) {
	dir := t.TempDir()
	ingestFiles(t, dir)
	a := startAssistant(t, dir)
	defer a.end()
	a.use("search", map[string]any{"query": "降价"}, nil)
	if out, err := programCommand(t, dir, "articles", "list", "--data", "data").CombinedOutput(); err != nil || !strings.Contains(string(out), "2 articles") {
		t.Fatalf("beside it: %v: %s", err, out)
	}
	server := startServing(t, dir, "data")
	if text, failed := a.use("search", map[string]any{"query": "降价"}, nil); failed || !strings.Contains(text, "降价三成") {
		t.Errorf("through the server: %s", text)
	}
	if err := server.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Fatal(err)
	}
	if text, failed := a.use("search", map[string]any{"query": "降价"}, nil); failed || !strings.Contains(text, "降价三成") {
		t.Errorf("after the server: %s", text)
	}
}

// TestMCPKeys sends the key of CHUCHU_API_KEY to a server with keys, and says what to do
// where it does not suffice.
func TestMCPKeys(t *testing.T) {
	dir := t.TempDir()
	ingestFiles(t, dir)
	reader, line, err := api.NewKey("read")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(fmt.Sprintf("auth: {keys: [%q]}\n", line)), 0o600); err != nil {
		t.Fatal(err)
	}
	startServing(t, dir, "data")
	for name, c := range map[string]struct {
		key, tool string
		arguments map[string]any
		want      string // empty: no error
	}{
		"none":      {"", "search", map[string]any{"query": "降价"}, "set CHUCHU_API_KEY"},
		"wrong":     {"chuchu_wrong", "search", map[string]any{"query": "降价"}, "the key in CHUCHU_API_KEY does not suffice"},
		"reading":   {reader, "search", map[string]any{"query": "降价"}, ""},
		"no writer": {reader, "brief", map[string]any{"topic": "降价"}, "this key may read only"},
	} {
		t.Run(name, func(t *testing.T) {
			a := startAssistant(t, dir, "CHUCHU_API_KEY="+c.key)
			defer a.end()
			text, failed := a.use(c.tool, c.arguments, nil)
			if failed != (c.want != "") || !strings.Contains(text, c.want) || c.key != "" && strings.Contains(text+a.said(), c.key) {
				t.Errorf("%v: %s %s", failed, text, a.said())
			}
		})
	}
}

// TestMCPEnds ends on a signal as on the end of its input, in good order, and nothing but
// the protocol goes to standard output, whatever is logged.
func TestMCPEnds(t *testing.T) {
	dir := t.TempDir()
	ingestFiles(t, dir)
	command := programCommand(t, dir, "mcp", "--data", "data", "--log-level", "debug")
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	command.Stderr = &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for _, message := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`,
		`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"search","arguments":{"query":"降价"}}}`,
	} {
		if _, err := io.WriteString(in, message+"\n"); err != nil {
			t.Fatal(err)
		}
		var reply struct {
			Result map[string]any
		}
		if !lines.Scan() || json.Unmarshal(lines.Bytes(), &reply) != nil || reply.Result == nil {
			t.Fatalf("no reply but %q: %s", lines.Text(), &said)
		}
	}
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if lines.Scan() {
		t.Errorf("behind the last reply comes %q", lines.Text())
	}
	if err := command.Wait(); err != nil {
		t.Errorf("ended with %v: %s", err, &said)
	}
}
