package embed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// A table is what static.bin holds: words and a vector of bytes for each, the
// weight of the word multiplied in. tools/distill/README.md defines the format.
type table struct {
	components int
	id         string // of the content, in hexadecimal
	vectors    string // components signed bytes a word
	words      *dictionary
}

const (
	tableMagic  = "chuchusv"
	tableFormat = 1
	headerSize  = 36
	// continued marks a Latin piece that stands only inside a run of letters and
	// digits, as in the vocabulary that it comes from.
	continued = "##"
)

// parseTable reads a table in place: its vectors stay in data.
func parseTable(data string) (*table, error) {
	if len(data) < headerSize || data[:len(tableMagic)] != tableMagic {
		return nil, errors.New("not an embedding table")
	}
	number := func(at int) uint32 { return binary.LittleEndian.Uint32([]byte(data[at : at+4])) }
	if format := number(8); format != tableFormat {
		return nil, fmt.Errorf("an embedding table of format %d, not %d", format, tableFormat)
	}
	components, count, listed := uint64(number(12)), uint64(number(16)), uint64(number(20))
	if components == 0 || components > math.MaxInt16 || headerSize+listed+count*components != uint64(len(data)) {
		return nil, errors.New("an embedding table of another length than its header says")
	}
	words, err := parseWords(data[headerSize:headerSize+listed], int(count))
	if err != nil {
		return nil, err
	}
	return &table{
		components: int(components),
		id:         fmt.Sprintf("%x", data[28:headerSize]),
		vectors:    data[headerSize+listed:],
		words:      words,
	}, nil
}

func parseWords(list string, count int) (*dictionary, error) {
	d := newDictionary(count)
	row := 0
	for word := range strings.Lines(list) {
		word, ended := strings.CutSuffix(word, "\n")
		if !ended || !d.add(word, int32(row)) {
			return nil, fmt.Errorf("an embedding table with a bad word in line %d", row+1)
		}
		row++
	}
	if row != count {
		return nil, fmt.Errorf("an embedding table of %d words, not %d as its header says", row, count)
	}
	return d, nil
}

// add adds row's vector to sum. Whole numbers: the order of words does not
// matter and Python comes to the same. The largest article, 2 million words of
// 127 at most, is far from the limit of 32 bits.
func (t *table) add(sum []int32, row int32) {
	vector := t.vectors[int(row)*t.components:][:len(sum)]
	for i := range sum {
		sum[i] += int32(int8(vector[i]))
	}
}

// A dictionary finds the longest word at a place of folded text. It is a trie
// with all edges in one map; words begin at node start, pieces inside a run of
// letters and digits at node inside.
type dictionary struct {
	edges map[edge]int32
	rows  []int32 // by node, -1 where no word ends
}

type edge struct {
	node int32
	char uint16
}

const (
	start  int32 = 0
	inside int32 = 1
)

func newDictionary(words int) *dictionary {
	return &dictionary{
		edges: make(map[edge]int32, 2*words),
		rows:  append(make([]int32, 0, 2*words), -1, -1),
	}
}

// add adds a word, which must be in folded form and of the basic plane.
func (d *dictionary) add(word string, row int32) bool {
	node := start
	if piece, ok := strings.CutPrefix(word, continued); ok {
		node, word = inside, piece
	}
	for _, r := range word {
		if r == 0 || r == utf8.RuneError || foldedChar(r) != uint16(r) {
			return false
		}
		node = d.child(node, uint16(r))
	}
	if node == start || node == inside || d.rows[node] >= 0 {
		return false
	}
	d.rows[node] = row
	return true
}

func (d *dictionary) child(node int32, char uint16) int32 {
	key := edge{node, char}
	if next, ok := d.edges[key]; ok {
		return next
	}
	next := int32(len(d.rows))
	d.edges[key] = next
	d.rows = append(d.rows, -1)
	return next
}

// longest returns the row and length of the longest word at text[at:], or a
// length of 0.
func (d *dictionary) longest(text []uint16, at int) (row int32, length int) {
	node := start
	if at > 0 && isLatin(text[at]) && isLatin(text[at-1]) {
		node = inside
	}
	for i := at; i < len(text) && text[i] != 0; i++ {
		next, ok := d.edges[edge{node, text[i]}]
		if !ok {
			break
		}
		node = next
		if d.rows[node] >= 0 {
			row, length = d.rows[node], i+1-at
		}
	}
	return row, length
}

func isLatin(c uint16) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
