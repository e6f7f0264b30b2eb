package corpus

import (
	"encoding/binary"
	"math"
	"unicode"

	"golang.org/x/text/width"
)

// A sketch stands for a text where texts are compared. It is made of the hashes of
// the text's features: each run of five letters, and each figure as often as
// figureWeight says. They fall into bins, and the least of each bin stays (one
// permutation hashing: Li, Owen and Zhang, 2012; an empty bin is filled from the
// next one: Shrivastava and Li, 2014), of which two bytes are kept (b-bit minwise
// hashing: Li and König, 2010).
//
// The share of equal bins estimates the resemblance of two texts: the features they
// have in common over those of both (Broder, 1997). The estimate is off by .06.
type sketch struct {
	bins  [sketchBins]uint16
	short bool // the text has so few letters that chance has a say
}

const (
	sketchBins = 64
	bands      = 8 // pairs of bins: texts are compared that have one in common
	shingle    = 5 // letters that stand together
	// figureWeight is how much a figure counts beside a run of letters. This
	// month's report in last month's words is no reprint of it: what tells them
	// apart is their figures. Reprints keep them, and lose nothing by the weight.
	figureWeight = 10
	// leastLetters a text must have to be compared with others.
	leastLetters = 44
	// fewLetters make a text short: two names in the same sentence, or an outlet's
	// standing remark below, are then most of what there is.
	fewLetters = 150
	// reprint is the least resemblance of reprints. Of 98 articles printed again with
	// an editor's note, without the last paragraph and with other punctuation all had
	// .56 or more, half of them .86 (measured, not estimated); two reports of one
	// event .07 and less; a form filled in twice .2 to .45.
	reprint = .55
	// shortReprint is that of two texts of which one is short.
	shortReprint = .7
)

// sketchMethod names the method: another one finds other families.
const sketchMethod = "oph 64x16, 8x2, figures 10"

// sketchOf returns the sketch of a text, false when the text is too short to be
// told from others.
func sketchOf(text string) (s sketch, ok bool) {
	letters := lettersOf(text)
	if len(letters) < leastLetters {
		return s, false
	}
	var least minima
	for i := range least {
		least[i] = math.MaxUint32
	}
	for i := 0; i+shingle <= len(letters); i++ {
		least.add(hashOf(letters[i : i+shingle]))
	}
	least.addFigures(letters)
	s.short = len(letters) < fewLetters
	for i := range s.bins {
		s.bins[i] = uint16(least.filled(i))
	}
	return s, true
}

// The characters that nearly all of a Chinese text is made of: they are letters, no
// digits, and have no other width or case.
const firstHan, lastHan = '\u4e00', '\u9fff'

// lettersOf leaves of a text what reprints keep: its letters and digits, without
// width and case.
func lettersOf(text string) []rune {
	letters := make([]rune, 0, len(text)/3)
	for _, r := range text {
		if r < firstHan || r > lastHan {
			if folded := width.LookupRune(r).Folded(); folded != 0 {
				r = folded
			}
			if r = unicode.ToLower(r); !unicode.IsLetter(r) && !unicode.IsNumber(r) {
				continue
			}
		}
		letters = append(letters, r)
	}
	return letters
}

// minima are the least hashes of each bin, math.MaxUint32 of an empty one.
type minima [sketchBins]uint32

func (m *minima) add(hash uint64) {
	bin := hash >> 58 // the upper 6 bits
	m[bin] = min(m[bin], uint32(hash))
}

// addFigures adds each run of digits, with the two letters before and the one after
// it: 5 of 5% is not that of 15 days.
func (m *minima) addFigures(letters []rune) {
	for i := 0; i < len(letters); i++ {
		start := i
		for i < len(letters) && letters[i] < firstHan && unicode.IsNumber(letters[i]) {
			i++
		}
		if i == start {
			continue
		}
		h := hashOf(letters[max(0, start-2):min(i+1, len(letters))])
		for range figureWeight {
			h = mixed(h + 0x9e3779b97f4a7c15)
			m.add(h)
		}
	}
}

// filled returns what stands in a bin; in an empty one what stands in the next that
// is not, changed by the distance.
func (m *minima) filled(bin int) uint32 {
	for distance := range uint32(sketchBins) {
		if x := m[(bin+int(distance))%sketchBins]; x != math.MaxUint32 {
			return x + distance*0x9e3779b1
		}
	}
	return math.MaxUint32
}

// hashOf is FNV-1a of the letters, mixed.
func hashOf(letters []rune) uint64 {
	h := uint64(14695981039346656037)
	for _, r := range letters {
		h = (h ^ uint64(r)) * 1099511628211
	}
	return mixed(h)
}

// mixed is the finalizer of MurmurHash3: the upper bits choose the bin, the lower
// ones are compared.
func mixed(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// reprints reports whether two texts are reprints of one another, as far as their
// sketches tell. It does not matter which is the first.
func (s sketch) reprints(other sketch) bool {
	least := reprint
	if s.short || other.short {
		least = shortReprint
	}
	return s.meets(other) && s.resemblance(other) >= least
}

// resemblance estimates how much two texts have in common, 0 to 1.
func (s sketch) resemblance(other sketch) float64 {
	equal := 0
	for i := range s.bins {
		if s.bins[i] == other.bins[i] {
			equal++
		}
	}
	return float64(equal) / sketchBins
}

// meets reports whether two sketches have a band in common.
func (s sketch) meets(other sketch) bool {
	keys, others := s.bands(), other.bands()
	for i := range keys {
		if keys[i] == others[i] {
			return true
		}
	}
	return false
}

// bands returns a key for each band, below 1<<31: its number and 14 bits of each of two
// bins, which lie apart, for neighbours may have been filled from the same. Texts of
// resemblance .55 have one in common in 94 of 100 cases, of .7 in 99, of .1 in 8.
func (s sketch) bands() [bands]int64 {
	const apart, bits = sketchBins / 2, 14
	var keys [bands]int64
	for b := range keys {
		first, second := s.bins[b]&(1<<bits-1), s.bins[b+apart]&(1<<bits-1)
		keys[b] = (int64(b)<<bits|int64(first))<<bits | int64(second)
	}
	return keys
}

const sketchBytes = 2*sketchBins + 1

// encodeSketch writes the bins, and a byte that is 1 when the text is short; of what is
// no sketch, as of a text too short for one, nothing, which is not nil.
func encodeSketch(s sketch, ok bool) []byte {
	if !ok {
		return []byte{}
	}
	b := make([]byte, 0, sketchBytes)
	for _, x := range s.bins {
		b = binary.LittleEndian.AppendUint16(b, x)
	}
	if s.short {
		return append(b, 1)
	}
	return append(b, 0)
}

// decodeSketch is the reverse of encodeSketch.
func decodeSketch(b []byte) (s sketch, ok bool) {
	if len(b) != sketchBytes {
		return s, false
	}
	for i := range s.bins {
		s.bins[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	s.short = b[2*sketchBins] == 1
	return s, true
}
