package cite

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// quarry is dated, and tells with words that count from its date.
const quarry = "去年9月，青石网络在华东建成首座机房，投资约28.7亿元。今年该公司裁员三成，赤水软件接手了它的客户。公司没有完成上半年的销售目标。" +
	"其华东机房有30个边缘节点，华南机房有9个公有云节点。青石网络的市场份额从23%升到25%。"

func TestJudgeFacts(t *testing.T) {
	tests := []struct {
		name, claim string
		published   string
		want        Verdict
		why         string
	}{
		{"rounded", "青石网络在华东建成首座机房，投资近29亿元。", "2024-06-07", Supported, "number 近29亿元/约28.7亿元"},
		{"bound", "青石网络在华东建成首座机房，投资超过20亿元。", "2024-06-07", Supported, "number 超过20亿元/约28.7亿元"},
		{"other bound", "青石网络在华东建成首座机房，投资不到20亿元。", "2024-06-07", Contradicted, "number 不到20亿元/约28.7亿元"},
		{"tenths", "该公司裁员30%，赤水软件接手了它的客户。", "2024-06-07", Supported, "number 30%/三成"},
		{"points between shares", "青石网络的市场份额从23%升到25%，提高2个百分点。", "", Supported, ""},
		{"other points", "青石网络的市场份额从23%升到25%，提高3个百分点。", "", Weak, "number 3个百分点/"},
		{"figures exchanged", "其华东机房有9个边缘节点，华南机房有30个公有云节点。", "", Contradicted, "number 9个/30个"},

		{"word of time, from the article's date", "2023年9月，青石网络在华东建成首座机房。", "2024-06-07", Supported, "date 2023年9月/去年9月"},
		{"year of a month", "青石网络2023年在华东建成首座机房。", "2024-06-07", Supported, "date 2023年/去年9月"},
		{"month of no year", "青石网络9月在华东建成了首座机房。", "2024-06-07", Supported, "date 9月/9月"},
		{"other month", "2023年10月，青石网络在华东建成首座机房。", "2024-06-07", Contradicted, "date 2023年10月/去年9月"},
		{"other year", "2022年9月，青石网络在华东建成首座机房。", "2024-06-07", Contradicted, "date 2022年9月/去年9月"},
		{"word of time without a date", "2022年9月，青石网络在华东建成首座机房。", "", Weak, "date 2022年9月/"},
		{"day of the report", "2024年6月7日的报道称，赤水软件接手了它的客户。", "2024-06-07", Supported, ""},
		{"other day of the report", "2024年6月8日的报道称，赤水软件接手了它的客户。", "2024-06-07", Contradicted, "date 2024年6月8日/2024-06-07"},

		{"known name in place of another", "蓝鲸数据接手了青石网络的客户。", "2024-06-07", Contradicted, "name 蓝鲸数据/赤水软件"},
		{"known name that stands there", "赤水软件接手了它的客户。", "2024-06-07", Quoted, ""},

		{"denial dropped", "公司完成了上半年的销售目标。", "2024-06-07", Contradicted, "direction 完成/没有完成"},
		{"denial kept", "公司上半年的销售目标没有完成。", "2024-06-07", Supported, ""},
		{"verdict on a question before it", "前提不成立：公司没有完成上半年的销售目标。", "2024-06-07", Supported, ""},
		{"not this but that", "青石网络的首座机房并非2022年，而是2023年9月在华东建成。", "2024-06-07", Weak, "date 2022年/"},
	}
	known := Names(func(word string) bool {
		return slices.Contains([]string{"蓝鲸数据", "青石网络", "赤水软件"}, word)
	})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sources := []*Source{NewSource(quarry, test.published)}
			j := Judge(test.claim, sources, nil, known)
			if got := whyOf(j); j.Verdict != test.want || !strings.Contains(got, test.why) {
				t.Errorf("%s (%s), want %s (%s)", j.Verdict, got, test.want, test.why)
			}
			checkJudgement(t, test.claim, sources, j)
		})
	}
}

func TestJudgeRoles(t *testing.T) {
	tests := []struct {
		claim string
		want  Verdict
	}{
		{"青石网络被蓝鲸数据收购，交易金额为3.2亿美元。", Supported},
		{"青石网络宣布收购蓝鲸数据，交易金额为3.2亿美元。", Contradicted},
		{"蓝鲸数据被青石网络收购，交易金额为3.2亿美元。", Contradicted},
	}
	for _, test := range tests {
		j := Judge(test.claim, sourcesOf("bluewhale"), nil)
		if j.Verdict != test.want {
			t.Errorf("%s: %s (%s), want %s", test.claim, j.Verdict, whyOf(j), test.want)
		}
	}
}

// TestJudgeOfSeveralPlaces: a sentence that rests on several places of a source
// names them all, in order.
func TestJudgeOfSeveralPlaces(t *testing.T) {
	between := strings.Repeat("会上还谈到了天气和交通，与会者各抒己见。", 12)
	source := NewSource("云港科技第三季度收入265.49亿元。"+between+"FX200芯片已在15家客户的机房部署。"+between+"林舟预计2026年实现收支平衡。", "")
	j := Judge("云港科技预计2026年实现收支平衡，FX200芯片已在15家客户的机房部署，第三季度收入265.49亿元。[1]", []*Source{source}, nil)
	var texts []string
	for _, s := range j.Spans[0] {
		texts = append(texts, source.text(s))
	}
	want := []string{"云港科技第三季度收入265.49亿元。", "FX200芯片已在15家客户的机房部署。", "林舟预计2026年实现收支平衡。"}
	if diff := cmp.Diff(want, texts); diff != "" || j.Verdict != Supported {
		t.Errorf("%s (%s), places (-want +got):\n%s", j.Verdict, whyOf(j), diff)
	}
}

// TestJudgeOfSearched: what is supported by a source that the writer names may be
// chance in one that was searched for.
func TestJudgeOfSearched(t *testing.T) {
	const claim = "青石网络原有的员工全部留任，并继续使用独立品牌。"
	sources := sourcesOf("bluewhale")
	if j := Judge(claim, sources, nil); j.Verdict != Supported {
		t.Errorf("cited: %s (%s)", j.Verdict, whyOf(j))
	}
	if j := Judge(claim, sources, nil, Searched()); j.Verdict != Weak {
		t.Errorf("searched: %s (%s)", j.Verdict, whyOf(j))
	}
}

// TestJudgeOfVerbatim takes the sentences of the sources as claims: each is quoted,
// and is neither that nor supported once a figure in it is another.
func TestJudgeOfVerbatim(t *testing.T) {
	for _, text := range []string{harbour, bluewhale, quarry, english} {
		sources := []*Source{NewSource(text, "2024-06-07")}
		for _, s := range cutAt(text) {
			if j := Judge(s, sources, nil); j.Verdict != Quoted && len(fold([]rune(s)).text) >= leastVerbatim {
				t.Errorf("%s: %s (%s)", s, j.Verdict, whyOf(j))
			}
			for _, changed := range withOtherFigures(s) {
				if j := Judge(changed, sources, nil); j.Verdict == Quoted || j.Verdict == Supported {
					t.Errorf("%s: %s (%s)", changed, j.Verdict, whyOf(j))
				}
			}
		}
	}
}
