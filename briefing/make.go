package briefing

import (
	"log/slog"
	"time"

	"chuchu/rag"
)

// Parts are what briefings are made with.
type Parts struct {
	Engine  *rag.Engine // its record, model and prompts are those of the briefings
	Options Options
	Log     *slog.Logger
	// Explain makes the problem of an error, for those that fail.
	Explain func(error) Problem
}

// A Step is progress: what is being done, and how far the whole is.
type Step struct {
	Step    string `json:"step"`              // survey, outline, write, check or finish
	Section string `json:"section,omitempty"` // the heading it is about
	Done    int    `json:"done"`
	Of      int    `json:"of"`
	Counts  Counts `json:"counts"`
}

// Counts are what there is so far.
type Counts struct {
	Passages  int `json:"passages"`
	Articles  int `json:"articles"`
	Sentences int `json:"sentences"`
	Dropped   int `json:"dropped"`
}

// A maker makes one briefing. What it tells of its progress goes to tell: Steps, and
// each Section when it is finished, with provisional numbers.
type maker struct {
	Parts
	request  Request   // checked, with its defaults in place
	previous *Briefing // that this one follows up; nil for none
	tell     func(any) error
	ledger   ledger
	survey   survey
	started  time.Time
}
