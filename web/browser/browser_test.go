//go:build browser

// Package browser holds the tests of the reading room in a real browser, against the
// built program: go test -tags browser ./web/...
//
// They need Chromium (Debian: chromium). A window is the page of one test, with an
// address, storage and language of its own.
package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for what must come on a busy machine.
const patience = 30 * time.Second

// binary is the program, built once.
var binary string

// browser is where windows are opened.
var browser context.Context

func TestMain(m *testing.M) {
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "chuchu-browser")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "chuchu")
	build := exec.Command("go", "build", "-o", binary, "chuchu")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	var closeBrowser context.CancelFunc
	browser, closeBrowser = chromedp.NewContext(allocator)
	defer closeBrowser()
	if err := chromedp.Do(browser); err != nil {
		fmt.Fprintln(os.Stderr, "start Chromium (Debian: apt-get install chromium):", err)
		return 1
	}
	return m.Run()
}

// A server is the program, serving a collection of its own.
type server struct {
	t    testing.TB
	base string
	key  string // sent by the requests of the test itself
}

// serve starts the program; config is its configuration, empty for the defaults. With
// articles nil it takes in the example articles.
func serve(t testing.TB, config string, articles ...string) *server {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(binary, "--config", file, "--data", filepath.Join(dir, "data"), "serve", "--listen", "127.0.0.1:0")
	var log bytes.Buffer
	command.Stderr = &log
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		if err := command.Wait(); err != nil {
			t.Logf("the program: %v\n%s", err, log.String())
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	found := regexp.MustCompile(`http://\S+`).FindString(line)
	if found == "" {
		t.Fatalf("the program said %q: %v", line, err)
	}
	s := &server{t: t, base: found}
	for _, article := range articles {
		s.add(article)
	}
	return s
}

// do sends a request of the test itself and returns what is replied.
func (s *server) do(method, path, body string) []byte {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if s.key != "" {
		request.Header.Set("Authorization", "Bearer "+s.key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		s.t.Fatalf("%s %s: %d %s %v", method, path, response.StatusCode, got, err)
	}
	return got
}

// get reads a reply into v.
func (s *server) get(path string, v any) {
	s.t.Helper()
	if err := json.Unmarshal(s.do(http.MethodGet, path, ""), v); err != nil {
		s.t.Fatal(err)
	}
}

// add takes in one article and returns its id.
func (s *server) add(article string) string {
	s.t.Helper()
	var added struct {
		Results []struct{ Article struct{ ID string } }
	}
	if err := json.Unmarshal(s.do(http.MethodPost, "/v1/articles", article), &added); err != nil {
		s.t.Fatal(err)
	}
	return added.Results[0].Article.ID
}

// A window is a page of the browser with storage of its own.
type window struct {
	t       testing.TB
	ctx     context.Context
	base    string
	dialogs chan string // what alert and its like said, of which there must be none
}

// open opens a window on a path of the server, after the actions, which may change how
// it looks from Chinese and light. A script that fails, and what the page logs as an
// error, fail the test.
func (s *server) open(path string, actions ...action) *window {
	s.t.Helper()
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	s.t.Cleanup(closeTab)
	w := &window{t: s.t, ctx: ctx, base: s.base, dialogs: make(chan string, 100)}
	if err := chromedp.Listen(ctx, w.listen); err != nil {
		s.t.Fatal(err)
	}
	w.do(call(cdplog.Enable, cdp.Empty{}), call(runtime.Enable, cdp.Empty{}), call(page.Enable, page.EnableParams{}))
	w.do(append(looks[0].as(), actions...)...)
	w.navigate(path)
	return w
}

// An action is one thing that is done in a window.
type action = chromedp.Action[chromedp.Void]

// call is a command of the browser's protocol as an action.
func call[P, R any](command cdp.Command[P, R], params P) action {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, command, params)
		return chromedp.Void{}, err
	}
}

// expectedNoise is what the browser itself logs of a reply that is an error, which
// several tests ask for.
var expectedNoise = regexp.MustCompile(`Failed to load resource`)

func (w *window) listen(event any) {
	switch e := event.(type) {
	case *page.EventJavascriptDialogOpening:
		w.dialogs <- e.Message
		go func() { // the page waits for it, and what listens must not
			_ = chromedp.Do(w.ctx, call(page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{}))
		}()
	case *runtime.EventExceptionThrown:
		w.t.Errorf("a script failed: %s %s", e.ExceptionDetails.Text, describe(e.ExceptionDetails.Exception))
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError && !expectedNoise.MatchString(e.Entry.Text) {
			w.t.Errorf("the page logs: %s %s", e.Entry.Text, e.Entry.URL)
		}
	}
}

func describe(thrown *runtime.RemoteObject) string {
	if thrown == nil {
		return ""
	}
	return thrown.Description
}

// limited is the window's context for one thing that must not take for ever.
func (w *window) limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(w.ctx, patience)
}

func (w *window) do(actions ...action) {
	w.t.Helper()
	ctx, cancel := w.limited()
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		w.t.Fatalf("%v\n%s", err, w.body())
	}
}

// body is what the page shows, for the message of a failed test.
func (w *window) body() string {
	ctx, cancel := w.limited()
	defer cancel()
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body?.innerText ?? ''`))
	if err != nil {
		return err.Error()
	}
	return shown
}

func (w *window) navigate(path string) {
	w.t.Helper()
	w.do(chromedp.Navigate(w.base + path))
	w.wait(`document.querySelector('main .page')`)
}

// eval returns the value of an expression of the page, or what its promise comes to.
func eval[T any](w *window, expression string) T {
	w.t.Helper()
	ctx, cancel := w.limited()
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// wait waits until an expression holds. One that speaks of an element which is not there
// yet does not.
func (w *window) wait(expression string) {
	w.t.Helper()
	holds := `(() => { try { return !!(` + expression + `); } catch (error) { if (error instanceof TypeError) return false; throw error; } })()`
	over := time.After(patience)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !eval[bool](w, holds) {
		select {
		case <-again.C:
		case <-over:
			w.t.Fatalf("never: %s\n%s", expression, w.body())
		}
	}
}

// click clicks on the first element of a selector as a mouse does.
func (w *window) click(selector string) {
	w.t.Helper()
	w.wait(`document.querySelector(` + quoted(selector) + `)`)
	w.do(chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
}

// press presses keys one after another.
func (w *window) press(keys ...string) {
	w.t.Helper()
	for _, key := range keys {
		w.do(chromedp.KeyEvent(key))
	}
}

// enter presses the key as a keyboard does: the line end comes only where the page lets
// the key through. chromedp's own sends it in any case.
func (w *window) enter() {
	w.t.Helper()
	key := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}
	up := key
	up.Type, up.Text = input.DispatchKeyEventTypeKeyUp, ""
	w.do(call(input.DispatchKeyEvent, key), call(input.DispatchKeyEvent, up))
}

// write types a question into the box, which has the focus by itself.
func (w *window) write(question string) {
	w.t.Helper()
	w.wait(`document.activeElement?.id === 'question'`)
	w.do(call(input.InsertText, input.InsertTextParams{Text: question}))
}

// ask types a question, sends it, and waits for the end of the answer.
func (w *window) ask(question string) {
	w.t.Helper()
	turns := eval[int](w, `document.querySelectorAll('.turn').length`)
	w.write(question)
	w.enter()
	w.wait(`document.querySelectorAll('.turn').length > ` + strconv.Itoa(turns))
	w.answered()
}

// answered waits for the end of the newest answer.
func (w *window) answered() {
	w.t.Helper()
	w.wait(`[...document.querySelectorAll('.turn')].at(-1)?.querySelector('.answer-line [aria-expanded]')`)
}

func quoted(s string) string {
	b, _ := json.Marshal(s) // a string always can be
	return string(b)
}

// text returns what an element shows.
func (w *window) text(selector string) string {
	w.t.Helper()
	return eval[string](w, `document.querySelector(`+quoted(selector)+`)?.innerText ?? ''`)
}

// keep writes the page as its scripts have made it into the folder that
// READING_ROOM_HTML names, where .ci/run validates it.
func (w *window) keep(name string) {
	w.t.Helper()
	folder := os.Getenv("READING_ROOM_HTML")
	if folder == "" {
		return
	}
	made := eval[string](w, `'<!DOCTYPE html>\n' + document.documentElement.outerHTML + '\n'`)
	if err := os.WriteFile(filepath.Join(folder, name+".html"), []byte(made), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// shoot keeps a picture of the window when READING_ROOM_PICTURES names a folder for them.
func (w *window) shoot(name string) {
	w.t.Helper()
	folder := os.Getenv("READING_ROOM_PICTURES")
	if folder == "" {
		return
	}
	ctx, cancel := w.limited()
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}
