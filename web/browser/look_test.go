//go:build browser

package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A look is a way a reader may have the page before them.
type look struct {
	name          string
	language      string
	scheme        string
	width, height int64
}

var looks = []look{
	{"zh-light", "zh-CN", "light", 1280, 860},
	{"en-dark", "en-GB", "dark", 1280, 860},
	{"narrow", "zh-CN", "light", 360, 740},
}

// as sets the language the browser asks for, the colours and the size.
func (l look) as() []action {
	return []action{
		call(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "Mozilla/5.0 (test)", AcceptLanguage: l.language}),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}}}),
		chromedp.EmulateViewport(l.width, l.height),
	}
}

// TestLooks walks through the screens in each look: nothing is wider than the window,
// every text is in the language asked for, and the colours are those asked for. With
// READING_ROOM_PICTURES set it keeps pictures.
func TestLooks(t *testing.T) {
	s := serve(t, "")
	for _, l := range looks {
		t.Run(l.name, func(t *testing.T) {
			w := s.at(t).open("/", l.as()...)
			l.check(w, "begin")
			w.ask("栎川云2025年第一季度收入是多少，去年同期呢？")
			w.click(".cite")
			w.wait(`document.querySelector('.pane mark')`)
			l.check(w, "ask")
			if l.width < 1000 {
				w.click(".pane-close")
			}
			w.click(".answer-line [aria-expanded]")
			w.wait(`document.querySelector('.why table')`)
			l.check(w, "why")
			w.navigate("/articles")
			w.wait(`document.querySelector('.chart')`)
			l.check(w, "articles")
			w.click(".article-list a")
			w.wait(`document.querySelector('.article-facts')`)
			l.check(w, "article")
			w.click(".top-tools button:last-child")
			l.check(w, "key")
		})
	}
}

// check holds a screen against what every screen keeps.
func (l look) check(w *window, screen string) {
	w.t.Helper()
	w.shoot(l.name + "-" + screen)
	w.keep(l.name + "-" + screen)
	w.axe(l.name + " " + screen)
	if wide := eval[int64](w, `document.documentElement.scrollWidth`); wide > l.width {
		w.t.Errorf("%s: %d pixels wide in a window of %d", screen, wide, l.width)
	}
	want := map[bool]string{true: "提问", false: "Ask"}[l.language == "zh-CN"]
	if got := w.text("nav a"); got != want {
		w.t.Errorf("%s: the navigation says %q, not %q", screen, got, want)
	}
	dark := eval[bool](w, `(() => {
		const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
		return r + g + b < 380;
	})()`)
	if dark != (l.scheme == "dark") {
		w.t.Errorf("%s: dark is %v", screen, dark)
	}
}

// at is the server for a part of a test.
func (s *server) at(t testing.TB) *server {
	copied := *s
	copied.t = t
	return &copied
}

// TestSwitches changes language and colours on the page as it stands: what is typed
// and what is shown stay.
func TestSwitches(t *testing.T) {
	s := serve(t, "")
	w := s.open("/", looks[0].as()...)
	w.ask("槐序智能2023年的收入是多少？")
	answer := w.text(".answer-text")
	w.write("还有")
	w.click(".language")
	if got := w.text("nav a"); got != "Ask" {
		t.Errorf("the navigation says %q", got)
	}
	if got := eval[string](w, `document.getElementById('question').value`); got != "还有" {
		t.Errorf("what was typed is %q", got)
	}
	if got := w.text(".answer-text"); got != answer {
		t.Errorf("the answer was %q, is %q", answer, got)
	}
	before := eval[string](w, `getComputedStyle(document.body).backgroundColor`)
	w.click(".top-tools button:nth-child(2)")
	after := eval[string](w, `getComputedStyle(document.body).backgroundColor`)
	if before == after {
		t.Error("the colours did not change")
	}
	w.navigate("/articles")
	if got := fmt.Sprint(w.text("h1"), eval[string](w, `getComputedStyle(document.body).backgroundColor`)); got != "Articles"+after {
		t.Errorf("on the next page: %s", got)
	}
}

// TestPrint: on paper is the answer with its numbers and its sources with their words,
// and nothing to click on, black on white also where the page is dark.
func TestPrint(t *testing.T) {
	s := serve(t, "")
	w := s.open("/", looks[1].as()...)
	w.ask("栎川云2025年第一季度收入是多少，去年同期呢？")
	a := s.stored(w)
	w.click(".cite")
	w.wait(`document.querySelector('.pane mark')`)
	w.do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}))
	w.shoot("print")
	shown := eval[string](w, `document.body.innerText`)
	for _, want := range []string{"[1]", a.Citations[0].Article.Title, a.Citations[0].Spans[0].Quote} {
		if want == "[1]" {
			if got := eval[string](w, `getComputedStyle(document.querySelector('.cite span'), '::before').content`); got != `"["` {
				t.Errorf("before a number stands %s", got)
			}
			continue
		}
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not printed", want)
		}
	}
	if got := eval[[]string](w, `['.top', '.pane', '.ask-box', '.answer-line', '.chip button'].filter((one) => document.querySelector(one)?.checkVisibility())`); len(got) > 0 {
		t.Errorf("printed are %v", got)
	}
	if got := eval[string](w, `getComputedStyle(document.body).color + getComputedStyle(document.body).backgroundColor + getComputedStyle(document.querySelector('.cite')).color`); got != "rgb(0, 0, 0)rgb(255, 255, 255)rgb(0, 0, 0)" {
		t.Errorf("the colours are %s", got)
	}
	folder := os.Getenv("READING_ROOM_PICTURES")
	if folder == "" {
		return
	}
	ctx, cancel := w.limited()
	defer cancel()
	printed, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "print.pdf"), printed, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestForcedColors keeps a picture where the system chooses the colours; numbers, marks
// and bars are drawn in them.
func TestForcedColors(t *testing.T) {
	s := serve(t, "")
	w := s.open("/")
	w.ask("栎川云2025年第一季度收入是多少，去年同期呢？")
	w.click(".cite")
	w.wait(`document.querySelector('.pane mark')`)
	w.do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}, {Name: "prefers-color-scheme", Value: "dark"}}}))
	w.shoot("forced-ask")
	if got := eval[[]string](w, `[...document.querySelectorAll('.cite')].map((one) => getComputedStyle(one).borderTopWidth + getComputedStyle(one).backgroundColor)`); got[0] == got[1] || !strings.HasPrefix(got[1], "1px") {
		t.Errorf("the number whose source is open and the next one are drawn %q", got[:2])
	}
	w.navigate("/articles")
	w.wait(`document.querySelector('.bar')`)
	w.shoot("forced-articles")
	colours := eval[[]string](w, `(() => { const bar = getComputedStyle(document.querySelector('.bar')); return [bar.backgroundColor, getComputedStyle(document.body).backgroundColor]; })()`)
	if colours[0] == colours[1] {
		t.Error("the bars have the colour of the page")
	}
}
