package cite

import (
	"slices"
	"testing"

	"chuchu/rag/when"
)

func TestCompare(t *testing.T) {
	tests := []struct {
		claim, source string
		want          Relation
	}{
		{"265.49亿元", "265.49亿元", Same},
		{"两成", "20%", Same},
		{"20%", "百分之二十", Same},
		{"十五家", "15家", Same},
		{"50%", "一半", Same},
		{"1/10", "一成", Same},
		{"$1bn", "10亿美元", Same},
		{"7000万元", "7000万", Same},
		{"200人", "200名", Same},
		{"90分钟", "1.5小时", Same},
		{"10%-15%", "10%至15%", Same},
		{"四到五成", "40-50%", Same},
		{"不到6亿", "不足6亿", Same},

		{"约265亿元", "265.49亿元", Consistent},
		{"265亿元", "265.49亿元", Consistent},
		{"三成", "31%", Consistent},
		{"超过200亿元", "265亿元", Consistent},
		{"over $3 billion", "$3.2 billion", Consistent},
		{"近三成", "28.7%", Consistent},
		{"近四成", "接近40%", Same},
		{"三成出头", "31%", Consistent},
		{"四成多", "43%", Consistent},
		{"90多人", "80多人", Differs},
		{"80多人", "90多人", Differs},
		{"85人", "80多人", Consistent},
		{"第四个", "第三个", Differs},
		{"第3家", "第三家", Same},
		{"第四个", "四个", NotComparable},
		{"三家", "第三家", NotComparable},
		{"30亿元", "超30亿元", Consistent},
		{"至少10%", "10%", Consistent},
		{"不到30亿元", "27.8亿元", Consistent},
		{"30%-40%", "35%", Consistent},
		{"100多家", "超过100家", Consistent},

		{"20%", "20个百分点", Differs},
		{"3.2亿元", "3.2亿美元", Differs},
		{"3.2万美元", "3.2亿美元", Differs},
		{"265亿元", "266.49亿元", Differs},
		{"98.5%", "99.5%", Differs},
		{"三成", "两成", Differs},
		{"3分钟", "3秒", Differs},
		{"超9%", "超6%", Differs},
		{"不足9亿", "不足6亿", Differs},
		{"超过6亿", "不到6亿", Differs},
		{"超过300亿元", "265亿元", Differs},
		{"约15亿-50亿元", "约15亿-20亿元", Differs},
		{"10%-15%", "20%-30%", Differs},
		{"15家", "3家", Differs},
		{"2021年", "2022年", Differs},

		{"7%", "7家", NotComparable},
		{"7亿元", "8亿美元", NotComparable},
		{"1.5倍", "150%", NotComparable},
		{"3000节", "200元", NotComparable},
		{"超过10亿元", "265亿元", NotComparable},
		{"超过265亿元", "265亿元", NotComparable},
		{"265.49亿元", "265亿元", NotComparable},
		{"15%", "10%-20%", NotComparable},
		{"1000亿元", "998亿元", NotComparable},
		{"20", "20%", NotComparable},
	}
	for _, test := range tests {
		c, s := Quantities(test.claim), Quantities(test.source)
		if len(c) != 1 || len(s) != 1 {
			t.Errorf("%q has %d quantities, %q %d", test.claim, len(c), test.source, len(s))
			continue
		}
		if got := Compare(c[0], s[0]); got != test.want {
			t.Errorf("%s beside %s: %d, want %d", test.claim, test.source, got, test.want)
		}
	}
}

func TestComparePeriods(t *testing.T) {
	tests := []struct {
		claim, source, published string
		want                     Relation
	}{
		{"2021年9月", "2021年9月", "", Same},
		{"2021年", "2021年9月", "", Consistent},
		{"2023年", "去年", "2024-06-07", Same},
		{"2023年10月", "去年10月", "2024-06-07", Same},
		{"2024年第二季度", "2024年5月", "", Consistent},
		{"2021年10月", "2021年9月", "", Differs},
		{"2022年", "2021年9月", "", Differs},
		{"2022年", "去年", "2024-06-07", Differs},
		{"2021年9月", "2021年", "", NotComparable},
		{"2024财年", "2024年", "", NotComparable},
		{"2024年二季度", "本季度", "2024-09-06", NotComparable},
	}
	for _, test := range tests {
		c, s := when.Find(test.claim, ""), when.Find(test.source, test.published)
		if len(c) != 1 || len(s) != 1 {
			t.Errorf("%q has %d periods, %q %d", test.claim, len(c), test.source, len(s))
			continue
		}
		if got := comparePeriods(c[0], s[0]); got != test.want {
			t.Errorf("%s beside %s: %d, want %d", test.claim, test.source, got, test.want)
		}
	}
}

// FuzzCompare holds what must be true of every comparison.
func FuzzCompare(f *testing.F) {
	f.Add("超过1.5万亿元，约三四百万，10%-15%", "不到20个百分点、1/10、一半、九千零三亿")
	f.Fuzz(func(t *testing.T, claim, source string) {
		for _, c := range Quantities(claim) {
			if !(c.Low <= c.High) {
				t.Fatalf("%q allows %g to %g", c.Text, c.Low, c.High)
			}
			if got := Compare(c, c); got != Same && got != Consistent {
				t.Fatalf("%q beside itself: %d", c.Text, got)
			}
			if string([]rune(claim)[c.Span.Start:c.Span.End]) != c.Text {
				t.Fatalf("%+v is not in %q", c, claim)
			}
			for _, s := range Quantities(source) {
				if r := Compare(c, s); !slices.Contains([]Relation{NotComparable, Same, Consistent, Differs}, r) {
					t.Fatalf("%q beside %q: %d", c.Text, s.Text, r)
				}
			}
		}
	})
}
