package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// marked is the blocks as lines, with # before headings.
func marked(blocks []block) string {
	lines := make([]string, len(blocks))
	for i, b := range blocks {
		lines[i] = b.text
		if b.level > 0 {
			lines[i] = strings.Repeat("#", b.level) + " " + b.text
		}
	}
	return strings.Join(lines, "\n")
}

func TestParseFragment(t *testing.T) {
	tests := []struct{ name, html, want string }{
		{"paragraphs", "<p>甲</p><p>乙</p>", "甲\n乙"},
		{"links inside words", "星<span><a href='#'>槎</a></span>云", "星槎云"},
		{"line ends of the source", "<p>第一行\n第二行\nfirst\nsecond</p>", "第一行第二行first second"},
		{"breaks", "甲<br>乙<br/>丙<hr>丁", "甲\n乙\n丙\n丁"},
		{"headings", "<h2>一节</h2>文<h3>小<br>节</h3>字", "## 一节\n文\n### 小 节\n字"},
		{"text between blocks", "甲<div>乙<p>丙</p>丁</div>戊", "甲\n乙\n丙\n丁\n戊"},
		{"ordered list", "<ol start=3><li>三</li><li>四</li></ol>", "3. 三\n4. 四"},
		{"a number alone", "<ol><li>标题</li></ol><p>文</p>", "标题\n文"},
		{"nested lists", "<ul><li>甲<ul><li>乙</li></ul></li><li>丙</li></ul>", "甲\n乙\n丙"},
		{"table", "<table><tr><th>项</th><th>值</th></tr><tr><td><p>甲</p></td><td>1<br>元</td></tr><tr><td></td></tr></table>", "项 | 值\n甲 | 1 元"},
		{"table of layout", "<table><tr><td><h2>题</h2><p>文</p></td><td>旁</td></tr></table>", "## 题\n文\n旁"},
		{"what is not shown", "甲<script>x</script><style>y</style><noscript>z</noscript><svg><text>w</text></svg><!-- v -->乙", "甲乙"},
		{"pictures", "<p>甲<img alt='图'></p><figure><img><figcaption>图为机房</figcaption></figure><p>乙</p>", "甲\n乙"},
		{"code", "<pre>a = 1\n  b = 2</pre>", "a = 1\nb = 2"},
		{"entities", "5&nbsp;&lt;&nbsp;6&amp;7 &#26143;", "5 < 6&7 星"},
		{"powers and formulas", "10<sup>4</sup> 平方米，m<sup>2</sup>，CO<sub>2</sub>，1<sup>st</sup>", "10⁴ 平方米，m²，CO₂，1st"},
		{"marks of notes", "收入增长<sup><a href='#n1'>[1]</a></sup>。", "收入增长。"},
		{"ruby", "<ruby>霁<rt>jì</rt></ruby>石", "霁石"},
		{"plain text", "甲 < 乙 & 丙", "甲 < 乙 & 丙"},
		{"nothing", "<p> &nbsp; </p>", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			blocks, err := parseFragment(test.html)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, marked(blocks)); diff != "" {
				t.Errorf("blocks (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPageFurniture holds that what a page names as furniture is passed over only
// where a page is read, not where all is article.
func TestPageFurniture(t *testing.T) {
	const text = `<div class="content"><p>正文</p><div class="ad banner">广告</div><ul id="related"><li>相关</li></ul></div>`
	root, err := parseHTML(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := marked(pageBlocks(root)); got != "正文" {
		t.Errorf("of the page %q", got)
	}
	if got := marked(blocksOf(root)); got != "正文\n广告\n相关" {
		t.Errorf("of the fragment %q", got)
	}
}
