package briefing

import (
	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/cite"
	"chuchu/rag/when"
)

// A finding is a sentence of a passage that was found, in its article's words.
type finding struct {
	article    corpus.Ref
	passage    string // the id of the passage it starts in
	heading    string
	start, end int // in the article's text, white space around it left out
	text       string
	before     string  // the sentence before it in its paragraph, empty of the first
	score      float64 // how much it is about the topic and the focus
	quantities []cite.Quantity
	dates      []when.Period // counted from the article's date
}

// A survey is what the collection holds on a topic.
type survey struct {
	asOf     string
	passages []rag.Result            // best first, one print of each family
	findings []*finding              // the sentences of the passages, by article and place, each once
	prints   map[string][]corpus.Ref // other prints, by the id of the article that is shown
	months   map[string]int          // articles by month
	searched []string                // what was searched for
}
