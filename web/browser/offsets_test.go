//go:build browser

package browser

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"unicode/utf16"
)

// TestOffsets holds the function that turns code points into units of UTF-16, and
// back, against Go's counting, at every place of random texts.
func TestOffsets(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	texts := []string{"", "a", "𠮷", "👩‍👩‍👧‍👦"}
	for range 60 {
		texts = append(texts, randomText(random, random.IntN(400)))
	}
	w := serve(t, "").open("/")
	for _, text := range texts {
		var units []int // where each code point begins, and the end
		at := 0
		for _, r := range text {
			units = append(units, at)
			at += utf16.RuneLen(r)
		}
		units = append(units, at)
		wanted, err := json.Marshal(units)
		if err != nil {
			t.Fatal(err)
		}
		wrong := eval[string](w, `import('/assets/js/page/offsets.js').then(({ Offsets }) => {
			const text = `+quoted(text)+`, units = `+string(wanted)+`;
			const offsets = new Offsets(text);
			const wrong = [];
			if (offsets.length !== units.length - 1) wrong.push('length ' + offsets.length);
			units.forEach((unit, point) => {
				if (offsets.unit(point) !== unit) wrong.push('unit of ' + point + ' is ' + offsets.unit(point));
				if (offsets.point(unit) !== point) wrong.push('point at ' + unit + ' is ' + offsets.point(unit));
			});
			if (offsets.unit(units.length + 5) !== text.length || offsets.unit(-1) !== 0) wrong.push('outside');
			if (offsets.slice(1, 3) !== [...text].slice(1, 3).join('')) wrong.push('slice');
			return wrong.join('; ');
		})`)
		if wrong != "" {
			t.Errorf("%q: %s", text, wrong)
		}
	}
}

// randomText has characters of one unit and of two, and of several bytes each.
func randomText(random *rand.Rand, length int) string {
	ranges := [][2]rune{{'a', 'z'}, {0x4e00, 0x9fff}, {0x20000, 0x2a6df}, {0x1f300, 0x1f64f}, {0x300, 0x36f}, {0xe000, 0xffff}, {'\n', '\n'}, {0x10ffff, 0x10ffff}}
	runes := make([]rune, length)
	for i := range runes {
		r := ranges[random.IntN(len(ranges))]
		runes[i] = r[0] + rune(random.IntN(int(r[1]-r[0])+1))
	}
	return string(runes)
}
