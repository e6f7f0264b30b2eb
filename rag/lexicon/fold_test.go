package lexicon_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"chuchu/rag/lexicon"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"simplified", "阿里云的收入增长了六成", "阿里云的收入增长了六成"},
		{"traditional", "雲計算產業的發展", "云计算产业的发展"},
		{"by word", "五年計畫與雰圍", "五年计划与氛围"},
		{"by character where no word is listed", "圖畫", "图画"},
		{"a longer word", "縱座標", "纵坐标"},
		{"a word cut off", "計", "计"},
		{"two characters that became one", "頭髮發展皇后後來", "头发发展皇后后来"},
		{"the same from both scripts", "著名的著作，隨著", "着名的着作，随着"},
		{"and from simplified text", "著名的著作，随着", "着名的着作，随着"},
		{"Latin and punctuation stay", "「AWS」、Ｓ３ 與GPU！", "「AWS」、Ｓ３ 与GPU！"},
		{"Japanese stays where nothing is traditional", "クラウドの時代", "クラウドの时代"},
		{"rare blocks", "𠮶㐀鿿", "𠮶㐀鿿"},
		{"broken UTF-8", "雲\xff\xe4\xb8計", "云\xff\xe4\xb8计"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := lexicon.Fold(c.text); got != c.want {
				t.Errorf("Fold(%q) = %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestFoldCopiesNothingThatIsFolded(t *testing.T) {
	text := strings.Repeat("天翼云一季度收入增长，客户达到三万家。", 50)
	if n := testing.AllocsPerRun(10, func() { lexicon.Fold(text) }); n != 0 {
		t.Errorf("%g allocations for simplified text", n)
	}
}

func FuzzFold(f *testing.F) {
	for _, text := range []string{"", "雲計算", "五年計畫", "縱座標系", "乾坤與乾淨", "\xff雲", "𠮶鯇", "計畫計"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		folded := lexicon.Fold(text)
		if got, want := utf8.RuneCountInString(folded), utf8.RuneCountInString(text); got != want {
			t.Errorf("%d code points became %d", want, got)
		}
		if again := lexicon.Fold(folded); again != folded {
			t.Errorf("%q folded once more is %q", folded, again)
		}
		if utf8.ValidString(text) != utf8.ValidString(folded) {
			t.Errorf("%q became %q", text, folded)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, c := range []struct{ name, sentence string }{
		{"simplified", "天翼云一季度收入增长，客户达到三万家。"},
		{"traditional", "雲端計畫的營業額成長，客戶達到三萬家。"},
	} {
		text := strings.Repeat(c.sentence, 800/utf8.RuneCountInString(c.sentence))
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				lexicon.Fold(text)
			}
		})
	}
}
