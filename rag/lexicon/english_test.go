package lexicon_test

import (
	"os"
	"strings"
	"testing"

	"chuchu/rag/lexicon"
)

// TestWords holds stems, light forms and the words left out to those that the
// dictionary was made with.
func TestWords(t *testing.T) {
	text, err := os.ReadFile("testdata/words.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		word, stem, light := fields[0], fields[1], fields[2]
		if stem == "-" {
			if !lexicon.IsLeftOut(lexicon.Stem(word)) {
				t.Errorf("%q is left out of the dictionary only", word)
			}
			continue
		}
		word = strings.TrimRight(word, ".'") // as a token of running text ends
		if got := lexicon.Stem(word); got != stem {
			t.Errorf("the stem of %q is %q, in the dictionary %q", word, got, stem)
		}
		if got := lexicon.Light(word); got != light {
			t.Errorf("the light form of %q is %q, in the dictionary %q", word, got, light)
		}
	}
	if n < 2000 {
		t.Errorf("only %d words", n)
	}
}
