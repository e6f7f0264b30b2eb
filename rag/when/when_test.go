package when

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Most tables are read on this Thursday.
const thursday = "2024-11-21"

// written writes periods as the tables do: "words" first..last precision, with
// letters for relative, fiscal and latest; joined by " | ".
func written(periods []Period) string {
	var list []string
	for _, p := range periods {
		list = append(list, writtenPeriod(p))
	}
	return strings.Join(list, " | ")
}

func writtenPeriod(p Period) string {
	s := `"` + p.Text + `" ` + p.From
	if p.From != p.To || p.From == "" {
		s += ".." + p.To
	}
	if !p.Latest || p.From != "" || p.To != "" {
		s += " " + string(p.Precision)
	}
	for _, flag := range []struct {
		set  bool
		name string
	}{{p.Relative, " relative"}, {p.Fiscal, " fiscal"}, {p.Latest, " latest"}} {
		if flag.set {
			s += flag.name
		}
	}
	return s
}

// A finding is a row of a table: what Find must read of a text.
type finding struct{ asOf, text, want string }

func checkFindings(t *testing.T, table []finding) {
	t.Helper()
	for _, row := range table {
		if diff := cmp.Diff(row.want, written(Find(row.text, row.asOf))); diff != "" {
			t.Errorf("%s as of %q (-want +got):\n%s", row.text, row.asOf, diff)
		}
	}
}

// TestAnchor holds that words which need asOf more exact than it is are left out.
func TestAnchor(t *testing.T) {
	checkFindings(t, []finding{
		{"2024-11", "去年", `"去年" 2023-01-01..2023-12-31 year relative`},
		{"2024-11", "上个月", `"上个月" 2024-10-01..2024-10-31 month relative`},
		{"2024-11", "上季度", `"上季度" 2024-07-01..2024-09-30 quarter relative`},
		{"2024-11", "昨天", ""},
		{"2024-11", "上周五", ""},
		{"2024-11", "last week", ""},
		{"2024-11", "近三个月", `"近三个月" 2024-08-01..2024-11-30 range relative`},
		{"2024-11", "近三天", ""},
		{"2024", "去年底", `"去年底" 2023-12-01..2023-12-31 range relative`},
		{"2024", "上个月", ""},
		{"2024", "近两年", `"近两年" 2022-01-01..2024-12-31 range relative`},
		{"2024", "last quarter", ""},
		{"2024", "3月5日", `"3月5日" 2024-03-05 day relative`},
		{"", "去年3月、昨天、上周和2023年4月", `"2023年4月" 2023-04-01..2023-04-30 month`},
		{"", "3月5日", ""},
		{"", "2023年10月上任，10月底交班", `"2023年10月" 2023-10-01..2023-10-31 month | "10月底" 2023-10-21..2023-10-31 range`},
		{"", "2023年起，去年3月", `"2023年起" 2023-01-01.. year`},
		{"yesterday", "去年", ""},
		{"2024-02-30", "去年", ""},
		{"2024-11-21T10:00:00Z", "去年", ""},
		{"2024-11", "2024年11月3日", `"2024年11月3日" 2024-11-03 day`},
	})
}

// TestNearest holds which year a date without one is given.
func TestNearest(t *testing.T) {
	checkFindings(t, []finding{
		{"2024-11-21", "3月", `"3月" 2024-03-01..2024-03-31 month relative`},
		{"2024-11-21", "12月上线", `"12月" 2024-12-01..2024-12-31 month relative`},
		{"2024-01-15", "12月底", `"12月底" 2023-12-21..2023-12-31 range relative`},
		{"2024-01-15", "3月将发布", `"3月" 2024-03-01..2024-03-31 month relative`},
		{"2024-12-20", "1月", `"1月" 2024-01-01..2024-01-31 month relative`},
		{"2024-12-20", "春节前", `"春节前" 2024-12-29..2025-01-28 range relative`},
		{"2024-11-25", "春节前", `"春节前" 2024-01-10..2024-02-09 range relative`},
		{"2023-05-01", "2月29日", `"2月29日" 2020-02-29 day relative`},
		{"2024-03-01", "2·29大降价", `"2·29" 2024-02-29 day relative`},
		{"2024-12-30", "2023年10月初上任，10月底交班。11月宣布", `"2023年10月初" 2023-10-01..2023-10-10 range | "10月底" 2023-10-21..2023-10-31 range | "11月" 2023-11-01..2023-11-30 month`},
		{"2024-12-30", "2023年10月上任。\n11月宣布", `"2023年10月" 2023-10-01..2023-10-31 month | "11月" 2024-11-01..2024-11-30 month relative`},
		{"2024-12-30", "计划2026年上线，9月完成", `"2026年" 2026-01-01..2026-12-31 year | "9月" 2024-09-01..2024-09-30 month relative`},
		{"2024-12-30", "较2023年增长，11月达到", `"2023年" 2023-01-01..2023-12-31 year | "11月" 2024-11-01..2024-11-30 month relative`},
		{"2024-12-30", "2022年11月成立，次年3月上线", `"2022年11月" 2022-11-01..2022-11-30 month | "次年3月" 2023-03-01..2023-03-31 month`},
		{"2024-12-30", "2022年2月成立，同年8月上线", `"2022年2月" 2022-02-01..2022-02-28 month | "同年8月" 2022-08-01..2022-08-31 month`},
		{"2024-11-21", "年底前完成", `"年底前" ..2024-12-31 range relative`},
		{"2024-11-21", "上半年", `"上半年" 2024-01-01..2024-06-30 half relative`},
		{"2024-11-21", "三季度", `"三季度" 2024-07-01..2024-09-30 quarter relative`},
		{"2024-05-06", "三季度", `"三季度" 2024-07-01..2024-09-30 quarter relative`},
		{"2024-02-06", "三季度", `"三季度" 2023-07-01..2023-09-30 quarter relative`},
		{"2024-02-06", "since September", `"since September" 2023-09-01.. month relative`},
	})
}

// TestNoDate holds what is no date.
func TestNoDate(t *testing.T) {
	for _, text := range []string{
		"", " ", "。", "没有日期", "版本2.0.24", "v2024.1", "v2024.11.21", "IPv6", "Windows 2000", "Windows Server 2019",
		"Office 365", "SQL Server 2022", "601.2亿元", "601．2",
		"电话010-2024-1121", "400-820-2023", "13912024112", "20%", "2024%", "20.24%", "GPT-4", "GPT4月活过亿", "Llama 3.1", "N+2",
		"N+1赔偿", "5G", "35互联", "2000万", "2024个",
		"2024亿元", "2,024万", "12,024", "2024人", "￥2024", "$2024", "2000年历史", "1949号文件", "3月活跃", "7B", "H100", "H1", "Q5", "Q3-Max", "q30", "3.5折", "10:30",
		"2024.1", "2024.10", "1.3月", "13月", "0月", "2024-13-01", "2024-02-30", "2023年2月29日", "2024/13", "11/12/2024", "99年",
		"24年", "二四月", "两三年", "融资只过去七个月", "每年3月", "每月5日", "每周五", "某年春节", "一周三次", "每天",
		"三个月", "三年间", "5年", "8年云计算销售", "一年", "两年后", "三个月后", "三年之后", "多年来", "几年前", "几个月前", "近几年", "近年来", "近30家", "近三成", "近一半", "十几年前",
		"2024中国", "我们眼中的2024中国市场", "大中华区2024艰难开局", "2023、24家", "90后", "00后", "说明天翼云领先", "目前天翼云", "之后天猫", "今日头条", "明日方舟",
		"过去年均", "基本月费", "日本周刊", "网上周边", "线上月活", "以上年轻人", "如今年轻人",
		"上周期", "本周期", "周年庆", "周一至周五", "一月比一月少", "每年3月中旬至3月底", "耗时近一年", "走过了近70年", "拥有近 20 年经验", "六七年前", "基本上一年一换", "财年底",
		"某年光棍节大促", "一号位", "五一广场", "张国庆", "618", "政治清明", "年终奖", "青年中有人", "十一", "7月薪", "百年底蕴", "三年内", "双1", "春运", "9.11",
		"may be", "it may", "march on", "in may", "May said", "second half", "first half", "Q", "a year", "three months",
		"for 2000 people", "rose to 2000", "in 2024 stores", "2024", "the 2000-strong team", "about 2024.5",
		"last", "last one", "next generation", "the past", "early adopters", "late", "mid-market", "the fall of",
		"spring boot", "on mondays", "decades", "24/7", "2024x", "ISO 9001:2015", "RFC 2024", "3 months", "day after day",
		"the day after March 5", "a week before June 2023", "20241121", "2024112", "192.168.20.24",
		"https://example.com/2024/11/21/a", "A-2024-11-21", "1-2-2024-3", "2024-2023", "2000-2024元", "1990到2024人",
	} {
		if got := Find(text, thursday); len(got) > 0 {
			t.Errorf("%q has %s", text, written(got))
		}
	}
}

// TestFestivalStarts holds that festivalStarts lists each festival.
func TestFestivalStarts(t *testing.T) {
	for _, f := range festivals {
		for _, name := range f.names {
			if !oneOf([]rune(name)[0], festivalStarts) {
				t.Errorf("%s begins with no rune of festivalStarts", name)
			}
		}
	}
}
