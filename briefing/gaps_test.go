package briefing

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuchu/corpus"
	"chuchu/rag"
)

func TestGaps(t *testing.T) {
	tests := []struct {
		name    string
		request Request
		want    []string
	}{
		{"nothing is missing", Request{Topic: "海燕云", AsOf: "2024-12-01"}, []string{}},
		{"a section without evidence", Request{Topic: "海燕云", AsOf: "2024-12-01", Sections: []string{"业绩", "航天发射场"}},
			[]string{"所收文章没有关于“航天发射场”的内容。", "全文只依据《海燕云公布第三季度业绩》一篇文章，没有别的来源可以对照。"}},
		{"an aspect nothing tells of", Request{Topic: "海燕云", AsOf: "2024-12-01", Focus: "营收、量子计算机研制进展"},
			[]string{"没有找到说明“量子计算机研制进展”的内容。"}},
		{"months without an article", Request{Topic: "海燕云", AsOf: "2024-12-01", From: "2024-03-01", To: "2024-11-30"},
			[]string{"所问时间里，没有找到2024年4月、2024年7月至2024年9月、2024年11月的文章。"}},
		{"an old collection, in English", Request{Topic: "海燕云", AsOf: "2025-09-01", Language: "en"},
			[]string{"The newest article that was found is of 2024-10-31; nothing tells of the time from then to 2025-09-01."}},
		{"one article", Request{Topic: "海燕云业绩", AsOf: "2024-12-01", Filter: corpus.Filter{ArticleIDs: []string{"q3"}}},
			[]string{"全文只依据《海燕云公布第三季度业绩》一篇文章，没有别的来源可以对照。"}},
	}
	e := newCollection(t, papers()...).engine(t, nil)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, madeOf(t, e, test.request).Gaps); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGapOfOneOutlet(t *testing.T) {
	list := papers()
	for i := range list {
		list[i].outlet = "云上观察"
	}
	b := madeOf(t, newCollection(t, list...).engine(t, nil), Request{Topic: "海燕云", AsOf: "2024-12-01"})
	if diff := cmp.Diff([]string{"全文依据的文章都出自云上观察，没有别家媒体可以对照。"}, b.Gaps); diff != "" {
		t.Error(diff)
	}
}

func TestMissingMonths(t *testing.T) {
	tests := []struct {
		name     string
		from, to string
		months   map[string]int
		want     string
	}{
		{"no period", "", "", map[string]int{"2024-01": 1}, ""},
		{"all there", "2024-01-15", "2024-02-10", map[string]int{"2024-01": 1, "2024-02": 2}, ""},
		{"none there is another matter", "2024-01-01", "2024-03-31", map[string]int{}, ""},
		{"articles dated by their year may be of any month", "2024-01-01", "2024-03-31", map[string]int{"2024-01": 1, "2024": 1}, ""},
		{"what is still to come is no gap", "2024-11-01", "2025-03-31", map[string]int{"2024-11": 1, "2025-01": 1}, "所问时间里，没有找到2024年12月的文章。"},
		{"few are there", "2023-01-01", "2024-12-31", map[string]int{"2023-02": 1, "2023-05": 1, "2023-08": 1, "2023-11": 1}, "所问时间里，只找到2023年2月、2023年5月、2023年8月、2023年11月的文章。"},
		{"too many to name", "2024-01-01", "2024-12-31", map[string]int{"2024-02": 1, "2024-04": 1, "2024-06": 1, "2024-08": 1, "2024-10": 1}, "所问的12个月里，有7个月没有找到文章。"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := &maker{request: Request{From: test.from, To: test.to, Language: "zh"}, survey: survey{asOf: "2025-01-20", months: test.months, plan: rag.Plan{}}}
			if got := m.missingMonths(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
