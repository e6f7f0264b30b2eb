package rag

import "chuchu/corpus"

// A CheckRequest asks what the collection says of a text that somebody wrote.
type CheckRequest struct {
	Text    string        `json:"text"`
	Filter  corpus.Filter `json:"filter,omitzero"`
	AsOf    string        `json:"as_of,omitempty"` // YYYY-MM-DD, default today
	Window  WindowOption  `json:"window,omitzero"`
	Plan    string        `json:"plan,omitempty"` // auto, rules or model
	Explain bool          `json:"explain,omitempty"`
}

// A CheckReply holds every sentence of a text with what the collection says of it.
type CheckReply struct {
	Sentences []CheckedSentence `json:"sentences"`
	Citations []CheckedArticle  `json:"citations"`
	Coverage  CheckCoverage     `json:"coverage"`
}

// A CheckedSentence is a sentence of the text, in code points of it.
type CheckedSentence struct {
	Start     int          `json:"start"`
	End       int          `json:"end"`
	Text      string       `json:"text"`
	Verdict   string       `json:"verdict"` // quoted, supported, weak, contradicted, not_found or none
	Judge     string       `json:"judge"`   // rules or model
	Why       []Why        `json:"why"`
	Citations []int        `json:"citations"` // at most three, best first
	Spans     []NumberSpan `json:"spans"`
}

// A CheckedArticle is an article under its number in the reply, 1 to N by first
// use.
type CheckedArticle struct {
	Number  int        `json:"number"`
	Article corpus.Ref `json:"article"`
}

// CheckCoverage counts the verdicts; Supported counts quoted too.
type CheckCoverage struct {
	Claims       int `json:"claims"`
	Supported    int `json:"supported"`
	Weak         int `json:"weak"`
	Contradicted int `json:"contradicted"`
	NotFound     int `json:"not_found"`
}
