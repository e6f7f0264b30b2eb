package ingest

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// encodings are what pages name.
var encodings = map[string]encoding.Encoding{
	"utf-8": unicode.UTF8, "gb2312": simplifiedchinese.GBK, "gbk": simplifiedchinese.GBK, "gb18030": simplifiedchinese.GB18030,
}

func encode(t testing.TB, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	simplified  = "星槎云的标准实例由每小时12.8元降到9.6元，降幅为25%。客户把原来放在本地的任务搬了上来，机房的利用率也升高了。“我们没有跟进，”远岫云说。"
	traditional = "星槎雲的標準實例由每小時12.8元降到9.6元，降幅為25%。客戶把原來放在本地的任務搬了上來，機房的利用率也升高了。「我們沒有跟進，」遠岫雲說。"
)

func TestDecode(t *testing.T) {
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	tests := []struct {
		name     string
		b        []byte
		want     string
		replaced int
	}{
		{"ASCII", []byte("Prices fell."), "Prices fell.", 0},
		{"UTF-8", []byte(simplified), simplified, 0},
		{"UTF-8 with a mark", []byte("\ufeff" + simplified), simplified, 0},
		{"GB18030", encode(t, simplifiedchinese.GB18030, simplified), simplified, 0},
		{"GB18030 with four bytes", encode(t, simplifiedchinese.GB18030, simplified+"㐀𠮷"), simplified + "㐀𠮷", 0},
		{"GB18030, traditional", encode(t, simplifiedchinese.GB18030, traditional), traditional, 0},
		{"Big5", encode(t, traditionalchinese.Big5, traditional), traditional, 0},
		{"UTF-16, little", encode(t, utf16, simplified), simplified, 0},
		{"UTF-16, big", encode(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), simplified), simplified, 0},
		{"UTF-8 cut in a character", []byte(simplified)[:len(simplified)-1], strings.TrimSuffix(simplified, "。") + "\ufffd", 2},
		{"UTF-8 with a stray byte", []byte(strings.Repeat(simplified, 40) + "\xff"), strings.Repeat(simplified, 40) + "\ufffd", 1},
		{"declared", append([]byte("<meta charset=gb2312>"), encode(t, simplifiedchinese.GBK, "降价")...), "<meta charset=gb2312>降价", 0},
		{"declared wrongly", []byte("<meta charset=gb2312>" + simplified), "<meta charset=gb2312>" + simplified, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, replaced, err := decode(test.b)
			if err != nil || got != test.want || replaced != test.replaced {
				t.Errorf("%d replaced, %v, text %q, want %q", replaced, err, got, test.want)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"broken UTF-8": []byte(strings.Repeat("价格\xff\xfe\xfd", 50)),
		"Latin-1":      []byte("caf\xe9 cr\xe8me br\xfbl\xe9e, tr\xe8s bon, d\xe9j\xe0 vu"),
		"noise":        {0x81, 0x05, 0xfe, 0x99, 0x90, 0x81, 0x0b, 0xc3},
	} {
		if text, _, err := decode(b); !errors.Is(err, errEncoding) {
			t.Errorf("%s gave %q, %v", name, text, err)
		}
	}
}

// TestDecoding reads streams longer than what tells their encoding, cut there in
// the middle of a character.
func TestDecoding(t *testing.T) {
	for name, e := range map[string]encoding.Encoding{"UTF-8": unicode.UTF8, "GB18030": simplifiedchinese.GB18030, "Big5": traditionalchinese.Big5} {
		for cut := 1000; cut < 1006; cut++ {
			text := strings.Repeat(traditional, 100)
			b := encode(t, e, text)
			r, err := decoding(iotest.HalfReader(bytes.NewReader(b)), b[:cut], false)
			if err != nil {
				t.Fatalf("%s cut at %d: %v", name, cut, err)
			}
			if got, err := io.ReadAll(r); err != nil || string(got) != text {
				t.Errorf("%s cut at %d: %v, %d bytes of %d", name, cut, err, len(got), len(text))
			}
		}
	}
}

// FuzzDecode holds that what comes out is UTF-8, and that UTF-8 comes out as it is.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(simplified))
	f.Add([]byte("\xff\xfea\x00"))
	f.Add(encode(f, simplifiedchinese.GB18030, simplified))
	f.Fuzz(func(t *testing.T, b []byte) {
		text, _, err := decode(b)
		if err != nil {
			return
		}
		if text != strings.ToValidUTF8(text, "") {
			t.Errorf("%q became %q", b, text)
		}
		if again, replaced, err := decode([]byte(text)); err != nil || replaced != 0 || again != strings.TrimPrefix(text, "\ufeff") {
			t.Errorf("%q became %q, %d, %v", text, again, replaced, err)
		}
	})
}
