//go:build browser

package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// checked waits until the doctor has said what it found.
func (w *window) checked() {
	w.t.Helper()
	w.wait(`document.querySelector('.findings [data-ok]') && document.querySelector('.checkup-state').textContent && !document.querySelector('.checkup [aria-disabled]')`)
	w.wait(`document.querySelector('.fact-making dd').textContent`)
}

// TestStatusLooks looks at the screen as TestLooks does at the others.
func TestStatusLooks(t *testing.T) {
	s := serve(t, "")
	for _, l := range looks {
		t.Run(l.name, func(t *testing.T) {
			w := s.at(t).open("/status", l.as()...)
			w.checked()
			l.check(w, "status")
			if !eval[bool](w, `(() => { const nav = document.querySelector('nav').getBoundingClientRect(), here = document.querySelector('nav [aria-current]').getBoundingClientRect(); return here.left >= nav.left - 1 && here.right <= nav.right + 1; })()`) {
				t.Error("the navigation does not show where the reader is")
			}
			w.do(chromedp.ScrollIntoView(chromedp.CSS(".checkup")))
			w.shoot(l.name + "-status-checkup")
			w.do(chromedp.ScrollIntoView(chromedp.CSS(".elsewhere .example:last-child")))
			l.check(w, "status-end")
		})
	}
}

// TestStatus: what the page says is what the interface says, in both languages, and the
// keyboard does for all of it.
func TestStatus(t *testing.T) {
	s := serve(t, "briefings:\n  standing:\n    - name: 每周价格\n      topic: 云厂商的价格战\n      cron: 0 7 * * 1\n      folder: "+t.TempDir()+"\n")
	w := s.open("/")
	w.wait(`document.activeElement?.id === 'question'`)
	w.click("nav a[href='/status']")
	w.checked()
	var status struct {
		Record struct{ Articles, Passages, Answers int }
	}
	s.get("/v1/status", &status)
	for selector, want := range map[string]string{
		".fact-articles": fmt.Sprintf("共 %d 篇", status.Record.Articles), ".fact-passages": fmt.Sprintf("%d 个", status.Record.Passages),
		".fact-model": "原句摘录", ".fact-embedder": "内置，不需要别的服务器", ".fact-index": "与记录一致", ".fact-standing": "每周价格",
		".findings": "数据目录在，由本服务器使用", ".checkup-state": "一切正常", ".elsewhere": s.base + "/mcp",
	} {
		if got := w.text(selector); !strings.Contains(got, want) {
			t.Errorf("%s says %q, not %q", selector, got, want)
		}
	}
	if got := eval[int](w, `document.querySelectorAll('.findings [data-ok="true"] .mark[role=img][aria-label="正常"] path').length`); got < 9 {
		t.Errorf("%d findings have a mark", got)
	}
	w.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.checkup button').focus()`))
	w.enter()
	w.wait(`document.querySelector('.checkup-state').childElementCount === 1 && !document.querySelector('.checkup [aria-disabled]')`)
	if !eval[bool](w, `document.activeElement === document.querySelector('.checkup button')`) {
		t.Error("the button has lost the focus")
	}
	w.click(".language")
	for selector, want := range map[string]string{
		"h1": "Status", ".fact-model": "None: answers are made of extracts.", ".findings": "the data directory is there, and this server has it", ".checkup-state": "all is well",
	} {
		if got := w.text(selector); !strings.Contains(got, want) {
			t.Errorf("%s says %q, not %q", selector, got, want)
		}
	}
	// What has come to be there, in the place of the examples, is shown without loading anew.
	s.add(`{"title":"海燕云降价","text":"海燕云宣布降价三成。","published":"2031-05-01"}`)
	w.wait(`document.querySelector('.fact-articles').textContent.includes('2031-05 to 2031-05')`)
	s.get("/v1/status", &status)
	if got := w.text(".fact-passages"); !strings.HasSuffix(got, fmt.Sprint("\n", status.Record.Passages)) {
		t.Errorf("%d passages are there, shown are %q", status.Record.Passages, got)
	}
	w.click(".fact-articles a")
	w.wait(`location.pathname === '/articles' && document.querySelector('.article-list li')`)
}

// TestStatusModel: a model that fails, with a hostile name, its address a path with
// what must not be shown; the fault and the advice are text, and no secret is among it.
func TestStatusModel(t *testing.T) {
	t.Setenv("STATUS_TEST_KEY", "sk-very-secret-0123456789")
	m := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"message": "<img src=x onerror=window.pwned=1> no such key " + r.Header.Get("Authorization")}})
	}))
	t.Cleanup(m.Close)
	name := `<img src=x onerror=window.pwned=1>{detail}`
	s := serve(t, fmt.Sprintf("llm:\n  provider: openai\n  url: %s/v1/secret-path\n  model: '%s'\n  api_key_env: STATUS_TEST_KEY\n", m.URL, name))
	w := s.open("/status")
	w.checked()
	w.quiet()
	if got := w.text(".fact-model"); !strings.Contains(got, name) {
		t.Errorf("the model is %q", got)
	}
	if got := w.text(".findings"); !strings.Contains(got, "这次没有询问") || !strings.Contains(got, "问题和找到的段落发往 "+m.URL) {
		t.Errorf("found %q", got)
	}
	w.click(".checkup button")
	w.wait(`document.querySelector('.findings [data-ok="false"] .mark[role=img][aria-label="有问题"]')`)
	w.wait(`document.querySelector('.checkup-state').textContent.includes('有问题的：1 处')`)
	if got := w.text(`.findings [data-ok="false"]`); !strings.Contains(got, "<img src=x onerror=window.pwned=1> no such key") || !strings.Contains(got, "STATUS_TEST_KEY 里的密钥") {
		t.Errorf("the fault is %q", got)
	}
	w.quiet()
	if got := eval[string](w, `document.body.textContent`); strings.Contains(got, "sk-very") || strings.Contains(got, "secret-path") {
		t.Errorf("a secret is shown: %s", got)
	}
	w.do(chromedp.ScrollIntoView(chromedp.CSS(".checkup")))
	w.shoot("status-fault")
	w.axe("status with a fault")
}

// TestStatusKeys: without a key one is asked for, once; who may read sees all of it, and
// no key stands in what is to be copied.
func TestStatusKeys(t *testing.T) {
	reader, line := newKey(t, "read")
	s := serve(t, "auth:\n  keys:\n    - "+line+"\n")
	w := s.open("/status")
	w.wait(`document.querySelector('dialog[open] #key')`)
	w.wait(`document.querySelector('.status-line .problem')`)
	w.wait(`document.activeElement.id === 'key'`)
	w.do(call(input.InsertText, input.InsertTextParams{Text: reader}))
	w.enter()
	w.wait(`!document.querySelector('dialog[open]')`)
	w.checked()
	w.click(".checkup button")
	w.wait(`document.querySelector('.checkup-state').childElementCount === 1`)
	if got := w.text(".checkup-state"); !strings.Contains(got, "一切正常") {
		t.Errorf("a reader is told %q", got)
	}
	if got := w.text(".elsewhere"); !strings.Contains(got, "Authorization") || strings.Contains(got, reader) {
		t.Errorf("to be copied: %q", got)
	}
}

// A road leads to a server, and can be shut: then nothing gets through.
func road(t *testing.T, s *server) (open *server, shut *atomic.Bool) {
	target, err := url.Parse(s.base)
	if err != nil {
		t.Fatal(err)
	}
	shut = new(atomic.Bool)
	through := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
	}}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if shut.Load() {
			panic(http.ErrAbortHandler)
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	return &server{t: t, base: front.URL}, shut
}

// TestStatusAway: a server that cannot be reached is said to be away, once, and the page
// goes on when it is back.
func TestStatusAway(t *testing.T) {
	s, shut := road(t, serve(t, ""))
	w := s.open("/status")
	w.checked()
	w.do(chromedp.Evaluate[chromedp.Void](`window.told = []; new MutationObserver(() => { const text = document.querySelector('body > [role=status]').textContent; if (text) told.push(text); }).observe(document.querySelector('body > [role=status]'), { childList: true, characterData: true, subtree: true })`))
	shut.Store(true)
	w.wait(`document.querySelector('.status-line .problem')`)
	if got := w.text(".fact-articles"); !strings.Contains(got, "共") {
		t.Errorf("what was there is gone: %q", got)
	}
	w.click(".checkup button")
	w.wait(`document.querySelector('.checkup-state .problem')`)
	w.shoot("status-away")
	shut.Store(false)
	w.wait(`!document.querySelector('.status-line .problem') && !document.querySelector('.checkup-state .problem')`)
	if got := eval[string](w, `told.join('|')`); got != "连不上服务器；它一回来，这里就接着更新。|服务器回来了。" {
		t.Errorf("a screen reader was told %q", got)
	}
	// Left, the page asks no more.
	w.click("nav a[href='/articles']")
	w.wait(`document.querySelector('.article-list li')`)
}
