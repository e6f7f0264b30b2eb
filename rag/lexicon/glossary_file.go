package lexicon

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// ReadGlossary reads a glossary from a YAML file: a mapping of term to the list of
// its alternatives, or to the only one. An error names file, line and column.
func ReadGlossary(file string) (map[string][]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the glossary: %w", err)
	}
	terms, err := ParseGlossary(text)
	if err != nil {
		return nil, fmt.Errorf("read the glossary: %s:%w", file, err)
	}
	return terms, nil
}

// ParseGlossary reads what ReadGlossary says from text. An error begins with the
// line and the column. Anchors and aliases are not known here.
func ParseGlossary(text []byte) (map[string][]string, error) {
	terms := map[string][]string{}
	for line, part := range parts(bytes.TrimPrefix(text, []byte("\ufeff"))) {
		if err := parsePart(part, line, terms); err != nil {
			return nil, err
		}
	}
	return terms, nil
}

// partTerms is how many terms are parsed at once. The time the parser takes grows
// with the square of the text: 100,000 terms took it 20 seconds, in parts of 500
// they take one.
const partTerms = 500

// parts cuts a text before lines that begin a term, and yields each part with the
// number of lines before it. What begins in the first column of a mapping in block
// style is a term; a mapping in braces is one part.
func parts(text []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		start, startLine, line, terms := 0, 0, 0, 0
		for at := 0; at < len(text); line++ {
			if beginsTerm(text[at:]) && text[0] != '{' {
				if terms == partTerms {
					if !yield(startLine, text[start:at]) {
						return
					}
					start, startLine, terms = at, line, 0
				}
				terms++
			}
			n := bytes.IndexByte(text[at:], '\n')
			if n < 0 {
				break
			}
			at += n + 1
		}
		yield(startLine, text[start:])
	}
}

func beginsTerm(line []byte) bool { return !bytes.ContainsAny(line[:1], " \t\r\n#-}].%") }

// parsePart adds the terms of a part that begins after so many lines.
func parsePart(part []byte, before int, terms map[string][]string) error {
	file, err := parser.ParseBytes(part, 0)
	if err != nil {
		line, column, message := 1, 1, err.Error()
		if located := yaml.Error(nil); errors.As(err, &located) {
			message = located.GetMessage()
			if t := located.GetToken(); t != nil && t.Position != nil {
				line, column = t.Position.Line, t.Position.Column
			}
		}
		return fmt.Errorf("%d:%d: %s", before+line, column, message)
	}
	for _, document := range file.Docs {
		if err := addTerms(document.Body, before, terms); err != nil {
			return err
		}
	}
	return nil
}

// addTerms adds the terms of a mapping.
func addTerms(body ast.Node, before int, terms map[string][]string) error {
	if saysNothing(body) {
		return nil
	}
	mapping, ok := body.(ast.MapNode)
	if !ok {
		return faultAt(body, before, "a glossary is a mapping of terms to their alternatives")
	}
	for entries := mapping.MapRange(); entries.Next(); {
		key, ok := name(entries.Key())
		if !ok {
			return faultAt(entries.Key(), before, "a term is a name; put it into quotation marks")
		}
		if _, twice := terms[key]; twice {
			return faultAt(entries.Key(), before, fmt.Sprintf("%q stands here for the second time", key))
		}
		alternatives, fault := names(entries.Value())
		if fault != nil {
			return faultAt(fault, before, fmt.Sprintf("the alternatives of %q must be names, one or a list of them", key))
		}
		terms[key] = alternatives
	}
	return nil
}

func saysNothing(body ast.Node) bool {
	if body == nil {
		return true
	}
	switch body.Type() {
	case ast.CommentType, ast.CommentGroupType, ast.NullType, ast.DirectiveType:
		return true
	}
	return false
}

func faultAt(node ast.Node, before int, message string) error {
	line, column := 1, 1
	if t := node.GetToken(); t != nil && t.Position != nil {
		line, column = t.Position.Line, t.Position.Column
	}
	return fmt.Errorf("%d:%d: %s", before+line, column, message)
}

// names returns one name or a list of them, or else the node at fault.
func names(node ast.Node) (list []string, fault ast.Node) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		one, ok := name(node)
		if !ok {
			return nil, node
		}
		return []string{one}, nil
	}
	for _, value := range sequence.Values {
		one, ok := name(value)
		if !ok {
			return nil, value
		}
		list = append(list, one)
	}
	return list, nil
}

// name returns the text of a scalar as it is written: 360 is a name, too.
func name(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}
