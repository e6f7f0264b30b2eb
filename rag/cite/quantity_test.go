package cite

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQuantities(t *testing.T) {
	tests := []struct{ text, want string }{ // value unit "text", joined by |
		{"", ""},
		{"增长20%", `20 % "20%"`},
		{"增长２０％", `20 % "２０％"`},
		{"增长20 %", `20 % "20 %"`},
		{"百分之二十", `20 % "百分之二十"`},
		{"约两成", `20 % "约两成"`},
		{"降幅超过九成三", `93 % "超过九成三"`},
		{"占七成半，", `75 % "七成半"`},
		{"两成三家公司", `20 % "两成"|3 家 "三家"`},
		{"3.5成", `35 % "3.5成"`},
		{"上升20个百分点", `20 百分点 "20个百分点"`},
		{"up 2 percentage points", `2 百分点 "2 percentage points"`},
		{"up 7 percent", `7 % "7 percent"`},
		{"提升1.5倍", `1.5 倍 "1.5倍"`},
		{"低至2.5折", `2.5 折 "2.5折"`},
		{"收入265.49亿元", `2.6549e+10 元 "265.49亿元"`},
		{"收入265.49 亿 元", `2.6549e+10 元 "265.49 亿 元"`},
		{"3万亿美元", `3e+12 美元 "3万亿美元"`},
		{"5百万元", `5e+06 元 "5百万元"`},
		{"12,000台", `12000 台 "12,000台"`},
		{"12，000台", `12000 台 "12，000台"`},
		{"5，6月", `5  "5"|6 月 "6月"`},
		{"$1bn", `1e+09 美元 "$1bn"`},
		{"US$3.2 billion in", `3.2e+09 美元 "US$3.2 billion"`},
		{"￥500万", `5e+06 元 "￥500万"`},
		{"RMB 20 million", `2e+07 元 "RMB 20 million"`},
		{"3.2亿港元", `3.2e+08 港元 "3.2亿港元"`},
		{"2024年11月21日", `2024 年 "2024年"|11 月 "11月"|21 日 "21日"`},
		{"第三季度", `3 季度 "三季度"`},
		{"20多家、十余家", `20 家 "20多家"|10 家 "十余家"`},
		{"一百零五家", `105 家 "一百零五家"`},
		{"三千亿元", `3e+11 元 "三千亿元"`},
		{"一万二千人", `12000 人 "一万二千人"`},
		{"二〇二四年", `2024 年 "二〇二四年"`},
		{"一家公司统一了千万人的看法", `1e+07 人 "千万人"`},
		{"三四线城市", ""},
		{"FX200、v2.0.1与GPT-4", ""},
		{"版本2.0.1", ""},
		{"7B参数", `7e+09  "7B"`},
		{"64GB内存", `64 gb "64GB"`},
		{"5月前", `5 月 "5月"`},
		{"10%-20%", `10 % "10%-20%"`},
		{"10:30", `10  "10"|30  "30"`},
	}
	for _, test := range tests {
		var list []string
		for _, q := range Quantities(test.text) {
			list = append(list, fmt.Sprintf("%g %s %q", q.Value, q.Unit, q.Text))
		}
		if diff := cmp.Diff(test.want, strings.Join(list, "|")); diff != "" {
			t.Errorf("quantities of %q (-want +got):\n%s", test.text, diff)
		}
	}
}

func TestTerms(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"云港科技", "云港 港科 科技"},
		{"云港，科技", "云港 科技"},
		{"云", "云"},
		{"云港云港", "云港 港云"},
		{"ＦＸ２００芯片", "fx200 芯片"},
		{"GPT-4 的 API", "gpt 4 的 api"},
		{"收入265.49亿，12,000台", "收入 265.49 亿 12000 台"},
		{"The price of the Cloud", "price cloud"},
		{"2024-11-21", "2024 11 21"},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, strings.Join(Terms(test.text), " ")); diff != "" {
			t.Errorf("terms of %q (-want +got):\n%s", test.text, diff)
		}
	}
}
