package cite

import (
	"regexp"
	"strings"
	"testing"
)

func TestEscape(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"没有括号", "没有括号"},
		{"文献[9]说", `文献\[9\]说`},
		{"文献【9】说", `文献\[9\]说`},
		{"文献［S9］说", `文献\[S9\]说`},
		{"文献[1, 2][3]说", `文献\[1, 2\]\[3\]说`},
		{"文献[1-3]说", `文献\[1-3\]说`},
		{`文献\[9\]说`, `文献\[9\]说`},
		{`文献\【9】说`, `文献\【9】说`},
		{"【快讯】[图]2024[2024]", "【快讯】[图]2024[2024]"},
		{"[[9]]", `[\[9\]]`},
		{"[9", "[9"},
		{"`a[9]`", "`a\\[9\\]`"},
		{"[" + strings.Repeat("1,", 40) + "1]", `\[` + strings.Repeat("1,", 40) + "1]"},
	}
	for _, test := range tests {
		got := Escape(test.text)
		if got != test.want {
			t.Errorf("%q becomes %q, want %q", test.text, got, test.want)
		}
		if again := Escape(got); again != got {
			t.Errorf("%q escaped again becomes %q", got, again)
		}
	}
}

func TestStrip(t *testing.T) {
	tests := []struct{ sentence, want string }{
		{"", ""},
		{"甲增长三成[1][2]。", "甲增长三成。"},
		{"甲增长三成。[S1, S2]", "甲增长三成。"},
		{"It rose [1] by 5% [2].", "It rose by 5%."},
		{"It rose. [1] ", "It rose."},
		{"It rose. [1]\n\n[2] It fell.", "It rose.\n\n It fell."},
		{`文献\[9\]说【1】`, "文献[9]说"},
		{"计划[2024]公布[1]", "计划[2024]公布"},
		{"取`x[1]`[1]", "取`x[1]`"},
	}
	for _, test := range tests {
		if got := Strip(test.sentence); got != test.want {
			t.Errorf("%q claims %q, want %q", test.sentence, got, test.want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, text := range []string{"[9]", "【S1，2】\\[3]", "[[1]2]", "［1－2］\n`[3]`", "[\x1c1]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Escape(text)
		if again := Escape(once); again != once {
			t.Fatalf("%q becomes %q, then %q", text, once, again)
		}
		if m := looseMarker.FindString(once); m != "" {
			t.Fatalf("%q becomes %q, which has the marker %q", text, once, m)
		}
	})
}

// looseMarker finds what a reader of an answer may take for a marker: written on
// its own, by another method than readMarker. The rune before is part of a match,
// as there is no look-behind.
var looseMarker = func() *regexp.Regexp {
	const list = `[\s\p{Z}\x1c-\x1f\x{85}]*[Ss]?\p{Nd}{1,3}(?:[\s\p{Z}]*[,，、][\s\p{Z}]*[Ss]?\p{Nd}{1,3})*[\s\p{Z}]*`
	return regexp.MustCompile(`(?:^|[^\\])(?:【` + list + `】|［` + list + `］|\[` + list + `\])`)
}()
