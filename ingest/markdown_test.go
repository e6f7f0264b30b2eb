package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseMarkdown(t *testing.T) {
	tests := []struct{ name, source, want string }{
		{"headings", "# 一\n\n文\n\n二\n===\n\n三\n---\n", "# 一\n文\n# 二\n## 三"},
		{"emphasis and links", "**星槎云**的[价格](https://a.example)降了`1/4`，见<https://a.example>。", "星槎云的价格降了1/4，见https://a.example。"},
		{"emphasis beside Chinese punctuation", "标题是**《云上》**的书，说**“降价”**是**大势（所趋）**。", "标题是《云上》的书，说“降价”是大势（所趋）。"},
		{"emphasis before a bracket that is none", "这是 **A 案例\\[6\\]**的图，**甲\\[7\\]****乙\\[8\\]****丙\\[9\\]**丁。", "这是 A 案例[6]的图，甲[7]乙[8]丙[9]丁。"},
		{"powers are no emphasis", "2**10 是 1024，a ** b 也行。", "2**10 是 1024，a ** b 也行。"},
		{"code keeps its stars", "用`f(**kw)`调用。", "用f(**kw)调用。"},
		{"pictures", "甲\n\n![机房](https://a.example/1.jpg)\n\n乙", "甲\n乙"},
		{"lines of a paragraph", "第一行\n第二行\nand\nmore", "第一行第二行and more"},
		{"numbers broken apart", "1.  甲\n\n文\n\n4.  乙\n\n文", "甲\n文\n乙\n文"},
		{"list", "1. 甲\n2. 乙\n\n- 丙\n- [x] 丁", "1. 甲\n2. 乙\n丙\n丁"},
		{"quotation", "> 甲\n>\n> 乙", "甲\n乙"},
		{"table", "| 厂商 | 价格 |\n|---|---:|\n| 星槎云 | **9.6** |", "厂商 | 价格\n星槎云 | 9.6"},
		{"footnotes", "增长三成[^1]。\n\n[^1]: 见年报。", "增长三成。"},
		{"HTML inside", "<div>\n<p>甲<b>乙</b></p>\n</div>\n\n丙<br>丁", "甲乙\n丙\n丁"},
		{"code block", "```go\nx := 1\n```", "x := 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			blocks, err := parseMarkdown(test.source)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, clean(marked(blocks))); diff != "" {
				t.Errorf("blocks (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIsMarkdown(t *testing.T) {
	for text, want := range map[string]bool{
		"# 标题\n文": true, "文\n\n## 二": true, "见[此](https://a.example)。": true, "标题\n===\n": true,
		"|甲|乙|\n|--|--|\n|1|2|": true, "增长\\[1\\]": true, "```\nx\n```": true,
		"普通的文字。\n第二行。": false, "#话题# 热门": false, "第[1]条": false, "----\n文": false, "1 * 2 * 3": false,
	} {
		if got := isMarkdown(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// FuzzParseMarkdown holds that emphasis is all that is lost of the letters.
func FuzzParseMarkdown(f *testing.F) {
	f.Add("**《甲》**的*乙*")
	f.Add("1. 甲\n   > 乙\n\n[^1]: 丙")
	f.Fuzz(func(t *testing.T, source string) {
		blocks, err := parseMarkdown(source)
		if err == nil && strings.Contains(clean(marked(blocks)), "\u200b") {
			t.Errorf("%q became %q", source, marked(blocks))
		}
	})
}
