package embed_test

import (
	"strings"
	"testing"

	"chuchu/rag/embed"
)

// smallHead is of one word, two components and a word list of four bytes.
const smallHead = "chuchusv\x01\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x04\x00\x00\x00\x00\x00\x80\x3fabcdefgh"

func TestParseTableRefusesDamage(t *testing.T) {
	whole := embed.StaticTable()
	if err := embed.ParseTable(whole); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ data, want string }{
		"empty":        {"", "not an embedding table"},
		"other file":   {strings.Repeat("x", 100), "not an embedding table"},
		"other format": {whole[:8] + "\x02" + whole[9:], "of format 2"},
		"cut off":      {whole[:len(whole)/2], "another length"},
		"grown":        {whole + "x", "another length"},
		"other words":  {whole[:36] + "\n\n\n" + whole[39:], "bad word in line 1"},
		"a word more":  {smallHead + "a\nb\n\x01\x02", "2 words, not 1"},
		"a word twice": {strings.Replace(smallHead, "\x01\x00\x00\x00\x04", "\x02\x00\x00\x00\x04", 1) + "a\na\n\x01\x02\x01\x02", "bad word in line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := embed.ParseTable(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func FuzzParseTable(f *testing.F) {
	f.Add(smallHead + "甲\n\x01\x02")
	f.Add(smallHead)
	f.Add(smallHead[:30])
	f.Fuzz(func(t *testing.T, data string) {
		_ = embed.ParseTable(data) // must not panic
	})
}
