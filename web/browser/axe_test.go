//go:build browser

package browser

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

// axe runs axe-core, the file that READING_ROOM_AXE names, on what the window shows:
// no violation of WCAG 2.2 AA or of its best practices.
func (w *window) axe(screen string) {
	w.t.Helper()
	file := os.Getenv("READING_ROOM_AXE")
	if file == "" {
		return
	}
	script, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	w.do(chromedp.Evaluate[chromedp.Void](string(script)))
	found := eval[[]string](w, `axe.run().then((got) => got.violations.flatMap((v) => v.nodes.map((n) => v.id + ' (' + v.help + '): ' + n.html.slice(0, 200) + ' ' + (n.any[0]?.message ?? ''))))`)
	for _, one := range found {
		w.t.Errorf("%s: %s", screen, one)
	}
}

// TestAxe looks at what TestLooks does not pass by.
func TestAxe(t *testing.T) {
	if os.Getenv("READING_ROOM_AXE") == "" {
		t.Skip("READING_ROOM_AXE names no axe.min.js; .ci/run fetches it")
	}
	m := newModel(t)
	s := serve(t, m.config())
	for _, l := range looks[:2] {
		t.Run(l.name, func(t *testing.T) {
			w := s.at(t).open("/", l.as()...)
			m.pieces = make(chan string)
			w.write("栎川云2025年第一季度收入是多少？")
			w.enter()
			m.pieces <- "栎川云2025年第一季度收入为70.2亿元[S1]。"
			m.pieces <- "经营利润率高达96.9%[S1]。天气很好，"
			w.wait(`document.querySelector('.answer-text .cite')`)
			w.axe("while it is written")
			m.say("大家都很高兴。")
			w.answered()
			w.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.cite').focus({focusVisible: true})`))
			w.wait(`!document.getElementById('quotation').hidden`)
			w.axe("verdicts and a quotation")
			w.do(chromedp.Evaluate[chromedp.Void](`history.pushState(null, '', '/none'); dispatchEvent(new PopStateEvent('popstate'))`))
			w.axe("no such page")
		})
	}
}
