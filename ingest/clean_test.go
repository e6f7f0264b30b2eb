package ingest

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"as written", "星槎云601．2亿元,涨“50%”！ok", "星槎云601．2亿元,涨“50%”！ok"},
		{"blanks", " 甲\u00a0\u00a0乙\t丙\u3000丁 ", "甲 乙 丙 丁"},
		{"lines", "\r\n甲 \r\n\r\n 乙\r丙\u2028丁\n", "甲\n乙\n丙\n丁"},
		{"invisible", "\ufeff星\u200b槎\u00ad云\u202e\u2060\U000e0041\x07\ufe0f", "星槎云"},
		{"composed", "e\u0301\u1112\u1161\u11ab", "é한"},
		{"broken", "甲\xff乙", "甲\ufffd乙"},
		{"nothing", "\u200b \n\t", ""},
	}
	for _, test := range tests {
		if got := clean(test.text); got != test.want {
			t.Errorf("%s: %q became %q, want %q", test.name, test.text, got, test.want)
		}
	}
	if got := cleanLine("甲\n 乙"); got != "甲 乙" {
		t.Errorf("line %q", got)
	}
}

// checkClean holds a clean text to what DESIGN asks of the canonical form.
func checkClean(t *testing.T, s string) {
	t.Helper()
	got := clean(s)
	if again := clean(got); again != got {
		t.Errorf("%q became %q, and that %q", s, got, again)
	}
	if !norm.NFC.IsNormalString(got) {
		t.Errorf("%q became %q, which is not in NFC", s, got)
	}
	if strings.Contains(got, "  ") || strings.Contains(got, " \n") || strings.Contains(got, "\n ") || strings.Contains(got, "\n\n") || strings.Trim(got, " \n") != got {
		t.Errorf("%q became %q, with blanks too many", s, got)
	}
	for _, r := range got {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) && r != ' ') {
			t.Errorf("%q became %q, with %U in it", s, got, r)
		}
	}
	if isPlain(s) && got != s {
		t.Errorf("%q is plain and became %q", s, got)
	}
}

func TestCleanProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	alphabet := []rune("云a 1\n\t\r\u00a0\u3000\u200b\u0301\u0e33\u1100\u1161\u11a8\u0fb2\u0f71\u2028\ufeff\x00。e\u0323\u034f👍🏽")
	for range 20_000 {
		runes := make([]rune, r.IntN(12))
		for i := range runes {
			runes[i] = alphabet[r.IntN(len(alphabet))]
		}
		checkClean(t, string(runes))
	}
}

func FuzzClean(f *testing.F) {
	f.Add(" 甲\u00a0\u200b乙\r\n\r\n丙e\u0301")
	f.Add("\xff\xc3\u2028")
	f.Fuzz(checkClean)
}
