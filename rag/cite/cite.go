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
// What a sentence states in figures, dates and names is compared as such (Quantities,
// Compare; dates by rag/when): 约265亿元 is borne out by 265.49亿元. Which of the figures
// of a text is meant is told by the words around both. The rules are humble: they say
// quoted, supported or contradicted only where that is nearly always right, and weak,
// with what differs, everywhere else.
//
// All offsets are Unicode code points of the string as it was given, half-open;
// folded forms are for comparing only and never come out.
package cite

// A Span is text[Start:End] in code points.
type Span struct{ Start, End int }

// A Verdict says how a sentence stands to what it cites.
type Verdict string

// The verdicts.
const (
	Quoted       Verdict = "quoted"       // it, or all that it has in quotation marks, stands there verbatim
	Supported    Verdict = "supported"    // its figures, dates and names and most of its words stand there
	Weak         Verdict = "weak"         // only part of it does; Why says which does not
	Contradicted Verdict = "contradicted" // it stands there with another figure, date, name or direction
	Uncited      Verdict = "uncited"      // it makes a claim and cites nothing
	None         Verdict = "none"         // it makes no claim
)

// A Why is one thing of the claim beside what the sources have in its place: what
// differs comes first, and Source is empty when there is nothing like it; a figure
// or a date that the source bears out comes after, in the words of both.
type Why struct {
	Kind   string // number, date, name, direction, word (of what is to stand Alone) or coverage
	Claim  string
	Source string
}

// A Judgement is the verdict on one sentence. Spans has one element for each source:
// the places in it that the sentence rests on, in order and apart from each other;
// none when it was not located there.
type Judgement struct {
	Verdict Verdict
	Why     []Why
	Met     int // how many at the end of Why say what the sources bear out
	Spans   [][]Span
}
