package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// A text is UTF-8 but for some broken bytes, as a cut or a bad merge leaves, when
// they are few for its length, or a single character's, and far fewer than its
// characters beyond ASCII. Each becomes U+FFFD. A text with more of them is in no
// encoding that is read here.
const (
	mostStray    = .0005 // share of the bytes
	cutRune      = 3     // bytes a cut character leaves
	widePerStray = 20    // sound characters for each broken byte
)

var errEncoding = errors.New("it is not UTF-8, UTF-16, GB18030 or Big5 text, or is damaged; save it as UTF-8 and try again")

// detectEncoding tells the encoding of a text by the beginning of it, whole when
// complete. UTF-8 and ASCII give nil.
func detectEncoding(b []byte, complete bool) (encoding.Encoding, error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		return nil, nil
	case bytes.HasPrefix(b, []byte("\xFF\xFE")):
		return xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM), nil
	case bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM), nil
	}
	if !complete {
		b = b[:wholeRunes(b)]
	}
	stray, wide := countBroken(b)
	if stray == 0 {
		return nil, nil
	}
	if e := declaredEncoding(b); e != nil && decodes(e, b, complete) {
		return e, nil
	}
	if float64(stray) <= max(cutRune, mostStray*float64(len(b))) && wide > widePerStray*stray {
		return nil, nil
	}
	return guessEncoding(b, complete)
}

// wholeRunes returns the length of b without a character that its end cuts.
func wholeRunes(b []byte) int {
	for i := 1; i <= utf8.UTFMax && i <= len(b); i++ {
		if last := b[len(b)-i:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return len(b) - i
			}
			break
		}
	}
	return len(b)
}

// countBroken counts the bytes that are not UTF-8 and the characters beyond ASCII.
func countBroken(b []byte) (broken, wide int) {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			broken++
		case n > 1:
			wide++
		}
		b = b[n:]
	}
	return broken, wide
}

var charset = regexp.MustCompile(`(?i)(?:charset|encoding)\s*=\s*["']?\s*([-\w]+)`)

// declaredEncoding returns what an HTML or XML text says of itself.
func declaredEncoding(b []byte) encoding.Encoding {
	m := charset.FindSubmatch(b[:min(len(b), 4096)])
	if m == nil {
		return nil
	}
	switch name := strings.ToLower(string(m[1])); name {
	case "gb2312", "gbk", "gb18030", "x-gbk":
		return simplifiedchinese.GB18030
	default:
		e, err := htmlindex.Get(name)
		if name, _ := htmlindex.Name(e); err != nil || name == "utf-8" {
			return nil
		}
		return e
	}
}

// guessEncoding chooses between the Chinese encodings: the one that decodes, and
// whose text is the more like Chinese. chardet is asked only when both are alike.
func guessEncoding(b []byte, complete bool) (encoding.Encoding, error) {
	gb, big5 := encoding.Encoding(simplifiedchinese.GB18030), encoding.Encoding(traditionalchinese.Big5)
	likeGB, likeBig5 := likeness(gb, b, complete), likeness(big5, b, complete)
	switch best := max(likeGB, likeBig5); {
	case best < leastLikeness:
		return nil, errEncoding
	case likeGB == likeBig5:
		if r, err := chardet.NewTextDetector().DetectBest(b); err == nil && r.Charset == "Big5" {
			return big5, nil
		}
		return gb, nil
	case likeBig5 == best:
		return big5, nil
	}
	return gb, nil
}

const (
	leastLikeness = .3  // of a text in the right encoding; a wrong one has less than .1
	edgeBytes     = 8   // bytes at a cut end that need not decode
	mostUndecoded = .01 // share of characters that stand for none
)

// likeness is the share of the commonest characters among those beyond ASCII,
// -1 for bytes that are not in the encoding.
func likeness(e encoding.Encoding, b []byte, complete bool) float64 {
	if !decodes(e, b, complete) {
		return -1
	}
	text, _ := e.NewDecoder().Bytes(b)
	wide, like := 0, 0
	for _, r := range string(text) {
		if r < utf8.RuneSelf {
			continue
		}
		wide++
		if strings.ContainsRune(commonHan, r) || strings.ContainsRune("，。、：；？！“”「」（）《》", r) {
			like++
		}
	}
	return share(like, wide)
}

// decodes reports whether (nearly) all bytes are characters of the encoding.
func decodes(e encoding.Encoding, b []byte, complete bool) bool {
	text, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return false
	}
	if !complete && len(text) > edgeBytes {
		text = text[:len(text)-edgeBytes]
	}
	broken := 0
	for _, r := range string(text) {
		if r == utf8.RuneError || unicode.Is(unicode.Co, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			broken++
		}
	}
	return float64(broken) <= mostUndecoded*float64(utf8.RuneCount(text))
}

// decode returns a text as UTF-8 without a byte order mark, and how many broken
// characters in it were replaced.
func decode(b []byte) (text string, replaced int, err error) {
	e, err := detectEncoding(b, true)
	if err != nil {
		return "", 0, err
	}
	if e == nil {
		text = string(bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF")))
		broken, _ := countBroken([]byte(text))
		return strings.ToValidUTF8(text, "\uFFFD"), broken, nil
	}
	b, err = e.NewDecoder().Bytes(b)
	if err != nil {
		return "", 0, fmt.Errorf("%w (%w)", errEncoding, err)
	}
	return string(b), bytes.Count(b, []byte("\uFFFD")), nil
}

// decoding returns a reader of r as UTF-8, told by the beginning of r.
func decoding(r io.Reader, head []byte, complete bool) (io.Reader, error) {
	e, err := detectEncoding(head, complete)
	if err != nil || e == nil {
		return r, err
	}
	return transform.NewReader(r, e.NewDecoder()), nil
}
