package when

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWindow(t *testing.T) {
	tests := []struct{ asOf, question, want string }{
		{thursday, "云港科技的创始人是谁？", ""},
		{thursday, "上个月的报道说了什么？", `"上个月" 2024-10-01..2024-10-31 month relative`},
		{thursday, "去年底云港科技提拔了谁？", `"去年底" 2023-12-01..2023-12-31 range relative`},
		{thursday, "11月的降价是谁宣布的？", `"11月" 2024-11-01..2024-11-30 month relative`},
		{thursday, "12月的降价是谁宣布的？", `"12月" 2023-12-01..2023-12-31 month relative`},
		{"2025-01-05", "春节前谁降价了？", `"春节前" 2024-12-29..2025-01-28 range relative`},
		{thursday, "双11前后谁降价了？", `"双11前后" 2024-11-04..2024-11-18 range relative`},
		{"2024-10-20", "双11谁降价了？", `"双11" 2023-11-11 day relative`},
		{thursday, "最近三个月谁降价了？", `"最近三个月" 2024-08-21..2024-11-21 range relative`},
		{thursday, "2022年之前的文章怎么说？", `"2022年之前" ..2021-12-31 year`},
		{thursday, "2023年以来有哪些收购？", `"2023年以来" 2023-01-01.. year`},

		// Several periods.
		{thursday, "2023年3月和4月的两篇报道一致吗？", `"2023年3月、4月" 2023-03-01..2023-04-30 range`},
		{thursday, "2021年5月、2023年3月和2024年9月分别由谁掌舵？", `"2021年5月、2023年3月、2024年9月" 2021-05-01..2024-09-30 range`},
		{thursday, "2023年12月由谁带队？2024年6月起由谁接任？", `"2023年12月、2024年6月起" 2023-12-01.. range`},
		{thursday, "2022年之前和2024年的说法", `"2022年之前、2024年" ..2024-12-31 range`},
		{thursday, "从2023年10月到2024年一季度份额怎么变？", `"从2023年10月到2024年一季度" 2023-10-01..2024-03-31 range`},
		{thursday, "2024年和2023年", `"2024年、2023年" 2023-01-01..2024-12-31 range`},

		// What was written then counts before what happened then.
		{thursday, "2022年下调返佣的动机是什么？2023年3月和4月的两篇报道有何不同？", `"2023年3月、4月" 2023-03-01..2023-04-30 range`},
		{thursday, "据媒体2023年7月的报道，2021年的收入是多少？", `"2023年7月" 2023-07-01..2023-07-31 month`},
		{thursday, "去年的文章里，2020年的收入是多少？", `"去年" 2023-01-01..2023-12-31 year relative`},
		{thursday, "What did Acme earn in 2021, according to a report of March 2023?", `"March 2023" 2023-03-01..2023-03-31 month`},
		{thursday, "How much was invested over the past ten years, as cited in April 2023?", `"April 2023" 2023-04-01..2023-04-30 month`},
		{thursday, "In reports from late 2023, what was the target for 2024?", `"late 2023" 2023-10-01..2023-12-31 range`},

		// Left out.
		{thursday, "今年的收入比去年增长多少？", `"今年" 2024-01-01..2024-12-31 year relative`},
		{thursday, "收入比去年同期增长多少？", ""},
		{thursday, "2023年的收入与2022年相比如何？", `"2023年" 2023-01-01..2023-12-31 year`},
		{thursday, "2023年和2022年相比如何？", `"2023年、2022年" 2022-01-01..2023-12-31 range`},
		{thursday, "How did 2023 revenue change compared with last year?", ""},
		{thursday, "明年会降价吗？", ""},
		{thursday, "下个月谁上市？", ""},
		{thursday, "2026年的目标是多少？", `"2026年" 2026-01-01..2026-12-31 year`},
		{thursday, "2024年款的服务器有什么不同？", ""},
		{thursday, "直到今天还没有上市吗？", ""},
		{thursday, "某年光棍节大促当夜谁放出狠话？", ""},
		{thursday, "公司年终聚会上说了什么？", ""},
		{thursday, "这几年怎么涨的？", ""},
		{thursday, "2.0.24版和v2024.1有什么不同？", ""},

		// Fiscal years.
		{thursday, "2024财年的佣金政策", `"2024财年" 2023-01-01..2024-12-31 year fiscal`},
		{thursday, "2024年二季度（2025财年第一财季）的收入", `"2024年二季度" 2024-04-01..2024-06-30 quarter`},
		{thursday, "在2024财年结束后（2024年7月初）裁员多少人？", `"2024年7月初" 2024-07-01..2024-07-10 range`},

		// The newest.
		{thursday, "云港科技最新的收入是多少？", `"最新" .. relative latest`},
		{thursday, "最近一任是谁？", `"最近" .. relative latest`},
		{thursday, "What is the latest on the merger?", `"latest" .. relative latest`},
		{thursday, "2024年最新的报道", `"2024年" 2024-01-01..2024-12-31 year latest`},
		{thursday, "最新版有什么功能？", ""},
		{thursday, "Which is the latest version?", ""},

		{thursday, "Who led in May 2021, March 2023 and September 2024?", `"May 2021, March 2023, September 2024" 2021-05-01..2024-09-30 range`},
		{thursday, "Who left last quarter?", `"last quarter" 2024-07-01..2024-09-30 quarter relative`},
		{thursday, "Since March, who has left?", `"Since March" 2024-03-01.. month relative`},
		{thursday, "Who left in December?", `"December" 2023-12-01..2023-12-31 month relative`},
		{thursday, "Who will leave next year?", ""},
		{"", "去年谁离开了？", ""},
		{"", "2023年谁离开了？", `"2023年" 2023-01-01..2023-12-31 year`},
	}
	for _, test := range tests {
		got := ""
		if p, ok := Window(test.question, test.asOf); ok {
			got = writtenPeriod(p)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("window of %s as of %q (-want +got):\n%s", test.question, test.asOf, diff)
		}
	}
}

// TestAsked holds that the periods of a list come one by one.
func TestAsked(t *testing.T) {
	got := written(Asked("2022年的事，2023年3月和2024年9月的两篇报道怎么说？", thursday))
	want := `"2023年3月" 2023-03-01..2023-03-31 month | "2024年9月" 2024-09-01..2024-09-30 month`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}
