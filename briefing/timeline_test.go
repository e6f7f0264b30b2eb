package briefing

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTimeline(t *testing.T) {
	tests := []struct {
		name   string
		source source
		want   []string
	}{
		{"a day", source{published: "2024-11-21", text: "2024年6月18日，海燕云宣布降价。"}, []string{"2024-06-18 day"}},
		{"a day counted from the article's", source{published: "2024-11-21", text: "海燕云昨天发布了新一代芯片。"}, []string{"2024-11-20 day"}},
		{"a month of last year", source{published: "2024-11-21", text: "去年10月，陆明远出任海燕云首席执行官。"}, []string{"2023-10 month"}},
		{"relative to an article dated by its year", source{published: "2024", text: "海燕云昨天发布了新一代芯片。"}, []string{}},
		{"what happened stands before", source{published: "2024-11-21", text: "海燕云成立于2019年，总部在南屏。"}, []string{"2019 year"}},
		{"two in one sentence", source{published: "2024-11-21", text: "海燕云2024年3月裁员80人，9月关停了临朔机房。"}, []string{"2024-03 month", "2024-09 month"}},
		{"a plan that says so", source{published: "2024-11-21", text: "海燕云预计2025年6月启用吉隆坡节点。"}, []string{"2025-06 month"}},
		{"a quarter without an event", source{published: "2024-11-21", text: "2024年第三季度，海燕云营收为14.2亿元。"}, []string{}},
		{"a quarter with one", source{published: "2024-11-21", text: "2024年第三季度，海燕云收购了北辰数据。"}, []string{"2024 year"}},
		{"a date of figures", source{published: "2024-11-21", text: "2023年数据显示，海燕云发布的产品最多。"}, []string{}},
		{"only the end of a period", source{published: "2024-11-21", text: "财年从2023年7月1日到2024年6月30日，调整放在期末。"}, []string{}},
		{"what it is held against", source{published: "2024-11-21", text: "比2023年多发布了三款产品。"}, []string{}},
		{"no date", source{published: "2024-11-21", text: "海燕云宣布降价。"}, []string{}},
		{"English", source{published: "2024-11-21", text: "Kestrel Cloud launched its Jakarta region in March 2024."}, []string{"2024-03 month"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, b := sectionsOf("zh", test.source)
			if diff := cmp.Diff(test.want, momentsIn(t, m, b)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func momentsIn(t *testing.T, m *maker, b *Briefing) []string {
	t.Helper()
	moments, err := m.timeline(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, x := range moments {
		list = append(list, x.Date+" "+x.Precision)
		checkMoment(t, m, x)
	}
	return list
}

// checkMoment reports a date that is not that of a period of the moment's sentence.
func checkMoment(t *testing.T, m *maker, x Moment) {
	t.Helper()
	for _, p := range m.readKept(x.Sentence).dates {
		if date, precision := momentOf(p); date == x.Date && precision == x.Precision {
			return
		}
	}
	t.Errorf("%s is no date of %q", x.Date, x.Sentence.Text)
}

func TestTimelineIsInOrderAndTellsOnce(t *testing.T) {
	m, b := sectionsOf("zh",
		source{published: "2024-11-21", text: "2024年6月18日，海燕云宣布对象存储降价三成。"},
		source{published: "2024-11-21", text: "2019年，海燕云成立。"},
		source{published: "2024-11-21", text: "海燕云2024年6月18日宣布，对象存储降价三成，即日生效。"},
		source{published: "2024-11-21", text: "2024年6月，海燕云关停了临朔机房。"},
	)
	want := []string{"2019 year", "2024-06 month", "2024-06-18 day"}
	if diff := cmp.Diff(want, momentsIn(t, m, b)); diff != "" {
		t.Error(diff)
	}
}
