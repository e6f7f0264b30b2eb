package prompts_test

import (
	"path/filepath"
	"testing"
)

func TestConflictGolden(t *testing.T) {
	set := load(t, "")
	for name, c := range cases() {
		for _, language := range []string{"zh", "en"} {
			c.Language = language
			system, user, err := set.Conflict(c)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "conflict", name+"_"+language+".txt"), system, user)
		}
	}
}
