//go:build browser

package browser

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

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
