package lexicon

// What the tests reach into: these forms must be those of tools/cedict.
var (
	Stem      = stem
	Light     = light
	IsLeftOut = isLeftOut
	Unpack    = func(data string) error { _, err := unpack(data); return err }
)
