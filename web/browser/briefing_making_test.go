//go:build browser

package browser

import (
	"slices"
	"strings"
	"testing"
)

// TestBriefingGrows watches a briefing being made: each section stands in its place as
// soon as it is written, with numbers that open their articles, and who reads one stays
// where they are until the end, the focus too.
func TestBriefingGrows(t *testing.T) {
	m := newWriter(t, "降价幅度", "理由", "对客户账单的影响")
	s := serve(t, m.config(""))
	list := s.open("/briefings")
	w := s.open("/briefings?new")
	w.wait(`document.activeElement?.id === 'order-topic'`)
	w.insert("云厂商的价格战")
	w.click(".order summary")
	w.run(`document.getElementById('order-sections').value = '降价幅度\n理由\n对客户账单的影响'`)
	w.click(".order .primary")
	w.wait(`document.querySelector('.making li[aria-current]')?.textContent === '写作'`)
	w.shoot("making-begin")
	list.navigate("/briefings")
	list.wait(`document.querySelector('.article-list .state')?.textContent === '正在写'`)
	before := eval[string](w, `JSON.stringify(document.querySelector('.making').getBoundingClientRect())`)

	m.allow("理由")
	w.wait(`document.querySelector('.briefing-body .cite')`)
	if got := eval[string](w, `JSON.stringify(document.querySelector('.making').getBoundingClientRect())`); got != before {
		t.Errorf("the progress stood at %s, stands at %s", before, got)
	}
	w.click(".briefing-body .cite")
	w.wait(`document.querySelector('.pane mark')`)
	read := w.text(".briefing-body .sentence")
	if got := eval[string](w, marked); !strings.Contains(strings.ReplaceAll(read, "\n", ""), got[:12]) {
		t.Errorf("%q opened %q", read, got)
	}
	w.run(`window.read = document.querySelector('.briefing-body .sentence'); read.querySelector('.cite').focus()`)
	const place = `Math.round(read.getBoundingClientRect().top)`
	at := eval[int](w, place)

	m.allow("降价幅度")
	w.wait(`document.querySelectorAll('.briefing-body section').length === 2`)
	if got := w.headings(); !slices.Equal(got, []string{"降价幅度", "理由"}) {
		t.Errorf("the sections are %v", got)
	}
	if got := eval[int](w, place); got < at-1 || got > at+1 {
		t.Errorf("what was read stood at %d, stands at %d", at, got)
	}
	w.shoot("making")
	w.axe("a briefing in the making")
	if got := w.text("body > [role=status]"); strings.Contains(got, "写") {
		t.Errorf("a screen reader is told %q while it is made", got)
	}

	m.allow("对客户账单的影响")
	w.readable()
	if got := eval[int](w, place); got < at-1 || got > at+1 {
		t.Errorf("what was read stood at %d, stands at %d when it is done", at, got)
	}
	if !eval[bool](w, `document.activeElement === read.querySelector('.cite') && document.activeElement.getAttribute('aria-current') === 'true' && !!document.querySelector('.pane mark')`) {
		t.Error("the focus or the source has gone")
	}
	w.wait(`document.querySelector('body > [role=status]').textContent === '简报写好了。'`)
	b := s.shown(w)
	numbers := []int{}
	for _, section := range b.Sections {
		for _, one := range section.Sentences {
			numbers = append(numbers, one.Citations...)
		}
	}
	if got := eval[[]int](w, `[...document.querySelectorAll('[id^="section-"] .cite')].map((one) => Number(one.textContent))`); !slices.Equal(got, numbers) {
		t.Errorf("the numbers are %v, not %v", got, numbers)
	}
	w.click("#section-2 .cite")
	w.click("#section-1 .cite")
	w.wait(marked + ` === ` + quoted(b.Sections[0].Sentences[0].Spans[0].Quote))
	list.wait(`document.querySelector('.article-list li[data-status=done]')`)
}

// TestBriefingBegun: who has not begun to read sees a briefing that is done from its
// beginning.
func TestBriefingBegun(t *testing.T) {
	s := serve(t, "")
	w := s.open("/briefings/" + s.order(priceWar))
	w.readable()
	if got := eval[int](w, `scrollY`); got != 0 {
		t.Errorf("the page is at %d", got)
	}
}

// TestBriefingAnew: of a briefing that is begun anew, after the server was started again,
// what was written the first time goes.
func TestBriefingAnew(t *testing.T) {
	w := serve(t, "").open("/briefings")
	got := eval[string](w, `Promise.all([import('/assets/js/briefings/making.js'), import('/assets/js/briefings/text.js')]).then(([{ Making }, { BriefingText }]) => {
		const text = new BriefingText();
		const making = new Making({ text, writes: true }, { status: 'running', mode: 'model' });
		const section = (heading, place, ...texts) => making.section({ heading, place, citations: [], sentences: texts.map((text) => ({ text, citations: [], spans: [], verdict: 'none' })) });
		const step = (step, done) => making.step({ step, done, of: 6, counts: {} });
		step('survey', 0); step('outline', 1); step('write', 2);
		section('甲', 2, '旧句。'); section('乙', 1, '另一句。');
		step('survey', 0); step('outline', 1); step('write', 2);
		section('丙', 2, '新句。', '新句。'); section('乙', 1, '这一句。');
		return [...text.element.querySelectorAll('h2, .sentence')].map((one) => one.textContent).join('|');
	})`)
	if want := "乙|这一句。|丙|新句。|新句。"; got != want {
		t.Errorf("shown %s, not %s", got, want)
	}
}

// TestBriefingCut: a stream that is cut is taken up where it was.
func TestBriefingCut(t *testing.T) {
	m := newWriter(t, "降价幅度", "理由")
	s := serve(t, m.config(""))
	through := newCutter(t, s.base)
	id := s.order(`{"topic":"云厂商的价格战","sections":["降价幅度","理由"]}`)
	w := (&server{t: t, base: through.URL}).open("/briefings/" + id)
	w.wait(`document.querySelector('.making li[aria-current]')?.textContent === '写作'`)
	m.allow("理由")
	w.wait(`document.querySelector('.briefing-body .cite')`)
	through.cut()
	m.allow("降价幅度")
	w.readable()
	if got := w.headings(); !slices.Contains(got, "降价幅度") || !slices.Contains(got, "理由") {
		t.Errorf("the sections are %v", got)
	}
	if through.asked.Load() == "" {
		t.Error("it was not taken up by Last-Event-ID")
	}
}

// TestBriefingCancelled cancels one in the making; whoever watches is told, and can have
// it made again.
func TestBriefingCancelled(t *testing.T) {
	m := newWriter(t, "降价幅度", "理由")
	s := serve(t, m.config(""))
	id := s.order(`{"topic":"云厂商的价格战","focus":"降价","audience":"采购部","length":"long","sections":["降价幅度","理由"],"from":"2023-01-01","filter":{"outlets":["积云商报","机柜夜话","栈桥评论","南屏财讯"]}}`)
	other := s.open("/briefings/" + id)
	other.wait(`document.querySelector('.making')`)
	w := s.open("/briefings/" + id)
	w.wait(`document.querySelector('.making li[aria-current]')?.textContent === '写作'`)
	w.click(".making button")
	for _, one := range []*window{w, other} {
		one.wait(`document.querySelector('.briefing .problem')?.textContent.includes('已取消')`)
		one.wait(`document.querySelector('body > [role=status]').textContent.includes('已取消')`)
	}
	if !eval[bool](w, `document.activeElement === document.querySelector('h1')`) {
		t.Errorf("the focus of the button that has gone is on %s", eval[string](w, `document.activeElement.outerHTML.slice(0, 100)`))
	}
	w.axe("a briefing that was cancelled")
	w.shoot("cancelled")
	w.click(".tools a[href*='again']")
	w.wait(`document.getElementById('order-topic')?.value === '云厂商的价格战'`)
	for field, want := range map[string]string{"focus": "降价", "audience": "采购部", "length": "long", "sections": "降价幅度\n理由", "from": "2023-01-01", "outlets": "积云商报，机柜夜话，栈桥评论，南屏财讯"} {
		if got := eval[string](w, `document.getElementById('order-`+field+`').value`); got != want {
			t.Errorf("%s is %q, not %q", field, got, want)
		}
	}
	m.allow("降价幅度", "理由")
	w.click(".order .primary")
	w.readable()
	if b := s.shown(w); b.PreviousID != "" || b.ID == id {
		t.Errorf("made again: %+v", b.Request)
	}
}
