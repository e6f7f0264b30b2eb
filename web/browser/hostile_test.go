//go:build browser

package browser

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// payloads would run a script, load something or break out of where they stand, if any
// of them were read as markup, as an address or as code. Each sets window.pwned.
var payloads = []string{
	`<script>window.pwned=1</script>`,
	`</script><script>window.pwned=1</script>`,
	`<SCRIPT SRC=data:text/javascript,window.pwned=1></SCRIPT>`,
	`<script type=module>window.pwned=1</script>`,
	`<scr<script>ipt>window.pwned=1</scr</script>ipt>`,
	`<img src=x onerror=window.pwned=1>`,
	`<img src=x onerror="window.pwned=1">`,
	`<img/src='x'/onerror='window.pwned=1'>`,
	`"><img src=x onerror=window.pwned=1>`,
	`'><img src=x onerror=window.pwned=1>`,
	"`><img src=x onerror=window.pwned=1>",
	`<image href=x onerror=window.pwned=1>`,
	`<svg onload=window.pwned=1>`,
	`<svg><script>window.pwned=1</script></svg>`,
	`<svg><animate onbegin=window.pwned=1 attributeName=x dur=1s>`,
	`<svg><a xlink:href="javascript:window.pwned=1"><text>x</text></a></svg>`,
	`<svg><use href="data:image/svg+xml,<svg id='x' onload='window.pwned=1'/>#x"/></svg>`,
	`<math><mtext></mtext><mglyph><svg><mtext><style><img src=x onerror=window.pwned=1></style></mtext></svg></math>`,
	`<body onload=window.pwned=1>`,
	`<iframe src="javascript:window.pwned=1"></iframe>`,
	`<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
	`<object data="javascript:window.pwned=1"></object>`,
	`<embed src="javascript:window.pwned=1">`,
	`<a href="javascript:window.pwned=1" autofocus onfocus=window.pwned=1>x</a>`,
	`<a href="jAvAsCrIpT:window.pwned=1">x</a>`,
	`<a href="java&#10;script:window.pwned=1">x</a>`,
	`<a href="data:text/html,<script>opener.pwned=1</script>">x</a>`,
	`<input autofocus onfocus=window.pwned=1>`,
	`<select autofocus onfocus=window.pwned=1>`,
	`<textarea autofocus onfocus=window.pwned=1></textarea>`,
	`</textarea><img src=x onerror=window.pwned=1>`,
	`</title><script>window.pwned=1</script>`,
	`</style><script>window.pwned=1</script>`,
	`<style>*{background:url("javascript:window.pwned=1")}</style>`,
	`<link rel=stylesheet href="data:text/css,*{display:none}">`,
	`<base href="https://evil.example/">`,
	`<meta http-equiv=refresh content="0;url=javascript:window.pwned=1">`,
	`<form action="javascript:window.pwned=1"><button autofocus>x</button></form>`,
	`<details open ontoggle=window.pwned=1>x</details>`,
	`<video><source onerror=window.pwned=1></video>`,
	`<audio src=x onerror=window.pwned=1>`,
	`<marquee onstart=window.pwned=1>x</marquee>`,
	`<div style="animation-name:pulse" onanimationstart=window.pwned=1>x</div>`,
	`<template><script>window.pwned=1</script></template>`,
	`<noscript><p title="</noscript><img src=x onerror=window.pwned=1>">`,
	`<!--><img src=x onerror=window.pwned=1>-->`,
	`<![CDATA[<script>window.pwned=1</script>]]>`,
	`&lt;img src=x onerror=window.pwned=1&gt;`,
	`&#60;script&#62;window.pwned=1&#60;/script&#62;`,
	`\x3cscript\x3ewindow.pwned=1\x3c/script\x3e`,
	`\u003cscript\u003ewindow.pwned=1\u003c/script\u003e`,
	`＜script＞window.pwned=1＜/script＞`,
	`[x](javascript:window.pwned=1)`,
	`![x](x"onerror="window.pwned=1)`,
	`<javascript:window.pwned=1>`,
	`{{constructor.constructor('window.pwned=1')()}}`,
	`${window.pwned=1}`,
	`';window.pwned=1;//`,
	`");window.pwned=1;//`,
	`__proto__[pwned]=1`,
	`{title}{number}{detail}`,
	`[1][2]\[3\]<b>[999]</b>`,
	"\u202e<script>window.pwned=1</script>\u202c",
}

// quiet fails the test when anything of the payloads ran or became an element.
func (w *window) quiet() {
	w.t.Helper()
	if eval[bool](w, `'pwned' in window || ({}).pwned !== undefined`) {
		w.t.Errorf("a script ran at %s", eval[string](w, `location.href`))
	}
	const planted = `script:not([src^="/assets/"]), img, image, iframe, object, embed, base, video, audio, marquee, template, link:not([href^="/assets/"]), meta[http-equiv], style, math, use, animate, [style*="background"],
		a[href^="javascript" i], a[href^="data" i], [onerror], [onload], [onfocus], [ontoggle], [onstart], [onanimationstart], body [autofocus]:not(dialog *)`
	if got := eval[string](w, `[...document.querySelectorAll(`+quoted(planted)+`)].map((e) => e.outerHTML).join(' ')`); got != "" {
		w.t.Errorf("at %s became elements: %s", eval[string](w, `location.href`), got)
	}
	select {
	case said := <-w.dialogs:
		w.t.Errorf("a dialog said %q", said)
	default:
	}
}

// TestHostile puts the payloads into titles, texts, outlets, tags, authors, questions,
// addresses and a model's output, and shows all of it.
func TestHostile(t *testing.T) {
	if len(payloads) < 50 {
		t.Fatalf("%d payloads", len(payloads))
	}
	m := newModel(t)
	s := serve(t, m.config())
	w := s.open("/")
	for i, payload := range payloads {
		article, err := json.Marshal(map[string]any{
			"id": "hostile" + strconv.Itoa(i), "title": payload + strconv.Itoa(i), "outlet": payload, "author": payload, "tags": []string{payload}, "published": "2025-05-01",
			"url": "https://news.example/" + strconv.Itoa(i) + "?x=" + payload, "text": "海燕云第" + strconv.Itoa(i) + "号公告：" + payload + "\n海燕云宣布降价三成，" + payload + "自六月起。",
		})
		if err != nil {
			t.Fatal(err)
		}
		id := s.add(string(article))
		w.navigate("/articles/" + id + "#c=2-30")
		w.wait(`document.querySelector('.article-body p')`)
		w.quiet()
		var kept struct{ Title string }
		s.get("/v1/articles/"+id, &kept)
		if got := eval[string](w, `document.querySelector('h1').textContent`); got != kept.Title {
			t.Errorf("the title %q is shown as %q", kept.Title, got)
		}
	}
	w.navigate("/articles")
	w.wait(`document.querySelectorAll('.article-list li').length === 50`)
	w.quiet()
	for _, payload := range payloads {
		for _, path := range []string{"/articles?q=" + url.QueryEscape(payload) + "&outlet=" + url.QueryEscape(payload), "/ask/" + url.PathEscape(payload)} {
			w.do(chromedp.Evaluate[chromedp.Void](`history.pushState(null, '', ` + quoted(path) + `); dispatchEvent(new PopStateEvent('popstate'))`))
			w.wait(`document.querySelector('main .problem, main [role=status] span')`)
			w.quiet()
		}
	}
	w.navigate("/")
	w.write(strings.Join(payloads[:12], " ") + "海燕云降价多少？")
	w.enter()
	m.say("海燕云宣布降价三成", strings.Join(payloads, "，"), "[S1]。<img src=x onerror=window.pwned=1>海燕云降价[S2]。")
	w.wait(`document.querySelector('.answer-line button:not(.primary)') && !document.querySelector('.pulse')`)
	w.quiet()
	for i := range eval[int](w, `document.querySelectorAll('.answer-text .cite').length`) {
		w.do(chromedp.Evaluate[chromedp.Void](`(() => { const b = document.querySelectorAll('.answer-text .cite')[` + strconv.Itoa(i) + `]; b.focus({focusVisible: true}); b.click(); })()`))
		w.wait(`document.querySelector('.pane .text p')`)
		w.quiet()
	}
	w.shoot("hostile")
	w.keep("hostile")
}
