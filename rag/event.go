package rag

import (
	"bytes"
	"encoding/json"

	"chuchu/corpus"
	"chuchu/rag/llm"
)

// An Event is one event of a streamed answer. meta comes first, done or error
// last.
type Event struct {
	Name string          // meta, sources, delta, citation, verdict, caveat, done or error
	Data json.RawMessage // on one line; nil of an error
	Err  error           // of an error, and of it alone
}

// The data of the events, besides Caveat and Reply.
type (
	metaEvent struct {
		ID    string   `json:"id"`
		Plan  Plan     `json:"plan"`
		Model llm.Info `json:"model"`
	}
	sourcesEvent struct {
		Articles []corpus.Ref `json:"articles"` // those considered, best first
	}
	deltaEvent struct {
		Text string `json:"text"`
	}
	citationEvent struct {
		Number  int        `json:"number"`
		Article corpus.Ref `json:"article"`
	}
	verdictEvent struct {
		Sentence Sentence     `json:"sentence"`
		Spans    []NumberSpan `json:"spans"`
	}
	// A NumberSpan is a quotation that a sentence rests on, with the number of
	// its article.
	NumberSpan struct {
		Number int `json:"number"`
		Span
	}
)

// NewEvent returns an event whose data are v, encoded on one line.
func NewEvent(name string, v any) (Event, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return Event{}, err
	}
	return Event{Name: name, Data: bytes.TrimSuffix(b.Bytes(), []byte("\n"))}, nil
}
