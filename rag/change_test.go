package rag_test

import (
	"strings"
	"testing"

	"chuchu/corpus"
	"chuchu/rag"
)

// TestChanges tells changes from what only looks like them. The sentences are of
// articles of March and of November 2024 unless they say otherwise.
func TestChanges(t *testing.T) {
	tests := []struct {
		was, now string
		title    string // of the later article; empty: that of both
		changed  bool
	}{
		{"海燕云目前在全国共有员工3200人。", "海燕云目前在全国有员工2600人。", "", true},
		{"海燕云在政务云市场的份额为18%，位居第三。", "海燕云在政务云市场的份额为23%，位居第三。", "", true},
		{"北辰数据的对象存储标准版单价为每月0.12元。", "北辰数据将对象存储标准版单价调整为每月0.09元。", "", true},
		{"临江智算中心计划于2024年9月30日投产。", "临江智算中心的投产推迟，计划于2024年12月31日投产。", "", true},
		{"海燕云预计2024年营收达到50亿元。", "海燕云预计2024年营收达到46亿元。", "", true},
		{"松涛科技首席执行官由陆明远担任。", "松涛科技首席执行官由方知夏担任。", "", true},
		{"临江智算中心规划安装服务器4000台。", "临江智算中心规划安装服务器6000台。", "", true},
		{"海燕云2023年营收为38亿元。", "海燕云2023年营收更正为36.5亿元。", "", true},
		{"HaiyanCloud has 3,200 employees in its cloud unit.", "HaiyanCloud has 2,600 employees in its cloud unit.", "", true},

		{"海燕云目前在全国共有员工3200人。", "海燕云在全国的员工约3200人。", "", false},
		{"海燕云目前在全国共有员工3200人。", "松涛科技目前在全国共有员工2600人。", "松涛科技的规模", false},
		{"海燕云目前在全国共有员工3200人。", "海燕云目前在南屏共有研发人员900人。", "", false},
		{"海燕云第一季度营收为9.1亿元。", "海燕云第三季度营收为14.2亿元。", "", false},
		{"海燕云2023年营收为38亿元。", "海燕云2024年营收为51亿元。", "海燕云年报", false},
		{"海燕云本季营收为9.1亿元，同比增长12%。", "海燕云本季营收为14.2亿元，同比增长36%。", "", false},
		{"海燕云宣布完成3亿元的A轮融资。", "海燕云宣布完成5亿元的B轮融资。", "", false},
		{"海燕云发布了HY-2模型，参数量为700亿。", "海燕云发布了HY-3模型，参数量为3200亿。", "", false},
		{"海燕云开发者大会于2023年9月20日举行。", "海燕云开发者大会于2024年9月18日举行。", "", false},
		{"海燕云于2024年3月发布了备份产品。", "海燕云于2024年9月发布了安全产品。", "", false},
		{"海燕云在华东的机房有12个。", "海燕云在华南的机房有7个。", "", false},
		{"海燕云副总裁陆明远说，价格还会下降。", "海燕云副总裁方知夏说，价格不会再降。", "", false},
		{"海燕云的政务客户超过300家。", "海燕云的政务客户有320家。", "", false},
		{"陆明远加入海燕云已有5年。", "方知夏加入海燕云已有2年。", "", false},
		{"海燕云裁撤了区域销售团队的200人。", "海燕云裁撤了区域销售团队的80人。", "", false},
		{"海燕云把2024年的销售目标定为90亿元，相较于2023年的目标，同比增长30%。", "2024年，海燕云定了8亿元的渠道销售目标，相较于2023年的目标，同比增长160%。", "", false},
		{"对象存储降价30%。", "对象存储降价20%。", "", false},
	}
	e := newCollection(t, news()...).engine(nil)
	for _, test := range tests {
		was := rag.Stated{Article: corpus.Ref{ID: "a", Title: "海燕云的近况", Published: "2024-03-15"}, Text: test.was}
		now := rag.Stated{Article: corpus.Ref{ID: "b", Title: was.Article.Title, Published: "2024-11-20"}, Text: test.now}
		if test.title != "" {
			now.Article.Title = test.title
		}
		got := e.Changes(t.Context(), []rag.Stated{was}, []rag.Stated{now}, func(int, int) bool { return true })
		if (got[0] == 0) != test.changed {
			t.Errorf("%s → %s: changed is %v, want %v", test.was, test.now, !test.changed, test.changed)
		}
	}
}

// TestChangesPicks takes the later sentence that is most like the earlier one, of those
// it may compare.
func TestChangesPicks(t *testing.T) {
	e := newCollection(t, news()...).engine(nil)
	article := func(id string) corpus.Ref {
		return corpus.Ref{ID: id, Title: "海燕云的近况", Published: "2024-11-20"}
	}
	earlier := []rag.Stated{{Article: article("a"), Text: "海燕云目前在全国共有员工3200人。"}, {Article: article("a"), Text: "海燕云的总部设在南屏。"}}
	later := []rag.Stated{
		{Article: article("b"), Text: "海燕云的总部设在南屏。"},
		{Article: article("b"), Text: "海燕云在全国的员工有2800人，多在南屏。"},
		{Article: article("b"), Text: "海燕云目前在全国共有员工2600人。"},
	}
	for _, test := range []struct {
		forbidden int
		want      int
	}{{-1, 2}, {2, 1}} {
		got := e.Changes(t.Context(), earlier, later, func(_, j int) bool { return j != test.forbidden })
		if got[0] != test.want || got[1] != -1 {
			t.Errorf("without %d: %v, want %d and -1", test.forbidden, got, test.want)
		}
	}
}

// FuzzChanges: whatever two sentences are, they are compared, and one is no change of
// itself.
func FuzzChanges(f *testing.F) {
	for _, s := range []string{
		"海燕云目前在全国共有员工3200人。", "从3亿到5亿，每月约几个亿，接近千人，一千多号。", "由陆明远出任首席执行官，自2023年3月1日起生效。",
		"Revenue rose 4% to $1.2bn in the third quarter, up from $1bn.", "，，（（）", "100", "%%5%", "一半、两成\n三倍", "\xff几万", "",
	} {
		f.Add(s, "海燕云在全国有员工2600人，CEO是方知夏。", "此前，2023年。", "2024-10-31")
	}
	e := newCollection(f, news()...).engine(nil)
	f.Fuzz(func(t *testing.T, a, b, before, published string) {
		one := rag.Stated{Article: corpus.Ref{ID: "a", Published: corpus.Date(published)}, Text: strings.ToValidUTF8(a, "?"), Before: strings.ToValidUTF8(before, "?")}
		other := rag.Stated{Article: corpus.Ref{ID: "b", Published: "2024-11-20"}, Text: strings.ToValidUTF8(b, "?")}
		all := func(int, int) bool { return true }
		if got := e.Changes(t.Context(), []rag.Stated{one, other}, []rag.Stated{other, one}, all); len(got) != 2 {
			t.Errorf("%v", got)
		}
		same := one
		same.Article.ID = "c"
		if got := e.Changes(t.Context(), []rag.Stated{one}, []rag.Stated{same}, all); got[0] != -1 {
			t.Errorf("%q is a change of itself", one.Text)
		}
	})
}
