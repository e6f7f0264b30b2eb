//go:build browser

package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tabTo presses Tab, or Shift and Tab, until what a selector names has the focus. On
// the way nothing that has the focus is out of sight or covered.
func (w *window) tabTo(selector string, back bool) {
	w.t.Helper()
	var options []chromedp.KeyOption
	if back {
		options = append(options, chromedp.KeyModifiers(chromedp.ModifierShift))
	}
	for range 120 {
		w.do(chromedp.KeyEvent(kb.Tab, options...))
		if hidden := eval[string](w, covered); hidden != "" {
			w.t.Errorf("on the way to %s the focus is out of sight: %s", selector, hidden)
		}
		if eval[bool](w, `document.activeElement.matches(`+quoted(selector)+`)`) {
			return
		}
	}
	w.t.Fatalf("no way by Tab to %s\n%s", selector, w.body())
}

// covered names what has the focus where none of it can be seen, ” where some can.
const covered = `(() => {
	const one = document.activeElement;
	if (one === document.body || one.matches('#main')) return '';
	const seen = [...one.getClientRects()].some((box) => [[.5, .5], [.1, .2], [.9, .8]].some(([x, y]) => {
		const at = document.elementFromPoint(box.x + box.width * x, box.y + box.height * y);
		return at && (one.contains(at) || at.contains(one) && !at.matches('body, html, main, .page') || at.control === one || at.closest('label')?.control === one);
	}));
	return seen || one.matches('.visually-hidden') ? '' : one.outerHTML.slice(0, 120) + JSON.stringify(one.getBoundingClientRect());
})()`

func (w *window) focused(selector string) {
	w.t.Helper()
	w.wait(`document.activeElement.matches(` + quoted(selector) + `)`)
}

// TestKeyboard goes the main way with keys alone: it asks, reads what a number rests on
// and the quotation after it, goes back, asks on, finds an article and deletes it.
func TestKeyboard(t *testing.T) {
	for _, l := range []look{looks[0], looks[2]} {
		t.Run(l.name, func(t *testing.T) {
			w := serve(t, "").open("/", l.as()...)
			w.focused("#question") // where one begins
			w.ask("栎川云2025年第一季度收入是多少？")
			w.tabTo(".skip", true)
			w.tabTo(".answer-text .cite", false)
			w.wait(`!document.getElementById('quotation').hidden`)
			w.enter()
			w.wait(marked + ` !== ''`)
			first := eval[string](w, marked)
			if l.width > 1000 {
				w.focused(".cite") // the source stands beside it
				w.enter()
				w.wait(marked + ` !== ` + quoted(first))
				w.tabTo(".pane [data-part=next]", false)
			} else {
				w.focused(".pane-close") // the source lies over it, but not over the number
				if eval[bool](w, `document.querySelector('.cite').getBoundingClientRect().bottom > document.querySelector('.pane').getBoundingClientRect().top`) {
					t.Error("the source covers the number that it belongs to")
				}
				w.shoot("narrow-number")
				w.tabTo(".pane [data-part=next]", false)
			}
			before := eval[string](w, marked)
			w.enter()
			w.wait(marked + ` !== ` + quoted(before))
			w.focused("[data-part=next]")
			w.press(kb.Escape)
			w.wait(`!document.querySelector('.pane mark')`)
			w.focused(".cite")
			w.tabTo("#question", false)
			w.ask("它的经营利润率呢？")
			w.tabTo("nav a[href='/articles']", true)
			w.enter()
			w.wait(`document.querySelectorAll('.article-list li').length === 45`)
			w.tabTo(".month", false)
			w.press(kb.ArrowLeft, kb.ArrowLeft)
			w.focused(".month:nth-last-child(3)")
			w.tabTo(".article-list a", false)
			title := eval[string](w, `document.activeElement.textContent`)
			w.enter()
			w.wait(`document.querySelector('h1')?.textContent === ` + quoted(title) + ` && document.querySelector('.danger')`)
			w.tabTo(".danger", false)
			w.enter()
			w.wait(`document.querySelector('dialog[open]')`)
			w.focused("dialog button:not(.danger)")
			w.press(kb.Escape)
			w.wait(`!document.querySelector('dialog[open]')`)
			w.focused(".danger")
			w.enter()
			w.focused("dialog button:not(.danger)")
			w.tabTo("dialog .danger", false)
			w.enter()
			w.wait(`location.pathname === '/articles' && document.querySelectorAll('.article-list li').length === 44`)
		})
	}
}

// TestEscape: what lies on top goes first, then the answer is stopped, wherever the
// focus is; the source stays for what has been written of it.
func TestEscape(t *testing.T) {
	m := newModel(t)
	s := serve(t, m.config())
	w := s.open("/")
	w.write("栎川云2025年第一季度收入是多少？")
	w.enter()
	m.pieces <- "栎川云2025年第一季度收入为70.2亿元，同比增长13.4%[S1]。"
	m.pieces <- "去年同期" // with which the sentence before it is over
	w.wait(`document.querySelector('.answer-text .slot svg')`)
	w.click(".cite")
	w.wait(`document.querySelector('.pane mark')`)
	w.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.send').focus(); document.querySelector('.cite').focus({focusVisible: true})`))
	w.wait(`!document.getElementById('quotation').hidden`)
	w.press(kb.Escape)
	w.wait(`document.getElementById('quotation').hidden`)
	if !eval[bool](w, `!!document.querySelector('.pulse')`) {
		t.Fatal("closing a quotation stopped the answer")
	}
	w.do(chromedp.Evaluate[chromedp.Void](`document.getElementById('question').focus()`))
	escape := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "Escape", Code: "Escape", WindowsVirtualKeyCode: 229}
	w.do(call(input.DispatchKeyEvent, escape)) // of an input method, which drops what it had
	if !eval[bool](w, `!!document.querySelector('.pulse')`) {
		t.Fatal("a key of an input method stopped the answer")
	}
	w.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.pane-body').focus()`))
	w.press(kb.Escape)
	<-m.left
	w.wait(`document.querySelector('.answer-line').innerText.includes('已停止')`)
	if !eval[bool](w, `!!document.querySelector('.pane mark')`) {
		t.Error("stopping closed the source")
	}
	w.press(kb.Escape)
	w.wait(`!document.querySelector('.pane mark')`)
}

// TestManyAndLong: a long question leaves its answer in sight, a long word and many
// numbers do not widen the page, and a turn of a long thread comes up to the top.
func TestManyAndLong(t *testing.T) {
	m := newModel(t)
	s := serve(t, m.config())
	w := s.open("/", looks[2].as()...)
	check := func(name string) {
		t.Helper()
		w.shoot(name)
		if wide := eval[int](w, `document.documentElement.scrollWidth`); wide > 360 {
			t.Errorf("%s: %d pixels wide", name, wide)
		}
		if top := eval[int](w, `Math.round([...document.querySelectorAll('.turn')].at(-1).getBoundingClientRect().top)`); top < 40 || top > 100 {
			t.Errorf("%s: the turn stands at %d", name, top)
		}
	}
	long := "栎川云2025年第一季度收入是多少？" + strings.Repeat("请把去年同期的数字也写上，", 300) + strings.Repeat("abcdefghij", 8)
	w.write(string([]rune(long)[:4000]))
	w.enter()
	numbers := strings.Repeat("[S1][S2][S3][S4][S5]", 5)
	m.say(strings.Repeat("栎川云2025年第一季度收入为70.2亿元，同比增长13.4%"+numbers+"。", 40), "https://news.example/"+strings.Repeat("verylongaddress", 30)+"。")
	w.answered()
	if top := eval[int](w, `Math.round(document.querySelector('.answer-text').getBoundingClientRect().top)`); top > 450 {
		t.Errorf("the answer begins at %d", top)
	}
	check("many")
	w.click(".question-room button")
	w.wait(`document.querySelector('.question').offsetHeight > 1000`)
	w.click(".question-room button")
	for range 9 {
		m.pieces = make(chan string)
		turns := eval[string](w, `(document.getElementById('question').focus(), String(document.querySelectorAll('.turn').length + 1))`)
		w.write("那去年同期呢？")
		w.enter()
		w.wait(`document.querySelectorAll('.turn').length === ` + turns)
		m.say("去年同期，受两轮降价拖累，栎川云收入为61.9亿元，同比下降0.8%[S1]。")
		w.answered()
	}
	check("thread")
	last := s.stored(w)
	w.navigate("/ask/" + last.ID)
	w.wait(`document.querySelectorAll('.turn').length === 10`)
	w.navigate("/")
	w.wait(`document.querySelectorAll('.recent li').length === 1 && document.querySelector('.recent li').offsetHeight < 90`)
	w.shoot("recent")
}

// TestLongArticle logs how long an article of 100,000 characters takes to stand open at
// a quotation near its end. Times are not judged: the machine may be busy.
func TestLongArticle(t *testing.T) {
	s := serve(t, "")
	s.add(`{"id":"long","title":"蓝鲸云降电价","outlet":"测试报","text":` + quoted(strings.Repeat("渔港今年的鲳鱼比往年小，戏班下乡连演七晚。😀书店把打烊推迟到夜里十一点。\n", 2600)+"蓝鲸云宣布，机房的电价降到每度0.3元。蓝鲸云说，电价还会再降。") + `}`)
	w := s.open("/")
	w.ask("蓝鲸云的电价降到多少？")
	a := s.stored(w)
	if len(a.Citations) == 0 {
		t.Fatalf("nothing is cited: %s", w.body())
	}
	took := eval[float64](w, `(async () => {
		const began = performance.now();
		document.querySelector('.cite').click();
		while (!document.querySelector('.pane mark')) await new Promise(requestAnimationFrame);
		document.querySelector('.pane-body').getBoundingClientRect();
		return performance.now() - began;
	})()`)
	t.Logf("open after %.0f ms", took)
	if got := eval[string](w, marked); got != a.Citations[0].Spans[0].Quote {
		t.Errorf("marked is %q", got)
	}
}
