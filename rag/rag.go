// Package rag answers questions over the collection: plan.go makes a plan of a
// question, retrieve.go finds passages, answer.go writes the answer from them and
// verify.go holds every sentence against what it cites. Read them in that order.
//
// An answer is written sentence by sentence through writing.go, by a model
// (write_model.go, with opening.go and doubts.go for what it says of itself) or of
// extracts (extracts.go, asked.go). refuse.go tells what the collection is not about,
// conflict.go where its articles disagree. check.go holds somebody else's text
// against the collection with the same verifier. For briefings draft.go lets a model
// write from given passages, and change.go tells where a later text has another value.
// follow.go lets answers run by themselves, for readers who come and go, with their
// events in a log (log.go); store.go keeps them, replay.go tells them again, recheck.go
// judges them again.
//
// The request and reply types here are the wire format of the HTTP interface
// (docs/api.md): api decodes and encodes them, the command line prints them.
package rag

import (
	"time"

	"chuchu/corpus"
	"chuchu/rag/llm"
)

// A SearchRequest asks for passages.
type SearchRequest struct {
	Query   string        `json:"query"`
	Limit   int           `json:"limit,omitempty"`
	Filter  corpus.Filter `json:"filter,omitzero"`
	AsOf    string        `json:"as_of,omitempty"` // YYYY-MM-DD, default today
	Window  WindowOption  `json:"window,omitzero"`
	Plan    string        `json:"plan,omitempty"` // auto, rules or model
	Explain bool          `json:"explain,omitempty"`
	// History is the earlier turns, for a follow-up; chat fills it, the search
	// endpoint does not take it.
	History []llm.Message `json:"-"`
}

// A SearchReply is the passages found.
type SearchReply struct {
	Query   string   `json:"query"`
	AsOf    string   `json:"as_of"`
	Plan    Plan     `json:"plan"`
	Results []Result `json:"results"`
	TookMS  int64    `json:"took_ms"`
}

// A Plan is what is searched for, made from the question.
type Plan struct {
	Language   string        `json:"language"`
	Standalone string        `json:"standalone"`
	Window     *Window       `json:"window"`
	Terms      []string      `json:"terms"`
	Queries    []string      `json:"queries"`
	Filter     corpus.Filter `json:"filter"`
	Source     string        `json:"source"`   // rules or model
	Fallback   *string       `json:"fallback"` // timeout, bad_reply or model_failed
}

// A Window is the days an answer is wanted from, both inclusive; an empty end is
// open.
type Window struct {
	From   *string `json:"from"`
	To     *string `json:"to"`
	Text   string  `json:"text"` // the question's words it was made from
	Strict bool    `json:"strict"`
}

// A Result is one passage found. Score never rises with rank.
type Result struct {
	Rank       int          `json:"rank"`
	Score      float64      `json:"score"`
	Article    corpus.Ref   `json:"article"`
	Passage    Passage      `json:"passage"`
	Context    *Context     `json:"context"`
	Duplicates []corpus.Ref `json:"duplicates"`
	Scores     *Scores      `json:"scores,omitempty"`
}

// A Passage is a passage as results show it.
type Passage struct {
	ID      string `json:"id"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Heading string `json:"heading"`
	Text    string `json:"text"`
}

// Context is the text around a passage, the passage included.
type Context struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// Scores explain a result's score.
type Scores struct {
	Lexical float64 `json:"lexical"`
	Vector  float64 `json:"vector"`
	Window  float64 `json:"window"`
	Rerank  float64 `json:"rerank"`
}

// A ChatRequest asks for an answer.
type ChatRequest struct {
	Messages   []llm.Message `json:"messages"`
	PreviousID string        `json:"previous_id,omitempty"`
	Stream     bool          `json:"stream,omitempty"`
	Filter     corpus.Filter `json:"filter,omitzero"`
	AsOf       string        `json:"as_of,omitempty"`
	Window     WindowOption  `json:"window,omitzero"`
	Plan       string        `json:"plan,omitempty"`
	Language   string        `json:"language,omitempty"` // auto, zh or en
	Verify     string        `json:"verify,omitempty"`   // mark or strict
	Limit      int           `json:"limit,omitempty"`
	Explain    bool          `json:"explain,omitempty"`
	// Extracts wants the answer made of extracts also where there is a model; the
	// OpenAI-compatible endpoint sets it.
	Extracts bool `json:"-"`
}

// A Message is one turn of a conversation.
type Message = llm.Message

// A Reply is an answer: the body of a plain reply and the data of the done event.
type Reply struct {
	ID             string     `json:"id"`
	Status         string     `json:"status"` // answered, partial or refused
	Mode           string     `json:"mode"`   // model or extracts
	Language       string     `json:"language"`
	AsOf           string     `json:"as_of"`
	Answer         string     `json:"answer"`
	Sentences      []Sentence `json:"sentences"`
	Citations      []Citation `json:"citations"`
	Coverage       Coverage   `json:"coverage"`
	Dropped        []Dropped  `json:"dropped"`
	UnknownHandles int        `json:"unknown_handles"`
	Conflicts      []Conflict `json:"conflicts"`
	Caveats        []Caveat   `json:"caveats"`
	Refusal        *Refusal   `json:"refusal"`
	Plan           Plan       `json:"plan"`
	Model          llm.Info   `json:"model"`
	Usage          llm.Usage  `json:"usage"`
	TookMS         Took       `json:"took_ms"`
}

// A Sentence is a sentence of the answer, with its final punctuation and its
// markers, in code points of the answer.
type Sentence struct {
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Citations []int  `json:"citations"`
	Verdict   string `json:"verdict"` // quoted, supported, weak, contradicted, uncited or none
	Judge     string `json:"judge"`   // rules or model
	Why       []Why  `json:"why"`
	Repointed bool   `json:"repointed"`
}

// A Why is one thing that matches or differs between claim and source.
type Why struct {
	Kind   string `json:"kind"` // number, date, name, direction, word or coverage; repaired, of a dropped sentence, Source being what took its place
	Claim  string `json:"claim"`
	Source string `json:"source"`
	Met    bool   `json:"met,omitempty"` // the source bears it out, in these words or others
}

// Differs reports whether it says what the source does not hold, or has otherwise.
func (y Why) Differs() bool { return !y.Met && y.Claim != y.Source }

// A Citation is one article under the number the answer gives it.
type Citation struct {
	Number  int          `json:"number"`
	Article corpus.Ref   `json:"article"`
	Spans   []AnswerSpan `json:"spans"`
}

// An AnswerSpan is a quotation and the sentence of the answer that rests on it.
type AnswerSpan struct {
	PassageID   string  `json:"passage_id"`
	Start       int     `json:"start"`
	End         int     `json:"end"`
	Quote       *string `json:"quote"` // null once the article is deleted
	AnswerStart int     `json:"answer_start"`
	AnswerEnd   int     `json:"answer_end"`
	Verdict     string  `json:"verdict"`
}

// Coverage counts the verdicts; Supported counts quoted too.
type Coverage struct {
	Claims       int `json:"claims"`
	Cited        int `json:"cited"`
	Supported    int `json:"supported"`
	Weak         int `json:"weak"`
	Contradicted int `json:"contradicted"`
}

// A Dropped sentence was left out, and why.
type Dropped struct {
	Text    string `json:"text"`
	Verdict string `json:"verdict"`
	Why     []Why  `json:"why"`
}

// A Conflict is two sources that disagree.
type Conflict struct {
	About string `json:"about"`
	Sides []Side `json:"sides"`
}

// A Side is what one source says.
type Side struct {
	Citation *int       `json:"citation"`
	Article  corpus.Ref `json:"article"`
	Quote    string     `json:"quote"`
	Span     Span       `json:"span"`
}

// A Span is a quotation in an article's text.
type Span struct {
	PassageID string  `json:"passage_id"`
	Start     int     `json:"start"`
	End       int     `json:"end"`
	Quote     *string `json:"quote"`
}

// A Caveat is something the reader must know of the answer.
type Caveat struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// A Refusal says why there is no answer and what there is.
type Refusal struct {
	Reason   string       `json:"reason"` // off_topic, no_evidence, model_declined or unsupported
	Searched []string     `json:"searched"`
	Nearest  []corpus.Ref `json:"nearest"`
}

// Took is how long each part took, in milliseconds.
type Took struct {
	Plan     int64 `json:"plan"`
	Retrieve int64 `json:"retrieve"`
	Answer   int64 `json:"answer"`
	Verify   int64 `json:"verify"`
}

// A StoredReply is an answer as it is kept.
type StoredReply struct {
	Reply
	Question   string    `json:"question"`
	PreviousID string    `json:"previous_id"`
	Created    time.Time `json:"created"`
	Candidates []Result  `json:"candidates"`
	PromptHash string    `json:"prompt_hash"`
}
