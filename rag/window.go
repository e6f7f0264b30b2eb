package rag

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A WindowOption is what the caller says of the time window. In JSON it is
// "auto", "off", or {"from", "to", "strict"}; {"strict": true} alone makes a
// window that is inferred a strict one.
type WindowOption struct {
	Mode   string // auto (also when empty), off, or given
	From   string // YYYY-MM-DD, inclusive; empty for an open end
	To     string
	Strict bool
}

// windowObject is the JSON object of a WindowOption.
type windowObject struct {
	From   *string `json:"from,omitempty"`
	To     *string `json:"to,omitempty"`
	Strict bool    `json:"strict,omitempty"`
}

// UnmarshalJSON reads one of the three forms.
func (w *WindowOption) UnmarshalJSON(b []byte) error {
	var mode string
	if json.Unmarshal(b, &mode) == nil {
		if !slices.Contains([]string{"auto", "off", ""}, mode) {
			return &InputError{Field: "window", Reason: fmt.Sprintf("%q is neither auto nor off, nor an object with from, to and strict", mode)}
		}
		*w = WindowOption{Mode: mode}
		return nil
	}
	var o windowObject
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o); err != nil {
		return &InputError{Field: "window", Reason: "it is auto, off, or an object with from, to and strict: " + err.Error()}
	}
	*w = WindowOption{Strict: o.Strict}
	if o.From != nil || o.To != nil {
		w.Mode = "given"
	}
	if o.From != nil {
		w.From = *o.From
	}
	if o.To != nil {
		w.To = *o.To
	}
	return nil
}

// MarshalJSON writes the form that UnmarshalJSON reads.
func (w WindowOption) MarshalJSON() ([]byte, error) {
	if w.Mode != "given" && !w.Strict {
		if w.Mode == "" {
			return []byte(`"auto"`), nil
		}
		return json.Marshal(w.Mode)
	}
	o := windowObject{Strict: w.Strict}
	if w.From != "" {
		o.From = &w.From
	}
	if w.To != "" {
		o.To = &w.To
	}
	return json.Marshal(o)
}

// window returns the days that the caller gives, nil when he gives none.
func (w WindowOption) window() (*Window, error) {
	if w.Mode != "given" {
		return nil, nil
	}
	if err := checkPeriod("window", w.From, w.To); err != nil {
		return nil, err
	}
	out := &Window{Strict: w.Strict}
	if w.From != "" {
		out.From = &w.From
	}
	if w.To != "" {
		out.To = &w.To
	}
	return out, nil
}

// checkPeriod checks two days, each of which may be empty.
func checkPeriod(field, from, to string) error {
	for _, day := range []string{from, to} {
		if err := checkDay(day); err != nil {
			return &InputError{Field: field, Reason: err.Error()}
		}
	}
	if from != "" && to != "" && from > to {
		return &InputError{Field: field, Reason: fmt.Sprintf("it ends (%s) before it starts (%s)", to, from)}
	}
	return nil
}

func checkDay(day string) error {
	if day == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return errors.New("days are written YYYY-MM-DD, and " + quoteShort(day) + " is none")
	}
	return nil
}

// quoteShort quotes a caller's word in an error message.
func quoteShort(s string) string {
	runes := []rune(s)
	if len(runes) > 40 {
		runes = append(runes[:40:40], '…')
	}
	return fmt.Sprintf("%q", string(runes))
}
