//go:build browser

package browser

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestDeepLink: the address of a quotation opens that version with exactly these
// characters highlighted and in sight, and another place on the same page likewise.
func TestDeepLink(t *testing.T) {
	s := serve(t, "")
	old := strings.Repeat("旧版正文𠮷📈，说的是别的事。\n", 60) + "末句在此，😀结束。"
	id := s.add(`{"id":"one","title":"两版文章","text":` + quoted(old) + `}`)
	s.add(`{"id":"one","title":"两版文章","text":"新版只有一句话。"}`)
	highlighted := `[...document.querySelectorAll('.article-body mark')].map((m) => m.textContent).join('\n')`
	points := []rune(old)
	w := s.open(fmt.Sprintf("/articles/%s?version=1#c=%d-%d", id, len(points)-9, len(points)))
	w.wait(highlighted + ` === ` + quoted(string(points[len(points)-9:])))
	inSight := `(() => { const b = document.querySelector('.article-body mark').getBoundingClientRect(); return b.top > 0 && b.bottom < innerHeight; })()`
	if !eval[bool](w, inSight) {
		t.Error("it is not scrolled to")
	}
	w.do(chromedp.Evaluate[chromedp.Void](`location.hash = '#c=3-40'`))
	w.wait(highlighted + ` === ` + quoted(string(points[3:40])))
	w.wait(inSight)
	for _, bad := range []string{"#c=5-5", "#c=9-3", fmt.Sprintf("#c=0-%d", len(points)+1), "#c=x-y", "#c=-1-2"} {
		w.do(chromedp.Evaluate[chromedp.Void](`location.hash = ` + quoted(bad)))
		w.wait(highlighted + ` === ''`)
	}
	w.click(".fact a[href*='version=2']")
	w.wait(`document.querySelector('.article-body')?.innerText.trim() === '新版只有一句话。'`)
	s.open("/articles/a_none").wait(`document.querySelector('main .problem')`)
}

// TestList searches, narrows down by outlet and by a month of the chart, and pages.
func TestList(t *testing.T) {
	s := serve(t, "")
	w := s.open("/articles")
	w.wait(`document.querySelectorAll('.article-list li').length === 45`)
	w.do(chromedp.SetValue(chromedp.CSS("#list-q"), "栎川云"), chromedp.Focus(chromedp.CSS("#list-q")))
	w.enter()
	w.wait(`location.search.includes('q=') && document.querySelector('.article-list li')`)
	if got := eval[bool](w, `[...document.querySelectorAll('.article-list a')].every((a) => a.innerText.includes('栎川云'))`); !got {
		t.Errorf("found %s", w.text(".article-list"))
	}
	w.navigate("/articles?outlet=" + url.QueryEscape("积云商报"))
	w.wait(`document.querySelector('.article-list li')`)
	if got := eval[bool](w, `[...document.querySelectorAll('.article-list .byline')].every((a) => a.innerText.includes('积云商报'))`); !got {
		t.Errorf("found %s", w.text(".article-list"))
	}
	w.navigate("/articles")
	w.click(`.month[data-month="2023-07"]`)
	w.wait(`document.querySelectorAll('.article-list li').length === 3`)
	if got := eval[string](w, `location.search`); got != "?from=2023-07-01&to=2023-07-31" {
		t.Errorf("the address is %s", got)
	}
	w.wait(`document.querySelector('.article-count a')?.innerText === '就这个范围提问'`)
	w.click(".article-count a")
	w.ask("霁石云降价了吗？")
	if got := w.text(".chips"); !strings.Contains(strings.ReplaceAll(got, "\u2060", ""), "2023-07-01 至 2023-07-31") {
		t.Errorf("asked within %q", got)
	}
	for i := range 60 {
		s.add(fmt.Sprintf(`{"id":"n%d","title":"第%d篇","text":"第%d篇的正文。","published":"2024-01-01"}`, i, i, i))
	}
	w.navigate("/articles")
	w.wait(`document.querySelectorAll('.article-list li').length === 50`)
	w.click(".articles > button")
	w.wait(`document.querySelectorAll('.article-list li').length === 60`)
	s.add(`{"id":"old","title":"旧闻","text":"十年前的旧闻。","published":"2014-03-05"}`)
	w.navigate("/articles")
	w.click(`.month[data-month="2014"]`)
	w.wait(`document.querySelectorAll('.article-list li').length === 1`)
	if got := eval[string](w, `location.search`); got != "?from=2014-01-01&to=2014-12-31" {
		t.Errorf("the address is %s", got)
	}
}

// TestDelete asks first; what is deleted is gone, also where it is cited.
func TestDelete(t *testing.T) {
	s := serve(t, "")
	w := s.open("/")
	w.ask("栎川云2025年第一季度收入是多少？")
	a := s.stored(w)
	cited := a.Citations[0].Article
	w.navigate("/articles/" + cited.ID)
	w.wait(`[...document.querySelectorAll('.fact a')].some((link) => link.pathname === '/ask/` + a.ID + `')`)
	w.click(".danger")
	w.wait(`document.querySelector('dialog[open]')?.innerText.includes(` + quoted(cited.Title) + `)`)
	w.keep("delete")
	w.click("dialog[open] button:not(.danger)")
	w.wait(`!document.querySelector('dialog[open]')`)
	w.click(".article-facts .danger")
	w.click("dialog[open] .danger")
	w.wait(`location.pathname === '/articles' && document.querySelector('.article-list li')`)
	w.navigate("/articles/" + cited.ID)
	w.wait(`document.querySelector('main .problem')?.innerText.includes('已经删除')`)
	w.navigate("/ask/" + a.ID)
	w.wait(`document.querySelector('.sources .state')?.innerText === '文章已删除'`)
}
