//go:build browser

package browser

import (
	"strconv"
	"strings"
	"testing"
)

// TestNoBriefing: that too little is said, with what there is; what failed, why; what is
// wrong with an order, beside the field, and nothing that was typed is lost.
func TestNoBriefing(t *testing.T) {
	m := newWriter(t)
	m.fails = true
	s := serve(t, m.config("rag:\n  on_model_error: error\n"))
	w := s.open("/briefings?topic=" + "%E7%BA%A2%E7%83%A7%E8%82%89%E7%9A%84%E5%81%9A%E6%B3%95")
	w.wait(`document.getElementById('order-topic')?.value === '红烧肉的做法'`)
	w.click(".order .primary")
	w.wait(`document.querySelector('.briefing .refusal')`)
	b := s.shown(w)
	for _, article := range b.Refusal.Nearest {
		if !strings.Contains(w.text(".refusal"), article.Title) {
			t.Errorf("%s is not named", article.Title)
		}
	}
	w.axe("a briefing that was refused")
	w.shoot("refused")
	w.click(".nearest button")
	w.wait(`document.querySelector('.pane h2')?.textContent === ` + quoted(b.Refusal.Nearest[0].Title) + ` && document.querySelector('.pane .text p')`)

	w.navigate("/briefings/" + s.order(priceWar))
	w.wait(`document.querySelector('.briefing .problem')?.textContent.includes('没有写成')`)
	w.wait(`document.querySelector('.briefing-state').innerText.includes('语言模型')`)
	w.wait(`document.querySelector('.tools a[href*="again"]')`)
	w.axe("a briefing that failed")
	w.shoot("failed")

	w.navigate("/briefings/brf_none")
	w.wait(`document.querySelector('.briefing .problem')?.textContent.includes('没有找到')`)
	w.navigate("/briefings?follow=brf_none")
	w.wait(`document.querySelector('.order [role=alert]')?.textContent.includes('没有找到')`)
	if !eval[bool](w, `document.querySelector('.order .primary').disabled`) {
		t.Error("what cannot be followed up can be ordered all the same")
	}

	w.navigate("/briefings?new")
	w.wait(`document.activeElement?.id === 'order-topic'`)
	w.enter()
	wrong := func(field, text string) {
		t.Helper()
		w.wait(`document.activeElement?.id === 'order-` + field + `' && document.activeElement.getAttribute('aria-invalid') === 'true'`)
		w.wait(`document.getElementById('order-` + field + `-error').textContent.includes(` + quoted(text) + `)`)
	}
	wrong("topic", "请写明主题")
	w.insert("云厂商")
	w.run(`document.getElementById('order-from').value = '2025-02-01'; document.getElementById('order-to').value = '2025-01-01'`)
	w.click(".order .primary")
	wrong("to", "早于")
	w.shoot("order-wrong")
	w.axe("an order that is wrong")
	w.run(`document.getElementById('order-to').value = ''; document.getElementById('order-sections').value = '价格\n价格'`)
	w.click(".order .primary")
	wrong("sections", "相同")
	w.run(`document.getElementById('order-sections').value = ''; document.getElementById('order-audience').value = '读'.repeat(501)`)
	w.click(".order .primary")
	wrong("audience", "501")
	w.click("nav a[href='/articles']")
	w.wait(`document.querySelector('.page.articles')`)
	w.click("nav a[href='/briefings']")
	w.click(".page-tools button")
	w.wait(`document.getElementById('order-topic')?.value === '云厂商'`)
	w.click(".order .buttons button:not(.primary)")
	w.wait(`!document.querySelector('.order') && location.search === '' && document.activeElement.matches('.page-tools button')`)
}

// TestBriefingReader: a key that may only read sees no form and nothing that changes a
// briefing.
func TestBriefingReader(t *testing.T) {
	reader, readerLine := newKey(t, "read")
	writer, writerLine := newKey(t, "write")
	m := newWriter(t, "降价幅度", "理由")
	s := serve(t, m.config("auth:\n  keys:\n    - "+readerLine+"\n    - "+writerLine+"\n"))
	s.key = writer
	id := s.order(`{"topic":"云厂商的价格战","sections":["降价幅度","理由"]}`)
	w := s.open("/")
	w.wait(`document.querySelector('dialog[open] #key')`)
	w.insert(reader)
	w.enter()
	w.wait(`!document.querySelector('dialog[open]')`)
	w.navigate("/briefings?new")
	w.wait(`document.querySelector('.briefings .problem')?.textContent.includes('只读')`)
	if eval[bool](w, `!!document.querySelector('.order, .page-tools button')`) {
		t.Error("a reader is offered the form")
	}
	w.click(".article-list a")
	w.wait(`document.querySelector('.making li[aria-current]')?.textContent === '写作'`)
	if eval[bool](w, `!!document.querySelector('.making button')`) {
		t.Error("a reader is offered to cancel")
	}
	m.allow("降价幅度", "理由")
	w.readable()
	if got := eval[string](w, `[...document.querySelectorAll('.tools a, .tools .danger')].map((one) => one.textContent).join()`); got != "" {
		t.Errorf("a reader is offered %s", got)
	}
	w.run(saving)
	w.click(`[data-format="docx"]`)
	w.wait(`saved.length === 1`)
	w.click(".tools button:not(.files *)")
	w.wait(`document.querySelector('.recheck')`)
	w.shoot("briefing-reader")
	s.do("GET", "/v1/briefings/"+id, "")
}

// TestBriefingList pages through the list.
func TestBriefingList(t *testing.T) {
	s := serve(t, "", papers()...)
	for i := range 32 {
		s.made(`{"topic":"海燕云营收` + strconv.Itoa(i) + `","length":"short"}`)
	}
	w := s.open("/briefings")
	w.wait(`document.querySelectorAll('.article-list li').length === 30`)
	if got := w.text(".article-list a"); got != "海燕云营收31" {
		t.Errorf("the newest is %s", got)
	}
	w.click(".briefings > button")
	w.wait(`document.querySelectorAll('.article-list li').length === 32 && document.activeElement.textContent === '海燕云营收1'`)
	w.wait(`document.querySelector('.briefings > button').hidden`)
}
