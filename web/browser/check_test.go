//go:build browser

package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// draft has, over the example articles, a sentence of each kind: a heading, one with a
// figure that differs, one that holds, one that nothing is known of.
const draft = "吉隆坡节点\n\n📈霁石云9月17日确认，吉隆坡节点推迟到2026年第二季度，投资从约9亿元增加到12.5亿元。栎川云2025年第一季度收入为70.2亿元。\n\n红烧肉要先煎后炖，火候以小火为宜。"

// A checked is as much of a reply of /v1/check as the tests look at.
type checked struct {
	Sentences []struct {
		Text, Verdict string
		Citations     []int
		Why           []struct{ Claim, Source string }
		Spans         []struct{ Quote string }
	}
}

func (s *server) check(text string) checked {
	s.t.Helper()
	var reply checked
	if err := json.Unmarshal(s.do("POST", "/v1/check", `{"text":`+quoted(text)+`}`), &reply); err != nil {
		s.t.Fatal(err)
	}
	return reply
}

// fill puts a text into the field of the draft, as pasting does.
func (w *window) fill(text string) {
	w.t.Helper()
	w.wait(`document.activeElement?.id === 'draft'`)
	w.do(chromedp.Evaluate[chromedp.Void](`document.getElementById('draft').select()`), call(input.InsertText, input.InsertTextParams{Text: text}))
}

// TestCheck: each sentence of a draft has its verdict, and the one in focus its source
// beside it, with what differs picked out.
func TestCheck(t *testing.T) {
	s := serve(t, "")
	want := s.check(draft)
	w := s.open("/check")
	w.fill(draft)
	w.click(".draft-form .primary")
	w.wait(`document.querySelector('.draft')`)
	w.shoot("check")
	verdicts := eval[[]string](w, `[...document.querySelectorAll('.draft .sentence')].map((e) => e.dataset.verdict)`)
	for i, sentence := range want.Sentences {
		if i >= len(verdicts) || verdicts[i] != sentence.Verdict {
			t.Fatalf("sentence %d is %s, marked %v", i, sentence.Verdict, verdicts)
		}
	}
	if got := eval[string](w, `[...document.querySelectorAll('.draft p')].map((p) => { const c = p.cloneNode(true); c.querySelectorAll('button').forEach((b) => b.remove()); return c.textContent; }).join('\n\n')`); got != draft {
		t.Errorf("the text is %q", got)
	}
	wrong := want.Sentences[1]
	if wrong.Verdict != "contradicted" || wrong.Why[0].Source != "11.5亿元" {
		t.Fatalf("the sentence with the wrong figure: %+v", wrong)
	}
	w.press(kb.Escape) // nothing is running, nothing happens
	w.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.sentence[data-verdict="contradicted"] .verdict').focus()`))
	w.wait(marked + ` === ` + quoted(wrong.Spans[0].Quote))
	for selector, text := range map[string]string{
		".pane .pair": "文稿：12.5亿元 ↔ 来源：11.5亿元", ".pane mark .differs": "11.5亿元", ".draft .sentence[aria-current] .differs": "12.5亿元",
	} {
		if got := eval[string](w, `document.querySelector(`+quoted(selector)+`)?.textContent ?? ''`); got != text {
			t.Errorf("%s: %q, not %q", selector, got, text)
		}
	}
	w.shoot("check-differs")
	if n := len(wrong.Citations); n > 1 {
		if got := eval[int](w, `document.querySelectorAll('.source-tab').length`); got != n {
			t.Errorf("%d of %d sources to choose from", got, n)
		}
		w.click(".source-tab:nth-child(2)")
		w.wait(marked + ` === ` + quoted(wrong.Spans[1].Quote))
		w.wait(`document.querySelector('.source-tab:nth-child(2)').getAttribute('aria-pressed') === 'true'`)
	}
	w.click(".draft .sentence[data-verdict='quoted'], .draft .sentence[data-verdict='supported']")
	w.wait(`document.querySelector('.found [data-verdict="quoted"], .found [data-verdict="supported"]')`)
	w.wait(`document.querySelector('.pane mark')`)
	w.quiet()
}

// TestCheckWays: by keyboard alone, from the text to what differs and back to the text,
// where the sentence is selected; nothing of the draft is stored.
func TestCheckWays(t *testing.T) {
	s := serve(t, "")
	w := s.open("/check")
	w.wait(`document.activeElement?.id === 'draft'`)
	w.do(chromedp.KeyEvent("\r", chromedp.KeyModifiers(kb.ModifierCtrl)))
	w.wait(`document.querySelector('.draft-form [role=status]').textContent.includes('请先')`)
	w.fill(draft)
	w.do(chromedp.KeyEvent("\r", chromedp.KeyModifiers(kb.ModifierCtrl)))
	w.wait(`document.querySelector('.draft')`)
	down := func() {
		w.do(chromedp.KeyEvent(kb.ArrowDown, chromedp.KeyModifiers(kb.ModifierAlt)))
	}
	down()
	w.wait(`document.activeElement.closest('.sentence')?.dataset.verdict === 'contradicted'`)
	w.wait(`document.querySelector('.pane .pair')`)
	down()
	w.wait(`document.activeElement.closest('.sentence')?.dataset.verdict === 'not_found'`)
	w.wait(`document.querySelector('.found').innerText.includes('没有说到') && !document.querySelector('.pane mark')`)
	down() // round to the first
	w.wait(`document.activeElement.closest('.sentence')?.dataset.verdict === 'contradicted'`)
	w.press(kb.Escape)
	w.wait(`document.querySelector('.pane').dataset.empty === 'true'`)
	w.click(".check-bar .buttons button:nth-child(3)")
	selected := eval[string](w, `(() => { const f = document.getElementById('draft'); return f.value.slice(f.selectionStart, f.selectionEnd); })()`)
	if !strings.HasPrefix(selected, "📈霁石云9月17日") || !strings.HasSuffix(selected, "12.5亿元。") {
		t.Errorf("selected is %q", selected)
	}
	w.fill(strings.Replace(draft, "12.5亿元", "11.5亿元", 1))
	w.do(chromedp.KeyEvent("\r", chromedp.KeyModifiers(kb.ModifierCtrl)))
	w.wait(`document.querySelector('.draft') && !document.querySelector('[data-verdict="contradicted"]')`)
	w.click("nav a[href='/articles']")
	w.wait(`document.querySelector('.article-list li')`)
	w.click("nav a[href='/check']")
	w.wait(`document.querySelectorAll('.draft .sentence').length === 4`)
	if got := eval[string](w, `JSON.stringify([localStorage, sessionStorage])`); strings.Contains(got, "吉隆坡") {
		t.Errorf("stored: %s", got)
	}
}

// TestCheckFile takes a file that is chosen and one that is dropped, narrowed down, and
// says what is wrong with one that cannot be read. None of them goes into the collection.
func TestCheckFile(t *testing.T) {
	s := serve(t, "")
	path := filepath.Join(t.TempDir(), "草稿.md")
	if err := os.WriteFile(path, []byte("# 草稿\n\n栎川云2025年第一季度收入为**90.2亿元**。\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := s.open("/check")
	w.wait(`document.getElementById('draft-file')`)
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#draft-file"), []string{path}))
	w.wait(`document.querySelector('.draft [data-verdict="contradicted"]')`)
	if got := eval[string](w, `document.getElementById('draft').value`); !strings.Contains(got, "收入为90.2亿元。") {
		t.Errorf("the text of the file is %q", got)
	}
	drop := func(names ...string) {
		w.do(chromedp.Evaluate[chromedp.Void](`(() => {
			const data = new DataTransfer();
			for (const name of ` + mustJSON(t, names) + `) data.items.add(new File([name.endsWith('.bin') ? '\u0000\u0001' : '栎川云2025年第一季度收入为70.2亿元。'], name));
			for (const kind of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
		})()`))
	}
	drop("b.txt")
	w.wait(`document.querySelector('.draft [data-verdict="supported"], .draft [data-verdict="quoted"]')`)
	drop("c.bin")
	w.wait(`document.querySelector('.draft-form [role=status]').textContent.includes('c.bin')`)
	drop("a.txt", "b.txt")
	w.wait(`document.querySelector('.draft-form [role=status]').textContent.includes('一个文件')`)
	w.click(".draft-form summary")
	w.do(chromedp.SetValue(chromedp.CSS("#draft-outlets"), "没有这家媒体"))
	drop("b.txt")
	w.wait(`document.querySelector('.draft [data-verdict="not_found"]')`)
	if eval[bool](w, `!!document.querySelector('.upload:not([hidden])')`) {
		t.Error("the file went into the collection")
	}
	var list struct{ Total int }
	s.get("/v1/articles", &list)
	if list.Total != 45 {
		t.Errorf("%d articles", list.Total)
	}
}

// TestCheckExport: the marked text as Markdown has every sentence, its verdict, what
// differs, and links to the quotations.
func TestCheckExport(t *testing.T) {
	s := serve(t, "")
	w := s.open("/check")
	w.fill(draft + "\n\n<img src=x onerror=window.pwned=1>栎川云2025年第一季度收入为*70.2亿元*。")
	w.click(".draft-form .primary")
	w.wait(`document.querySelector('.draft')`)
	w.do(chromedp.Evaluate[chromedp.Void](`window.files = []; const make = URL.createObjectURL; URL.createObjectURL = (blob) => { blob.text().then((text) => files.push(text)); return make(blob); }`))
	w.click(".check-bar .buttons button:nth-child(5)")
	w.wait(`files.length === 1`)
	w.click(".check-bar .buttons button:nth-child(6)")
	w.wait(`files.length === 2`)
	checkDraftPage(t, w, s.base, eval[string](w, `files[1]`))
	got := eval[string](w, `files[0]`)
	for _, want := range []string{
		"投资从约9亿元增加到12.5亿元。 **〔与来源不符 · 12.5亿元 ↔ 11.5亿元〕**[^1]", "红烧肉要先煎后炖，火候以小火为宜。 **〔未找到〕**\n\n",
		`\<img src=x onerror=window.pwned=1\>`, `\*70.2亿元\*`, "\n[^1]: ", "“霁石云9月17日确认", "<" + s.base + "/articles/", "#c=0-62>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	w.quiet()
}

// checkDraftPage opens the page of a checked draft and looks at what it shows.
func checkDraftPage(t *testing.T, w *window, base, page string) {
	t.Helper()
	shown := eval[map[string]any](w, `(() => {
		const page = new DOMParser().parseFromString(`+quoted(page)+`, 'text/html');
		const texts = (selector) => [...page.querySelectorAll(selector)].map((e) => e.textContent);
		return { marks: texts('mark').join('|'), notes: texts('small').join('|'), quotes: texts('blockquote a').join('|'),
			link: page.querySelector('blockquote a').getAttribute('href'), elements: page.querySelectorAll('img, script, link').length, body: page.body.textContent };
	})()`)
	for name, want := range map[string]string{
		"marks": "12.5亿元", "notes": "12.5亿元 ↔ 11.5亿元", "quotes": "增加到11.5亿元。", "link": base + "/articles/", "body": "<img src=x onerror=window.pwned=1>",
	} {
		if !strings.Contains(fmt.Sprint(shown[name]), want) {
			t.Errorf("%s: %q is not in %v", name, want, shown[name])
		}
	}
	if shown["elements"] != 0.0 {
		t.Errorf("the page has %v elements that load or run something", shown["elements"])
	}
}

// TestCheckStop: Esc ends a check that takes long, and the text stays.
func TestCheckStop(t *testing.T) {
	s := serve(t, "")
	w := s.open("/check")
	w.do(chromedp.Evaluate[chromedp.Void](`(() => {
		const real = window.fetch;
		window.fetch = (path, options) => path !== '/v1/check' ? real(path, options) : new Promise((resolve, reject) => options.signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))));
	})()`))
	w.fill(draft)
	w.click(".draft-form .primary")
	w.wait(`document.querySelector('.draft-form .primary').textContent === '停止'`)
	w.press(kb.Escape)
	w.wait(`document.querySelector('.draft-form [role=status]').textContent === '已停止。'`)
	if got := eval[string](w, `document.getElementById('draft').value`); got != draft {
		t.Errorf("the text is %q", got)
	}
}

// TestCheckLong: a text of more characters than are taken is refused before it is sent,
// and one of ten thousand is shown whole.
func TestCheckLong(t *testing.T) {
	s := serve(t, "")
	w := s.open("/check")
	w.wait(`document.activeElement?.id === 'draft'`)
	w.do(chromedp.Evaluate[chromedp.Void](`document.getElementById('draft').value = '𠮷'.repeat(100001); document.getElementById('draft').dispatchEvent(new Event('input'))`))
	w.click(".draft-form .primary")
	w.wait(`document.querySelector('.draft-form [role=status]').textContent.includes('100,000')`)
	long := strings.Repeat("栎川云2025年第一季度收入为70.2亿元。\n", 400)
	w.do(chromedp.Evaluate[chromedp.Void](`document.getElementById('draft').value = ` + quoted(long)))
	w.do(chromedp.Evaluate[chromedp.Void](`document.getElementById('draft').dispatchEvent(new Event('input'))`))
	w.click(".draft-form .primary")
	w.wait(`document.querySelectorAll('.draft .sentence').length === 400`)
}

// TestCheckLooks looks at the screen as TestLooks does at the others.
func TestCheckLooks(t *testing.T) {
	s := serve(t, "")
	for _, l := range looks {
		t.Run(l.name, func(t *testing.T) {
			w := s.at(t).open("/check", l.as()...)
			w.wait(`document.activeElement?.id === 'draft'`)
			l.check(w, "check-form")
			w.fill(strings.Replace(draft, "📈", "", 1)) // not every machine has a letter for it, and this is for the eye
			w.click(".draft-form .primary")
			w.wait(`document.querySelector('.draft')`)
			l.check(w, "check-draft")
			w.click(".sentence[data-verdict='contradicted'] .verdict")
			w.wait(`document.querySelector('.pane mark')`)
			l.check(w, "check-source")
		})
	}
}

// TestCheckHostile: nothing of a draft, or of what it is held against, runs.
func TestCheckHostile(t *testing.T) {
	s := serve(t, "")
	for i, payload := range payloads[:12] {
		s.add(`{"id":"h` + strconv.Itoa(i) + `","title":` + quoted(payload) + `,"outlet":` + quoted(payload) + `,"text":` + quoted("白鹭云的电价为每度0."+strconv.Itoa(i)+"元"+payload+"。") + `}`)
	}
	w := s.open("/check")
	w.fill("白鹭云的电价为每度0.99元。\n" + strings.Join(payloads, "\n白鹭云说，"))
	w.click(".draft-form .primary")
	w.wait(`document.querySelector('.draft')`)
	for i := range eval[int](w, `document.querySelectorAll('.draft .verdict').length`) {
		w.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('.draft .verdict')[` + strconv.Itoa(i) + `].focus()`))
		w.wait(`document.querySelector('.found')`)
	}
	w.quiet()
}
