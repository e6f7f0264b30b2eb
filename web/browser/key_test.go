//go:build browser

package browser

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// newKey makes a key and its line for the configuration.
func newKey(t *testing.T, role string) (key, line string) {
	t.Helper()
	out, err := exec.Command(binary, "key", "new", "--role", role).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range strings.Fields(string(out)) {
		word = strings.Trim(word, `"'`)
		switch {
		case strings.HasPrefix(word, "chuchu_"):
			key = word
		case strings.Contains(word, ":sha256:"):
			line = word
		}
	}
	if key == "" || line == "" {
		t.Fatalf("no key in %s", out)
	}
	return key, line
}

// TestKeys: without a key the page asks for one, a wrong one is said to be wrong, a
// reader is not offered what only a writer may do, and no storage that lasts has it.
func TestKeys(t *testing.T) {
	reader, readerLine := newKey(t, "read")
	writer, writerLine := newKey(t, "write")
	s := serve(t, "auth:\n  keys:\n    - "+readerLine+"\n    - "+writerLine+"\n")
	w := s.open("/")
	w.wait(`document.querySelector('dialog[open] #key')`)
	signIn := func(key string) {
		t.Helper()
		w.wait(`document.activeElement.id === 'key'`)
		w.do(chromedp.Evaluate[chromedp.Void](`document.getElementById('key').value = ''`), call(input.InsertText, input.InsertTextParams{Text: key}))
		w.enter()
	}
	w.enter()
	w.wait(`document.getElementById('key-state').innerText.includes('请先填入')`)
	signIn("chuchu_wrong")
	w.wait(`document.getElementById('key-state').innerText.includes('不认识')`)
	w.shoot("key-wrong")
	signIn(reader)
	w.wait(`!document.querySelector('dialog[open]')`)
	w.ask("栎川云2025年第一季度收入是多少？")
	w.click(".cite")
	w.wait(`document.querySelector('.pane mark')`)
	w.click("nav a[href='/articles']")
	w.click(".article-list a")
	w.wait(`document.querySelector('.article-facts')`)
	article := eval[string](w, `location.pathname`)
	if eval[bool](w, `fetch('/v1/status', {headers: {Authorization: 'Bearer ' + sessionStorage.getItem('chuchu.key')}}).then(() => new Promise((r) => setTimeout(r, 0))).then(() => !!document.querySelector('.danger, #add-files'))`) {
		t.Error("a reader is offered to delete or add")
	}
	if eval[bool](w, `Object.values(localStorage).join().includes('chuchu_') || document.cookie !== ''`) {
		t.Error("the key is in storage that lasts")
	}
	w.do(chromedp.Evaluate[chromedp.Void](`(() => {
		const data = new DataTransfer();
		data.items.add(new File(['正文'], 'a.txt'));
		document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
	})()`))
	w.wait(`document.querySelector('.upload li[data-status="refused"]')?.innerText.includes('只读')`)
	w.click(".upload .quiet-button")
	w.click(".top-tools button:last-child")
	w.wait(`document.getElementById('key-state').innerText.includes('只读')`)
	signIn(writer)
	w.wait(`!document.querySelector('dialog[open]') && document.querySelector('.danger')`)
	if got := eval[string](w, `location.pathname`); got != article {
		t.Errorf("signing in led to %s", got)
	}
	w.click(".top-tools button:last-child")
	w.click("dialog[open] button:nth-child(2)")
	w.wait(`location.pathname === '/' && document.querySelector('dialog[open]') && sessionStorage.getItem('chuchu.key') === null`)
}
