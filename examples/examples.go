// Package examples holds the articles that a first start of the program answers from, and questions over them.
//
// The articles were written for this project. The industry, its companies, people, outlets and figures are invented, so nobody is
// misquoted; they stand in every text format that is taken in, repeat each other, change over three years and contradict each other,
// as a real collection does. README.md beside this file says what to ask them.
package examples

import (
	"embed"
	"io/fs"
)

//go:embed articles
var articles embed.FS

//go:embed questions.jsonl
var questions []byte

// Articles returns the example articles as they would lie in a folder: the files of all formats and their sidecars, at the root.
func Articles() fs.FS {
	sub, err := fs.Sub(articles, "articles")
	if err != nil { // only for a path that is not valid, and this one is
		panic(err)
	}
	return sub
}

// Questions returns the questions over the articles, a JSON object a line, in the form `chuchu eval` reads. `gold` names the article
// by its title and by the file it lies in, and holds passages of it character by character.
func Questions() []byte { return append([]byte(nil), questions...) }
