package briefing

import "chuchu/rag"

// A plannedSection is a section with what it is to be written from, before a word of
// it is written.
type plannedSection struct {
	heading  string
	given    bool // by the caller: it stays whatever is found
	findings []*finding
	passages []rag.Result
}
