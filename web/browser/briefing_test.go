//go:build browser

package browser

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBriefing makes a briefing in the page, opens one of its sources, and takes the
// Word file.
func TestBriefing(t *testing.T) {
	s := serve(t, "")
	w := s.open("/briefings")
	w.wait(`document.querySelector('.order')`)
	w.wait(`document.querySelector('.page [role=status]').textContent.trim() !== ''`)
	topic := "云厂商的价格战<img src=x onerror=alert(1)>"
	w.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#order-topic').value = ` + quoted(topic) + `;
		document.querySelector('#order-focus').value = '降价幅度、理由';
		document.querySelector('#order-length').value = 'short';
		document.querySelector('.order').requestSubmit()`))
	w.wait(`document.querySelector('.briefing .timeline')`)
	if got := w.text(".briefing h1"); !strings.Contains(got, topic) {
		t.Errorf("the heading is %q", got)
	}
	w.click(".top-tools button")
	w.click(".top-tools button")
	if got := w.text(".briefing h1"); !strings.Contains(got, topic) {
		t.Errorf("with the language switched there and back the heading is %q", got)
	}
	for _, heading := range []string{"摘要", "降价幅度", "理由", "关键数字", "时间线", "参考文献"} {
		if !eval[bool](w, `[...document.querySelectorAll('.briefing h2')].some((one) => one.textContent === `+quoted(heading)+`)`) {
			t.Errorf("there is no section %s", heading)
		}
	}
	var kept struct {
		Sections []struct {
			Sentences []struct{ Spans []struct{ Quote string } }
		}
	}
	s.get("/v1/briefings/"+strings.TrimPrefix(eval[string](w, `location.pathname`), "/briefings/"), &kept)
	w.click(".briefing .text .sentence:not(li .sentence) .cite")
	w.wait(`[...document.querySelectorAll('.pane mark')].map((one) => one.textContent).join('\n') === ` + quoted(kept.Sections[0].Sentences[0].Spans[0].Quote))
	w.do(chromedp.Evaluate[chromedp.Void](`window.files = []; const make = URL.createObjectURL; URL.createObjectURL = (blob) => { blob.slice(0, 2).text().then((start) => files.push([start, blob.type])); return make(blob); }`))
	w.click(".briefing .buttons button")
	w.wait(`files.length === 1`)
	if got := eval[string](w, `JSON.stringify(files[0])`); got != mustJSON(t, []string{"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}) {
		t.Errorf("the file is %s", got)
	}
	w.click(".briefing .buttons button:nth-child(4)")
	w.wait(`document.querySelector('.recheck')`)
	w.navigate("/briefings")
	w.wait(`document.querySelectorAll('.briefings .article-list li').length === 1`)
	w.click(".briefings .article-list a")
	w.wait(`document.querySelector('.briefing .timeline')`)
	w.click(".briefing .buttons button:last-child")
	w.click(".briefing .buttons button:last-child")
	w.wait(`location.pathname === '/briefings' && document.querySelector('.briefings [role=status]').textContent.includes('还没有')`)
	w.quiet()
}

func mustJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestNoBriefing: too little is said, with what there is; so is a wrong request.
func TestNoBriefing(t *testing.T) {
	s := serve(t, "")
	w := s.open("/briefings?topic=" + "%E7%BA%A2%E7%83%A7%E8%82%89%E7%9A%84%E5%81%9A%E6%B3%95")
	w.wait(`document.querySelector('.order')`)
	w.click(".order .primary")
	w.wait(`document.querySelector('.briefing .problem')`)
	w.wait(`document.querySelector('.briefing [role=status] li a[href^="/articles/"]')`)
	w.navigate("/briefings?previous_id=brf_none&topic=cloud")
	w.wait(`document.querySelector('.order')`)
	w.click(".order .primary")
	w.wait(`document.querySelector('.order .field-state').textContent.trim() !== ''`)
	w.navigate("/briefings/brf_none")
	w.wait(`document.querySelector('.briefing .problem')`)
}

// TestBriefingLooks looks at the screens of briefings as TestLooks does at the others.
func TestBriefingLooks(t *testing.T) {
	s := serve(t, "")
	var made struct{ ID string }
	if err := json.Unmarshal(s.do("POST", "/v1/briefings", `{"topic":"云厂商的价格战","focus":"降价幅度、理由、对客户账单的影响","length":"short","as_of":"2025-11-01"}`), &made); err != nil {
		t.Fatal(err)
	}
	for _, l := range looks {
		t.Run(l.name, func(t *testing.T) {
			w := s.at(t).open("/briefings/"+made.ID, l.as()...)
			w.wait(`document.querySelector('.briefing .timeline')`)
			l.check(w, "briefing")
			w.navigate("/briefings")
			w.wait(`document.querySelector('.briefings .article-list li')`)
			w.wait(`document.querySelector('.order')`)
			w.click(".order summary")
			l.check(w, "briefings")
		})
	}
}
