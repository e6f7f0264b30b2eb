// Package briefing writes briefings from the collection: documents on a topic in
// which every sentence was held against the article it rests on before it stayed.
//
// make.go is the way of one briefing; read it first. survey.go finds what the
// collection holds on the topic (aspects.go what that implies), relevance.go says how
// much each sentence is about it, outline.go makes sections, extracts.go or model.go
// write them, and summary.go, figures.go, timeline.go, conflicts.go,
// gaps.go and news.go make the other parts, all of them out of sentences that were
// checked. number.go gives the citations their numbers, references.go lists them.
//
// desk.go takes orders, runs so many at once and keeps what comes of them, recheck.go
// judges a kept briefing again, and markdown.go, html.go and docx.go write the
// document. standing.go makes briefings by the clock.
//
// The types in this file are the wire format of the HTTP interface (docs/api.md).
package briefing

import (
	"time"

	"chuchu/corpus"
	"chuchu/rag"
	"chuchu/rag/llm"
)

// A Request asks for a briefing.
type Request struct {
	Topic      string        `json:"topic"`
	Audience   string        `json:"audience,omitempty"` // who will read it
	Focus      string        `json:"focus,omitempty"`    // the aspects that matter, in a few words each
	From       string        `json:"from,omitempty"`     // YYYY-MM-DD; with To a strict window
	To         string        `json:"to,omitempty"`
	Filter     corpus.Filter `json:"filter,omitzero"`
	AsOf       string        `json:"as_of,omitempty"`    // YYYY-MM-DD, default today
	Language   string        `json:"language,omitempty"` // auto, zh or en
	Length     string        `json:"length,omitempty"`   // short, standard or long
	Sections   []string      `json:"sections,omitempty"` // headings; none: made from what is found
	Style      string        `json:"style,omitempty"`    // of the references: gbt7714, apa or plain
	PreviousID string        `json:"previous_id,omitempty"`
}

// Status says where a briefing is.
type Status string

// The statuses of a briefing; after Running comes one of the last four.
const (
	Queued    Status = "queued"
	Running   Status = "running"
	Done      Status = "done"
	Refused   Status = "refused"
	Failed    Status = "failed"
	Cancelled Status = "cancelled"
)

// Ended reports whether nothing more happens to the briefing.
func (s Status) Ended() bool { return s != Queued && s != Running }

// A Briefing is one briefing, whole or on its way.
type Briefing struct {
	ID         string       `json:"id"`
	Status     Status       `json:"status"`
	Problem    *Problem     `json:"problem"` // of a failed one
	Topic      string       `json:"topic"`
	Title      string       `json:"title"`
	Language   string       `json:"language"` // zh or en
	AsOf       string       `json:"as_of"`
	Created    time.Time    `json:"created"`
	Mode       string       `json:"mode"` // model or extracts
	Summary    []Sentence   `json:"summary"`
	Sections   []Section    `json:"sections"`
	Figures    []Figure     `json:"figures"`
	Timeline   []Moment     `json:"timeline"`
	Conflicts  []Conflict   `json:"conflicts"`
	Gaps       []string     `json:"gaps"` // what the collection does not answer
	News       *News        `json:"news"` // of one that follows up another
	Dropped    []Dropped    `json:"dropped"`
	Citations  []Citation   `json:"citations"`
	Coverage   rag.Coverage `json:"coverage"` // of the sections' sentences
	References []string     `json:"references"`
	Refusal    *Refusal     `json:"refusal"`
	Found      *Found       `json:"found"`   // what the survey found; nil before it
	Caveats    []Caveat     `json:"caveats"` // what the reader must know of it
	Request    Request      `json:"request"`
	Model      llm.Info     `json:"model"`
	Usage      llm.Usage    `json:"usage"`
	TookMS     int64        `json:"took_ms"`
	// Room is the address of the reading room in which documents made of the briefing
	// open their quotations, http://host; empty where none is known.
	Room string `json:"-"`
}

// The parts that look the same in an answer.
type (
	Conflict = rag.Conflict
	Dropped  = rag.Dropped
	Caveat   = rag.Caveat
)

// A Problem is why a briefing failed, as an error reply says it (RFC 9457).
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
}

// A Sentence is a sentence of a briefing with what it rests on. Text has the markers
// [1] of Citations in it; [ and ] that are none are written \[ and \].
type Sentence struct {
	Text      string           `json:"text"`
	Citations []int            `json:"citations"`
	Verdict   string           `json:"verdict"` // quoted or supported; none where it claims nothing
	Judge     string           `json:"judge"`   // rules or model
	Spans     []rag.NumberSpan `json:"spans"`
}

// A Section is a heading with its sentences.
type Section struct {
	Heading   string     `json:"heading"`
	Sentences []Sentence `json:"sentences"`
}

// A FinishedSection is what readers of the progress get of a section: with its place
// among the sections, from 1, and the articles under its numbers. While the briefing is
// made these are provisional numbers.
type FinishedSection struct {
	Section
	Place     int               `json:"place"`
	Citations []NumberedArticle `json:"citations"`
}

// A NumberedArticle is an article under its number.
type NumberedArticle struct {
	Number  int        `json:"number"`
	Article corpus.Ref `json:"article"`
}

// A Figure is a row of the table of key figures.
type Figure struct {
	What     string        `json:"what"`
	Value    string        `json:"value"` // as written: 265.49, 超过20
	Unit     string        `json:"unit"`  // as written: 亿元, %
	Date     string        `json:"date"`  // what it is of: 2024, 2024-Q2, 2024-H1, 2024-06, 2024-06-18; empty where nothing says
	Sentence Sentence      `json:"sentence"`
	Others   []OtherFigure `json:"others"` // what other articles say of the same
}

// An OtherFigure is another value for the same thing.
type OtherFigure struct {
	Value   string     `json:"value"`
	Unit    string     `json:"unit"`
	Article corpus.Ref `json:"article"`
	Span    rag.Span   `json:"span"`
}

// A Moment is a dated event of the timeline.
type Moment struct {
	Date      string   `json:"date"`      // as exact as it is known: 2023, 2023-10, 2023-10-08
	Precision string   `json:"precision"` // year, month or day
	Sentence  Sentence `json:"sentence"`
}

// News says what has changed since the briefing that this one follows up.
type News struct {
	New         []Sentence  `json:"new"`       // from articles that are new since
	Changed     []Change    `json:"changed"`   // the same subject, another value
	Corrected   []Change    `json:"corrected"` // its article has another text now
	Withdrawn   []Withdrawn `json:"withdrawn"` // its article is gone, or says it no longer
	Unmentioned int         `json:"unmentioned"`
	Unchanged   int         `json:"unchanged"`
	Material    bool        `json:"material"` // there is anything new, changed, corrected or withdrawn
}

// A Change is what was said, and what is said now.
type Change struct {
	Was string   `json:"was"`
	Now Sentence `json:"now"`
}

// A Withdrawn sentence stood in the earlier briefing, and nothing bears it out now.
type Withdrawn struct {
	Text string `json:"text"`
	Why  string `json:"why"`
}

// A Citation is one article under its number, with all that is quoted of it.
type Citation struct {
	Number  int         `json:"number"`
	Article corpus.Ref  `json:"article"`
	Spans   []CitedSpan `json:"spans"`
	// Prints are other prints of the same text.
	Prints []corpus.Ref `json:"prints"`
}

// A CitedSpan is a quotation, and the verdict on the sentence that rests on it.
type CitedSpan struct {
	rag.Span
	Verdict string `json:"verdict"`
}

// A Refusal says why there is no briefing, and what there is.
type Refusal struct {
	Reason   string       `json:"reason"` // off_topic or no_evidence
	Text     string       `json:"text"`
	Searched []string     `json:"searched"`
	Nearest  []corpus.Ref `json:"nearest"`
}

// Found says what the survey found.
type Found struct {
	Passages int            `json:"passages"`
	Articles int            `json:"articles"` // one for each family of prints
	Months   map[string]int `json:"months"`   // articles by month, 2024-11; those dated by year under it
	Themes   []string       `json:"themes"`
}
