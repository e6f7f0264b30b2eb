package corpus

import (
	"encoding/binary"
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A sketch stands for a text where texts are compared: of the hashes of its
// shingles, which fall into bins, the least in each bin (one permutation hashing:
// Li, Owen and Zhang, 2012; empty bins are filled from the next ones: Shrivastava
// and Li, 2014). The share of equal bins estimates the resemblance of two texts:
// the shingles they have in common over those of both (Broder, 1997).
type sketch [sketchBins]uint32

const (
	sketchBins = 64
	bandRows   = 4 // bins that must be equal for two texts to be compared at all
	bands      = sketchBins / bandRows
	// shingle characters stand together, folded.
	shingle = 5
	// leastShingles a text must have: what is shorter resembles others by chance.
	leastShingles = 40
	// reprint is the least resemblance of reprints. One without its last paragraph,
	// with another lead and other punctuation has .7 or more; reports of one event by
	// two writers have .2 or less. With 64 bins an estimate is off by .06.
	reprint = .55
)

// sketchVersion names the method: another finds other families.
const sketchVersion = "oph 64x4 5-grams 1"

// sketchOf returns the sketch of a text, false when the text is too short to be
// told from others.
func sketchOf(text string) (s sketch, ok bool) {
	folded := foldForSketch(text)
	if len(folded) < leastShingles+shingle-1 {
		return s, false
	}
	for i := range s {
		s[i] = math.MaxUint32
	}
	for i := 0; i+shingle <= len(folded); i++ {
		h := hashRunes(folded[i : i+shingle])
		bin := h >> 58 // the upper 6 bits
		s[bin] = min(s[bin], uint32(h))
	}
	return s.filled(), true
}

// filled returns the sketch with each empty bin filled from the next that is not,
// changed by the distance.
func (s sketch) filled() sketch {
	out := s
	for i := range s {
		for d := uint32(0); out[i] == math.MaxUint32 && d < sketchBins; d++ {
			if next := s[(i+int(d))%sketchBins]; next != math.MaxUint32 {
				out[i] = next + d*0x9e3779b1
			}
		}
	}
	return out
}

// foldForSketch leaves of a text what reprints keep: letters and digits, without
// width and case.
func foldForSketch(text string) []rune {
	folded := make([]rune, 0, len(text)/3)
	for _, r := range strings.ToLower(norm.NFKC.String(text)) {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			folded = append(folded, r)
		}
	}
	return folded
}

// hashRunes is FNV-1a of the characters, with its bits mixed (the finalizer of
// MurmurHash3), for the upper ones choose the bin.
func hashRunes(runes []rune) uint64 {
	h := uint64(14695981039346656037)
	for _, r := range runes {
		h = (h ^ uint64(r)) * 1099511628211
	}
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// resemblance estimates how much two texts have in common, 0 to 1.
func (s sketch) resemblance(other sketch) float64 {
	equal := 0
	for i := range s {
		if s[i] == other[i] {
			equal++
		}
	}
	return float64(equal) / sketchBins
}

// bands returns a key for each band: texts that share none are not compared.
func (s sketch) bands() [bands]int64 {
	var keys [bands]int64
	for b := range keys {
		h := uint64(b+1) * 0x9e3779b97f4a7c15
		for _, x := range s[b*bandRows : (b+1)*bandRows] {
			h = (h ^ uint64(x)) * 1099511628211
		}
		keys[b] = int64(h ^ h>>29)
	}
	return keys
}

func (s sketch) encode() []byte {
	b := make([]byte, 0, 4*sketchBins)
	for _, x := range s {
		b = binary.LittleEndian.AppendUint32(b, x)
	}
	return b
}

func decodeSketch(b []byte) (s sketch) {
	for i := range s {
		if len(b) >= 4*(i+1) {
			s[i] = binary.LittleEndian.Uint32(b[4*i:])
		}
	}
	return s
}
