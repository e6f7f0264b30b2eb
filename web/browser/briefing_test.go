//go:build browser

package browser

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
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
	w.wait(`document.querySelector('.briefings [role=status]')?.textContent.includes('还没有')`)
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
	w.wait(`location.pathname === '/briefings' && document.querySelector('.briefings [role=status]')?.textContent.includes('还没有')`)
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
