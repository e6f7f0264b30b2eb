//go:build browser

package browser

import (
	"encoding/json"
	"fmt"
	"testing"
)

// TestCitedBy: the page of an article names what cites it by question and topic, the
// newest first, ten at first.
func TestCitedBy(t *testing.T) {
	s := serve(t, "", `{"id":"one","title":"蓝鲸云降价","published":"2025-06-01","text":"蓝鲸云把对象存储的价格降了三成。"}`, `{"title":"别的事","text":"渔港今年的鲳鱼比往年小。"}`)
	var cited struct {
		Articles []struct{ ID, Title string }
	}
	s.get("/v1/articles?q=%E8%93%9D%E9%B2%B8%E4%BA%91", &cited)
	question := func(i int) string { return fmt.Sprintf("第%d次问：蓝鲸云的对象存储降价多少？<b>", i) }
	for i := range 13 {
		var a answer
		if err := json.Unmarshal(s.do("POST", "/v1/chat", `{"messages":[{"role":"user","content":`+quoted(question(i))+`}]}`), &a); err != nil || len(a.Citations) == 0 {
			t.Fatalf("%v: %+v", err, a)
		}
	}
	w := s.open("/articles/" + cited.Articles[0].ID)
	links := `[...document.querySelectorAll('.citers a')]`
	w.wait(links + `.length === 10`)
	if got := eval[string](w, links+`[0].textContent`); got != question(12) {
		t.Errorf("the first is %q", got)
	}
	w.axe("cited by")
	w.shoot("cited-by")
	w.click(".citers + button")
	w.wait(links + `.length === 13 && document.activeElement === ` + links + `[10]`)
	if got := eval[string](w, links+`[12].textContent`); got != question(0) {
		t.Errorf("the last is %q", got)
	}
	w.enter()
	w.wait(`document.querySelector('.question')?.textContent === ` + quoted(question(2)))
	w.quiet()
}
