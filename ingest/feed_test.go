package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"chuchu/corpus"
)

const rssFeed = `<?xml version="1.0" encoding="utf-8"?>
<!-- made by hand -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>云脉新闻</title><link>https://news.yunmai.example/</link><description>云计算的消息</description>
<item><title>星槎云降价&amp;nbsp;四分之一</title><link>https://news.yunmai.example/1?utm_source=rss</link><guid isPermaLink="false">1</guid>
<dc:creator>陆听澜</dc:creator><category>价格</category><category>云</category><pubDate>Thu, 23 Jan 2025 23:58:00 +0000</pubDate>
<description>摘要。</description><content:encoded><![CDATA[<p>星槎云的标准实例降到九元。</p><p><img src="a.jpg">远岫云随后跟进。</p><p>更多消息请看云脉新闻。</p>]]></content:encoded></item>
<item><title>青屿计算承诺三年不涨价</title><guid>https://news.yunmai.example/2</guid><pubDate>Tue, 21 Jan 2025 10:16:00 +080050</pubDate>
<description>&lt;p&gt;青屿计算把赠送的流量提高到 500GB。&lt;/p&gt;&lt;p&gt;更多消息请看云脉新闻。&lt;/p&gt;</description></item>
<item><title>只有标题</title><link>https://news.yunmai.example/3</link></item>
<item><title>四</title><description>桐山食品的迁移用了三十一天。更多消息请看云脉新闻。</description><guid>tag:4</guid><pubDate>next week</pubDate></item>
<item><title>五</title><description>&lt;p&gt;账单要能重算。&lt;/p&gt;&lt;p&gt;更多消息请看云脉新闻。&lt;/p&gt;</description><guid>tag:5</guid></item>
</channel></rss>`

const atomFeed = `<feed xmlns="http://www.w3.org/2005/Atom"><title>砚池网</title>
<entry><title type="html">&lt;b&gt;降价&lt;/b&gt;之后</title><id>urn:uuid:1</id><link rel="alternate" href="https://yanchi.example/a"/><author><name>祝余</name></author>
<published>2024-11-21T20:00:00Z</published><updated>2024-11-25T00:00:00Z</updated><content type="html">&lt;h2&gt;账单&lt;/h2&gt;&lt;p&gt;账单薄了。&lt;/p&gt;</content></entry>
<entry><title>只有更新的日子</title><id>urn:uuid:2</id><updated>2024-11-26T00:00:00+08:00</updated><summary>利用率升高了。</summary></entry></feed>`

// summary is what a feed says of an article.
type summary struct {
	Title, URL, Outlet, Author, Published, Tags, Text string
}

func summaryOf(d Draft) summary {
	a := d.Article
	return summary{a.Title, a.URL, a.Outlet, a.Author, string(a.Published), strings.Join(a.Tags, " "), withMarks(d)}
}

func TestReadFeeds(t *testing.T) {
	tests := []struct {
		name     string
		b        []byte
		want     []summary
		refusals []string
	}{
		{"RSS", []byte(rssFeed), []summary{
			{"星槎云降价 四分之一", "https://news.yunmai.example/1?utm_source=rss", "云脉新闻", "陆听澜", "2025-01-24", "价格 云", "星槎云的标准实例降到九元。\n远岫云随后跟进。"},
			{"青屿计算承诺三年不涨价", "https://news.yunmai.example/2", "云脉新闻", "", "2025-01-21", "", "青屿计算把赠送的流量提高到 500GB。"},
			{"四", "", "云脉新闻", "", "", "", "桐山食品的迁移用了三十一天。更多消息请看云脉新闻。"},
			{"五", "", "云脉新闻", "", "", "", "账单要能重算。"},
		}, []string{"a.xml#3: there is no text in it"}},
		{"Atom", []byte(atomFeed), []summary{
			{"降价之后", "https://yanchi.example/a", "砚池网", "祝余", "2024-11-22", "", "## 账单\n账单薄了。"},
			{"只有更新的日子", "", "砚池网", "", "2024-11-26", "", "利用率升高了。"},
		}, nil},
		{"GB18030", encode(t, simplifiedchinese.GB18030, strings.Replace(`<?xml version="1.0" encoding="utf-8"?>`+atomFeed, "utf-8", "gb2312", 1)), []summary{
			{"降价之后", "https://yanchi.example/a", "砚池网", "祝余", "2024-11-22", "", "## 账单\n账单薄了。"},
			{"只有更新的日子", "", "砚池网", "", "2024-11-26", "", "利用率升高了。"},
		}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			drafts, refusals := readSource(t, sourceOf("a.xml", test.b), Options{})
			var got []summary
			for _, d := range drafts {
				checkDraft(t, d)
				got = append(got, summaryOf(d))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("articles (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.refusals, refusals); diff != "" {
				t.Errorf("refusals (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFeedIDs holds that an item's id does not change when others come before it.
func TestFeedIDs(t *testing.T) {
	ids := func(feed string) map[string]string {
		drafts, _ := readSource(t, sourceOf("a.xml", []byte(feed)), Options{})
		found := map[string]string{}
		for _, d := range drafts {
			found[d.Article.Title] = d.Article.ID
		}
		return found
	}
	before := ids(rssFeed)
	after := ids(strings.Replace(rssFeed, "<item>", "<item><title>新</title><link>https://news.yunmai.example/6</link><description>新的消息来了。</description></item><item>", 1))
	delete(after, "新")
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("ids (-before +after):\n%s", diff)
	}
}

// A dump, as a program leaves it that takes the tags off a feed.
const dumped = "云脉新闻 //m.yunmai.example //m.yunmai.example/logo.png 云脉新闻 //m.yunmai.example 2015 m.yunmai.example All rights reserved. zh_cn Mon, 03 Feb 2025 22:05:26 +0800 " +
	"星槎云:降价的三个\u00a0原因 //m.yunmai.example/price/1.html\n\n星槎云的标准实例降到九元,降幅为四分之一。\n\n更多消息,可添加作者微信 abc123 交流。云脉新闻云脉新闻\n]]>\n" +
	"价格 //m.yunmai.example/price/1.html#comments Thu, 23 Jan 2025 11:58:00 +0800\n" +
	"远岫云跟进 //m.yunmai.example/price/2.html 作者:陆听澜\n编辑:白栖\n\n远岫云把同类实例定在\u00a0九元二角。(云脉新闻)\n图片来源:远岫云\n]]>\n" +
	"价格 //m.yunmai.example/price/2.html#comments Tue, 21 Jan 2025 10:16:00 +0800\n" +
	"青屿计算不跟 //m.yunmai.example/price/3.html\n\n青屿计算没有降价。\n云脉新闻\n]]>\n" +
	"价格 //m.yunmai.example/price/3.html#comments Mon, 16 Jan 2023 11:49:00 +080050"

func TestReadDump(t *testing.T) {
	want := []summary{
		{"星槎云:降价的三个 原因", "https://m.yunmai.example/price/1.html", "云脉新闻", "", "2025-01-23", "价格", "星槎云的标准实例降到九元,降幅为四分之一。"},
		{"远岫云跟进", "https://m.yunmai.example/price/2.html", "云脉新闻", "陆听澜", "2025-01-21", "价格", "远岫云把同类实例定在 九元二角。"},
		{"青屿计算不跟", "https://m.yunmai.example/price/3.html", "云脉新闻", "", "2023-01-16", "价格", "青屿计算没有降价。"},
	}
	for name, text := range map[string]string{
		"as it is": dumped, "line ends of Windows": strings.ReplaceAll(dumped, "\n", "\r\n"), "with schemes": strings.ReplaceAll(dumped, " //", " https://"),
	} {
		drafts, refusals := readSource(t, sourceOf("a.txt", []byte(text)), Options{})
		var got []summary
		for _, d := range drafts {
			checkDraft(t, d)
			got = append(got, summaryOf(d))
		}
		if diff := cmp.Diff(want, got); diff != "" || len(refusals) > 0 {
			t.Errorf("%s: refusals %q, articles (-want +got):\n%s", name, refusals, diff)
		}
	}
}

// TestReadCutDump keeps the text of the article that a cut took the date of.
func TestReadCutDump(t *testing.T) {
	cut := dumped[:strings.LastIndex(dumped, "没有降价")]
	drafts, _ := readSource(t, sourceOf("a.txt", []byte(cut)), Options{})
	if len(drafts) != 3 {
		t.Fatalf("%d articles", len(drafts))
	}
	want := summary{"青屿计算不跟", "https://m.yunmai.example/price/3.html", "云脉新闻", "", "", "", "青屿计算"}
	if diff := cmp.Diff(want, summaryOf(drafts[2])); diff != "" {
		t.Errorf("last article (-want +got):\n%s", diff)
	}
}

// FuzzDump holds a dump to as many articles as it has ends, and one more when text
// is left.
func FuzzDump(f *testing.F) {
	f.Add(dumped)
	f.Add("]]>\n云 //a.example/b#comments 2025\n]]>\n云 //a.example/c#comments 2024")
	f.Fuzz(func(t *testing.T, text string) {
		all := parseDump(text)
		if ends := len(dumpEnd.FindAllStringIndex(unifyLineEnds(text), -1)); len(all) > ends+1 {
			t.Errorf("%d articles of %d", len(all), ends)
		}
		for _, a := range all {
			if _, err := corpus.ParseDate(string(a.Published)); err != nil {
				t.Error(err)
			}
		}
	})
}
