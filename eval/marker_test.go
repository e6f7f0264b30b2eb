package eval

import (
	"slices"
	"strings"
	"testing"
)

func TestMarkers(t *testing.T) {
	for _, c := range []struct {
		in       string
		numbers  []int
		stripped string
	}{
		{"甲[1]。乙[2][1]。", []int{1, 2, 1}, "甲|。乙||。"},
		{"甲[1,2]乙[3、 4]", []int{1, 2, 3, 4}, "甲|乙|"},
		{`甲\[1]乙[2]`, []int{2}, `甲\[1]乙|`},
		{"[1234] [a] [S1]", nil, "[1234] [a] |"},
		{"【1】［2］[s3, 4]【S5】", nil, "||||"},
		{"a[０１]b", []int{1}, "a|b"},
		{"[1 ]", nil, "[1 ]"},
		{"20[1]3", []int{1}, "20|3"},
	} {
		if got := markers(c.in); !slices.Equal(got, c.numbers) {
			t.Errorf("markers(%q) = %v, want %v", c.in, got, c.numbers)
		}
		if got := stripMarkers(c.in); got != c.stripped {
			t.Errorf("stripMarkers(%q) = %q, want %q", c.in, got, c.stripped)
		}
	}
}

// FuzzMarkers holds that no marker is left, and nothing else is lost.
func FuzzMarkers(f *testing.F) {
	f.Add("甲[1]。乙[2,3]【S4】\\[5]")
	f.Fuzz(func(t *testing.T, s string) {
		without := replaceMarkers(marker, s, "")
		if len(markers(s)) == 0 && without != s {
			t.Errorf("%q became %q", s, without)
		}
		if n := len(unescaped(marker, stripMarkers(s))); n > 0 {
			t.Errorf("%d markers are left in %q", n, stripMarkers(s))
		}
		if strings.Count(s, "\n") < strings.Count(without, "\n") {
			t.Errorf("%q became %q", s, without)
		}
	})
}
