package eval

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
)

// A NamedSet is one of the sets that a file names, with what it is asked over.
type NamedSet struct {
	Name     string
	Articles []string // files and folders; none: what is asked anyway
	AsOf     string   // the day of questions that do not say theirs; empty: as Options say
	Set
}

// IsSetsFile reports whether a path is of a file that names sets.
func IsSetsFile(path string) bool {
	return filepath.Ext(path) == ".yaml" || filepath.Ext(path) == ".yml"
}

// files are one path or a list of them.
type files []string

// UnmarshalYAML takes a path for a list of one.
func (f *files) UnmarshalYAML(text []byte) error {
	var one string
	if err := yaml.Unmarshal(text, &one); err == nil {
		*f = files{one}
		return nil
	}
	return yaml.Unmarshal(text, (*[]string)(f))
}

// ReadSets reads a YAML file that names sets:
//
//	sets:
//	  - name: dev
//	    questions: dev/questions.jsonl   # a file, a folder, or a list of them
//	    plans: dev/plans.jsonl           # plans, claims, answers and briefings: likewise, may be left out
//	    claims: dev/claims.jsonl
//	    answers: dev/answers.jsonl
//	    briefings: dev/briefings.jsonl
//	    articles: [news/]                # may be left out
//	    as_of: 2025-02-01                # may be left out
//
// Paths are relative to the file. Keys that it does not know are errors, which name
// line and column.
func ReadSets(file string) ([]NamedSet, error) {
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return nil, err
	}
	var named struct {
		Sets []setLine `yaml:"sets"`
	}
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&named); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(named.Sets) == 0 {
		return nil, fmt.Errorf("%s: it names no set; sets: is a list of {name, questions, …}", file)
	}
	var sets []NamedSet
	known := map[string]bool{}
	for i, line := range named.Sets {
		set, err := line.read(filepath.Dir(file))
		if err == nil {
			err = useID(line.Name, known)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: set %d: %w", file, i+1, err)
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// A setLine is a set as its file names it.
type setLine struct {
	Name      string `yaml:"name"`
	Questions files  `yaml:"questions"`
	Plans     files  `yaml:"plans"`
	Claims    files  `yaml:"claims"`
	Answers   files  `yaml:"answers"`
	Briefings files  `yaml:"briefings"`
	Articles  files  `yaml:"articles"`
	AsOf      string `yaml:"as_of"`
}

func (l setLine) read(dir string) (NamedSet, error) {
	if l.Name == "" {
		return NamedSet{}, errors.New("name is empty")
	}
	if l.AsOf != "" && day(&l.AsOf).IsZero() {
		return NamedSet{}, fmt.Errorf("as_of: %q is no day like 2025-01-31", l.AsOf)
	}
	var paths []string
	for _, some := range []files{l.Questions, l.Plans, l.Claims, l.Answers, l.Briefings} {
		paths = append(paths, some.below(dir)...)
	}
	if len(paths) == 0 {
		return NamedSet{}, errors.New("it has neither questions nor claims nor briefings")
	}
	set, err := Read(paths)
	return NamedSet{Name: l.Name, Articles: l.Articles.below(dir), AsOf: l.AsOf, Set: set}, err
}

// below returns the paths as seen from where the program runs.
func (f files) below(dir string) []string {
	var all []string
	for _, path := range f {
		if !filepath.IsAbs(path) && path != "" {
			path = filepath.Join(dir, path)
		}
		all = append(all, path)
	}
	return all
}
