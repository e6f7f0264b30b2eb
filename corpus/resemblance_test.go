package corpus

import (
	"strings"
	"testing"
)

// FuzzSketch: a sketch is the same whatever a reprint does to width, case,
// punctuation and blanks, and what is kept of it is the same sketch.
func FuzzSketch(f *testing.F) {
	f.Add("")
	f.Add(strings.Repeat("云", 100))
	f.Add("ＡＢＣ，" + strings.Repeat("霁石云推迟了海外节点。", 12))
	f.Fuzz(func(t *testing.T, text string) {
		s, ok := sketchOf(text)
		loose, okLoose := sketchOf("  " + strings.NewReplacer("，", ",", "。", "！ ", " ", "\n").Replace(text) + "。")
		if ok != okLoose || s != loose {
			t.Errorf("other punctuation makes another sketch of %q", text)
		}
		if kept, whole := decodeSketch(encodeSketch(s, true)); ok && (!s.reprints(s) || !whole || kept != s) {
			t.Errorf("the sketch of %q is not itself", text)
		}
	})
}

func BenchmarkSketch(b *testing.B) {
	text := strings.Repeat("霁石云在9月17日推迟了海外节点，栎川云没有回应此事。", 28)
	for b.Loop() {
		sketchOf(text)
	}
}
