// Package lexicon finds the words under which articles may hold what a query
// names in other words: Chinese words for English ones, the user's glossary, and
// names of persons by their pinyin. Fold brings traditional Chinese characters
// into simplified form. All of it is for matching; none of it is ever shown.
//
// Read expand.go first: Expand goes through a query and puts into groups what
// stands for the same. tools/cedict makes the dictionary and the folding table
// from CC-CEDICT (see LICENSE-CC-CEDICT.md).
//
// The package does not search. How the groups are scored is the index's; what was
// measured is told at Group.
package lexicon

import "sync"

// A Kind says where the alternatives of a group come from.
type Kind string

// The kinds, in the order in which they are looked for.
const (
	Glossary   Kind = "glossary"   // the user's
	Name       Kind = "name"       // a Chinese name in pinyin
	Dictionary Kind = "dictionary" // CC-CEDICT
	Synonym    Kind = "synonym"    // a Chinese word that CC-CEDICT gives the same meaning
	Word       Kind = "word"       // nothing stands for it: only itself
)

// An Expansion is a query made ready to be searched for by words: its groups and
// the rest of its text.
type Expansion struct {
	Groups []Group
	// Rest is the text to search for as it is, beside the groups. Of a Chinese query
	// it is what no group covers; of an English one nothing, for what is left are
	// words like "the" and "which", and where they stand in Chinese articles they
	// are rare, so that they would count most.
	Rest string
}

// A Group is a word or phrase of a query with all that may stand for it in
// articles.
//
// A group is to be scored as one term (Pirkola, 1998): it occurs in a passage as
// often as its alternatives together, and it is as telling as the number of
// passages that hold any of them says. An alternative of several terms occurs as
// often as the rarest of them in that passage. The best
// alternative's score instead lets a rare wrong meaning outweigh the right one: of
// the 77 questions below, 54 instead of 63 were answered by the first passage and
// 70 instead of 76 by one of the first five.
type Group struct {
	Source       string   // the query's words, as they stand there
	Start, End   int      // of Source, in code points of the query
	Kind         Kind     // where the alternatives come from
	Weight       float64  // what it counts beside other groups, and a term of Rest counting 1
	Alternatives []string // at most 10, the likeliest first; Source among them where the collection holds it
}

// dictionaryWeight is what a group of the dictionary counts beside words that
// stand in the articles as they do in the query. Of 77 English questions over 53
// Chinese articles 76 had a passage that answers them among the first five with .6
// and .7, 75 with .5, .8 and 1; first stood 63, 62, 63 and 60.
const dictionaryWeight = .7

// A Lexicon expands queries. It is safe for concurrent use.
type Lexicon struct {
	glossary   *glossary
	dictionary func() (*dictionary, error)
	synonyms   func() (*synonyms, error)
}

// New returns a lexicon with the user's glossary: alternatives by term, nil for
// none. An error names the term at fault.
//
// The dictionary is unpacked when a query first needs it, which takes some 30
// milliseconds.
func New(terms map[string][]string) (*Lexicon, error) {
	g, err := newGlossary(terms)
	if err != nil {
		return nil, err
	}
	l := &Lexicon{glossary: g, dictionary: sync.OnceValues(loadDictionary)}
	l.synonyms = sync.OnceValues(func() (*synonyms, error) {
		d, err := l.dictionary()
		if err != nil {
			return nil, err
		}
		return newSynonyms(d.phrases), nil
	})
	return l, nil
}

// Names reports whether the user's glossary has the word among its terms and their
// alternatives: companies, people and products mostly.
func (l *Lexicon) Names(word string) bool {
	_, known := l.glossary.terms[keyOf(tokens(word))]
	return known
}
