package briefing

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAspects(t *testing.T) {
	tests := []struct {
		focus, head string
		aspects     []string
	}{
		{"", "", nil},
		{"降价幅度、对代理商的影响及结果，以及前景", "", []string{"降价幅度", "对代理商的影响及结果", "前景"}},
		{"Haiyan, Beichen: growth, leadership changes and layoffs", "Haiyan, Beichen", []string{"growth", "leadership changes", "layoffs"}},
		{"Haiyan and its land: growth", "Haiyan and its land", []string{"growth"}},
		{"理由、并用近年案例作对照；", "", []string{"理由", "近年案例作对照"}},
		{"、，；", "", nil},
	}
	for _, test := range tests {
		head, aspects := aspectsOf(test.focus)
		if head != test.head || cmp.Diff(test.aspects, aspects) != "" {
			t.Errorf("%q: %q, %q", test.focus, head, aspects)
		}
	}
}

func TestImplied(t *testing.T) {
	for text, word := range map[string]string{"leadership changes": "接任", "各家打法": "布局", "裁员": "员工", "outlook for 2025": "预计", "TCO与成本模式": "费用"} {
		if got := impliedBy(text); !strings.Contains(got, word) {
			t.Errorf("%q implies %q, without %s", text, got, word)
		}
	}
	if got := impliedBy("海燕云"); got != "" {
		t.Errorf("a name implies %q", got)
	}
}

func TestReadAspects(t *testing.T) {
	if list, err := readAspects(aspectsFile); err != nil || len(list) < 20 {
		t.Fatalf("%d aspects, %v", len(list), err)
	}
	for _, wrong := range []string{"a => b", "a => b | c", "( => b | c | d", "a b | c | d"} {
		if _, err := readAspects("# first\n" + wrong); err == nil || !strings.Contains(err.Error(), ":2:") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func FuzzAspects(f *testing.F) {
	f.Add("A: b, c and d、e")
	f.Add("：，,and")
	f.Fuzz(func(t *testing.T, focus string) {
		_, aspects := aspectsOf(focus)
		for _, a := range aspects {
			if !hasWord(a) || !strings.Contains(focus, a) {
				t.Errorf("%q names %q", focus, a)
			}
		}
	})
}
