package eval

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// TestFigures holds which numbers of a sentence can be changed, and into what: its
// least and most, of those that are drawn from.
func TestFigures(t *testing.T) {
	for _, c := range []struct {
		sentence string
		want     []string // number: least…most of what it can become
	}{
		{"收入为62.4亿元，同比增长6%。", []string{"62.4: 12.4…92.4", "6: 1…9"}},
		{"收入1,380万元。", []string{"1,380: 2,380…9,380"}},
		{"2021年9月3日上任。", []string{"2021: 2018…2024", "9: 1…12", "3: 1…28"}},
		{"2024财年的政策。", []string{"2024: 2021…2027"}},
		{"它在2024号楼。", []string{"2024: 1024…9024"}},
		{"超过3000人。", []string{"3000: 4000…9000"}},
		{"80多人。", []string{"80: 90…90"}},
		{"不到6亿元。", []string{"6: 1…5"}},
		{"9成以上。", nil},
		{"从32%降到31%。", []string{"32: 12…92", "31: 11…91"}},
		{"每人150-200元，15亿到20亿元，2至3年。", nil},
		{"N+2、H100、1080P、1/50、第3期、2.0版本、365.", []string{"365: 165…965"}},
		{"主打产品 Work 365 卖得好。", nil},
		{"It grew by 20% in 2022.", []string{"20: 10…90", "2022: 2019…2025"}},
		{"没有数字。", nil},
	} {
		text := []rune(c.sentence)
		var got []string
		for _, f := range figuresIn(text) {
			if others := otherFigures(text, f); len(others) > 0 {
				got = append(got, string(text[f.start:f.end])+": "+others[0]+"…"+others[len(others)-1])
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.sentence, diff)
		}
	}
}

func TestChangeFigure(t *testing.T) {
	any := func(string, string) bool { return true }
	const sentence = "去年收入为62.4亿元，增长6%。"
	changed, c, ok := ChangeFigure(sentence, seeded("q1"), any)
	if !ok || !strings.HasPrefix(string([]rune(changed)[c.At:]), c.Now) || !strings.HasPrefix(string([]rune(sentence)[c.At:]), c.Was) {
		t.Errorf("%s: %+v, %v", changed, c, ok)
	}
	if again, _, _ := ChangeFigure(sentence, seeded("q1"), any); again != changed {
		t.Errorf("%s, then %s", changed, again)
	}
	changed, c, ok = ChangeFigure(sentence, seeded("q2"), func(was, now string) bool { return was == "6%" && now == "3%" })
	if diff := cmp.Diff(Change{14, "6%", "3%"}, c); diff != "" || !ok || changed != "去年收入为62.4亿元，增长3%。" {
		t.Errorf("%s, %v: %s", changed, ok, diff)
	}
	if changed, _, ok = ChangeFigure(sentence, seeded("q3"), func(string, string) bool { return false }); ok {
		t.Errorf("changed, though nothing fits: %s", changed)
	}
}

func TestCiting(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"甲。乙！", "甲[S1]。乙[S1]！"},
		{"他说：“可以。”然后走了", "他说：“可以[S1]。”然后走了[S1]"},
		{"It grew by 2.5%. Then it fell.", "It grew by 2.5%[S1]. Then it fell[S1]."},
		{"甲\n\n乙。\n", "甲[S1]\n\n乙[S1]。\n"},
		{"。", "。"},
		{"", ""},
	} {
		if got := citing(c.text, "[S1]"); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// FuzzChangeFigure holds that one figure alone is changed, and that marking a text
// adds nothing but markers.
func FuzzChangeFigure(f *testing.F) {
	f.Add("收入为62.4亿元，增长6%，超过1,380人。")
	f.Add("On 3 May 2021 it rose to 12.")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "")
		if got := strings.Join(sentencesOf(s), ""); got != s {
			t.Errorf("%q became %q", s, got)
		}
		if got := strings.ReplaceAll(citing(s, "\x01"), "\x01", ""); got != strings.ReplaceAll(s, "\x01", "") {
			t.Errorf("marked: %q", got)
		}
		changed, c, ok := ChangeFigure(s, seeded(s), func(string, string) bool { return true })
		if !ok {
			return
		}
		was, now := []rune(s), []rune(changed)
		tail := was[c.At+utf8.RuneCountInString(c.Was):]
		if changed == s || !slices.Equal(was[:c.At], now[:c.At]) || string(now[c.At:]) != c.Now+string(tail) {
			t.Errorf("%q became %q: %+v", s, changed, c)
		}
	})
}
