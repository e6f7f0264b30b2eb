package prompts

// Conflict renders the prompt that looks for what passages disagree about; of a all
// but AsOf is read, and Language is that of the words about it.
func (s *Set) Conflict(a Answer) (system, user string, err error) {
	return render(s.templates["conflict"], a)
}
