//go:build browser

package browser

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const priceWar = `{"topic":"云厂商的价格战","focus":"降价幅度、理由、对客户账单的影响","length":"short","as_of":"2025-11-01"}`

// saving makes the page keep the files that it saves, [name, base64], instead.
const saving = `(() => {
	window.saved = [];
	const make = URL.createObjectURL.bind(URL);
	let last;
	URL.createObjectURL = (blob) => { last = blob; return make(blob); };
	HTMLAnchorElement.prototype.click = function () {
		const { download } = this;
		last.bytes().then((bytes) => saved.push([download, bytes.toBase64 ? bytes.toBase64() : btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''))]));
	};
})()`

// insert types a text where the focus is.
func (w *window) insert(text string) {
	w.t.Helper()
	w.do(call(input.InsertText, input.InsertTextParams{Text: text}))
}

// readable waits until a briefing is there to be read.
func (w *window) readable() {
	w.t.Helper()
	w.wait(`document.querySelector('.briefing .references li')`)
}

// run runs a script for what it does.
func (w *window) run(script string) {
	w.t.Helper()
	w.do(chromedp.Evaluate[chromedp.Void](script))
}

// TestBriefing orders a briefing in the page, opens one of its sources, takes it as a
// file, checks it again, finds it in the list, and deletes it.
func TestBriefing(t *testing.T) {
	s := serve(t, "")
	w := s.open("/briefings")
	w.wait(`document.querySelector('.briefings [role=status]').textContent.includes('还没有')`)
	w.click(".page-tools button")
	w.wait(`document.activeElement?.id === 'order-topic'`)
	topic := "云厂商的价格战<img src=x onerror=alert(1)>"
	w.insert(topic)
	w.press(kb.Tab)
	w.insert("降价幅度、理由")
	w.enter()
	w.readable()
	kept := s.shown(w)
	if got := w.text(".briefing h1"); got != kept.Title || !strings.Contains(got, topic) {
		t.Errorf("the heading is %q", got)
	}
	w.click(".top-tools button")
	w.click(".top-tools button")
	if got := w.text(".briefing h1"); got != kept.Title {
		t.Errorf("with the language switched there and back the heading is %q", got)
	}
	w.wantHeadings("摘要", "降价幅度", "理由", "关键数字", "时间线", "参考文献")
	if got, want := eval[[]string](w, `[...document.querySelectorAll('#section-1 .sentence')].map((one) => [...one.childNodes].map((n) => n.nodeType === 3 ? n.data : [...n.childNodes].filter((m) => m.nodeType === 3).map((m) => m.data).join('')).join(''))`), words(kept.Sections[0].Sentences); !slices.Equal(got, want) {
		t.Errorf("section 1 says %q, not %q", got, want)
	}
	w.click("#section-1 .cite")
	w.wait(marked + ` === ` + quoted(kept.Sections[0].Sentences[0].Spans[0].Quote))
	w.click(".references button")
	w.wait(marked + ` === ` + quoted(kept.Citations[0].Spans[0].Quote))

	w.run(saving)
	for _, format := range []string{"docx", "html", "md"} {
		w.click(`[data-format="` + format + `"]`)
		w.wait(`saved.length === 1`)
		name, content := eval[string](w, `saved[0][0]`), eval[string](w, `saved.pop()[1]`)
		file, err := base64.StdEncoding.DecodeString(content)
		if err != nil {
			t.Fatal(err)
		}
		if want := "云厂商的价格战 img src=x onerror=alert(1) ：简报." + format; strings.Join(strings.Fields(name), " ") != want {
			t.Errorf("the file is called %q, not %q", name, want)
		}
		text := string(file)
		if format == "docx" {
			text = documentOf(t, file)
		}
		if !strings.Contains(html.UnescapeString(text), "云厂商的价格战") {
			t.Errorf("%s does not hold the title", name)
		}
	}
	w.run(`navigator.clipboard.writeText = async (text) => { window.copied = text; }`)
	w.click(".files button:last-child")
	w.wait(`window.copied?.includes('[^1]: ') && document.querySelector('.files button:last-child').textContent === '已复制'`)
	w.click(".tools button:not(.files *)")
	w.wait(`document.querySelector('.recheck h2')?.textContent === '核对结果没有变化'`)

	w.navigate("/briefings")
	w.wait(`document.querySelectorAll('.briefings .article-list li').length === 1`)
	w.click(".briefings .article-list a")
	w.readable()
	w.click(".tools .danger")
	w.wait(`document.querySelector('dialog[open]')?.innerText.includes(` + quoted(kept.Title) + `)`)
	w.press(kb.Escape)
	w.wait(`!document.querySelector('dialog[open]')`)
	w.click(".tools .danger")
	w.click("dialog[open] .danger")
	w.wait(`location.pathname === '/briefings' && document.querySelector('.briefings [role=status]').textContent.includes('还没有')`)
	w.quiet()
}

// documentOf unzips a Word file and returns its text.
func documentOf(t *testing.T, file []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	document, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer document.Close()
	text, err := io.ReadAll(document)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(text), "")
}

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
	got := eval[string](w, `Promise.all([import('/assets/js/briefingmaking.js'), import('/assets/js/briefingtext.js')]).then(([{ Making }, { BriefingText }]) => {
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

// papers are articles of one firm, of which two disagree.
func papers() []string {
	return []string{
		`{"id":"a","title":"海燕云业绩","outlet":"云上观察","published":"2024-10-31","text":"2024年第三季度，海燕云营收为14.2亿元，同比增长36%。管理层说，增长主要来自政务客户。"}`,
		`{"id":"b","title":"海燕云的账","outlet":"南屏财讯","published":"2024-11-05","text":"2024年第三季度，海燕云营收为15.1亿元，其中有1亿元来自集团内部。分析师认为，增长放缓了。"}`,
		`{"id":"c","title":"海燕云上一季","outlet":"栈桥评论","published":"2024-07-30","text":"2024年第二季度，海燕云营收为9.8亿元，环比下滑4%。价格战影响了毛利率。"}`,
		`{"id":"d","title":"海燕云员工规模","outlet":"栈桥评论","published":"2024-06-20","text":"海燕云目前在全国共有员工3200人，其中研发人员占六成。海燕云的总部设在南屏市高新区。"}`,
		`{"id":"e","title":"北辰数据降价","outlet":"栈桥评论","published":"2024-03-05","text":"北辰数据宣布，对象存储降价三成，自4月1日起生效。业内人士认为，这是为了留住中小客户。"}`,
	}
}

// TestBriefingParts: figures with what others say, the timeline drawn year by year,
// disagreements side by side.
func TestBriefingParts(t *testing.T) {
	s := serve(t, "", append(papers(),
		`{"id":"h","title":"海燕云的目标","outlet":"云上观察","published":"2024-12-04","text":"2024年12月3日，海燕云公布新的营收目标，计划2025年营收达到70亿元。2023年10月，海燕云的单季营收首次超过10亿元。"}`)...)
	b := s.made(`{"topic":"海燕云营收","as_of":"2025-02-01"}`)
	w := s.open("/briefings/" + b.ID)
	w.readable()
	if len(b.Conflicts) == 0 || len(b.Figures) == 0 || len(b.Timeline) == 0 {
		t.Fatalf("%d figures, %d moments, %d conflicts", len(b.Figures), len(b.Timeline), len(b.Conflicts))
	}
	others := 0
	for i, f := range b.Figures {
		row := w.text("#s-figures-" + strconv.Itoa(i+1))
		for _, want := range []string{f.What, f.Value + f.Unit} {
			if !strings.Contains(row, want) {
				t.Errorf("row %d, %q, lacks %q", i+1, row, want)
			}
		}
		for _, other := range f.Others {
			if others++; !strings.Contains(row, other.Value+other.Unit) {
				t.Errorf("row %d, %q, lacks %s", i+1, row, other.Value)
			}
		}
	}
	if others == 0 {
		t.Error("no figure has another value")
	}
	if got, want := eval[int](w, `document.querySelectorAll('.timeline li').length`), len(b.Timeline); got != want {
		t.Errorf("%d points on the line, not %d", got, want)
	}
	if got := eval[[]string](w, `[...document.querySelectorAll('.timeline time')].map((one) => one.textContent)`); !slices.IsSorted(got) || len(got) == 0 || len(got[0]) < len("2024-01") {
		t.Errorf("the days are %v", got)
	}
	w.click(".figures .other button")
	w.wait(`document.querySelector('.pane mark')`)
	w.click(".figures .cite")
	w.wait(`document.querySelector('.pane mark') && document.querySelector('.figures .cite[aria-current]')`)
	w.click(".side button")
	w.wait(marked + ` === document.querySelector('.side blockquote').textContent`)
	w.run(`document.getElementById('conflicts').scrollIntoView()`)
	w.shoot("briefing-conflict")
	w.run(`document.getElementById('figures').scrollIntoView()`)
	w.shoot("briefing-figures")
	w.axe("a briefing with a conflict")
	w.click(".contents a[href='#timeline']")
	w.wait(`location.hash === '#timeline' && document.getElementById('timeline').getBoundingClientRect().top < innerHeight && scrollY > 0`)
}

// TestFollowUp says what is new since; checking again shows what the earlier one says no
// more.
func TestFollowUp(t *testing.T) {
	s := serve(t, "", papers()[1:]...)
	disputed := s.add(papers()[0])
	b := s.made(`{"topic":"海燕云","focus":"营收、员工","audience":"投资部","length":"long","style":"apa","as_of":"2025-02-01","filter":{"outlets":["云上观察","南屏财讯","栈桥评论"]}}`)
	s.add(`{"id":"f","title":"海燕云员工规模再变","outlet":"云上观察","published":"2024-12-20","text":"海燕云目前在全国共有员工2600人，其中研发人员占六成。"}`)
	s.add(`{"id":"g","title":"海燕云出海","outlet":"云上观察","published":"2025-01-09","text":"海燕云在新加坡开设了首个海外数据中心，投资3亿元。"}`)
	s.add(`{"id":"c","title":"海燕云上一季","outlet":"栈桥评论","published":"2024-07-30","text":"2024年第二季度，海燕云营收为9.6亿元，环比下滑6%。价格战影响了毛利率。"}`)
	s.do("DELETE", "/v1/articles/"+disputed, "")

	w := s.open("/briefings/" + b.ID)
	w.readable()
	w.click(".tools button:not(.files *)")
	w.wait(`document.querySelector('.recheck li')`)
	if len(b.Conflicts) == 0 || eval[bool](w, `[...document.querySelectorAll('blockquote')].some((one) => !one.textContent)`) {
		t.Errorf("of %d disagreements one side is empty", len(b.Conflicts))
	}
	var again struct {
		Sentences []struct{ Ref, Was, Now string }
	}
	if err := jsonOf(s.do("POST", "/v1/briefings/"+b.ID+"/recheck", ""), &again); err != nil {
		t.Fatal(err)
	}
	moved := 0
	for _, one := range again.Sentences {
		if one.Was == one.Now {
			continue
		}
		moved++
		id := "s-" + strings.ReplaceAll(one.Ref, "/", "-")
		if !eval[bool](w, `!!document.querySelector('.recheck a[href="#`+id+`"]')`) {
			t.Errorf("%s, %s and now %s, is not listed", one.Ref, one.Was, one.Now)
		}
		if got := eval[string](w, `(document.querySelector('#`+id+`[data-verdict], #`+id+` [data-verdict]')).dataset.verdict`); got != one.Now {
			t.Errorf("%s is marked %s, not %s", one.Ref, got, one.Now)
		}
	}
	if got := eval[int](w, `document.querySelectorAll('.recheck > ol a').length`); got != moved || moved == 0 {
		t.Errorf("%d places listed, %d have another verdict", got, moved)
	}
	if got := eval[int](w, `document.querySelectorAll('.recheck > ol > li').length`); got >= moved || got != eval[int](w, `new Set([...document.querySelectorAll('.recheck > ol > li > p:first-child')].map((one) => one.textContent)).size`) {
		t.Errorf("%d sentences listed for %d places", got, moved)
	}
	for _, want := range []string{"文章已删除", "文章已改动"} {
		for _, where := range []string{".recheck", ".references"} {
			if !strings.Contains(w.text(where), want) {
				t.Errorf("%s does not say %s", where, want)
			}
		}
	}
	if got := w.text(".legend"); !strings.Contains(got, "与来源不符") {
		t.Errorf("the marks are explained as %q", got)
	}
	w.shoot("recheck")
	w.axe("a briefing checked again")
	w.click(".recheck ol a")
	w.wait(`document.querySelector('.sentence:target, tr:target')?.getBoundingClientRect().top < innerHeight`)

	w.click(".tools a[href*='follow']")
	w.wait(`document.getElementById('order-topic')?.value === '海燕云' && document.querySelector('.order-note a')`)
	if got := eval[string](w, `document.querySelector('.order-note a').pathname`); got != "/briefings/"+b.ID {
		t.Errorf("it follows up %s", got)
	}
	for field, want := range map[string]string{"focus": "营收、员工", "audience": "投资部", "length": "long", "references": "apa", "language": "zh", "outlets": "云上观察，南屏财讯，栈桥评论", "as_of": ""} {
		if got := eval[string](w, `document.getElementById('order-`+field+`').value`); got != want {
			t.Errorf("%s is %q, not %q", field, got, want)
		}
	}
	w.shoot("follow-up")
	w.click(".order .primary")
	w.wait(`document.querySelector('#news')`)
	next := s.shown(w)
	if next.Request["previous_id"] != b.ID || next.News == nil {
		t.Fatalf("the follow-up is of %v: %+v", next.Request, next.News)
	}
	news := w.text("#news")
	var want []string
	want = append(want, words(next.News.New)...)
	for _, one := range slices.Concat(next.News.Changed, next.News.Corrected) {
		want = append(want, one.Was, words([]sentenceOf{one.Now})[0])
	}
	for _, one := range next.News.Withdrawn {
		want = append(want, one.Text, one.Why)
	}
	if len(want) < 4 {
		t.Errorf("there is little news: %q", want)
	}
	for _, text := range want {
		if !strings.Contains(strings.ReplaceAll(news, "\n", ""), strings.TrimSuffix(text, "。")) {
			t.Errorf("the news lack %q: %q", text, news)
		}
	}
	w.run(`document.getElementById('news').scrollIntoView()`)
	w.shoot("news")
	w.axe("a follow-up")
	w.click("#news .cite")
	w.wait(`document.querySelector('.pane mark')`)
	w.click(".briefing-line a")
	w.wait(`location.pathname === '/briefings/` + b.ID + `'`)
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

// TestBriefingKeyboard goes from the list to a source and back without a mouse.
func TestBriefingKeyboard(t *testing.T) {
	s := serve(t, "")
	b := s.made(priceWar)
	w := s.open("/briefings")
	w.wait(`document.querySelector('.article-list a') && document.querySelector('.page-tools button')`)
	tabTo := func(selector string, opts ...chromedp.KeyOption) {
		t.Helper()
		for range 120 {
			if eval[bool](w, `document.activeElement.matches(`+quoted(selector)+`)`) {
				return
			}
			w.do(chromedp.KeyEvent(kb.Tab, opts...))
		}
		t.Fatalf("no way to %s", selector)
	}
	tabTo(".article-list a")
	w.enter()
	w.readable()
	tabTo(".contents a[href='#section-1']")
	w.enter()
	tabTo("#section-1 .cite")
	w.enter()
	w.wait(marked + ` === ` + quoted(b.Sections[0].Sentences[0].Spans[0].Quote))
	tabTo(".pane-body")
	closeSource := func() {
		t.Helper()
		w.wait(`document.getElementById('quotation').hidden`) // which Escape would close first
		w.press(kb.Escape)
		w.wait(`!document.querySelector('.pane mark')`)
	}
	closeSource()
	if !eval[bool](w, `document.activeElement.matches('#section-1 .cite')`) {
		t.Errorf("closing the source left the focus on %s", eval[string](w, `document.activeElement.outerHTML.slice(0, 100)`))
	}
	tabTo(".references button")
	w.enter()
	w.wait(marked + ` === ` + quoted(b.Citations[0].Spans[0].Quote))
	closeSource()
	tabTo(".tools .danger", chromedp.KeyModifiers(chromedp.ModifierShift))
	w.enter()
	w.wait(`document.querySelector('dialog[open]')`)
	w.enter() // what has the focus first is not to delete
	w.wait(`!document.querySelector('dialog[open]')`)
	if !eval[bool](w, `document.activeElement.matches('.tools .danger')`) {
		t.Error("the dialog did not give the focus back")
	}
}

// TestBriefingHostile puts the payloads into topics, headings and the articles that a
// briefing quotes.
func TestBriefingHostile(t *testing.T) {
	var articles []string
	for i, payload := range payloads {
		articles = append(articles, fmt.Sprintf(`{"id":"h%d","title":%s,"outlet":%s,"author":%s,"published":"2025-05-%02d","url":%s,"text":%s}`,
			i, quoted(payload+strconv.Itoa(i)), quoted(payload), quoted(payload), i%28+1, quoted("https://news.example/"+strconv.Itoa(i)+"?x="+payload),
			quoted(fmt.Sprintf("海燕云第%d号机房宣布，%s电价降到每度0.%d元，自6月%d日起生效。", i, payload, 100+i, i%28+1))))
	}
	s := serve(t, "", articles...)
	w := s.open("/briefings")
	for at := 0; at < len(payloads); at += 6 {
		some := payloads[at:min(at+6, len(payloads))]
		headings := []string{"电价"}
		for _, one := range some {
			if points := []rune(one); len(points) <= 90 {
				headings = append(headings, "价格"+one)
			}
		}
		b := s.made(`{"topic":` + quoted("海燕云电价"+strings.Join(some[:3], " ")) + `,"focus":` + quoted(strings.Join(some, "、")) + `,"audience":` + quoted(some[0]) + `,"length":"long","sections":` + mustJSON(t, headings) + `}`)
		w.navigate("/briefings/" + b.ID)
		w.wait(`document.querySelector('.briefing .tools')`)
		w.quiet()
		if got := eval[string](w, `document.querySelector('h1').textContent`); got != b.Title {
			t.Errorf("the title %q is shown as %q", b.Title, got)
		}
		if b.Status != "done" {
			continue
		}
		for i, section := range b.Sections {
			if got := eval[string](w, `document.querySelector('#section-`+strconv.Itoa(i+1)+` h2').textContent`); got != section.Heading {
				t.Errorf("the heading %q is shown as %q", section.Heading, got)
			}
		}
		w.run(`document.querySelectorAll('.briefing-body .cite').forEach((one) => { one.focus({ focusVisible: true }); one.click(); })`)
		w.wait(`document.querySelector('.pane .text p')`)
		w.quiet()
		w.run(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`)
		w.click(".tools button:not(.files *)")
		w.wait(`document.querySelector('.recheck')`)
		w.quiet()
		w.navigate("/briefings?follow=" + b.ID)
		w.wait(`document.querySelector('.order-note a')`)
		w.quiet()
	}
	w.navigate("/briefings")
	w.wait(`document.querySelectorAll('.article-list li').length > 5`)
	w.quiet()
}

// TestBriefingLooks looks at the screens of briefings as TestLooks does at the others.
func TestBriefingLooks(t *testing.T) {
	s := serve(t, "")
	id := s.made(priceWar).ID
	for _, l := range looks {
		t.Run(l.name, func(t *testing.T) {
			w := s.at(t).open("/briefings/"+id, l.as()...)
			w.readable()
			l.check(w, "briefing")
			for _, part := range []string{"figures", "timeline", "references"} {
				w.run(`document.getElementById('` + part + `').scrollIntoView()`)
				w.shoot(l.name + "-briefing-" + part)
			}
			w.click("#section-1 .cite")
			w.wait(`document.querySelector('.pane mark')`)
			l.check(w, "briefing-source")
			w.navigate("/briefings?follow=" + id)
			w.wait(`document.querySelector('.order-note a')`)
			w.click(".order summary")
			l.check(w, "briefings")
			w.click(".language")
			w.click(".language")
			if got := eval[string](w, `document.getElementById('order-topic').value`); got != "云厂商的价格战" {
				t.Errorf("with another language the topic is %q", got)
			}
		})
	}
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
