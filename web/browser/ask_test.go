//go:build browser

package browser

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// An answer is as much of a reply as the tests look at.
type answer struct {
	ID         string
	PreviousID string `json:"previous_id"`
	Status     string
	Answer     string
	Sentences  []struct {
		Start, End int
		Verdict    string
	}
	Citations []struct {
		Number  int
		Article struct {
			ID, Title string
			Version   int
		}
		Spans []struct {
			Start, End  int
			Quote       string
			AnswerStart int `json:"answer_start"`
		}
	}
	Refusal *struct{ Nearest []struct{ Title string } }
}

// stored returns the answer that the window's address names.
func (s *server) stored(w *window) answer {
	s.t.Helper()
	var a answer
	s.get("/v1/answers/"+strings.TrimPrefix(eval[string](w, `location.pathname`), "/ask/"), &a)
	return a
}

// marked is what is highlighted in the pane, its paragraphs joined as the text has them.
const marked = `[...document.querySelectorAll('.pane mark')].map((m) => m.textContent).join('\n')`

// odd are texts whose characters take more than one unit of UTF-16, or more than one
// character for what is seen as one.
var odd = []string{
	"📈🎉👩‍👩‍👧‍👦🇨🇳 𠮷野家、𡃁仔与𪚥字，都在“基本平面”之外：",
	"e\u0301 與 é；ｆｕｌｌ　ｗｉｄｔｈ；㊗️；𝟙𝟚𝟛；한국어；",
}

// TestQuotations: what is highlighted after a click on a number is, to the character,
// what the citation quotes, whatever stands before it.
func TestQuotations(t *testing.T) {
	s := serve(t, "")
	for i, before := range odd {
		s.add(fmt.Sprintf(`{"id":"odd%d","title":"🧪 %d号文章","outlet":"测试报","published":"2025-06-0%d","text":%s}`, i, i, i+1,
			quoted(strings.Repeat(before, 40)+"\n"+before+"蓝鲸云把𠮷字机房的电价降到每度0.3"+strconv.Itoa(i)+"元。📈蓝鲸云说，"+before+"电价还会再降。\n末段无关。")))
	}
	w := s.open("/")
	w.ask("蓝鲸云的电价降到多少？")
	a := s.stored(w)
	if len(a.Citations) == 0 {
		t.Fatalf("no citation: %s", a.Answer)
	}
	seen := 0
	for number, citation := range a.Citations {
		buttons := `document.querySelectorAll('.answer-text .cite[data-number="` + strconv.Itoa(citation.Number) + `"]')`
		if eval[int](w, buttons+`.length`) == 0 {
			t.Fatalf("no number %d", citation.Number)
		}
		w.do(chromedp.Evaluate[chromedp.Void](buttons + `[0].click()`))
		for i := range citation.Spans {
			span := citation.Spans[i]
			w.wait(marked + ` === ` + quoted(span.Quote))
			if !eval[bool](w, `(() => {
				const mark = document.querySelector('.pane mark').getBoundingClientRect();
				const body = document.querySelector('.pane-body').getBoundingClientRect();
				return mark.top >= body.top && mark.top < body.bottom;
			})()`) {
				t.Errorf("citation %d, span %d is not scrolled to", number, i)
			}
			seen++
			w.do(chromedp.Evaluate[chromedp.Void](buttons + `[0].click()`)) // on to the next
		}
	}
	if seen < 2 {
		t.Errorf("%d quotations looked at", seen)
	}
}

// TestPointing: a number that is pointed at or has the focus says what it rests on.
func TestPointing(t *testing.T) {
	s := serve(t, "")
	w := s.open("/")
	w.ask("栎川云2025年第一季度收入是多少？")
	a := s.stored(w)
	first := a.Citations[0]
	w.do(chromedp.Focus(chromedp.CSS(".send")))
	w.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.cite').focus({focusVisible: true})`))
	w.wait(`!document.getElementById('quotation').hidden`)
	shown := w.text("#quotation")
	for _, want := range []string{first.Article.Title, first.Spans[0].Quote, "2025-"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not in %q", want, shown)
		}
	}
	if eval[string](w, `document.querySelector('.cite').getAttribute('aria-describedby')`) != "quotation" {
		t.Error("the number is not described by it")
	}
	w.press(kb.Escape)
	w.wait(`document.getElementById('quotation').hidden`)
	w.do(chromedp.MouseEvent(chromedp.MouseMoved, 1, 1))
	box := eval[[]float64](w, `(() => { const b = document.querySelector('.cite').getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`)
	w.do(chromedp.MouseEvent(chromedp.MouseMoved, box[0], box[1]))
	w.wait(`!document.getElementById('quotation').hidden`)
	w.do(chromedp.MouseEvent(chromedp.MouseMoved, 1, 1))
	w.wait(`document.getElementById('quotation').hidden`)
}

// TestBegin: who has asked nothing yet sees what there is to ask about.
func TestBegin(t *testing.T) {
	w := serve(t, "").open("/")
	w.wait(`document.querySelectorAll('.recent a[href^="/articles/"]').length === 5`)
	if got := w.text(".recent h2"); !strings.Contains(got, "45") {
		t.Errorf("it says %q", got)
	}
	if got := eval[string](w, `document.activeElement.id`); got != "question" {
		t.Errorf("the focus is in %q", got)
	}
	w.click(".recent a")
	w.wait(`document.querySelector('.article-body')`)
}

// TestThread: a follow-up keeps the thread, and its address opens all of it again.
func TestThread(t *testing.T) {
	s := serve(t, "")
	w := s.open("/")
	w.ask("栎川云2025年第一季度收入是多少？")
	first := s.stored(w)
	w.ask("它的经营利润率呢？")
	second := s.stored(w)
	if second.PreviousID != first.ID {
		t.Errorf("the second follows %q, not %q", second.PreviousID, first.ID)
	}
	before := eval[string](w, `[...document.querySelectorAll('.question, .answer-text')].map((e) => e.innerText).join('|')`)
	again := s.open("/ask/" + second.ID)
	again.wait(`document.querySelectorAll('.turn').length === 2`)
	again.answered()
	if after := eval[string](again, `[...document.querySelectorAll('.question, .answer-text')].map((e) => e.innerText).join('|')`); after != before {
		t.Errorf("opened again:\n%s\nwas:\n%s", after, before)
	}
	w.do(chromedp.NavigateBack())
	w.wait(`location.pathname === '/' && !document.querySelector('.turn')`)
	w.wait(`document.querySelectorAll('.recent li').length === 1`) // the thread, by its first question
	if got := w.text(".recent li"); !strings.Contains(got, "第一季度收入") || !strings.Contains(got, "2 问") {
		t.Errorf("the thread is listed as %q", got)
	}
	w.click(".recent a")
	w.wait(`document.querySelectorAll('.turn').length === 2`)
	s.open("/ask/ans_none").wait(`document.querySelector('.turns .problem')`)
}

// TestRefusal shows the nearest articles, which open beside it.
func TestRefusal(t *testing.T) {
	s := serve(t, "")
	w := s.open("/")
	w.ask("红烧肉怎么炖才能肥而不腻？")
	a := s.stored(w)
	if a.Status != "refused" || a.Refusal == nil {
		t.Fatalf("status %s", a.Status)
	}
	w.keep("refusal")
	for _, article := range a.Refusal.Nearest {
		if !strings.Contains(w.text(".refusal"), article.Title) {
			t.Errorf("%s is not shown", article.Title)
		}
	}
	w.click(".nearest button")
	w.wait(`document.querySelector('.pane .text p')`)
	if got := eval[int](w, `document.querySelectorAll('.pane mark').length`); got != 0 {
		t.Errorf("%d marks, and nothing was quoted", got)
	}
}

// TestConflict shows the statements of sources that disagree side by side.
func TestConflict(t *testing.T) {
	articles := []string{
		`{"title":"快讯甲","outlet":"云报","published":"2024-10-31","text":"海燕云目前有员工1200人。"}`,
		`{"title":"快讯乙","outlet":"晚报","published":"2024-11-05","text":"海燕云员工有800人。"}`,
	}
	for i, text := range []string{ // without others every word would be in every article
		"城南的茶馆换了新招牌，茶客都说味道没变。", "梅雨来得早，山塘开始放水。", "书店把打烊推迟到夜里十一点。", "校队客场输了三球，队长认为是体力不够。",
		"渔港今年的鲳鱼比往年小。", "戏班下乡，连演七晚。", "风大，轮渡停航半天。", "果园提前采摘，价格平稳。",
	} {
		articles = append(articles, fmt.Sprintf(`{"title":"杂记%d","text":%s}`, i, quoted(text)))
	}
	s := serve(t, "", articles...)
	w := s.open("/")
	w.ask("海燕云有多少员工？")
	w.shoot("conflict")
	w.keep("conflict")
	if got := eval[int](w, `document.querySelectorAll('.conflict .side').length`); got != 2 {
		t.Fatalf("%d sides\n%s", got, w.body())
	}
	w.click(".side button")
	w.wait(marked + ` === document.querySelector('.side blockquote').textContent`)
}

// TestChips: the window is a chip; without it the question is asked anew.
func TestChips(t *testing.T) {
	s := serve(t, "")
	w := s.open("/")
	w.wait(`document.activeElement?.id === 'question'`)
	w.click(".narrow summary")
	w.do(chromedp.SetValue(chromedp.CSS("#ask-outlets"), "积云商报"), chromedp.Focus(chromedp.CSS("#question")))
	w.ask("去年栎川云的收入是多少？")
	first := s.stored(w)
	chips := `[...document.querySelectorAll('.chip')].map((c) => c.innerText.trim()).join('|')`
	if got := eval[string](w, chips); !strings.Contains(got, "去年") || !strings.Contains(got, "积云商报") {
		t.Fatalf("chips %q", got)
	}
	w.click(".chip button")
	w.wait(`location.pathname !== '/ask/` + first.ID + `'`)
	w.answered()
	if got := eval[string](w, chips); strings.Contains(got, "去年") || !strings.Contains(got, "积云商报") {
		t.Errorf("then chips %q", got)
	}
	if got := eval[int](w, `document.querySelectorAll('.turn').length`); got != 1 {
		t.Errorf("%d turns", got)
	}
}

// TestStream: an answer is shown as it is written, moves nothing when a verdict comes,
// and is stopped by Esc.
func TestStream(t *testing.T) {
	m := newModel(t)
	s := serve(t, m.config())
	w := s.open("/")
	w.write("栎川云2025年第一季度收入是多少？")
	w.enter()
	m.pieces <- "栎川云2025年第一季度收入为70.2亿元"
	m.pieces <- "，同比增长13.4%[S1]。"
	m.pieces <- "经营利润率"
	w.wait(`document.querySelector('.answer-text').innerText.includes('70.2')`)
	if !eval[bool](w, `document.querySelector('.answer-text').getAttribute('aria-busy') === 'true'`) {
		t.Error("it does not say that more is to come")
	}
	m.pieces <- "是6.9%[S1]。"
	w.wait(`document.querySelectorAll('.answer-text .cite').length > 0`)
	w.press(kb.Escape)
	<-m.left
	w.wait(`document.querySelector('.answer-line').innerText.includes('已停止')`)
	if got := eval[string](w, `document.querySelector('.send').getAttribute('aria-label')`); got != "提问" {
		t.Errorf("the button says %q", got)
	}
	w.click(".answer-line button")
	m.say("栎川云2025年第一季度收入为70.2亿元，同比增长13.4%[S1]。", "经营利润率高达96.9%[S1]。")
	w.answered()
	a := s.stored(w)
	w.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.sentence[data-verdict="contradicted"] .cite').click()`))
	w.wait(`[...document.querySelectorAll('.pane mark .differs')].map((e) => e.textContent).join() === '6.9%'`)
	marks := eval[[]string](w, `[...document.querySelectorAll('.sentence')].map((e) => e.dataset.verdict)`)
	for i, sentence := range a.Sentences {
		if marks[i] != sentence.Verdict {
			t.Errorf("sentence %d is marked %s, not %s", i, marks[i], sentence.Verdict)
		}
	}
	w.shoot("verdicts")
	w.keep("verdicts")
}

// TestNoJump: lines that have been written stay where they are, to the end.
func TestNoJump(t *testing.T) {
	m := newModel(t)
	s := serve(t, m.config())
	w := s.open("/")
	w.write("栎川云2025年第一季度收入是多少？")
	w.enter()
	m.pieces <- "栎川云2025年第一季度收入为70.2亿元，同比增长13.4%[S1]。"
	m.pieces <- "去年同期" // with which the sentence before it is over
	w.wait(`document.querySelector('.answer-text .cite')`)
	place := `(() => {
		const range = document.createRange();
		range.selectNodeContents(document.querySelector('.sentence'));
		const lines = [...range.getClientRects()].map((r) => [Math.round(r.left), Math.round(r.top)].join());
		return document.querySelector('.question').getBoundingClientRect().top + ' ' + lines[0] + ' ' + document.querySelector('.cite').getBoundingClientRect().left;
	})()`
	before := eval[string](w, place)
	m.say("，受两轮降价拖累，栎川云收入为61.9亿元，同比下降0.8%[S1]。", "\n\n", "天气很好。", "经营利润率高达96.9%[S1]。")
	w.answered()
	if after := eval[string](w, place); after != before {
		t.Errorf("what stood at %s stands at %s", before, after)
	}
}

// TestBrokenStream: a connection that is cut is taken up where it was.
func TestBrokenStream(t *testing.T) {
	m := newModel(t)
	s := serve(t, m.config())
	through := newCutter(t, s.base)
	w := (&server{t: t, base: through.URL}).open("/")
	w.write("栎川云2025年第一季度收入是多少？")
	w.enter()
	m.pieces <- "栎川云2025年第一季度收入为70.2亿元，同比增长13.4%[S1]。"
	m.pieces <- "去年同期" // with which the sentence before it is over
	w.wait(`document.querySelector('.answer-text .cite')`)
	through.cut()
	m.say("，受两轮降价拖累，栎川云收入为61.9亿元，同比下降0.8%[S1]。")
	w.answered()
	a := s.stored(w)
	if got := eval[string](w, `document.querySelector('.answer-text').textContent.replace(/\s/g, '')`); got != plain(a.Answer) {
		t.Errorf("shown %q, written %q", got, plain(a.Answer))
	}
	if through.asked.Load() == "" {
		t.Error("it was not taken up by Last-Event-ID")
	}
}

// TestWatch opens the address of an answer that is still being written elsewhere.
func TestWatch(t *testing.T) {
	m := newModel(t)
	s := serve(t, m.config())
	const question = "栎川云2025年第一季度收入是多少？"
	w := s.open("/")
	w.write(question)
	w.enter()
	m.pieces <- "栎川云2025年第一季度收入为70.2亿元，同比增长13.4%[S1]。"
	m.pieces <- "去年同期"
	w.wait(`document.querySelector('.answer-text .cite')`)
	other := s.open(eval[string](w, `location.pathname`))
	other.wait(`document.querySelector('.answer-text .cite')`)
	m.say("，受两轮降价拖累，栎川云收入为61.9亿元，同比下降0.8%[S1]。")
	other.answered()
	w.answered()
	other.wait(`document.querySelector('.question').innerText === ` + quoted(question))
	if got, want := other.text(".answer-text"), w.text(".answer-text"); got != want {
		t.Errorf("watched %q, asked %q", got, want)
	}
}

// plain is an answer as its elements hold it: numbers without brackets.
func plain(text string) string {
	return strings.NewReplacer("[", "", "]", "", " ", "", "\n", "").Replace(text)
}

// TestCopy: Markdown with the quotations and their places.
func TestCopy(t *testing.T) {
	s := serve(t, "")
	w := s.open("/")
	w.do(chromedp.Evaluate[chromedp.Void](`navigator.clipboard.writeText = async (text) => { window.copied = text; }`))
	w.ask("栎川云2025年第一季度收入是多少？")
	w.click(".answer-line .quiet-button")
	w.wait(`window.copied`)
	got := eval[string](w, `window.copied`)
	a := s.stored(w)
	c := a.Citations[0]
	for _, want := range []string{
		"**栎川云2025年第一季度收入是多少？**", "[^1]: ", "“" + c.Spans[0].Quote + "”",
		fmt.Sprintf("<%s/articles/%s?version=%d#c=%d-%d>", s.base, c.Article.ID, c.Article.Version, c.Spans[0].Start, c.Spans[0].End),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

// TestWhy shows the candidates with their scores.
func TestWhy(t *testing.T) {
	s := serve(t, "")
	w := s.open("/")
	w.ask("栎川云2025年第一季度收入是多少？")
	w.click(".answer-line [aria-expanded]")
	w.wait(`document.querySelector('.why tbody tr')`)
	var stored struct {
		Candidates []struct{ Score float64 }
	}
	s.get("/v1"+strings.Replace(eval[string](w, `location.pathname`), "ask", "answers", 1), &stored)
	shown := eval[[]string](w, `[...document.querySelectorAll('.why tbody tr')].map((r) => r.cells[2].innerText)`)
	if len(shown) != len(stored.Candidates) || shown[0] != strconv.FormatFloat(stored.Candidates[0].Score, 'f', 3, 64) {
		b, _ := json.Marshal(stored)
		t.Errorf("shown %v, stored %s", shown, b)
	}
}
