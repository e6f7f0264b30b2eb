package corpus

import (
	"encoding/json"
	"fmt"
	"time"
)

// Precision says how exactly a Date is known.
type Precision string

const (
	Day     Precision = "day"
	Month   Precision = "month"
	Year    Precision = "year"
	Unknown Precision = "unknown"
)

// A Date is a calendar date as exact as it is known: "2024-11-21", "2024-11",
// "2024", or empty when unknown. In JSON the unknown date is null.
type Date string

// ParseDate reads one of the forms of a Date; other forms and dates that are in
// no calendar are errors.
func ParseDate(s string) (Date, error) {
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if len(s) == len(layout) {
			if _, err := time.Parse(layout, s); err == nil {
				return Date(s), nil
			}
		}
	}
	if s == "" {
		return "", nil
	}
	return "", fmt.Errorf("%q is no date: want YYYY-MM-DD, YYYY-MM or YYYY", s)
}

// Precision returns how exactly the date is known.
func (d Date) Precision() Precision {
	switch len(d) {
	case len("2006-01-02"):
		return Day
	case len("2006-01"):
		return Month
	case len("2006"):
		return Year
	}
	return Unknown
}

// Bounds returns the first and the last day the date can mean, as YYYY-MM-DD;
// both are empty for the unknown date.
func (d Date) Bounds() (first, last string) {
	switch d.Precision() {
	case Day:
		return string(d), string(d)
	case Month:
		t, err := time.Parse("2006-01", string(d))
		if err != nil {
			return "", ""
		}
		return t.Format(time.DateOnly), t.AddDate(0, 1, -1).Format(time.DateOnly)
	case Year:
		return string(d) + "-01-01", string(d) + "-12-31"
	}
	return "", ""
}

// MarshalJSON writes the unknown date as null.
func (d Date) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(d))
}

// UnmarshalJSON reads a date or null.
func (d *Date) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == nil {
		*d = ""
		return nil
	}
	v, err := ParseDate(*s)
	*d = v
	return err
}
