package briefing

import "fmt"

// Options set the making of briefings.
type Options struct {
	Concurrent int        `yaml:"concurrent"` // briefings made at once; others wait in order
	Most       int        `yaml:"most"`       // kept in the record, the newest
	Standing   []Standing `yaml:"standing"`   // made by the clock
}

// Defaults are the options where nothing is set.
func Defaults() Options { return Options{Concurrent: 2, Most: 10_000} }

// Validate names the key at fault and what it should be.
func (o Options) Validate() error {
	switch {
	case o.Concurrent < 1 || o.Concurrent > 16:
		return fmt.Errorf("concurrent: %d is not between 1 and 16", o.Concurrent)
	case o.Most < 1:
		return fmt.Errorf("most: %d briefings are none; at least 1", o.Most)
	}
	return validateStanding(o.Standing)
}
