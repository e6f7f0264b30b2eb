// Package prompts holds what the models are told, as template files, in the
// binary and overridable by a directory. Golden renderings are in testdata.
//
// A file has the parts "system" and "user". What comes from articles and from
// users is data: the templates fence it, and Data makes sure that nothing in it
// can pass for the fence or for a citation.
package prompts

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
)

//go:embed *.tmpl
var files embed.FS

// A Set is all prompts, parsed. It is safe for concurrent use.
type Set struct {
	templates map[string]*template.Template // by file name without .tmpl
}

// Load parses the prompts; a file of the same name in dir, where dir is not
// empty, replaces the one in the binary. A file in dir that replaces nothing is
// an error: its name is most likely misspelt.
func Load(dir string) (*Set, error) {
	names, err := fs.Glob(files, "*.tmpl")
	if err != nil {
		return nil, err
	}
	texts := make(map[string]string, len(names))
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		texts[name] = string(text)
	}
	if dir != "" {
		if err := override(texts, dir); err != nil {
			return nil, err
		}
	}
	s := &Set{templates: make(map[string]*template.Template, len(texts))}
	for name, text := range texts {
		if err := s.parse(name, text); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func override(texts map[string]string, dir string) error {
	found, err := filepath.Glob(filepath.Join(dir, "*.tmpl"))
	if err != nil {
		return err
	}
	if _, err := os.Stat(dir); err != nil {
		return fmt.Errorf("prompt folder: %w", err)
	}
	for _, file := range found {
		name := filepath.Base(file)
		if _, known := texts[name]; !known {
			return fmt.Errorf("%s replaces no prompt; the prompts are %s", file, strings.Join(Names(), ", "))
		}
		text, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return err
		}
		texts[name] = string(text)
	}
	return nil
}

// Names returns the file names of the prompts in the binary.
func Names() []string {
	names, err := fs.Glob(files, "*.tmpl")
	if err != nil {
		return nil // the pattern is a constant
	}
	return names
}

// parse parses a prompt and renders it once, so that a mistake in it shows at
// the start and not with the first question.
func (s *Set) parse(name, text string) error {
	t, err := template.New(name).Funcs(template.FuncMap{"data": Data}).Option("missingkey=error").Parse(text)
	if err != nil {
		return err
	}
	for _, part := range []string{"system", "user"} {
		if t.Lookup(part) == nil {
			return fmt.Errorf("%s: the part %q is not defined", name, part)
		}
	}
	s.templates[strings.TrimSuffix(path.Base(name), ".tmpl")] = t
	_, _, err = render(t, sampleOf(name))
	return err
}

// sampleOf returns what a prompt is rendered with on trial.
func sampleOf(name string) any {
	switch name {
	case "plan.tmpl":
		return Plan{Before: "x"}
	case "judge.tmpl":
		return Judge{Sentences: []Judged{{Number: 1, Places: []string{"x"}}}}
	case "section_zh.tmpl", "section_en.tmpl":
		return Section{Audience: "x", Focus: "x", Others: []string{"x"}, Passages: []Passage{{Handle: "S1"}}}
	case "repair.tmpl":
		return Repair{Sentences: []Repaired{{Number: 1, Why: []Difference{{"x", "x"}}}}, Passages: []Passage{{Handle: "S1"}}}
	case "outline.tmpl":
		return Outline{Audience: "x", Focus: "x", Clusters: []Cluster{{Number: 1, Words: []string{"x"}, Samples: []string{"x"}}}}
	}
	return Answer{Passages: []Passage{{Handle: "S1"}}}
}

// A Plan is what the prompt of a search plan is made of.
type Plan struct {
	AsOf     string // the day the question is asked, YYYY-MM-DD
	Before   string // the earlier turns, empty when there are none
	Question string
}

// Plan renders the prompt of a search plan.
func (s *Set) Plan(p Plan) (system, user string, err error) {
	return render(s.templates["plan"], p)
}

// An Answer is what the prompt of an answer is made of.
type Answer struct {
	Language string // of the answer: zh or en
	AsOf     string // the day the question is asked, YYYY-MM-DD
	Question string
	Passages []Passage
}

// A Passage is what the model sees of a passage: a handle made for this request,
// never an id or an address.
type Passage struct {
	Handle    string
	Title     string
	Outlet    string
	Published string
	Text      string
}

// Rerank renders the prompt that puts passages in order; of a only Question and the
// passages' Handle and Text are read.
func (s *Set) Rerank(a Answer) (system, user string, err error) {
	return render(s.templates["rerank"], a)
}

// A Judge is what the prompt that judges sentences is made of.
type Judge struct {
	Sentences []Judged
}

// A Judged is a sentence with the places found for it in the articles.
type Judged struct {
	Number int
	Text   string
	Places []string
}

// Judge renders the prompt that judges sentences.
func (s *Set) Judge(j Judge) (system, user string, err error) {
	return render(s.templates["judge"], j)
}

// Answer renders the prompt of an answer: the system text and the user's turn.
func (s *Set) Answer(a Answer) (system, user string, err error) {
	t := s.templates["answer_"+a.Language]
	if t == nil {
		return "", "", errors.New("there is no prompt for answers in language " + a.Language)
	}
	return render(t, a)
}

func render(t *template.Template, data any) (system, user string, err error) {
	var b strings.Builder
	if err := t.ExecuteTemplate(&b, "system", data); err != nil {
		return "", "", fmt.Errorf("prompt: %w", err)
	}
	system = strings.TrimSpace(b.String())
	b.Reset()
	if err := t.ExecuteTemplate(&b, "user", data); err != nil {
		return "", "", fmt.Errorf("prompt: %w", err)
	}
	return system, strings.TrimSpace(b.String()), nil
}

// blanks may stand around the parts of a marker.
const blanks = `[\s\v\x1c-\x1f\x{85}\p{Z}]*`

var (
	angles = strings.NewReplacer("<", "＜", ">", "＞")
	// marker is all that rag/cite reads as one, and more: digits of every script, and
	// numbers of any length, for what is none now may be cut into one.
	marker = regexp.MustCompile(`[\[［【]` + blanks + `([SsＳｓ]?\p{Nd}+(?:` + blanks + `[,，、;；\-‐‑–—~～]` + blanks + `[SsＳｓ]?\p{Nd}+)*)` + blanks + `[\]］】]`)
)

// Data makes text safe to stand inside a fence: angle brackets, which fences and
// the control tokens of models are made of, become full-width, and what could be
// read as a citation gets brackets that are none.
func Data(text string) string {
	return marker.ReplaceAllString(angles.Replace(text), "〔$1〕")
}
