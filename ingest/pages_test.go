package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJoinPages(t *testing.T) {
	tests := []struct {
		name  string
		pages []string
		want  []string
	}{
		{"nothing", []string{"", "\n \n"}, nil},
		{"lines of a paragraph", []string{"  星槎云的标准实例由每小时\n十二元降到九元，降幅为四分\n之一。\n  远岫云随后跟进，把价格定\n在八元。"},
			[]string{"星槎云的标准实例由每小时十二元降到九元，降幅为四分之一。", "远岫云随后跟进，把价格定在八元。"}},
		{"sentence over a page break", []string{"报告\n云服务的价格在秋季下降了，客户\n1", "报告\n把任务搬了上来，机房的利用率也升\n高了许多。\n2"},
			[]string{"云服务的价格在秋季下降了，客户把任务搬了上来，机房的利用率也升高了许多。"}},
		{"English", []string{"The vendors cut the price of inter-\nactive services and the buyers were\npleased by it."},
			[]string{"The vendors cut the price of interactive services and the buyers were pleased by it."}},
		{"headings of chapters stay", []string{"第1章 概述\n这一章写需求的变化和它的原因。\n第 1 页", "第2章 概述\n这一章写供给的变化和它的结果。\n第 2 页", "第3章 概述\n这一章写建议，以及建议的由来。\n第 3 页"},
			[]string{"第1章 概述", "这一章写需求的变化和它的原因。", "第2章 概述", "这一章写供给的变化和它的结果。", "第3章 概述", "这一章写建议，以及建议的由来。"}},
		{"headers of odd and even pages", []string{"左 1\n甲段说完了。", "2 右\n乙段说完了。", "左 3\n丙段说完了。", "4 右\n丁段说完了。"},
			[]string{"甲段说完了。", "乙段说完了。", "丙段说完了。", "丁段说完了。"}},
		{"tables", []string{"厂商        原价      现价\n星槎云      12.8  9.6\n远岫云      11.5      9.2"},
			[]string{"厂商 | 原价 | 现价", "星槎云 | 12.8 | 9.6", "远岫云 | 11.5 | 9.2"}},
		{"items", []string{"采购方应当注意下列几件事情：\n1、先量后买，不要急于签下长期合同；\n2、留出时间。\n• 其他"},
			[]string{"采购方应当注意下列几件事情：", "1、先量后买，不要急于签下长期合同；", "2、留出时间。", "• 其他"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, joinPages(test.pages)); diff != "" {
				t.Errorf("paragraphs (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzJoinPages holds that no letter is lost but those of running lines: a
// document of one page has none.
func FuzzJoinPages(f *testing.F) {
	f.Add("标题\n\n  第一行的内容\n第二行。\n1    2    3\n")
	f.Add("inter-\nnational\f次页")
	f.Fuzz(func(t *testing.T, text string) {
		pages := strings.Split(text, "\f")
		got := strings.Join(joinPages(pages), "\n")
		if len(pages) == 1 {
			keep := strings.NewReplacer("|", "", "-", "").Replace
			if a, b := strings.Join(strings.Fields(keep(text)), ""), strings.Join(strings.Fields(keep(got)), ""); a != b {
				t.Errorf("%q became %q", a, b)
			}
		}
	})
}

func TestJoinFlattened(t *testing.T) {
	contents := []string{"目录", "4 前言", "1 需求", "- 5 买方", "- 9 账单", "2 供给", "- 14 价格", "- 21 收入", "3 建议", "- 30 合同", ""}
	long := "星槎云的标准实例由每小时十二元降到九元，降幅为四分之一，客户把原来放在本地的"
	tests := []struct {
		name        string
		lines, want []string
	}{
		{"plain text stays", []string{long, "", "离线任务也搬了上来。", "1 一", "2 二", "3 三", "4 四", "5 五", "6 六", "7 七"}, nil},
		{"a refrain stays", []string{"云上的秋天来了", "甲。", "云上的秋天来了", "乙。", "云上的秋天来了", "丙。"}, nil},
		{"contents and cuts", append(append([]string{"算力服务观察报告"}, contents...), long, "", "离线任务也搬了上来。"),
			[]string{"算力服务观察报告", "目录", "", long + "离线任务也搬了上来。"}},
		{"headers with chapters", []string{"算力服务观察报告", "甲。", "1 算力服务观察报告", "乙。", "2 算力服务观察报告", "丙。", "3 算力服务观察报告 ☼", "丁。"},
			[]string{"算力服务观察报告", "甲。", "乙。", "丙。", "丁。"}},
		{"captions and headings are no cuts", append(append([]string{}, contents...), "需求的变化", "", "过去一年变化很大。", "机房利用率的变化，来源：星槎研究院的年度统计报告与回访", "", "利用率升高了。"),
			[]string{"目录", "", "需求的变化", "", "过去一年变化很大。", "机房利用率的变化，来源：星槎研究院的年度统计报告与回访", "", "利用率升高了。"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := test.want
			if want == nil {
				want = test.lines
			}
			if diff := cmp.Diff(want, joinFlattened(test.lines)); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	tests := []struct{ name, text, reason string }{
		{"Chinese", strings.Join(observed, "\n"), ""},
		{"traditional", strings.Repeat("雲端服務的價格在秋季下降了，客戶把任務搬了上來，機房的利用率也升高了。", 10), ""},
		{"English", strings.Repeat("The vendors cut the price of interactive services. ", 10), ""},
		{"figures", strings.Repeat("12.8 9.6 11.5 ", 50), ""},
		{"private use", strings.Repeat("星槎云\ue001\ue002", 50), "stand for none"},
		{"replaced", strings.Repeat("price \ufffd\ufffd ", 50), "stand for none"},
		{"rare blocks", strings.Repeat("㐀㐁㐂的是了", 50), "rare blocks"},
		{"nothing", " \n\f", "no text layer"},
		{"marks", strings.Repeat("!\"#$%&'()*+ ", 50), "letters and digits"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := unreadable(test.text)
			if (test.reason == "") != (got == "") || !strings.Contains(got, test.reason) {
				t.Errorf("reason %q, want %q", got, test.reason)
			}
		})
	}
}
