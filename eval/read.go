package eval

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Question is one case of a question set.
type Question struct {
	ID       string     `json:"id"`
	Type     string     `json:"type"` // fact, number, list, compare, …; figures are given by it
	Question string     `json:"question"`
	History  []Turn     `json:"history"` // earlier turns, of a follow-up
	AsOf     string     `json:"as_of"`   // the day it is asked, YYYY-MM-DD; empty: as Options say
	Answer   string     `json:"answer"`  // for reference
	Facts    [][]string `json:"facts"`   // the answer must hold one alternative of each group
	Gold     []Gold     `json:"gold"`    // none: no article answers it
	Window   *Period    `json:"window"`  // what its words about time mean
	Also     []Period   `json:"window_also"`
	Trap     *Trap      `json:"trap"`
	About    string     `json:"about"` // what the sources of a conflicting one disagree about
	File     string     `json:"-"`     // the set it is from, by the file's name
}

// A Turn is what user or assistant said before.
type Turn struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// A Gold is a passage that answers the question, word for word. With Alt set it
// is another place that would do as well.
type Gold struct {
	Seed    string `json:"seed"`    // the file
	Article string `json:"article"` // the title
	Quote   string `json:"quote"`
	Alt     bool   `json:"alt"`
}

// A Period is days, YYYY-MM-DD, both inclusive; nil is an open end.
type Period struct {
	From *string `json:"from"`
	To   *string `json:"to"`
}

// A Trap is an article that a search without regard to dates would like.
type Trap struct {
	Article string `json:"article"` // the title
}

// A Set is what was read.
type Set struct {
	Questions []Question
	Plans     []Plan   // of some of the questions, no two of one
	Answers   []Answer // to some of the questions, to be played back
	Claims    []Claim
	Topics    []Topic  // of briefings
	Faults    []string // what could not be read, as "file:line: reason"
}

// Read reads questions, claims, topics, and search plans and answers of the questions:
// files, and the .jsonl files below folders. A line that cannot be read, or a file,
// costs itself alone and is named in Faults. A path without any of these is an
// error, and so are plans or answers without a question.
func Read(paths []string) (Set, error) {
	var set Set
	for _, path := range paths {
		if path == "" {
			return Set{}, errors.New("a path is empty; give a question file or a folder of them")
		}
		before := set.size()
		if err := set.readPath(path); err != nil {
			return Set{}, err
		}
		if set.size() == before {
			return Set{}, noQuestions(path, set)
		}
	}
	if len(set.Plans)+len(set.Answers) > 0 && len(set.Questions) == 0 {
		return Set{}, fmt.Errorf("no question in %s, only search plans or answers; give the questions they are of, too", strings.Join(paths, ", "))
	}
	return set, nil
}

// size is how many lines of all kinds there are.
func (s *Set) size() int {
	return len(s.Questions) + len(s.Plans) + len(s.Answers) + len(s.Claims) + len(s.Topics)
}

func noQuestions(path string, set Set) error {
	for _, why := range set.Faults {
		if strings.HasPrefix(why, path) {
			return fmt.Errorf("no question in %s; %s", path, why)
		}
	}
	return fmt.Errorf("no question in %s; a question set is a .jsonl file whose lines have \"question\", a set of claims one whose lines have \"label\", one of briefings has \"topic\"", path)
}

func (s *Set) readPath(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return s.readFile(path)
	}
	return filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && file == path:
			return err
		case err != nil:
			s.Faults = append(s.Faults, err.Error())
			return nil
		case d.IsDir() || filepath.Ext(file) != ".jsonl":
			return nil
		}
		if err := s.readFile(file); err != nil {
			s.Faults = append(s.Faults, err.Error())
		}
		return nil
	})
}

func (s *Set) readFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return s.read(f, path)
}

// read reads lines of JSON. path names them in faults, and its last part the set.
func (s *Set) read(r io.Reader, path string) error {
	file := strings.TrimSuffix(filepath.Base(path), ".jsonl")
	ids := map[string]bool{}
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := lines.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if n == 1 {
			line = strings.TrimPrefix(line, "\uFEFF")
		}
		if strings.TrimSpace(line) != "" {
			s.readLine(line, file, fmt.Sprintf("%s:%d", path, n), ids)
		}
		if err != nil {
			return nil
		}
	}
}

// readLine adds what is in a line, or a fault. Its kind is told by a field that only
// this kind has.
func (s *Set) readLine(line, file, place string, ids map[string]bool) {
	var fields map[string]json.RawMessage
	err := json.Unmarshal([]byte(line), &fields)
	has := func(field string) bool { _, ok := fields[field]; return ok }
	switch {
	case err != nil:
	case has("question"):
		err = s.addQuestion(line, file, place, ids)
	case has("label"):
		err = s.addClaim(line, file, place, ids)
	case has("passage"):
		err = s.addPlan(line)
	case has("answer"):
		err = s.addAnswer(line, file)
	case has("topic"):
		err = s.addTopic(line, file, place, ids)
	default:
		err = errors.New("it has no question")
	}
	if err != nil {
		s.Faults = append(s.Faults, fmt.Sprintf("%s: %v", place, err))
	}
}

// addQuestion adds the question of a line. Its id is its place where it has none.
func (s *Set) addQuestion(line, file, place string, ids map[string]bool) error {
	q := Question{ID: place, File: file}
	if err := json.Unmarshal([]byte(line), &q); err != nil {
		return err
	}
	if err := q.check(); err != nil {
		return err
	}
	if err := useID(q.ID, ids); err != nil {
		return err
	}
	s.Questions = append(s.Questions, q)
	return nil
}

// addClaim adds the claim of a line. Its id is its place where it has none.
func (s *Set) addClaim(line, file, place string, ids map[string]bool) error {
	c := Claim{ID: place, File: file}
	if err := json.Unmarshal([]byte(line), &c); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	if err := useID(c.ID, ids); err != nil {
		return err
	}
	s.Claims = append(s.Claims, c)
	return nil
}

// addTopic adds the topic of a line. Its id is its place where it has none.
func (s *Set) addTopic(line, file, place string, ids map[string]bool) error {
	t := Topic{ID: place, File: file}
	if err := json.Unmarshal([]byte(line), &t); err != nil {
		return err
	}
	if err := t.check(); err != nil {
		return err
	}
	if err := useID(t.ID, ids); err != nil {
		return err
	}
	s.Topics = append(s.Topics, t)
	return nil
}

// useID takes an id, which must not be another's of the file.
func useID(id string, ids map[string]bool) error {
	if ids[id] {
		return fmt.Errorf("id %q is another's", id)
	}
	ids[id] = true
	return nil
}

func (s *Set) addPlan(line string) error {
	p, err := readPlan(line)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(s.Plans, func(other Plan) bool { return other.ID == p.ID }) {
		return fmt.Errorf("question %q has another plan", p.ID)
	}
	s.Plans = append(s.Plans, p)
	return nil
}

func (s *Set) addAnswer(line, file string) error {
	a, err := readAnswer(line, file)
	if err != nil {
		return err
	}
	s.Answers = append(s.Answers, a)
	return nil
}

// check says what a question lacks.
func (q Question) check() error {
	switch {
	case strings.TrimSpace(q.Question) == "":
		return errors.New("question is empty")
	case q.Type == "":
		return errors.New("type is empty")
	}
	for _, t := range q.History {
		if t.Role != "user" && t.Role != "assistant" || t.Content == "" {
			return errors.New("a turn of history is not {role: user or assistant, content}")
		}
	}
	for _, group := range q.Facts {
		if len(group) == 0 || slices.ContainsFunc(group, func(f string) bool { return foldFact(f) == "" }) {
			return errors.New("a group of facts, or a fact of one, is empty")
		}
	}
	if err := checkGold(q.Gold); err != nil {
		return err
	}
	return q.checkDays()
}

func checkGold(gold []Gold) error {
	if slices.ContainsFunc(gold, func(g Gold) bool { return fold(g.Quote) == "" }) {
		return errors.New("a quote of gold is empty")
	}
	return nil
}

func (q Question) checkDays() error {
	days := []string{q.AsOf}
	for _, p := range q.periods() {
		for _, end := range []*string{p.From, p.To} {
			if end != nil {
				days = append(days, *end)
			}
		}
	}
	for _, day := range days {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return fmt.Errorf("%q is no day like 2025-01-31", day)
		}
	}
	return nil
}

// periods are all fair readings of the question's words about time.
func (q Question) periods() []Period {
	if q.Window == nil {
		return nil
	}
	return append([]Period{*q.Window}, q.Also...)
}
