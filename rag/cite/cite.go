// Package cite holds what a sentence says against the sources it cites: pure
// functions on strings, without a model, a record or a clock.
//
// A reply passes it in this order: Stream cuts it, as it is written, into text,
// markers and sentence ends; Sentences gives the borders of the sentences in the
// finished answer (both use one scanner, so they agree); Judge takes a sentence
// and the Sources it cites, finds the Span of each that it rests on and gives the
// Verdict. Escape keeps bracketed numbers of source text from being read as
// markers.
//
// The rules are humble: they say quoted or supported only where that is nearly
// always right, and weak, with what differs, everywhere else.
//
// All offsets are Unicode code points of the string as it was given, half-open;
// folded forms are for comparing only and never come out.
package cite

// A Span is text[Start:End] in code points.
type Span struct{ Start, End int }

// A Verdict says how a sentence stands to what it cites.
type Verdict string

// The verdicts. Contradicted is named here because it is part of the wire format;
// Judge gives it to no sentence: a rule for it that is nearly always right needs
// dates and quantities compared, not only looked up.
const (
	Quoted       Verdict = "quoted"    // it, or all that it has in quotation marks, stands there verbatim
	Supported    Verdict = "supported" // its figures, dates and names and most of its words stand there
	Weak         Verdict = "weak"      // only part of it does; Why says which does not
	Contradicted Verdict = "contradicted"
	Uncited      Verdict = "uncited" // it makes a claim and cites nothing
	None         Verdict = "none"    // it makes no claim
)

// A Why is one thing of the claim that the sources do not hold. Source is what
// they have in its place, empty when there is nothing like it.
type Why struct {
	Kind   string // number, date, name, direction or coverage
	Claim  string
	Source string
}

// A Judgement is the verdict on one sentence. Spans and Located have one element
// for each source: Spans[i] is the place in source i that the sentence rests on,
// and means nothing when Located[i] is false.
type Judgement struct {
	Verdict Verdict
	Why     []Why
	Spans   []Span
	Located []bool
}
