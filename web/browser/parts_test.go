//go:build browser

package browser

import (
	"math/rand/v2"
	"testing"
)

// TestEventParser: however the network cuts a stream of events, the same ones come out
// of it.
func TestEventParser(t *testing.T) {
	w := serve(t, "").open("/")
	wrong := eval[string](w, `import('/assets/js/page/stream.js').then(({ Parser }) => {
		const text = ': still here\n\nid: 1\nevent: meta\ndata: {"a":"云\\n"}\n\nid: 2\r\nevent: delta\r\ndata: {"text":\r\ndata: "b: c"}\r\n\r\nevent:x\rdata:1\r\revent: cut\ndata: no end';
		const read = (pieces) => {
			const events = [];
			const parser = new Parser((event) => events.push([event.id, event.name, event.data]));
			pieces.forEach((piece) => parser.push(piece));
			return JSON.stringify(events);
		};
		const want = JSON.stringify([['1', 'meta', '{"a":"云\\n"}'], ['2', 'delta', '{"text":\n"b: c"}'], ['', 'x', '1']]);
		const wrong = [];
		for (let a = 0; a <= text.length; a++) {
			for (let b = a; b <= text.length; b += 7) {
				const got = read([text.slice(0, a), text.slice(a, b), text.slice(b)]);
				if (got !== want) wrong.push(a + ',' + b + ': ' + got);
			}
		}
		return wrong.slice(0, 3).join('; ');
	})`)
	if wrong != "" {
		t.Error(wrong)
	}
}

// TestPieces: the pieces of an answer hold every character of it once, in order, with
// the sentences that were judged as they were judged.
func TestPieces(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 7))
	w := serve(t, "").open("/")
	signs := []rune("云a1 。！？.\n[12]”）；…𠮷")
	for range 200 {
		text := make([]rune, random.IntN(60))
		for i := range text {
			text[i] = signs[random.IntN(len(signs))]
		}
		wrong := eval[string](w, `import('/assets/js/ask/answer.js').then(({ cut }) => {
			const points = [...`+quoted(string(text))+`];
			const judged = points.length > 8 ? [{ start: 1, end: 4 }, { start: 5, end: 8 }] : [];
			const pieces = cut(points, judged);
			let at = 0;
			for (const piece of pieces) {
				if (piece.start !== at || piece.end <= piece.start) return 'at ' + at + ': ' + JSON.stringify(pieces);
				at = piece.end;
			}
			if (at !== points.length) return 'ends at ' + at;
			const kept = pieces.filter((piece) => piece.sentence).map((piece) => piece.sentence);
			return kept.length === judged.length ? '' : 'sentences ' + JSON.stringify(kept);
		})`)
		if wrong != "" {
			t.Fatalf("%q: %s", string(text), wrong)
		}
	}
}
