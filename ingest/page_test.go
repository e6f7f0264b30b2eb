package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadPages reads pages as sites serve them: of navigation, scripts, adverts,
// related links, comments and footers nothing stays, of the article everything.
func TestReadPages(t *testing.T) {
	tests := []struct {
		file, title, url, outlet, author, published, text string
	}{
		{
			file: "page.html", title: "桐山食品把订单系统搬上星槎云，用了三十一天", author: "陆听澜", outlet: "云脉新闻",
			url: "https://news.yunmai.example/cloud/2025/1103/48213.html", published: "2025-11-03",
			text: `桐山食品在春季把订单系统迁到星槎云，原计划两周完成，实际用了三十一天。公司的运维主管顾晚舟说，时间主要花在核对旧库的字符编码和梳理没有文档的定时任务上。
## 迁移之后
迁移之后，促销日的峰值响应时间由1.9 秒降到0.6 秒，故障单减少了四成；每月的账单则从 41 万元升到 46 万元，多出来的主要是跨区流量。
“账单要能重算，”顾晚舟说，“供应商给的用量和我们自己记的差百分之二，查了一个星期才找到原因。”
项目 | 迁移前 | 迁移后
峰值响应 | 1.9秒 | 0.6秒
月账单 | 41万元 | 46万元
星槎云没有回应价格的问题。它在九月把标准实例的价格下调了四分之一，赠送的流量没有变。`,
		},
		{
			file: "portal.html", title: "远岫云公布第三季度账单纠纷数", outlet: "砚池网", author: "祝余", published: "2024-11-06",
			text: `远岫云昨天公布，第三季度收到账单纠纷三百一十二件，比第二季度少了一成半，其中两百零四件在十天之内了结，平均每件退还客户四千六百元。
公司说，纠纷少了是因为从七月起，客户可以在控制台里下载每小时的原始用量，并用一个公开的程序把账单重新算一遍。算出来的数与账单不同的，多半是时区设错了。
同一时期，青屿计算的纠纷从九十件增加到一百四十件。青屿计算的发言人说，增加的部分来自七月新开的两个机房，那里的计量设备在头三个星期里重复记了一部分出站流量，多收的钱已经全部退还。`,
		},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			d := readText(t, test.file, string(testFile(t, test.file)))
			checkDraft(t, d)
			a := d.Article
			got := []string{a.Title, a.URL, a.Outlet, a.Author, string(a.Published), withMarks(d)}
			want := []string{test.title, test.url, test.outlet, test.author, test.published, test.text}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("title, url, outlet, author, date, text (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReadEncodedPages reads the same page in the encodings that sites have.
func TestReadEncodedPages(t *testing.T) {
	page := string(testFile(t, "portal.html"))
	want := readText(t, "portal.html", page).Article.Text
	for name, e := range encodings {
		t.Run(name, func(t *testing.T) {
			b := encode(t, e, strings.Replace(page, "charset=utf-8", "charset="+name, 1))
			if got := readText(t, "portal.html", string(b)).Article.Text; got != want {
				t.Errorf("text %.80q", got)
			}
		})
	}
}

func TestPageMeta(t *testing.T) {
	head := func(s string) string {
		return "<html><head>" + s + "</head><body><h1>星槎云降价的三个原因</h1><p>" + strings.Repeat(prose, 4) + "</p></body></html>"
	}
	tests := []struct{ name, page, title, author, outlet, published string }{
		{"title without the site's name", head("<title>星槎云降价的三个原因 - 云脉新闻</title>"), "星槎云降价的三个原因", "", "", ""},
		{"title element alone", "<html><head><title>星槎云降价的三个原因_云计算_云脉新闻</title></head><body><p>" + strings.Repeat(prose, 4) + "</p></body></html>", "星槎云降价的三个原因", "", "", ""},
		{"a title with a dash of its own", head(`<meta property="og:title" content="Price cuts - and what follows from them">`), "Price cuts - and what follows from them", "", "", ""},
		{"JSON-LD", head(`<script type="application/ld+json">{"datePublished":"2024-05-06T23:30:00Z","author":{"@type":"Person","name":"祝余"}}</script>`), "星槎云降价的三个原因", "祝余", "", "2024-05-07"},
		{"meta elements", head(`<meta name="publishdate" content="2024/5/6"><meta name="author" content="白栖"><meta property="og:site_name" content="云脉新闻">`), "星槎云降价的三个原因", "白栖", "云脉新闻", "2024-05-06"},
		{"author that is an address", head(`<meta property="article:author" content="https://a.example/u/1">`), "星槎云降价的三个原因", "", "", ""},
		{"WeChat", `<html><head><meta property="og:title" content="星槎云降价的三个原因"><meta name="author" content="祝余"><meta property="og:site_name" content="微信公众平台"></head><body>
			<h1 id="activity-name">星槎云降价的三个原因</h1><div><a id="js_name"> 砚池网 </a><em id="publish_time"></em></div><div id="js_content" style="visibility: hidden;"><section><span>` +
			strings.Repeat(prose, 4) + `</span></section></div><script>var ct = "1714950000";</script></body></html>`, "星槎云降价的三个原因", "祝余", "砚池网", "2024-05-06"},
		{"short", "<html><head><title>星槎云降价的三个原因</title></head><body><p>" + prose + "</p></body></html>", "星槎云降价的三个原因", "", "", ""},
		{"time element", head("") + `<time datetime="2024-05-06">`, "星槎云降价的三个原因", "", "", "2024-05-06"},
		{"today is no date of the article", "<html><body><p>今天是2026年11月24日 星期二</p><h1>星槎云降价的三个原因</h1><p>" + strings.Repeat(prose, 4) + "</p></body></html>", "星槎云降价的三个原因", "", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := readText(t, "a.html", test.page).Article
			got := []string{a.Title, a.Author, a.Outlet, string(a.Published)}
			if !strings.Contains(a.Text, prose) || strings.Contains(a.Text, test.title) {
				t.Errorf("text %q", a.Text)
			}
			if diff := cmp.Diff([]string{test.title, test.author, test.outlet, test.published}, got); diff != "" {
				t.Errorf("title, author, outlet, date (-want +got):\n%s", diff)
			}
		})
	}
}
