//go:build browser

package browser

import (
	"slices"
	"strings"
	"testing"
)

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
