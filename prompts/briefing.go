package prompts

import "errors"

// A Section is what the prompt of a section of a briefing is made of.
type Section struct {
	Language string // of the section: zh or en
	AsOf     string // the day of the briefing, YYYY-MM-DD
	Topic    string
	Audience string // empty where nothing is said of it; so is Focus
	Focus    string
	Heading  string
	Others   []string // the headings of the other sections
	Most     int      // sentences
	Passages []Passage
}

// Section renders the prompt of a section of a briefing.
func (s *Set) Section(p Section) (system, user string, err error) {
	t := s.templates["section_"+p.Language]
	if t == nil {
		return "", "", errors.New("there is no prompt for sections in language " + p.Language)
	}
	return render(t, p)
}

// A Repair is what the prompt is made of that puts sentences right.
type Repair struct {
	Language  string // of the sentences: zh or en
	Sentences []Repaired
	Passages  []Passage
}

// A Repaired is a sentence that what it cites does not bear out.
type Repaired struct {
	Number int
	Text   string       // without markers
	Why    []Difference // none where it cites nothing
}

// A Difference is what a sentence says, and what stands in its place, empty where
// nothing does.
type Difference struct{ Claim, Source string }

// Repair renders the prompt that puts sentences right.
func (s *Set) Repair(r Repair) (system, user string, err error) {
	return render(s.templates["repair"], r)
}

// An Outline is what the prompt is made of that makes sections of clusters.
type Outline struct {
	Language string // of the headings: zh or en
	Topic    string
	Audience string
	Focus    string
	Most     int // sections
	Clusters []Cluster
}

// A Cluster is passages that belong together.
type Cluster struct {
	Number  int
	Heading string   // that it has by rules
	Words   []string // its commonest
	Samples []string // sentences of it
}

// Shorten takes a sample from each cluster that has more than one, and reports whether
// it took any. What it changes is p's own.
func (p *Outline) Shorten() bool {
	shorter := false
	clusters := make([]Cluster, len(p.Clusters))
	for i, c := range p.Clusters {
		if n := len(c.Samples); n > 1 {
			c.Samples, shorter = c.Samples[:n-1], true
		}
		clusters[i] = c
	}
	p.Clusters = clusters
	return shorter
}

// Outline renders the prompt that makes sections of clusters.
func (s *Set) Outline(p Outline) (system, user string, err error) {
	return render(s.templates["outline"], p)
}
