package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseText(t *testing.T) {
	wrapped := "星槎云的标准实例由每小时十二元降到九元，降幅为四分之\n一，客户把原来放在本地的任务搬了上来，机房的利用率也\n升高了许多，这是三年来的第一次，也是最大的一次。"
	long := strings.Repeat("客户把任务搬了上来", 6) + "。"
	tests := []struct{ name, text, want string }{
		{"a line is a paragraph", "甲。\n乙。\n\n丙。", "甲。\n乙。\n丙。"},
		{"lines broken to a width", wrapped + "\n\n下一段。", strings.ReplaceAll(wrapped, "\n", "") + "\n下一段。"},
		{"English broken to a width", "The vendors cut the price of interactive ser-\nvices and the buyers were pleased by it, so\nthat they moved more of their work to them.", "The vendors cut the price of interactive services and the buyers were pleased by it, so that they moved more of their work to them."},
		{"items stay lines", "1、先量后买，不要急于签下长期合同，要先看账单；\n2、留出时间，迁移总比计划的要慢，要有人负责的；\n3、要求供应商提供可以独立核对的计量数据和说明；", "1、先量后买，不要急于签下长期合同，要先看账单；\n2、留出时间，迁移总比计划的要慢，要有人负责的；\n3、要求供应商提供可以独立核对的计量数据和说明；"},
		{"repeated paragraph", long + "\n" + long + "\n短。\n短。", long + "\n短。\n短。"},
		{"repeated end of a paragraph", "起初没有人相信，" + long + long, "起初没有人相信，" + long},
		{"headings by their looks", "开头是一句完整的话。\n需求的变化\n" + long + "\n供给的变化，来源：年报\n" + long, "开头是一句完整的话。\n### 需求的变化\n" + long + "\n供给的变化，来源：年报\n" + long},
		{"stars", "**重点**：价格降了，2**3 不变。", "重点：价格降了，2**3 不变。"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, marked(parseText(test.text))); diff != "" {
				t.Errorf("blocks (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTitles(t *testing.T) {
	body := strings.Repeat("客户把任务搬了上来", 6) + "。"
	tests := []struct{ name, file, text, title, begins string }{
		{"first line", "a.txt", "云上的秋天\n" + body, "云上的秋天", "客户"},
		{"first line, not a heading told by its looks", "a.txt", "云上的秋天\n开头是一句完整的话。\n需求的变化\n" + body, "云上的秋天", "开头"},
		{"first line that is a sentence", "a.txt", "开头是一句完整的话。\n" + body, "开头是一句完整的话。", "开头"},
		{"long first line", "a.txt", strings.Repeat(body, 3), strings.Repeat(body, 3)[:3*60], "客户"},
		{"first marked heading", "a.md", "栏目：观察\n\n## 云上的秋天\n\n" + body, "云上的秋天", "栏目"},
		{"front matter, and the same again", "a.md", "---\ntitle: 云上的秋天\n---\n# 云上的秋天\n\n" + body, "云上的秋天", "客户"},
		{"front matter, and another heading", "a.md", "---\ntitle: 云上的秋天\n---\n# 需求的变化\n\n" + body, "云上的秋天", "需求"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := readText(t, test.file, test.text).Article
			if a.Title != test.title || !strings.HasPrefix(a.Text, test.begins) {
				t.Errorf("title %q, text %.40q", a.Title, a.Text)
			}
		})
	}
}

func TestDropBoilerplate(t *testing.T) {
	tests := []struct{ name, line, want string }{ // want is "" where the line goes
		{"signature", "价格降了。砚池网", "价格降了。"},
		{"signature, doubled", "价格降了砚池网砚池网、", "价格降了"},
		{"signature in brackets", "价格降了。（砚池网）", "价格降了。"},
		{"the outlet as a source", "有人告诉砚池网", "有人告诉砚池网"},
		{"invitation alone", "更多消息，可添加作者微信 abc123 交流。", ""},
		{"invitation after a sentence", "价格降了。关于降价的内幕，欢迎添加作者微信abc123了解。", "价格降了。"},
		{"invitation in a sentence", "价格降了，客户满意，想了解更多，欢迎添加作者微信 abc123 交流。", "价格降了，客户满意。"},
		{"invitation in brackets", "价格降了（更多内幕，添加作者微信 abc123）。客户满意。", "价格降了。客户满意。"},
		{"account", "本报（公众号：砚池网）获悉，价格降了。", "本报获悉，价格降了。"},
		{"code to scan", "扫描下方二维码关注我们。", ""},
		{"group", "想加入读者群吗？限一百人，入群可添加小编微信 abc123", ""},
		{"credit", "图片来源：远岫云提供", ""},
		{"a source of figures", "来源：根据年报整理，单位为亿元。", "来源：根据年报整理，单位为亿元。"},
		{"talk of WeChat", "客户在企业微信里找到联系人，关注公众号的人多了。", "客户在企业微信里找到联系人，关注公众号的人多了。"},
		{"pages", "上一页 1 2 3 下一页", ""},
		{"notice", "未经砚池网书面授权，不得转载。", ""},
		{"editor", "责任编辑：白栖", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			kept, author := dropBoilerplate([]block{{text: "第一段。"}, {text: test.line}}, "砚池网")
			got := strings.TrimPrefix(strings.TrimPrefix(marked(kept), "第一段。"), "\n")
			if got != test.want || author != "" {
				t.Errorf("%q became %q, author %q", test.line, got, author)
			}
		})
	}
}

func TestBylines(t *testing.T) {
	for line, want := range map[string]string{
		"作者：陆听澜": "陆听澜", "作者|陆听澜 白栖": "陆听澜 白栖", "文丨祝余 编辑丨白栖": "祝余", "By Jane Doe": "", "BY: Jane Doe": "Jane Doe",
		"本文作者：祝余": "祝余", "作者认为：价格会降": "", "文：这是一个问题，": "",
	} {
		if _, got := dropBoilerplate([]block{{text: line}, {text: "正文。"}}, ""); got != want {
			t.Errorf("%q gives %q, want %q", line, got, want)
		}
	}
}

// FuzzDropBoilerplate holds that nothing is added: what stays is the text with
// parts taken out.
func FuzzDropBoilerplate(f *testing.F) {
	f.Add("价格降了，想了解更多，欢迎添加作者微信 abc123 交流。砚池网砚池网")
	f.Add("（更多，添加作者微信 abc123）。")
	f.Fuzz(func(t *testing.T, line string) {
		kept, _ := dropBoilerplate([]block{{text: line}}, "砚池网")
		rest := []rune(line)
		for _, r := range marked(kept) {
			i := strings.IndexRune(string(rest), r)
			if i < 0 {
				t.Fatalf("%q became %q", line, marked(kept))
			}
			rest = []rune(string(rest)[i+len(string(r)):])
		}
	})
}

func TestDropReferences(t *testing.T) {
	list := []string{"参考资料", "[1] 甲: https://a.example", "[2]", "乙的年报: https://b.example", "[3] 丙"}
	tests := []struct {
		name        string
		lines, want []string
	}{
		{"list and marks", append([]string{"增长三成[1]，其余持平 [2,3]。见[2024]和[4]。"}, list...), []string{"增长三成，其余持平。见[2024]和[4]。"}},
		{"no list", []string{"增长三成[1]。", "第[2]条。"}, []string{"增长三成[1]。", "第[2]条。"}},
		{"heading without a list", []string{"增长三成[1]。", "参考资料", "见年报。"}, []string{"增长三成[1]。", "参考资料", "见年报。"}},
		{"text after the list", append(append([]string{"增长[1]。"}, list...), "责编的话。", "又一段。", "再一段。"), []string{"增长。", "责编的话。", "又一段。", "再一段。"}},
		{"numbers with points", []string{"文[1]。", "References", "1. Smith. Clouds.", "2. Doe. Prices."}, []string{"文。"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			blocks := make([]block, len(test.lines))
			for i, line := range test.lines {
				blocks[i].text = line
			}
			if diff := cmp.Diff(strings.Join(test.want, "\n"), marked(dropReferences(blocks))); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}
