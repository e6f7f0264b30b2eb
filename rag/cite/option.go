package cite

// An Option adds to what Judge knows.
type Option func(*claim)

// Names tells Judge which words the collection uses as names of companies, people,
// products: a claim with another one than its source is not borne out by it. Words
// of two to six Chinese characters are asked for, some hundreds a span.
func Names(known func(word string) bool) Option {
	return func(c *claim) { c.known = known }
}

// Searched tells Judge that the sources were searched for, and not named by who wrote
// the sentence: of many passages one has most of the words of nearly anything, so
// more of them is asked for.
func Searched() Option {
	return func(c *claim) { c.searched = true }
}

// Alone tells Judge that the claim is to stand where nobody reads its sources beside it:
// it is supported only where they have all of its words, but for those that join them.
// A name or a direction in the place of another is seldom known for one, and a change as
// small as that is most of what a wrong sentence has of its own.
func Alone() Option {
	return func(c *claim) { c.alone = true }
}
