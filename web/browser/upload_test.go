//go:build browser

package browser

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// TestUpload takes good and bad files, and says what became of each.
func TestUpload(t *testing.T) {
	s := serve(t, "")
	dir := t.TempDir()
	files := map[string]string{
		"好文章.txt": "海燕云签下一家银行\n海燕云宣布，与一家银行签约，金额三千万元。\n", "bad.bin": "\x00\x01\x02\x00\xff", "empty.md": "",
		`<img src=x onerror=window.pwned=1>.md`: "# 标题\n\n正文在此。\n",
	}
	var paths []string
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	w := s.open("/articles")
	w.wait(`document.getElementById('add-files')`)
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#add-files"), paths))
	w.wait(`document.querySelector('.upload-summary').innerText.includes('2') && document.querySelectorAll('.upload li[data-status]').length === 4`)
	w.shoot("upload")
	w.keep("upload")
	if got := eval[[]string](w, `[...document.querySelectorAll('.upload li[data-status="refused"] .upload-more')].map((one) => one.innerText).filter((text) => !/\p{Script=Han}/u.test(text))`); len(got) > 0 {
		t.Errorf("reasons that are not said in Chinese: %q", got)
	}
	for name, status := range map[string]string{"好文章.txt": "taken", "bad.bin": "refused", "empty.md": "refused", `<img src=x onerror=window.pwned=1>.md`: "taken"} {
		got := eval[string](w, `[...document.querySelectorAll('.upload li')].find((li) => li.querySelector('.upload-name').textContent === `+quoted(name)+`)?.dataset.status ?? 'missing'`)
		if got != status {
			t.Errorf("%s: %s", name, got)
		}
	}
	w.wait(`document.querySelectorAll('.article-list li').length === 2`) // the examples have gone
	drop := `(() => {
		const data = new DataTransfer();
		data.items.add(new File(['拖来的文章\n正文是拖来的。'], 'dropped.txt'));
		for (const kind of ['dragenter', 'dragover', 'drop']) {
			document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
		}
	})()`
	w.navigate("/")
	w.do(chromedp.Evaluate[chromedp.Void](drop))
	w.wait(`document.querySelector('.upload li[data-status="taken"]')`)
	w.quiet()
}

// held passes on to a server, and holds uploads until a value comes from gate for each.
func (s *server) held(gate <-chan struct{}) *server {
	proxy := passing(s.t, s.base)
	holder := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/v1/articles" {
			body, err := io.ReadAll(r.Body) // only then does the server notice that a client leaves
			if err != nil {
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			select {
			case <-gate:
			case <-r.Context().Done():
				return
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	s.t.Cleanup(holder.Close)
	return &server{t: s.t, base: holder.URL}
}

// dropFiles drops files of these names on the page, each with a text of its own; bad.bin
// is none.
func (w *window) dropFiles(first, count int, more ...string) {
	w.t.Helper()
	w.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => {
		const data = new DataTransfer();
		for (let n = %d; n < %d; n++) data.items.add(new File(['第' + n + '份\n这是第' + n + '份文件的正文。'], 'file' + n + '.txt'));
		for (const name of %s) data.items.add(new File([name === 'bad.bin' ? '\0\u0001\0' : name + '\n' + Math.random() + '的正文。'], name));
		document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
	})()`, first, first+count, mustJSON(w.t, append([]string{}, more...)))))
}

const (
	uploadRows = `document.querySelectorAll('.upload-list li').length`
	uploadDone = `document.querySelectorAll('.upload-list li[data-status]').length`
	// warned is whether the browser would ask before the page is left.
	warned = `(() => { const e = new Event('beforeunload', { cancelable: true }); dispatchEvent(e); return e.defaultPrevented; })()`
)

// TestUploadMany: files that are dropped while others go in wait behind them and lose
// nothing; the page is not left unasked meanwhile.
func TestUploadMany(t *testing.T) {
	s := serve(t, "", `{"title":"已有","text":"已有的一篇。"}`)
	gate := make(chan struct{})
	w := s.held(gate).open("/")
	w.dropFiles(0, 200, "bad.bin")
	w.wait(uploadRows + ` === 201`)
	gate <- struct{}{}
	w.wait(uploadDone + ` === 16`)
	if !eval[bool](w, warned) {
		t.Error("the page may be left while files go in")
	}
	w.axe("while files go in")
	w.shoot("upload-many")
	w.dropFiles(200, 3, "file0.txt")
	w.wait(uploadRows + ` === 205`)
	if got := eval[int](w, uploadDone); got != 16 {
		t.Errorf("after the second drop %d results are shown", got)
	}
	close(gate)
	w.wait(uploadDone + ` === 205 && !` + warned)
	w.wait(`document.querySelector('.upload-summary').innerText === '已完成：新增 203，更新 1，未变 0，拒收 1'`)
	w.click(".upload [aria-pressed]")
	w.wait(`[...document.querySelectorAll('.upload-list li')].filter((li) => li.offsetHeight).map((li) => li.querySelector('.upload-name').textContent).join() === 'bad.bin'`)
	w.shoot("upload-refused")
	w.keep("upload-many")
	w.axe("files have gone in")
	var list struct{ Total int }
	s.get("/v1/articles", &list)
	if list.Total != 204 {
		t.Errorf("%d articles", list.Total)
	}
	w.dropFiles(0, 1)
	w.wait(uploadRows + ` === 1 && document.querySelector('.upload-list li').innerText.includes('更新')`)
}

// TestUploadStop: what has gone in when it is stopped stays, of the rest it is said that
// it has not.
func TestUploadStop(t *testing.T) {
	s := serve(t, "", `{"title":"已有","text":"已有的一篇。"}`)
	gate := make(chan struct{})
	w := s.held(gate).open("/articles")
	w.dropFiles(0, 40)
	gate <- struct{}{}
	w.wait(uploadDone + ` === 16`)
	w.click(".upload-tools button")
	w.wait(uploadDone + ` === 40`)
	w.wait(`document.querySelector('.upload-summary').innerText.includes('新增 16') && document.querySelector('.upload-summary').innerText.includes('没有收入 24')`)
	if eval[bool](w, warned) {
		t.Error("it still holds the reader back")
	}
	w.wait(`document.querySelectorAll('.article-list li').length === 17`)
	w.click(".upload-tools button:last-child")
	w.wait(`document.querySelector('.upload').hidden`)
}

// TestUploadLost: when the server goes away the rest is not tried one after another.
func TestUploadLost(t *testing.T) {
	s := serve(t, "", `{"title":"已有","text":"已有的一篇。"}`)
	gate := make(chan struct{})
	through := s.held(gate)
	cutter := newCutter(t, through.base)
	w := (&server{t: t, base: cutter.URL}).open("/")
	w.dropFiles(0, 40)
	gate <- struct{}{}
	w.wait(uploadDone + ` === 16`)
	cutter.CloseClientConnections()
	cutter.Listener.Close()
	w.wait(uploadDone + ` === 40`)
	if got := w.text(".upload-list li:last-child"); got == "" || eval[int](w, `document.querySelectorAll('.upload-list li[data-status="refused"]').length`) != 24 {
		t.Errorf("the last says %q", got)
	}
}

// TestUploadFolder drops a folder as a file manager does: what is in it goes in, but
// not what the system hides there.
func TestUploadFolder(t *testing.T) {
	s := serve(t, "", `{"title":"已有","text":"已有的一篇。"}`)
	dir := filepath.Join(t.TempDir(), "文章")
	for name, content := range map[string]string{"甲.txt": "甲文\n甲的正文。", "内/乙.md": "# 乙文\n\n乙的正文。", ".DS_Store": "\x00\x01", "内/.git/config": "[core]"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := s.open("/")
	drag := input.DispatchDragEventParams{X: 300, Y: 300, Data: &input.DragData{Items: []*input.DragDataItem{}, Files: []string{dir}, DragOperationsMask: 1}}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		drag.Type = kind
		w.do(call(input.DispatchDragEvent, drag))
		if kind == input.DispatchDragEventTypeDragOver {
			w.wait(`!document.querySelector('.veil').hidden`)
			w.shoot("drop")
		}
	}
	w.wait(uploadRows + ` > 0 && document.querySelector('.upload-summary').innerText.includes('已完成')`)
	got := eval[[]string](w, `[...document.querySelectorAll('.upload-list li')].map((li) => li.dataset.status + ' ' + li.querySelector('.upload-name').textContent).sort()`)
	if want := []string{"taken 文章/内/乙.md", "taken 文章/甲.txt"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("dropped %q, want %q", got, want)
	}
	if !eval[bool](w, `document.querySelector('.veil').hidden`) {
		t.Error("the veil stays")
	}
}
