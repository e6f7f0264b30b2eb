package embed_test

import (
	"slices"
	"testing"

	"golang.org/x/text/unicode/norm"

	"chuchu/rag/embed"
)

// Over all of Unicode, the table folds as its definition says.
func TestFoldIsItsDefinition(t *testing.T) {
	fold := embed.Folder()
	for r := range rune(0x110000) {
		if r >= 0xd800 && r < 0xe000 { // surrogates are no characters
			continue
		}
		var want []uint16
		for _, c := range norm.NFKC.String(string(r)) {
			want = append(want, defined(c))
		}
		if got := fold(string(r)); !slices.Equal(got, want) {
			t.Errorf("%U folds to %x, want %x", r, got, want)
		}
	}
}

func defined(c rune) uint16 {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	for _, block := range [][2]rune{{'0', '9'}, {'a', 'z'}, {0x3400, 0x4dbf}, {0x4e00, 0x9fff}} {
		if c >= block[0] && c <= block[1] {
			return uint16(c)
		}
	}
	return 0
}
