package lexicon

import (
	"compress/zlib"
	_ "embed"
	"fmt"
	"io"
	"sort"
	"strings"
)

// Made by tools/cedict, where its format is told.
//
//go:embed cedict.bin
var packed string

const dictionaryMagic = "chuchulx 1"

// mostWords is how many words a phrase of the dictionary has at most.
const mostWords = 3

// A dictionary is what cedict.bin holds: Chinese words by English phrases, and
// the characters of names by their pinyin.
type dictionary struct {
	phrases lines
	names   lines
}

// loadDictionary unpacks the data in the binary, which takes some 30 milliseconds
// and 3 MB.
func loadDictionary() (*dictionary, error) { return unpack(packed) }

func unpack(data string) (*dictionary, error) {
	r, err := zlib.NewReader(strings.NewReader(data))
	if err != nil {
		return nil, damaged(err)
	}
	var text strings.Builder
	if _, err := io.Copy(&text, r); err != nil {
		return nil, damaged(err)
	}
	sections := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n\n")
	if len(sections) != 3 || sections[0] != dictionaryMagic {
		return nil, damaged(fmt.Errorf("it is not %q with two sections", dictionaryMagic))
	}
	return &dictionary{phrases: splitLines(sections[1]), names: splitLines(sections[2])}, nil
}

func damaged(err error) error {
	return fmt.Errorf("read the dictionary: %w; this binary was built from a damaged rag/lexicon/cedict.bin", err)
}

// phrase returns the Chinese words for a phrase of two or three words, given by
// their stems with blanks between them.
func (d *dictionary) phrase(stems string) []string { return strings.Fields(d.phrases.find(stems)) }

// word returns the Chinese words for a word: those for its own form, and those for
// other words with the same stem, as custom and customer.
func (d *dictionary) word(stem, light string) (same, related []string) {
	value := d.phrases.find(stem)
	if !strings.Contains(value, "\t") {
		return strings.Fields(value), nil
	}
	for part := range strings.SplitSeq(value, "\t") {
		form, words, _ := strings.Cut(part, ":")
		if form == light {
			same = strings.Fields(words)
		} else {
			related = append(related, strings.Fields(words)...)
		}
	}
	return same, related
}

// lines are lines of text that begin with a key and a tab, in the order of the
// keys' bytes.
type lines struct {
	text   string
	starts []int32
}

func splitLines(text string) lines {
	starts := make([]int32, 0, strings.Count(text, "\n")+1)
	for at := 0; at < len(text); {
		starts = append(starts, int32(at))
		n := strings.IndexByte(text[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
	}
	return lines{text, starts}
}

// find returns what stands behind a key, empty when there is no such key.
func (l lines) find(key string) string {
	i := sort.Search(len(l.starts), func(i int) bool { return l.key(i) >= key })
	if i == len(l.starts) || l.key(i) != key {
		return ""
	}
	line, _, _ := strings.Cut(l.text[l.starts[i]:], "\n")
	_, value, _ := strings.Cut(line, "\t")
	return value
}

func (l lines) key(i int) string {
	line := l.text[l.starts[i]:]
	if end := strings.IndexAny(line, "\t\n"); end >= 0 {
		return line[:end]
	}
	return line
}
