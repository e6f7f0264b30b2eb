package rag

import (
	"testing"

	"chuchu/rag/cite"
)

func TestAskedOf(t *testing.T) {
	tests := []struct {
		question string
		want     []asked // but for the subject, where none is given
	}{
		{"海燕云第三季度营收是多少？", []asked{{amountDetail, "", "营收", "海燕云第三季度"}}},
		{"登陆站的海缆设计寿命是多少年？", []asked{{durationDetail, "", "海缆设计寿命", "登陆站"}}},
		{"北辰数据一共被罚了多少钱？", []asked{{amountDetail, "", "罚", "北辰数据一共被"}}},
		{"每个月能带来多少营收？", []asked{{amountDetail, "", "营收", "每个月能带来"}}},
		{"新机房打算部署多少台服务器？", []asked{{numberDetail, "台", "服务器", "新机房打算部署"}}},
		{"延时具体降到了多少毫秒？", []asked{{numberDetail, "毫秒", "", ""}}},
		{"这家公司有多少亿参数？", []asked{{numberDetail, "", "参数", ""}}},
		{"时延从多少降到了多少？", []asked{{numberDetail, "", "时延", ""}}},
		{"新人离职率有多高？", []asked{{shareDetail, "", "新人离职率", ""}}},
		{"约占销售团队多大比例？", []asked{{shareDetail, "", "占销售团队", ""}}},
		{"最低折扣是几折？", []asked{{shareDetail, "", "最低折扣", ""}}},
		{"研究院是哪一年成立的？", []asked{{dateDetail, "", "成立", ""}}},
		{"推迟到什么时候？", []asked{{dateDetail, "", "推迟", ""}}},
		{"故障停了多久？", []asked{{durationDetail, "", "故障停", ""}}},
		{"松涛科技的首席执行官是谁？", []asked{{personDetail, "", "首席执行官", "松涛科技"}}},
		{"由哪家工厂代工？", []asked{{companyDetail, "", "代工", ""}}},
		{"候选云服务商是哪两家？", []asked{{companyDetail, "", "候选云服务商", ""}}},
		{"为什么降价？", []asked{{reasonDetail, "", "", "降价"}}},
		{"公约有哪三个要点？", []asked{{listDetail, "", "公", ""}}},
		{"接口价格这些年怎么变的？", []asked{{mannerDetail, "", "接口价格", ""}}},
		{"年消耗量这几年是怎么涨上来的？", []asked{{mannerDetail, "", "年消耗量", ""}}},
		{"各方说法一致吗？", []asked{{yesNoDetail, "", "", ""}}},
		{"介绍海燕云。", []asked{{otherDetail, "", "", ""}}},
		{"中标金额多少，服务期几年？", []asked{{amountDetail, "", "中标金额", ""}, {durationDetail, "", "服务期", "中标金额多少 "}}},
		{"How much did AWS invest?", []asked{{numberDetail, "", "", ""}}},
		{"What share of the market does it hold, and since when?", []asked{{shareDetail, "", "", ""}, {dateDetail, "", "", ""}}},
		{"Who replaced him, and why?", []asked{{personDetail, "", "", ""}, {reasonDetail, "", "", ""}}},
		{"Is it cheaper?", []asked{{yesNoDetail, "", "", ""}}},
		{"", []asked{{otherDetail, "", "", ""}}},
	}
	for _, test := range tests {
		got := askedOf(test.question)
		if len(got) != len(test.want) {
			t.Errorf("%s: %+v", test.question, got)
			continue
		}
		for i, a := range got {
			w := test.want[i]
			if w.subject != "" && w.subject != a.subject || a.detail != w.detail || a.unit != w.unit || w.focus != "" && a.focus != w.focus {
				t.Errorf("%s: %+v, want %+v", test.question, a, w)
			}
		}
	}
}

func TestMayHold(t *testing.T) {
	tests := []struct {
		detail   detail
		sentence string
		want     bool
	}{
		{amountDetail, "营收为14.2亿元。", true},
		{amountDetail, "海燕云的营收最高时有5200万，如今不到一半。", true},
		{amountDetail, "一年耗电接近6.2亿千瓦时。", false},
		{amountDetail, "同比增长36%。", false},
		{shareDetail, "降价三成。", true},
		{shareDetail, "营收为14.2亿元。", false},
		{dateDetail, "自4月1日起生效。", true},
		{dateDetail, "服务期五年。", false},
		{durationDetail, "持续4小时37分。", true},
		{durationDetail, "2024年投入使用。", false},
		{numberDetail, "部署6,000台服务器。", true},
		{numberDetail, "2024年3月部署服务器。", false},
		{personDetail, "由方知夏接任。", true},
		{reasonDetail, "增长主要来自政务客户。", true},
	}
	for _, test := range tests {
		if got := (asked{detail: test.detail}).mayHold(test.sentence); got != test.want {
			t.Errorf("%s in %s: %v; quantities %+v", test.detail, test.sentence, got, cite.Quantities(test.sentence))
		}
	}
}

// FuzzAskedOf: whatever is asked, something is, and what is read stands in the
// question.
func FuzzAskedOf(f *testing.F) {
	for _, s := range []string{"海燕云的营收是多少，为什么？", "的的多少", "哪家", "多少多少的", "how much, when?", "\xff多少年", "了多少的"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, question string) {
		list := askedOf(question)
		if len(list) == 0 {
			t.Fatal("nothing is asked")
		}
		for _, a := range list {
			a.mayHold(question)
			if share := a.ofFocus(question); share < 0 || share > 1 {
				t.Fatalf("%v of the focus %q", share, a.focus)
			}
		}
	})
}
