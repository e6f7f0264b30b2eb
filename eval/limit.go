package eval

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Limit is what a figure must reach, or must not exceed.
type Limit struct {
	Key   string // a figure's key in the report's JSON, its parts joined by points
	Value float64
	Most  bool // the figure must not exceed Value
}

// Short returns the limits that are not kept, a line each. A key may leave out
// its first parts where the rest names one figure, or one of all questions: hit5
// is search.all.hit5. A key that names no figure or several is an error.
func (r *Report) Short(limits []Limit) ([]string, error) {
	figures, err := r.flat()
	if err != nil {
		return nil, err
	}
	var short []string
	for _, l := range limits {
		key, err := resolve(figures, l.Key)
		if err != nil {
			return nil, err
		}
		got, sign := figures[key], "<"
		if l.Most {
			sign = ">"
		}
		switch {
		case got == nil:
			short = append(short, fmt.Sprintf("%s was not measured", key))
		case !l.Most && *got < l.Value, l.Most && *got > l.Value:
			short = append(short, fmt.Sprintf("%s %.4g %s %g", key, *got, sign, l.Value))
		}
	}
	return short, nil
}

// flat returns the numbers of the report by their keys, nil where nothing was
// measured.
func (r *Report) flat() (map[string]*float64, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := json.Unmarshal(b, &tree); err != nil {
		return nil, err
	}
	figures := map[string]*float64{}
	var walk func(string, map[string]any)
	walk = func(prefix string, tree map[string]any) {
		for k, v := range tree {
			switch v := v.(type) {
			case map[string]any:
				walk(prefix+k+".", v)
			case float64:
				figures[prefix+k] = &v
			case nil:
				figures[prefix+k] = nil
			}
		}
	}
	walk("", tree)
	return figures, nil
}

func resolve(figures map[string]*float64, key string) (string, error) {
	if _, ok := figures[key]; ok {
		return key, nil
	}
	for _, end := range []string{".all." + key, "." + key} {
		var found []string
		for _, k := range slices.Sorted(maps.Keys(figures)) {
			if strings.HasSuffix(k, end) {
				found = append(found, k)
			}
		}
		switch {
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return "", fmt.Errorf("%q names several figures: %s", key, strings.Join(found, ", "))
		}
	}
	return "", fmt.Errorf("there is no figure %q; --json shows them all", key)
}
