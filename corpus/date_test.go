package corpus_test

import (
	"encoding/json"
	"testing"
	"time"

	"chuchu/corpus"
)

func TestDates(t *testing.T) {
	for _, c := range []struct {
		date        string
		precision   corpus.Precision
		first, last string
		json        string
	}{
		{"", corpus.Unknown, "", "", "null"},
		{"2024", corpus.Year, "2024-01-01", "2024-12-31", `"2024"`},
		{"2024-02", corpus.Month, "2024-02-01", "2024-02-29", `"2024-02"`},
		{"2023-02", corpus.Month, "2023-02-01", "2023-02-28", `"2023-02"`},
		{"2024-12", corpus.Month, "2024-12-01", "2024-12-31", `"2024-12"`},
		{"2024-11-21", corpus.Day, "2024-11-21", "2024-11-21", `"2024-11-21"`},
	} {
		t.Run(c.date, func(t *testing.T) {
			d, err := corpus.ParseDate(c.date)
			if err != nil || string(d) != c.date || d.Precision() != c.precision {
				t.Errorf("%q of precision %s, error %v", d, d.Precision(), err)
			}
			if first, last := d.Bounds(); first != c.first || last != c.last {
				t.Errorf("from %q to %q", first, last)
			}
			b, err := json.Marshal(d)
			if err != nil || string(b) != c.json {
				t.Errorf("in JSON %s, error %v", b, err)
			}
			back := corpus.Date("2000")
			if err := json.Unmarshal(b, &back); err != nil || back != d {
				t.Errorf("back from JSON %q, error %v", back, err)
			}
		})
	}
}

func TestNoDates(t *testing.T) {
	for _, s := range []string{"2024-13", "2024-02-30", "2023-02-29", "24-11-21", "2024-1-1", "2024/11/21", "2024-11-21T00:00:00Z", "昨天", "２０２４", "-001", " ", "20 4"} {
		if d, err := corpus.ParseDate(s); err == nil {
			t.Errorf("%q is taken for %q", s, d)
		}
	}
	for _, s := range []string{`"2024-13"`, `2024`, `true`, `{}`, `"`} {
		var d corpus.Date
		if err := json.Unmarshal([]byte(s), &d); err == nil {
			t.Errorf("%s is taken for %q", s, d)
		}
	}
}

// TestEveryDay goes through all days of some years: the bounds of month and year
// hold exactly their days.
func TestEveryDay(t *testing.T) {
	for day := time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2005; day = day.AddDate(0, 0, 1) {
		s := day.Format(time.DateOnly)
		for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
			d, err := corpus.ParseDate(day.Format(layout))
			if err != nil {
				t.Fatal(err)
			}
			first, last := d.Bounds()
			if s < first || s > last {
				t.Errorf("%s is not in %s, from %s to %s", s, d, first, last)
			}
			next := day.AddDate(0, 0, 1)
			if next.Format(layout) != string(d) && last != s {
				t.Errorf("%s ends %s, want %s", d, last, s)
			}
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"", "2024", "2024-11", "2024-11-21", "0000-00", "９９９９"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := corpus.ParseDate(s)
		if err != nil {
			return
		}
		if string(d) != s {
			t.Errorf("%q became %q", s, d)
		}
		first, last := d.Bounds()
		if (d == "") != (first == "") || first > last {
			t.Errorf("%q is from %q to %q", d, first, last)
		}
		b, err := json.Marshal(d)
		var back corpus.Date
		if err != nil || json.Unmarshal(b, &back) != nil || back != d {
			t.Errorf("%q in JSON is %s and back %q", d, b, back)
		}
	})
}
