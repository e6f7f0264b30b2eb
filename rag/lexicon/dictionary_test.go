package lexicon_test

import (
	"bytes"
	"compress/zlib"
	"strings"
	"testing"

	"chuchu/rag/lexicon"
)

func compressed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDamagedDictionary(t *testing.T) {
	whole := compressed(t, "chuchulx 1\n\nbank\t银行\n\nli\t李\t里\n")
	if err := lexicon.Unpack(whole); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, data string }{
		{"empty", ""},
		{"not compressed", "chuchulx 1\n\nbank\t银行\n\nli\t李\t里\n"},
		{"cut off", whole[:len(whole)-8]},
		{"of another format", compressed(t, "chuchulx 2\n\nbank\t银行\n\nli\t李\t里\n")},
		{"without names", compressed(t, "chuchulx 1\n\nbank\t银行\n")},
	} {
		err := lexicon.Unpack(c.data)
		if err == nil || !strings.Contains(err.Error(), "damaged rag/lexicon/cedict.bin") {
			t.Errorf("%s: error %v", c.name, err)
		}
	}
}
